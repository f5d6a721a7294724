use std::collections::BTreeMap;

use aws_sdk_ec2::types::{Filter, Tag};

use crate::drift::Clients;

const ADDRESS: &str = "provision:address";
const RETAINED: &str = "provision:retained";

/// An object that carries an address, and whether it is declared kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    pub address: String,
    pub is_retained: bool,
}

/// Reads the two tags that count out of a service's list of tags.
macro_rules! found {
    ($tags:expr, $key:expr, $value:expr) => {{
        let tags: BTreeMap<String, String> = $tags.iter().map(|tag| ($key(tag), $value(tag))).collect();
        tags.get(ADDRESS).map(|address| Found { address: address.clone(), is_retained: tags.contains_key(RETAINED) })
    }};
}

fn of_ec2(tags: &[Tag]) -> Option<Found> {
    found!(tags, |tag: &Tag| tag.key().unwrap_or_default().to_owned(), |tag: &Tag| tag.value().unwrap_or_default().to_owned())
}

/// Every living object of the five services that carries an address, as the emulators list them.
pub async fn inventory(clients: &Clients) -> Vec<Found> {
    let mut all = network(clients).await;
    all.extend(machines(clients).await);
    all.extend(databases(clients).await);
    all.extend(buckets(clients).await);
    all.extend(roles(clients).await);
    all.extend(mail(clients).await);
    all.sort();
    all
}

fn tagged() -> Filter {
    Filter::builder().name("tag-key").values(ADDRESS).build()
}

async fn network(clients: &Clients) -> Vec<Found> {
    let ec2 = &clients.ec2;
    let mut all = Vec::new();
    let vpcs = ec2.describe_vpcs().filters(tagged()).send().await.unwrap();
    all.extend(vpcs.vpcs().iter().map(|object| of_ec2(object.tags())));
    let subnets = ec2.describe_subnets().filters(tagged()).send().await.unwrap();
    all.extend(subnets.subnets().iter().map(|object| of_ec2(object.tags())));
    let gateways = ec2.describe_internet_gateways().filters(tagged()).send().await.unwrap();
    all.extend(gateways.internet_gateways().iter().map(|object| of_ec2(object.tags())));
    let nats = ec2.describe_nat_gateways().filter(tagged()).send().await.unwrap();
    let living = nats.nat_gateways().iter().filter(|object| object.state().is_some_and(|state| state.as_str() != "deleted"));
    all.extend(living.map(|object| of_ec2(object.tags())));
    let ips = ec2.describe_addresses().filters(tagged()).send().await.unwrap();
    all.extend(ips.addresses().iter().map(|object| of_ec2(object.tags())));
    let tables = ec2.describe_route_tables().filters(tagged()).send().await.unwrap();
    all.extend(tables.route_tables().iter().map(|object| of_ec2(object.tags())));
    let groups = ec2.describe_security_groups().filters(tagged()).send().await.unwrap();
    all.extend(groups.security_groups().iter().map(|object| of_ec2(object.tags())));
    let lists = ec2.describe_network_acls().filters(tagged()).send().await.unwrap();
    all.extend(lists.network_acls().iter().map(|object| of_ec2(object.tags())));
    let endpoints = ec2.describe_vpc_endpoints().filters(tagged()).send().await.unwrap();
    let living = endpoints
        .vpc_endpoints()
        .iter()
        .filter(|object| object.state().is_some_and(|state| !state.as_str().eq_ignore_ascii_case("deleted")));
    all.extend(living.map(|object| of_ec2(object.tags())));
    let logs = ec2.describe_flow_logs().filter(tagged()).send().await.unwrap();
    all.extend(logs.flow_logs().iter().map(|object| of_ec2(object.tags())));
    all.into_iter().flatten().collect()
}

async fn machines(clients: &Clients) -> Vec<Found> {
    let ec2 = &clients.ec2;
    let mut all = Vec::new();
    let instances = ec2.describe_instances().filters(tagged()).send().await.unwrap();
    let living = instances.reservations().iter().flat_map(|reservation| reservation.instances());
    let living = living.filter(|object| object.state().and_then(|state| state.name()).is_some_and(|name| name.as_str() != "terminated"));
    all.extend(living.map(|object| of_ec2(object.tags())));
    let volumes = ec2.describe_volumes().filters(tagged()).send().await.unwrap();
    all.extend(volumes.volumes().iter().map(|object| of_ec2(object.tags())));
    let interfaces = ec2.describe_network_interfaces().filters(tagged()).send().await.unwrap();
    all.extend(interfaces.network_interfaces().iter().map(|object| of_ec2(object.tag_set())));
    let keys = ec2.describe_key_pairs().filters(tagged()).send().await.unwrap();
    all.extend(keys.key_pairs().iter().map(|object| of_ec2(object.tags())));
    let snapshots = ec2.describe_snapshots().owner_ids("self").filters(tagged()).send().await.unwrap();
    all.extend(snapshots.snapshots().iter().map(|object| of_ec2(object.tags())));
    all.into_iter().flatten().collect()
}

