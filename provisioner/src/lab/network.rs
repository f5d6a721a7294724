use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::LabError;
use super::names::{DATACENTER, InstanceId, Names, OPERATOR};
use super::namespace::{Namespace, wire};
use super::uplink::{self, WayOutside};
use crate::sandbox::Machine;

/// The address through which the operator's namespace reaches the VPC; it is known on that wire alone (RFC 3927).
const GATEWAY_OF_OPERATOR: Ipv4Addr = Ipv4Addr::new(169, 254, 0, 1);
/// The address through which the data centre reaches the VPC, likewise.
const GATEWAY_OF_DATACENTER: Ipv4Addr = Ipv4Addr::new(169, 254, 0, 2);
/// The interface inside a machine.
const INSIDE: &str = "eth0";

/// The wires of a laboratory: a namespace that routes, and one wire from it to every machine, so that each packet passes its rules.
#[derive(Clone, Debug)]
pub(super) struct Network {
    names: Names,
    operator_address: Ipv4Addr,
    datacenter: Option<Datacenter>,
}

/// The one machine's place of a data centre that the VPC is connected with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Datacenter {
    /// Its network.
    pub(super) cidr: Ipv4Net,
    /// The address of the place, which is its bastion's.
    pub(super) address: Ipv4Addr,
}

impl Network {
    /// The network of a laboratory.
    pub(super) fn new(names: Names, operator_address: Ipv4Addr) -> Network {
        Network { names, operator_address, datacenter: None }
    }

    /// The same, connected with a data centre.
    pub(super) fn with_datacenter(self, datacenter: Datacenter) -> Network {
        Network { datacenter: Some(datacenter), ..self }
    }

    /// The data centre's network, where there is one.
    pub(super) fn datacenter_cidr(&self) -> Option<Ipv4Net> {
        self.datacenter.map(|datacenter| datacenter.cidr)
    }

    /// The namespace that routes.
    pub(super) fn vpc(&self) -> Namespace {
        Namespace::named(self.names.vpc())
    }

    /// The namespace that the operator stands in.
    pub(super) fn operator(&self) -> Namespace {
        Namespace::named(self.names.operator())
    }

    /// The namespace of a machine.
    pub(super) fn machine(&self, id: &InstanceId) -> Namespace {
        Namespace::named(id.machine(&self.names))
    }

    /// Makes the namespace that routes, the operator's, and the way out.
    pub(super) async fn ensure(&self, cidr: Ipv4Net, way: &WayOutside) -> Result<(), LabError> {
        let (vpc, operator) = (self.vpc(), self.operator());
        vpc.ensure().await?;
        operator.ensure().await?;
        vpc.set(&["net.ipv4.ip_forward=1".to_owned()]).await?;
        // What no machine has must not leave by the default route.
        vpc.batch(&[format!("route replace blackhole {cidr}")]).await?;
        let address = self.operator_address;
        self.connect(way.mtu, OPERATOR, GATEWAY_OF_OPERATOR, (&operator, address), Ipv4Net::from(address)).await?;
        // The router answers its neighbours for the name server, which is in the first subnet's network; the rules send it elsewhere.
        vpc.batch(&[format!("route replace {}/32 dev {OPERATOR}", offset(cidr, 2))]).await?;
        if let Some(Datacenter { cidr, address }) = self.datacenter {
            let datacenter = Namespace::named(self.names.datacenter());
            datacenter.ensure().await?;
            self.connect(way.mtu, DATACENTER, GATEWAY_OF_DATACENTER, (&datacenter, address), cidr).await?;
        }
        uplink::ensure(&self.names, &vpc, way).await
    }

    /// Connects a place outside of the VPC that has one address with the namespace that routes, which sends it what is for `network`.
    async fn connect(
        &self,
        mtu: u32,
        name: &str,
        gateway: Ipv4Addr,
        (place, address): (&Namespace, Ipv4Addr),
        network: Ipv4Net,
    ) -> Result<(), LabError> {
        let vpc = self.vpc();
        if !(vpc.links().await?.contains(name) && place.links().await?.contains(INSIDE)) {
            self.remove_link(&vpc, name).await?;
            wire(mtu, (&vpc, name), (place, INSIDE)).await?;
        }
        vpc.batch(&[
            format!("address replace {gateway}/32 dev {name}"),
            format!("link set dev {name} up"),
            format!("route replace {network} dev {name}"),
        ])
        .await?;
        place
            .batch(&[
                format!("address replace {address}/32 dev {INSIDE}"),
                format!("link set dev {INSIDE} up"),
                format!("route replace {gateway}/32 dev {INSIDE} scope link"),
                format!("route replace default via {gateway} dev {INSIDE}"),
            ])
            .await
    }

    /// Gives a machine its namespace, its wire and its address. Its neighbours of the same subnet answer through the router, as its gateway does.
    pub(super) async fn ensure_machine(&self, id: &InstanceId, machine: &Machine, mtu: u32) -> Result<(), LabError> {
        let (vpc, inside, name) = (self.vpc(), self.machine(id), id.interface());
        inside.ensure().await?;
        if !(vpc.links().await?.contains(&name) && inside.links().await?.contains(INSIDE)) {
            self.remove_link(&vpc, &name).await?;
            wire(mtu, (&vpc, &name), (&inside, INSIDE)).await?;
        }
        // systemd sets it where it may: everybody on a machine may ping (sysctl.d/50-default.conf).
        inside.set(&["net.ipv4.ping_group_range=0 2147483647".to_owned()]).await?;
        let (address, length) = (machine.address, machine.subnet.prefix_len());
        let gateway = offset(machine.subnet, 1);
        vpc.set(&[format!("net.ipv4.conf.{name}.proxy_arp=1"), format!("net.ipv4.neigh.{name}.proxy_delay=0")]).await?;
        vpc.batch(&[
            format!("address replace {gateway}/32 dev {name}"),
            format!("link set dev {name} up"),
            format!("route replace {address}/32 dev {name}"),
        ])
        .await?;
        inside
            .batch(&[
                format!("address replace {address}/{length} dev {INSIDE}"),
                format!("link set dev {INSIDE} up"),
                format!("route replace default via {gateway} dev {INSIDE}"),
            ])
            .await
    }

    /// Takes a machine from the network.
    pub(super) async fn remove_machine(&self, id: &InstanceId) -> Result<(), LabError> {
        if std::path::Path::new(&self.vpc().path()).exists() {
            self.remove_link(&self.vpc(), &id.interface()).await?;
        }
        self.machine(id).remove().await
    }

    /// Removes everything.
    pub(super) async fn remove(&self) -> Result<(), LabError> {
        uplink::remove(&self.names).await?;
        for name in Namespace::with_prefix(&self.names.prefix()) {
            Namespace::named(name).remove().await?;
        }
        Ok(())
    }

    async fn remove_link(&self, namespace: &Namespace, name: &str) -> Result<(), LabError> {
        if namespace.links().await?.contains(name) {
            namespace.batch(&[format!("link delete dev {name}")]).await?;
        }
        Ok(())
    }
}

/// The address at a place of a network: 1 is the subnet's gateway, 2 the VPC's name server (VPC User Guide, "Subnet sizing for IPv4").
pub(super) fn offset(network: Ipv4Net, place: u32) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(network.network()).saturating_add(place))
}
