use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::ec2::{
    Address, Instance, InternetGateway, KeyPair, NatGateway, NetworkAcl, NetworkInterface, RouteTable, SecurityGroup, Snapshot, Subnet,
    Token, TransitGateway, TransitGatewayAttachment, Volume, Vpc, VpnGateway,
};

/// An object's tags, in key order.
pub(crate) type Tags = BTreeMap<String, String>;

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
    ($($type:ident, $name:literal, $not_found:literal, $noun:literal;)*) => {
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

// The codes are those of the EC2 API Reference, "Error codes for the Amazon EC2 API".
objects! {
    Address, "elastic-ip", "InvalidAllocationID.NotFound", "allocation ID";
    Instance, "instance", "InvalidInstanceID.NotFound", "instance ID";
    InternetGateway, "internet-gateway", "InvalidInternetGatewayID.NotFound", "internetGateway ID";
    KeyPair, "key-pair", "InvalidKeyPair.NotFound", "key pair ID";
    NatGateway, "nat-gateway", "NatGatewayNotFound", "NAT gateway ID";
    NetworkAcl, "network-acl", "InvalidNetworkAclID.NotFound", "networkAcl ID";
    NetworkInterface, "network-interface", "InvalidNetworkInterfaceID.NotFound", "networkInterface ID";
    RouteTable, "route-table", "InvalidRouteTableID.NotFound", "routeTable ID";
    SecurityGroup, "security-group", "InvalidGroup.NotFound", "security group ID";
    Snapshot, "snapshot", "InvalidSnapshot.NotFound", "snapshot ID";
    Subnet, "subnet", "InvalidSubnetID.NotFound", "subnet ID";
    Token, "client-token", "InvalidParameterValue", "client token";
    TransitGateway, "transit-gateway", "InvalidTransitGatewayID.NotFound", "transit gateway ID";
    TransitGatewayAttachment, "transit-gateway-attachment", "InvalidTransitGatewayAttachmentID.NotFound", "transit gateway attachment ID";
    Volume, "volume", "InvalidVolume.NotFound", "volume";
    Vpc, "vpc", "InvalidVpcID.NotFound", "vpc ID";
    VpnGateway, "vpn-gateway", "InvalidVpnGatewayID.NotFound", "vpnGateway ID";
}
