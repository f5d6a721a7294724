use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use provisioner::aws::{Connection, Lookup, registry};
use provisioner::config::{Configuration, Project};
use provisioner::desired::{self, Lookups, PinnedImage};
use provisioner::engine::{
    Executor, Interrupt, Outcome, Pace, Silent, await_unknown, listing_kinds, observe, prefer_those_that_stay, remove_surplus,
};
use provisioner::model::{Catalogue, ResourceAddress, Scope};
use provisioner::plan::{ApprovedPlan, DesiredState, Observations, Plan, PlanInput, PlanOptions, drift, plan};
use provisioner::provider::{Depth, ProviderError, Registry};
use provisioner::sandbox::{Faults, Sandbox, SandboxOptions, TokioClock};
use provisioner::state::{Holder, StateFile, StateStore};
use provisioner::topology::{Topology, compile};

/// AWS's own durations, by tokio's clock.
fn options(faults: Faults) -> SandboxOptions {
    let clock = Arc::new(TokioClock::starting_at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)));
    SandboxOptions { clock, speed: 1.0, faults, ..SandboxOptions::default() }
}

/// One environment in a rehearsal cloud whose clock is tokio's: nothing really waits, and durations are AWS's own.
pub struct World {
    pub sandbox: Sandbox,
    pub connection: Connection,
    pub topology: Topology,
    pub catalogue: Catalogue,
    pub desired: DesiredState,
    pub scope: Scope,
    registry: Registry,
    options: SandboxOptions,
    folder: tempfile::TempDir,
}

