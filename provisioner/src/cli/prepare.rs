use std::collections::{BTreeMap, BTreeSet};

use crate::bundle::Bundle;
use crate::cli::cloud::Cloud;
use crate::cli::exit::{Exit, Stop};
use crate::cli::hosts;
use crate::cli::lab::settle;
use crate::cli::operator_key::OperatorKey;
use crate::cli::pins::LockFile;
use crate::cli::secrets;
use crate::cli::workspace::Workspace;
use crate::config::{Blueprint, Configuration, Environment};
use crate::desired::{self, Lookups};
use crate::engine::{await_unknown, listing_kinds, observe, prefer_those_that_stay};
use crate::hosts::Reach;
use crate::model::{Catalogue, Diagnostic, Report, ResourceAddress, Scope, TAG_COPY_OF};
use crate::plan::{DesiredState, Drifted, Observations, Plan, PlanInput, PlanOptions, drift, plan};
use crate::provider::Depth;
use crate::secrets::SecretName;
use crate::state::{StateFile, StateStore, StoredState};
use crate::topology::{Moved, Placements, Topology, Zone, compile_with};

/// Everything a command needs before it plans: what is wanted, what is there, what is remembered.
pub struct Prepared {
    /// The environment as it is written.
    pub environment: Environment,
    /// Whose objects.
    pub scope: Scope,
    /// The cloud.
    pub cloud: Cloud,
    /// What was looked up.
    pub lookups: Lookups,
    /// The environment, worked out.
    pub topology: Topology,
    /// What shall exist.
    /// What every host shall have.
    pub bundles: BTreeMap<String, Bundle>,
    /// What shall be, hosts included.
    pub desired: DesiredState,
    /// What does.
    pub observed: Observations,
    /// What the files call by another name now.
    pub moved: BTreeMap<ResourceAddress, ResourceAddress>,
    /// Where the state lives.
    pub store: StateStore,
    /// The state as read.
    pub stored: StoredState,
}

/// What a command intends, as far as reading goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// It only looks.
    Look,
    /// It will change things: what an interrupted run left unsure is waited for.
    Change,
}

