use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::config::{Environment, Gateway, Placement};
use crate::topology::RouteTarget;

/// The way in for operators (MCS-11 to MCS-14).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// The port the bastion's sshd listens on.
    pub port: u16,
    /// The port it listened on before, which stays open until it has moved; none once it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former_port: Option<u16>,
    /// The public key of an operator, in OpenSSH's form; without one a key is made.
    pub operator_key: Option<String>,
    /// The data centre, if the bastion stands there and not in the network.
    pub datacenter: Option<Datacenter>,
}

/// The customer's data centre with the bastion in it (MCS-13).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Datacenter {
    /// Its addresses.
    pub cidr: Ipv4Net,
    /// The bastion's name or address, as operators reach it.
    pub bastion: String,
    /// What connects it with the network; the customer owns it.
    pub gateway: RouteTarget,
}

impl Access {
    pub(super) fn of(environment: &Environment) -> Self {
        let datacenter = match &environment.bastion.placement {
            Placement::Vpc => None,
            Placement::Datacenter { cidr, host, gateway } => {
                let gateway = match gateway {
                    Gateway::Transit(id) => RouteTarget::TransitGateway(id.clone()),
                    Gateway::Vpn(id) => RouteTarget::VpnGateway(id.clone()),
                };
                Some(Datacenter { cidr: *cidr, bastion: host.clone(), gateway })
            }
        };
        Self { port: environment.bastion.port, former_port: None, operator_key: environment.bastion.operator_key.clone(), datacenter }
    }

    /// With a bastion in the network that listens on this port.
    pub(super) fn moving_from(self, port: Option<u16>) -> Self {
        let former_port = port.filter(|port| *port != self.port && self.datacenter.is_none());
        Self { former_port, ..self }
    }

    /// Every port on which the bastion may listen now.
    pub(super) fn ports(&self) -> impl Iterator<Item = u16> {
        std::iter::once(self.port).chain(self.former_port)
    }
}
