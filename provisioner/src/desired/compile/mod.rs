mod data;
mod guards;
mod mail;
mod permissions;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::desired::user_data::user_data;
use crate::desired::{
    DefaultSecurityGroup, ElasticIp, Instance, InstanceNetwork, InternetGateway, KeyPair, Lookups, NatGateway, NetworkInterface, Route,
    RouteTable, RouteTableAssociation, Rule, SecurityGroup, SecurityGroupRules, Subnet, TransitGatewayAttachment, Volume, VolumeAttachment,
    Vpc, VpnGatewayAttachment,
};
use crate::model::{Diagnostic, RefOr, Report, Resource, ResourceAddress, Scope, Tags, Value, partition};
use crate::topology::{Host, Kms, Peer, RouteTarget, SecurityGroupPlan, Tier, Topology, Zone};

/// The device a data volume is asked for as; a Nitro machine finds it by its serial.
const DATA_DEVICE: &str = "/dev/sdf";
/// The regions in which every bucket's name is the whole world's.
const WITHOUT_ACCOUNT_NAMESPACE: [&str; 2] = ["me-central-1", "me-south-1"];
/// The name of what there is one of.
const MAIN: &str = "main";

/// Returns every object of the environment, by address.
///
/// Pure. What must come before what although no attribute says so is in `docs/ordering.md`.
///
/// # Errors
/// When the region has fewer zones than asked for, or an image was not looked up.
pub fn compile(
    topology: &Topology,
    lookups: &Lookups,
    scope: &Scope,
) -> Result<std::collections::BTreeMap<ResourceAddress, Resource>, Report> {
    let mut compiler = Compiler { topology, lookups, scope, resources: Vec::new(), report: Report::default() };
    compiler.network();
    compiler.gateways();
    compiler.routes();
    compiler.groups();
    compiler.guards();
    compiler.key();
    compiler.roles();
    compiler.buckets();
    compiler.databases();
    compiler.mail();
    let key_name = scope.physical_name(MAIN);
    compiler.add("key-pair", MAIN, &KeyPair { key_name: key_name.clone(), public_key: lookups.public_key.clone() }, []);
    for (name, host) in &topology.hosts {
        compiler.host(name, host, &key_name);
    }
    if compiler.report.has_errors() {
        return Err(compiler.report);
    }
    Ok(compiler.resources.into_iter().map(|resource| (resource.address.clone(), resource)).collect())
}

struct Compiler<'a> {
    topology: &'a Topology,
    lookups: &'a Lookups,
    scope: &'a Scope,
    resources: Vec<Resource>,
    report: Report,
}

fn address(kind: &str, name: &str) -> ResourceAddress {
    ResourceAddress::new(kind, name)
}

