use async_trait::async_trait;
use aws_sdk_rds::types::DbInstance as Listed;

use crate::aws::client::{Connection, required};
use crate::aws::db_instance_changes::{Changes, is_full, least_growth};
use crate::aws::db_instance_status::status_of;
use crate::aws::db_tags;
use crate::aws::error::gone_is_success;
use crate::aws::request::{known, known_sorted, leaving, observed, request_text, wanted};
use crate::aws::tags::is_same_object;
use crate::aws::taken::{Holder, refusal, taken};
use crate::desired::DbInstance;
use crate::model::{Observed, RefOr, RemoteId, Scope, Status, Value};
use crate::provider::{Calls, Create, Delete, Depth, ErrorKind, ProviderError, ResourceType, Token, Update};

const KIND: &str = "db-instance";
const LIST: &str = "DescribeDBInstances";
const MODIFY: &str = "ModifyDBInstance";
const NO_EXTENDED_SUPPORT: &str = "open-source-rds-extended-support-disabled";
const EXTENDED_SUPPORT: &str = "open-source-rds-extended-support";

/// RDS's database instances.
pub(super) struct DbInstanceType {
    connection: Connection,
}

impl DbInstanceType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    async fn make(&self, wanted: &DbInstance, request: &Create<'_>, token: &Token) -> Result<Option<Listed>, ProviderError> {
        const OPERATION: &str = "CreateDBInstance";
        let call = self
            .connection
            .rds()
            .create_db_instance()
            .db_instance_identifier(&wanted.identifier)
            .engine(&wanted.engine)
            .engine_version(&wanted.engine_version)
            .engine_lifecycle_support(lifecycle(wanted))
            .db_instance_class(&wanted.instance_class)
            .storage_type(&wanted.storage_type)
            .allocated_storage(wanted.storage_gib)
            .multi_az(wanted.is_multi_az)
            .set_availability_zone(wanted.zone.clone().filter(|_| !wanted.is_multi_az))
            .port(wanted.port)
            .db_subnet_group_name(known(OPERATION, &wanted.subnet_group)?)
            .db_parameter_group_name(known(OPERATION, &wanted.parameter_group)?)
            .set_vpc_security_group_ids(Some(known_sorted(OPERATION, &wanted.security_groups)?))
            .publicly_accessible(wanted.is_public)
            .storage_encrypted(wanted.is_encrypted)
            .set_kms_key_id(wanted.kms_key.as_ref().map(|key| known(OPERATION, key).map(str::to_owned)).transpose()?)
            .master_username(&wanted.master_username)
            .manage_master_user_password(wanted.has_managed_password)
            .backup_retention_period(wanted.backup_days)
            .preferred_backup_window(&wanted.backup_window)
            .preferred_maintenance_window(&wanted.maintenance_window)
            .copy_tags_to_snapshot(wanted.copies_tags)
            .deletion_protection(wanted.deletion_protection)
            .auto_minor_version_upgrade(wanted.upgrades_minor_versions)
            .monitoring_interval(wanted.monitoring_seconds);
        let role = if wanted.monitoring_seconds == 0 { None } else { Some(known(OPERATION, &wanted.monitoring_role)?.to_owned()) };
        let call = call
            .set_monitoring_role_arn(role)
            .set_enable_cloudwatch_logs_exports(Some(wanted.exported_logs.clone()))
            .set_tags(Some(db_tags::at_creation(request.tags, token)));
        Ok(self.connection.call(OPERATION, call.send()).await?.db_instance)
    }

    /// Everything that the restore takes; what is left out of it falls back to defaults that are less safe.
    async fn restore(
        &self,
        wanted: &DbInstance,
        snapshot: &RefOr,
        request: &Create<'_>,
        token: &Token,
    ) -> Result<Option<Listed>, ProviderError> {
        const OPERATION: &str = "RestoreDBInstanceFromDBSnapshot";
        let call = self
            .connection
            .rds()
            .restore_db_instance_from_db_snapshot()
            .db_instance_identifier(&wanted.identifier)
            .db_snapshot_identifier(known(OPERATION, snapshot)?)
            .engine_lifecycle_support(lifecycle(wanted))
            .db_instance_class(&wanted.instance_class)
            .storage_type(&wanted.storage_type)
            .multi_az(wanted.is_multi_az)
            .set_availability_zone(wanted.zone.clone().filter(|_| !wanted.is_multi_az))
            .port(wanted.port)
            .db_subnet_group_name(known(OPERATION, &wanted.subnet_group)?)
            .db_parameter_group_name(known(OPERATION, &wanted.parameter_group)?)
            .set_vpc_security_group_ids(Some(known_sorted(OPERATION, &wanted.security_groups)?))
            .publicly_accessible(wanted.is_public)
            .backup_retention_period(wanted.backup_days)
            .preferred_backup_window(&wanted.backup_window)
            .copy_tags_to_snapshot(wanted.copies_tags)
            .deletion_protection(wanted.deletion_protection)
            .auto_minor_version_upgrade(wanted.upgrades_minor_versions)
            .set_enable_cloudwatch_logs_exports(Some(wanted.exported_logs.clone()))
            .set_tags(Some(db_tags::at_creation(request.tags, token)));
        Ok(self.connection.call(OPERATION, call.send()).await?.db_instance)
    }

    /// Who has the identifier.
    async fn holder(&self, identifier: &str, request: &Create<'_>) -> Result<Holder, ProviderError> {
        let answer =
            self.connection.call(LIST, self.connection.rds().describe_db_instances().db_instance_identifier(identifier).send()).await?;
        let is_ours = |instance: &Listed| is_same_object(&db_tags::read(instance.tag_list()), request.tags);
        Ok(Holder::among(answer.db_instances(), is_ours, Listed::db_instance_identifier))
    }

    async fn reboot(&self, id: &str, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "RebootDBInstance";
        calls.intend(OPERATION, &request_text(&id)).await?;
        self.connection.call(OPERATION, self.connection.rds().reboot_db_instance().db_instance_identifier(id).send()).await.map(drop)
    }
}

