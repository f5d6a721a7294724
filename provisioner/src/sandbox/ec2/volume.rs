use std::time::Duration;

use aws_sdk_ec2::operation::create_volume::{CreateVolumeInput, CreateVolumeOutput};
use aws_sdk_ec2::operation::delete_volume::{DeleteVolumeInput, DeleteVolumeOutput};
use aws_sdk_ec2::operation::describe_volumes::{DescribeVolumesInput, DescribeVolumesOutput};
use aws_sdk_ec2::types::{ResourceType, VolumeAttachmentState, VolumeState};
use serde::{Deserialize, Serialize};

use super::paging::{Query, select};
use super::volume_attachment::Attachment;
use super::volume_modification::Modification;
use super::volume_type::Performance;
use super::{Snapshot, tag, token, zone};
use crate::sandbox::call::Call;
use crate::sandbox::faults::StuckOutcome;
use crate::sandbox::kms::{InService, in_service, managed_by_aws};
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// How long a volume is `creating`.
const CREATING: Duration = Duration::from_secs(5);

const FILTERS: [&str; 14] = [
    "attachment.attach-time",
    "attachment.delete-on-termination",
    "attachment.device",
    "attachment.instance-id",
    "attachment.status",
    "availability-zone",
    "create-time",
    "encrypted",
    "size",
    "snapshot-id",
    "status",
    "volume-id",
    "volume-type",
    "availability-zone-id",
];

/// A volume.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Volume {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) ready_at: Moment,
    pub(crate) has_failed: bool,
    pub(crate) zone: String,
    pub(crate) performance: Performance,
    pub(crate) snapshot: Option<String>,
    pub(crate) kms_key: Option<String>,
    pub(crate) is_encrypted: bool,
    pub(crate) attachment: Option<Attachment>,
    pub(crate) modification: Option<Modification>,
    /// Whether it came with an instance, as its root volume does.
    pub(crate) is_made_by_aws: bool,
}

/// What a new volume is made with.
pub(crate) struct NewVolume {
    pub(crate) tags: Tags,
    pub(crate) zone: String,
    pub(crate) performance: Performance,
    pub(crate) snapshot: Option<String>,
    pub(crate) kms_key: Option<String>,
    pub(crate) is_encrypted: bool,
}

impl Volume {
    /// Makes a volume that is `creating`.
    pub(crate) fn make(call: &mut Call<'_>, new: NewVolume) -> Volume {
        let volume = Volume {
            id: call.new_id("vol"),
            created: call.now,
            ready_at: call.ready_at::<Volume>(&new.tags, CREATING),
            has_failed: !is_key_usable(call, new.kms_key.as_deref()) || call.stuck::<Volume>(&new.tags) == Some(StuckOutcome::Fails),
            tags: new.tags,
            zone: new.zone,
            performance: new.performance,
            snapshot: new.snapshot,
            kms_key: new.kms_key,
            is_encrypted: new.is_encrypted,
            attachment: None,
            modification: None,
            is_made_by_aws: false,
        };
        call.put(volume.clone());
        volume
    }

    pub(crate) fn state(&self, now: Moment) -> VolumeState {
        if self.attachment.is_some() {
            return VolumeState::InUse;
        }
        match (now < self.ready_at, self.has_failed) {
            (true, _) => VolumeState::Creating,
            (false, true) => VolumeState::Error,
            (false, false) => VolumeState::Available,
        }
    }

    /// The size and speed that the volume has by now.
    pub(crate) fn present(&self, now: Moment) -> &Performance {
        match &self.modification {
            Some(modification) if modification.is_in_force(now) => &modification.target,
            _ => &self.performance,
        }
    }

