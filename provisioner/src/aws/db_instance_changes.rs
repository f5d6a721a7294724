use aws_sdk_rds::operation::modify_db_instance::builders::ModifyDBInstanceFluentBuilder;
use aws_sdk_rds::types::CloudwatchLogsExportConfiguration;

use crate::aws::request::{known, known_sorted};
use crate::desired::DbInstance;
use crate::model::Value;
use crate::provider::{ErrorKind, ProviderError, Update};

const OPERATION: &str = "ModifyDBInstance";
/// From this size on MySQL's gp3 has rates, which a change of storage must name, and these are its least (RDS User Guide, "gp3 storage").
const RATED_FROM_GIB: i32 = 400;
const LEAST_IOPS: i64 = 12000;
const LEAST_THROUGHPUT: i64 = 500;

/// One `ModifyDBInstance` with everything that differs; what is not in it is as wanted.
pub(super) struct Changes {
    call: ModifyDBInstanceFluentBuilder,
    /// The names of the attributes in it.
    pub(super) names: Vec<&'static str>,
}

impl Changes {
    /// Gathers what differs.
    ///
    /// # Errors
    /// When a difference is one that RDS never takes: storage that shrinks, or grows by less than a tenth.
    pub(super) fn of(call: ModifyDBInstanceFluentBuilder, request: &Update<'_>, wanted: &DbInstance) -> Result<Self, ProviderError> {
        let mut changes = Self { call: call.apply_immediately(true), names: Vec::new() };
        if is_full(request) {
            // RDS takes nothing but more storage.
            changes.storage(request, wanted)?;
            return Ok(changes);
        }
        changes.storage(request, wanted)?;
        changes.version(request, wanted)?;
        changes.machine(request, wanted)?;
        changes.care(request, wanted)?;
        changes.logs(request, wanted);
        Ok(changes)
    }

    /// The call, to be sent.
    pub(super) fn into_call(self) -> ModifyDBInstanceFluentBuilder {
        self.call
    }

    fn set(&mut self, name: &'static str, set: impl FnOnce(ModifyDBInstanceFluentBuilder) -> ModifyDBInstanceFluentBuilder) {
        self.call = set(self.call.clone());
        self.names.push(name);
    }

    fn storage(&mut self, request: &Update<'_>, wanted: &DbInstance) -> Result<(), ProviderError> {
        let has_size = request.differs("storage_gib");
        if !has_size && !request.differs("storage_type") {
            return Ok(());
        }
        if has_size {
            check_growth(request, wanted.storage_gib)?;
        }
        let at_least = |name: &str, least: i64| {
            let found = integer(request, name).unwrap_or_default().max(least);
            i32::try_from(found).unwrap_or(i32::MAX)
        };
        self.set("storage_gib", |call| call.allocated_storage(wanted.storage_gib).storage_type(&wanted.storage_type));
        if wanted.storage_type == "gp3" && wanted.storage_gib >= RATED_FROM_GIB {
            let (iops, throughput) = (at_least("iops", LEAST_IOPS), at_least("throughput", LEAST_THROUGHPUT));
            self.set("iops", |call| call.iops(iops).storage_throughput(throughput));
        }
        Ok(())
    }

    fn version(&mut self, request: &Update<'_>, wanted: &DbInstance) -> Result<(), ProviderError> {
        let found = request.observed.attributes.get("engine_version").and_then(Value::as_text).unwrap_or_default();
        let group = known(OPERATION, &wanted.parameter_group)?;
        match upgrade(found, &wanted.engine_version) {
            Upgrade::None => {}
            Upgrade::Minor => self.set("engine_version", |call| call.engine_version(&wanted.engine_version)),
            Upgrade::Major => self.set("engine_version", |call| {
                call.engine_version(&wanted.engine_version).allow_major_version_upgrade(true).db_parameter_group_name(group)
            }),
        }
        if request.differs("parameter_group") {
            self.set("parameter_group", |call| call.db_parameter_group_name(group));
        }
        Ok(())
    }

    fn machine(&mut self, request: &Update<'_>, wanted: &DbInstance) -> Result<(), ProviderError> {
        if request.differs("instance_class") {
            self.set("instance_class", |call| call.db_instance_class(&wanted.instance_class));
        }
        if request.differs("is_multi_az") {
            self.set("is_multi_az", |call| call.multi_az(wanted.is_multi_az));
        }
        if request.differs("port") {
            self.set("port", |call| call.db_port_number(wanted.port));
        }
        if request.differs("is_public") {
            self.set("is_public", |call| call.publicly_accessible(wanted.is_public));
        }
        if !request.has_same_ids("security_groups", &wanted.security_groups)? {
            let groups = known_sorted(OPERATION, &wanted.security_groups)?;
            self.set("security_groups", |call| call.set_vpc_security_group_ids(Some(groups)));
        }
        if request.differs("has_managed_password") {
            self.set("has_managed_password", |call| call.manage_master_user_password(wanted.has_managed_password));
        }
        Ok(())
    }