fn lifecycle(wanted: &DbInstance) -> &'static str {
    if wanted.has_extended_support { EXTENDED_SUPPORT } else { NO_EXTENDED_SUPPORT }
}

/// A role that was just made is not known to RDS for some seconds; asking again is all that helps. The text is RDS's own
/// ("IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING").
fn role_may_be_new(error: ProviderError) -> ProviderError {
    let is_lag = error.code.as_deref() == Some("InvalidParameterValue")
        && error.message.contains("IAM role ARN value is invalid or does not include the required permissions");
    if is_lag { ProviderError { kind: ErrorKind::Propagating, ..error } } else { error }
}

/// Says how long a storage that grew refuses to grow again.
fn storage_may_settle(error: ProviderError) -> ProviderError {
    let is_settling = error.code.as_deref() == Some("InvalidParameterCombination") && error.message.contains("is being optimized");
    if !is_settling {
        return error;
    }
    let message =
        format!("{} RDS takes about six hours for that; the database serves meanwhile. Run the same command again then.", error.message);
    ProviderError { message, ..error }
}

/// The numbers of a version: RDS adds `.R2.20231201` or `-RDS.20240408` to patched ones (RDS User Guide, "MySQL version numbers").
fn plain_version(text: &str) -> String {
    let text = text.split('-').next().unwrap_or_default();
    text.split('.').take_while(|part| part.bytes().all(|byte| byte.is_ascii_digit())).take(3).collect::<Vec<_>>().join(".")
}

