use aws_sdk_ec2::types::{IpPermission, IpRange, Ipv6Range, UserIdGroupPair};
use ipnet::{Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};

use super::SecurityGroup;
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// Who a rule lets in, or out to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Peer {
    Ipv4(Ipv4Net),
    Ipv6(Ipv6Net),
    Group(String),
}

/// What makes a rule: protocol, ports and peer. The description is no part of a rule's identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Permission {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all.
    pub(crate) protocol: String,
    pub(crate) from_port: Option<i32>,
    pub(crate) to_port: Option<i32>,
    pub(crate) peer: Peer,
}

impl Permission {
    /// Everything from the members of a group.
    pub(crate) fn all_from_group(group: &str) -> Permission {
        Permission { protocol: "-1".to_owned(), from_port: None, to_port: None, peer: Peer::Group(group.to_owned()) }
    }

    /// Everything to every IPv4 address.
    pub(crate) fn all_to_anywhere() -> Permission {
        Permission { protocol: "-1".to_owned(), from_port: None, to_port: None, peer: Peer::Ipv4(Ipv4Net::default()) }
    }

    /// The group that the rule names as its peer.
    pub(crate) fn group(&self) -> Option<&str> {
        match &self.peer {
            Peer::Group(group) => Some(group),
            Peer::Ipv4(_) | Peer::Ipv6(_) => None,
        }
    }

    /// The value of a filter's property, such as `cidr`.
    pub(crate) fn property(&self, name: &str, account: &str) -> Option<String> {
        match (name, &self.peer) {
            ("protocol", _) => Some(self.protocol.clone()),
            ("from-port", _) => self.from_port.map(|port| port.to_string()),
            ("to-port", _) => self.to_port.map(|port| port.to_string()),
            ("cidr", Peer::Ipv4(net)) => Some(net.to_string()),
            ("ipv6-cidr", Peer::Ipv6(net)) => Some(net.to_string()),
            ("group-id", Peer::Group(group)) => Some(group.clone()),
            ("user-id", Peer::Group(_)) => Some(account.to_owned()),
            _ => None,
        }
    }

    /// Reads the permissions of a request: one for each peer, with its description.
    pub(crate) fn read_all(call: &Call<'_>, vpc: &str, permissions: &[IpPermission]) -> Result<Vec<(Permission, Option<String>)>, Refusal> {
        let mut read = Vec::new();
        for permission in permissions {
            if !permission.prefix_list_ids().is_empty() {
                return Err(Refusal::unsimulated("IpPermissions.PrefixListIds"));
            }
            let (protocol, from_port, to_port) = read_ports(permission)?;
            let with = |peer| Permission { protocol: protocol.clone(), from_port, to_port, peer };
            let before = read.len();
            for range in permission.ip_ranges() {
                let net = read_cidr::<Ipv4Net>(range.cidr_ip())?.trunc();
                read.push((with(Peer::Ipv4(net)), read_description(range.description())?));
            }
            for range in permission.ipv6_ranges() {
                let net = read_cidr::<Ipv6Net>(range.cidr_ipv6())?.trunc();
                read.push((with(Peer::Ipv6(net)), read_description(range.description())?));
            }
            for pair in permission.user_id_group_pairs() {
                let group = read_group(call, vpc, pair)?;
                read.push((with(Peer::Group(group)), read_description(pair.description())?));
            }
            if read.len() == before {
                return Err(Refusal::missing("IpRanges, Ipv6Ranges or UserIdGroupPairs"));
            }
        }
        Ok(read)
    }

    /// Writes permissions as `DescribeSecurityGroups` groups them: by protocol and ports.
    pub(crate) fn grouped<'a>(call: &Call<'_>, rules: impl Iterator<Item = (&'a Permission, Option<&'a str>)>) -> Vec<IpPermission> {
        let mut groups: Vec<PortGroup> = Vec::new();
        for (permission, description) in rules {
            let place = groups.iter().position(|group| group.holds(permission)).unwrap_or_else(|| {
                groups.push(PortGroup::of(permission));
                groups.len() - 1
            });
            groups[place].add(call, &permission.peer, description.map(str::to_owned));
        }
        groups.into_iter().map(PortGroup::into_sdk).collect()
    }
}

/// The peers of rules with one protocol and one range of ports.
struct PortGroup {
    protocol: String,
    from_port: Option<i32>,
    to_port: Option<i32>,
    ipv4: Vec<IpRange>,
    ipv6: Vec<Ipv6Range>,
    pairs: Vec<UserIdGroupPair>,
}

