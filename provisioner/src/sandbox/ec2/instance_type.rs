use aws_sdk_ec2::operation::describe_instance_type_offerings::{DescribeInstanceTypeOfferingsInput, DescribeInstanceTypeOfferingsOutput};
use aws_sdk_ec2::operation::describe_instance_types::{DescribeInstanceTypesInput, DescribeInstanceTypesOutput};
use aws_sdk_ec2::types::{
    ArchitectureType, ArchitectureValues, EbsEncryptionSupport, EbsInfo, EbsOptimizedSupport, InstanceTypeHypervisor, InstanceTypeInfo,
    InstanceTypeOffering, LocationType, MemoryInfo, NetworkInfo, ProcessorInfo, RootDeviceType, UsageClassType, VCpuInfo,
    VirtualizationType,
};

use super::filter::Filters;
use super::paging::{Query, cut};
use super::zone;
use crate::sandbox::call::Call;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// The burstable families, whose sizes have their own processors and memory (aws.amazon.com, "Amazon EC2 T3 Instances" and its sisters).
const BURSTABLE: [&str; 3] = ["t3", "t3a", "t4g"];
/// The sizes of burstable families: processors and memory in MiB.
const BURSTABLE_SIZES: [(&str, i32, i64); 7] = [
    ("nano", 2, 512),
    ("micro", 2, 1024),
    ("small", 2, 2048),
    ("medium", 2, 4096),
    ("large", 2, 8192),
    ("xlarge", 4, 16384),
    ("2xlarge", 8, 32768),
];
/// The other families, with the memory in GiB that each processor brings.
const FIXED: [(&str, i64); 15] = [
    ("c5", 2),
    ("c6g", 2),
    ("c6i", 2),
    ("c7g", 2),
    ("c7i", 2),
    ("m5", 4),
    ("m6g", 4),
    ("m6i", 4),
    ("m7g", 4),
    ("m7i", 4),
    ("r5", 8),
    ("r6g", 8),
    ("r6i", 8),
    ("r7g", 8),
    ("r7i", 8),
];
/// The sizes of the other families: processors.
const FIXED_SIZES: [(&str, i32); 5] = [("large", 2), ("xlarge", 4), ("2xlarge", 8), ("4xlarge", 16), ("8xlarge", 32)];

/// An instance type of the Nitro system.
#[derive(Clone, Debug)]
pub(crate) struct Type {
    pub(crate) name: String,
    pub(crate) vcpus: i32,
    pub(crate) architecture: ArchitectureValues,
    memory_mib: i64,
    is_burstable: bool,
}

impl Type {
    /// All types that are simulated, by name.
    fn all() -> Vec<Type> {
        let mut types = Vec::new();
        for family in BURSTABLE {
            for (size, vcpus, memory_mib) in BURSTABLE_SIZES {
                types.push(Type::new(family, size, vcpus, memory_mib, true));
            }
        }
        for (family, gib) in FIXED {
            for (size, vcpus) in FIXED_SIZES {
                types.push(Type::new(family, size, vcpus, i64::from(vcpus) * gib * 1024, false));
            }
        }
        types.sort_by(|left, right| left.name.cmp(&right.name));
        types
    }

    fn new(family: &str, size: &str, vcpus: i32, memory_mib: i64, is_burstable: bool) -> Type {
        let architecture = if family.ends_with('g') { ArchitectureValues::Arm64 } else { ArchitectureValues::X8664 };
        Type { name: format!("{family}.{size}"), vcpus, architecture, memory_mib, is_burstable }
    }

    /// The type with a name.
    pub(crate) fn named(name: &str) -> Option<Type> {
        Type::all().into_iter().find(|known| known.name == name)
    }

    /// Whether a zone has the type. The oldest zone of us-east-1 has none of the Nitro types, a known trap.
    pub(crate) fn is_offered_in(&self, zone: &str) -> bool {
        zone != "us-east-1e"
    }

    fn to_sdk(&self) -> InstanceTypeInfo {
        let architecture = ArchitectureType::from(self.architecture.as_str());
        InstanceTypeInfo::builder()
            .instance_type(self.name.as_str().into())
            .current_generation(true)
            .free_tier_eligible(self.name == "t3.micro")
            .bare_metal(false)
            .burstable_performance_supported(self.is_burstable)
            .hypervisor(InstanceTypeHypervisor::Nitro)
            .supported_usage_classes(UsageClassType::OnDemand)
            .supported_root_device_types(RootDeviceType::Ebs)
            .supported_virtualization_types(VirtualizationType::Hvm)
            .processor_info(ProcessorInfo::builder().supported_architectures(architecture).build())
            .v_cpu_info(VCpuInfo::builder().default_v_cpus(self.vcpus).default_cores(self.vcpus / 2).default_threads_per_core(2).build())
            .memory_info(MemoryInfo::builder().size_in_mib(self.memory_mib).build())
            .instance_storage_supported(false)
            .ebs_info(
                EbsInfo::builder()
                    .ebs_optimized_support(EbsOptimizedSupport::Default)
                    .encryption_support(EbsEncryptionSupport::Supported)
                    .build(),
            )
            .network_info(NetworkInfo::builder().maximum_network_interfaces(if self.vcpus < 4 { 3 } else { 4 }).build())
            .build()
    }
}

