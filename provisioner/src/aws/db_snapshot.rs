use async_trait::async_trait;
use aws_sdk_rds::types::DbSnapshot as Listed;
use aws_smithy_types::date_time::Format;

use crate::aws::client::{Connection, required};
use crate::aws::db_tags;
use crate::aws::error::gone_is_success;
use crate::aws::request::{known, observed, pending, request_text, wanted};
use crate::aws::tags::is_same_object;
use crate::aws::taken::{Holder, refusal, taken};
use crate::desired::DbSnapshot;
use crate::model::{Observed, RemoteId, ResourceAddress, Scope, Status, TAG_ENVIRONMENT, TAG_PROJECT, TAG_RETAINED, Tags};
use crate::provider::{Calls, Create, Delete, Depth, ErrorKind, ProviderError, ResourceType, Update};

const KIND: &str = "db-snapshot";
const LIST: &str = "DescribeDBSnapshots";

/// RDS's manual snapshots of instances.
pub(super) struct DbSnapshotType {
    connection: Connection,
}

impl DbSnapshotType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    /// Who has the identifier.
    async fn holder(&self, identifier: &str, request: &Create<'_>) -> Result<Holder, ProviderError> {
        let answer =
            self.connection.call(LIST, self.connection.rds().describe_db_snapshots().db_snapshot_identifier(identifier).send()).await?;
        let is_ours = |snapshot: &Listed| is_same_object(&db_tags::read(snapshot.tag_list()), request.tags);
        Ok(Holder::among(answer.db_snapshots(), is_ours, Listed::db_snapshot_identifier))
    }
}

fn observe_one(snapshot: &Listed, scope: &Scope) -> Result<Option<Observed>, ProviderError> {
    let tags = db_tags::read(snapshot.tag_list());
    let Some(address) = db_tags::address_of(KIND, scope, &tags) else { return Ok(None) };
    let status = match required(LIST, "Status", snapshot.status())? {
        "available" => Status::Ready,
        "failed" => Status::Failed { reason: "the snapshot failed (status `failed`)".to_owned() },
        "deleting" => Status::Deleting,
        word => pending(word),
    };
    let specification = DbSnapshot { db_instance: required(LIST, "DBInstanceIdentifier", snapshot.db_instance_identifier())?.into() };
    let id = RemoteId::new(required(LIST, "DBSnapshotIdentifier", snapshot.db_snapshot_identifier())?);
    let mut observed = observed(LIST, address, id, status, &specification, tags)?;
    let created = snapshot.snapshot_create_time().and_then(|time| time.fmt(Format::DateTime).ok());
    db_tags::note(&mut observed.attributes, "created", created.as_deref());
    db_tags::note_arn(&mut observed, snapshot.db_snapshot_arn());
    Ok(Some(observed))
}

/// `{project}-{environment}-{name}`: unique in account and region, of letters, digits and single hyphens (RDS `CreateDBSnapshot`).
fn identifier(operation: &'static str, address: &ResourceAddress, tags: &Tags) -> Result<String, ProviderError> {
    match (tags.get(TAG_PROJECT), tags.get(TAG_ENVIRONMENT)) {
        (Some(project), Some(environment)) => {
            let scope = Scope { project: project.clone(), environment: environment.clone() };
            Ok(scope.physical_name(address.name()).to_lowercase())
        }
        _ => Err(ProviderError::new(ErrorKind::Refused, operation, "a snapshot is named after its project and environment")),
    }
}

#[async_trait]
impl ResourceType for DbSnapshotType {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let list = self.connection.rds().describe_db_snapshots().snapshot_type("manual").into_paginator();
        let pages = self.connection.pages(LIST, list.page_size(100).send()).await?;
        pages.iter().flat_map(|page| page.db_snapshots()).filter_map(|snapshot| observe_one(snapshot, scope).transpose()).collect()
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "CreateDBSnapshot";
        let specification: DbSnapshot = wanted(OPERATION, request.attributes)?;
        let identifier = identifier(OPERATION, request.address, request.tags)?;
        let token = calls.intend(OPERATION, &request.text()).await?;
        let call = self
            .connection
            .rds()
            .create_db_snapshot()
            .db_snapshot_identifier(&identifier)
            .db_instance_identifier(known(OPERATION, &specification.db_instance)?)
            .set_tags(Some(db_tags::at_creation(request.tags, &token)));
        let answer = self.connection.call(OPERATION, call.send()).await;
        if let Some(refusal) = refusal(&answer, "DBSnapshotAlreadyExists") {
            return taken(refusal, self.holder(&identifier, &request).await);
        }
        let snapshot = required(OPERATION, "DBSnapshot", answer?.db_snapshot)?;
        Ok(RemoteId::new(required(OPERATION, "DBSnapshotIdentifier", snapshot.db_snapshot_identifier)?))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        db_tags::repair(&self.connection, &request, calls).await
    }

    /// Refuses a snapshot that is kept on purpose: no plan deletes it (I6).
    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteDBSnapshot";
        let Observed { address, id, tags, .. } = request.observed;
        if tags.contains_key(TAG_RETAINED) {
            let message = format!("{address} ({id}) is kept on purpose; delete it by hand");
            return Err(ProviderError::new(ErrorKind::Refused, OPERATION, message));
        }
        calls.intend(OPERATION, &request_text(&id)).await?;
        gone_is_success(
            self.connection.call(OPERATION, self.connection.rds().delete_db_snapshot().db_snapshot_identifier(id.as_str()).send()).await,
        )
    }
}
