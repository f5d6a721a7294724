use std::time::Duration;

use aws_sdk_rds::operation::create_db_snapshot::{CreateDbSnapshotInput, CreateDbSnapshotOutput};
use aws_sdk_rds::operation::delete_db_snapshot::{DeleteDbSnapshotInput, DeleteDbSnapshotOutput};
use aws_sdk_rds::operation::describe_db_snapshots::{DescribeDbSnapshotsInput, DescribeDbSnapshotsOutput};
use serde::{Deserialize, Serialize};

use super::paging::{Page, USUAL, cut};
use super::{DbInstance, arn, name, named, tag, unsimulated};
use crate::sandbox::call::Call;
use crate::sandbox::faults::StuckOutcome;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// How long a snapshot is `creating`.
const CREATING: Duration = Duration::from_secs(120);

/// A manual snapshot. Its id is its identifier in lower case.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DbSnapshot {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) ready_at: Moment,
    pub(crate) fails: bool,
    /// The instance as it was.
    pub(crate) source: DbInstance,
}

impl DbSnapshot {
    /// RDS's word for its state.
    pub(super) fn status(&self, now: Moment) -> &'static str {
        match self.fails {
            _ if now < self.ready_at => "creating",
            true => "failed",
            false => "available",
        }
    }

    fn to_sdk(&self, call: &Call<'_>) -> aws_sdk_rds::types::DbSnapshot {
        let status = self.status(call.now);
        let source = &self.source;
        aws_sdk_rds::types::DbSnapshot::builder()
            .db_snapshot_identifier(&self.id)
            .db_instance_identifier(&source.id)
            .dbi_resource_id(&source.resource_id)
            .engine(super::engine::ENGINE)
            .engine_version(&source.version)
            .allocated_storage(source.storage_gib)
            .storage_type(&source.storage_type)
            .status(status)
            .port(source.port)
            .availability_zone(&source.zone)
            .vpc_id(&source.vpc)
            .instance_create_time(source.created.to_sdk())
            .master_username(&source.master_username)
            .license_model("general-public-license")
            .snapshot_type("manual")
            .percent_progress(if status == "available" { 100 } else { 0 })
            .encrypted(source.is_encrypted)
            .set_kms_key_id(source.kms_key.clone())
            .set_snapshot_create_time((status == "available").then(|| self.ready_at.to_sdk()))
            .db_snapshot_arn(arn(call, "snapshot", &self.id))
            .set_tag_list(Some(tag::to_sdk(&self.tags)))
            .build()
    }
}

/// `CreateDBSnapshot`: of an instance that is `available` or `storage-optimization`.
pub(super) fn create(call: &mut Call<'_>, input: &CreateDbSnapshotInput) -> Result<CreateDbSnapshotOutput, Refusal> {
    let id = name::identifier(input.db_snapshot_identifier(), "DBSnapshotIdentifier", 255)?;
    let source: DbInstance = named(call, input.db_instance_identifier(), "DBInstanceIdentifier")?;
    let mut tags = tag::for_new(call, input.tags())?;
    if call.peek::<DbSnapshot>(&id).is_some() {
        return Err(Refusal::new(
            "DBSnapshotAlreadyExists",
            format!("Cannot create the snapshot because a snapshot with the identifier {id} already exists."),
        ));
    }
    if !matches!(source.status(call.now).as_str(), "available" | "storage-optimization") {
        return Err(Refusal::new(
            "InvalidDBInstanceState",
            format!("Cannot create a snapshot because the database instance {} is not currently in the available state.", source.id),
        ));
    }
    if call.iter::<DbSnapshot>().count() >= call.options().quotas.db_snapshots {
        return Err(Refusal::new("SnapshotQuotaExceeded", "The maximum number of manual snapshots has been reached."));
    }
    if source.copies_tags {
        for (key, value) in &source.tags {
            tags.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
    let fails = call.stuck::<DbSnapshot>(&tags) == Some(StuckOutcome::Fails);
    let ready_at = call.ready_at::<DbSnapshot>(&tags, CREATING);
    // The instance is `backing-up` while its snapshot begins (RDS User Guide, "Creating a DB snapshot").
    let mut instance = source.clone();
    let until = call.after(Duration::from_secs(30));
    instance.goes_through(&[("backing-up", until)]);
    call.put(instance);
    let snapshot = DbSnapshot { id, tags, created: call.now, ready_at, fails, source };
    call.put(snapshot.clone());
    Ok(CreateDbSnapshotOutput::builder().db_snapshot(snapshot.to_sdk(call)).build())
}

/// `DeleteDBSnapshot`: of one that is complete or failed.
pub(super) fn delete(call: &mut Call<'_>, input: &DeleteDbSnapshotInput) -> Result<DeleteDbSnapshotOutput, Refusal> {
    let snapshot: DbSnapshot = named(call, input.db_snapshot_identifier(), "DBSnapshotIdentifier")?;
    if snapshot.status(call.now) == "creating" {
        let message = format!("Cannot delete the snapshot because it is not currently in the available or failed state: {}", snapshot.id);
        return Err(Refusal::new("InvalidDBSnapshotState", message));
    }
    call.remove::<DbSnapshot>(&snapshot.id);
    Ok(DeleteDbSnapshotOutput::builder().db_snapshot(snapshot.to_sdk(call)).build())
}

/// `DescribeDBSnapshots`; automated ones are not simulated.
pub(super) fn describe(call: &mut Call<'_>, input: &DescribeDbSnapshotsInput) -> Result<DescribeDbSnapshotsOutput, Refusal> {
    unsimulated!(input: dbi_resource_id include_shared include_public);
    if !input.filters().is_empty() {
        return Err(Refusal::unsimulated("Filters"));
    }
    let is_of_kind = match input.snapshot_type() {
        None | Some("manual") => true,
        Some("automated") => false,
        Some(_) => return Err(Refusal::unsimulated("SnapshotType other than manual and automated")),
    };
    let mut snapshots = match input.db_snapshot_identifier() {
        Some(_) => vec![named::<DbSnapshot>(call, input.db_snapshot_identifier(), "DBSnapshotIdentifier")?],
        None => call.visible::<DbSnapshot>(),
    };
    snapshots.retain(|snapshot| is_of_kind && input.db_instance_identifier().is_none_or(|id| snapshot.source.id == id.to_lowercase()));
    let page = Page { max_records: input.max_records, marker: input.marker(), sizes: USUAL };
    let (snapshots, marker) = cut(snapshots, &page, |snapshot| snapshot.id.clone())?;
    let snapshots = snapshots.iter().map(|snapshot| snapshot.to_sdk(call)).collect();
    Ok(DescribeDbSnapshotsOutput::builder().set_db_snapshots(Some(snapshots)).set_marker(marker).build())
}
