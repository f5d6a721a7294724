use std::net::Ipv4Addr;
use std::path::Path;

use serde::Deserialize;

use super::LabError;
use super::command::Program;
use super::names::{Names, OUTSIDE, UPLINK};
use super::namespace::{Namespace, of_this_computer};

/// The network that the ends of uplinks are taken from: it is set apart for tests, so that nobody's network is hidden by it (RFC 2544).
const FIRST: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 0);
/// How many networks of four addresses it has.
const BLOCKS: u32 = 1 << 15;
/// The largest packets on a laboratory's wires, in bytes.
const MTU: u32 = 1500;

/// How this computer itself reaches out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WayOutside {
    /// The interface of its default route; none without one.
    pub(super) interface: Option<String>,
    /// The largest packets on it, at most 1500 bytes: a laboratory's wires take no larger ones, so that none has to be cut.
    pub(super) mtu: u32,
    /// The name server that it asks.
    pub(super) resolver: Ipv4Addr,
}

#[derive(Deserialize)]
struct Route {
    dev: Option<String>,
}

impl WayOutside {
    /// Looks how this computer reaches out.
    ///
    /// # Errors
    /// When it has no name server that a machine could ask.
    pub(super) async fn find() -> Result<WayOutside, LabError> {
        let text = Program::new(["ip", "-4", "-j", "route", "show", "default"]).run().await?;
        let routes: Vec<Route> = serde_json::from_str(&text).unwrap_or_default();
        let interface = routes.into_iter().find_map(|route| route.dev);
        let mtu = interface.as_ref().and_then(|name| std::fs::read_to_string(format!("/sys/class/net/{name}/mtu")).ok());
        let mtu = mtu.and_then(|text| text.trim().parse().ok()).unwrap_or(MTU).min(MTU);
        // systemd-resolved listens on a loopback address and writes its own servers beside.
        let files = ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"];
        let texts = files.into_iter().filter_map(|file| std::fs::read_to_string(file).ok());
        let resolver = texts.into_iter().find_map(|text| resolver(&text)).ok_or(LabError::NoResolver)?;
        Ok(WayOutside { interface, mtu, resolver })
    }
}

/// The first name server of a resolv.conf(5) that is no loopback address.
fn resolver(text: &str) -> Option<Ipv4Addr> {
    let servers = text.lines().filter_map(|line| line.trim().strip_prefix("nameserver")?.trim().parse::<Ipv4Addr>().ok());
    servers.into_iter().find(|address| !address.is_loopback())
}

/// The one wire between the VPC's namespace and this computer's own: what internet and NAT gateways are on AWS.
///
/// This computer takes nothing from it but questions to its name server, and forwards nothing into it but answers.
pub(super) async fn ensure(names: &Names, vpc: &Namespace, way: &WayOutside) -> Result<(), LabError> {
    let name = names.uplink();
    let interfaces = of_this_computer().await?;
    let present = interfaces.iter().find(|(other, _)| *other == name).and_then(|(_, addresses)| addresses.first().copied());
    let (here, there) = match present {
        Some(address) => block(address),
        None => free_block(&name, &interfaces)?,
    };
    let is_whole = present.is_some() && vpc.links().await?.contains(OUTSIDE);
    if !is_whole {
        remove_link(names).await?;
        let mtu = way.mtu.to_string();
        Program::new(["ip", "link", "add", &name, "mtu", &mtu, "type", "veth", "peer", "name", OUTSIDE, "mtu", &mtu, "netns", vpc.name()])
            .run()
            .await?;
        let lines = format!("address replace {here}/30 dev {name}\nlink set dev {name} up\n");
        Program::new(["ip", "-batch", "-"]).input(lines).run().await?;
    }
    vpc.batch(&[
        format!("address replace {there}/30 dev {OUTSIDE}"),
        format!("link set dev {OUTSIDE} up"),
        format!("route replace default via {here} dev {OUTSIDE}"),
    ])
    .await?;
    Program::new(["nft", "-f", "-"]).input(rules(names, way, here)).run().await?;
    forward(&name).await?;
    match &way.interface {
        Some(interface) => forward(interface).await,
        None => Ok(()),
    }
}

