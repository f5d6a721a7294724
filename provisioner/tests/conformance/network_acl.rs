use aws_sdk_ec2::types::{NetworkAcl, PortRange, RuleAction};

use super::*;

async fn lists(ec2: &Client, vpc: &str) -> Vec<NetworkAcl> {
    ec2.describe_network_acls().filters(filter("vpc-id", vpc)).send().await.unwrap().network_acls.unwrap()
}

async fn default_list(ec2: &Client, vpc: &str) -> NetworkAcl {
    lists(ec2, vpc).await.into_iter().find(|acl| acl.is_default() == Some(true)).unwrap()
}

async fn make_list(ec2: &Client, vpc: &str) -> String {
    ec2.create_network_acl().vpc_id(vpc).send().await.unwrap().network_acl.unwrap().network_acl_id.unwrap()
}

fn entry(
    ec2: &Client,
    acl: &str,
    number: i32,
) -> aws_sdk_ec2::operation::create_network_acl_entry::builders::CreateNetworkAclEntryFluentBuilder {
    let ports = PortRange::builder().from(443).to(443).build();
    let entry = ec2.create_network_acl_entry().network_acl_id(acl).egress(false).rule_number(number).protocol("6");
    entry.port_range(ports).rule_action(RuleAction::Allow).cidr_block("10.0.0.0/8")
}

/// Puts a subnet of the VPC behind the list; returns the association's id before and after.
async fn put_behind(ec2: &Client, vpc: &str, acl: &str) -> (String, String) {
    let before = default_list(ec2, vpc).await.associations()[0].network_acl_association_id().unwrap().to_owned();
    let moved = ec2.replace_network_acl_association().association_id(&before).network_acl_id(acl).send().await.unwrap();
    (before, moved.new_association_id.unwrap())
}

