use std::collections::{BTreeMap, BTreeSet};

use crate::bundle::{self, Bundle};
use crate::cli::cloud::Cloud;
use crate::cli::exit::Stop;
use crate::cli::prepare::Prepared;
use crate::cli::secrets;
use crate::cli::workspace::Workspace;
use crate::config::Configuration;
use crate::engine::observe;
use crate::hosts::{Bastion, Machine, Reach};
use crate::model::{Attributes, Observed, Resource, ResourceAddress, Scope, Status, Value};
use crate::plan::{Action, Observations, Plan, PlanOptions};
use crate::secrets::SecretName;
use crate::state::StateFile;
use crate::topology::{BASTION, Topology};
use crate::view::{ChangedText, TextsView};

/// The kind of what is installed on machines.
pub const KIND: &str = "host";

/// What every host shall have, from the files.
pub fn bundles(configuration: &Configuration, topology: &Topology) -> Result<BTreeMap<String, Bundle>, Stop> {
    let (bundles, report) = bundle::compile(topology, &configuration.environment, &configuration.software);
    bundles.ok_or_else(|| Stop::usage(report))
}

/// Tells the hosts' room who stands where, and adds what stands on them to what was observed.
pub async fn look(
    cloud: &Cloud,
    scope: &Scope,
    topology: &Topology,
    bundles: &BTreeMap<String, Bundle>,
    observed: &mut Observations,
    state: Option<&StateFile>,
    options: &PlanOptions,
) -> Result<(), Stop> {
    cloud.room.want(bundles.clone());
    cloud.room.furnish(machines(topology, observed), recorded(state), &options.enrol);
    let found = observe(&cloud.registry, scope, &BTreeSet::from([KIND]), options.depth).await?;
    observed.objects.extend(found.objects);
    Ok(())
}

fn machines(topology: &Topology, observed: &Observations) -> Vec<Machine> {
    let seen = |kind: &str, name: &str| observed.objects.get(&ResourceAddress::new(kind, name));
    let id_of = |name: &str| seen("instance", name).map(|machine| machine.id.to_string()).unwrap_or_default();
    let bastion = topology.hosts.iter().find(|(_, host)| host.role == BASTION).and_then(|(name, _)| {
        let address = seen("elastic-ip", name)?.attributes.get("public_address")?.as_text()?.to_owned();
        Some(Bastion { address, id: id_of(name) })
    });
    let machine = |(name, host): (&String, &crate::topology::Host)| Machine {
        name: name.clone(),
        id: id_of(name),
        address: host.private_address,
        is_bastion: host.role == BASTION,
        former_port: topology.access.former_port,
        is_enrolled: false,
        bastion: bastion.clone(),
    };
    topology.hosts.iter().map(machine).collect()
}

/// What was recorded of hosts, as if it were seen.
fn recorded(state: Option<&StateFile>) -> BTreeMap<ResourceAddress, Observed> {
    let recorded = state.into_iter().flat_map(|state| &state.resources).filter(|(address, _)| address.kind() == KIND);
    recorded
        .map(|(address, recorded)| {
            let observed = Observed {
                address: address.clone(),
                id: recorded.id.clone(),
                status: Status::Ready,
                attributes: recorded.attributes.clone(),
                tags: recorded.tags.clone(),
            };
            (address.clone(), observed)
        })
        .collect()
}

/// The port on which the bastion that exists was last reached, as far as it was recorded.
pub fn bastion_port(observed: &Observations, state: Option<&StateFile>) -> Option<u16> {
    let name = format!("{BASTION}-1");
    let machine = observed.objects.get(&ResourceAddress::new("instance", &name))?;
    let recorded = state?.resources.get(&ResourceAddress::new(KIND, &name))?;
    if recorded.attributes.get("machine").and_then(Value::as_text) != Some(machine.id.as_str()) {
        return None;
    }
    port_in(&recorded.attributes)
}

/// Whether the bastion was reached on the port that it is to listen on, though another one was recorded.
pub fn has_moved(observed: &Observations, topology: &Topology) -> bool {
    let bastion = observed.objects.get(&ResourceAddress::new(KIND, format!("{BASTION}-1")));
    let port = bastion.and_then(|bastion| port_in(&bastion.attributes));
    topology.access.former_port.is_some() && port == Some(topology.access.port)
}

fn port_in(attributes: &Attributes) -> Option<u16> {
    let Some(Value::Map(ssh)) = attributes.get("ssh") else { return None };
    ssh.get("port").and_then(Value::as_text)?.parse().ok()
}

