use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use provisioner::aws::{Connection, Lookup, registry};
use provisioner::config::{Configuration, Project};
use provisioner::desired::{self, Lookups, PinnedImage};
use provisioner::engine::{Executor, Interrupt, Outcome, Pace, Silent, await_unknown, observe};
use provisioner::model::{Catalogue, ResourceAddress, Scope};
use provisioner::plan::{ApprovedPlan, DesiredState, Observations, Plan, PlanInput, PlanOptions, drift, plan};
use provisioner::provider::{Depth, Registry};
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

impl World {
    /// An environment of the repository, after `edit` has changed its files' texts.
    pub async fn new(environment: &str, faults: Faults, edit: impl Fn(String) -> String) -> Self {
        let options = options(faults);
        Self::within(environment, options.clone(), edit, |_| Sandbox::in_memory(options)).await
    }

    /// The same in a cloud that allows these actions and no others; [`World::outside`] is allowed everything.
    pub async fn allowed(environment: &str, edit: impl Fn(String) -> String, actions: BTreeSet<String>) -> Self {
        let everything = options(Faults::none());
        let options = SandboxOptions { permissions: Some(Arc::new(actions)), ..everything.clone() };
        Self::within(environment, everything, edit, |folder| Sandbox::open(&folder.join("sandbox"), options).unwrap()).await
    }

    /// The same cloud for somebody else, where it is one of [`World::allowed`].
    pub fn outside(&self) -> Sandbox {
        Sandbox::open(&self.folder.path().join("sandbox"), self.options.clone()).unwrap()
    }

    async fn within(
        environment: &str,
        options: SandboxOptions,
        edit: impl Fn(String) -> String,
        open: impl FnOnce(&Path) -> Sandbox,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        std::fs::create_dir(folder.path().join("environments")).unwrap();
        for file in ["provision.toml", "environments/prod.toml", "environments/dev.toml"] {
            let text = std::fs::read_to_string(repository.join(file)).unwrap();
            std::fs::write(folder.path().join(file), edit(text)).unwrap();
        }
        let (project, _) = Project::find(Some(folder.path()), folder.path());
        let project = project.unwrap();
        let (configuration, report) = Configuration::load(&project, environment);
        let Configuration { environment, blueprints } = configuration.unwrap_or_else(|| panic!("{report:#?}"));
        let (topology, report) = compile(&project.name, &environment, &blueprints);
        let topology = topology.unwrap_or_else(|| panic!("{report:#?}"));

        let sandbox = open(folder.path());
        let connection = Connection::new(sandbox.sdk_config("eu-west-1"), Some(sandbox.interceptor()), 1.0);
        let lookup = Lookup::new(&connection);
        let image = lookup.image("debian-13").await.unwrap();
        let pinned = PinnedImage { id: image.id, name: image.name, owner: image.owner, root_device: image.root_device };
        let lookups = Lookups {
            zones: lookup.zones().await.unwrap().names,
            public_key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4hqqDvY8cE0Yxo6u1p2dQ4yJb1bG0bq0k3sVq0m0aF".to_owned(),
            images: [("debian-13".to_owned(), pinned)].into(),
        };
        let scope = Scope { project: project.name, environment: environment.name };
        let desired = desired::compile(&topology, &lookups, &scope).unwrap_or_else(|report| panic!("{report:#?}"));
        let registry = registry(&connection);
        Self { sandbox, connection, topology, catalogue: desired::catalogue(), desired, scope, registry, options, folder }
    }

    fn store(&self) -> StateStore {
        StateStore::new(self.folder.path().join("state"), &self.scope.environment)
    }

    fn kinds(&self) -> BTreeSet<&'static str> {
        self.catalogue.iter().map(|schema| schema.listed_by).collect()
    }

    /// The environment's files as they were edited.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// What was changed outside since it was recorded.
    pub async fn drift(&self) -> BTreeSet<ResourceAddress> {
        let (observed, state) = self.read().await;
        let options = PlanOptions::default();
        drift(&self.input(&observed, state.as_ref(), &options)).into_iter().map(|drifted| drifted.address).collect()
    }

    async fn read(&self) -> (Observations, Option<StateFile>) {
        let state = self.store().read().unwrap().state;
        let mut observed = observe(&self.registry, &self.scope, &self.kinds(), Depth::Full).await.unwrap();
        if let Some(state) = &state {
            observed =
                await_unknown(&self.registry, &self.catalogue, &self.scope, state, observed, &self.kinds(), Pace::REAL).await.unwrap();
        }
        (observed, state)
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

    pub async fn plan(&self) -> Plan {
        let (observed, state) = self.read().await;
        self.plan_of(&observed, state.as_ref(), &PlanOptions::default())
    }

    pub async fn up(&self) -> Outcome {
        self.run(&PlanOptions::default()).await.1
    }

    pub async fn down(&self) -> Outcome {
        self.run(&PlanOptions { destroy: true, ..PlanOptions::default() }).await.1
    }

    /// Plans and carries the plan out.
    pub async fn run(&self, options: &PlanOptions) -> (Plan, Outcome) {
        let (observed, state) = self.read().await;
        let plan = self.plan_of(&observed, state.as_ref(), options);
        let store = self.store();
        let lock = store.lock(&Holder::this_process("test"), Duration::ZERO).unwrap();
        let journal = store.begin(&lock, state.unwrap_or_else(|| StateFile::empty("lineage".to_owned()))).unwrap();
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
        let outcome = executor.apply(&ApprovedPlan::new(plan.clone()).unwrap(), &observed).await;
        store.finish(&lock, journal).unwrap();
        (plan, outcome)
    }

    /// The addresses of the living objects that carry one, from the cloud's own table.
    pub fn addresses(&self) -> Vec<String> {
        let objects = self.sandbox.dump().unwrap();
        let mut found: Vec<String> = objects.iter().filter_map(|object| object.tags.get("provision:address").cloned()).collect();
        found.sort();
        found
    }
}
