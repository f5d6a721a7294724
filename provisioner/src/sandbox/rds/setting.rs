use super::engine::Version;
use super::orderable;
use crate::sandbox::call::Call;
use crate::sandbox::iam::{Role, usable_role};
use crate::sandbox::kms::{InService, in_service};
use crate::sandbox::refusal::Refusal;

/// The logs of MySQL that go to CloudWatch (RDS API Reference, `ModifyDBInstance`, CloudwatchLogsExportConfiguration).
pub(super) const LOGS: [&str; 4] = ["error", "general", "slowquery", "iam-db-auth-error"];
/// Below this size MySQL's gp3 has no rates of its own (RDS User Guide, "gp3 storage").
pub(super) const RATED_FROM_GIB: i32 = 400;

/// Refuses a kind of storage that does not exist, a size it cannot have, or rates where it has none.
pub(super) fn check_storage(kind: &str, gib: i32, iops: Option<i32>, throughput: Option<i32>) -> Result<(), Refusal> {
    if !orderable::STORAGE.contains(&kind) {
        return Err(Refusal::value(format!("Invalid storage type: {kind}")));
    }
    if !(20..=65536).contains(&gib) {
        return Err(Refusal::combination(format!("Invalid storage size for engine name mysql and storage type {kind}: {gib}")));
    }
    match kind {
        "gp2" if iops.is_some() || throughput.is_some() => {
            Err(Refusal::combination("You can't specify IOPS or storage throughput for storage type gp2."))
        }
        "gp3" if gib < RATED_FROM_GIB && (iops.is_some() || throughput.is_some()) => Err(Refusal::combination(format!(
            "You can't specify IOPS or storage throughput for engine mysql and a storage size less than {RATED_FROM_GIB}."
        ))),
        "gp2" | "gp3" => Ok(()),
        _ => Err(Refusal::unsimulated("StorageType other than gp2 and gp3")),
    }
}

/// Refuses a size of machine that the zone does not have.
pub(super) fn check_class(call: &Call<'_>, class: &str, version: Version, zones: &[String]) -> Result<(), Refusal> {
    let offered = orderable::zones(call.region, class);
    if offered.is_empty() || !class.starts_with("db.") {
        return Err(orderable::refused(class, version));
    }
    if zones.iter().any(|zone| !offered.contains(zone)) {
        let message = format!("The requested DB instance class {class} is not available in {}.", zones.join(", "));
        return Err(Refusal::new("InsufficientDBInstanceCapacity", message));
    }
    Ok(())
}

/// Refuses a retention that RDS does not have (RDS API Reference, `CreateDBInstance`: 0 to 35).
pub(super) fn check_backup_days(days: i32) -> Result<(), Refusal> {
    if !(0..=35).contains(&days) {
        return Err(Refusal::value(format!("Invalid backup retention period: {days}. Must be between 0 and 35.")));
    }
    Ok(())
}

/// Refuses a port that instances cannot have (RDS API Reference, `CreateDBInstance`: 1150 to 65535).
pub(super) fn check_port(port: i32) -> Result<(), Refusal> {
    if !(1150..=65535).contains(&port) {
        return Err(Refusal::value(format!("Invalid port: {port}. Must be between 1150 and 65535.")));
    }
    Ok(())
}

/// Refuses logs that MySQL does not have.
pub(super) fn check_logs(logs: &[String]) -> Result<(), Refusal> {
    match logs.iter().find(|log| !LOGS.contains(&log.as_str())) {
        Some(log) => Err(Refusal::combination(format!("You cannot use the log types '{log}' with engine version mysql."))),
        None => Ok(()),
    }
}

/// Checks Enhanced Monitoring, which hands a role to RDS.
pub(super) fn check_monitoring(call: &mut Call<'_>, seconds: i32, role: Option<&str>) -> Result<(), Refusal> {
    if ![0, 1, 5, 10, 15, 30, 60].contains(&seconds) {
        return Err(Refusal::value(format!("Invalid monitoring interval: {seconds}. Valid values are 0, 1, 5, 10, 15, 30, 60.")));
    }
    match role {
        None if seconds != 0 => {
            Err(Refusal::combination("A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0."))
        }
        Some(_) if seconds == 0 => {
            Err(Refusal::combination("A MonitoringInterval value other than 0 is required if you specify a MonitoringRoleARN value."))
        }
        Some(role) => {
            call.needs("iam:PassRole")?;
            if usable_role(call, role).is_some_and(may_monitor) {
                Ok(())
            } else {
                Err(Refusal::value("IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING"))
            }
        }
        None => Ok(()),
    }
}

/// Whether RDS may take the role and gets something by it (RDS User Guide, "Setting up and enabling Enhanced Monitoring").
fn may_monitor(role: &Role) -> bool {
    let has_policy = !role.inline.is_empty() || !role.managed.is_empty();
    has_policy && role.trust.contains("monitoring.rds.amazonaws.com")
}

/// Refuses a key that is not there or not enabled (RDS API Reference, `CreateDBInstance`, `KMSKeyNotAccessibleFault`); returns its ARN.
pub(super) fn accessible_key(call: &mut Call<'_>, key: &str) -> Result<String, Refusal> {
    call.needs("kms:DescribeKey")?;
    call.needs("kms:CreateGrant")?;
    match in_service(call, key) {
        InService::Usable(arn) => Ok(arn),
        InService::Unusable(_) | InService::Missing => {
            let message =
                format!("The specified KMS key [{key}] does not exist, is not enabled or you do not have permissions to access it.");
            Err(Refusal::new("KMSKeyNotAccessibleFault", message))
        }
    }
}

/// What RDS does in the caller's name for a master password of its own
/// (RDS User Guide, "Permissions required for Secrets Manager integration").
pub(super) fn needs_for_secret(call: &mut Call<'_>) -> Result<(), Refusal> {
    call.needs("kms:DescribeKey")?;
    call.needs("secretsmanager:CreateSecret")?;
    call.needs("secretsmanager:TagResource")
}

/// Checks the lifecycle against the version (RDS API Reference, `CreateDBInstance`, EngineLifecycleSupport); returns the one that is in force.
pub(super) fn lifecycle(wanted: Option<&str>) -> Result<String, Refusal> {
    match wanted {
        None | Some("open-source-rds-extended-support") => Ok("open-source-rds-extended-support".to_owned()),
        Some("open-source-rds-extended-support-disabled") => Ok("open-source-rds-extended-support-disabled".to_owned()),
        Some(other) => Err(Refusal::value(format!("Invalid engine lifecycle support: {other}"))),
    }
}