/// The generations of the secrets that hosts were last given: for whoever cannot open the secrets.
pub fn generations(state: Option<&StateFile>) -> BTreeMap<String, i64> {
    let mut generations = BTreeMap::new();
    for recorded in recorded(state).values() {
        let Some(Value::Map(secrets)) = recorded.attributes.get("secrets") else { continue };
        for (name, generation) in secrets {
            if let Value::Integer(generation) = generation {
                let newest = generations.entry(name.clone()).or_insert(*generation);
                *newest = (*newest).max(*generation);
            }
        }
        let Some(Value::Map(ssh)) = recorded.attributes.get("ssh") else { continue };
        let authority = ssh.get("trusts").and_then(Value::as_text).and_then(|words| words.strip_prefix("authority ")?.parse().ok());
        generations.extend(authority.map(|generation| (SecretName::ssh_authority().to_string(), generation)));
    }
    generations
}

/// Forgets the values before the last rotation, once every host has said in this run that it has the new ones: whatever part of the
/// environment was carried out, and by whatever plan.
pub fn forget_earlier_secrets(workspace: &Workspace<'_>, prepared: &Prepared) -> Result<(), Stop> {
    let has_all = |(address, wanted): (&ResourceAddress, &Resource)| {
        let said = prepared.cloud.room.fresh(address.name());
        said.is_some_and(|said| ["ssh", "secrets"].iter().all(|name| said.get(*name) == wanted.attributes.get(*name)))
    };
    if !prepared.desired.iter().filter(|(address, _)| address.kind() == KIND).all(has_all) {
        return Ok(());
    }
    let on_hosts = prepared.bundles.values().flat_map(Bundle::secrets).map(str::to_owned);
    let names = on_hosts.chain([SecretName::ssh_authority().to_string()]).collect();
    secrets::forget_earlier(workspace, &prepared.environment, &names)
}

/// The hosts of a part of the work: monitoring comes after the rest.
pub fn hosts_after(topology: &Topology, until: Until) -> BTreeSet<ResourceAddress> {
    let is_monitoring = |name: &String| topology.monitoring.hosts.values().any(|host| host == name);
    let is_later = |name: &&String| match until {
        Until::Infrastructure => true,
        Until::Hosts => is_monitoring(name),
        Until::Monitoring | Until::Verified => false,
    };
    topology.hosts.keys().filter(is_later).map(|name| ResourceAddress::new(KIND, name)).collect()
}

/// Whether machines are logged in to at all.
pub fn reach(until: Until) -> Reach {
    if until == Until::Infrastructure { Reach::Remember } else { Reach::Ask }
}

/// How far `up` goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Until {
    /// Networks, machines, databases, buckets, mail: no machine is logged in to
    Infrastructure,
    /// And the software of every host but those of the monitoring
    Hosts,
    /// And the monitoring hosts
    Monitoring,
    /// And the proof that everything works
    #[default]
    Verified,
}

/// Shows how files differ that a plan writes on hosts that were looked at.
pub fn tell_texts(workspace: &Workspace<'_>, prepared: &Prepared, plan: &Plan) {
    for (host, why) in prepared.cloud.room.unreachable() {
        workspace.output.message(&format!("{host} cannot be looked at and is taken for what was recorded: {why}"));
    }
    let mut files = Vec::new();
    for change in plan.changes.iter().filter(|change| change.address.kind() == KIND && change.action == Action::Update) {
        let host = change.address.name();
        let Some(bundle) = prepared.bundles.get(host) else { continue };
        let texts = prepared.cloud.room.texts(host);
        let assigned = assigned(prepared, host);
        for (path, file) in bundle.files().filter(|(_, file)| !file.content.is_secret()) {
            let after = file.content.shown(&|reference| assigned.get(&format!("{}.{}", reference.address, reference.attribute)).cloned());
            if let Some(before) = texts.get(path).filter(|before| **before != after) {
                files.push(ChangedText { host: host.to_owned(), path: path.to_owned(), before: before.clone(), after });
            }
        }
    }
    if !files.is_empty() {
        workspace.output.data(&TextsView { files: &files });
    }
}

/// What AWS assigned and is written on a host, as the host said last: an `up` may have put it there.
pub fn assigned(prepared: &Prepared, host: &str) -> BTreeMap<String, String> {
    let fresh = prepared.cloud.room.fresh(host);
    let observed = prepared.observed.objects.get(&ResourceAddress::new(KIND, host)).map(|observed| &observed.attributes);
    let Some(Value::Map(values)) = fresh.as_ref().or(observed).and_then(|attributes| attributes.get("values")) else {
        return BTreeMap::new();
    };
    values.iter().filter_map(|(name, value)| Some((name.clone(), value.as_text()?.to_owned()))).collect()
}
