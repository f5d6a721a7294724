use std::net::Ipv4Addr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// A machine: IMDSv2 only with one hop, encrypted root volume, no public address of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    /// The image's id.
    pub image: String,
    /// The image's root device, which the root volume must name.
    pub root_device: String,
    /// Its size: `m6i.large`.
    pub instance_type: String,
    /// Where it stands.
    pub network: InstanceNetwork,
    /// The ids of its groups; on a given interface they are the interface's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_groups: Option<Vec<RefOr>>,
    /// The physical name of the key pair; a changed key never replaces a machine.
    pub key_name: String,
    /// cloud-init's text, at most 16 KiB; no secret. Used once, at the first boot.
    pub user_data: String,
    /// The root volume's size.
    pub root_volume_gib: u32,
    /// The ARN of the key of the root volume; without one it is under the account's own for EBS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<RefOr>,
    /// The ARN of the profile whose role it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_profile: Option<RefOr>,
    /// Whether a terminate call is refused.
    pub termination_protection: bool,
    /// Whether metrics come every minute.
    pub detailed_monitoring: bool,
    /// Whether the metadata service refuses version 1.
    pub requires_imdsv2: bool,
    /// How far metadata answers travel: 1 keeps them on the machine.
    pub metadata_hop_limit: i32,
    /// Whether it shall run; always true.
    pub is_running: bool,
}

/// Where a machine stands: on an interface made before it, or in a subnet at an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceNetwork {
    /// The id of the interface made before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_interface: Option<RefOr>,
    /// The subnet's id; with it `private_address`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnet: Option<RefOr>,
    /// Its address in the subnet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_address: Option<Ipv4Addr>,
}

/// What the planner knows of the kind `instance`.
pub static SCHEMA: Schema = Schema {
    kind: "instance",
    listed_by: "instance",
    layer: Layer::Hosts,
    identity: IdentityClass::ClientToken,
    is_taggable: true,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "image", on_change: OnChange::Replace },
        AttributeSchema { name: "root_device", on_change: OnChange::Fixed },
        AttributeSchema { name: "instance_type", on_change: OnChange::Update(Effect::Reboot) },
        AttributeSchema { name: "network", on_change: OnChange::Replace },
        AttributeSchema { name: "security_groups", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "key_name", on_change: OnChange::Fixed },
        AttributeSchema { name: "user_data", on_change: OnChange::Fixed },
        AttributeSchema { name: "root_volume_gib", on_change: OnChange::Fixed },
        AttributeSchema { name: "kms_key", on_change: OnChange::Fixed },
        AttributeSchema { name: "instance_profile", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "termination_protection", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "detailed_monitoring", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "requires_imdsv2", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "metadata_hop_limit", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "is_running", on_change: OnChange::Update(Effect::InPlace) },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical { create: Duration::from_secs(20), update: Duration::from_secs(60), delete: Duration::from_secs(45) },
    permissions: &[
        "ec2:RunInstances",
        "ec2:TerminateInstances",
        "ec2:StopInstances",
        "ec2:StartInstances",
        "ec2:DescribeInstances",
        "ec2:DescribeInstanceAttribute",
        "ec2:GetConsoleOutput",
        "ec2:ModifyInstanceAttribute",
        "ec2:ModifyInstanceMetadataOptions",
        "ec2:MonitorInstances",
        "ec2:UnmonitorInstances",
        "ec2:AssociateIamInstanceProfile",
        "ec2:ReplaceIamInstanceProfileAssociation",
        "ec2:DescribeIamInstanceProfileAssociations",
        "iam:PassRole",
        "ec2:CreateTags",
        "ec2:DeleteTags",
    ],
};