fn specification_of(instance: &Listed) -> Result<DbInstance, ProviderError> {
    let text = |field: &'static str, value: Option<&str>| required(LIST, field, value).map(str::to_owned);
    let parameters = instance.db_parameter_groups().first();
    let mut groups: Vec<&str> = instance.vpc_security_groups().iter().filter_map(|group| group.vpc_security_group_id()).collect();
    groups.sort_unstable();
    let is_multi_az = instance.multi_az().unwrap_or_default();
    let mut exported_logs = instance.enabled_cloudwatch_logs_exports().to_vec();
    exported_logs.sort();
    Ok(DbInstance {
        identifier: text("DBInstanceIdentifier", instance.db_instance_identifier())?,
        engine: text("Engine", instance.engine())?,
        engine_version: plain_version(required(LIST, "EngineVersion", instance.engine_version())?),
        instance_class: text("DBInstanceClass", instance.db_instance_class())?,
        storage_type: text("StorageType", instance.storage_type())?,
        storage_gib: instance.allocated_storage().unwrap_or_default(),
        is_multi_az,
        zone: instance.availability_zone().filter(|_| !is_multi_az).map(str::to_owned),
        // DbInstancePort is 0 outside of clusters (RDS API Reference, `DBInstance`); before the endpoint is there nothing says the port.
        port: instance.endpoint().and_then(|endpoint| endpoint.port()).unwrap_or_default(),
        subnet_group: instance.db_subnet_group().and_then(|group| group.db_subnet_group_name()).unwrap_or_default().into(),
        parameter_group: parameters.and_then(|group| group.db_parameter_group_name()).unwrap_or_default().into(),
        parameter_status: parameters.and_then(|group| group.parameter_apply_status()).unwrap_or("in-sync").to_owned(),
        storage_status: if instance.db_instance_status() == Some("storage-full") { "full" } else { "ok" }.to_owned(),
        security_groups: groups.into_iter().map(RefOr::from).collect(),
        is_public: instance.publicly_accessible().unwrap_or_default(),
        is_encrypted: instance.storage_encrypted().unwrap_or_default(),
        kms_key: instance.kms_key_id().map(RefOr::from),
        master_username: text("MasterUsername", instance.master_username())?,
        has_managed_password: instance.master_user_secret().is_some(),
        backup_days: instance.backup_retention_period().unwrap_or_default(),
        backup_window: instance.preferred_backup_window().unwrap_or_default().to_owned(),
        maintenance_window: instance.preferred_maintenance_window().unwrap_or_default().to_owned(),
        copies_tags: instance.copy_tags_to_snapshot().unwrap_or_default(),
        deletion_protection: instance.deletion_protection().unwrap_or_default(),
        upgrades_minor_versions: instance.auto_minor_version_upgrade().unwrap_or_default(),
        monitoring_seconds: instance.monitoring_interval().unwrap_or_default(),
        monitoring_role: instance.monitoring_role_arn().unwrap_or_default().into(),
        exported_logs,
        has_extended_support: instance.engine_lifecycle_support() != Some(NO_EXTENDED_SUPPORT),
        source_snapshot: None,
    })
}

fn observe_one(instance: &Listed, scope: &Scope) -> Result<Option<Observed>, ProviderError> {
    let tags = db_tags::read(instance.tag_list());
    let Some(address) = db_tags::address_of(KIND, scope, &tags) else { return Ok(None) };
    let id = RemoteId::new(required(LIST, "DBInstanceIdentifier", instance.db_instance_identifier())?);
    let status = status_of(instance);
    if status == Status::Deleting {
        return Ok(Some(leaving(address, id, status, tags)));
    }
    let mut observed = observed(LIST, address, id, status, &specification_of(instance)?, tags)?;
    db_tags::note_arn(&mut observed, instance.db_instance_arn());
    let attributes = &mut observed.attributes;
    db_tags::note(attributes, "resource_id", instance.dbi_resource_id());
    db_tags::note(attributes, "master_secret", instance.master_user_secret().and_then(|secret| secret.secret_arn()));
    for (name, value) in [("iops", instance.iops()), ("throughput", instance.storage_throughput())] {
        if let Some(number) = value {
            attributes.insert(name.to_owned(), Value::Integer(i64::from(number)));
        }
    }
    Ok(Some(observed))
}