    fn to_sdk(&self, call: &Call<'_>) -> aws_sdk_ec2::types::Volume {
        let performance = self.present(call.now);
        let attachments = self.attachment.iter().map(|attachment| attachment.to_sdk(&self.id, call.now));
        aws_sdk_ec2::types::Volume::builder()
            .volume_id(&self.id)
            .size(performance.size)
            .volume_type(performance.sdk_type())
            .set_iops(performance.iops)
            .set_throughput(performance.throughput)
            .availability_zone(&self.zone)
            .set_availability_zone_id(zone::id_of(call.region, &self.zone))
            .snapshot_id(self.snapshot.clone().unwrap_or_default())
            .encrypted(self.is_encrypted)
            .set_kms_key_id(self.kms_key.clone())
            .multi_attach_enabled(false)
            .create_time(self.created.to_sdk())
            .state(self.state(call.now))
            .set_attachments(Some(attachments.collect()))
            .set_tags(Some(tag::to_sdk(&self.tags)))
            .build()
    }
}

/// Refuses a caller who may not let EBS use a key of the customer's (EBS User Guide, "Requirements for Amazon EBS encryption").
pub(crate) fn needs_key(call: &mut Call<'_>, wanted: Option<&str>) -> Result<(), Refusal> {
    if wanted.is_none() {
        return Ok(());
    }
    ["kms:CreateGrant", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"].into_iter().try_for_each(|action| call.needs(action))
}

/// The key that an encrypted volume is under; without one in the request it is the account's own for EBS.
pub(crate) fn kms_key(call: &Call<'_>, is_encrypted: bool, wanted: Option<&str>) -> Result<Option<String>, Refusal> {
    match (is_encrypted, wanted) {
        // EC2 API Reference, CreateVolume: "If KmsKeyId is specified, the encrypted state must be true."
        (false, Some(_)) => {
            Err(Refusal::new("InvalidParameterDependency", "The parameter KmsKeyId requires the parameter Encrypted to be set."))
        }
        (false, None) => Ok(None),
        (true, Some(key)) => Ok(Some(match in_service(call, key) {
            InService::Usable(arn) | InService::Unusable(arn) => arn,
            InService::Missing if key.starts_with("arn:") => key.to_owned(),
            InService::Missing => format!("arn:aws:kms:{}:{}:key/{key}", call.region, call.account()),
        })),
        (true, None) => Ok(Some(managed_by_aws(call, "ebs"))),
    }
}

/// Whether a volume can be encrypted with the key. EBS finds out after its answer: a volume under a wrong key is made, and fails
/// (EC2 API Reference, `CreateVolume`, KmsKeyId).
pub(crate) fn is_key_usable(call: &Call<'_>, key: Option<&str>) -> bool {
    key.is_none_or(|key| matches!(in_service(call, key), InService::Usable(_)))
}

/// `CreateVolume`.
pub(crate) fn create(call: &mut Call<'_>, input: &CreateVolumeInput) -> Result<CreateVolumeOutput, Refusal> {
    let operation = "CreateVolume";
    if let Some(made) = token::made_before(call, operation, input.client_token(), input, "")? {
        let volume: Volume = call.named(made.first().map(String::as_str), "volumeId")?;
        return Ok(answer(call, &volume));
    }
    if input.outpost_arn.is_some() || input.multi_attach_enabled == Some(true) {
        return Err(Refusal::unsimulated("OutpostArn or MultiAttachEnabled"));
    }
    if input.availability_zone().is_none() && input.availability_zone_id().is_none() {
        return Err(Refusal::missing("AvailabilityZone"));
    }
    let zone = zone::chosen(call.region, input.availability_zone(), input.availability_zone_id()).map_err(|refusal| {
        let wanted = input.availability_zone().or(input.availability_zone_id()).unwrap_or_default();
        match refusal.code.as_str() {
            "InvalidParameterValue" => Refusal::new("InvalidZone.NotFound", format!("The zone '{wanted}' does not exist.")),
            _ => refusal,
        }
    })?;
    let snapshot = match input.snapshot_id() {
        Some(id) => Some(Snapshot::completed(call, id)?),
        None => None,
    };
    let least = snapshot.as_ref().map(|snapshot| snapshot.size);
    let size = match (input.size, least) {
        (Some(size), Some(least)) if size < least => {
            return Err(Refusal::value(format!("Volume of size {size}GB is smaller than its snapshot, expect size >= {least}GB")));
        }
        (Some(size), _) => size,
        (None, Some(least)) => least,
        (None, None) => return Err(Refusal::missing("size or snapshotId")),
    };
    let performance = Performance::checked(size, input.volume_type(), input.iops, input.throughput)?;
    let tags = tag::for_new(call, input.tag_specifications(), ResourceType::Volume)?;
    let is_encrypted = input.encrypted == Some(true) || snapshot.as_ref().is_some_and(|snapshot| snapshot.is_encrypted);
    needs_key(call, input.kms_key_id())?;
    let kms_key = kms_key(call, is_encrypted, input.kms_key_id())?;
    let snapshot = snapshot.map(|snapshot| snapshot.id);
    let volume = Volume::make(call, NewVolume { tags, zone, performance, snapshot, kms_key, is_encrypted });
    token::remember(call, operation, input.client_token(), input, "", vec![volume.id.clone()]);
    Ok(answer(call, &volume))
}

fn answer(call: &Call<'_>, volume: &Volume) -> CreateVolumeOutput {
    let volume = volume.to_sdk(call);
    CreateVolumeOutput::builder()
        .set_volume_id(volume.volume_id)
        .set_size(volume.size)
        .set_volume_type(volume.volume_type)
        .set_iops(volume.iops)
        .set_throughput(volume.throughput)
        .set_availability_zone(volume.availability_zone)
        .set_availability_zone_id(volume.availability_zone_id)
        .set_snapshot_id(volume.snapshot_id)
        .set_encrypted(volume.encrypted)
        .set_kms_key_id(volume.kms_key_id)
        .set_multi_attach_enabled(volume.multi_attach_enabled)
        .set_create_time(volume.create_time)
        .set_state(volume.state)
        .set_attachments(volume.attachments)
        .set_tags(volume.tags)
        .build()
}

/// `DeleteVolume`: refused while attached.
pub(crate) fn delete(call: &mut Call<'_>, input: &DeleteVolumeInput) -> Result<DeleteVolumeOutput, Refusal> {
    let volume: Volume = call.named(input.volume_id(), "volumeId")?;
    if let Some(attachment) = &volume.attachment {
        let message = format!("Volume {} is currently attached to {}", volume.id, attachment.instance);
        return Err(Refusal::new("VolumeInUse", message));
    }
    if volume.state(call.now) == VolumeState::Creating {
        return Err(Refusal::new("IncorrectState", format!("Volume '{}' is 'creating'", volume.id)));
    }
    call.remove::<Volume>(&volume.id);
    Ok(DeleteVolumeOutput::builder().build())
}

/// `DescribeVolumes`.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeVolumesInput) -> Result<DescribeVolumesOutput, Refusal> {
    let query = Query {
        ids: input.volume_ids(),
        filters: input.filters(),
        names: &FILTERS,
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeVolumes: 5 to 1000, and not with an id list.
        sizes: 5..=1000,
        excludes_ids: true,
    };
    let page = select::<Volume>(call, &query, |call, volume, name| {
        let attachment = volume.attachment.iter();
        match name {
            "attachment.delete-on-termination" => attachment.map(|attachment| attachment.deletes_with_instance.to_string()).collect(),
            "attachment.device" => attachment.map(|attachment| attachment.device.clone()).collect(),
            "attachment.instance-id" => attachment.map(|attachment| attachment.instance.clone()).collect(),
            "attachment.status" => attachment
                .map(|attachment| attachment.state(call.now))
                .map(|state: VolumeAttachmentState| state.as_str().to_owned())
                .collect(),
            "attachment.attach-time" | "create-time" => Vec::new(),
            "availability-zone" => vec![volume.zone.clone()],
            "availability-zone-id" => zone::id_of(call.region, &volume.zone).into_iter().collect(),
            "encrypted" => vec![volume.is_encrypted.to_string()],
            "size" => vec![volume.present(call.now).size.to_string()],
            "snapshot-id" => volume.snapshot.clone().into_iter().collect(),
            "status" => vec![volume.state(call.now).as_str().to_owned()],
            "volume-type" => vec![volume.present(call.now).volume_type.clone()],
            _ => vec![volume.id.clone()],
        }
    })?;
    let volumes = page.items.iter().map(|volume| volume.to_sdk(call)).collect();
    Ok(DescribeVolumesOutput::builder().set_volumes(Some(volumes)).set_next_token(page.next_token).build())
}
