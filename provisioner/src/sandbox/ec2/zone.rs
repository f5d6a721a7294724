use aws_sdk_ec2::operation::describe_availability_zones::{DescribeAvailabilityZonesInput, DescribeAvailabilityZonesOutput};
use aws_sdk_ec2::operation::describe_regions::{DescribeRegionsInput, DescribeRegionsOutput};
use aws_sdk_ec2::types::{AvailabilityZone, AvailabilityZoneOptInStatus, AvailabilityZoneState, Region};

use super::filter::Filters;
use crate::sandbox::call::Call;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// The regions that are simulated, each with the prefix of its zone ids and the letters of its zones
/// (AWS Regions and Availability Zones reference). All are enabled by default in every account.
const REGIONS: [(&str, &str, &str); 12] = [
    ("ap-northeast-1", "apne1", "acd"),
    ("ap-south-1", "aps1", "abc"),
    ("ap-southeast-1", "apse1", "abc"),
    ("ap-southeast-2", "apse2", "abc"),
    ("ca-central-1", "cac1", "abd"),
    ("eu-central-1", "euc1", "abc"),
    ("eu-north-1", "eun1", "abc"),
    ("eu-west-1", "euw1", "abc"),
    ("eu-west-2", "euw2", "abc"),
    ("us-east-1", "use1", "abcdef"),
    ("us-east-2", "use2", "abc"),
    ("us-west-2", "usw2", "abcd"),
];

/// The names of a region's zones.
pub(crate) fn names(region: &str) -> Vec<String> {
    let known = REGIONS.iter().find(|(name, _, _)| *name == region);
    known.map_or(Vec::new(), |(_, _, letters)| letters.chars().map(|letter| format!("{region}{letter}")).collect())
}

/// The id of a zone. The numbers do not follow the letters: AWS maps them for each account, and nothing may rely on the mapping.
pub(crate) fn id_of(region: &str, zone: &str) -> Option<String> {
    let (_, prefix, letters) = REGIONS.iter().find(|(name, _, _)| *name == region)?;
    let place = letters.chars().position(|letter| zone == format!("{region}{letter}"))?;
    Some(format!("{prefix}-az{}", (place + 1) % letters.len() + 1))
}

/// The zone that a request names by name or by id, or the region's first.
pub(crate) fn chosen(region: &str, name: Option<&str>, id: Option<&str>) -> Result<String, Refusal> {
    let names = names(region);
    let found = match (name, id) {
        (Some(_), Some(_)) => {
            return Err(Refusal::combination("The parameters availabilityZone and availabilityZoneId cannot be used together"));
        }
        (Some(name), None) => names.iter().find(|zone| *zone == name),
        (None, Some(id)) => names.iter().find(|zone| id_of(region, zone).as_deref() == Some(id)),
        (None, None) => names.first(),
    };
    found.cloned().ok_or_else(|| {
        let wanted = name.or(id).unwrap_or_default();
        Refusal::value(format!(
            "Value ({wanted}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: {}.",
            names.join(", ")
        ))
    })
}

/// `DescribeAvailabilityZones`; local and wavelength zones are not simulated.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeAvailabilityZonesInput) -> Result<DescribeAvailabilityZonesOutput, Refusal> {
    let known = [
        "group-name",
        "message",
        "opt-in-status",
        "parent-zone-id",
        "parent-zone-name",
        "region-name",
        "state",
        "zone-id",
        "zone-name",
        "zone-type",
    ];
    let filters = Filters::checked(input.filters(), &known)?;
    let region = call.region;
    let names = names(region);
    let id = |zone: &str| id_of(region, zone).unwrap_or_default();
    let unknown_name = input.zone_names().iter().find(|name| !names.contains(name));
    let unknown_id = input.zone_ids().iter().find(|wanted| !names.iter().any(|zone| id(zone) == **wanted));
    if let Some(unknown) = unknown_name.or(unknown_id) {
        return Err(Refusal::value(format!("Invalid availability zone: [{unknown}]")));
    }
    let kept = names.into_iter().filter(|zone| {
        let is_named = input.zone_names().is_empty() || input.zone_names().contains(zone);
        let is_listed = input.zone_ids().is_empty() || input.zone_ids().contains(&id(zone));
        is_named
            && is_listed
            && filters.keep(&Tags::new(), |name| match name {
                "group-name" => vec![format!("{region}-zg-1")],
                "opt-in-status" => vec!["opt-in-not-required".to_owned()],
                "region-name" => vec![region.to_owned()],
                "state" => vec!["available".to_owned()],
                "zone-id" => vec![id(zone)],
                "zone-name" => vec![zone.clone()],
                "zone-type" => vec!["availability-zone".to_owned()],
                _ => Vec::new(),
            })
    });
    let zones = kept.map(|zone| {
        AvailabilityZone::builder()
            .region_name(region)
            .zone_id(id(&zone))
            .zone_name(zone)
            .zone_type("availability-zone")
            .group_name(format!("{region}-zg-1"))
            .network_border_group(region)
            .opt_in_status(AvailabilityZoneOptInStatus::OptInNotRequired)
            .state(AvailabilityZoneState::Available)
            .build()
    });
    Ok(DescribeAvailabilityZonesOutput::builder().set_availability_zones(Some(zones.collect())).build())
}

/// `DescribeRegions`.
pub(crate) fn describe_regions(_call: &mut Call<'_>, input: &DescribeRegionsInput) -> Result<DescribeRegionsOutput, Refusal> {
    let filters = Filters::checked(input.filters(), &["endpoint", "opt-in-status", "region-name"])?;
    let is_known = |name: &String| REGIONS.iter().any(|(region, _, _)| region == name);
    if let Some(unknown) = input.region_names().iter().find(|name| !is_known(name)) {
        return Err(Refusal::value(format!("Invalid region: [{unknown}]")));
    }
    let endpoint = |region: &str| format!("ec2.{region}.amazonaws.com");
    let kept = REGIONS.iter().map(|(region, _, _)| (*region).to_owned()).filter(|region| {
        (input.region_names().is_empty() || input.region_names().contains(region))
            && filters.keep(&Tags::new(), |name| {
                vec![match name {
                    "endpoint" => endpoint(region),
                    "opt-in-status" => "opt-in-not-required".to_owned(),
                    _ => region.clone(),
                }]
            })
    });
    let regions =
        kept.map(|region| Region::builder().endpoint(endpoint(&region)).region_name(region).opt_in_status("opt-in-not-required").build());
    Ok(DescribeRegionsOutput::builder().set_regions(Some(regions.collect())).build())
}
