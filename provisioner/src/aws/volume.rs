use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_ec2::types::{
    ResourceType as Taggable, Volume as Listed, VolumeAttachment as ListedAttachment, VolumeAttachmentState, VolumeState,
    VolumeType as Media,
};

use crate::aws::client::{Connection, required};
use crate::aws::error::gone_is_success;
use crate::aws::request::{known, leaving, observed, pending, request_text, wanted};
use crate::aws::tags::{filter, read_tags, repair_tags, scope_filters, tags_at_creation};
use crate::desired::{Volume, VolumeAttachment};
use crate::model::{Observed, RefOr, RemoteId, ResourceAddress, Scope, Status, Tags, Value};
use crate::provider::{Calls, Create, Delete, Depth, ErrorKind, ProviderError, ResourceType, Update};

/// The operation that lists volumes.
pub(super) const LIST: &str = "DescribeVolumes";
const MODIFY: &str = "ModifyVolume";

/// EC2's data volumes. Its list also shows `volume-attachment`.
pub(super) struct VolumeType {
    connection: Connection,
}

impl VolumeType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }
}

/// Every volume of the scope with its attachments.
pub(super) async fn observe_volumes(connection: &Connection, scope: &Scope, depth: Depth) -> Result<Vec<Observed>, ProviderError> {
    let list = connection.ec2().describe_volumes().set_filters(Some(scope_filters(scope)));
    let pages = connection.pages(LIST, list.into_paginator().page_size(1000).send()).await?;
    let volumes: Vec<&Listed> = pages.iter().flat_map(|page| page.volumes()).collect();
    let modifying = match depth {
        Depth::Full if !volumes.is_empty() => being_modified(connection).await?,
        _ => BTreeSet::new(),
    };
    let mut objects = Vec::new();
    for volume in volumes {
        let tags = read_tags(volume.tags());
        let Some(address) = scope.address_in(&tags) else { continue };
        for attachment in volume.attachments() {
            objects.push(observe_attachment(attachment, volume, address.name())?);
        }
        objects.push(observe_one(volume, address, tags, &modifying)?);
    }
    Ok(objects)
}

/// The volumes whose old size or type is still what a list shows. A volume that is being optimised is as wanted already.
async fn being_modified(connection: &Connection) -> Result<BTreeSet<String>, ProviderError> {
    const OPERATION: &str = "DescribeVolumesModifications";
    let list = connection.ec2().describe_volumes_modifications().filters(filter("modification-state", "modifying"));
    let pages = connection.pages(OPERATION, list.into_paginator().page_size(500).send()).await?;
    Ok(pages.iter().flat_map(|page| page.volumes_modifications()).filter_map(|change| change.volume_id()).map(str::to_owned).collect())
}

fn observe_one(volume: &Listed, address: ResourceAddress, tags: Tags, modifying: &BTreeSet<String>) -> Result<Observed, ProviderError> {
    let id = required(LIST, "volumeId", volume.volume_id())?;
    let status = match volume.state() {
        Some(VolumeState::Deleting) => Status::Deleting,
        Some(VolumeState::Deleted) => Status::Gone,
        Some(VolumeState::Error) => Status::Failed { reason: "the volume failed (state `error`)".to_owned() },
        Some(VolumeState::Available | VolumeState::InUse) if modifying.contains(id) => pending("modifying"),
        Some(VolumeState::Available | VolumeState::InUse) | None => Status::Ready,
        Some(state) => pending(state.as_str()),
    };
    let id = RemoteId::new(id);
    if matches!(status, Status::Deleting | Status::Gone) {
        return Ok(leaving(address, id, status, tags));
    }
    let specification = Volume {
        zone: required(LIST, "availabilityZone", volume.availability_zone())?.to_owned(),
        size_gib: volume.size().and_then(|size| u32::try_from(size).ok()).unwrap_or_default(),
        volume_type: required(LIST, "volumeType", volume.volume_type())?.as_str().to_owned(),
        is_encrypted: volume.encrypted().unwrap_or(false),
        kms_key: volume.kms_key_id().filter(|key| !key.is_empty()).map(RefOr::from),
        source_snapshot: volume.snapshot_id().filter(|snapshot| !snapshot.is_empty()).map(RefOr::from),
    };
    observed(LIST, address, id, status, &specification, tags)
}

