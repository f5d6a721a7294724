use std::collections::BTreeSet;

use aws_sdk_rds::operation::create_db_subnet_group::{CreateDbSubnetGroupInput, CreateDbSubnetGroupOutput};
use aws_sdk_rds::operation::delete_db_subnet_group::{DeleteDbSubnetGroupInput, DeleteDbSubnetGroupOutput};
use aws_sdk_rds::operation::describe_db_subnet_groups::{DescribeDbSubnetGroupsInput, DescribeDbSubnetGroupsOutput};
use aws_sdk_rds::operation::modify_db_subnet_group::{ModifyDbSubnetGroupInput, ModifyDbSubnetGroupOutput};
use aws_sdk_rds::types::{AvailabilityZone, Subnet as SdkSubnet};
use serde::{Deserialize, Serialize};

use super::paging::{Page, USUAL, cut};
use super::{DbInstance, arn, name, named, tag};
use crate::sandbox::call::Call;
use crate::sandbox::ec2::Subnet;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// The subnets that instances stand in. Its id is its name in lower case.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DbSubnetGroup {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) description: String,
    pub(crate) vpc: String,
    pub(crate) subnets: Vec<String>,
}

impl DbSubnetGroup {
    pub(super) fn to_sdk(&self, call: &Call<'_>) -> aws_sdk_rds::types::DbSubnetGroup {
        let subnets = self.subnets.iter().filter_map(|id| call.peek::<Subnet>(id)).map(|subnet| {
            SdkSubnet::builder()
                .subnet_identifier(&subnet.id)
                .subnet_availability_zone(AvailabilityZone::builder().name(&subnet.zone).build())
                .subnet_status("Active")
                .build()
        });
        aws_sdk_rds::types::DbSubnetGroup::builder()
            .db_subnet_group_name(&self.id)
            .db_subnet_group_description(&self.description)
            .vpc_id(&self.vpc)
            .subnet_group_status("Complete")
            .set_subnets(Some(subnets.collect()))
            .db_subnet_group_arn(arn(call, "subgrp", &self.id))
            .build()
    }

    /// Its subnets that still exist.
    pub(super) fn present_subnets(&self, call: &Call<'_>) -> Vec<Subnet> {
        self.subnets.iter().filter_map(|id| call.get::<Subnet>(id)).collect()
    }
}

/// The VPC of subnets that together make a group: all in one VPC, in two zones at least.
fn vpc_of(call: &Call<'_>, ids: &[String]) -> Result<String, Refusal> {
    let mut zones = BTreeSet::new();
    let mut vpcs = BTreeSet::new();
    for id in ids {
        let subnet: Subnet =
            call.named(Some(id), "SubnetIds").map_err(|_| Refusal::new("InvalidSubnet", format!("The subnet ID '{id}' does not exist")))?;
        zones.insert(subnet.zone);
        vpcs.insert(subnet.vpc);
    }
    if zones.len() < 2 {
        let found = zones.into_iter().collect::<Vec<_>>().join(", ");
        return Err(Refusal::new(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            format!(
                "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: {found}. Add subnets to cover at least 2 AZs."
            ),
        ));
    }
    match vpcs.into_iter().collect::<Vec<_>>().as_slice() {
        [vpc] => Ok(vpc.clone()),
        _ => Err(Refusal::new("InvalidSubnet", "Subnets are not all in the same VPC")),
    }
}