impl PortGroup {
    fn of(permission: &Permission) -> PortGroup {
        PortGroup {
            protocol: permission.protocol.clone(),
            from_port: permission.from_port,
            to_port: permission.to_port,
            ipv4: Vec::new(),
            ipv6: Vec::new(),
            pairs: Vec::new(),
        }
    }

    fn holds(&self, permission: &Permission) -> bool {
        (&self.protocol, self.from_port, self.to_port) == (&permission.protocol, permission.from_port, permission.to_port)
    }

    fn add(&mut self, call: &Call<'_>, peer: &Peer, description: Option<String>) {
        match peer {
            Peer::Ipv4(net) => self.ipv4.push(IpRange::builder().cidr_ip(net.to_string()).set_description(description).build()),
            Peer::Ipv6(net) => self.ipv6.push(Ipv6Range::builder().cidr_ipv6(net.to_string()).set_description(description).build()),
            Peer::Group(group) => {
                let pair = UserIdGroupPair::builder().group_id(group).user_id(call.account()).set_description(description);
                self.pairs.push(pair.build());
            }
        }
    }

    fn into_sdk(self) -> IpPermission {
        IpPermission::builder()
            .ip_protocol(self.protocol)
            .set_from_port(self.from_port)
            .set_to_port(self.to_port)
            .set_ip_ranges(Some(self.ipv4))
            .set_ipv6_ranges(Some(self.ipv6))
            .set_user_id_group_pairs(Some(self.pairs))
            .set_prefix_list_ids(Some(Vec::new()))
            .build()
    }
}

fn read_group(call: &Call<'_>, vpc: &str, pair: &UserIdGroupPair) -> Result<String, Refusal> {
    if pair.group_id().is_none() && pair.group_name().is_some() {
        // EC2 API Reference, UserIdGroupPair: a group of a nondefault VPC is named by its id.
        return Err(Refusal::value("The security group of a nondefault VPC must be named by its ID"));
    }
    let group: SecurityGroup = call.named(pair.group_id(), "groupId")?;
    if group.vpc != vpc {
        let message = "You have specified two resources that belong to different networks.";
        return Err(Refusal::new("InvalidGroup.NotFound", message));
    }
    Ok(group.id)
}

fn read_ports(permission: &IpPermission) -> Result<(String, Option<i32>, Option<i32>), Refusal> {
    let text = permission.ip_protocol().ok_or_else(|| Refusal::missing("ipProtocol"))?.to_ascii_lowercase();
    // EC2 API Reference, IpPermission: a name or a number; the four with names come back by name.
    let protocol = match text.as_str() {
        "tcp" | "6" => "tcp",
        "udp" | "17" => "udp",
        "icmp" | "1" => "icmp",
        "icmpv6" | "58" => "icmpv6",
        "-1" | "all" => "-1",
        number if number.parse::<u8>().is_ok() => number,
        unknown => return Err(Refusal::value(format!("Invalid value '{unknown}' for IP protocol. Unknown protocol."))),
    };
    let (from, to) = (permission.from_port, permission.to_port);
    match protocol {
        "tcp" | "udp" => {
            let (Some(from), Some(to)) = (from, to) else {
                return Err(Refusal::value("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange."));
            };
            if !(0..=65535).contains(&from) || !(0..=65535).contains(&to) || from > to {
                return Err(Refusal::value(format!("Invalid TCP/UDP port range ({from}:{to})")));
            }
            Ok((protocol.to_owned(), Some(from), Some(to)))
        }
        "icmp" | "icmpv6" => {
            let (from, to) = (from.unwrap_or(-1), to.unwrap_or(-1));
            if !(-1..=255).contains(&from) || !(-1..=255).contains(&to) {
                return Err(Refusal::value(format!("ICMP code ({to}) or type ({from}) out of range")));
            }
            Ok((protocol.to_owned(), Some(from), Some(to)))
        }
        // EC2 API Reference, IpPermission: other protocols allow all ports, whatever is asked.
        _ => Ok((protocol.to_owned(), None, None)),
    }
}

fn read_cidr<N: std::str::FromStr>(text: Option<&str>) -> Result<N, Refusal> {
    let text = text.ok_or_else(|| Refusal::missing("cidrIp"))?;
    text.parse().map_err(|_| Refusal::value(format!("CIDR block {text} is malformed")))
}

/// Checks a rule's description (EC2 API Reference, `IpRange`: up to 255 characters of a closed set).
pub(crate) fn read_description(text: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(character);
    if text.len() > 255 || !text.chars().all(is_allowed) {
        return Err(Refusal::value(
            "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set: a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
        ));
    }
    Ok(Some(text.to_owned()))
}
