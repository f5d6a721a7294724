use aws_sdk_ec2::operation::create_network_acl::{CreateNetworkAclInput, CreateNetworkAclOutput};
use aws_sdk_ec2::operation::delete_network_acl::{DeleteNetworkAclInput, DeleteNetworkAclOutput};
use aws_sdk_ec2::operation::describe_network_acls::{DescribeNetworkAclsInput, DescribeNetworkAclsOutput};
use aws_sdk_ec2::operation::replace_network_acl_association::{ReplaceNetworkAclAssociationInput, ReplaceNetworkAclAssociationOutput};
use aws_sdk_ec2::types::{NetworkAclAssociation, ResourceType, RuleAction};
use serde::{Deserialize, Serialize};

use super::network_acl_entry::Entry;
use super::paging::{Query, select};
use super::{Vpc, tag, token};
use crate::sandbox::call::{Call, not_found};
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

const FILTERS: [&str; 14] = [
    "association.association-id",
    "association.network-acl-id",
    "association.subnet-id",
    "default",
    "entry.cidr",
    "entry.egress",
    "entry.icmp.code",
    "entry.icmp.type",
    "entry.protocol",
    "entry.rule-action",
    "entry.rule-number",
    "network-acl-id",
    "owner-id",
    "vpc-id",
];

/// A network ACL with its entries and the subnets behind it. Every subnet is behind exactly one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct NetworkAcl {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) vpc: String,
    /// Whether AWS made it with the VPC; it goes with the VPC.
    pub(crate) is_default: bool,
    /// All entries but the closing refusals.
    pub(crate) entries: Vec<Entry>,
    pub(crate) associations: Vec<Association>,
}

/// That a subnet is behind a list; its id changes with the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Association {
    pub(crate) id: String,
    pub(crate) subnet: String,
}

impl NetworkAcl {
    /// Makes the default list of a new VPC, which lets everything through (VPC User Guide, "Default network ACL").
    pub(crate) fn make_default(call: &mut Call<'_>, vpc: &str) {
        let acl = NetworkAcl {
            id: call.new_id("acl"),
            tags: Tags::new(),
            created: call.now,
            vpc: vpc.to_owned(),
            is_default: true,
            entries: [false, true].map(|is_egress| Entry::of_all(is_egress, 100, RuleAction::Allow)).to_vec(),
            associations: Vec::new(),
        };
        call.put(acl);
    }

    /// Puts a new subnet behind its VPC's default list.
    pub(crate) fn take_in(call: &mut Call<'_>, vpc: &str, subnet: &str) {
        let association = Association { id: call.new_id("aclassoc"), subnet: subnet.to_owned() };
        let default = call.iter::<NetworkAcl>().find(|acl| acl.vpc == vpc && acl.is_default).map(|acl| acl.id.clone());
        if let Some(default) = default {
            call.update::<NetworkAcl>(&default, |acl| acl.associations.push(association));
        }
    }

    /// Forgets a subnet that is deleted.
    pub(crate) fn let_go(call: &mut Call<'_>, subnet: &str) {
        let holds = |acl: &&NetworkAcl| acl.associations.iter().any(|association| association.subnet == subnet);
        let holding: Vec<String> = call.iter::<NetworkAcl>().filter(holds).map(|acl| acl.id.clone()).collect();
        for id in holding {
            call.update::<NetworkAcl>(&id, |acl| acl.associations.retain(|association| association.subnet != subnet));
        }
    }

    fn to_sdk(&self, call: &Call<'_>) -> aws_sdk_ec2::types::NetworkAcl {
        let associations = self.associations.iter().map(|association| {
            NetworkAclAssociation::builder()
                .network_acl_association_id(&association.id)
                .network_acl_id(&self.id)
                .subnet_id(&association.subnet)
                .build()
        });
        aws_sdk_ec2::types::NetworkAcl::builder()
            .network_acl_id(&self.id)
            .vpc_id(&self.vpc)
            .owner_id(call.account())
            .is_default(self.is_default)
            .set_associations(Some(associations.collect()))
            .set_entries(Some(self.shown_entries().iter().map(Entry::to_sdk).collect()))
            .set_tags(Some(tag::to_sdk(&self.tags)))
            .build()
    }

    /// The entries with AWS's own closing refusals (VPC User Guide, "Network ACL rules": the rule whose number is an asterisk).
    fn shown_entries(&self) -> Vec<Entry> {
        let mut entries = self.entries.clone();
        entries.extend([true, false].map(|is_egress| Entry::of_all(is_egress, Entry::CLOSING, RuleAction::Deny)));
        entries.sort_by_key(|entry| (!entry.is_egress, entry.number));
        entries
    }

