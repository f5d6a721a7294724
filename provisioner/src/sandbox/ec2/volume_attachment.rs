use std::time::Duration;

use aws_sdk_ec2::operation::attach_volume::{AttachVolumeInput, AttachVolumeOutput};
use aws_sdk_ec2::operation::detach_volume::{DetachVolumeInput, DetachVolumeOutput};
use aws_sdk_ec2::types::{InstanceStateName, VolumeAttachment, VolumeAttachmentState, VolumeState};
use serde::{Deserialize, Serialize};

use super::{Instance, Volume};
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::refusal::Refusal;

/// How long an attachment is `attaching`, and `detaching`.
const CHANGING: Duration = Duration::from_secs(3);

/// A volume's attachment to an instance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Attachment {
    pub(crate) instance: String,
    pub(crate) device: String,
    pub(crate) deletes_with_instance: bool,
    pub(crate) since: Moment,
    pub(crate) attached_at: Moment,
    pub(crate) detached_at: Option<Moment>,
}

impl Attachment {
    pub(crate) fn state(&self, now: Moment) -> VolumeAttachmentState {
        match self.detached_at {
            Some(_) => VolumeAttachmentState::Detaching,
            None if now < self.attached_at => VolumeAttachmentState::Attaching,
            None => VolumeAttachmentState::Attached,
        }
    }

    pub(crate) fn to_sdk(&self, volume: &str, now: Moment) -> VolumeAttachment {
        VolumeAttachment::builder()
            .volume_id(volume)
            .instance_id(&self.instance)
            .device(&self.device)
            .delete_on_termination(self.deletes_with_instance)
            .attach_time(self.since.to_sdk())
            .state(self.state(now))
            .build()
    }
}

/// The volumes of an instance, by device.
pub(crate) fn of_instance(call: &Call<'_>, instance: &str) -> Vec<Volume> {
    let is_of = |volume: &&Volume| volume.attachment.as_ref().is_some_and(|attachment| attachment.instance == instance);
    let mut volumes: Vec<Volume> = call.iter::<Volume>().filter(is_of).cloned().collect();
    let device = |volume: &Volume| volume.attachment.as_ref().map(|attachment| attachment.device.clone());
    volumes.sort_by_key(device);
    volumes
}

/// Whether a name is one that EC2 takes for a device (EC2 User Guide, "Device names for volumes on Amazon EC2 instances").
pub(crate) fn is_device_name(name: &str) -> bool {
    let short = name.strip_prefix("/dev/").unwrap_or(name);
    let rest = short.strip_prefix("sd").or_else(|| short.strip_prefix("xvd")).unwrap_or_default();
    let letters = rest.trim_end_matches(|character: char| character.is_ascii_digit());
    matches!(letters.len(), 1 | 2) && letters.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// `AttachVolume`: an available volume to a running or stopped instance of its zone.
pub(crate) fn attach(call: &mut Call<'_>, input: &AttachVolumeInput) -> Result<AttachVolumeOutput, Refusal> {
    let mut volume: Volume = call.named(input.volume_id(), "volumeId")?;
    let instance: Instance = call.named(input.instance_id(), "instanceId")?;
    let device = input.device().ok_or_else(|| Refusal::missing("device"))?;
    if !is_device_name(device) {
        return Err(Refusal::value(format!("Value ({device}) for parameter device is invalid. {device} is not a valid EBS device name.")));
    }
    match volume.state(call.now) {
        VolumeState::Available => {}
        VolumeState::InUse => return Err(Refusal::new("VolumeInUse", format!("{} is already attached to an instance", volume.id))),
        state => return Err(Refusal::new("IncorrectState", format!("Volume '{}' is '{}', not 'available'", volume.id, state.as_str()))),
    }
    if !matches!(instance.state(call.now), InstanceStateName::Running | InstanceStateName::Stopped) {
        return Err(Refusal::new("IncorrectState", format!("Instance '{}' is not 'running'.", instance.id)));
    }
    if volume.zone != instance.zone {
        let message = format!("The volume '{}' is not in the same availability zone as instance '{}'", volume.id, instance.id);
        return Err(Refusal::new("InvalidVolume.ZoneMismatch", message));
    }
    let is_taken =
        of_instance(call, &instance.id).iter().any(|other| other.attachment.as_ref().is_some_and(|attachment| attachment.device == device));
    if is_taken {
        let message = format!("Invalid value '{device}' for unixDevice. Attachment point {device} is already in use");
        return Err(Refusal::value(message));
    }
    let attachment = Attachment {
        instance: instance.id,
        device: device.to_owned(),
        deletes_with_instance: false,
        since: call.now,
        attached_at: call.after(CHANGING),
        detached_at: None,
    };
    let output = attachment.to_sdk(&volume.id, call.now);
    volume.attachment = Some(attachment);
    call.put(volume);
    Ok(AttachVolumeOutput::builder()
        .set_volume_id(output.volume_id)
        .set_instance_id(output.instance_id)
        .set_device(output.device)
        .set_state(output.state)
        .set_attach_time(output.attach_time)
        .set_delete_on_termination(output.delete_on_termination)
        .build())
}

/// `DetachVolume`: refused for the root volume of an instance that is not stopped.
pub(crate) fn detach(call: &mut Call<'_>, input: &DetachVolumeInput) -> Result<DetachVolumeOutput, Refusal> {
    let mut volume: Volume = call.named(input.volume_id(), "volumeId")?;
    let Some(attachment) = volume.attachment.as_mut() else {
        let message = format!("Volume '{}' is in the '{}' state.", volume.id, volume.state(call.now).as_str());
        return Err(Refusal::new("IncorrectState", message));
    };
    if input.instance_id().is_some_and(|wanted| wanted != attachment.instance) {
        let message = format!("The volume '{}' is not attached to instance '{}'", volume.id, input.instance_id().unwrap_or_default());
        return Err(Refusal::new("InvalidAttachment.NotFound", message));
    }
    let instance = call.get::<Instance>(&attachment.instance);
    let is_live_root = instance
        .as_ref()
        .is_some_and(|instance| instance.root_device == attachment.device && instance.state(call.now) != InstanceStateName::Stopped);
    if is_live_root {
        let message = format!("Unable to detach root volume '{}' from instance '{}'", attachment.device, attachment.instance);
        return Err(Refusal::new("OperationNotPermitted", message));
    }
    if attachment.detached_at.is_none() {
        attachment.detached_at = Some(call.after(CHANGING));
    }
    let output = attachment.to_sdk(&volume.id, call.now);
    call.put(volume);
    Ok(DetachVolumeOutput::builder()
        .set_volume_id(output.volume_id)
        .set_instance_id(output.instance_id)
        .set_device(output.device)
        .set_state(output.state)
        .set_attach_time(output.attach_time)
        .set_delete_on_termination(output.delete_on_termination)
        .build())
}

/// Ends the detachments that are due.
pub(crate) fn settle(call: &mut Call<'_>) {
    let now = call.now;
    let is_due = |volume: &&Volume| {
        let end = volume.attachment.as_ref().and_then(|attachment| attachment.detached_at);
        end.is_some_and(|end| end <= now)
    };
    let due: Vec<Volume> = call.iter::<Volume>().filter(is_due).cloned().collect();
    for mut volume in due {
        volume.attachment = None;
        call.put(volume);
    }
}