fn observe_attachment(attachment: &ListedAttachment, volume: &Listed, name: &str) -> Result<Observed, ProviderError> {
    let address = ResourceAddress::new("volume-attachment", name);
    let volume = required(LIST, "volumeId", volume.volume_id())?;
    let instance = required(LIST, "instanceId", attachment.instance_id())?;
    let status = match attachment.state() {
        Some(VolumeAttachmentState::Attached) => Status::Ready,
        Some(VolumeAttachmentState::Detached) => Status::Gone,
        // `busy` is a machine that does not let go of a volume that is being detached.
        Some(VolumeAttachmentState::Detaching | VolumeAttachmentState::Busy) => Status::Deleting,
        Some(state) => pending(state.as_str()),
        None => pending("attaching"),
    };
    let specification = VolumeAttachment {
        volume: volume.into(),
        instance: instance.into(),
        device: required(LIST, "device", attachment.device())?.to_owned(),
    };
    observed(LIST, address, attachment_id(volume, instance), status, &specification, Tags::new())
}

/// An attachment has no id of its own: the volume's and the machine's.
pub(super) fn attachment_id(volume: &str, instance: &str) -> RemoteId {
    RemoteId::new(format!("{volume}:{instance}"))
}

fn size_for_ec2(operation: &'static str, size_gib: u32) -> Result<i32, ProviderError> {
    i32::try_from(size_gib).map_err(|_| ProviderError::new(ErrorKind::Refused, operation, "the volume is too large for EC2"))
}

#[async_trait]
impl ResourceType for VolumeType {
    fn kind(&self) -> &'static str {
        "volume"
    }

    async fn observe(&self, scope: &Scope, depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        observe_volumes(&self.connection, scope, depth).await
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "CreateVolume";
        let specification: Volume = wanted(OPERATION, request.attributes)?;
        let token = calls.intend(OPERATION, &request.text()).await?;
        let id = |value: &RefOr| known(OPERATION, value).map(str::to_owned);
        let call = self
            .connection
            .ec2()
            .create_volume()
            .client_token(token.as_str())
            .availability_zone(&specification.zone)
            .size(size_for_ec2(OPERATION, specification.size_gib)?)
            .volume_type(Media::from(specification.volume_type.as_str()))
            .encrypted(specification.is_encrypted)
            .set_kms_key_id(specification.kms_key.as_ref().map(id).transpose()?)
            .set_snapshot_id(specification.source_snapshot.as_ref().map(id).transpose()?)
            .tag_specifications(tags_at_creation(Taggable::Volume, request.tags, &token));
        let answer = self.connection.call(OPERATION, call.send()).await?;
        Ok(RemoteId::new(required(OPERATION, "volumeId", answer.volume_id)?))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        let id = &request.observed.id;
        repair_tags(&self.connection, &request, calls).await?;
        if !request.differs("size_gib") && !request.differs("volume_type") {
            return Ok(());
        }
        let specification: Volume = wanted(MODIFY, request.attributes)?;
        let size = i64::from(specification.size_gib);
        if let Some(Value::Integer(found)) = request.observed.attributes.get("size_gib")
            && *found > size
        {
            let message = format!("{} has {found} GiB and cannot shrink to {size}", request.observed.address);
            return Err(ProviderError::new(ErrorKind::Refused, MODIFY, message));
        }
        calls.intend(MODIFY, &request_text(&(id, size, &specification.volume_type))).await?;
        let call = self
            .connection
            .ec2()
            .modify_volume()
            .volume_id(id.as_str())
            .size(size_for_ec2(MODIFY, specification.size_gib)?)
            .volume_type(Media::from(specification.volume_type.as_str()));
        self.connection.call(MODIFY, call.send()).await.map(drop)
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteVolume";
        let id = request.observed.id.as_str();
        calls.intend(OPERATION, &request_text(&id)).await?;
        gone_is_success(self.connection.call(OPERATION, self.connection.ec2().delete_volume().volume_id(id).send()).await)
    }
}
