use crate::config::load::Values;
use crate::config::load::conditions::condition;
use crate::config::syntax::nearest;
use crate::config::{Blueprint, InputValue, Link, LinkEnd, MonitoringRole, Ports, Protocol, codes};
use crate::model::Report;

/// Reads the links of a blueprint whose roles, databases and inputs are read.
pub(crate) fn links(values: &Values, blueprint: &Blueprint, report: &mut Report) -> Vec<Link> {
    values.names("links").iter().filter_map(|id| link(values, id, blueprint, report)).collect()
}

fn link(values: &Values, id: &str, blueprint: &Blueprint, report: &mut Report) -> Option<Link> {
    let path = format!("links.{id}");
    let at = |key: &str| format!("{path}.{key}");
    let when = condition(values, &path, &blueprint.inputs, report);
    let to = end(values, &at("to"), blueprint, report);
    let from = end(values, &at("from"), blueprint, report);
    let ports = ports(values, &at("ports"), report);
    let protocol = match values.text(&at("protocol"))? {
        "udp" => Protocol::Udp,
        "icmp" => Protocol::Icmp,
        _ => Protocol::Tcp,
    };
    if let Some(LinkEnd::Operators | LinkEnd::Public) = to {
        report.push(values.mark(codes::LINK_END.error(), &at("to"), "nothing of ours reaches out to them"));
    }
    if let Some(LinkEnd::Internet | LinkEnd::Database(_)) = from {
        let diagnostic = values.mark(codes::LINK_END.error(), &at("from"), "this never begins a connection");
        report.push(diagnostic.help("for a declared public port write from = \"public\""));
    }
    if to.as_ref().is_some_and(LinkEnd::is_network) && from.as_ref().is_some_and(LinkEnd::is_network) {
        report.push(values.mark(codes::LINK_END.error(), &path, "neither end is a host of ours: no rule could hold it"));
    }
    if ports.is_some_and(|ports| (ports == Ports::Echo) != (protocol == Protocol::Icmp)) {
        let diagnostic =
            values.mark(codes::LINK_PORTS.error(), &at("ports"), "`echo` goes with protocol = \"icmp\", and nothing else does");
        report.push(diagnostic);
    }
    Some(Link {
        id: id.to_owned(),
        to: to?,
        ports: ports?,
        protocol,
        from: from?,
        when,
        why: values.owned(&at("why"))?,
        requirements: values.owned_texts(&at("requirements")),
    })
}

/// The words of the closed list that are no names of a blueprint's own.
pub(crate) const WORDS: [&str; 8] =
    ["bastion", "operators", "public", "corporate", "datacenter", "every-host", "every-host-but-bastion", "internet"];

fn end(values: &Values, path: &str, blueprint: &Blueprint, report: &mut Report) -> Option<LinkEnd> {
    let text = values.text(path)?;
    let database = |name: &&str| blueprint.databases.iter().any(|database| database.name == **name);
    let found = match text {
        "bastion" => Some(LinkEnd::Bastion),
        "operators" => Some(LinkEnd::Operators),
        "public" => Some(LinkEnd::Public),
        "corporate" => Some(LinkEnd::Corporate),
        "datacenter" => Some(LinkEnd::Datacenter),
        "every-host" => Some(LinkEnd::EveryHost),
        "every-host-but-bastion" => Some(LinkEnd::EveryHostButBastion),
        "internet" => Some(LinkEnd::Internet),
        other => match other.split_once('.') {
            Some(("monitoring", name)) => MonitoringRole::from_word(name).map(LinkEnd::Monitoring),
            Some(("database", name)) => Some(name).filter(database).map(|name| LinkEnd::Database(name.to_owned())),
            _ => blueprint.role(other).map(|role| LinkEnd::Role(role.name.clone())),
        },
    };
    if found.is_none() {
        let mut known: Vec<String> = WORDS.map(str::to_owned).to_vec();
        known.extend(MonitoringRole::ALL.map(|role| format!("monitoring.{role}")));
        known.extend(blueprint.roles.iter().map(|role| role.name.clone()));
        known.extend(blueprint.databases.iter().map(|database| format!("database.{}", database.name)));
        let diagnostic = values.mark(codes::LINK_END.error(), path, "neither of the closed list nor of this blueprint");
        report.push(match nearest(text, known.iter().map(String::as_str)) {
            Some(meant) => diagnostic.help(format!("did you mean \"{meant}\"?")),
            None => diagnostic.help(format!("known ends: {}", known.join(", "))),
        });
    }
    found
}

fn ports(values: &Values, path: &str, report: &mut Report) -> Option<Ports> {
    let read = match values.input(path)? {
        InputValue::Integer(number) => u16::try_from(number).ok().filter(|port| *port > 0).map(Ports::Single).ok_or("a port is 1 to 65535"),
        InputValue::Text(text) => match text.as_str() {
            "echo" => Ok(Ports::Echo),
            "bastion-port" => Ok(Ports::BastionPort),
            "smtp-port" => Ok(Ports::SmtpPort),
            range => match range.split_once('-').map(|(first, last)| (first.parse::<u16>(), last.parse::<u16>())) {
                Some((Ok(first), Ok(last))) if 0 < first && first < last => Ok(Ports::Range(first, last)),
                Some((Ok(_), Ok(_))) => Err("a range rises from at least 1"),
                _ if range.parse::<u16>().is_ok() => Err("a single port is a number, without quotes"),
                _ => Err("expected a port, a range such as \"4000-4200\", \"echo\", \"bastion-port\" or \"smtp-port\""),
            },
        },
        InputValue::Boolean(_) => Err("a port is 1 to 65535"),
    };
    match read {
        Ok(ports) => Some(ports),
        Err(reason) => {
            report.push(values.mark(codes::LINK_PORTS.error(), path, reason));
            None
        }
    }
}
