use async_trait::async_trait;
use aws_sdk_ec2::types::{ResourceType as Taggable, Snapshot as Listed, SnapshotState};
use aws_smithy_types::date_time::Format;

use crate::aws::client::{Connection, required};
use crate::aws::request::{known, observed, pending, wanted};
use crate::aws::tags::{read_tags, repair_tags, scope_filters, tags_at_creation, token_filter};
use crate::desired::Snapshot;
use crate::model::{Observed, RemoteId, Scope, Status, Value};
use crate::provider::{Calls, Create, Delete, Depth, ErrorKind, ProviderError, ResourceType, Update};

const LIST: &str = "DescribeSnapshots";

/// EC2's snapshots of volumes. Observed ones also have `created`.
pub(super) struct SnapshotType {
    connection: Connection,
}

impl SnapshotType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }
}

fn observe_one(snapshot: &Listed, scope: &Scope) -> Result<Option<Observed>, ProviderError> {
    let tags = read_tags(snapshot.tags());
    let Some(address) = scope.address_in(&tags) else { return Ok(None) };
    let status = match snapshot.state() {
        Some(SnapshotState::Completed) => Status::Ready,
        Some(SnapshotState::Error) => Status::Failed { reason: snapshot.state_message().unwrap_or("error").to_owned() },
        Some(state) => pending(state.as_str()),
        None => pending("pending"),
    };
    let specification = Snapshot {
        volume: required(LIST, "volumeId", snapshot.volume_id())?.into(),
        description: snapshot.description().unwrap_or_default().to_owned(),
    };
    let id = RemoteId::new(required(LIST, "snapshotId", snapshot.snapshot_id())?);
    let mut object = observed(LIST, address, id, status, &specification, tags)?;
    if let Some(created) = snapshot.start_time().and_then(|start| start.fmt(Format::DateTime).ok()) {
        object.attributes.insert("created".to_owned(), Value::from(created.as_str()));
    }
    Ok(Some(object))
}

#[async_trait]
impl ResourceType for SnapshotType {
    fn kind(&self) -> &'static str {
        "snapshot"
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let list = self.connection.ec2().describe_snapshots().owner_ids("self").set_filters(Some(scope_filters(scope)));
        let pages = self.connection.pages(LIST, list.into_paginator().page_size(1000).send()).await?;
        pages.iter().flat_map(|page| page.snapshots()).filter_map(|snapshot| observe_one(snapshot, scope).transpose()).collect()
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "CreateSnapshot";
        let specification: Snapshot = wanted(OPERATION, request.attributes)?;
        let token = calls.intend(OPERATION, &request.text()).await?;
        let earlier = self.connection.ec2().describe_snapshots().owner_ids("self").filters(token_filter(&token));
        let earlier = self.connection.call(LIST, earlier.send()).await?;
        if let Some(id) = earlier.snapshots().first().and_then(Listed::snapshot_id) {
            return Ok(RemoteId::new(id));
        }
        let call = self
            .connection
            .ec2_once()
            .create_snapshot()
            .volume_id(known(OPERATION, &specification.volume)?)
            .description(&specification.description)
            .tag_specifications(tags_at_creation(Taggable::Snapshot, request.tags, &token));
        let answer = self.connection.call(OPERATION, call.send()).await?;
        Ok(RemoteId::new(required(OPERATION, "snapshotId", answer.snapshot_id)?))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        repair_tags(&self.connection, &request, calls).await
    }

    /// Refuses: what was kept of a volume is never deleted by a plan (I6).
    async fn delete(&self, request: Delete<'_>, _calls: &dyn Calls) -> Result<(), ProviderError> {
        let message = format!("{} ({}) is kept on purpose; delete it by hand", request.observed.address, request.observed.id);
        Err(ProviderError::new(ErrorKind::Refused, "DeleteSnapshot", message))
    }
}
