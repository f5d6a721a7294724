use aws_sdk_ec2::operation::create_network_acl_entry::{CreateNetworkAclEntryInput, CreateNetworkAclEntryOutput};
use aws_sdk_ec2::operation::delete_network_acl_entry::{DeleteNetworkAclEntryInput, DeleteNetworkAclEntryOutput};
use aws_sdk_ec2::operation::replace_network_acl_entry::{ReplaceNetworkAclEntryInput, ReplaceNetworkAclEntryOutput};
use aws_sdk_ec2::types::{IcmpTypeCode, NetworkAclEntry, PortRange, RuleAction};
use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use super::NetworkAcl;
use super::vpc::parse_cidr;
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// One entry of a network ACL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) is_egress: bool,
    pub(crate) number: i32,
    /// The protocol's number; `-1` for all.
    pub(crate) protocol: String,
    pub(crate) cidr: Ipv4Net,
    /// The ports; for ICMP type and code.
    pub(crate) ports: Option<(i32, i32)>,
    pub(crate) is_allowed: bool,
}

impl Entry {
    /// The number of the closing refusal, which a console shows as an asterisk.
    pub(crate) const CLOSING: i32 = 32767;

    /// An entry about everything from and to everywhere.
    pub(crate) fn of_all(is_egress: bool, number: i32, action: RuleAction) -> Entry {
        let is_allowed = action == RuleAction::Allow;
        Entry { is_egress, number, protocol: "-1".to_owned(), cidr: Ipv4Net::default(), ports: None, is_allowed }
    }

    fn is_icmp(&self) -> bool {
        self.protocol == "1"
    }

    fn action(&self) -> RuleAction {
        if self.is_allowed { RuleAction::Allow } else { RuleAction::Deny }
    }

    pub(crate) fn to_sdk(&self) -> NetworkAclEntry {
        let entry = NetworkAclEntry::builder()
            .egress(self.is_egress)
            .rule_number(self.number)
            .protocol(&self.protocol)
            .rule_action(self.action())
            .cidr_block(self.cidr.to_string());
        match self.ports {
            Some((from, to)) if self.is_icmp() => entry.icmp_type_code(IcmpTypeCode::builder().r#type(from).code(to).build()).build(),
            Some((from, to)) => entry.port_range(PortRange::builder().from(from).to(to).build()).build(),
            None => entry.build(),
        }
    }

    /// The value of a filter's property, such as `entry.cidr`.
    pub(crate) fn property(&self, name: &str) -> Option<String> {
        let icmp = self.ports.filter(|_| self.is_icmp());
        match name {
            "entry.cidr" => Some(self.cidr.to_string()),
            "entry.egress" => Some(self.is_egress.to_string()),
            "entry.protocol" => Some(self.protocol.clone()),
            "entry.rule-action" => Some(self.action().as_str().to_owned()),
            "entry.rule-number" => Some(self.number.to_string()),
            "entry.icmp.type" => icmp.map(|(kind, _)| kind.to_string()),
            "entry.icmp.code" => icmp.map(|(_, code)| code.to_string()),
            _ => None,
        }
    }
}

/// What `CreateNetworkAclEntry` and `ReplaceNetworkAclEntry` both carry.
struct Wanted<'a> {
    egress: Option<bool>,
    number: Option<i32>,
    protocol: Option<&'a str>,
    action: Option<&'a RuleAction>,
    cidr: Option<&'a str>,
    has_ipv6: bool,
    icmp: Option<&'a IcmpTypeCode>,
    ports: Option<&'a PortRange>,
}

