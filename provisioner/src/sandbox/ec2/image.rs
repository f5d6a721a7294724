use aws_sdk_ec2::operation::describe_images::{DescribeImagesInput, DescribeImagesOutput};
use aws_sdk_ec2::types::{
    ArchitectureValues, BlockDeviceMapping, BootModeValues, DeviceType, EbsBlockDevice, HypervisorType, ImageState, ImageTypeValues,
    ImdsSupportValues, VirtualizationType, VolumeType,
};
use sha2::{Digest, Sha256};

use super::filter::Filters;
use super::paging::{Query, cut};
use crate::sandbox::call::Call;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// Debian's account for images (wiki.debian.org, "Cloud/AmazonEC2Image").
const DEBIAN: &str = "136693071363";
/// Amazon's account for its own images; its alias is `amazon`.
const AMAZON: &str = "137112412989";

const FILTERS: [&str; 16] = [
    "architecture",
    "block-device-mapping.volume-type",
    "creation-date",
    "description",
    "ena-support",
    "hypervisor",
    "image-id",
    "image-type",
    "is-public",
    "name",
    "owner-alias",
    "owner-id",
    "root-device-name",
    "root-device-type",
    "state",
    "virtualization-type",
];

/// The releases: what the name begins and ends with, the account, the size of the root volume in GiB, and dates of publication.
const RELEASES: [Release; 3] = [
    Release { family: Family::Debian("13"), dates: &["20250814-2204", "20250911-2232", "20251006-2257", "20251117-2299"] },
    Release { family: Family::Debian("12"), dates: &["20250814-2204", "20250924-2245", "20251112-2294"] },
    Release { family: Family::AmazonLinux, dates: &["8.20250818.0", "9.20250929.0", "9.20251110.1"] },
];

struct Release {
    family: Family,
    dates: &'static [&'static str],
}

#[derive(Clone, Copy)]
enum Family {
    Debian(&'static str),
    AmazonLinux,
}

/// A public image.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    pub(crate) id: String,
    pub(crate) snapshot: String,
    pub(crate) architecture: ArchitectureValues,
    pub(crate) root_device: &'static str,
    /// The size of the root volume in GiB.
    pub(crate) size: i32,
    pub(crate) volume_type: VolumeType,
    pub(crate) name: String,
    description: String,
    owner: &'static str,
    /// The date of publication, `YYYY-MM-DDT00:00:00.000Z`.
    published: String,
}

impl Image {
    /// All images of a region.
    fn all(region: &str) -> Vec<Image> {
        let mut images = Vec::new();
        for release in &RELEASES {
            for date in release.dates {
                for architecture in [ArchitectureValues::X8664, ArchitectureValues::Arm64] {
                    images.push(release.family.image(region, date, architecture));
                }
            }
        }
        images.sort_by(|left, right| left.id.cmp(&right.id));
        images
    }

    /// The image with an id, or AWS's refusal.
    pub(crate) fn named(region: &str, id: &str) -> Result<Image, Refusal> {
        let digits = id.strip_prefix("ami-").unwrap_or_default();
        let is_well_formed = matches!(digits.len(), 8 | 17) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_well_formed {
            return Err(Refusal::new("InvalidAMIID.Malformed", format!("Invalid id: \"{id}\" (expecting \"ami-...\")")));
        }
        let found = Image::all(region).into_iter().find(|image| image.id == id);
        found.ok_or_else(|| Refusal::new("InvalidAMIID.NotFound", format!("The image id '[{id}]' does not exist")))
    }

