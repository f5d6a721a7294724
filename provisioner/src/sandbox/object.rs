use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::ec2::{
    Address, FlowLog, Instance, InternetGateway, KeyPair, NatGateway, NetworkAcl, NetworkInterface, RouteTable, SecurityGroup, Snapshot,
    Subnet, Token, TransitGateway, TransitGatewayAttachment, Volume, Vpc, VpcEndpoint, VpnGateway,
};
use super::iam::{InstanceProfile, Role};
use super::kms::{KmsAlias, KmsKey};
use super::rds::{AutomatedBackup, DbInstance, DbParameterGroup, DbSnapshot, DbSubnetGroup, LogGroup};
use super::s3::{Bucket, StoredObject, Upload};
use super::service::Service;
use super::ses::{ConfigurationSet, EmailIdentity};

/// An object's tags, in key order.
pub(crate) type Tags = BTreeMap<String, String>;

/// The place of objects that an account has once, whatever the region.
pub(crate) const GLOBAL: &str = "aws-global";

impl Kind {
    /// Whether objects of the type are known by name in every region: IAM's, and buckets.
    pub(crate) fn is_global(self) -> bool {
        matches!(self.service(), Service::Iam | Service::S3)
    }
}

/// What every simulated object has, and how AWS speaks of its type.
pub(crate) trait Record: Clone + Serialize + DeserializeOwned + 'static {
    /// The type in the table of objects.
    const KIND: Kind;
    /// The error code for an id of this type that does not exist.
    const NOT_FOUND: &'static str;
    /// What the message calls the id, such as `vpc ID`.
    const NOUN: &'static str;

    fn id(&self) -> &str;
    fn tags(&self) -> &Tags;
    fn tags_mut(&mut self) -> &mut Tags;
    fn into_object(self) -> Object;
    fn of(object: &Object) -> Option<&Self>;
}

