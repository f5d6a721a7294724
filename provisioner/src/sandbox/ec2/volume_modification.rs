use std::time::Duration;

use aws_sdk_ec2::operation::describe_volumes_modifications::{DescribeVolumesModificationsInput, DescribeVolumesModificationsOutput};
use aws_sdk_ec2::operation::modify_volume::{ModifyVolumeInput, ModifyVolumeOutput};
use aws_sdk_ec2::types::{VolumeModification, VolumeModificationState, VolumeState};
use serde::{Deserialize, Serialize};

use super::Volume;
use super::paging::{Query, select};
use super::volume_type::Performance;
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::refusal::Refusal;

/// How long a modification is `modifying`; the new size holds from then on.
const MODIFYING: Duration = Duration::from_secs(10);
/// How long a modification is `optimizing` after that.
const OPTIMIZING: Duration = Duration::from_secs(300);
/// How long the next modification has to wait (EBS User Guide, "Limitations for EBS volume modifications").
const BETWEEN: Duration = Duration::from_secs(6 * 3600);

/// A change of a volume's size or speed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Modification {
    pub(crate) original: Performance,
    pub(crate) target: Performance,
    started: Moment,
    modified_at: Moment,
    completed_at: Moment,
    next_at: Moment,
}

impl Modification {
    /// Whether the volume has its new size and speed by now.
    pub(crate) fn is_in_force(&self, now: Moment) -> bool {
        self.modified_at <= now
    }

    fn state(&self, now: Moment) -> VolumeModificationState {
        if now < self.modified_at {
            VolumeModificationState::Modifying
        } else if now < self.completed_at {
            VolumeModificationState::Optimizing
        } else {
            VolumeModificationState::Completed
        }
    }

    fn to_sdk(&self, volume: &str, now: Moment) -> VolumeModification {
        let state = self.state(now);
        let progress = match state {
            VolumeModificationState::Modifying => 0,
            VolumeModificationState::Optimizing => 50,
            _ => 100,
        };
        VolumeModification::builder()
            .volume_id(volume)
            .progress(progress)
            .set_end_time((state == VolumeModificationState::Completed).then(|| self.completed_at.to_sdk()))
            .modification_state(state)
            .start_time(self.started.to_sdk())
            .original_size(self.original.size)
            .original_volume_type(self.original.sdk_type())
            .set_original_iops(self.original.iops)
            .set_original_throughput(self.original.throughput)
            .target_size(self.target.size)
            .target_volume_type(self.target.sdk_type())
            .set_target_iops(self.target.iops)
            .set_target_throughput(self.target.throughput)
            .build()
    }
}

/// `ModifyVolume`: grows, never shrinks, and not again within six hours.
pub(crate) fn modify(call: &mut Call<'_>, input: &ModifyVolumeInput) -> Result<ModifyVolumeOutput, Refusal> {
    let mut volume: Volume = call.named(input.volume_id(), "volumeId")?;
    if !matches!(volume.state(call.now), VolumeState::Available | VolumeState::InUse) {
        let state = volume.state(call.now);
        return Err(Refusal::new("IncorrectState", format!("Volume '{}' is '{}'", volume.id, state.as_str())));
    }
    if let Some(last) = &volume.modification {
        if call.now < last.completed_at {
            let state = last.state(call.now);
            let message = format!("Cannot modify volume {} in modification state {}", volume.id, state.as_str().to_uppercase());
            return Err(Refusal::new("IncorrectModificationState", message));
        }
        if call.now < last.next_at {
            return Err(Refusal::new(
                "VolumeModificationRateExceeded",
                "You've reached the maximum modification rate per volume limit. Wait at least 6 hours between modifications per EBS volume.",
            ));
        }
    }
    let original = volume.present(call.now).clone();
    if input.size.is_some_and(|size| size < original.size) {
        return Err(Refusal::value(format!(
            "New size cannot be smaller than existing size: {} < {}",
            input.size.unwrap_or_default(),
            original.size
        )));
    }
    let keeps_type = input.volume_type().is_none_or(|wanted| wanted.as_str() == original.volume_type);
    let wanted_type = input.volume_type().cloned().unwrap_or_else(|| original.sdk_type());
    // gp2 derives its speed from its size; a new type starts from that type's baseline.
    let keeps_speed = keeps_type && original.volume_type != "gp2";
    let target = Performance::checked(
        input.size.unwrap_or(original.size),
        Some(&wanted_type),
        input.iops.or(original.iops.filter(|_| keeps_speed)),
        input.throughput.or(original.throughput.filter(|_| keeps_speed)),
    )?;
    let modified_at = call.after(MODIFYING);
    let modification = Modification {
        original: original.clone(),
        target,
        started: call.now,
        modified_at,
        completed_at: call.after(MODIFYING + OPTIMIZING),
        next_at: call.after(BETWEEN),
    };
    let output = modification.to_sdk(&volume.id, call.now);
    volume.performance = original;
    volume.modification = Some(modification);
    call.put(volume);
    Ok(ModifyVolumeOutput::builder().volume_modification(output).build())
}

/// `DescribeVolumesModifications`: a volume that was never modified has none, and is refused when named.
pub(crate) fn describe(
    call: &mut Call<'_>,
    input: &DescribeVolumesModificationsInput,
) -> Result<DescribeVolumesModificationsOutput, Refusal> {
    let query = Query {
        ids: input.volume_ids(),
        filters: input.filters(),
        names: &["modification-state", "original-size", "original-volume-type", "target-size", "target-volume-type", "volume-id"],
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeVolumesModifications: up to 500.
        sizes: 1..=500,
        excludes_ids: true,
    };
    let page = select::<Volume>(call, &query, |call, volume, name| {
        let Some(modification) = &volume.modification else { return Vec::new() };
        vec![match name {
            "modification-state" => modification.state(call.now).as_str().to_owned(),
            "original-size" => modification.original.size.to_string(),
            "original-volume-type" => modification.original.volume_type.clone(),
            "target-size" => modification.target.size.to_string(),
            "target-volume-type" => modification.target.volume_type.clone(),
            _ => volume.id.clone(),
        }]
    })?;
    let unmodified = page.items.iter().find(|volume| volume.modification.is_none() && query.ids.contains(&volume.id));
    if let Some(volume) = unmodified {
        let message = format!("Modification for volume '{}' does not exist.", volume.id);
        return Err(Refusal::new("InvalidVolumeModification.NotFound", message));
    }
    let modifications = page.items.iter().filter_map(|volume| Some(volume.modification.as_ref()?.to_sdk(&volume.id, call.now)));
    Ok(DescribeVolumesModificationsOutput::builder()
        .set_volumes_modifications(Some(modifications.collect()))
        .set_next_token(page.next_token)
        .build())
}
