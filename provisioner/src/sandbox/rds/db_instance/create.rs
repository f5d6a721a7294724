use aws_sdk_rds::operation::create_db_instance::{CreateDbInstanceInput, CreateDbInstanceOutput};

use super::lifetime::SECRET;
use super::{DbInstance, network};
use crate::sandbox::call::Call;
use crate::sandbox::kms::managed_by_aws;
use crate::sandbox::moment::Moment;
use crate::sandbox::rds::engine::Version;
use crate::sandbox::rds::{DbSubnetGroup, name, named, parameter_group, setting, tag, unsimulated, window};
use crate::sandbox::refusal::Refusal;

/// The windows of an instance that names none.
pub(super) const WINDOWS: (&str, &str) = ("04:00-04:30", "sun:05:00-sun:05:30");

/// Refuses an identifier that is taken, and an instance too many.
pub(super) fn check_room(call: &mut Call<'_>, id: &str) -> Result<(), Refusal> {
    if call.peek::<DbInstance>(id).is_some() {
        return Err(Refusal::new("DBInstanceAlreadyExists", "DB instance already exists"));
    }
    let present = call.iter::<DbInstance>().count();
    if present >= call.options().quotas.db_instances {
        return Err(Refusal::new("InstanceQuotaExceeded", "You have reached the maximum number of DB instances in this region."));
    }
    // The first instance of an account makes AWSServiceRoleForRDS (RDS User Guide, "Using service-linked roles").
    if present == 0 {
        call.needs("iam:CreateServiceLinkedRole")?;
    }
    Ok(())
}

/// A new ARN of a master password, as RDS names it.
pub(super) fn new_secret(call: &mut Call<'_>) -> (String, Moment) {
    let digits = call.new_digits(36);
    let arn = format!("arn:aws:secretsmanager:{}:{}:secret:rds!db-{}-{}", call.region, call.account(), &digits[..30], &digits[30..]);
    (arn, call.after(SECRET))
}

/// `CreateDBInstance`, of MySQL in a subnet group.
pub(crate) fn create(call: &mut Call<'_>, input: &CreateDbInstanceInput) -> Result<CreateDbInstanceOutput, Refusal> {
    unsimulated!(input: db_name db_security_groups option_group_name character_set_name nchar_character_set_name db_cluster_identifier
        tde_credential_arn tde_credential_password domain domain_fqdn domain_ou domain_auth_secret_arn domain_dns_ips domain_iam_role_name
        promotion_tier timezone enable_iam_database_authentication database_insights_mode enable_performance_insights
        performance_insights_kms_key_id performance_insights_retention_period processor_features max_allocated_storage
        enable_customer_owned_ip network_type backup_target custom_iam_instance_profile db_system_id ca_certificate_identifier
        master_user_secret_kms_key_id multi_tenant dedicated_log_volume additional_storage_volumes tag_specifications
        db_capacity_reservation_identifier master_user_authentication_type license_model);
    let id = name::identifier(input.db_instance_identifier(), "DBInstanceIdentifier", 63)?;
    let engine = input.engine().ok_or_else(|| Refusal::missing("Engine"))?;
    let class = input.db_instance_class().ok_or_else(|| Refusal::missing("DBInstanceClass"))?;
    let version = Version::named(engine, input.engine_version())?;
    let lifecycle = setting::lifecycle(input.engine_lifecycle_support())?;
    if version.needs_extended_support && lifecycle.ends_with("-disabled") {
        let message = format!(
            "Cannot create a DB instance with engine version {}: it is past its end of standard support, and RDS Extended Support is disabled.",
            version.number
        );
        return Err(Refusal::combination(message));
    }
    let master_username = name::master_user(input.master_username())?;
    check_password(input)?;
    let storage_type = input.storage_type().unwrap_or("gp3");
    let storage_gib = input.allocated_storage.ok_or_else(|| Refusal::missing("AllocatedStorage"))?;
    setting::check_storage(storage_type, storage_gib, input.iops, input.storage_throughput)?;
    let backup_days = input.backup_retention_period.unwrap_or(1);
    setting::check_backup_days(backup_days)?;
    let port = input.port.unwrap_or(3306);
    setting::check_port(port)?;
    setting::check_logs(input.enable_cloudwatch_logs_exports())?;
    let backup_window = input.preferred_backup_window().unwrap_or(WINDOWS.0);
    let maintenance_window = input.preferred_maintenance_window().unwrap_or(WINDOWS.1);
    window::check(backup_window, maintenance_window)?;
    let monitoring_seconds = input.monitoring_interval.unwrap_or(0);
    setting::check_monitoring(call, monitoring_seconds, input.monitoring_role_arn())?;
    let is_encrypted = input.storage_encrypted.unwrap_or(false);
    let kms_key = key(call, is_encrypted, input.kms_key_id())?;
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
    let secret = match input.manage_master_user_password {
        Some(true) => {
            setting::needs_for_secret(call)?;
            let (arn, _) = new_secret(call);
            Some((arn, call.after(super::lifetime::CREATING + SECRET)))
        }
        _ => None,
    };
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
        is_encrypted,
        kms_key,
        master_username,
        secret,
        backup_days,
        backup_window: backup_window.to_owned(),
        maintenance_window: maintenance_window.to_owned(),
        copies_tags: input.copy_tags_to_snapshot.unwrap_or(false),
        is_protected: input.deletion_protection.unwrap_or(false),
        upgrades_minor_versions: input.auto_minor_version_upgrade.unwrap_or(true),
        monitoring_seconds,
        monitoring_role: input.monitoring_role_arn.clone(),
        logs: input.enable_cloudwatch_logs_exports().to_vec(),
        lifecycle,
        course: Vec::new(),
        rest: "available".to_owned(),
        backed_up_at: None,
        pending: None,
        storage_settles_at: Moment::EPOCH,
        deleted_at: None,
    };
    instance.begin(call);
    instance.subnets = network::attach(call, &instance, &group, &zones)?;
    call.put(instance.clone());
    Ok(CreateDbInstanceOutput::builder().db_instance(instance.to_sdk(call)).build())
}

/// The key that encrypts an instance: the one that is named, or the account's own for RDS.
fn key(call: &mut Call<'_>, is_encrypted: bool, named: Option<&str>) -> Result<Option<String>, Refusal> {
    match named {
        Some(_) if !is_encrypted => Err(Refusal::combination("KmsKeyId cannot be specified when StorageEncrypted is false.")),
        Some(named) => setting::accessible_key(call, named).map(Some),
        None => Ok(is_encrypted.then(|| managed_by_aws(call, "rds"))),
    }
}

fn check_password(input: &CreateDbInstanceInput) -> Result<(), Refusal> {
    match (input.manage_master_user_password, input.master_user_password()) {
        (Some(true), Some(_)) => {
            Err(Refusal::combination("You can't specify MasterUserPassword when ManageMasterUserPassword is enabled."))
        }
        (Some(true), None) => Ok(()),
        (_, None) => Err(Refusal::value("Invalid master user password")),
        // RDS API Reference, CreateDBInstance: 8 to 41 printable characters but `/`, `"` and `@`.
        (_, Some(password)) => {
            let is_allowed = password.chars().all(|character| character.is_ascii_graphic() && !"/\"@".contains(character));
            if is_allowed && (8..=41).contains(&password.len()) {
                Ok(())
            } else {
                Err(Refusal::value("The parameter MasterUserPassword is not a valid password."))
            }
        }
    }
}
