use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::cli::exit::{Exit, Stop};
use crate::cli::prepare::compiled;
use crate::cli::workspace::Workspace;
use crate::config::{Blueprint, Configuration};
use crate::state::{Entry, Record, StateStore, StoredState};
use crate::topology::{LinkStructure, Placements, Topology, structure};
use crate::view::{EnvironmentDiffView, EnvironmentListView, EnvironmentRow, RecordedIn, Unequal};

/// Lists every environment of the project with what is recorded of it; asks no cloud.
pub fn list(workspace: &Workspace<'_>) -> Result<Exit, Stop> {
    let names = workspace.project.environment_names();
    let rows: Vec<EnvironmentRow> = names.iter().map(|name| row(workspace, name)).collect();
    workspace.output.data(&EnvironmentListView { rows: &rows });
    let is_valid = rows.iter().all(|row| row.is_valid);
    Ok(if is_valid { Exit::Done } else { Exit::Usage })
}

fn row(workspace: &Workspace<'_>, name: &str) -> EnvironmentRow {
    let clouds = clouds(workspace, name);
    let (configuration, report) = Configuration::load(&workspace.project, name);
    let Some(Configuration { environment, .. }) = configuration.filter(|_| !report.has_errors()) else {
        let nothing = Vec::new;
        return EnvironmentRow {
            name: name.to_owned(),
            is_valid: false,
            class: None,
            region: None,
            account: None,
            inherits: nothing(),
            blueprints: nothing(),
            clouds,
        };
    };
    EnvironmentRow {
        name: name.to_owned(),
        is_valid: true,
        class: Some(environment.class.word().to_owned()),
        region: Some(environment.cloud.region),
        account: Some(environment.cloud.account),
        inherits: environment.inherits,
        blueprints: environment.blueprints,
        clouds,
    }
}

/// What is recorded of an environment, in every cloud that has a folder.
fn clouds(workspace: &Workspace<'_>, environment: &str) -> Vec<RecordedIn> {
    let folder = workspace.private_folder().join("state");
    let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let names: BTreeSet<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    let with_state = names.into_iter().filter(|cloud| folder.join(cloud).join(environment).join("journal").exists());
    with_state.map(|cloud| recorded_in(StateStore::new(folder.join(&cloud).join(environment), environment), cloud)).collect()
}

fn recorded_in(store: StateStore, cloud: String) -> RecordedIn {
    let Ok(StoredState { state, records }) = store.read() else {
        return RecordedIn { cloud, objects: None, command: None, ended: None, outcome: None };
    };
    let command = records.iter().rev().find_map(|record| match &record.entry {
        Entry::Run { command, .. } => Some(command.clone()),
        _ => None,
    });
    let ended = |record: &Record| match &record.entry {
        Entry::Finished { outcome } => Some((outcome.clone(), record.at)),
        _ => None,
    };
    let (outcome, ended) = records.last().and_then(ended).unzip();
    RecordedIn { cloud, objects: Some(state.map_or(0, |state| state.resources.len())), command, ended, outcome }
}

/// Compares two environments; ends with [`Exit::Changes`] where they are different architectures (MCS-41).
pub fn diff(workspace: &Workspace<'_>, one: &str, other: &str) -> Result<Exit, Stop> {
    let (of_one, of_other) = (read(workspace, one)?, read(workspace, other)?);
    let structure_of = |(_, topology): &(Configuration, Topology)| -> BTreeMap<String, String> {
        let mut structure = structure(topology);
        let links = std::mem::take(&mut structure.links);
        let json = serde_json::to_value(&structure).expect("a structure is plain data");
        let said = links.iter().map(|link| (format!("links.{}", said(link)), "there".to_owned()));
        flattened("", &json).into_iter().filter(|(path, _)| path != "links").chain(said).collect()
    };
    let settings_of = |(configuration, topology): &(Configuration, Topology)| settings(configuration, topology);
    let structure = unequal(&structure_of(&of_one), &structure_of(&of_other));
    let settings = unequal(&settings_of(&of_one), &settings_of(&of_other));
    workspace.output.data(&EnvironmentDiffView { names: [one, other], structure: &structure, settings: &settings });
    Ok(if structure.is_empty() { Exit::Done } else { Exit::Changes })
}

