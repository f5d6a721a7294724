use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::config::{self, AlertingMode, Blueprint, Environment, Placement, Ports};
use crate::topology::role_plan::RolePlan;
use crate::topology::{Access, BASTION, Link, LinkEnd, NetworkName, PortRange};

/// Who may talk to whom: what has no link is closed, inwards and outwards.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matrix {
    /// The permissions, in the order of the blueprints' rows.
    pub links: Vec<Link>,
}

impl Matrix {
    /// The links of every row whose condition holds and whose ends exist in this environment.
    pub(super) fn compile(environment: &Environment, blueprints: &[Blueprint], roles: &[RolePlan], access: &Access) -> Self {
        let ends = Ends { environment, blueprints, roles, access };
        let rows = blueprints.iter().flat_map(|blueprint| &blueprint.links);
        let counting = rows.filter(|row| row.when.as_ref().is_none_or(|condition| condition.holds(environment)));
        Self { links: counting.flat_map(|row| ends.links_of(row)).collect() }
    }
}

/// What the ends of rows stand for in one environment.
struct Ends<'a> {
    environment: &'a Environment,
    blueprints: &'a [Blueprint],
    roles: &'a [RolePlan],
    access: &'a Access,
}

impl Ends<'_> {
    fn links_of(&self, row: &config::Link) -> Vec<Link> {
        let ranges = self.ports(row.ports);
        let sources = self.expand(&row.from);
        let destinations = self.expand(&row.to).into_iter();
        let pairs = destinations.flat_map(|destination| sources.iter().map(move |source| (destination.clone(), source.clone())));
        pairs
            .flat_map(|(destination, source)| ranges.iter().map(move |ports| (destination.clone(), source.clone(), *ports)))
            .map(|(destination, source, ports)| Link {
                id: row.id.clone(),
                destination,
                ports,
                protocol: row.protocol.into(),
                source,
                why: row.why.clone(),
                requirements: row.requirements.clone(),
            })
            .collect()
    }

    /// The groups or the network that an end stands for; none if it does not exist here.
    fn expand(&self, end: &config::LinkEnd) -> Vec<LinkEnd> {
        let network = &self.environment.network;
        match end {
            config::LinkEnd::Role(role) => self.roles_where(|plan| plan.name == *role),
            config::LinkEnd::Monitoring(role) => self.roles_where(|plan| plan.name == role.word()),
            config::LinkEnd::Bastion => self.roles_where(|plan| plan.name == BASTION),
            config::LinkEnd::EveryHost => self.roles_where(|_| true),
            config::LinkEnd::EveryHostButBastion => self.roles_where(|plan| plan.name != BASTION),
            config::LinkEnd::EveryHostWithData => self.roles_where(|plan| plan.data_volume_gib.is_some()),
            config::LinkEnd::Operators => named(NetworkName::Operators, &network.operator_cidrs),
            config::LinkEnd::Public => named(NetworkName::Public, &network.public_cidrs),
            config::LinkEnd::Corporate => named(NetworkName::Corporate, &network.corporate_cidrs),
            config::LinkEnd::Datacenter => match &self.environment.bastion.placement {
                Placement::Vpc => Vec::new(),
                Placement::Datacenter { cidr, .. } => named(NetworkName::Datacenter, &[*cidr]),
            },
            config::LinkEnd::Internet => named(NetworkName::Internet, &[Ipv4Net::default()]),
            config::LinkEnd::Database(name) => {
                let mut databases = self.blueprints.iter().flat_map(|blueprint| &blueprint.databases);
                let exists = databases.any(|database| database.name == *name);
                exists.then(|| LinkEnd::Group(LinkEnd::group_of_database(name))).into_iter().collect()
            }
        }
    }

    fn roles_where(&self, is_meant: impl Fn(&RolePlan) -> bool) -> Vec<LinkEnd> {
        let meant = self.roles.iter().filter(|plan| plan.exists() && is_meant(plan));
        meant.map(|plan| LinkEnd::Group(plan.name.clone())).collect()
    }

    /// The ports in numbers; nothing for the port of a mail server that this environment does not use.
    fn ports(&self, ports: Ports) -> Vec<PortRange> {
        match ports {
            Ports::Single(port) => vec![PortRange::new(port, port)],
            Ports::Range(first, last) => vec![PortRange::new(first, last)],
            Ports::Echo => vec![PortRange::ECHO],
            Ports::BastionPort => self.access.ports().map(|port| PortRange::new(port, port)).collect(),
            Ports::SmtpPort => match &self.environment.alerting.mode {
                AlertingMode::Ses => Vec::new(),
                AlertingMode::Smtp(smtp) => vec![PortRange::new(smtp.port, smtp.port)],
            },
        }
    }
}

fn named(name: NetworkName, cidrs: &[Ipv4Net]) -> Vec<LinkEnd> {
    vec![LinkEnd::Network { name, cidrs: cidrs.to_vec() }]
}
