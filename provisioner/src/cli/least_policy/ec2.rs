use super::grouping::{Grouping, all, is_read, same};
use crate::desired::Statement;
use crate::model::TAG_PROJECT;

impl Grouping<'_> {
    /// EC2 asks about every object of a request by itself: about a new one with the request's tags, about others with their own.
    pub(super) fn ec2(&mut self) {
        let any = self.arn("ec2", "*/*");
        let (partition, region) = (self.partition(), self.place.region);
        self.add(
            "Ec2Read",
            "looks at network and machines; lists cannot be limited to some objects",
            "ec2",
            is_read,
            all(),
            self.in_region(),
        );
        self.add(
            "Ec2Make",
            "makes objects that carry this environment's tags",
            "ec2",
            is_ec2_creation,
            [any.clone()],
            self.ours("aws:RequestTag"),
        );
        let creations: Vec<String> =
            self.actions.iter().filter(|action| is_ec2_creation(action)).map(|action| action[4..].to_owned()).collect();
        let while_made = |statement: Statement| statement.when("StringEquals", "ec2:CreateAction", creations);
        // The root volume and the interface of a machine get the operator's tags and none of ours, so that their tags are not asked for.
        self.add("Ec2Tag", "tags objects while they are made", "ec2", |action| action == "ec2:CreateTags", [any.clone()], while_made);
        self.add(
            "Ec2Own",
            "changes, uses and deletes what carries this environment's tags",
            "ec2",
            |action| !is_read(action),
            [any],
            self.ours("aws:ResourceTag"),
        );
        let launch = [
            format!("arn:{partition}:ec2:{region}::image/*"),
            format!("arn:{partition}:ec2:{region}::snapshot/*"),
            self.arn("ec2", "volume/*"),
            self.arn("ec2", "network-interface/*"),
        ];
        self.add(
            "Ec2Launch",
            "starts machines: their image, and what AWS makes along with them",
            "ec2",
            |action| action == "ec2:RunInstances",
            launch,
            same,
        );
        let rules = [self.arn("ec2", "security-group-rule/*")];
        self.add(
            "Ec2Rules",
            "adds rules to this environment's security groups",
            "ec2",
            |action| action.starts_with("ec2:AuthorizeSecurityGroup"),
            rules,
            same,
        );
        let untagged = |statement: Statement| statement.when("Null", &format!("aws:ResourceTag/{TAG_PROJECT}"), ["true"]);
        let groups = [self.arn("ec2", "security-group/*")];
        self.add(
            "Ec2Adopt",
            "takes over the default security group that AWS makes with a VPC",
            "ec2",
            |action| action == "ec2:CreateTags",
            groups,
            untagged,
        );
        let acls = [self.arn("ec2", "network-acl/*")];
        self.add(
            "Ec2Acl",
            "takes subnets from and gives them back to the VPC's own access list, which is untagged",
            "ec2",
            |action| action == "ec2:ReplaceNetworkAclAssociation",
            acls,
            same,
        );
        if let Some(gateway) = &self.place.gateway {
            // A transit gateway may be shared from another account.
            let gateway = [format!("arn:{partition}:ec2:{region}:*:{gateway}")];
            self.add("Ec2Gateway", "connects the network with the customer's gateway", "ec2", is_of_gateway, gateway, same);
        }
    }
}

/// Whether an action of EC2 makes an object that is tagged by the very request that makes it.
fn is_ec2_creation(action: &str) -> bool {
    let is_named = matches!(action, "ec2:AllocateAddress" | "ec2:ImportKeyPair" | "ec2:RunInstances");
    let is_part = matches!(action, "ec2:CreateTags" | "ec2:CreateRoute" | "ec2:CreateNetworkAclEntry");
    is_named || (action.starts_with("ec2:Create") && !is_part)
}

/// Whether an action of EC2 concerns the customer's gateway as well as our network.
fn is_of_gateway(action: &str) -> bool {
    matches!(action, "ec2:CreateTransitGatewayVpcAttachment" | "ec2:AttachVpnGateway" | "ec2:DetachVpnGateway")
}