    fn care(&mut self, request: &Update<'_>, wanted: &DbInstance) -> Result<(), ProviderError> {
        if request.differs("backup_days") {
            self.set("backup_days", |call| call.backup_retention_period(wanted.backup_days));
        }
        if request.differs("backup_window") || request.differs("maintenance_window") {
            // Together, so that neither meets the other's old hours.
            self.set("windows", |call| {
                call.preferred_backup_window(&wanted.backup_window).preferred_maintenance_window(&wanted.maintenance_window)
            });
        }
        if request.differs("copies_tags") {
            self.set("copies_tags", |call| call.copy_tags_to_snapshot(wanted.copies_tags));
        }
        if request.differs("deletion_protection") {
            self.set("deletion_protection", |call| call.deletion_protection(wanted.deletion_protection));
        }
        if request.differs("upgrades_minor_versions") {
            self.set("upgrades_minor_versions", |call| call.auto_minor_version_upgrade(wanted.upgrades_minor_versions));
        }
        if request.differs("monitoring_seconds") || request.differs("monitoring_role") {
            let role = known(OPERATION, &wanted.monitoring_role)?;
            let seconds = wanted.monitoring_seconds;
            self.set("monitoring", |call| {
                let call = call.monitoring_interval(seconds);
                if seconds == 0 { call } else { call.monitoring_role_arn(role) }
            });
        }
        Ok(())
    }

    fn logs(&mut self, request: &Update<'_>, wanted: &DbInstance) {
        let found: Vec<&str> = match request.observed.attributes.get("exported_logs") {
            Some(Value::List(logs)) => logs.iter().filter_map(Value::as_text).collect(),
            _ => Vec::new(),
        };
        let on: Vec<String> = wanted.exported_logs.iter().filter(|log| !found.contains(&log.as_str())).cloned().collect();
        let off: Vec<String> = found.iter().map(|log| (*log).to_owned()).filter(|log| !wanted.exported_logs.contains(log)).collect();
        if !on.is_empty() || !off.is_empty() {
            let configuration =
                CloudwatchLogsExportConfiguration::builder().set_enable_log_types(Some(on)).set_disable_log_types(Some(off));
            self.set("exported_logs", |call| call.cloudwatch_logs_export_configuration(configuration.build()));
        }
    }
}

/// Whether RDS stopped the instance because its storage is full.
pub(super) fn is_full(request: &Update<'_>) -> bool {
    request.observed.attributes.get("storage_status").and_then(Value::as_text) == Some("full")
}

fn integer(request: &Update<'_>, name: &str) -> Option<i64> {
    match request.observed.attributes.get(name) {
        Some(Value::Integer(number)) => Some(*number),
        _ => None,
    }
}

/// Storage never shrinks, and RDS makes more than is asked of a step smaller than a tenth (RDS `ModifyDBInstance`, AllocatedStorage).
fn check_growth(request: &Update<'_>, wanted: i32) -> Result<(), ProviderError> {
    let Some(found) = integer(request, "storage_gib") else { return Ok(()) };
    let address = &request.observed.address;
    let least = least_growth(found);
    let message = match i64::from(wanted) {
        wanted if wanted < found => format!("{address} has {found} GiB and cannot shrink to {wanted}"),
        wanted if wanted < least => format!("{address} has {found} GiB and grows by a tenth at least: write {least} or more, not {wanted}"),
        _ => return Ok(()),
    };
    Err(ProviderError::new(ErrorKind::Refused, OPERATION, message))
}

/// The least size above `gib` that RDS makes as asked.
pub(super) fn least_growth(gib: i64) -> i64 {
    (gib * 11 + 9) / 10
}

/// What lies between two versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Upgrade {
    None,
    Minor,
    Major,
}

/// A shorter version stands for all of its release, and one that RDS has taken further is as wanted.
fn upgrade(found: &str, wanted: &str) -> Upgrade {
    let numbers = |text: &str| text.split('.').map_while(|part| part.parse::<u64>().ok()).collect::<Vec<_>>();
    let (found, wanted) = (numbers(found), numbers(wanted));
    if found.iter().zip(&wanted).take(2).any(|(found, wanted)| found != wanted) {
        return Upgrade::Major;
    }
    if found.get(2..).unwrap_or_default() < wanted.get(2..).unwrap_or_default() { Upgrade::Minor } else { Upgrade::None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_compared_as_closely_as_it_is_written() {
        assert_eq!(upgrade("8.4.7", "8.4"), Upgrade::None);
        assert_eq!(upgrade("8.4.8", "8.4.7"), Upgrade::None);
        assert_eq!(upgrade("8.4.7", "8.4.8"), Upgrade::Minor);
        assert_eq!(upgrade("8.0.44", "8.4"), Upgrade::Major);
    }

    #[test]
    fn storage_grows_by_a_tenth_rounded_up() {
        assert_eq!((least_growth(100), least_growth(101), least_growth(20)), (110, 112, 22));
    }
}
