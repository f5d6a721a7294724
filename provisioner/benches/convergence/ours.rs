//! The product as a contender: one process that reads the files, looks at every host, plans, and carries out what differs.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use provisioner::bundle::{self, Bundle};
use provisioner::config::{Configuration, Project};
use provisioner::desired;
use provisioner::engine::{Executor, Interrupt, Pace, Silent, observe};
use provisioner::hosts::{Authority, Bastion, Console, HostType, Hosts, Machine, OverSsh, Reach, Room, Route};
use provisioner::model::{Catalogue, Observed, ResourceAddress, Scope, Status, Value};
use provisioner::plan::{ApprovedPlan, DesiredState, PlanInput, PlanOptions, plan};
use provisioner::provider::{Depth, ProviderError, Registry};
use provisioner::secrets::Secret;
use provisioner::state::{Holder, StateFile, StateStore};
use provisioner::topology::{self, Topology};

use crate::direct::Direct;
use crate::run::{BASTION_PORT, Failed, HOSTS, Road, id_of};

/// The software of the benchmark; what every host gets besides is left out, because the others do not get it either.
const FOLDER: &str = "blueprints/acme";
const ENVIRONMENT: &str = "bench";
const HOST: &str = "host";

/// Makes every host what the project says.
pub async fn converge(folder: &Path, project: &Path, road: Road) -> Result<(), Failed> {
    let (topology, bundles) = worked(project)?;
    let scope = Scope { project: "convergence".to_owned(), environment: ENVIRONMENT.to_owned() };
    let store = StateStore::new(folder.join("state"), ENVIRONMENT);
    let stored = store.read()?;
    let room = Arc::new(Room::new(way(folder, road), Reach::Ask));
    room.want(bundles.clone());
    room.furnish(machines(), recorded(stored.state.as_ref()), &BTreeSet::new());
    let registry = Registry::new([Arc::new(HostType::new(room.clone())) as _]);
    let observed = observe(&registry, &scope, &BTreeSet::from([HOST]), Depth::Full).await?;
    let unreachable = room.unreachable();
    let catalogue: Catalogue = desired::catalogue();
    let desired = wanted(&topology, &bundles);
    let options = PlanOptions::default();
    let input = PlanInput {
        catalogue: &catalogue,
        scope: &scope,
        cloud: "machines",
        desired: &desired,
        observed: &observed,
        recorded: stored.state.as_ref(),
        moved: &BTreeMap::new(),
        options: &options,
    };
    let plan = plan(input).map_err(|cycle| Failed::new(cycle.to_string()))?;
    let result = if !unreachable.is_empty() {
        Err(Failed::new(format!("{unreachable:?}")))
    } else if plan.is_empty() {
        Ok(())
    } else {
        let lock = store.lock(&Holder::this_process("up"), Duration::ZERO)?;
        let journal = store.begin(&lock, stored.state.unwrap_or_else(|| StateFile::empty("bench".to_owned())))?;
        let interrupt = Interrupt::default();
        let executor = Executor {
            registry: &registry,
            catalogue: &catalogue,
            scope: &scope,
            journal: &journal,
            observer: &Silent,
            pace: Pace::REAL,
            parallelism: 20,
            interrupt: &interrupt,
        };
        let approved = ApprovedPlan::new(plan).map_err(|plan| Failed::new(format!("refused: {plan:?}")))?;
        let outcome = executor.apply(&approved, &observed).await;
        store.finish(&lock, journal)?;
        if outcome.is_complete() { Ok(()) } else { Err(Failed::new(format!("{outcome:#?}"))) }
    };
    room.hosts().close().await;
    result
}

/// The files, worked out as `provision` does it.
fn worked(root: &Path) -> Result<(Topology, BTreeMap<String, Bundle>), Failed> {
    let (project, report) = Project::find(Some(root), root);
    let project = project.ok_or_else(|| Failed::new(format!("{report:#?}")))?;
    let (configuration, report) = Configuration::load(&project, ENVIRONMENT);
    let Configuration { environment, blueprints, mut software } = configuration.ok_or_else(|| Failed::new(format!("{report:#?}")))?;
    software.software.retain(|_, software| software.folder == FOLDER);
    software.checks.clear();
    let (topology, report) = topology::compile(&project.name, &environment, &blueprints);
    let topology = topology.ok_or_else(|| Failed::new(format!("{report:#?}")))?;
    let (bundles, report) = bundle::compile(&topology, &environment, &software);
    Ok((topology, bundles.ok_or_else(|| Failed::new(format!("{report:#?}")))?))
}

/// The hosts' resources, with what a cloud would have assigned.
fn wanted(topology: &Topology, bundles: &BTreeMap<String, Bundle>) -> DesiredState {
    let mut resources = desired::hosts(topology, bundles, 1, &BTreeMap::new());
    let known: BTreeSet<ResourceAddress> = resources.keys().cloned().collect();
    for resource in resources.values_mut() {
        resource.after.retain(|address| known.contains(address));
        resource.attributes.insert("machine".to_owned(), Value::Text(id_of(resource.address.name())));
        resource.attributes.insert("bastion".to_owned(), Value::Text(HOSTS[0].1.to_owned()));
    }
    resources
}

fn machines() -> Vec<Machine> {
    let (bastion, public) = HOSTS[0];
    let machine = |(name, address): (&str, &str)| Machine {
        name: name.to_owned(),
        id: id_of(name),
        address: address.parse::<Ipv4Addr>().expect("an address"),
        is_bastion: name == bastion,
        former_port: None,
        is_enrolled: false,
        bastion: Some(Bastion { address: public.to_owned(), id: id_of(bastion) }),
    };
    HOSTS.into_iter().map(machine).collect()
}

fn recorded(state: Option<&StateFile>) -> BTreeMap<ResourceAddress, Observed> {
    let resources = state.into_iter().flat_map(|state| &state.resources);
    let observed = resources.map(|(address, recorded)| {
        let observed = Observed {
            address: address.clone(),
            id: recorded.id.clone(),
            status: Status::Ready,
            attributes: recorded.attributes.clone(),
            tags: recorded.tags.clone(),
        };
        (address.clone(), observed)
    });
    observed.collect()
}

fn way(folder: &Path, road: Road) -> Box<dyn Hosts> {
    let folder = folder.to_owned();
    let over_ssh = move || {
        let authority = folder.join("authority");
        let open = move || {
            let text = std::fs::read_to_string(&authority).expect("the benchmark made an authority");
            Ok(Authority::new(&Secret::new(text), None).expect("ssh-keygen made it"))
        };
        let route = Route { bastion_port: BASTION_PORT, datacenter: None, launcher: Vec::new(), revoked: None };
        OverSsh::new(open, route, Arc::new(Keys(folder.clone())))
    };
    match road {
        Road::Bastion => Box::new(over_ssh()),
        Road::Direct => Box::new(Direct::new(over_ssh)),
    }
}

/// What the machines' consoles show: their keys.
struct Keys(PathBuf);

#[async_trait]
impl Console for Keys {
    async fn output(&self, machine: &str) -> Result<Option<String>, ProviderError> {
        let key = std::fs::read_to_string(self.0.join(machine).join("disk/etc/ssh/ssh_host_ed25519_key.pub")).unwrap_or_default();
        Ok(Some(format!("-----BEGIN SSH HOST KEY KEYS-----\n{key}-----END SSH HOST KEY KEYS-----\n")))
    }
}