facts! {
    /// VPC User Guide, "Default network ACL for a VPC": it allows all traffic to flow in and out, and every list ends with a refusal.
    async fn a_default_list_lets_everything_through_and_ends_with_a_refusal(ec2) {
        let vpc = make_vpc(&ec2).await;
        let entries = default_list(&ec2, &vpc).await.entries.unwrap();
        let mut shown: Vec<(Option<bool>, Option<i32>, Option<&RuleAction>)> =
            entries.iter().map(|entry| (entry.egress(), entry.rule_number(), entry.rule_action())).collect();
        shown.sort_by_key(|(egress, number, _)| (*egress, *number));
        let both = |egress| [(Some(egress), Some(100), Some(&RuleAction::Allow)), (Some(egress), Some(32767), Some(&RuleAction::Deny))];
        assert_eq!(shown, [both(false), both(true)].concat());
    }

    /// VPC User Guide, "Network ACL basics": a subnet that nobody associates is associated with the default list.
    async fn a_new_subnet_is_behind_the_default_list(ec2) {
        let (vpc, subnet) = make_network(&ec2).await;
        let default = default_list(&ec2, &vpc).await;
        assert_eq!(default.associations()[0].subnet_id(), Some(subnet.as_str()));
    }

    /// VPC User Guide, "Custom network ACLs": until entries are added a new list denies all traffic.
    #[moto("shows no closing refusal")]
    async fn a_new_list_lets_nothing_through(ec2) {
        let vpc = make_vpc(&ec2).await;
        let id = make_list(&ec2, &vpc).await;
        let made = lists(&ec2, &vpc).await.into_iter().find(|acl| acl.network_acl_id() == Some(id.as_str())).unwrap();
        let numbers: Vec<_> = made.entries().iter().map(|entry| (entry.rule_number(), entry.rule_action())).collect();
        assert_eq!(numbers, [(Some(32767), Some(&RuleAction::Deny)); 2]);
    }

    /// EC2 API Reference, CreateNetworkAcl: the same client token makes one list.
    #[moto("ignores the client token")]
    async fn a_token_makes_one_list(ec2) {
        let vpc = make_vpc(&ec2).await;
        let create = || ec2.create_network_acl().vpc_id(&vpc).client_token("one");
        let first = create().send().await.unwrap().network_acl.unwrap().network_acl_id;
        assert_eq!(create().send().await.unwrap().network_acl.unwrap().network_acl_id, first);
    }

    /// EC2 API Reference, "Error codes": NetworkAclEntryAlreadyExists; the number is taken in one direction.
    async fn an_entrys_number_is_taken_once_in_each_direction(ec2) {
        let vpc = make_vpc(&ec2).await;
        let acl = make_list(&ec2, &vpc).await;
        assert_eq!(code(entry(&ec2, &acl, 100).send().await), "success");
        assert_eq!(code(entry(&ec2, &acl, 100).send().await), "NetworkAclEntryAlreadyExists");
        assert_eq!(code(entry(&ec2, &acl, 100).egress(true).send().await), "success");
    }

    /// EC2 API Reference, ReplaceNetworkAclEntry, "Error codes": InvalidNetworkAclEntry.NotFound.
    #[moto("has no code for it")]
    async fn an_entry_that_is_not_there_is_not_replaced(ec2) {
        let vpc = make_vpc(&ec2).await;
        let acl = make_list(&ec2, &vpc).await;
        let replace = ec2.replace_network_acl_entry().network_acl_id(&acl).egress(false).rule_number(100).protocol("-1");
        let replace = replace.rule_action(RuleAction::Allow).cidr_block("10.0.0.0/8");
        assert_eq!(code(replace.send().await), "InvalidNetworkAclEntry.NotFound");
    }

    /// EC2 API Reference, DeleteNetworkAclEntry, "Error codes": InvalidNetworkAclEntry.NotFound.
    #[moto("has no code for it")]
    async fn an_entry_that_is_not_there_is_not_deleted(ec2) {
        let vpc = make_vpc(&ec2).await;
        let acl = make_list(&ec2, &vpc).await;
        let delete = ec2.delete_network_acl_entry().network_acl_id(&acl).egress(false).rule_number(100);
        assert_eq!(code(delete.send().await), "InvalidNetworkAclEntry.NotFound");
    }

    /// EC2 API Reference, CreateNetworkAclEntry: numbers from 1 to 32766; higher ones are for internal use.
    #[moto("takes any number")]
    async fn an_entrys_number_is_below_the_closing_one(ec2) {
        let vpc = make_vpc(&ec2).await;
        let acl = make_list(&ec2, &vpc).await;
        assert_eq!(code(entry(&ec2, &acl, 32767).send().await), "InvalidParameterValue");
        assert_eq!(code(entry(&ec2, &acl, 0).send().await), "InvalidParameterValue");
    }

    /// VPC User Guide, "Amazon VPC quotas": 20 rules per network ACL and direction.
    #[moto("has no limit")]
    async fn a_list_has_twenty_entries_in_each_direction(ec2) {
        let vpc = make_vpc(&ec2).await;
        let acl = make_list(&ec2, &vpc).await;
        for number in 1..=20 {
            assert_eq!(code(entry(&ec2, &acl, number).send().await), "success");
        }
        assert_eq!(code(entry(&ec2, &acl, 21).send().await), "NetworkAclEntryLimitExceeded");
        assert_eq!(code(entry(&ec2, &acl, 21).egress(true).send().await), "success");
    }

    /// EC2 API Reference, DeleteNetworkAcl: not while it is associated with a subnet.
    async fn a_list_with_a_subnet_behind_it_is_not_deleted(ec2) {
        let (vpc, _) = make_network(&ec2).await;
        let acl = make_list(&ec2, &vpc).await;
        let (_, association) = put_behind(&ec2, &vpc, &acl).await;
        assert_eq!(code(ec2.delete_network_acl().network_acl_id(&acl).send().await), "DependencyViolation");
        let default = default_list(&ec2, &vpc).await.network_acl_id.unwrap();
        ec2.replace_network_acl_association().association_id(association).network_acl_id(default).send().await.unwrap();
        assert_eq!(code(ec2.delete_network_acl().network_acl_id(&acl).send().await), "success");
    }

    /// EC2 API Reference, ReplaceNetworkAclAssociation: the answer has the id of the new association; the old one is none any more.
    #[moto("has no code for an association that is gone")]
    async fn an_association_gets_a_new_id_when_it_is_replaced(ec2) {
        let (vpc, _) = make_network(&ec2).await;
        let acl = make_list(&ec2, &vpc).await;
        let (before, after) = put_behind(&ec2, &vpc, &acl).await;
        assert_ne!(before, after);
        let again = ec2.replace_network_acl_association().association_id(before).network_acl_id(acl);
        assert_eq!(code(again.send().await), "InvalidAssociationID.NotFound");
    }

    /// EC2 API Reference, DeleteVpc: not before all that was made in it is gone, but for what AWS made.
    #[moto("takes the lists along")]
    async fn a_vpc_with_a_list_of_ones_own_is_not_deleted(ec2) {
        let vpc = make_vpc(&ec2).await;
        make_list(&ec2, &vpc).await;
        assert_eq!(code(ec2.delete_vpc().vpc_id(vpc).send().await), "DependencyViolation");
    }
}
