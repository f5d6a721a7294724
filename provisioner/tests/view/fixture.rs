use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv4Net;
use provisioner::desired::{
    DefaultSecurityGroup, ElasticIp, Instance, InstanceNetwork, InternetGateway, KeyPair, NatGateway, NetworkInterface, Route, RouteTable,
    RouteTableAssociation, Rule, SecurityGroup, SecurityGroupRules, Subnet, Volume, VolumeAttachment, Vpc, catalogue,
};
use provisioner::model::{
    Attributes, Catalogue, Observed, RefOr, RemoteId, Resource, ResourceAddress, Scope, Status, TAG_RETAINED, Tags, Value,
};
use provisioner::plan::{DesiredState, Observations, Plan, PlanInput, PlanOptions, plan};
use provisioner::state::{Recorded, StateFile};
use serde::Serialize;

/// An environment that a test plans for.
pub struct Fixture {
    pub catalogue: Catalogue,
    pub scope: Scope,
    pub cloud: &'static str,
    pub desired: DesiredState,
    pub observed: Vec<Observed>,
    pub recorded: StateFile,
    pub moved: BTreeMap<ResourceAddress, ResourceAddress>,
    pub options: PlanOptions,
}

pub fn address(text: &str) -> ResourceAddress {
    text.parse().expect("a valid address")
}

impl Fixture {
    fn empty() -> Self {
        Self {
            catalogue: catalogue(),
            scope: Scope { project: "provision".to_owned(), environment: "prod".to_owned() },
            cloud: "aws",
            desired: DesiredState::new(),
            observed: Vec::new(),
            recorded: StateFile::empty("lineage".to_owned()),
            moved: BTreeMap::new(),
            options: PlanOptions::default(),
        }
    }

    fn add(&mut self, text: &str, specification: &impl Serialize) {
        let address = address(text);
        let attributes = Value::attributes_of(specification).expect("plain data");
        let is_taggable = self.catalogue.get(address.kind()).expect("a known kind").is_taggable;
        let name = ("Name".to_owned(), format!("provision-prod-{}", address.name()));
        let tags = if is_taggable { Tags::from([name]) } else { Tags::new() };
        self.desired.insert(address.clone(), Resource { address, attributes, tags, after: BTreeSet::new() });
    }

    /// A production environment that does not exist yet: about a hundred objects.
    pub fn prod() -> Self {
        let mut fixture = Self::empty();
        fixture.network();
        fixture.groups();
        fixture.machines();
        fixture
    }

    fn network(&mut self) {
        self.add("vpc.main", &Vpc { cidr: net("10.20.0.0/16"), dns_support: true, dns_hostnames: true });
        let vpc = || RefOr::id("vpc", "main");
        self.add("default-security-group.main", &DefaultSecurityGroup { vpc: vpc(), ingress: Vec::new(), egress: Vec::new() });
        self.add("internet-gateway.main", &InternetGateway { vpc: vpc() });
        self.add("route-table.public", &RouteTable { vpc: vpc() });
        let everywhere = net("0.0.0.0/0");
        let gateway = RefOr::id("internet-gateway", "main");
        self.add("route.public-internet", &Route { route_table: RefOr::id("route-table", "public"), destination: everywhere, gateway });
        for (position, zone) in ["a", "b"].into_iter().enumerate() {
            for (tier, base) in [("public", 0), ("private", 32), ("monitoring", 96), ("database", 160)] {
                let name = format!("{tier}-{zone}");
                let cidr = net(&format!("10.20.{}.0/20", base + position * 16));
                let zone = format!("eu-west-1{zone}");
                self.add(&format!("subnet.{name}"), &Subnet { vpc: vpc(), cidr, zone, assigns_public_addresses: false });
                let table = if tier == "public" {
                    "public".to_owned()
                } else {
                    name.replace("monitoring", "private").replace("database", "private")
                };
                let association =
                    RouteTableAssociation { route_table: RefOr::id("route-table", table), subnet: RefOr::id("subnet", &name) };
                self.add(&format!("route-table-association.{name}"), &association);
            }
            self.add(&format!("route-table.private-{zone}"), &RouteTable { vpc: vpc() });
            self.add(&format!("elastic-ip.nat-{zone}"), &ElasticIp { network_interface: None });
            let nat = NatGateway {
                subnet: RefOr::id("subnet", format!("public-{zone}")),
                elastic_ip: RefOr::id("elastic-ip", format!("nat-{zone}")),
                private_address: format!("10.20.{}.10", position * 16).parse().expect("an address"),
            };
            self.add(&format!("nat-gateway.{zone}"), &nat);
            let gateway = RefOr::id("nat-gateway", zone);
            let route = Route { route_table: RefOr::id("route-table", format!("private-{zone}")), destination: everywhere, gateway };
            self.add(&format!("route.private-{zone}-internet"), &route);
        }
    }

