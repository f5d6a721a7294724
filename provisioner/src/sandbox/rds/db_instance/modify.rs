use std::time::Duration;

use aws_sdk_rds::operation::modify_db_instance::{ModifyDbInstanceInput, ModifyDbInstanceOutput};

use super::create::new_secret;
use super::lifetime::{CONFIGURING, LULL};
use super::{Changes, DbInstance, Pending, network};
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::rds::engine::{ENGINE, Version};
use crate::sandbox::rds::{LogGroup, named, parameter_group, setting, unsimulated, window};
use crate::sandbox::refusal::Refusal;

/// How long most changes take.
const MODIFYING: Duration = Duration::from_secs(60);
/// How long another size of machine, a standby or another version takes.
const REBUILDING: Duration = Duration::from_secs(300);
/// How long storage that grew is optimised (RDS User Guide, "Modifying storage").
const OPTIMISING: Duration = Duration::from_secs(6 * 3600);
/// How long a group or a parameter group takes to be in force.
const APPLYING: Duration = Duration::from_secs(30);

/// `ModifyDBInstance`: some changes are in force at once, the others come into force after a while or in the maintenance window.
pub(crate) fn modify(call: &mut Call<'_>, input: &ModifyDbInstanceInput) -> Result<ModifyDbInstanceOutput, Refusal> {
    unsimulated!(input: db_security_groups license_model option_group_name new_db_instance_identifier tde_credential_arn
        tde_credential_password ca_certificate_identifier domain domain_fqdn domain_ou domain_auth_secret_arn domain_dns_ips disable_domain
        domain_iam_role_name promotion_tier enable_iam_database_authentication database_insights_mode enable_performance_insights
        performance_insights_kms_key_id performance_insights_retention_period processor_features use_default_processor_features
        max_allocated_storage certificate_rotation_restart replica_mode automation_mode resume_full_automation_mode_minutes
        enable_customer_owned_ip network_type aws_backup_recovery_point_arn rotate_master_user_password master_user_secret_kms_key_id
        multi_tenant dedicated_log_volume engine additional_storage_volumes db_capacity_reservation_identifier tag_specifications
        master_user_authentication_type);
    let mut instance: DbInstance = named(call, input.db_instance_identifier(), "DBInstanceIdentifier")?;
    let status = instance.status(call.now);
    let helps_full_storage = status == "storage-full" && input.allocated_storage.is_some();
    if !matches!(status.as_str(), "available" | "storage-optimization") && !helps_full_storage {
        return Err(Refusal::new("InvalidDBInstanceState", "Database instance is not in available state."));
    }
    if input.db_subnet_group_name().is_some_and(|name| name.to_lowercase() != instance.subnet_group) {
        // RDS User Guide, "Updating the VPC for a DB instance": only into another VPC.
        return Err(Refusal::new(
            "InvalidVPCNetworkStateFault",
            format!(
                "You cannot move DB instance {} to subnet group {}. The specified DB subnet group and DB instance are in the same VPC.",
                instance.id,
                input.db_subnet_group_name().unwrap_or_default()
            ),
        ));
    }
    let changes = changes(call, &instance, input)?;
    set_at_once(call, &mut instance, input)?;
    set_monitoring(call, &mut instance, input)?;
    set_password(call, &mut instance, input)?;
    if !changes.is_empty() {
        schedule(call, &mut instance, changes, input.apply_immediately == Some(true));
    }
    call.put(instance.clone());
    Ok(ModifyDbInstanceOutput::builder().db_instance(instance.to_sdk(call)).build())
}

/// The changes that are not in force at once, of those that change anything.
fn changes(call: &Call<'_>, instance: &DbInstance, input: &ModifyDbInstanceInput) -> Result<Changes, Refusal> {
    let version = match input.engine_version() {
        None => None,
        Some(text) => upgrade(instance, text, input.allow_major_version_upgrade == Some(true))?,
    };
    if let Some(version) = version.filter(|version| !instance.version.starts_with(version.major)) {
        parameter_group::for_instance(call, input.db_parameter_group_name(), &version.family())?;
    }
    let storage_gib = growth(call, instance, input)?;
    let storage_type = input.storage_type().filter(|kind| *kind != instance.storage_type);
    if storage_type.is_some() || storage_gib.is_some() {
        let (kind, gib) = (input.storage_type().unwrap_or(&instance.storage_type), storage_gib.unwrap_or(instance.storage_gib));
        setting::check_storage(kind, gib, input.iops, input.storage_throughput)?;
    }
    let class = input.db_instance_class().filter(|class| *class != instance.class);
    if let Some(class) = class {
        setting::check_class(call, class, Version::named(ENGINE, Some(&instance.version))?, std::slice::from_ref(&instance.zone))?;
    }
    input.backup_retention_period.map_or(Ok(()), setting::check_backup_days)?;
    input.db_port_number.map_or(Ok(()), setting::check_port)?;
    Ok(Changes {
        version: version.map(|version| version.number.to_owned()),
        class: class.map(str::to_owned),
        storage_type: storage_type.map(str::to_owned),
        storage_gib,
        is_multi_az: input.multi_az.filter(|wanted| *wanted != instance.is_multi_az),
        port: input.db_port_number.filter(|port| *port != instance.port),
        backup_days: input.backup_retention_period.filter(|days| *days != instance.backup_days),
    })
}