fn read(workspace: &Workspace<'_>, name: &str) -> Result<(Configuration, Topology), Stop> {
    let configuration = workspace.load(name)?;
    let topology = compiled(workspace, &configuration, &Placements::default())?;
    Ok((configuration, topology))
}

/// What may differ within one architecture, named as in environment files where it has a name there.
fn settings(configuration: &Configuration, topology: &Topology) -> BTreeMap<String, String> {
    let environment = &configuration.environment;
    let mut found = BTreeMap::new();
    let mut set = |path: String, value: String| {
        found.insert(path, value);
    };
    set("environment.class".to_owned(), environment.class.word().to_owned());
    set("environment.domain".to_owned(), environment.domain.clone());
    set("cloud.region".to_owned(), environment.cloud.region.clone());
    set("cloud.account".to_owned(), environment.cloud.account.clone());
    set("cloud.availability_zones".to_owned(), environment.cloud.availability_zones.to_string());
    set("network.cidr".to_owned(), environment.network.cidr.to_string());
    set("network.nat_gateways".to_owned(), topology.network.nat_gateways.len().to_string());
    set("bastion.port".to_owned(), topology.access.port.to_string());
    let versions: Vec<String> = topology.environment.blueprints.iter().map(|(name, version)| format!("{name} {version}")).collect();
    let shown = versions.into_iter().filter(|text| !text.starts_with(&format!("{} ", Blueprint::BASE))).collect::<Vec<_>>();
    set("environment.blueprints".to_owned(), shown.join(", "));
    for (name, value) in &environment.inputs {
        set(format!("inputs.{name}"), value.to_string());
    }
    for (key, value) in &environment.tags {
        set(format!("tags.{key}"), value.clone());
    }
    let roles: BTreeSet<&str> = topology.hosts.values().map(|host| host.role.as_str()).collect();
    for role in roles {
        set(format!("nodes.{role}.count"), topology.hosts_of(role).count().to_string());
        if let Some(host) = topology.hosts_of(role).next() {
            set(format!("nodes.{role}.instance_type"), host.instance_type.clone());
            set(format!("nodes.{role}.root_volume_gib"), host.root_volume_gib.to_string());
            if let Some(size) = host.data_volume_gib {
                set(format!("nodes.{role}.data_volume_gib"), size.to_string());
            }
        }
    }
    let parts = [
        ("databases", serde_json::to_value(&topology.databases)),
        ("monitoring", serde_json::to_value(&topology.monitoring)),
        ("alerting", serde_json::to_value(&topology.mail)),
        ("backup", serde_json::to_value(&topology.backup)),
    ];
    for (name, json) in parts {
        found.extend(flattened(name, &json.expect("a topology is plain data")));
    }
    found
}

/// Every leaf by its dotted path; what a list holds counts, and not in which order.
fn flattened(path: &str, json: &Json) -> BTreeMap<String, String> {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match json {
        Json::Object(members) => members.iter().flat_map(|(name, member)| flattened(&below(name), member)).collect(),
        Json::Array(items) if items.iter().all(|item| item.is_object()) => {
            items.iter().map(|item| (below(&sentence(item)), "there".to_owned())).collect()
        }
        Json::Array(items) => BTreeMap::from([(path.to_owned(), items.iter().map(text).collect::<Vec<_>>().join(", "))]),
        Json::Null => BTreeMap::new(),
        value => BTreeMap::from([(path.to_owned(), text(value))]),
    }
}

/// `manager 9443/tcp from lb`
fn said(link: &LinkStructure) -> String {
    let LinkStructure { destination, ports, protocol, source } = link;
    let protocol = serde_json::to_value(protocol).expect("a protocol is a word");
    format!("{destination} {ports}/{} from {source}", text(&protocol))
}

/// The members of an object in one line.
fn sentence(json: &Json) -> String {
    match json {
        Json::Object(members) => members.iter().map(|(name, value)| format!("{name} {}", sentence(value))).collect::<Vec<_>>().join(", "),
        value => text(value),
    }
}

fn text(json: &Json) -> String {
    json.as_str().map_or_else(|| json.to_string(), str::to_owned)
}

fn unequal(one: &BTreeMap<String, String>, other: &BTreeMap<String, String>) -> Vec<Unequal> {
    let paths: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    let differing = paths.into_iter().filter(|path| one.get(*path) != other.get(*path));
    differing.map(|path| Unequal { path: path.clone(), one: one.get(path).cloned(), other: other.get(path).cloned() }).collect()
}