    fn values(&self, call: &Call<'_>, name: &str) -> Vec<String> {
        let associations = self.associations.iter();
        match name {
            "association.association-id" => associations.map(|association| association.id.clone()).collect(),
            "association.network-acl-id" => associations.map(|_| self.id.clone()).collect(),
            "association.subnet-id" => associations.map(|association| association.subnet.clone()).collect(),
            "default" => vec![self.is_default.to_string()],
            "network-acl-id" => vec![self.id.clone()],
            "owner-id" => vec![call.account().to_owned()],
            "vpc-id" => vec![self.vpc.clone()],
            _ => self.shown_entries().iter().flat_map(|entry| entry.property(name)).collect(),
        }
    }
}

/// `CreateNetworkAcl`: the list lets nothing through yet.
pub(crate) fn create(call: &mut Call<'_>, input: &CreateNetworkAclInput) -> Result<CreateNetworkAclOutput, Refusal> {
    let operation = "CreateNetworkAcl";
    let made = token::made_before(call, operation, input.client_token(), input, "")?;
    if let Some(id) = made.as_ref().and_then(|ids| ids.first()) {
        let acl: NetworkAcl = call.get(id).ok_or_else(|| not_found::<NetworkAcl>(id))?;
        return Ok(CreateNetworkAclOutput::builder().network_acl(acl.to_sdk(call)).set_client_token(input.client_token.clone()).build());
    }
    let vpc: Vpc = call.named(input.vpc_id(), "vpcId")?;
    let tags = tag::for_new(call, input.tag_specifications(), ResourceType::NetworkAcl)?;
    if call.iter::<NetworkAcl>().filter(|acl| acl.vpc == vpc.id).count() >= call.options().quotas.network_acls_per_vpc {
        return Err(Refusal::new("NetworkAclLimitExceeded", "The maximum number of network ACLs has been reached."));
    }
    let acl = NetworkAcl {
        id: call.new_id("acl"),
        tags,
        created: call.now,
        vpc: vpc.id,
        is_default: false,
        entries: Vec::new(),
        associations: Vec::new(),
    };
    call.put(acl.clone());
    token::remember(call, operation, input.client_token(), input, "", vec![acl.id.clone()]);
    Ok(CreateNetworkAclOutput::builder().network_acl(acl.to_sdk(call)).set_client_token(input.client_token.clone()).build())
}

/// `DeleteNetworkAcl`: refused for a default list and while a subnet is behind it.
pub(crate) fn delete(call: &mut Call<'_>, input: &DeleteNetworkAclInput) -> Result<DeleteNetworkAclOutput, Refusal> {
    let acl: NetworkAcl = call.named(input.network_acl_id(), "networkAclId")?;
    if acl.is_default {
        return Err(Refusal::value(format!("cannot delete default network ACL {}", acl.id)));
    }
    if !acl.associations.is_empty() {
        return Err(Refusal::dependency(format!("The networkAcl '{}' has dependencies and cannot be deleted.", acl.id)));
    }
    call.remove::<NetworkAcl>(&acl.id);
    Ok(DeleteNetworkAclOutput::builder().build())
}

/// `ReplaceNetworkAclAssociation`: puts a subnet behind another list of its VPC; the association gets a new id.
pub(crate) fn replace_association(
    call: &mut Call<'_>,
    input: &ReplaceNetworkAclAssociationInput,
) -> Result<ReplaceNetworkAclAssociationOutput, Refusal> {
    let id = input.association_id().ok_or_else(|| Refusal::missing("associationId"))?;
    let holding = call.all::<NetworkAcl>().into_iter().find(|acl| acl.associations.iter().any(|association| association.id == id));
    let Some(mut old) = holding else {
        return Err(Refusal::new("InvalidAssociationID.NotFound", format!("The association ID '{id}' does not exist")));
    };
    let target: NetworkAcl = call.named(input.network_acl_id(), "networkAclId")?;
    if target.vpc != old.vpc {
        return Err(Refusal::value(format!("Network ACL {} and the subnet belong to different networks", target.id)));
    }
    let new_id = call.new_id("aclassoc");
    let moved: Vec<Association> = old.associations.iter().filter(|association| association.id == id).cloned().collect();
    old.associations.retain(|association| association.id != id);
    call.put(old);
    for association in moved {
        let association = Association { id: new_id.clone(), ..association };
        call.update::<NetworkAcl>(&target.id, |acl| acl.associations.push(association));
    }
    Ok(ReplaceNetworkAclAssociationOutput::builder().new_association_id(new_id).build())
}

/// `DescribeNetworkAcls`.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeNetworkAclsInput) -> Result<DescribeNetworkAclsOutput, Refusal> {
    let query = Query {
        ids: input.network_acl_ids(),
        filters: input.filters(),
        names: &FILTERS,
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeNetworkAcls: 5 to 1000.
        sizes: 5..=1000,
        excludes_ids: false,
    };
    let page = select::<NetworkAcl>(call, &query, |call, acl, name| acl.values(call, name))?;
    let acls = page.items.iter().map(|acl| acl.to_sdk(call)).collect();
    Ok(DescribeNetworkAclsOutput::builder().set_network_acls(Some(acls)).set_next_token(page.next_token).build())
}