    fn groups(&mut self) {
        for role in ["bastion", "load-balancer", "manager", "worker", "gateway", "analytics", "database", "icinga", "cacti", "elk"] {
            let group = SecurityGroup {
                vpc: RefOr::id("vpc", "main"),
                group_name: format!("provision-prod-{role}"),
                description: format!("who may talk to {role} and whom {role} may talk to"),
            };
            self.add(&format!("security-group.{role}"), &group);
            let rule = |port, peer: RefOr, row: &str| Rule {
                protocol: "tcp".to_owned(),
                from_port: port,
                to_port: port,
                peer,
                description: row.to_owned(),
            };
            let ingress = match role {
                "load-balancer" => vec![rule(80, "0.0.0.0/0".into(), "C-11"), rule(443, "0.0.0.0/0".into(), "C-12")],
                "bastion" => vec![rule(40022, "198.51.100.0/28".into(), "C-1")],
                _ => {
                    vec![rule(22, RefOr::id("security-group", "bastion"), "C-2"), rule(5666, RefOr::id("security-group", "icinga"), "C-40")]
                }
            };
            let egress = vec![rule(443, "0.0.0.0/0".into(), "C-90")];
            let rules = SecurityGroupRules { group: RefOr::id("security-group", role), ingress, egress };
            self.add(&format!("security-group-rules.{role}"), &rules);
        }
    }

    fn machines(&mut self) {
        let public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExampleExam".to_owned();
        self.add("key-pair.operators", &KeyPair { key_name: "provision-prod-operators".to_owned(), public_key });
        let hosts = [
            ("bastion", 1, "t3.micro", 0),
            ("load-balancer", 2, "c6i.large", 0),
            ("manager", 2, "m6i.large", 0),
            ("worker", 2, "m6i.large", 50),
            ("gateway", 2, "m6i.large", 0),
            ("analytics", 1, "r6i.large", 200),
            ("icinga", 1, "t3.medium", 20),
            ("cacti", 1, "t3.small", 20),
            ("elk", 1, "r6i.large", 300),
        ];
        for (block, (role, number, instance_type, data)) in hosts.into_iter().enumerate() {
            for n in 1..=number {
                self.host(role, n, 16 + block * 4, instance_type, data);
            }
        }
    }