    fn alias(&self) -> Option<&'static str> {
        (self.owner == AMAZON).then_some("amazon")
    }

    fn to_sdk(&self) -> aws_sdk_ec2::types::Image {
        let root = EbsBlockDevice::builder()
            .snapshot_id(&self.snapshot)
            .volume_size(self.size)
            .volume_type(self.volume_type.clone())
            .delete_on_termination(true)
            .encrypted(false)
            .build();
        aws_sdk_ec2::types::Image::builder()
            .image_id(&self.id)
            .image_location(format!("{}/{}", self.alias().unwrap_or(self.owner), self.name))
            .name(&self.name)
            .description(&self.description)
            .owner_id(self.owner)
            .set_image_owner_alias(self.alias().map(str::to_owned))
            .creation_date(&self.published)
            .public(true)
            .architecture(self.architecture.clone())
            .image_type(ImageTypeValues::Machine)
            .state(ImageState::Available)
            .platform_details("Linux/UNIX")
            .usage_operation("RunInstances")
            .ena_support(true)
            .hypervisor(HypervisorType::Xen)
            .boot_mode(BootModeValues::UefiPreferred)
            .imds_support(ImdsSupportValues::V20)
            .virtualization_type(VirtualizationType::Hvm)
            .root_device_type(DeviceType::Ebs)
            .root_device_name(self.root_device)
            .block_device_mappings(BlockDeviceMapping::builder().device_name(self.root_device).ebs(root).build())
            .build()
    }

    fn value(&self, name: &str) -> Option<String> {
        let value = match name {
            "architecture" => self.architecture.as_str(),
            "block-device-mapping.volume-type" => self.volume_type.as_str(),
            "creation-date" => &self.published,
            "description" => &self.description,
            "ena-support" | "is-public" => "true",
            "hypervisor" => "xen",
            "image-id" => &self.id,
            "image-type" => "machine",
            "name" => &self.name,
            "owner-alias" => self.alias()?,
            "owner-id" => self.owner,
            "root-device-name" => self.root_device,
            "root-device-type" => "ebs",
            "state" => "available",
            _ => "hvm",
        };
        Some(value.to_owned())
    }
}

impl Family {
    fn image(self, region: &str, date: &str, architecture: ArchitectureValues) -> Image {
        let is_arm = architecture == ArchitectureValues::Arm64;
        let (name, description, owner, root_device, volume_type, day) = match self {
            Family::Debian(version) => {
                let spoken = if is_arm { "arm64" } else { "amd64" };
                let name = format!("debian-{version}-{spoken}-{date}");
                let description = format!("Debian {version} ({date})");
                (name, description, DEBIAN, "/dev/xvda", VolumeType::Gp3, date)
            }
            Family::AmazonLinux => {
                let (minor, rest) = date.split_once('.').unwrap_or(("9", date));
                let name = format!("al2023-ami-2023.{minor}.{rest}-kernel-6.1-{}", architecture.as_str());
                let description = format!("Amazon Linux 2023 AMI 2023.{minor}.{rest} {} HVM kernel-6.1", architecture.as_str());
                (name, description, AMAZON, "/dev/xvda", VolumeType::Gp3, rest)
            }
        };
        let published = format!("{}-{}-{}T00:00:00.000Z", &day[..4], &day[4..6], &day[6..8]);
        let digits = format!("{:x}", Sha256::digest(format!("{region}/{name}")));
        Image {
            id: format!("ami-0{}", &digits[..16]),
            snapshot: format!("snap-0{}", &digits[16..32]),
            architecture,
            root_device,
            size: 8,
            volume_type,
            name,
            description,
            owner,
            published,
        }
    }
}

/// `DescribeImages`: the public images of Debian and Amazon; the account has none of its own.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeImagesInput) -> Result<DescribeImagesOutput, Refusal> {
    let query = Query {
        ids: input.image_ids(),
        filters: input.filters(),
        names: &FILTERS,
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeImages: 1 to 1000, and not with an id list.
        sizes: 1..=1000,
        excludes_ids: true,
    };
    let filters = Filters::checked(query.filters, query.names)?;
    for id in query.ids {
        Image::named(call.region, id)?;
    }
    let is_owned = |image: &Image| {
        input.owners().is_empty() || input.owners().iter().any(|owner| owner == image.owner || image.alias() == Some(owner.as_str()))
    };
    let is_listed = |image: &Image| query.ids.is_empty() || query.ids.contains(&image.id);
    let images: Vec<Image> = Image::all(call.region).into_iter().filter(|image| is_listed(image) && is_owned(image)).collect();
    let page = cut(images, &query, |image| &image.id)?;
    let kept = page.items.iter().filter(|image| filters.keep(&Tags::new(), |name| image.value(name).into_iter().collect()));
    let images = kept.map(Image::to_sdk).collect();
    Ok(DescribeImagesOutput::builder().set_images(Some(images)).set_next_token(page.next_token).build())
}