fn upgrade(instance: &DbInstance, wanted: &str, allows_major: bool) -> Result<Option<Version>, Refusal> {
    let present = Version::named(ENGINE, Some(&instance.version))?;
    let wanted = Version::named(ENGINE, Some(wanted))?;
    if wanted == present {
        return Ok(None);
    }
    if wanted.major != present.major && !allows_major {
        return Err(Refusal::combination("The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version."));
    }
    if !present.upgrades_to(wanted) {
        return Err(Refusal::combination(format!("Cannot upgrade {ENGINE} from {} to {}", present.number, wanted.number)));
    }
    Ok(Some(wanted))
}

/// The size that storage grows to; RDS rounds a small step up to a tenth (RDS API Reference, `ModifyDBInstance`, AllocatedStorage).
fn growth(call: &Call<'_>, instance: &DbInstance, input: &ModifyDbInstanceInput) -> Result<Option<i32>, Refusal> {
    let Some(wanted) = input.allocated_storage.filter(|wanted| *wanted != instance.storage_gib) else { return Ok(None) };
    let present = instance.storage_gib;
    if wanted < present {
        return Err(Refusal::combination(format!(
            "Requested storage size ({wanted}) cannot be less than the current storage size ({present})"
        )));
    }
    if call.now < instance.storage_settles_at {
        return Err(Refusal::combination(
            "You can't currently modify the storage of this DB instance because the previous storage change is being optimized.",
        ));
    }
    let kind = input.storage_type().unwrap_or(&instance.storage_type);
    if kind == "gp3" && wanted >= setting::RATED_FROM_GIB && (input.iops.is_none() || input.storage_throughput.is_none()) {
        return Err(Refusal::combination(
            "You must specify both the storage size and iops when modifying the storage size or iops on a DB instance that has iops.",
        ));
    }
    Ok(Some(wanted.max((present * 11 + 9) / 10)))
}

fn set_at_once(call: &mut Call<'_>, instance: &mut DbInstance, input: &ModifyDbInstanceInput) -> Result<(), Refusal> {
    let backup_window = input.preferred_backup_window().unwrap_or(&instance.backup_window).to_owned();
    let maintenance_window = input.preferred_maintenance_window().unwrap_or(&instance.maintenance_window).to_owned();
    window::check(&backup_window, &maintenance_window)?;
    (instance.backup_window, instance.maintenance_window) = (backup_window, maintenance_window);
    instance.copies_tags = input.copy_tags_to_snapshot.unwrap_or(instance.copies_tags);
    instance.is_protected = input.deletion_protection.unwrap_or(instance.is_protected);
    instance.upgrades_minor_versions = input.auto_minor_version_upgrade.unwrap_or(instance.upgrades_minor_versions);
    instance.is_public = input.publicly_accessible.unwrap_or(instance.is_public);
    if input.engine_lifecycle_support.is_some() {
        instance.lifecycle = setting::lifecycle(input.engine_lifecycle_support())?;
    }
    if !input.vpc_security_group_ids().is_empty() {
        let groups = network::groups(call, input.vpc_security_group_ids(), &instance.vpc)?;
        let active_at = call.after(APPLYING);
        instance.groups = groups.into_iter().map(|id| (id.clone(), instance.groups.get(&id).copied().unwrap_or(active_at))).collect();
        network::wear(call, instance);
    }
    if input.db_parameter_group_name().is_some_and(|name| name.to_lowercase() != instance.parameter_group) {
        let version = Version::named(ENGINE, Some(input.engine_version().unwrap_or(&instance.version)))?;
        instance.parameter_group = parameter_group::for_instance(call, input.db_parameter_group_name(), &version.family())?.id;
        instance.parameters_applied_at = call.after(APPLYING);
        instance.needs_reboot = true;
    }
    if let Some(logs) = input.cloudwatch_logs_export_configuration() {
        let (on, off) = (logs.enable_log_types(), logs.disable_log_types());
        setting::check_logs(on)?;
        setting::check_logs(off)?;
        if let Some(log) = off.iter().find(|log| !instance.logs.contains(log)) {
            return Err(Refusal::combination(format!("You cannot disable the log type '{log}' because it is not enabled.")));
        }
        instance.logs.retain(|log| !off.contains(log) && !on.contains(log));
        instance.logs.extend_from_slice(on);
        instance.goes_through(&[("configuring-log-exports", call.after(CONFIGURING))]);
        LogGroup::make_for(call, instance);
    }
    Ok(())
}