impl Prepared {
    /// Reads the files, connects, reads the cloud, looks up and pins what is not pinned yet.
    ///
    /// # Errors
    /// When anything of it fails; nothing was changed in the cloud.
    pub async fn read(workspace: &Workspace<'_>, name: &str, reading: Reading, options: &PlanOptions, reach: Reach) -> Result<Self, Stop> {
        let configuration = workspace.load(name)?;
        // What the files alone can tell is told before anybody is asked for credentials.
        let wanted = compiled(workspace, &configuration, &Placements::default())?;
        let scope = workspace.scope(name);
        let wanted_bundles = hosts::bundles(&configuration, &wanted)?;
        let cloud = Cloud::connect(workspace, &configuration.environment, reach).await?;
        settle(workspace, &configuration).await?;
        let store = workspace.store(&cloud.name, name);
        let stored = store.read()?;
        let mut kinds: BTreeSet<&'static str> = match options.depth {
            Depth::Full => cloud.catalogue.iter().map(|schema| schema.listed_by).collect(),
            Depth::Fast => {
                let lookups = pinned(workspace, &cloud, &configuration, &wanted).await?;
                let desired = desired::compile(&wanted, &lookups, &scope).map_err(Stop::usage)?;
                worth_listing(&cloud.catalogue, &desired, stored.state.as_ref())
            }
        };
        // Hosts are looked at when it is known where they stand.
        kinds.remove(hosts::KIND);
        let mut observed = observe(&cloud.registry, &scope, &kinds, options.depth).await?;
        if let (Some(state), Reading::Change) = (&stored.state, reading) {
            let mut recorded = listing_kinds(&cloud.catalogue, state.resources.keys());
            recorded.remove(hosts::KIND);
            observed = await_unknown(
                &cloud.registry,
                &cloud.catalogue,
                &scope,
                state,
                observed,
                &kinds.union(&recorded).copied().collect(),
                cloud.pace,
            )
            .await?;
        }
        let mut observed = prefer_those_that_stay(observed, stored.state.as_ref());
        let placements =
            placements(&observed, &configuration.blueprints).with_bastion_port(hosts::bastion_port(&observed, stored.state.as_ref()));
        let mut topology = compiled(workspace, &configuration, &placements)?;
        let lookups = pinned(workspace, &cloud, &configuration, &topology).await?;
        let bundles = if topology == wanted { wanted_bundles } else { hosts::bundles(&configuration, &topology)? };
        hosts::look(&cloud, &scope, &topology, &bundles, &mut observed, stored.state.as_ref(), options).await?;
        // A bastion whose run was cut off may have arrived at its port.
        if hosts::has_moved(&observed, &topology) {
            topology = compiled(workspace, &configuration, &placements.with_bastion_port(None))?;
        }
        let mut desired = desired::compile(&topology, &lookups, &scope).map_err(Stop::usage)?;
        let generations =
            secrets::generations(workspace, &configuration.environment)?.unwrap_or_else(|| hosts::generations(stored.state.as_ref()));
        let authority = generations.get(SecretName::ssh_authority().as_str()).copied().unwrap_or(1);
        desired.extend(desired::hosts(&topology, &bundles, authority, &generations));
        let moved = desired::moved(&topology, &known(&observed, stored.state.as_ref()));
        Ok(Self {
            environment: configuration.environment,
            scope,
            cloud,
            lookups,
            topology,
            bundles,
            desired,
            observed,
            moved,
            store,
            stored,
        })
    }

    /// Plans.
    ///
    /// # Errors
    /// When desired objects need each other in a ring, or an option names an object that nobody knows.
    pub fn plan(&self, options: &PlanOptions) -> Result<Plan, Stop> {
        let enrolled: Vec<ResourceAddress> = options.enrol.iter().map(|host| ResourceAddress::new(hosts::KIND, host)).collect();
        self.refuse_unknown(options.targets.iter().chain(&options.replace_data).chain(&options.fresh_data).chain(&enrolled))?;
        let cloud = self.cloud.name.to_string();
        Ok(plan(self.input(&cloud, options))?)
    }

    /// What was changed outside since it was recorded.
    pub fn drift(&self) -> Vec<Drifted> {
        drift(&self.input("", &PlanOptions::default()))
    }

    fn input<'i>(&'i self, cloud: &'i str, options: &'i PlanOptions) -> PlanInput<'i> {
        PlanInput {
            catalogue: &self.cloud.catalogue,
            scope: &self.scope,
            cloud,
            desired: &self.desired,
            observed: &self.observed,
            recorded: self.stored.state.as_ref(),
            moved: &self.moved,
            options,
        }
    }

    /// Tells, with `-v`, what it cost in requests.
    pub fn tell_requests(&self, workspace: &Workspace<'_>) {
        let (reads, writes) = self.cloud.requests();
        workspace.output.detail(&format!("requests: {reads} reading, {writes} changing"));
    }

    /// Stops if an address stands for nothing: nothing would be done, and that would look like success.
    fn refuse_unknown<'a>(&self, addresses: impl Iterator<Item = &'a ResourceAddress>) -> Result<(), Stop> {
        let recorded = self.stored.state.iter().flat_map(|state| state.resources.keys());
        let known: BTreeSet<&ResourceAddress> = self.desired.keys().chain(self.observed.objects.keys()).chain(recorded).collect();
        let mut report = Report::default();
        for address in addresses.filter(|address| !known.contains(address)) {
            let diagnostic = Diagnostic::error("E0327", "no such object").note(format!("{} has no {address}", self.scope.environment));
            let text = address.to_string();
            let meant = known
                .iter()
                .map(ToString::to_string)
                .max_by(|left, right| strsim::jaro_winkler(&text, left).total_cmp(&strsim::jaro_winkler(&text, right)));
            report.push(match meant.filter(|meant| strsim::jaro_winkler(&text, meant) > 0.8) {
                Some(meant) => diagnostic.help(format!("did you mean `{meant}`?")),
                None => diagnostic.help("`provision plan -v` and `provision state list` show the addresses"),
            });
        }
        if report.is_empty() { Ok(()) } else { Err(Stop::usage(report)) }
    }

    /// Stops if the plan holds a change that is not allowed.
    ///
    /// # Errors
    /// With every refused change.
    /// Gives the hosts' room the secrets that a plan writes on hosts; what is not there yet is made.
    pub fn entrust_secrets(&self, workspace: &Workspace<'_>, plan: &Plan) -> Result<(), Stop> {
        let touched = plan.changes.iter().filter(|change| change.address.kind() == hosts::KIND);
        let bundles = touched.filter_map(|change| self.bundles.get(change.address.name()));
        let names: BTreeSet<&str> = bundles.flat_map(Bundle::secrets).collect();
        if !names.is_empty() {
            self.cloud.room.entrust(secrets::values(workspace, &self.environment, &names)?);
        }
        Ok(())
    }

    pub fn refuse_if_refused(&self, plan: &Plan) -> Result<(), Stop> {
        let mut report = Report::default();
        for change in plan.refused() {
            let Some(refusal) = &change.refusal else { continue };
            let diagnostic = Diagnostic::error("E0326", "a change is refused").note(&refusal.why).help(&refusal.instead);
            report.push(diagnostic.fact("address", &change.address));
        }
        if report.is_empty() { Ok(()) } else { Err(Stop { exit: Exit::Refused, report }) }
    }

    /// Checks in the cloud what only it knows; all problems at once.
    ///
    /// # Errors
    /// With every problem found.
    pub async fn preflight(&self) -> Result<(), Stop> {
        let report = self.cloud.preflight(&self.topology, &self.lookups.zones).await?;
        if report.has_errors() { Err(Stop { exit: Exit::Preflight, report }) } else { Ok(()) }
    }
}

