use aws_sdk_rds::operation::restore_db_instance_from_db_snapshot::{
    RestoreDbInstanceFromDbSnapshotInput, RestoreDbInstanceFromDbSnapshotOutput,
};

use super::create::{WINDOWS, check_room};
use super::{DbInstance, network};
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::rds::engine::{ENGINE, Version};
use crate::sandbox::rds::{DbSnapshot, DbSubnetGroup, name, named, parameter_group, setting, tag, unsimulated, window};
use crate::sandbox::refusal::Refusal;

/// `RestoreDBInstanceFromDBSnapshot`: what is left out falls back to defaults, most of them not the source's.
///
/// There is no managed password (Oracle's alone), no monitoring and no maintenance window in it: they follow by `ModifyDBInstance`.
pub(crate) fn restore(
    call: &mut Call<'_>,
    input: &RestoreDbInstanceFromDbSnapshotInput,
) -> Result<RestoreDbInstanceFromDbSnapshotOutput, Refusal> {
    unsimulated!(input: db_name iops storage_throughput option_group_name tde_credential_arn tde_credential_password domain domain_fqdn
        domain_ou domain_auth_secret_arn domain_dns_ips domain_iam_role_name enable_iam_database_authentication processor_features
        use_default_processor_features enable_customer_owned_ip network_type backup_target custom_iam_instance_profile
        db_cluster_snapshot_identifier db_capacity_reservation_identifier dedicated_log_volume ca_certificate_identifier
        additional_storage_volumes tag_specifications master_user_secret_kms_key_id license_model);
    if input.manage_master_user_password.is_some() {
        return Err(Refusal::combination("ManageMasterUserPassword applies to RDS for Oracle only."));
    }
    let id = name::identifier(input.db_instance_identifier(), "DBInstanceIdentifier", 63)?;
    let snapshot: DbSnapshot = named(call, input.db_snapshot_identifier(), "DBSnapshotIdentifier")?;
    if snapshot.status(call.now) != "available" {
        let message = format!("Cannot restore from snapshot {} because it is not currently in the available state.", snapshot.id);
        return Err(Refusal::new("InvalidDBSnapshotState", message));
    }
    if input.engine().is_some_and(|engine| engine != ENGINE) {
        return Err(Refusal::unsimulated("Engine other than the source's"));
    }
    let source = snapshot.source;
    let version = Version::named(ENGINE, Some(&source.version))?;
    let lifecycle = setting::lifecycle(input.engine_lifecycle_support())?;
    let storage_type = input.storage_type().unwrap_or(&source.storage_type);
    let storage_gib = input.allocated_storage.unwrap_or(source.storage_gib);
    if storage_gib < source.storage_gib {
        return Err(Refusal::combination(format!(
            "The allocated storage {storage_gib} is smaller than the snapshot's, {}.",
            source.storage_gib
        )));
    }
    setting::check_storage(storage_type, storage_gib, None, None)?;
    let class = input.db_instance_class().unwrap_or(&source.class);
    let backup_days = input.backup_retention_period.unwrap_or(source.backup_days);
    setting::check_backup_days(backup_days)?;
    let port = input.port.unwrap_or(source.port);
    setting::check_port(port)?;
    setting::check_logs(input.enable_cloudwatch_logs_exports())?;
    let backup_window = input.preferred_backup_window().unwrap_or(&source.backup_window);
    let maintenance_window = if window::check(backup_window, WINDOWS.1).is_ok() { WINDOWS.1 } else { "sat:05:00-sat:05:30" };
    window::check(backup_window, maintenance_window)?;
    if input.db_subnet_group_name.is_none() {
        return Err(Refusal::unsimulated("DBSubnetGroupName left out"));
    }
    let group: DbSubnetGroup = named(call, input.db_subnet_group_name(), "DBSubnetGroupName")?;
    let parameters = parameter_group::for_instance(call, input.db_parameter_group_name(), &version.family())?;
    let is_multi_az = input.multi_az.unwrap_or(false);
    let zones = network::zones(call, &group, input.availability_zone(), is_multi_az)?;
    setting::check_class(call, class, version, &zones)?;
    let groups = network::groups(call, input.vpc_security_group_ids(), &group.vpc)?;
    let tags = tag::for_new(call, input.tags())?;
    check_room(call, &id)?;
    if let Some(key) = &source.kms_key {
        setting::accessible_key(call, key)?;
    }
    let mut instance = DbInstance {
        id,
        tags,
        created: call.now,
        resource_id: format!("db-{}", call.new_digits(26).to_uppercase()),
        version: version.number.to_owned(),
        class: class.to_owned(),
        storage_type: storage_type.to_owned(),
        storage_gib,
        is_multi_az,
        zone: zones.first().cloned().unwrap_or_default(),
        port,
        subnet_group: group.id.clone(),
        vpc: group.vpc.clone(),
        subnets: Vec::new(),
        groups: groups.into_iter().map(|id| (id, call.now)).collect(),
        parameter_group: parameters.id,
        parameters_applied_at: Moment::EPOCH,
        needs_reboot: false,
        is_public: input.publicly_accessible.unwrap_or(false),
        secret: None,
        backup_days,
        backup_window: backup_window.to_owned(),
        maintenance_window: maintenance_window.to_owned(),
        copies_tags: input.copy_tags_to_snapshot.unwrap_or(false),
        is_protected: input.deletion_protection.unwrap_or(false),
        upgrades_minor_versions: input.auto_minor_version_upgrade.unwrap_or(true),
        monitoring_seconds: 0,
        monitoring_role: None,
        logs: input.enable_cloudwatch_logs_exports().to_vec(),
        lifecycle,
        course: Vec::new(),
        rest: "available".to_owned(),
        backed_up_at: None,
        pending: None,
        storage_settles_at: Moment::EPOCH,
        deleted_at: None,
        ..source
    };
    instance.begin(call);
    instance.subnets = network::attach(call, &instance, &group, &zones)?;
    call.put(instance.clone());
    Ok(RestoreDbInstanceFromDbSnapshotOutput::builder().db_instance(instance.to_sdk(call)).build())
}