fn set_monitoring(call: &mut Call<'_>, instance: &mut DbInstance, input: &ModifyDbInstanceInput) -> Result<(), Refusal> {
    if input.monitoring_interval.is_none() && input.monitoring_role_arn.is_none() {
        return Ok(());
    }
    let seconds = input.monitoring_interval.unwrap_or(instance.monitoring_seconds);
    let role = input
        .monitoring_role_arn
        .clone()
        .or_else(|| instance.monitoring_role.clone())
        .filter(|_| seconds != 0 || input.monitoring_role_arn.is_some());
    setting::check_monitoring(call, seconds, role.as_deref())?;
    (instance.monitoring_seconds, instance.monitoring_role) = (seconds, role);
    instance.goes_through(&[("available", call.after(LULL)), ("configuring-enhanced-monitoring", call.after(LULL + CONFIGURING))]);
    Ok(())
}

fn set_password(call: &mut Call<'_>, instance: &mut DbInstance, input: &ModifyDbInstanceInput) -> Result<(), Refusal> {
    match (input.manage_master_user_password, input.master_user_password()) {
        (None | Some(true), None) if input.manage_master_user_password.is_none() || instance.secret.is_some() => return Ok(()),
        (Some(true), None) => {
            setting::needs_for_secret(call)?;
            instance.secret = Some(new_secret(call));
        }
        (Some(true), Some(_)) => {
            return Err(Refusal::combination("You can't specify MasterUserPassword when ManageMasterUserPassword is enabled."));
        }
        (Some(false), None) => {
            return Err(Refusal::combination("You must specify MasterUserPassword when you turn ManageMasterUserPassword off."));
        }
        (None, Some(_)) if instance.secret.is_some() => {
            return Err(Refusal::combination("You can't specify MasterUserPassword for an instance whose password is managed."));
        }
        _ => instance.secret = None,
    }
    instance.goes_through(&[("available", call.after(LULL)), ("resetting-master-credentials", call.after(LULL + MODIFYING))]);
    Ok(())
}

/// Lets changes come into force: at once after a while, otherwise in the maintenance window, which a rehearsal does not reach.
fn schedule(call: &Call<'_>, instance: &mut DbInstance, changes: Changes, is_immediate: bool) {
    let earlier = instance.pending.take().map(|pending| pending.changes).unwrap_or_default();
    let changes = Changes {
        version: changes.version.or(earlier.version),
        class: changes.class.or(earlier.class),
        storage_type: changes.storage_type.or(earlier.storage_type),
        storage_gib: changes.storage_gib.or(earlier.storage_gib),
        is_multi_az: changes.is_multi_az.or(earlier.is_multi_az),
        port: changes.port.or(earlier.port),
        backup_days: changes.backup_days.or(earlier.backup_days),
    };
    if !is_immediate {
        instance.pending = Some(Pending { changes, at: Moment::NEVER });
        return;
    }
    let is_rebuilt = changes.class.is_some() || changes.is_multi_az.is_some() || changes.version.is_some();
    let length = LULL + if is_rebuilt { REBUILDING } else { MODIFYING };
    let end = call.after(length);
    let word = if changes.version.is_some() { "upgrading" } else { "modifying" };
    instance.goes_through(&[("available", call.after(LULL)), (word, end)]);
    if changes.storage_gib.is_some() || changes.storage_type.is_some() {
        instance.storage_settles_at = call.after(length + OPTIMISING);
        instance.rest = "available".to_owned();
    }
    if changes.backup_days.is_some_and(|days| days > 0) && instance.backup_days == 0 {
        instance.back_up(call, length);
    }
    instance.pending = Some(Pending { changes, at: end });
}
