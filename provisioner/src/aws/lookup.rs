use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{
    ArchitectureType, EbsEncryptionSupport, Filter, Image as ListedImage, InstanceTypeHypervisor, InstanceTypeInfo, LocationType,
};
use futures::future::try_join;

use crate::aws::client::{Connection, required};
use crate::aws::tags::filter;
use crate::provider::{ErrorKind, Image, ProviderError, TypeFacts, TypeOffering, Zones};

/// What is asked of a region before anything is planned.
#[derive(Clone)]
pub struct Lookup {
    connection: Connection,
}

/// Who publishes an image, and how its name looks.
struct Publisher {
    owner: &'static str,
    name: &'static str,
    /// Parts of names that the pattern takes in and that are other products.
    except: &'static [&'static str],
}

/// Debian's account is 136693071363 (Debian wiki, "Cloud/AmazonEC2Image"); Amazon's images have the owner alias `amazon`.
fn publisher(logical_name: &str) -> Option<Publisher> {
    let debian = |name| Publisher { owner: "136693071363", name, except: &["-daily-", "-backports-"] };
    match logical_name {
        "debian-13" => Some(debian("debian-13-amd64-*")),
        "debian-12" => Some(debian("debian-12-amd64-*")),
        "al2023" => Some(Publisher { owner: "amazon", name: "al2023-ami-2023.*-x86_64", except: &["minimal", "ecs"] }),
        _ => None,
    }
}

impl Lookup {
    /// Asks over `connection`.
    pub fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    /// The way to the cloud.
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The newest image that a logical name stands for: `debian-13`, `debian-12` or `al2023`, for 64-bit Intel machines.
    ///
    /// # Errors
    /// When the name stands for nothing, the account shows no such image, or the cloud refuses.
    pub async fn image(&self, logical_name: &str) -> Result<Image, ProviderError> {
        const OPERATION: &str = "DescribeImages";
        let refuse = |message: String| ProviderError::new(ErrorKind::Refused, OPERATION, message);
        let publisher = publisher(logical_name)
            .ok_or_else(|| refuse(format!("`{logical_name}` names no image; write debian-13, debian-12 or al2023")))?;
        let list = self.connection.ec2().describe_images().owners(publisher.owner).set_filters(Some(vec![
            filter("name", publisher.name),
            filter("architecture", "x86_64"),
            filter("state", "available"),
            filter("root-device-type", "ebs"),
            filter("virtualization-type", "hvm"),
        ]));
        let pages = self.connection.pages(OPERATION, list.into_paginator().page_size(1000).send()).await?;
        let images = pages.iter().flat_map(|page| page.images());
        newest(images, publisher.except).map_or_else(
            || {
                Err(refuse(format!(
                    "the account shows no image `{}` of {} in {}",
                    publisher.name,
                    publisher.owner,
                    self.connection.region()
                )))
            },
            |image| image_of(OPERATION, image),
        )
    }

    /// The region's own zones that may be used, in order of their names; local and wavelength zones are left out.
    ///
    /// # Errors
    /// When the cloud refuses.
    pub async fn zones(&self) -> Result<Zones, ProviderError> {
        const OPERATION: &str = "DescribeAvailabilityZones";
        let list = self.connection.ec2().describe_availability_zones();
        let list = list.filters(filter("zone-type", "availability-zone")).filters(filter("state", "available"));
        let answer = self.connection.call(OPERATION, list.send()).await?;
        let mut names: Vec<String> = answer.availability_zones().iter().filter_map(|zone| zone.zone_name()).map(str::to_owned).collect();
        names.sort();
        Ok(Zones { names })
    }

    /// What these sizes of machine can do, and which zones offer them.
    ///
    /// # Errors
    /// When the cloud refuses.
    pub async fn type_offering(&self, instance_types: &BTreeSet<String>) -> Result<TypeOffering, ProviderError> {
        if instance_types.is_empty() {
            return Ok(TypeOffering::default());
        }
        let (facts, zones) = try_join(self.type_facts(instance_types), self.type_zones(instance_types)).await?;
        Ok(TypeOffering { facts, zones })
    }

    /// What these sizes of machine can do, by name; those that do not exist are left out.
    pub(super) async fn type_facts(&self, instance_types: &BTreeSet<String>) -> Result<BTreeMap<String, TypeFacts>, ProviderError> {
        // A filter and no list of names: one unknown name makes EC2 refuse the whole list.
        let list = self.connection.ec2().describe_instance_types().filters(any_of("instance-type", instance_types));
        let pages = self.connection.pages("DescribeInstanceTypes", list.into_paginator().page_size(100).send()).await?;
        let facts = pages.iter().flat_map(|page| page.instance_types()).filter_map(facts_of);
        Ok(facts.map(|facts| (facts.name.clone(), facts)).collect())
    }