impl Wanted<'_> {
    fn read(&self) -> Result<Entry, Refusal> {
        if self.has_ipv6 {
            return Err(Refusal::unsimulated("Ipv6CidrBlock"));
        }
        let number = checked_number(self.number)?;
        let protocol = checked_protocol(self.protocol)?;
        let ports = match (protocol.as_str(), self.ports, self.icmp) {
            ("6" | "17", None, _) => return Err(Refusal::missing("portRange")),
            ("6" | "17", Some(range), _) => Some(checked_ports(range)?),
            ("1", _, None) => return Err(Refusal::missing("icmpTypeCode")),
            ("1", _, Some(icmp)) => Some((icmp.r#type.unwrap_or(-1), icmp.code.unwrap_or(-1))),
            // EC2 API Reference, CreateNetworkAclEntry: other protocols allow all ports, whatever is asked.
            _ => None,
        };
        let is_allowed = match self.action.ok_or_else(|| Refusal::missing("ruleAction"))? {
            RuleAction::Allow => true,
            RuleAction::Deny => false,
            other => return Err(Refusal::value(format!("Value ({}) for parameter ruleAction is invalid.", other.as_str()))),
        };
        let is_egress = self.egress.ok_or_else(|| Refusal::missing("egress"))?;
        Ok(Entry { is_egress, number, protocol, cidr: parse_cidr(self.cidr, "cidrBlock")?, ports, is_allowed })
    }
}

/// EC2 API Reference, `CreateNetworkAclEntry`: 1 to 32766; 32767 to 65535 are AWS's.
fn checked_number(number: Option<i32>) -> Result<i32, Refusal> {
    let number = number.ok_or_else(|| Refusal::missing("ruleNumber"))?;
    if !(1..Entry::CLOSING).contains(&number) {
        return Err(Refusal::value(format!("Value ({number}) for parameter ruleNumber is invalid. The rule number is out of range.")));
    }
    Ok(number)
}

/// EC2 API Reference, `CreateNetworkAclEntry`: a protocol is a number, `-1` for all.
fn checked_protocol(text: Option<&str>) -> Result<String, Refusal> {
    let text = text.ok_or_else(|| Refusal::missing("protocol"))?;
    if text != "-1" && text.parse::<u8>().is_err() {
        return Err(Refusal::value(format!("Invalid value '{text}' for IP protocol. Unknown protocol.")));
    }
    Ok(text.to_owned())
}

fn checked_ports(range: &PortRange) -> Result<(i32, i32), Refusal> {
    let (Some(from), Some(to)) = (range.from, range.to) else { return Err(Refusal::missing("portRange")) };
    if !(0..=65535).contains(&from) || !(0..=65535).contains(&to) || from > to {
        return Err(Refusal::value(format!("Invalid TCP/UDP port range ({from}:{to})")));
    }
    Ok((from, to))
}

fn missing(acl: &str, number: i32) -> Refusal {
    Refusal::new("InvalidNetworkAclEntry.NotFound", format!("The rule number '{number}' does not exist in network ACL '{acl}'."))
}

/// `CreateNetworkAclEntry`.
pub(crate) fn create(call: &mut Call<'_>, input: &CreateNetworkAclEntryInput) -> Result<CreateNetworkAclEntryOutput, Refusal> {
    let mut acl: NetworkAcl = call.named(input.network_acl_id(), "networkAclId")?;
    let entry = Wanted {
        egress: input.egress,
        number: input.rule_number,
        protocol: input.protocol(),
        action: input.rule_action(),
        cidr: input.cidr_block(),
        has_ipv6: input.ipv6_cidr_block.is_some(),
        icmp: input.icmp_type_code(),
        ports: input.port_range(),
    }
    .read()?;
    let same_way = || acl.entries.iter().filter(|present| present.is_egress == entry.is_egress);
    if same_way().any(|present| present.number == entry.number) {
        let message = format!("The network acl entry identified by {} already exists.", entry.number);
        return Err(Refusal::new("NetworkAclEntryAlreadyExists", message));
    }
    if same_way().count() >= call.options().quotas.entries_per_network_acl {
        return Err(Refusal::new("NetworkAclEntryLimitExceeded", "The maximum number of network ACL entries has been reached."));
    }
    acl.entries.push(entry);
    call.put(acl);
    Ok(CreateNetworkAclEntryOutput::builder().build())
}

/// `ReplaceNetworkAclEntry`: refused for a number that is not there.
pub(crate) fn replace(call: &mut Call<'_>, input: &ReplaceNetworkAclEntryInput) -> Result<ReplaceNetworkAclEntryOutput, Refusal> {
    let mut acl: NetworkAcl = call.named(input.network_acl_id(), "networkAclId")?;
    let entry = Wanted {
        egress: input.egress,
        number: input.rule_number,
        protocol: input.protocol(),
        action: input.rule_action(),
        cidr: input.cidr_block(),
        has_ipv6: input.ipv6_cidr_block.is_some(),
        icmp: input.icmp_type_code(),
        ports: input.port_range(),
    }
    .read()?;
    let is_it = |present: &Entry| (present.is_egress, present.number) == (entry.is_egress, entry.number);
    let place = acl.entries.iter().position(is_it).ok_or_else(|| missing(&acl.id, entry.number))?;
    acl.entries[place] = entry;
    call.put(acl);
    Ok(ReplaceNetworkAclEntryOutput::builder().build())
}

/// `DeleteNetworkAclEntry`: refused for a number that is not there, and for AWS's own.
pub(crate) fn delete(call: &mut Call<'_>, input: &DeleteNetworkAclEntryInput) -> Result<DeleteNetworkAclEntryOutput, Refusal> {
    let mut acl: NetworkAcl = call.named(input.network_acl_id(), "networkAclId")?;
    let number = checked_number(input.rule_number)?;
    let is_egress = input.egress.ok_or_else(|| Refusal::missing("egress"))?;
    let place = acl.entries.iter().position(|entry| (entry.is_egress, entry.number) == (is_egress, number));
    acl.entries.remove(place.ok_or_else(|| missing(&acl.id, number))?);
    call.put(acl);
    Ok(DeleteNetworkAclEntryOutput::builder().build())
}
