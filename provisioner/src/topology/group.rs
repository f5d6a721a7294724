use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::topology::{Link, LinkEnd, Matrix, Protocol};

/// The most characters a description of AWS may have (EC2 `CreateSecurityGroup`, `IpRange`).
const LONGEST_DESCRIPTION: usize = 255;

/// A security group with all of its rules: what is not in them is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityGroupPlan {
    /// Whose group it is. AWS never changes it, so that it says nothing that may change.
    pub description: String,
    /// Who may come in, in order.
    pub ingress: Vec<Rule>,
    /// Where it may go, in order.
    pub egress: Vec<Rule>,
}

/// Who may reach a group, or whom it may reach.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rule {
    /// The protocol.
    pub protocol: Protocol,
    /// The first port; for ICMP the type.
    pub from_port: i32,
    /// The last port; for ICMP the code, -1 for every code.
    pub to_port: i32,
    /// Who, or whom.
    pub peer: Peer,
    /// The rows it comes from and why, in characters that AWS takes.
    pub description: String,
}

/// The other side of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Peer {
    /// What has this group.
    Group(String),
    /// Addresses.
    Cidr(Ipv4Net),
}

#[derive(Clone, Copy)]
enum Direction {
    Ingress,
    Egress,
}

/// What makes two rules of one direction the same.
type RuleKey = (Protocol, i32, i32, Peer);

/// The groups of a matrix: one for each name given, with the rules its links ask for.
pub(super) fn groups_of(descriptions: BTreeMap<String, String>, matrix: &Matrix) -> BTreeMap<String, SecurityGroupPlan> {
    descriptions
        .into_iter()
        .map(|(name, description)| {
            let ingress = rules_of(&name, Direction::Ingress, matrix);
            let egress = rules_of(&name, Direction::Egress, matrix);
            (name, SecurityGroupPlan { description: describe(&description), ingress, egress })
        })
        .collect()
}

fn rules_of(group: &str, direction: Direction, matrix: &Matrix) -> Vec<Rule> {
    let mut rules: BTreeMap<RuleKey, BTreeSet<(&str, &str)>> = BTreeMap::new();
    for link in &matrix.links {
        let (own, other) = match direction {
            Direction::Ingress => (&link.destination, &link.source),
            Direction::Egress => (&link.source, &link.destination),
        };
        if own.group() == Some(group) {
            for peer in peers(other) {
                rules.entry(key(link, peer)).or_default().insert((&link.id, &link.why));
            }
        }
    }
    let to_rule = |((protocol, from_port, to_port, peer), rows): (RuleKey, BTreeSet<(&str, &str)>)| {
        let description = describe_rows(&rows);
        Rule { protocol, from_port, to_port, peer, description }
    };
    rules.into_iter().map(to_rule).collect()
}

fn key(link: &Link, peer: Peer) -> RuleKey {
    (link.protocol, link.ports.first, link.ports.last, peer)
}

fn peers(end: &LinkEnd) -> Vec<Peer> {
    match end {
        LinkEnd::Group(name) => vec![Peer::Group(name.clone())],
        LinkEnd::Network { cidrs, .. } => cidrs.iter().copied().map(Peer::Cidr).collect(),
    }
}

/// `C-04: NRPE checks of every Linux host.`; where several rows ask for the same rule, all of them, or their ids if that is too long.
fn describe_rows(rows: &BTreeSet<(&str, &str)>) -> String {
    let full: Vec<_> = rows.iter().map(|(id, why)| format!("{id}: {why}")).collect();
    let full = full.join(" ");
    if rows.len() == 1 || full.chars().count() <= LONGEST_DESCRIPTION {
        return describe(&full);
    }
    let ids: Vec<_> = rows.iter().map(|(id, _)| *id).collect();
    describe(&ids.join(", "))
}

/// The text in the characters that AWS takes, cut where AWS stops reading.
fn describe(text: &str) -> String {
    let allowed = |character: char| character.is_ascii_alphanumeric() || "._-:/()#,@[]+=&;{}!$* ".contains(character);
    text.chars()
        .filter(|character| *character != '\'' && *character != '`')
        .take(LONGEST_DESCRIPTION)
        .map(|character| if allowed(character) { character } else { '-' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topology::{NetworkName, PortRange};

    fn link(id: &str, destination: LinkEnd, source: LinkEnd) -> Link {
        let why = "Nobody's business – it's “quoted”".to_owned();
        Link { id: id.to_owned(), destination, ports: PortRange::new(443, 443), protocol: Protocol::Tcp, source, why, requirements: vec![] }
    }

    fn group(name: &str) -> LinkEnd {
        LinkEnd::Group(name.to_owned())
    }

    fn groups(links: Vec<Link>) -> BTreeMap<String, SecurityGroupPlan> {
        let names = ["lb", "worker"].map(|name| (name.to_owned(), format!("Hosts of the role {name}")));
        groups_of(names.into(), &Matrix { links })
    }

    #[test]
    fn link_between_groups_is_an_ingress_rule_and_its_mirror() {
        let groups = groups(vec![link("E-1", group("worker"), group("lb"))]);
        assert_eq!(groups["worker"].ingress[0].peer, Peer::Group("lb".to_owned()));
        assert_eq!(groups["lb"].egress[0].peer, Peer::Group("worker".to_owned()));
        assert!(groups["worker"].egress.is_empty() && groups["lb"].ingress.is_empty());
    }

    #[test]
    fn network_gives_one_rule_for_each_of_its_blocks() {
        let cidrs = ["10.0.0.0/8", "192.168.0.0/16"].map(|cidr| cidr.parse().expect("a network")).to_vec();
        let groups = groups(vec![link("E-1", group("lb"), LinkEnd::Network { name: NetworkName::Public, cidrs })]);
        assert_eq!(groups["lb"].ingress.len(), 2);
        assert!(groups.values().all(|group| group.egress.is_empty()));
    }

    #[test]
    fn same_rule_from_two_rows_is_one_rule_that_names_both() {
        let groups = groups(vec![link("E-2", group("worker"), group("lb")), link("E-1", group("worker"), group("lb"))]);
        assert_eq!(groups["worker"].ingress.len(), 1);
        assert!(groups["worker"].ingress[0].description.starts_with("E-1: ") && groups["worker"].ingress[0].description.contains("E-2: "));
    }

    #[test]
    fn description_has_only_what_aws_takes() {
        let groups = groups(vec![link("E-1", group("worker"), group("lb"))]);
        assert_eq!(groups["worker"].ingress[0].description, "E-1: Nobodys business - its -quoted-");
        assert_eq!(describe(&"a".repeat(300)).len(), LONGEST_DESCRIPTION);
    }
}