/// Works an environment out; warnings are told.
///
/// # Errors
/// With every problem, if there is an error among them.
pub fn compiled(workspace: &Workspace<'_>, configuration: &Configuration, placements: &Placements) -> Result<Topology, Stop> {
    let Configuration { environment, blueprints, .. } = configuration;
    let (topology, report) = compile_with(&workspace.project.name, environment, blueprints, placements);
    topology.ok_or_else(|| Stop::usage(report))
}

/// The kinds that a fast look lists: those that are wanted or recorded, and those that hold data. What is left over of another kind,
/// and that no state knows, is seen by a full look alone.
fn worth_listing(catalogue: &Catalogue, desired: &DesiredState, state: Option<&StateFile>) -> BTreeSet<&'static str> {
    let recorded = state.iter().flat_map(|state| state.resources.keys());
    let mut kinds = listing_kinds(catalogue, desired.keys().chain(recorded));
    // A last copy is neither wanted nor recorded, and yet what is missing is made from it.
    kinds.extend(catalogue.iter().filter(|schema| schema.holds_data).map(|schema| schema.listed_by));
    kinds
}

/// Every address that something has, or had: what is there, what is recorded, what was copied.
fn known(observed: &Observations, recorded: Option<&StateFile>) -> BTreeSet<ResourceAddress> {
    let copied = observed.objects.values().filter_map(|object| object.tags.get(TAG_COPY_OF)?.parse().ok());
    let recorded = recorded.into_iter().flat_map(|state| state.resources.keys());
    observed.objects.keys().chain(recorded).cloned().chain(copied).collect()
}

/// In which zones the machines that exist stand: their subnet's name ends in the zone's letter. A machine whose role has another name
/// now stands where it stood.
fn placements(observed: &Observations, blueprints: &[Blueprint]) -> Placements {
    let moved: Vec<Moved> = blueprints.iter().flat_map(|blueprint| &blueprint.moved).map(Moved::from).collect();
    let name_now = |name: &str| moved.iter().find_map(|moved| moved.host(name)).unwrap_or_else(|| name.to_owned());
    let subnet_name = |id: &str| {
        let subnet = observed.objects.values().find(|other| other.address.kind() == "subnet" && other.id.as_str() == id)?;
        subnet.address.name().rsplit('-').next()?.parse::<Zone>().ok()
    };
    let machines = observed.objects.values().filter(|object| object.address.kind() == "instance");
    machines
        .filter_map(|machine| {
            let mut zone = None;
            machine.attributes.get("network")?.visit_texts(&mut |text| zone = zone.or_else(|| subnet_name(text)));
            Some((name_now(machine.address.name()), zone?))
        })
        .collect()
}

async fn pinned(workspace: &Workspace<'_>, cloud: &Cloud, configuration: &Configuration, topology: &Topology) -> Result<Lookups, Stop> {
    let environment = configuration.environment.name.as_str();
    let mut file = LockFile::read(&workspace.project.root, environment)?;
    let mut pins = file.pins(&cloud.name)?;
    if pins.zones.is_empty() {
        pins.zones = cloud.zones().await?;
    }
    let images: BTreeSet<&str> = topology.hosts.values().map(|host| host.image.as_str()).collect();
    for image in images {
        if !pins.images.contains_key(image) {
            pins.images.insert(image.to_owned(), cloud.image(image).await?);
        }
    }
    // A key that a colleague's machine made and pinned is the environment's key here as well.
    let pinned = Some(pins.public_key.as_str()).filter(|key| !key.is_empty());
    let named = topology.access.operator_key.as_deref().or(pinned);
    let key = OperatorKey::obtain(named, &workspace.project.root, environment)?;
    if let Some(path) = &key.made {
        let shown = path.strip_prefix(&workspace.project.root).unwrap_or(path);
        workspace
            .output
            .message(&format!("made a key for the operators: {} (keep it; [bastion] operator_key names one of your own)", shown.display()));
    }
    pins.public_key = key.public_key;
    pins.ssh_authority = secrets::ssh_authority(workspace, &configuration.environment, &pins.ssh_authority)?;
    if file.pin(&cloud.name, &pins)? {
        let shown = file.path().strip_prefix(&workspace.project.root).unwrap_or(file.path());
        workspace.output.message(&format!("pinned images, zones and keys in {}", shown.display()));
    }
    Ok(pins)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Attributes, Resource, Tags};

    #[test]
    fn a_fast_look_lists_what_is_wanted_recorded_or_holds_data() {
        let wanted = |address: &str| {
            let address: ResourceAddress = address.parse().expect("an address");
            (address.clone(), Resource { address, attributes: Attributes::new(), tags: Tags::new(), after: BTreeSet::new() })
        };
        let desired = DesiredState::from([wanted("vpc.main"), wanted("route.public-internet")]);
        let kinds = worth_listing(&desired::catalogue(), &desired, None);
        assert!(["vpc", "route-table", "volume", "snapshot"].iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
        assert!(!kinds.contains("transit-gateway-attachment") && !kinds.contains("nat-gateway"), "{kinds:?}");
    }
}
