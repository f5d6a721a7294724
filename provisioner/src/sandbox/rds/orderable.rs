use aws_sdk_rds::operation::describe_orderable_db_instance_options::{
    DescribeOrderableDbInstanceOptionsInput, DescribeOrderableDbInstanceOptionsOutput,
};
use aws_sdk_rds::types::{AvailabilityZone, OrderableDbInstanceOption};

use super::engine::{ENGINE, VERSIONS, Version};
use super::paging::{Page, cut};
use super::unsimulated;
use crate::sandbox::call::Call;
use crate::sandbox::ec2;
use crate::sandbox::refusal::Refusal;

/// The kinds of storage.
pub(super) const STORAGE: [&str; 4] = ["gp2", "gp3", "io1", "io2"];
/// The sizes of machine for MySQL (RDS User Guide, "Supported DB engines for DB instance classes"), and how many of the region's zones have them.
const CLASSES: [(&str, usize); 22] = [
    ("db.m5.large", 9),
    ("db.m6g.2xlarge", 9),
    ("db.m6g.large", 9),
    ("db.m6g.xlarge", 9),
    ("db.m6i.large", 9),
    ("db.m6i.xlarge", 9),
    ("db.m7g.large", 2),
    ("db.m7g.xlarge", 2),
    ("db.r6g.large", 9),
    ("db.r6g.xlarge", 9),
    ("db.r6i.large", 9),
    ("db.r7g.large", 1),
    ("db.t3.large", 9),
    ("db.t3.medium", 9),
    ("db.t3.micro", 9),
    ("db.t3.small", 9),
    ("db.t4g.2xlarge", 9),
    ("db.t4g.large", 9),
    ("db.t4g.medium", 9),
    ("db.t4g.micro", 9),
    ("db.t4g.small", 9),
    ("db.t4g.xlarge", 9),
];

/// The zones of a region that have a class.
pub(super) fn zones(region: &str, class: &str) -> Vec<String> {
    let known = CLASSES.iter().find(|(name, _)| *name == class);
    ec2::zone_names(region).into_iter().take(known.map_or(0, |(_, count)| *count)).collect()
}

/// The refusal of a class that cannot be had.
pub(super) fn refused(class: &str, version: Version) -> Refusal {
    Refusal::combination(format!(
        "RDS does not support creating a DB instance with the following combination: DBInstanceClass={class}, Engine={ENGINE}, EngineVersion={}, LicenseModel=general-public-license.",
        version.number
    ))
}

/// `DescribeOrderableDBInstanceOptions`.
pub(super) fn describe(
    call: &mut Call<'_>,
    input: &DescribeOrderableDbInstanceOptionsInput,
) -> Result<DescribeOrderableDbInstanceOptionsOutput, Refusal> {
    unsimulated!(input: availability_zone_group);
    let engine = input.engine().ok_or_else(|| Refusal::missing("Engine"))?;
    if !input.filters().is_empty() {
        return Err(Refusal::unsimulated("Filters"));
    }
    let mut found = Vec::new();
    for version in
        VERSIONS.iter().filter(|version| engine == ENGINE && input.engine_version().is_none_or(|wanted| wanted == version.number))
    {
        for (class, _) in CLASSES.iter().filter(|(class, _)| input.db_instance_class().is_none_or(|wanted| wanted == *class)) {
            found.extend(STORAGE.iter().map(|storage| (version.number, *class, *storage)));
        }
    }
    let key = |(version, class, storage): &(&str, &str, &str)| format!("{version} {class} {storage}");
    // RDS API Reference, DescribeOrderableDBInstanceOptions: 20 to 1000.
    let page = Page { max_records: input.max_records, marker: input.marker(), sizes: 20..=1000 };
    found.sort_by_key(key);
    let (options, marker) = cut(found, &page, key)?;
    let options = options.into_iter().map(|(version, class, storage)| {
        let zones: Vec<AvailabilityZone> =
            zones(call.region, class).into_iter().map(|zone| AvailabilityZone::builder().name(zone).build()).collect();
        OrderableDbInstanceOption::builder()
            .engine(ENGINE)
            .engine_version(version)
            .db_instance_class(class)
            .license_model("general-public-license")
            .multi_az_capable(zones.len() > 1)
            .set_availability_zones(Some(zones))
            .vpc(true)
            .supports_storage_encryption(true)
            .supports_enhanced_monitoring(true)
            .storage_type(storage)
            .min_storage_size(20)
            .max_storage_size(65536)
            .build()
    });
    Ok(DescribeOrderableDbInstanceOptionsOutput::builder()
        .set_orderable_db_instance_options(Some(options.collect()))
        .set_marker(marker)
        .build())
}