fn of_rds(tags: &[aws_sdk_rds::types::Tag]) -> Option<Found> {
    type Tag = aws_sdk_rds::types::Tag;
    found!(tags, |tag: &Tag| tag.key().unwrap_or_default().to_owned(), |tag: &Tag| tag.value().unwrap_or_default().to_owned())
}

async fn databases(clients: &Clients) -> Vec<Found> {
    let rds = &clients.rds;
    let mut all = Vec::new();
    let instances = rds.describe_db_instances().send().await.unwrap();
    all.extend(instances.db_instances().iter().map(|object| of_rds(object.tag_list())));
    let snapshots = rds.describe_db_snapshots().snapshot_type("manual").send().await.unwrap();
    all.extend(snapshots.db_snapshots().iter().map(|object| of_rds(object.tag_list())));
    let groups = rds.describe_db_subnet_groups().send().await.unwrap();
    let parameters = rds.describe_db_parameter_groups().send().await.unwrap();
    let subnet_arns = groups.db_subnet_groups().iter().filter_map(|group| group.db_subnet_group_arn());
    for arn in subnet_arns.chain(parameters.db_parameter_groups().iter().filter_map(|group| group.db_parameter_group_arn())) {
        let tags = rds.list_tags_for_resource().resource_name(arn).send().await.unwrap();
        all.push(of_rds(tags.tag_list()));
    }
    all.into_iter().flatten().collect()
}

async fn buckets(clients: &Clients) -> Vec<Found> {
    type Tag = aws_sdk_s3::types::Tag;
    let mut all = Vec::new();
    for bucket in clients.s3.list_buckets().send().await.unwrap().buckets() {
        let tags = clients.s3.get_bucket_tagging().bucket(bucket.name().unwrap()).send().await;
        let tags = tags.map(|tags| tags.tag_set).unwrap_or_default();
        all.push(found!(tags, |tag: &Tag| tag.key().to_owned(), |tag: &Tag| tag.value().to_owned()));
    }
    all.into_iter().flatten().collect()
}

async fn roles(clients: &Clients) -> Vec<Found> {
    type Tag = aws_sdk_iam::types::Tag;
    let of_iam = |tags: &[Tag]| found!(tags, |tag: &Tag| tag.key().to_owned(), |tag: &Tag| tag.value().to_owned());
    let mut all = Vec::new();
    for role in clients.iam.list_roles().send().await.unwrap().roles() {
        all.push(of_iam(clients.iam.list_role_tags().role_name(role.role_name()).send().await.unwrap().tags()));
    }
    for profile in clients.iam.list_instance_profiles().send().await.unwrap().instance_profiles() {
        let name = profile.instance_profile_name();
        let found = clients.iam.get_instance_profile().instance_profile_name(name).send().await.unwrap();
        all.push(found.instance_profile().and_then(|profile| of_iam(profile.tags())));
    }
    all.into_iter().flatten().collect()
}

async fn mail(clients: &Clients) -> Vec<Found> {
    type Tag = aws_sdk_sesv2::types::Tag;
    let of_ses = |tags: &[Tag]| found!(tags, |tag: &Tag| tag.key().to_owned(), |tag: &Tag| tag.value().to_owned());
    let mut all = Vec::new();
    for identity in clients.ses.list_email_identities().send().await.unwrap().email_identities() {
        let found = clients.ses.get_email_identity().email_identity(identity.identity_name().unwrap()).send().await.unwrap();
        all.push(of_ses(found.tags()));
    }
    for set in clients.ses.list_configuration_sets().send().await.unwrap().configuration_sets() {
        let found = clients.ses.get_configuration_set().configuration_set_name(set).send().await.unwrap();
        all.push(of_ses(found.tags()));
    }
    all.into_iter().flatten().collect()
}