macro_rules! objects {
    ($($type:ident, $service:ident, $name:literal, $not_found:literal, $noun:literal;)*) => {
        /// The types of simulated objects, in the order of their names in a dump.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub(crate) enum Kind { $(#[serde(rename = $name)] $type,)* }

        impl Kind {
            /// The name of the type in a dump and in a stuck rule.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Kind::$type => $name,)* }
            }

            /// The error code for an id that does not exist, and what its message calls the id.
            pub(crate) fn not_found(self) -> (&'static str, &'static str) {
                match self { $(Kind::$type => ($not_found, $noun),)* }
            }

            /// The service that the type belongs to.
            pub(crate) fn service(self) -> Service {
                match self { $(Kind::$type => Service::$service,)* }
            }

            /// All types.
            pub(crate) const ALL: &'static [Kind] = &[$(Kind::$type,)*];
        }

        /// One simulated object.
        #[derive(Clone, Debug, Serialize, Deserialize)]
        pub(crate) enum Object { $(#[serde(rename = $name)] $type($type),)* }

        impl Object {
            pub(crate) fn kind(&self) -> Kind {
                match self { $(Object::$type(_) => Kind::$type,)* }
            }

            pub(crate) fn id(&self) -> &str {
                match self { $(Object::$type(object) => object.id(),)* }
            }

            pub(crate) fn tags(&self) -> &Tags {
                match self { $(Object::$type(object) => object.tags(),)* }
            }

            pub(crate) fn tags_mut(&mut self) -> &mut Tags {
                match self { $(Object::$type(object) => object.tags_mut(),)* }
            }
        }

        $(impl Record for $type {
            const KIND: Kind = Kind::$type;
            const NOT_FOUND: &'static str = $not_found;
            const NOUN: &'static str = $noun;

            fn id(&self) -> &str { &self.id }
            fn tags(&self) -> &Tags { &self.tags }
            fn tags_mut(&mut self) -> &mut Tags { &mut self.tags }
            fn into_object(self) -> Object { Object::$type(self) }
            fn of(object: &Object) -> Option<&$type> {
                match object { Object::$type(object) => Some(object), _ => None }
            }
        })*
    };
}

// Each type with its service, its name in a dump, and how a missing one is refused.
// The codes are those of the EC2 API Reference, "Error codes for the Amazon EC2 API", and of the other services' own.
// The codes are those of the EC2 API Reference, "Error codes for the Amazon EC2 API", and of the other services' API references.
objects! {
    Address, Ec2, "elastic-ip", "InvalidAllocationID.NotFound", "allocation ID";
    FlowLog, Ec2, "flow-log", "InvalidFlowLogId.NotFound", "flow log ID";
    Bucket, S3, "bucket", "NoSuchBucket", "bucket";
    Instance, Ec2, "instance", "InvalidInstanceID.NotFound", "instance ID";
    InternetGateway, Ec2, "internet-gateway", "InvalidInternetGatewayID.NotFound", "internetGateway ID";
    KeyPair, Ec2, "key-pair", "InvalidKeyPair.NotFound", "key pair ID";
    NatGateway, Ec2, "nat-gateway", "NatGatewayNotFound", "NAT gateway ID";
    NetworkAcl, Ec2, "network-acl", "InvalidNetworkAclID.NotFound", "networkAcl ID";
    NetworkInterface, Ec2, "network-interface", "InvalidNetworkInterfaceID.NotFound", "networkInterface ID";
    RouteTable, Ec2, "route-table", "InvalidRouteTableID.NotFound", "routeTable ID";
    SecurityGroup, Ec2, "security-group", "InvalidGroup.NotFound", "security group ID";
    Snapshot, Ec2, "snapshot", "InvalidSnapshot.NotFound", "snapshot ID";
    StoredObject, S3, "object", "NoSuchVersion", "object";
    Subnet, Ec2, "subnet", "InvalidSubnetID.NotFound", "subnet ID";
    Token, Ec2, "client-token", "InvalidParameterValue", "client token";
    TransitGateway, Ec2, "transit-gateway", "InvalidTransitGatewayID.NotFound", "transit gateway ID";
    TransitGatewayAttachment, Ec2, "transit-gateway-attachment", "InvalidTransitGatewayAttachmentID.NotFound", "transit gateway attachment ID";
    Upload, S3, "multipart-upload", "NoSuchUpload", "upload";
    Volume, Ec2, "volume", "InvalidVolume.NotFound", "volume";
    Vpc, Ec2, "vpc", "InvalidVpcID.NotFound", "vpc ID";
    VpcEndpoint, Ec2, "vpc-endpoint", "InvalidVpcEndpointId.NotFound", "Vpc Endpoint ID";
    ConfigurationSet, Ses, "ses-configuration-set", "NotFoundException", "configuration set";
    EmailIdentity, Ses, "ses-identity", "NotFoundException", "email identity";
    InstanceProfile, Iam, "instance-profile", "NoSuchEntity", "instance profile";
    KmsAlias, Kms, "kms-alias", "NotFoundException", "alias";
    KmsKey, Kms, "kms-key", "NotFoundException", "key";
    Role, Iam, "iam-role", "NoSuchEntity", "role";
    VpnGateway, Ec2, "vpn-gateway", "InvalidVpnGatewayID.NotFound", "vpnGateway ID";
    AutomatedBackup, Rds, "db-automated-backup", "DBInstanceAutomatedBackupNotFound", "DBInstanceAutomatedBackup";
    DbInstance, Rds, "db-instance", "DBInstanceNotFound", "DBInstance";
    DbParameterGroup, Rds, "db-parameter-group", "DBParameterGroupNotFound", "DBParameterGroup";
    DbSnapshot, Rds, "db-snapshot", "DBSnapshotNotFound", "DBSnapshot";
    DbSubnetGroup, Rds, "db-subnet-group", "DBSubnetGroupNotFoundFault", "DB subnet group";
    LogGroup, Rds, "log-group", "ResourceNotFoundException", "log group";
}