/// The repository's own environments.
fn shipped() -> (PathBuf, [&'static str; 3]) {
    let files = ["provision.toml", "environments/prod.toml", "environments/dev.toml"];
    (PathBuf::from(env!("CARGO_MANIFEST_DIR")), files)
}

impl World {
    /// An environment of the repository, after `edit` has changed its files' texts.
    pub async fn new(environment: &str, edit: impl Fn(String) -> String) -> Self {
        let options = options(Faults::none());
        Self::of(&shipped(), environment, options.clone(), edit, |_| Sandbox::in_memory(options)).await
    }

    /// The smallest environment: one object of each way a creation is made safe to repeat.
    pub async fn small() -> Self {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("provisioner/tests/fixtures/small");
        let files = (project, ["provision.toml", "environments/small.toml", "blueprints/small/blueprint.toml"]);
        let options = options(Faults::none());
        Self::of(&files, "small", options.clone(), |text| text, |_| Sandbox::in_memory(options)).await
    }

    /// An environment of the repository in a cloud that allows these actions and no others; [`World::outside`] is allowed everything.
    pub async fn allowed(environment: &str, edit: impl Fn(String) -> String, actions: BTreeSet<String>) -> Self {
        let everything = options(Faults::none());
        let options = SandboxOptions { permissions: Some(Arc::new(actions)), ..everything.clone() };
        let open = |folder: &Path| Sandbox::open(&folder.join("sandbox"), options).unwrap();
        Self::of(&shipped(), environment, everything, edit, open).await
    }

    /// The same cloud for somebody else, where it is one of [`World::allowed`].
    pub fn outside(&self) -> Sandbox {
        Sandbox::open(&self.folder.path().join("sandbox"), self.options.clone()).unwrap()
    }

    async fn of(
        (project, files): &(PathBuf, [&str; 3]),
        environment: &str,
        options: SandboxOptions,
        edit: impl Fn(String) -> String,
        open: impl FnOnce(&Path) -> Sandbox,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let target = folder.path().join(file);
            std::fs::create_dir_all(target.parent().unwrap()).unwrap();
            std::fs::write(target, edit(std::fs::read_to_string(project.join(file)).unwrap())).unwrap();
        }
        let (project, _) = Project::find(Some(folder.path()), folder.path());
        let project = project.unwrap();
        let (configuration, report) = Configuration::load(&project, environment);
        let Configuration { environment, blueprints, .. } = configuration.unwrap_or_else(|| panic!("{report:#?}"));
        let (topology, report) = compile(&project.name, &environment, &blueprints);
        let topology = topology.unwrap_or_else(|| panic!("{report:#?}"));

        let sandbox = open(folder.path());
        let connection = connection(&sandbox);
        let lookup = Lookup::new(&connection);
        let image = lookup.image("debian-13").await.unwrap();
        let pinned = PinnedImage { id: image.id, name: image.name, owner: image.owner, root_device: image.root_device };
        let lookups = Lookups {
            zones: lookup.zones().await.unwrap().names,
            public_key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4hqqDvY8cE0Yxo6u1p2dQ4yJb1bG0bq0k3sVq0m0aF".to_owned(),
            ssh_authority: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti".to_owned(),
            images: [("debian-13".to_owned(), pinned)].into(),
        };
        let scope = Scope { project: project.name, environment: environment.name };
        let desired = desired::compile(&topology, &lookups, &scope).unwrap_or_else(|report| panic!("{report:#?}"));
        let registry = registry(&connection);
        Self { sandbox, connection, topology, catalogue: desired::catalogue(), desired, scope, registry, options, folder }
    }

    /// The same cloud, met with faults from now on.
    pub fn meet(&mut self, faults: Faults) {
        self.sandbox = self.sandbox.with_faults(faults);
        self.connection = connection(&self.sandbox);
        self.registry = registry(&self.connection);
    }

    fn store(&self) -> StateStore {
        StateStore::new(self.folder.path().join("state"), &self.scope.environment)
    }

    fn kinds(&self) -> BTreeSet<&'static str> {
        // What is installed on machines is no object of the cloud.
        self.catalogue.iter().map(|schema| schema.listed_by).filter(|kind| *kind != "host").collect()
    }

    /// The environment's files as they were edited.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// What was changed outside since it was recorded.
    pub async fn drift(&self) -> BTreeSet<ResourceAddress> {
        let (observed, state) = self.read(Depth::Full).await.unwrap();
        let options = PlanOptions::default();
        drift(&self.input(&observed, state.as_ref(), &options)).into_iter().map(|drifted| drifted.address).collect()
    }

    async fn read(&self, depth: Depth) -> Result<(Observations, Option<StateFile>), ProviderError> {
        let state = self.store().read().unwrap().state;
        let kinds = match depth {
            Depth::Full => self.kinds(),
            Depth::Fast => self.kinds_worth_listing(state.as_ref()),
        };
        let mut observed = observe(&self.registry, &self.scope, &kinds, depth).await?;
        if let Some(state) = &state {
            observed = await_unknown(&self.registry, &self.catalogue, &self.scope, state, observed, &kinds, Pace::REAL).await?;
        }
        Ok((prefer_those_that_stay(observed, state.as_ref()), state))
    }

    /// What `--fast` lists, as the command line chooses it.
    fn kinds_worth_listing(&self, state: Option<&StateFile>) -> BTreeSet<&'static str> {
        let recorded = state.iter().flat_map(|state| state.resources.keys());
        let mut kinds = listing_kinds(&self.catalogue, self.desired.keys().chain(recorded));
        kinds.extend(self.catalogue.iter().filter(|schema| schema.holds_data).map(|schema| schema.listed_by));
        kinds
    }

    fn plan_of(&self, observed: &Observations, state: Option<&StateFile>, options: &PlanOptions) -> Plan {
        plan(self.input(observed, state, options)).unwrap()
    }

    fn input<'i>(&'i self, observed: &'i Observations, recorded: Option<&'i StateFile>, options: &'i PlanOptions) -> PlanInput<'i> {
        static NOTHING_MOVED: BTreeMap<ResourceAddress, ResourceAddress> = BTreeMap::new();
        PlanInput {
            catalogue: &self.catalogue,
            scope: &self.scope,
            cloud: "sandbox",
            desired: &self.desired,
            observed,
            recorded,
            moved: &NOTHING_MOVED,
            options,
        }
    }

    /// The plan of `up`.
    pub async fn plan(&self) -> Plan {
        self.plan_at(Depth::Full).await
    }

    /// The plan of `up`, from a look of this depth.
    pub async fn plan_at(&self, depth: Depth) -> Plan {
        let (observed, state) = self.read(depth).await.unwrap();
        self.plan_of(&observed, state.as_ref(), &PlanOptions { depth, ..PlanOptions::default() })
    }

    pub async fn up(&self) -> Outcome {
        self.run(&PlanOptions::default()).await.unwrap().1
    }

    pub async fn down(&self) -> Outcome {
        self.run(&PlanOptions { destroy: true, ..PlanOptions::default() }).await.unwrap().1
    }

    /// Plans and carries the plan out, as one command does.
    ///
    /// # Errors
    /// When the cloud cannot be read; nothing was changed then.
    pub async fn run(&self, options: &PlanOptions) -> Result<(Plan, Outcome), ProviderError> {
        let (observed, state) = self.read(Depth::Full).await?;
        let plan = self.plan_of(&observed, state.as_ref(), options);
        let store = self.store();
        let lock = store.lock(&Holder::this_process("test"), Duration::ZERO).unwrap();
        let journal = store.begin(&lock, state.clone().unwrap_or_else(|| StateFile::empty("lineage".to_owned()))).unwrap();
        let executor = Executor {
            registry: &self.registry,
            catalogue: &self.catalogue,
            scope: &self.scope,
            journal: &journal,
            observer: &Silent,
            pace: Pace::REAL,
            parallelism: 20,
            interrupt: &Interrupt::default(),
        };
        remove_surplus(&executor, &observed, state.as_ref()).await.unwrap();
        let outcome = executor.apply(&ApprovedPlan::new(plan.clone()).unwrap(), &observed).await;
        store.finish(&lock, journal).unwrap();
        Ok((plan, outcome))
    }

    /// The address of the only wanted object of a kind.
    pub fn one(&self, kind: &str) -> String {
        let mut found = self.desired.keys().filter(|address| address.kind() == kind);
        let address = found.next().unwrap_or_else(|| panic!("no {kind} is wanted"));
        assert_eq!(found.next(), None, "more than one {kind} is wanted");
        address.to_string()
    }

    /// What the state says is there: ids by address.
    pub fn recorded(&self) -> BTreeMap<String, String> {
        let state = self.store().read().unwrap().state;
        let resources = state.into_iter().flat_map(|state| state.resources);
        resources.map(|(address, recorded)| (address.to_string(), recorded.id.to_string())).collect()
    }

    /// The addresses of the living objects that carry one, from the cloud's own table.
    pub fn addresses(&self) -> Vec<String> {
        let objects = self.sandbox.dump().unwrap();
        let mut found: Vec<String> = objects.iter().filter_map(|object| object.tags.get("provision:address").cloned()).collect();
        found.sort();
        found
    }
}

fn connection(sandbox: &Sandbox) -> Connection {
    Connection::new(sandbox.sdk_config("eu-west-1"), Some(sandbox.interceptor()), 1.0)
}

/// An environment's file without the protection that refuses `down`.
pub fn unprotected(text: String) -> String {
    text.replace("[databases]\n", "[databases]\ndeletion_protection = false\n")
}