impl Compiler<'_> {
    fn add(&mut self, kind: &str, name: &str, specification: &impl Serialize, after: impl IntoIterator<Item = ResourceAddress>) {
        let mut tags: Tags = self.topology.tags.clone();
        tags.insert("Name".to_owned(), self.scope.physical_name(name));
        self.resources.push(Resource {
            address: address(kind, name),
            attributes: Value::attributes_of(specification).expect("a specification is plain data"),
            tags,
            after: after.into_iter().collect(),
        });
    }

    /// The part of AWS that the region belongs to.
    fn partition(&self) -> &'static str {
        partition(&self.topology.environment.region)
    }

    /// A bucket's name in the account's own namespace of the region, where the region has those: nobody else can take it (S3 User Guide,
    /// "Namespaces for general purpose buckets").
    fn bucket_name(&self, name: &str) -> String {
        let (account, region) = (&self.topology.environment.account, &self.topology.environment.region);
        let plain = format!("{}-{account}-{region}", self.scope.physical_name(name));
        if WITHOUT_ACCOUNT_NAMESPACE.contains(&region.as_str()) { plain } else { format!("{plain}-an") }
    }

    fn bucket_arn(&self, bucket_name: &str) -> String {
        format!("arn:{}:s3:::{bucket_name}", self.partition())
    }

    /// The customer's own key, where the environment asks for one.
    fn kms_key(&self) -> Option<RefOr> {
        (self.topology.security.kms == Kms::Customer).then(|| RefOr::id("kms-key", MAIN))
    }

    fn zone_name(&mut self, zone: Zone) -> String {
        let found = self.lookups.zones.get(usize::from(zone.index())).cloned();
        found.unwrap_or_else(|| {
            let count = self.lookups.zones.len();
            let diagnostic = Diagnostic::error("E0210", "the region has too few availability zones")
                .note(format!("{} offers {count}, the environment needs zone `{zone}` as well", self.topology.environment.region))
                .help("lower `[cloud] availability_zones`, or choose another region");
            if !self.report.iter().any(|other| other.code == diagnostic.code) {
                self.report.push(diagnostic);
            }
            String::new()
        })
    }

    fn network(&mut self) {
        let vpc = RefOr::id("vpc", MAIN);
        let network = &self.topology.network;
        self.add("vpc", MAIN, &Vpc { cidr: network.cidr, dns_support: true, dns_hostnames: true }, []);
        self.add("default-security-group", MAIN, &DefaultSecurityGroup { vpc: vpc.clone(), ingress: Vec::new(), egress: Vec::new() }, []);
        for (name, subnet) in &network.subnets {
            let zone = self.zone_name(subnet.zone);
            self.add("subnet", name, &Subnet { vpc: vpc.clone(), cidr: subnet.cidr, zone, assigns_public_addresses: false }, []);
        }
    }

    fn gateways(&mut self) {
        let vpc = RefOr::id("vpc", MAIN);
        let door = address("internet-gateway", MAIN);
        self.add("internet-gateway", MAIN, &InternetGateway { vpc: vpc.clone() }, []);
        for (name, nat) in &self.topology.network.nat_gateways {
            self.add("elastic-ip", name, &ElasticIp { network_interface: None }, [door.clone()]);
            let gateway = NatGateway {
                subnet: RefOr::id("subnet", &nat.subnet),
                elastic_ip: RefOr::id("elastic-ip", name),
                private_address: nat.private_address,
            };
            // Without an attached door a NAT gateway goes to `failed`; without the route it can send nothing.
            self.add(
                "nat-gateway",
                name,
                &gateway,
                [door.clone(), address("route", "public-internet"), address("route-table-association", &nat.subnet)],
            );
        }
        let Some(datacenter) = &self.topology.access.datacenter else { return };
        match &datacenter.gateway {
            RouteTarget::TransitGateway(id) => {
                let private = self.topology.network.subnets.iter().filter(|(_, subnet)| subnet.tier == Tier::Private);
                let subnets = private.map(|(name, _)| RefOr::id("subnet", name)).collect();
                self.add("transit-gateway-attachment", MAIN, &TransitGatewayAttachment { vpc, transit_gateway: id.clone(), subnets }, []);
            }
            RouteTarget::VpnGateway(id) => {
                self.add("vpn-gateway-attachment", MAIN, &VpnGatewayAttachment { vpc, vpn_gateway: id.clone() }, []);
            }
            RouteTarget::InternetGateway | RouteTarget::NatGateway(_) => {}
        }
    }

    fn routes(&mut self) {
        for (table, plan) in &self.topology.network.route_tables {
            self.add("route-table", table, &RouteTable { vpc: RefOr::id("vpc", MAIN) }, []);
            for (destination, target) in &plan.routes {
                let (gateway, after) = match target {
                    RouteTarget::InternetGateway => (RefOr::id("internet-gateway", MAIN), None),
                    RouteTarget::NatGateway(name) => (RefOr::id("nat-gateway", name), None),
                    RouteTarget::TransitGateway(id) => (RefOr::from(id.clone()), Some(address("transit-gateway-attachment", MAIN))),
                    RouteTarget::VpnGateway(id) => (RefOr::from(id.clone()), Some(address("vpn-gateway-attachment", MAIN))),
                };
                let route = Route { route_table: RefOr::id("route-table", table), destination: *destination, gateway };
                self.add("route", &Route::name(table, *destination), &route, after);
            }
        }
        for (name, subnet) in &self.topology.network.subnets {
            let association =
                RouteTableAssociation { route_table: RefOr::id("route-table", &subnet.route_table), subnet: RefOr::id("subnet", name) };
            self.add("route-table-association", name, &association, []);
        }
    }

    fn groups(&mut self) {
        for (name, group) in &self.topology.groups {
            let SecurityGroupPlan { description, ingress, egress } = group;
            let group_name = self.scope.physical_name(name);
            self.add(
                "security-group",
                name,
                &SecurityGroup { vpc: RefOr::id("vpc", MAIN), group_name, description: description.clone() },
                [],
            );
            let rules =
                SecurityGroupRules { group: RefOr::id("security-group", name), ingress: rules_of(ingress), egress: rules_of(egress) };
            if !ingress.is_empty() || !egress.is_empty() {
                self.add("security-group-rules", name, &rules, []);
            }
        }
    }

    fn host(&mut self, name: &str, host: &Host, key_name: &str) {
        let Some(image) = self.lookups.images.get(&host.image) else {
            self.report
                .push(Diagnostic::error("E0211", "a machine image was not looked up").note(format!("{name} needs `{}`", host.image)));
            return;
        };
        let subnet = RefOr::id("subnet", &host.subnet);
        let groups = vec![RefOr::id("security-group", &host.security_group)];
        let (network, security_groups) = if host.has_elastic_ip {
            let interface = NetworkInterface { subnet, private_address: host.private_address, security_groups: groups };
            self.add("network-interface", name, &interface, []);
            let elastic_ip = ElasticIp { network_interface: Some(RefOr::id("network-interface", name)) };
            self.add("elastic-ip", name, &elastic_ip, [address("internet-gateway", MAIN)]);
            (InstanceNetwork { network_interface: Some(RefOr::id("network-interface", name)), subnet: None, private_address: None }, None)
        } else {
            let network = InstanceNetwork { network_interface: None, subnet: Some(subnet), private_address: Some(host.private_address) };
            (network, Some(groups))
        };
        let instance = Instance {
            image: image.id.clone(),
            root_device: image.root_device.clone(),
            instance_type: host.instance_type.clone(),
            network,
            security_groups,
            key_name: key_name.to_owned(),
            user_data: user_data(name, host, self.topology.access.port, &self.lookups.ssh_authority),
            root_volume_gib: host.root_volume_gib,
            kms_key: self.kms_key(),
            instance_profile: self.profile_of(host).map(|profile| RefOr::id("instance-profile", profile)),
            termination_protection: host.is_stateful,
            detailed_monitoring: true,
            requires_imdsv2: true,
            metadata_hop_limit: 1,
            is_running: true,
        };
        let after = self.first_boot_needs(name, host);
        self.add("instance", name, &instance, after);
        if let Some(size_gib) = host.data_volume_gib {
            let volume_name = format!("{name}-data");
            let zone = self.zone_name(host.zone);
            let volume = Volume {
                zone,
                size_gib,
                volume_type: "gp3".to_owned(),
                is_encrypted: true,
                kms_key: self.kms_key(),
                source_snapshot: None,
            };
            self.add("volume", &volume_name, &volume, []);
            let attachment = VolumeAttachment {
                volume: RefOr::id("volume", &volume_name),
                instance: RefOr::id("instance", name),
                device: DATA_DEVICE.to_owned(),
            };
            self.add("volume-attachment", &volume_name, &attachment, []);
        }
    }

    /// cloud-init runs once: what the first boot needs of the network must be there before the machine is.
    fn first_boot_needs(&self, name: &str, host: &Host) -> BTreeSet<ResourceAddress> {
        let mut needs = BTreeSet::from([
            address("key-pair", MAIN),
            address("security-group-rules", &host.security_group),
            address("route-table-association", &host.subnet),
        ]);
        let network = &self.topology.network;
        if let Some((table, plan)) =
            network.subnets.get(&host.subnet).and_then(|subnet| network.route_tables.get_key_value(&subnet.route_table))
        {
            needs.extend(plan.routes.keys().map(|destination| address("route", &Route::name(table, *destination))));
            // An endpoint that appears in the middle of a download from S3 would cut it off.
            needs.insert(address("vpc-endpoint", guards::S3));
        }
        if host.has_elastic_ip {
            needs.insert(address("elastic-ip", name));
        }
        needs
    }
}

fn rules_of(plan: &[crate::topology::Rule]) -> Vec<Rule> {
    let peer = |peer: &Peer| match peer {
        Peer::Group(name) => RefOr::id("security-group", name),
        Peer::Cidr(network) => RefOr::from(network.to_string()),
    };
    plan.iter()
        .map(|rule| Rule {
            protocol: rule.protocol.to_string(),
            from_port: rule.from_port,
            to_port: rule.to_port,
            peer: peer(&rule.peer),
            description: rule.description.clone(),
        })
        .collect()
}