    async fn type_zones(&self, instance_types: &BTreeSet<String>) -> Result<BTreeMap<String, BTreeSet<String>>, ProviderError> {
        let list = self.connection.ec2().describe_instance_type_offerings().location_type(LocationType::AvailabilityZone);
        let list = list.filters(any_of("instance-type", instance_types));
        let pages = self.connection.pages("DescribeInstanceTypeOfferings", list.into_paginator().page_size(1000).send()).await?;
        let mut zones: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for offering in pages.iter().flat_map(|page| page.instance_type_offerings()) {
            if let (Some(instance_type), Some(zone)) = (offering.instance_type(), offering.location()) {
                zones.entry(instance_type.as_str().to_owned()).or_default().insert(zone.to_owned());
            }
        }
        Ok(zones)
    }

    /// Refuses when the credentials are another account's.
    ///
    /// # Errors
    /// [`ErrorKind::Denied`] when the account differs; or when the cloud refuses.
    pub async fn check_account(&self, expected: &str) -> Result<(), ProviderError> {
        let identity = self.connection.identity().await?;
        if identity.account == expected {
            return Ok(());
        }
        let message = format!("the credentials are of account {}, the environment is in {expected}", identity.account);
        Err(ProviderError::new(ErrorKind::Denied, "GetCallerIdentity", message))
    }
}

fn any_of(name: &str, values: &BTreeSet<String>) -> Filter {
    Filter::builder().name(name).set_values(Some(values.iter().cloned().collect())).build()
}

/// Dates are RFC 3339 in UTC, so that their order is the order of their texts.
fn newest<'a>(images: impl Iterator<Item = &'a ListedImage>, except: &[&str]) -> Option<&'a ListedImage> {
    images
        .filter(|image| image.name().is_some_and(|name| !except.iter().any(|part| name.contains(part))))
        .max_by_key(|image| (image.creation_date(), image.image_id()))
}

fn image_of(operation: &'static str, image: &ListedImage) -> Result<Image, ProviderError> {
    Ok(Image {
        id: required(operation, "imageId", image.image_id())?.to_owned(),
        name: required(operation, "name", image.name())?.to_owned(),
        root_device: required(operation, "rootDeviceName", image.root_device_name())?.to_owned(),
        owner: required(operation, "imageOwnerId", image.owner_id())?.to_owned(),
        creation_date: required(operation, "creationDate", image.creation_date())?.to_owned(),
    })
}

fn facts_of(info: &InstanceTypeInfo) -> Option<TypeFacts> {
    let architectures = info.processor_info().map(|processor| processor.supported_architectures()).unwrap_or_default();
    let encryption = info.ebs_info().and_then(|ebs| ebs.encryption_support());
    Some(TypeFacts {
        name: info.instance_type()?.as_str().to_owned(),
        is_x86_64: architectures.contains(&ArchitectureType::X8664),
        // A bare-metal size names no hypervisor and is Nitro all the same.
        is_nitro: info.hypervisor() == Some(&InstanceTypeHypervisor::Nitro) || info.bare_metal() == Some(true),
        encrypts_volumes: encryption == Some(&EbsEncryptionSupport::Supported),
        vcpus: info.v_cpu_info().and_then(|cpus| cpus.default_v_cpus()).and_then(|count| u32::try_from(count).ok()).unwrap_or_default(),
        memory_mib: info
            .memory_info()
            .and_then(|memory| memory.size_in_mib())
            .and_then(|size| u64::try_from(size).ok())
            .unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(name: &str, date: &str) -> ListedImage {
        ListedImage::builder().image_id(format!("ami-{date}")).name(name).creation_date(date).build()
    }

    #[test]
    fn the_newest_image_wins_and_other_products_are_left_out() {
        let images = [
            image("al2023-ami-2023.9-x86_64", "2026-10-01T00:00:00.000Z"),
            image("al2023-ami-2023.10-x86_64", "2026-11-01T00:00:00.000Z"),
            image("al2023-ami-minimal-2023.11-x86_64", "2026-11-02T00:00:00.000Z"),
            image("al2023-ami-ecs-hvm-2023.11-x86_64", "2026-11-03T00:00:00.000Z"),
        ];
        let found = newest(images.iter(), &["minimal", "ecs"]).and_then(ListedImage::name);
        assert_eq!(found, Some("al2023-ami-2023.10-x86_64"));
    }
}
