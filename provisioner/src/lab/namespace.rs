use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::path::Path;

use serde::Deserialize;

use super::LabError;
use super::command::Program;

/// Where named namespaces are (ip-netns(8)).
const FOLDER: &str = "/run/netns";

/// A named network namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Namespace(String);

#[derive(Deserialize)]
struct Link {
    ifname: Option<String>,
    #[serde(default)]
    addr_info: Vec<Address>,
}

#[derive(Deserialize)]
struct Address {
    local: Option<String>,
}

impl Namespace {
    /// The namespace of a name.
    pub(super) fn named(name: impl Into<String>) -> Namespace {
        Namespace(name.into())
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        &self.0
    }

    /// Where it can be entered.
    pub(super) fn path(&self) -> String {
        format!("{FOLDER}/{}", self.0)
    }

    /// The names of this computer's namespaces that begin so.
    pub(super) fn with_prefix(prefix: &str) -> Vec<String> {
        let entries = std::fs::read_dir(FOLDER).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.filter(|name| name.starts_with(prefix)).collect()
    }

    /// Makes it where it is not there, or only half of it: a killed program may leave a name without a namespace.
    pub(super) async fn ensure(&self) -> Result<(), LabError> {
        if Path::new(&self.path()).exists() {
            if self.batch(&["link set dev lo up".to_owned()]).await.is_ok() {
                return Ok(());
            }
            self.remove().await?;
        }
        Program::new(["ip", "netns", "add", &self.0]).run().await?;
        self.batch(&["link set dev lo up".to_owned()]).await
    }

    /// Removes it with every interface in it; one that is not there is no error.
    pub(super) async fn remove(&self) -> Result<(), LabError> {
        if !Path::new(&self.path()).exists() {
            return Ok(());
        }
        Program::new(["ip", "netns", "delete", &self.0]).run().await.map(drop)
    }

    /// The names of its interfaces.
    pub(super) async fn links(&self) -> Result<BTreeSet<String>, LabError> {
        let text = Program::new(["ip", "-n", &self.0, "-j", "link", "show"]).run().await?;
        Ok(read(&text).into_iter().filter_map(|link| link.ifname).collect())
    }

    /// Gives iproute2 commands to it, one a line, in order.
    pub(super) async fn batch(&self, lines: &[String]) -> Result<(), LabError> {
        Program::new(["ip", "-n", &self.0, "-batch", "-"]).input(lines.join("\n") + "\n").run().await.map(drop)
    }

    /// Sets kernel parameters in it (`net.ipv4.ip_forward=1`).
    pub(super) async fn set(&self, parameters: &[String]) -> Result<(), LabError> {
        let words = ["ip", "netns", "exec", &self.0, "sysctl", "-q", "-w"].map(str::to_owned);
        Program::new(words.into_iter().chain(parameters.iter().cloned())).run().await.map(drop)
    }

    /// Loads rules into it, all or none (nft(8), `-f`).
    pub(super) async fn load(&self, rules: &str) -> Result<(), LabError> {
        Program::new(["ip", "netns", "exec", &self.0, "nft", "-f", "-"]).input(rules).run().await.map(drop)
    }
}

/// A pair of interfaces, each in its namespace, that are one wire.
pub(super) async fn wire(mtu: u32, one: (&Namespace, &str), other: (&Namespace, &str)) -> Result<(), LabError> {
    let mtu = mtu.to_string();
    let ((left, left_name), (right, right_name)) = (one, other);
    let first = ["ip", "link", "add", left_name, "mtu", &mtu, "netns", left.name(), "type", "veth"];
    let second = ["peer", "name", right_name, "mtu", &mtu, "netns", right.name()];
    Program::new(first.into_iter().chain(second)).run().await.map(drop)
}

/// The names and IPv4 addresses of the interfaces in this computer's own namespace.
pub(super) async fn of_this_computer() -> Result<Vec<(String, Vec<Ipv4Addr>)>, LabError> {
    let text = Program::new(["ip", "-4", "-j", "address", "show"]).run().await?;
    let links = read(&text).into_iter().filter_map(|link| {
        let addresses = link.addr_info.iter().filter_map(|address| address.local.as_ref()?.parse().ok()).collect();
        Some((link.ifname?, addresses))
    });
    Ok(links.collect())
}

fn read(text: &str) -> Vec<Link> {
    // Where there is no interface iproute2 writes nothing, or an empty object.
    serde_json::from_str(text).unwrap_or_default()
}