    fn host(&mut self, role: &str, n: usize, block: usize, instance_type: &str, data: u32) {
        let name = format!("{role}-{n}");
        let zone = if n % 2 == 1 { "a" } else { "b" };
        let is_public = matches!(role, "bastion" | "load-balancer");
        let tier = if is_public { "public" } else { "private" };
        let private_address = format!("10.20.{}.{}", if is_public { 0 } else { 32 }, block + n).parse().expect("an address");
        let subnet = RefOr::id("subnet", format!("{tier}-{zone}"));
        let groups = vec![RefOr::id("security-group", role)];
        let network = if is_public {
            self.add(&format!("network-interface.{name}"), &NetworkInterface { subnet, private_address, security_groups: groups.clone() });
            let network_interface = Some(RefOr::id("network-interface", name.clone()));
            self.add(&format!("elastic-ip.{name}"), &ElasticIp { network_interface: network_interface.clone() });
            InstanceNetwork { network_interface, subnet: None, private_address: None }
        } else {
            InstanceNetwork { network_interface: None, subnet: Some(subnet), private_address: Some(private_address) }
        };
        let instance = Instance {
            image: "ami-0123456789abcdef0".to_owned(),
            root_device: "/dev/sda1".to_owned(),
            instance_type: instance_type.to_owned(),
            network,
            security_groups: (!is_public).then_some(groups),
            key_name: "provision-prod-operators".to_owned(),
            user_data: "#cloud-config\nhostname: host\nusers: []\n".to_owned(),
            root_volume_gib: 20,
            kms_key: None,
            instance_profile: None,
            termination_protection: true,
            detailed_monitoring: true,
            requires_imdsv2: true,
            metadata_hop_limit: 1,
            is_running: true,
        };
        self.add(&format!("instance.{name}"), &instance);
        if data > 0 {
            let volume = Volume {
                zone: format!("eu-west-1{zone}"),
                size_gib: data,
                volume_type: "gp3".to_owned(),
                is_encrypted: true,
                kms_key: None,
                source_snapshot: None,
            };
            self.add(&format!("volume.{name}"), &volume);
            let volume = RefOr::id("volume", name.clone());
            let attachment = VolumeAttachment { volume, instance: RefOr::id("instance", name.clone()), device: "/dev/sdf".to_owned() };
            self.add(&format!("volume-attachment.{name}"), &attachment);
        }
    }

    /// The same, as if `up` had made everything.
    pub fn prod_up() -> Self {
        let mut fixture = Self::prod();
        let ids = |address: &ResourceAddress| format!("{}-0{}", prefix(address.kind()), address.name().replace('-', ""));
        for resource in fixture.desired.values() {
            let lookup = |reference: &provisioner::model::Reference| Some(Value::Text(ids(&reference.address)));
            let attributes: Attributes = resource.attributes.iter().map(|(name, value)| (name.clone(), value.resolve(&lookup))).collect();
            let schema = fixture.catalogue.get(resource.address.kind()).expect("a known kind");
            let observed = Observed {
                address: resource.address.clone(),
                id: RemoteId::new(ids(&resource.address)),
                status: Status::Ready,
                attributes,
                tags: resource.all_tags(&fixture.scope, schema),
            };
            fixture.recorded.resources.insert(resource.address.clone(), Recorded::of(&observed, resource.dependencies()));
            fixture.observed.push(observed);
        }
        fixture
    }

    /// Changes what the cloud shows of one object.
    pub fn outside(&mut self, text: &str, attribute: &str, value: Value) {
        let address = address(text);
        let observed = self.observed.iter_mut().find(|observed| observed.address == address).expect("it is there");
        observed.attributes.insert(attribute.to_owned(), value);
    }

    /// Deletes one object outside.
    pub fn lose(&mut self, text: &str) {
        let address = address(text);
        self.observed.retain(|observed| observed.address != address);
    }

    /// Marks one object as kept on purpose and wants it no longer.
    pub fn retain(&mut self, text: &str) {
        let address = address(text);
        self.desired.remove(&address);
        let observed = self.observed.iter_mut().find(|observed| observed.address == address).expect("it is there");
        observed.tags.insert(TAG_RETAINED.to_owned(), "last-copy".to_owned());
    }

    pub fn observations(&self) -> Observations {
        Observations::new(self.observed.clone())
    }

    pub fn plan(&self) -> Plan {
        let observed = self.observations();
        let input = PlanInput {
            catalogue: &self.catalogue,
            scope: &self.scope,
            cloud: self.cloud,
            desired: &self.desired,
            observed: &observed,
            recorded: Some(&self.recorded),
            moved: &self.moved,
            options: &self.options,
        };
        plan(input).expect("no ring")
    }
}

fn net(text: &str) -> Ipv4Net {
    text.parse().expect("a network")
}

fn prefix(kind: &str) -> &str {
    match kind {
        "instance" => "i",
        "volume" => "vol",
        "security-group" => "sg",
        "network-interface" => "eni",
        "elastic-ip" => "eipalloc",
        "internet-gateway" => "igw",
        "nat-gateway" => "nat",
        other => other,
    }
}