#[async_trait]
impl ResourceType for DbInstanceType {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let list = self.connection.rds().describe_db_instances().into_paginator();
        let pages = self.connection.pages(LIST, list.page_size(100).send()).await?;
        pages.iter().flat_map(|page| page.db_instances()).filter_map(|instance| observe_one(instance, scope).transpose()).collect()
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        let specification: DbInstance = wanted("CreateDBInstance", request.attributes)?;
        let (operation, answer) = match &specification.source_snapshot {
            None => {
                let token = calls.intend("CreateDBInstance", &request.text()).await?;
                ("CreateDBInstance", self.make(&specification, &request, &token).await)
            }
            Some(snapshot) => {
                let token = calls.intend("RestoreDBInstanceFromDBSnapshot", &request.text()).await?;
                ("RestoreDBInstanceFromDBSnapshot", self.restore(&specification, snapshot, &request, &token).await)
            }
        };
        if let Some(refusal) = refusal(&answer, "DBInstanceAlreadyExists") {
            return taken(refusal, self.holder(&specification.identifier, &request).await);
        }
        let instance = required(operation, "DBInstance", answer.map_err(role_may_be_new)?)?;
        Ok(RemoteId::new(required(operation, "DBInstanceIdentifier", instance.db_instance_identifier)?))
    }

    /// Tags first, then one `ModifyDBInstance` with all that differs; a restart only when nothing else does.
    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        db_tags::repair(&self.connection, &request, calls).await?;
        let specification: DbInstance = wanted(MODIFY, request.attributes)?;
        let Observed { address, id, attributes, .. } = request.observed;
        let call = self.connection.rds().modify_db_instance().db_instance_identifier(id.as_str());
        let changes = Changes::of(call, &request, &specification)?;
        if !changes.names.is_empty() {
            calls.intend(MODIFY, &request_text(&(id, &changes.names, request.attributes))).await?;
            let answer = self.connection.call(MODIFY, changes.into_call().send()).await;
            return answer.map(drop).map_err(|error| storage_may_settle(role_may_be_new(error)));
        }
        if is_full(&request) {
            let least = least_growth(i64::from(specification.storage_gib));
            let message = format!("{address} is full and RDS stopped it: raise `storage_gib` to {least} or more; nothing in it is lost");
            return Err(ProviderError::new(ErrorKind::Refused, MODIFY, message));
        }
        match attributes.get("parameter_status").and_then(Value::as_text) {
            Some("pending-reboot") if specification.parameter_status == "in-sync" => self.reboot(id.as_str(), calls).await,
            Some("failed-to-apply") => {
                let message = format!("{address}: RDS could not apply its parameter group; correct the parameters");
                Err(ProviderError::new(ErrorKind::Refused, MODIFY, message))
            }
            _ => Ok(()),
        }
    }

    /// Takes the protection off if it is on; the last copy was made before, and the automated backups stay for a restore to the last second.
    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteDBInstance";
        let id = request.observed.id.as_str();
        if request.observed.attributes.get("deletion_protection") == Some(&Value::Bool(true)) {
            calls.intend(MODIFY, &request_text(&(id, "deletion_protection", false))).await?;
            let call =
                self.connection.rds().modify_db_instance().db_instance_identifier(id).deletion_protection(false).apply_immediately(true);
            gone_is_success(self.connection.call(MODIFY, call.send()).await)?;
        }
        calls.intend(OPERATION, &request_text(&id)).await?;
        let call =
            self.connection.rds().delete_db_instance().db_instance_identifier(id).skip_final_snapshot(true).delete_automated_backups(false);
        match gone_is_success(self.connection.call(OPERATION, call.send()).await) {
            Err(error) if has_words(&error, "InvalidDBInstanceState", "already being deleted") => Ok(()),
            // The end of its protection is not everywhere yet.
            Err(error) if has_words(&error, "InvalidParameterCombination", "Cannot delete protected DB Instance") => {
                Err(ProviderError { kind: ErrorKind::Busy, ..error })
            }
            result => result,
        }
    }
}

fn has_words(error: &ProviderError, code: &str, words: &str) -> bool {
    error.code.as_deref() == Some(code) && error.message.contains(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_words_of_a_role_that_is_too_new_are_waited_out() {
        let error = |code: &str, message: &str| ProviderError {
            code: Some(code.to_owned()),
            ..ProviderError::new(ErrorKind::Refused, "CreateDBInstance", message)
        };
        let words = "IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING";
        assert_eq!(role_may_be_new(error("InvalidParameterValue", words)).kind, ErrorKind::Propagating);
        assert_eq!(role_may_be_new(error("InvalidParameterValue", "Invalid port")).kind, ErrorKind::Refused);
        assert_eq!(role_may_be_new(error("InvalidParameterCombination", words)).kind, ErrorKind::Refused);
    }

    #[test]
    fn patched_versions_are_compared_by_their_numbers() {
        let table = [("8.4.7", "8.4.7"), ("8.0.33.R2.20231201", "8.0.33"), ("5.7.44-RDS.20240408", "5.7.44")];
        for (shown, plain) in table {
            assert_eq!(plain_version(shown), plain);
        }
    }
}