/// `CreateDBSubnetGroup`.
pub(super) fn create(call: &mut Call<'_>, input: &CreateDbSubnetGroupInput) -> Result<CreateDbSubnetGroupOutput, Refusal> {
    let id = name::subnet_group(input.db_subnet_group_name())?;
    let description = input.db_subnet_group_description().filter(|text| !text.is_empty());
    let description = description.ok_or_else(|| Refusal::missing("DBSubnetGroupDescription"))?.to_owned();
    let tags = tag::for_new(call, input.tags())?;
    if call.peek::<DbSubnetGroup>(&id).is_some() {
        return Err(Refusal::new("DBSubnetGroupAlreadyExists", format!("The DB subnet group '{id}' already exists.")));
    }
    let vpc = vpc_of(call, input.subnet_ids())?;
    // RDS User Guide, "Quotas and constraints for Amazon RDS": 20 subnets a group, 50 groups.
    if input.subnet_ids().len() > 20 {
        return Err(Refusal::new("DBSubnetQuotaExceededFault", "A DB subnet group has at most 20 subnets."));
    }
    if call.iter::<DbSubnetGroup>().count() >= 50 {
        return Err(Refusal::new("DBSubnetGroupQuotaExceeded", "The maximum number of DB subnet groups has been reached."));
    }
    let group = DbSubnetGroup { id, tags, created: call.now, description, vpc, subnets: input.subnet_ids().to_vec() };
    call.put(group.clone());
    Ok(CreateDbSubnetGroupOutput::builder().db_subnet_group(group.to_sdk(call)).build())
}

/// `ModifyDBSubnetGroup`: a subnet in which an instance stands cannot leave.
pub(super) fn modify(call: &mut Call<'_>, input: &ModifyDbSubnetGroupInput) -> Result<ModifyDbSubnetGroupOutput, Refusal> {
    let mut group: DbSubnetGroup = named(call, input.db_subnet_group_name(), "DBSubnetGroupName")?;
    if vpc_of(call, input.subnet_ids())? != group.vpc {
        return Err(Refusal::new("InvalidSubnet", "The new subnets are in a different VPC than the DB subnet group"));
    }
    let leaving = |subnet: &String| group.subnets.contains(subnet) && !input.subnet_ids().contains(subnet);
    let in_use = call
        .iter::<DbInstance>()
        .filter(|instance| instance.subnet_group == group.id)
        .find(|instance| instance.subnets.iter().any(leaving));
    if let Some(instance) = in_use {
        let message = format!("Some of the subnets to be deleted are currently in use by {}", instance.id);
        return Err(Refusal::new("SubnetAlreadyInUse", message));
    }
    group.subnets = input.subnet_ids().to_vec();
    if let Some(description) = input.db_subnet_group_description() {
        group.description = description.to_owned();
    }
    call.put(group.clone());
    Ok(ModifyDbSubnetGroupOutput::builder().db_subnet_group(group.to_sdk(call)).build())
}

/// `DeleteDBSubnetGroup`: refused while an instance stands in it.
pub(super) fn delete(call: &mut Call<'_>, input: &DeleteDbSubnetGroupInput) -> Result<DeleteDbSubnetGroupOutput, Refusal> {
    let group: DbSubnetGroup = named(call, input.db_subnet_group_name(), "DBSubnetGroupName")?;
    if let Some(instance) = call.iter::<DbInstance>().find(|instance| instance.subnet_group == group.id) {
        let message = format!(
            "Cannot delete the subnet group '{}' because at least one database instance: {} is still using it.",
            group.id, instance.id
        );
        return Err(Refusal::new("InvalidDBSubnetGroupStateFault", message));
    }
    call.remove::<DbSubnetGroup>(&group.id);
    Ok(DeleteDbSubnetGroupOutput::builder().build())
}

/// `DescribeDBSubnetGroups`.
pub(super) fn describe(call: &mut Call<'_>, input: &DescribeDbSubnetGroupsInput) -> Result<DescribeDbSubnetGroupsOutput, Refusal> {
    if !input.filters().is_empty() {
        return Err(Refusal::unsimulated("Filters"));
    }
    let groups = match input.db_subnet_group_name() {
        Some(_) => vec![named::<DbSubnetGroup>(call, input.db_subnet_group_name(), "DBSubnetGroupName")?],
        None => call.visible::<DbSubnetGroup>(),
    };
    let page = Page { max_records: input.max_records, marker: input.marker(), sizes: USUAL };
    let (groups, marker) = cut(groups, &page, |group| group.id.clone())?;
    let groups = groups.iter().map(|group| group.to_sdk(call)).collect();
    Ok(DescribeDbSubnetGroupsOutput::builder().set_db_subnet_groups(Some(groups)).set_marker(marker).build())
}
