use aws_sdk_rds::operation::describe_db_instances::{DescribeDbInstancesInput, DescribeDbInstancesOutput};
use aws_sdk_rds::types::{
    CertificateDetails, DbParameterGroupStatus, Endpoint, MasterUserSecret, PendingModifiedValues, VpcSecurityGroupMembership,
};

use super::{DbInstance, Pending};
use crate::sandbox::call::Call;
use crate::sandbox::rds::engine::ENGINE;
use crate::sandbox::rds::paging::{Page, USUAL, cut};
use crate::sandbox::rds::setting::RATED_FROM_GIB;
use crate::sandbox::rds::{DbSubnetGroup, arn, named, tag};
use crate::sandbox::refusal::Refusal;

impl Pending {
    fn to_sdk(&self) -> PendingModifiedValues {
        let changes = &self.changes;
        PendingModifiedValues::builder()
            .set_engine_version(changes.version.clone())
            .set_db_instance_class(changes.class.clone())
            .set_storage_type(changes.storage_type.clone())
            .set_allocated_storage(changes.storage_gib)
            .set_multi_az(changes.is_multi_az)
            .set_port(changes.port)
            .set_backup_retention_period(changes.backup_days)
            .build()
    }
}

impl DbInstance {
    /// The instance as `DescribeDBInstances` shows it.
    pub(super) fn to_sdk(&self, call: &Call<'_>) -> aws_sdk_rds::types::DbInstance {
        let now = call.now;
        let status = self.status(now);
        let groups = self.groups.iter().map(|(id, active_at)| {
            let status = if now < *active_at { "adding" } else { "active" };
            VpcSecurityGroupMembership::builder().vpc_security_group_id(id).status(status).build()
        });
        let parameters = DbParameterGroupStatus::builder()
            .db_parameter_group_name(&self.parameter_group)
            .parameter_apply_status(self.parameter_status(now))
            .build();
        let secret = self.secret.as_ref().map(|(arn, active_at)| {
            let status = if now < *active_at { "creating" } else { "active" };
            MasterUserSecret::builder().secret_arn(arn).secret_status(status).build()
        });
        // There is no endpoint before the instance was available once (RDS API Reference, `DBInstance`).
        let address = format!("{}.c0rehearsal.{}.rds.amazonaws.com", self.id, call.region);
        let endpoint = (status != "creating").then(|| Endpoint::builder().address(address).port(self.port).build());
        let pending = self.pending.as_ref().map_or_else(|| PendingModifiedValues::builder().build(), Pending::to_sdk);
        let is_rated = self.storage_type == "gp3";
        let (iops, throughput) = if self.storage_gib < RATED_FROM_GIB { (3000, 125) } else { (12000, 500) };
        let builder = aws_sdk_rds::types::DbInstance::builder()
            .db_instance_identifier(&self.id)
            .db_instance_class(&self.class)
            .engine(ENGINE)
            .engine_version(&self.version)
            .db_instance_status(&status)
            .master_username(&self.master_username)
            .set_endpoint(endpoint)
            .allocated_storage(self.storage_gib)
            .storage_type(&self.storage_type)
            .set_iops(is_rated.then_some(iops))
            .set_storage_throughput(is_rated.then_some(throughput))
            .storage_encrypted(self.is_encrypted)
            .set_kms_key_id(self.kms_key.clone())
            .set_db_subnet_group(call.peek::<DbSubnetGroup>(&self.subnet_group).map(|group| group.to_sdk(call)))
            .set_vpc_security_groups(Some(groups.collect()))
            .db_parameter_groups(parameters)
            .multi_az(self.is_multi_az)
            .publicly_accessible(self.is_public)
            .preferred_backup_window(&self.backup_window)
            .preferred_maintenance_window(&self.maintenance_window)
            .backup_retention_period(self.backup_days)
            .pending_modified_values(pending)
            .auto_minor_version_upgrade(self.upgrades_minor_versions)
            .license_model("general-public-license")
            .dbi_resource_id(&self.resource_id)
            .db_instance_arn(arn(call, "db", &self.id))
            .copy_tags_to_snapshot(self.copies_tags)
            .monitoring_interval(self.monitoring_seconds)
            .set_monitoring_role_arn(self.monitoring_role.clone());
        builder
            .set_enabled_cloudwatch_logs_exports(Some(self.logs.clone()))
            .deletion_protection(self.is_protected)
            .engine_lifecycle_support(&self.lifecycle)
            .set_master_user_secret(secret)
            .certificate_details(CertificateDetails::builder().ca_identifier("rds-ca-rsa2048-g1").build())
            .set_latest_restorable_time(self.backed_up_at.filter(|at| *at <= now).map(|_| now.to_sdk()))
            .set_tag_list(Some(tag::to_sdk(&self.tags)))
            .set_instance_create_time((status != "creating").then(|| self.created.to_sdk()))
            .set_availability_zone((status != "creating").then(|| self.zone.clone()))
            .build()
    }
}

/// `DescribeDBInstances`.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeDbInstancesInput) -> Result<DescribeDbInstancesOutput, Refusal> {
    if !input.filters().is_empty() {
        return Err(Refusal::unsimulated("Filters"));
    }
    let instances = match input.db_instance_identifier() {
        Some(_) => vec![named::<DbInstance>(call, input.db_instance_identifier(), "DBInstanceIdentifier")?],
        None => call.visible::<DbInstance>(),
    };
    let page = Page { max_records: input.max_records, marker: input.marker(), sizes: USUAL };
    let (instances, marker) = cut(instances, &page, |instance| instance.id.clone())?;
    let instances = instances.iter().map(|instance| instance.to_sdk(call)).collect();
    Ok(DescribeDbInstancesOutput::builder().set_db_instances(Some(instances)).set_marker(marker).build())
}
