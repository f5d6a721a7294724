use aws_sdk_ec2::types::BlockDeviceMapping;

use super::image::Image;
use super::volume::{NewVolume, is_key_usable, kms_key};
use super::volume_attachment::{Attachment, is_device_name};
use super::volume_type::Performance;
use super::{Instance, Snapshot, Volume};
use crate::sandbox::call::Call;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// A volume that a launch makes.
pub(crate) struct Disk {
    device: String,
    performance: Performance,
    snapshot: Option<String>,
    kms_key: Option<String>,
    is_encrypted: bool,
    deletes_with_instance: bool,
}

impl Disk {
    /// Whether the volume can be encrypted as the launch says.
    pub(crate) fn is_key_usable(&self, call: &Call<'_>) -> bool {
        is_key_usable(call, self.kms_key.as_deref())
    }

    /// Makes the volume, attached.
    pub(crate) fn make(&self, call: &mut Call<'_>, instance: &Instance, tags: Tags) {
        let new = NewVolume {
            tags,
            zone: instance.zone.clone(),
            performance: self.performance.clone(),
            snapshot: self.snapshot.clone(),
            kms_key: self.kms_key.clone(),
            is_encrypted: self.is_encrypted,
        };
        let mut volume = Volume::make(call, new);
        volume.is_made_by_aws = true;
        volume.attachment = Some(Attachment {
            instance: instance.id.clone(),
            device: self.device.clone(),
            deletes_with_instance: self.deletes_with_instance,
            since: call.now,
            attached_at: instance.transition.until,
            detached_at: None,
        });
        call.put(volume);
    }
}

/// Reads the volumes of a launch: the image's root, changed by the mapping of its device, and those beside it.
pub(crate) fn read(call: &Call<'_>, mappings: &[BlockDeviceMapping], image: &Image) -> Result<Vec<Disk>, Refusal> {
    let root = mappings.iter().find(|mapping| mapping.device_name() == Some(image.root_device));
    let mut disks = vec![disk(call, image.root_device, root, Some(image))?];
    for mapping in mappings {
        let device = mapping.device_name().ok_or_else(|| Refusal::missing("BlockDeviceMapping.DeviceName"))?;
        let invalid = |why: &str| Refusal::new("InvalidBlockDeviceMapping", format!("Invalid device name {device}: {why}"));
        if !is_device_name(device) {
            return Err(invalid("not a device name"));
        }
        if mappings.iter().filter(|other| other.device_name() == Some(device)).count() > 1 {
            return Err(invalid("mapped twice"));
        }
        if device == image.root_device {
            continue;
        }
        // The names that images use for a root: on this image they are a mistaken root mapping.
        if matches!(device, "/dev/sda" | "/dev/sda1" | "/dev/xvda") {
            return Err(invalid(&format!("the root device of {} is {}", image.id, image.root_device)));
        }
        if mapping.no_device().is_none() {
            disks.push(disk(call, device, Some(mapping), None)?);
        }
    }
    Ok(disks)
}

fn disk(call: &Call<'_>, device: &str, mapping: Option<&BlockDeviceMapping>, image: Option<&Image>) -> Result<Disk, Refusal> {
    let ebs = mapping.and_then(BlockDeviceMapping::ebs);
    let given = ebs.and_then(|ebs| ebs.snapshot_id());
    let snapshot = match (given, image) {
        (Some(id), Some(image)) if id != image.snapshot => {
            let message = format!("snapshotId can only be modified on EBS devices, not the root device of {}", image.id);
            return Err(Refusal::new("InvalidBlockDeviceMapping", message));
        }
        (_, Some(image)) => Some((image.snapshot.clone(), image.size, false)),
        (Some(id), None) => {
            let snapshot = Snapshot::completed(call, id)?;
            Some((snapshot.id, snapshot.size, snapshot.is_encrypted))
        }
        (None, None) => None,
    };
    let size = match (ebs.and_then(|ebs| ebs.volume_size), &snapshot) {
        (Some(size), Some((id, least, _))) if size < *least => {
            let message = format!("Volume of size {size}GB is smaller than snapshot '{id}', expect size >= {least}GB");
            return Err(Refusal::new("InvalidBlockDeviceMapping", message));
        }
        (Some(size), _) => size,
        (None, Some((_, least, _))) => *least,
        (None, None) => return Err(Refusal::missing("size or snapshotId")),
    };
    let image_type = image.map(|image| &image.volume_type);
    let volume_type = ebs.and_then(|ebs| ebs.volume_type()).or(image_type);
    let performance = Performance::checked(size, volume_type, ebs.and_then(|ebs| ebs.iops), ebs.and_then(|ebs| ebs.throughput))?;
    let is_encrypted =
        ebs.and_then(|ebs| ebs.encrypted).unwrap_or_default() || snapshot.as_ref().is_some_and(|(_, _, is_encrypted)| *is_encrypted);
    Ok(Disk {
        device: device.to_owned(),
        performance,
        snapshot: snapshot.map(|(id, _, _)| id),
        kms_key: kms_key(call, is_encrypted, ebs.and_then(|ebs| ebs.kms_key_id()))?,
        is_encrypted,
        // EC2 User Guide: a volume of a launch goes with the instance, unless the mapping says otherwise.
        deletes_with_instance: ebs.and_then(|ebs| ebs.delete_on_termination).unwrap_or(true),
    })
}
