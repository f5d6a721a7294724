use ipnet::Ipv4Net;

use crate::config::check::Subject;
use crate::config::codes;
use crate::config::load::{Item, Values};
use crate::model::{Diagnostic, Report};

/// RFC 1918.
const PRIVATE: [(std::net::Ipv4Addr, u8); 3] = [
    (std::net::Ipv4Addr::new(10, 0, 0, 0), 8),
    (std::net::Ipv4Addr::new(172, 16, 0, 0), 12),
    (std::net::Ipv4Addr::new(192, 168, 0, 0), 16),
];
/// The widest network that can be somebody's office.
const WIDEST_OFFICE: u8 = 8;

/// Whether two networks have an address in common.
pub(super) fn overlap(one: Ipv4Net, other: Ipv4Net) -> bool {
    one.contains(&other) || other.contains(&one)
}

pub(super) fn is_private(network: Ipv4Net) -> bool {
    PRIVATE.iter().any(|(address, length)| Ipv4Net::new_assert(*address, *length).contains(&network))
}

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let values = subject.values;
    let vpc = values.network("network.cidr");
    if let Some(vpc) = vpc {
        check_vpc(values, vpc, report);
    }
    if values.found("network.operator_cidrs").is_some() && values.networks("network.operator_cidrs").is_empty() {
        let diagnostic = values.mark(codes::MISSING_KEY.error(), "network.operator_cidrs", "nobody could reach the bastion");
        report.push(diagnostic.help("write the network your operators come from, for example [\"198.51.100.0/28\"]"));
    }
    for list in ["network.operator_cidrs", "network.corporate_cidrs", "network.public_cidrs", "monitoring.dashboard_cidrs"] {
        let networks = values.networks(list);
        for (index, item) in networks.iter().enumerate() {
            if list != "network.public_cidrs" {
                check_width(values, list, item, report);
            }
            // Everyone includes the VPC, which is no conflict of routes.
            if let Some(vpc) = vpc
                && item.value.prefix_len() > 0
                && overlap(vpc, item.value)
            {
                let network = item.value;
                let label =
                    if vpc.contains(&network) { format!("it lies in the VPC's {vpc}") } else { format!("the VPC's {vpc} lies in it") };
                let diagnostic = mark_item(values, list, item, codes::OVERLAP.error(), label);
                report.push(diagnostic.note("a packet from there would be answered inside the VPC"));
            }
            if networks[..index].iter().any(|earlier| earlier.value.contains(&item.value)) {
                report.push(mark_item(
                    values,
                    list,
                    item,
                    codes::OVERLAP.warning(),
                    "an earlier network of the list holds it already".to_owned(),
                ));
            }
        }
    }
}

fn mark_item(values: &Values, list: &str, item: &Item<Ipv4Net>, diagnostic: Diagnostic, label: String) -> Diagnostic {
    match &item.place {
        Some(place) => diagnostic.at(place.span(), label),
        None => values.mark(diagnostic, list, label),
    }
}

fn check_vpc(values: &Values, vpc: Ipv4Net, report: &mut Report) {
    if !is_private(vpc) {
        let diagnostic = values.mark(codes::NOT_PRIVATE.error(), "network.cidr", "somebody else's addresses");
        report.push(diagnostic.help("choose from 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16"));
    }
    if !(16..=22).contains(&vpc.prefix_len()) {
        let diagnostic =
            values.mark(codes::NETWORK_SIZE.error(), "network.cidr", format!("/{}; it has to be /16 to /22", vpc.prefix_len()));
        let wanted = vpc.prefix_len().clamp(16, 22);
        let meant = Ipv4Net::new(vpc.addr(), wanted).map(|network| network.trunc());
        report.push(match meant {
            Ok(meant) => diagnostic.help(format!("for example \"{meant}\"")),
            Err(_) => diagnostic,
        });
    }
}

fn check_width(values: &Values, list: &str, item: &Item<Ipv4Net>, report: &mut Report) {
    let network = item.value;
    if network.prefix_len() >= WIDEST_OFFICE {
        return;
    }
    let label = if network.prefix_len() == 0 { "the whole internet".to_owned() } else { format!("wider than /{WIDEST_OFFICE}") };
    let diagnostic = mark_item(values, list, item, codes::TOO_WIDE.error(), label);
    report.push(diagnostic.help("write the networks people really come from, for example [\"198.51.100.0/28\"]"));
}
