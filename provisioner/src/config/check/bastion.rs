use crate::config::check::{Subject, network};
use crate::config::codes;
use crate::model::Report;

/// What `placement = "datacenter"` asks for, and nothing else does.
const DATACENTER_KEYS: [&str; 4] = ["datacenter_cidr", "host", "transit_gateway_id", "vpn_gateway_id"];

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let values = subject.values;
    if let Some(port) = values.number::<u16>("bastion.port")
        && port < 1024
    {
        let diagnostic = values.mark(codes::BASTION_PORT.error(), "bastion.port", "1024 to 65535, and not what scanners try first");
        report.push(diagnostic.note("MCS-12: the bastion listens on a non-standard port").help("for example 40022"));
    }
    match values.text("bastion.placement") {
        Some("datacenter") => check_datacenter(subject, report),
        Some(_) => {
            for key in DATACENTER_KEYS {
                let path = format!("bastion.{key}");
                if values.found(&path).is_some() {
                    let diagnostic =
                        values.mark(codes::CONTRADICTION.error(), &path, format!("`{key}` means nothing with placement = \"vpc\""));
                    report.push(diagnostic.help("write placement = \"datacenter\", or remove it"));
                }
            }
        }
        None => {}
    }
}

fn check_datacenter(subject: &Subject<'_>, report: &mut Report) {
    let values = subject.values;
    let is_there = |key: &str| values.found(&format!("bastion.{key}")).is_some();
    let mut missing: Vec<_> = ["datacenter_cidr", "host"].into_iter().filter(|key| !is_there(key)).collect();
    match (is_there("transit_gateway_id"), is_there("vpn_gateway_id")) {
        (false, false) => missing.push("transit_gateway_id or vpn_gateway_id"),
        (true, true) => {
            let diagnostic = values.mark(codes::CONTRADICTION.error(), "bastion.vpn_gateway_id", "there is a transit gateway already");
            report.push(
                diagnostic.help("the route to the data centre leads through one gateway: keep `transit_gateway_id` or `vpn_gateway_id`"),
            );
        }
        _ => {}
    }
    if !missing.is_empty() {
        let label = format!("it needs {}", missing.join(", "));
        report.push(values.mark(codes::DATACENTER.error(), "bastion.placement", label));
    }
    let Some(datacenter) = values.network("bastion.datacenter_cidr") else { return };
    if let Some(vpc) = values.network("network.cidr")
        && network::overlap(vpc, datacenter)
    {
        let diagnostic = values.mark(codes::OVERLAP.error(), "bastion.datacenter_cidr", format!("it overlaps the VPC's {vpc}"));
        report.push(diagnostic.note("no route could lead to the data centre"));
    }
    if !network::is_private(datacenter) && datacenter.prefix_len() < 8 {
        report.push(values.mark(codes::TOO_WIDE.error(), "bastion.datacenter_cidr", "every host would accept SSH from here"));
    }
}
