use aws_sdk_ec2::types::{IcmpTypeCode, NetworkAclEntry as Listed, PortRange, RuleAction};

use crate::aws::client::{Connection, required};
use crate::aws::error::{gone_is_success, has_code};
use crate::aws::request::{parsed, request_text};
use crate::desired::AclEntry;
use crate::provider::{Calls, ErrorKind, ProviderError};

/// The number of AWS's own closing refusal, the lowest that is not ours (EC2 `CreateNetworkAclEntry`).
pub(super) const CLOSING: i32 = 32767;

/// The protocols with a name here, and their numbers (IANA; -1 is EC2's for all).
const PROTOCOLS: [(&str, &str); 4] = [("all", "-1"), ("icmp", "1"), ("tcp", "6"), ("udp", "17")];

/// What an entry is about, in EC2's words.
struct Shape {
    protocol: &'static str,
    ports: Option<PortRange>,
    icmp: Option<IcmpTypeCode>,
    action: RuleAction,
}

impl Shape {
    fn of(operation: &'static str, entry: &AclEntry) -> Result<Self, ProviderError> {
        let named = PROTOCOLS.iter().find(|(name, _)| *name == entry.protocol);
        let Some((name, protocol)) = named else {
            let message = format!("`{}` is no protocol of a network access list", entry.protocol);
            return Err(ProviderError::new(ErrorKind::Refused, operation, message));
        };
        let both = entry.from_port.zip(entry.to_port);
        let ports = both.filter(|_| matches!(*name, "tcp" | "udp")).map(|(from, to)| PortRange::builder().from(from).to(to).build());
        let icmp = both.filter(|_| *name == "icmp").map(|(kind, code)| IcmpTypeCode::builder().r#type(kind).code(code).build());
        let action = if entry.is_allowed { RuleAction::Allow } else { RuleAction::Deny };
        Ok(Self { protocol, ports, icmp, action })
    }
}

/// An entry as a list shows it; nothing for one about IPv6, which these networks do not have.
pub(super) fn read(operation: &'static str, entry: &Listed) -> Result<Option<AclEntry>, ProviderError> {
    let Some(cidr) = entry.cidr_block() else { return Ok(None) };
    let number = required(operation, "protocol", entry.protocol())?;
    // A protocol without a name here is somebody else's entry: it is shown by its number, and differs.
    let protocol = PROTOCOLS.iter().find(|(_, known)| *known == number).map_or(number, |(name, _)| name);
    let ports = match protocol {
        "icmp" => entry.icmp_type_code().and_then(|icmp| icmp.r#type().zip(icmp.code())),
        "tcp" | "udp" => entry.port_range().and_then(|range| range.from().zip(range.to())),
        _ => None,
    };
    Ok(Some(AclEntry {
        is_egress: entry.egress().unwrap_or(false),
        number: required(operation, "ruleNumber", entry.rule_number())?,
        protocol: protocol.to_owned(),
        cidr: parsed(operation, "cidrBlock", Some(cidr))?,
        from_port: ports.map(|(from, _)| from),
        to_port: ports.map(|(_, to)| to),
        is_allowed: entry.rule_action() == Some(&RuleAction::Allow),
    }))
}

/// Adds an entry; where its number is taken by one that the list did not show yet, that one is replaced.
pub(super) async fn create(connection: &Connection, acl: &str, entry: &AclEntry, calls: &dyn Calls) -> Result<(), ProviderError> {
    const OPERATION: &str = "CreateNetworkAclEntry";
    let shape = Shape::of(OPERATION, entry)?;
    calls.intend(OPERATION, &request_text(&(acl, entry))).await?;
    let call = connection
        .ec2()
        .create_network_acl_entry()
        .network_acl_id(acl)
        .egress(entry.is_egress)
        .rule_number(entry.number)
        .protocol(shape.protocol)
        .rule_action(shape.action)
        .cidr_block(entry.cidr.to_string())
        .set_port_range(shape.ports)
        .set_icmp_type_code(shape.icmp);
    let answer = connection.call(OPERATION, call.send()).await.map(drop);
    if has_code(&answer, "NetworkAclEntryAlreadyExists") { replace(connection, acl, entry, calls).await } else { answer }
}

/// Gives an entry of the same direction and number another content.
pub(super) async fn replace(connection: &Connection, acl: &str, entry: &AclEntry, calls: &dyn Calls) -> Result<(), ProviderError> {
    const OPERATION: &str = "ReplaceNetworkAclEntry";
    let shape = Shape::of(OPERATION, entry)?;
    calls.intend(OPERATION, &request_text(&(acl, entry))).await?;
    let call = connection
        .ec2()
        .replace_network_acl_entry()
        .network_acl_id(acl)
        .egress(entry.is_egress)
        .rule_number(entry.number)
        .protocol(shape.protocol)
        .rule_action(shape.action)
        .cidr_block(entry.cidr.to_string())
        .set_port_range(shape.ports)
        .set_icmp_type_code(shape.icmp);
    connection.call(OPERATION, call.send()).await.map(drop)
}

/// Removes an entry; one that is gone already is success.
pub(super) async fn delete(connection: &Connection, acl: &str, entry: &AclEntry, calls: &dyn Calls) -> Result<(), ProviderError> {
    const OPERATION: &str = "DeleteNetworkAclEntry";
    calls.intend(OPERATION, &request_text(&(acl, entry.is_egress, entry.number))).await?;
    let call = connection.ec2().delete_network_acl_entry().network_acl_id(acl).egress(entry.is_egress).rule_number(entry.number);
    gone_is_success(connection.call(OPERATION, call.send()).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(protocol: &str, ports: Option<(i32, i32)>) -> AclEntry {
        AclEntry {
            is_egress: false,
            number: 100,
            protocol: protocol.to_owned(),
            cidr: "10.0.0.0/8".parse().expect("a network"),
            from_port: ports.map(|(from, _)| from),
            to_port: ports.map(|(_, to)| to),
            is_allowed: true,
        }
    }

    #[test]
    fn what_is_asked_for_is_what_is_read_back() {
        for wanted in [entry("all", None), entry("tcp", Some((443, 443))), entry("udp", Some((0, 65535))), entry("icmp", Some((3, 4)))] {
            let shape = Shape::of("test", &wanted).expect("a known protocol");
            let listed = Listed::builder()
                .egress(wanted.is_egress)
                .rule_number(wanted.number)
                .cidr_block(wanted.cidr.to_string())
                .protocol(shape.protocol)
                .rule_action(shape.action)
                .set_port_range(shape.ports)
                .set_icmp_type_code(shape.icmp)
                .build();
            assert_eq!(read("test", &listed).expect("well formed"), Some(wanted));
        }
    }

    #[test]
    fn a_protocol_without_a_name_is_refused_when_wanted_and_shown_when_found() {
        assert!(Shape::of("test", &entry("50", None)).is_err());
        let listed = Listed::builder().rule_number(7).cidr_block("0.0.0.0/0").protocol("50").rule_action(RuleAction::Deny).build();
        assert_eq!(read("test", &listed).expect("well formed").map(|entry| entry.protocol).as_deref(), Some("50"));
    }
}
