use std::time::Duration;

use aws_sdk_ec2::operation::create_snapshot::{CreateSnapshotInput, CreateSnapshotOutput};
use aws_sdk_ec2::operation::delete_snapshot::{DeleteSnapshotInput, DeleteSnapshotOutput};
use aws_sdk_ec2::operation::describe_snapshots::{DescribeSnapshotsInput, DescribeSnapshotsOutput};
use aws_sdk_ec2::types::{ResourceType, SnapshotState, StorageTier, VolumeState};
use serde::{Deserialize, Serialize};

use super::paging::{Query, select};
use super::{Volume, tag};
use crate::sandbox::call::Call;
use crate::sandbox::faults::StuckOutcome;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// How long a snapshot is `pending`.
const PENDING: Duration = Duration::from_secs(60);

/// A snapshot of a volume; the volume may be gone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) completed_at: Moment,
    pub(crate) has_failed: bool,
    pub(crate) volume: String,
    /// The size of the volume in GiB.
    pub(crate) size: i32,
    pub(crate) description: String,
    pub(crate) is_encrypted: bool,
    pub(crate) kms_key: Option<String>,
}

impl Snapshot {
    pub(crate) fn state(&self, now: Moment) -> SnapshotState {
        match (now < self.completed_at, self.has_failed) {
            (true, _) => SnapshotState::Pending,
            (false, true) => SnapshotState::Error,
            (false, false) => SnapshotState::Completed,
        }
    }

    /// The snapshot with an id, which must be complete to be read.
    pub(crate) fn completed(call: &Call<'_>, id: &str) -> Result<Snapshot, Refusal> {
        let snapshot: Snapshot = call.named(Some(id), "snapshotId")?;
        match snapshot.state(call.now) {
            SnapshotState::Completed => Ok(snapshot),
            state => Err(Refusal::new("IncorrectState", format!("Snapshot '{id}' is '{}'", state.as_str()))),
        }
    }

    fn to_sdk(&self, call: &Call<'_>) -> aws_sdk_ec2::types::Snapshot {
        let state = self.state(call.now);
        aws_sdk_ec2::types::Snapshot::builder()
            .snapshot_id(&self.id)
            .volume_id(&self.volume)
            .volume_size(self.size)
            .description(&self.description)
            .encrypted(self.is_encrypted)
            .set_kms_key_id(self.kms_key.clone())
            .owner_id(call.account())
            .start_time(self.created.to_sdk())
            .set_completion_time((state == SnapshotState::Completed).then(|| self.completed_at.to_sdk()))
            .progress(if state == SnapshotState::Completed { "100%" } else { "0%" })
            .state(state)
            .storage_tier(StorageTier::Standard)
            .set_tags(Some(tag::to_sdk(&self.tags)))
            .build()
    }
}

/// `CreateSnapshot`, which has no client token.
pub(crate) fn create(call: &mut Call<'_>, input: &CreateSnapshotInput) -> Result<CreateSnapshotOutput, Refusal> {
    let volume: Volume = call.named(input.volume_id(), "volumeId")?;
    if !matches!(volume.state(call.now), VolumeState::Available | VolumeState::InUse) {
        return Err(Refusal::new("IncorrectState", format!("Volume '{}' is '{}'", volume.id, volume.state(call.now).as_str())));
    }
    let tags = tag::for_new(call, input.tag_specifications(), ResourceType::Snapshot)?;
    let snapshot = Snapshot {
        id: call.new_id("snap"),
        created: call.now,
        completed_at: call.ready_at::<Snapshot>(&tags, PENDING),
        has_failed: call.stuck::<Snapshot>(&tags) == Some(StuckOutcome::Fails),
        tags,
        size: volume.present(call.now).size,
        volume: volume.id,
        description: input.description().unwrap_or_default().to_owned(),
        is_encrypted: volume.is_encrypted,
        kms_key: volume.kms_key,
    };
    call.put(snapshot.clone());
    let snapshot = snapshot.to_sdk(call);
    Ok(CreateSnapshotOutput::builder()
        .set_snapshot_id(snapshot.snapshot_id)
        .set_volume_id(snapshot.volume_id)
        .set_volume_size(snapshot.volume_size)
        .set_description(snapshot.description)
        .set_encrypted(snapshot.encrypted)
        .set_kms_key_id(snapshot.kms_key_id)
        .set_owner_id(snapshot.owner_id)
        .set_start_time(snapshot.start_time)
        .set_progress(snapshot.progress)
        .set_state(snapshot.state)
        .set_tags(snapshot.tags)
        .build())
}

/// `DeleteSnapshot`.
pub(crate) fn delete(call: &mut Call<'_>, input: &DeleteSnapshotInput) -> Result<DeleteSnapshotOutput, Refusal> {
    let snapshot: Snapshot = call.named(input.snapshot_id(), "snapshotId")?;
    call.remove::<Snapshot>(&snapshot.id);
    Ok(DeleteSnapshotOutput::builder().build())
}

/// `DescribeSnapshots`: the account's own; public snapshots of others are not simulated.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeSnapshotsInput) -> Result<DescribeSnapshotsOutput, Refusal> {
    let query = Query {
        ids: input.snapshot_ids(),
        filters: input.filters(),
        names: &[
            "description",
            "encrypted",
            "owner-id",
            "progress",
            "snapshot-id",
            "start-time",
            "status",
            "storage-tier",
            "volume-id",
            "volume-size",
        ],
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeSnapshots: 5 to 1000, and not with an id list.
        sizes: 5..=1000,
        excludes_ids: true,
    };
    let mut page = select::<Snapshot>(call, &query, |call, snapshot, name| match name {
        "description" => vec![snapshot.description.clone()],
        "encrypted" => vec![snapshot.is_encrypted.to_string()],
        "owner-id" => vec![call.account().to_owned()],
        "progress" => vec![if snapshot.state(call.now) == SnapshotState::Completed { "100%" } else { "0%" }.to_owned()],
        "status" => vec![snapshot.state(call.now).as_str().to_owned()],
        "storage-tier" => vec!["standard".to_owned()],
        "volume-id" => vec![snapshot.volume.clone()],
        "volume-size" => vec![snapshot.size.to_string()],
        "snapshot-id" => vec![snapshot.id.clone()],
        _ => Vec::new(),
    })?;
    let is_own = |owner: &String| owner == "self" || owner == call.account();
    if !input.owner_ids().is_empty() && !input.owner_ids().iter().any(is_own) {
        page.items.clear();
    }
    let snapshots = page.items.iter().map(|snapshot| snapshot.to_sdk(call)).collect();
    Ok(DescribeSnapshotsOutput::builder().set_snapshots(Some(snapshots)).set_next_token(page.next_token).build())
}
