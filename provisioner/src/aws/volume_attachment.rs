use async_trait::async_trait;
use aws_sdk_ec2::types::VolumeAttachmentState;

use crate::aws::client::Connection;
use crate::aws::error::{gone_is_success, has_code};
use crate::aws::request::{known, request_text, wanted};
use crate::aws::tags::filter;
use crate::aws::volume::{LIST, attachment_id, observe_volumes};
use crate::desired::VolumeAttachment;
use crate::model::{Observed, RemoteId, Scope};
use crate::provider::{Calls, Create, Delete, Depth, ProviderError, ResourceType, Update};

/// Which of EC2's machines has a volume; listed by `volume`.
pub(super) struct VolumeAttachmentType {
    connection: Connection,
}

impl VolumeAttachmentType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    /// Whether the volume is on the machine, or on its way to it; both can be asked for as filters.
    async fn is_attached(&self, volume: &str, instance: &str) -> Result<bool, ProviderError> {
        let list = self.connection.ec2().describe_volumes().filters(filter("attachment.instance-id", instance));
        let pages = self.connection.pages(LIST, list.into_paginator().page_size(1000).send()).await?;
        let attachments = pages.iter().flat_map(|page| page.volumes()).flat_map(|volume| volume.attachments());
        let mut alive = attachments
            .filter(|attachment| matches!(attachment.state(), Some(VolumeAttachmentState::Attached | VolumeAttachmentState::Attaching)));
        Ok(alive.any(|attachment| attachment.volume_id() == Some(volume)))
    }
}

#[async_trait]
impl ResourceType for VolumeAttachmentType {
    fn kind(&self) -> &'static str {
        "volume-attachment"
    }

    async fn observe(&self, scope: &Scope, depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let mut objects = observe_volumes(&self.connection, scope, depth).await?;
        objects.retain(|object| object.address.kind() == self.kind());
        Ok(objects)
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "AttachVolume";
        let specification: VolumeAttachment = wanted(OPERATION, request.attributes)?;
        let (volume, instance) = (known(OPERATION, &specification.volume)?, known(OPERATION, &specification.instance)?);
        calls.intend(OPERATION, &request_text(request.attributes)).await?;
        let call = self.connection.ec2().attach_volume().volume_id(volume).instance_id(instance).device(&specification.device);
        let answer = self.connection.call(OPERATION, call.send()).await;
        if has_code(&answer, "VolumeInUse") && self.is_attached(volume, instance).await? {
            return Ok(attachment_id(volume, instance));
        }
        answer.map(|_| attachment_id(volume, instance))
    }

    /// Nothing: an attachment is replaced.
    async fn update(&self, _request: Update<'_>, _calls: &dyn Calls) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DetachVolume";
        let specification: VolumeAttachment = wanted(OPERATION, &request.observed.attributes)?;
        let (volume, instance) = (known(OPERATION, &specification.volume)?, known(OPERATION, &specification.instance)?);
        calls.intend(OPERATION, &request_text(&request.observed.id)).await?;
        let call = self.connection.ec2().detach_volume().volume_id(volume).instance_id(instance);
        let answer = self.connection.call(OPERATION, call.send()).await;
        // A volume that is on no machine, or is leaving it, is `IncorrectState` (EC2 `DetachVolume`).
        if has_code(&answer, "IncorrectState") && !self.is_attached(volume, instance).await? {
            return Ok(());
        }
        gone_is_success(answer)
    }
}
