use aws_sdk_rds::types::{DbInstance as Listed, PendingModifiedValues};

use crate::aws::request::pending;
use crate::model::Status;

/// How far an instance is: `available` alone says little, for RDS shows it between two things that it does.
///
/// The statuses are those of the RDS User Guide, "Viewing Amazon RDS DB instance status". A full storage is no failure: the instance
/// is ready for the one change that helps it, and its data is never at risk of a replacement.
pub(super) fn status_of(instance: &Listed) -> Status {
    let failed = |reason: &str| Status::Failed { reason: reason.to_owned() };
    match instance.db_instance_status().unwrap_or_default() {
        "deleting" => Status::Deleting,
        "failed" => failed("RDS could not make or recover it (status `failed`)"),
        "incompatible-parameters" => failed("its parameters do not fit its version or size (status `incompatible-parameters`)"),
        "incompatible-network" => failed("its network has no room or is gone (status `incompatible-network`)"),
        "incompatible-option-group" => failed("its option group does not fit (status `incompatible-option-group`)"),
        "incompatible-credentials" => failed("its credentials do not fit (status `incompatible-credentials`)"),
        "incompatible-create" => failed("it cannot be made as asked for (status `incompatible-create`)"),
        "insufficient-capacity" => failed("the zone has no machine of its size (status `insufficient-capacity`)"),
        "incompatible-restore" | "restore-error" => failed("it could not be restored from its snapshot"),
        "inaccessible-encryption-credentials" => failed("its encryption key cannot be used (status `inaccessible-encryption-credentials`)"),
        "inaccessible-encryption-credentials-recoverable" => failed(
            "its encryption key cannot be used; enable the key and start the instance (status `inaccessible-encryption-credentials-recoverable`)",
        ),
        // The storage's may take hours, during which it serves; the others come every night, and after a change of what they name.
        "available" | "storage-optimization" | "storage-initialization" => settled(instance),
        "backing-up" | "configuring-enhanced-monitoring" | "configuring-log-exports" => settled(instance),
        "storage-full" => Status::Ready,
        "stopped" => pending("stopped: start it, or wait up to seven days for RDS to do so"),
        word => pending(word),
    }
}

/// What an instance that serves still waits for.
fn settled(instance: &Listed) -> Status {
    if let Some(word) = instance.pending_modified_values().and_then(waiting) {
        return Status::Pending { phase: format!("{word} is being changed") };
    }
    let secret = instance.master_user_secret().and_then(|secret| secret.secret_status());
    if let Some(word) = secret.filter(|word| !matches!(*word, "active" | "rotating")) {
        return Status::Pending { phase: format!("the master password is {word}") };
    }
    let parameters = instance.db_parameter_groups().iter().filter_map(|group| group.parameter_apply_status());
    if let Some(word) = parameters.into_iter().find(|word| matches!(*word, "applying" | "pending-database-upgrade")) {
        return Status::Pending { phase: format!("parameters: {word}") };
    }
    if let Some(word) = instance.vpc_security_groups().iter().filter_map(|group| group.status()).find(|word| *word != "active") {
        return Status::Pending { phase: format!("security groups: {word}") };
    }
    if instance.backup_retention_period().unwrap_or_default() > 0 && instance.latest_restorable_time().is_none() {
        return pending("waiting for the first backup");
    }
    Status::Ready
}

/// The first value that is asked for and not in force.
fn waiting(values: &PendingModifiedValues) -> Option<&'static str> {
    let table = [
        (values.engine_version().is_some() || values.engine().is_some(), "the version"),
        (values.db_instance_class().is_some(), "the size"),
        (values.allocated_storage().is_some() || values.storage_type().is_some(), "the storage"),
        (values.iops().is_some() || values.storage_throughput().is_some(), "the storage"),
        (values.multi_az().is_some(), "the standby"),
        (values.port().is_some(), "the port"),
        (values.backup_retention_period().is_some(), "the retention of backups"),
        (values.master_user_password().is_some(), "the master password"),
        (values.pending_cloudwatch_logs_exports().is_some(), "the export of logs"),
        (values.db_subnet_group_name().is_some(), "the network"),
        (values.ca_certificate_identifier().is_some(), "the certificate"),
        (values.license_model().is_some() || values.db_instance_identifier().is_some(), "an attribute"),
        (values.iam_database_authentication_enabled().is_some() || values.dedicated_log_volume().is_some(), "an attribute"),
    ];
    table.into_iter().find(|(is_waiting, _)| *is_waiting).map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use aws_sdk_rds::types::{DbParameterGroupStatus, MasterUserSecret, VpcSecurityGroupMembership};
    use aws_smithy_types::DateTime;

    use super::*;

    fn available() -> aws_sdk_rds::types::builders::DbInstanceBuilder {
        Listed::builder().db_instance_status("available").backup_retention_period(7).latest_restorable_time(DateTime::from_secs(1))
    }

    #[test]
    fn available_is_not_ready_before_all_else_is() {
        let applying = DbParameterGroupStatus::builder().parameter_apply_status("applying").build();
        let adding = VpcSecurityGroupMembership::builder().status("adding").build();
        let table = [
            (available(), None),
            (
                available().pending_modified_values(PendingModifiedValues::builder().multi_az(true).build()),
                Some("the standby is being changed"),
            ),
            (
                available().master_user_secret(MasterUserSecret::builder().secret_status("creating").build()),
                Some("the master password is creating"),
            ),
            (available().db_parameter_groups(applying), Some("parameters: applying")),
            (available().vpc_security_groups(adding), Some("security groups: adding")),
            (available().set_latest_restorable_time(None), Some("waiting for the first backup")),
            (available().set_latest_restorable_time(None).backup_retention_period(0), None),
            (available().db_instance_status("backing-up"), None),
            (available().db_instance_status("backing-up").set_latest_restorable_time(None), Some("waiting for the first backup")),
            (available().db_instance_status("modifying"), Some("modifying")),
            (available().db_instance_status("storage-optimization"), None),
        ];
        for (instance, phase) in table {
            let wanted = phase.map_or(Status::Ready, |phase| Status::Pending { phase: phase.to_owned() });
            assert_eq!(status_of(&instance.build()), wanted);
        }
    }

    #[test]
    fn a_failure_is_told_and_a_full_storage_is_none() {
        let status = |word: &str| status_of(&available().db_instance_status(word).build());
        for word in ["failed", "incompatible-parameters", "incompatible-network", "restore-error", "inaccessible-encryption-credentials"] {
            assert!(matches!(status(word), Status::Failed { .. }), "{word}");
        }
        assert_eq!(status("storage-full"), Status::Ready);
        assert_eq!(status("deleting"), Status::Deleting);
    }
}