/// Lets packets that come in at an interface go on. What else comes in there is as it was: the rules of this computer decide.
async fn forward(interface: &str) -> Result<(), LabError> {
    // The kernel's files take every name; sysctl(8) would read a dot in one as a separator.
    let path = format!("/proc/sys/net/ipv4/conf/{interface}/forwarding");
    match std::fs::read_to_string(&path) {
        Ok(text) if text.trim() == "1" => Ok(()),
        _ => std::fs::write(&path, "1").map_err(LabError::io("write", path)),
    }
}

/// The rules in this computer's own namespace.
fn rules(names: &Names, way: &WayOutside, here: Ipv4Addr) -> String {
    let (table, link, resolver) = (names.table(), names.uplink(), way.resolver);
    format!(
        "table ip {table}\ndelete table ip {table}\ntable ip {table} {{
  chain input {{
    type filter hook input priority 0; policy accept;
    iifname \"{link}\" ct state established,related accept
    iifname \"{link}\" ip daddr {resolver} meta l4proto {{ tcp, udp }} th dport 53 accept
    iifname \"{link}\" drop
  }}
  chain forward {{
    type filter hook forward priority 0; policy accept;
    oifname \"{link}\" ct state new drop
  }}
  chain source {{
    type nat hook postrouting priority 100; policy accept;
    ip saddr {here}/30 oifname != \"{link}\" masquerade
  }}
}}
"
    )
}

/// Removes the wire and the rules.
pub(super) async fn remove(names: &Names) -> Result<(), LabError> {
    remove_link(names).await?;
    let table = names.table();
    // The first line makes the table where there is none, so that the second never fails.
    Program::new(["nft", "-f", "-"]).input(format!("table ip {table}\ndelete table ip {table}\n")).run().await.map(drop)
}

async fn remove_link(names: &Names) -> Result<(), LabError> {
    let name = names.uplink();
    if !Path::new("/sys/class/net").join(&name).exists() {
        return Ok(());
    }
    Program::new(["ip", "link", "delete", "dev", &name]).run().await.map(drop)
}

/// This computer's and the VPC's end of the block that an address is in.
fn block(address: Ipv4Addr) -> (Ipv4Addr, Ipv4Addr) {
    let base = u32::from(address) & !3;
    (Ipv4Addr::from(base + 1), Ipv4Addr::from(base + 2))
}

/// The first block that no interface of this computer has an address in, from a place that the name decides.
fn free_block(name: &str, interfaces: &[(String, Vec<Ipv4Addr>)]) -> Result<(Ipv4Addr, Ipv4Addr), LabError> {
    let digits = name.strip_prefix(UPLINK).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or_default();
    let used: Vec<u32> = interfaces.iter().flat_map(|(_, addresses)| addresses).map(|address| u32::from(*address) & !3).collect();
    let candidates = (0..BLOCKS).map(|step| u32::from(FIRST) + ((digits.wrapping_add(step)) % BLOCKS) * 4);
    let free = candidates.into_iter().find(|base| !used.contains(base)).ok_or(LabError::NoAddress)?;
    Ok(block(Ipv4Addr::from(free)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_in_use_is_passed_over() {
        let (here, there) = free_block("plab00000001", &[]).unwrap();
        assert_eq!((here, there), (Ipv4Addr::new(198, 18, 0, 5), Ipv4Addr::new(198, 18, 0, 6)));
        let used = [("plab00000009".to_owned(), vec![here])];
        assert_eq!(free_block("plab00000001", &used).unwrap().0, Ipv4Addr::new(198, 18, 0, 9));
    }

    #[test]
    fn a_loopback_name_server_is_of_no_use() {
        assert_eq!(resolver("search lan\nnameserver 127.0.0.53\noptions edns0\n"), None);
        assert_eq!(resolver("nameserver ::1\nnameserver 192.0.2.53 \n"), Some(Ipv4Addr::new(192, 0, 2, 53)));
    }
}
