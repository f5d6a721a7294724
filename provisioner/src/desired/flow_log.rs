use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// The record of all traffic of the VPC, delivered to a bucket without a role; it cannot be changed, only replaced (EC2 `CreateFlowLogs`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowLog {
    /// The VPC's id.
    pub vpc: RefOr,
    /// `ALL`: accepted and rejected.
    pub traffic: String,
    /// The ARN of the folder it is delivered to: `arn:aws:s3:::BUCKET/flow-logs`.
    pub destination: String,
    /// Over how many seconds packets are summed up: 60 or 600.
    pub interval_seconds: i32,
}

/// What the planner knows of the kind `flow-log`.
pub static SCHEMA: Schema = Schema {
    kind: "flow-log",
    listed_by: "flow-log",
    layer: Layer::Network,
    identity: IdentityClass::ClientToken,
    is_taggable: true,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "vpc", on_change: OnChange::Replace },
        AttributeSchema { name: "traffic", on_change: OnChange::Replace },
        AttributeSchema { name: "destination", on_change: OnChange::Replace },
        AttributeSchema { name: "interval_seconds", on_change: OnChange::Replace },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical::QUICK,
    permissions: &[
        "ec2:CreateFlowLogs",
        "ec2:DeleteFlowLogs",
        "ec2:DescribeFlowLogs",
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "ec2:CreateTags",
        "ec2:DeleteTags",
    ],
};