/// `DescribeInstanceTypes`.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeInstanceTypesInput) -> Result<DescribeInstanceTypesOutput, Refusal> {
    let wanted: Vec<String> = input.instance_types().iter().map(|name| name.as_str().to_owned()).collect();
    let query = Query {
        ids: &wanted,
        filters: input.filters(),
        names: &[
            "bare-metal",
            "burstable-performance-supported",
            "current-generation",
            "free-tier-eligible",
            "hypervisor",
            "instance-type",
            "memory-info.size-in-mib",
            "processor-info.supported-architecture",
            "supported-root-device-type",
            "supported-virtualization-type",
            "vcpu-info.default-vcpus",
        ],
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeInstanceTypes: 5 to 100.
        sizes: 5..=100,
        excludes_ids: false,
    };
    let filters = Filters::checked(query.filters, query.names)?;
    let types = if zone::names(call.region).is_empty() { Vec::new() } else { Type::all() };
    let unknown: Vec<&str> = wanted.iter().filter(|name| !types.iter().any(|known| known.name == **name)).map(String::as_str).collect();
    if !unknown.is_empty() {
        let message = format!("The following supplied instance types do not exist: [{}]", unknown.join(", "));
        return Err(Refusal::new("InvalidInstanceType", message));
    }
    let listed = types.into_iter().filter(|known| wanted.is_empty() || wanted.contains(&known.name)).collect();
    let page = cut(listed, &query, |known| &known.name)?;
    let kept = page.items.iter().filter(|known| {
        filters.keep(&Tags::new(), |name| {
            vec![match name {
                "bare-metal" => "false".to_owned(),
                "burstable-performance-supported" => known.is_burstable.to_string(),
                "current-generation" => "true".to_owned(),
                "free-tier-eligible" => (known.name == "t3.micro").to_string(),
                "hypervisor" => "nitro".to_owned(),
                "instance-type" => known.name.clone(),
                "memory-info.size-in-mib" => known.memory_mib.to_string(),
                "processor-info.supported-architecture" => known.architecture.as_str().to_owned(),
                "supported-root-device-type" => "ebs".to_owned(),
                "supported-virtualization-type" => "hvm".to_owned(),
                _ => known.vcpus.to_string(),
            }]
        })
    });
    let types = kept.map(Type::to_sdk).collect();
    Ok(DescribeInstanceTypesOutput::builder().set_instance_types(Some(types)).set_next_token(page.next_token).build())
}

/// `DescribeInstanceTypeOfferings`, by region, zone name or zone id.
pub(crate) fn describe_offerings(
    call: &mut Call<'_>,
    input: &DescribeInstanceTypeOfferingsInput,
) -> Result<DescribeInstanceTypeOfferingsOutput, Refusal> {
    let query = Query {
        ids: &[],
        filters: input.filters(),
        names: &["instance-type", "location"],
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeInstanceTypeOfferings: 5 to 1000.
        sizes: 5..=1000,
        excludes_ids: false,
    };
    let filters = Filters::checked(query.filters, query.names)?;
    let location_type = input.location_type().cloned().unwrap_or(LocationType::Region);
    let mut offered: Vec<(String, String, String)> = Vec::new();
    for known in Type::all() {
        let zones = zone::names(call.region).into_iter().filter(|zone| known.is_offered_in(zone));
        let places: Vec<String> = match &location_type {
            LocationType::Region => vec![call.region.to_owned()],
            LocationType::AvailabilityZone => zones.collect(),
            LocationType::AvailabilityZoneId => zones.filter_map(|zone| zone::id_of(call.region, &zone)).collect(),
            other => return Err(Refusal::value(format!("Value ({}) for parameter locationType is invalid.", other.as_str()))),
        };
        offered.extend(places.into_iter().map(|place| (format!("{}/{place}", known.name), known.name.clone(), place)));
    }
    offered.sort();
    let page = cut(offered, &query, |(id, _, _)| id)?;
    let kept = page.items.into_iter().filter(|(_, name, place)| {
        filters.keep(&Tags::new(), |filter| vec![if filter == "location" { place.clone() } else { name.clone() }])
    });
    let offerings = kept.map(|(_, name, place)| {
        InstanceTypeOffering::builder().instance_type(name.as_str().into()).location(place).location_type(location_type.clone()).build()
    });
    Ok(DescribeInstanceTypeOfferingsOutput::builder()
        .set_instance_type_offerings(Some(offerings.collect()))
        .set_next_token(page.next_token)
        .build())
}
