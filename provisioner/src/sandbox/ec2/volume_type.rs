use std::ops::RangeInclusive;

use aws_sdk_ec2::types::VolumeType;
use serde::{Deserialize, Serialize};

use crate::sandbox::refusal::Refusal;

/// The size and speed of a volume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Performance {
    /// The size in GiB.
    pub(crate) size: i32,
    pub(crate) volume_type: String,
    pub(crate) iops: Option<i32>,
    /// The throughput in MiB/s.
    pub(crate) throughput: Option<i32>,
}

/// What a type takes: sizes in GiB, operations a second, throughput in MiB/s
/// (EC2 API Reference, `CreateVolume`; EBS User Guide, "Amazon EBS volume types").
struct Limits {
    sizes: RangeInclusive<i32>,
    iops: Option<RangeInclusive<i32>>,
    throughput: Option<RangeInclusive<i32>>,
    needs_iops: bool,
}

fn limits(volume_type: &str) -> Option<Limits> {
    let limits = |sizes, iops, throughput, needs_iops| Some(Limits { sizes, iops, throughput, needs_iops });
    match volume_type {
        "gp3" => limits(1..=65536, Some(3000..=80000), Some(125..=2000), false),
        "gp2" => limits(1..=16384, None, None, false),
        "io1" => limits(4..=16384, Some(100..=64000), None, true),
        "io2" => limits(4..=65536, Some(100..=256_000), None, true),
        "st1" | "sc1" => limits(125..=16384, None, None, false),
        "standard" => limits(1..=1024, None, None, false),
        _ => None,
    }
}

impl Performance {
    /// Checks what a request asks for and fills in what the type does by itself. Without a type EC2 takes gp2.
    pub(crate) fn checked(
        size: i32,
        volume_type: Option<&VolumeType>,
        iops: Option<i32>,
        throughput: Option<i32>,
    ) -> Result<Performance, Refusal> {
        let name = volume_type.map_or("gp2", VolumeType::as_str);
        let limits = limits(name)
            .ok_or_else(|| Refusal::new("UnknownVolumeType", format!("Unsupported volume type '{name}' for volume creation.")))?;
        if !limits.sizes.contains(&size) {
            let (least, most) = (limits.sizes.start(), limits.sizes.end());
            return Err(Refusal::value(format!(
                "Volume of {size}GiB is out of range for volume type {name}; expected {least} to {most} GiB."
            )));
        }
        let iops = within(iops, limits.iops.as_ref(), "iops", name)?;
        if limits.needs_iops && iops.is_none() {
            return Err(Refusal::missing("iops"));
        }
        let throughput = within(throughput, limits.throughput.as_ref(), "throughput", name)?;
        // EBS User Guide: gp3 has a baseline of 3000 and 125 MiB/s; gp2 has 3 a GiB, at least 100 and at most 16000.
        let (iops, throughput) = match name {
            "gp3" => (iops.or(Some(3000)), throughput.or(Some(125))),
            "gp2" => (Some((size.saturating_mul(3)).clamp(100, 16000)), None),
            _ => (iops, throughput),
        };
        Ok(Performance { size, volume_type: name.to_owned(), iops, throughput })
    }

    /// The type as the SDK has it.
    pub(crate) fn sdk_type(&self) -> VolumeType {
        VolumeType::from(self.volume_type.as_str())
    }
}

fn within(value: Option<i32>, range: Option<&RangeInclusive<i32>>, parameter: &str, name: &str) -> Result<Option<i32>, Refusal> {
    match (value, range) {
        (None, _) => Ok(None),
        (Some(_), None) => Err(Refusal::combination(format!("The parameter {parameter} is not supported for {name} volumes."))),
        (Some(value), Some(range)) if range.contains(&value) => Ok(Some(value)),
        (Some(value), Some(range)) => Err(Refusal::value(format!(
            "Invalid {parameter} value {value} for a {name} volume; expected {} to {}.",
            range.start(),
            range.end()
        ))),
    }
}
