use std::collections::BTreeMap;
use std::time::Duration;

use provisioner::engine::{Executor, Interrupt, Outcome, Pace, Silent, observe};
use provisioner::model::{
    AttributeSchema, Catalogue, Effect, IdentityClass, Layer, Observed, OnChange, Reference, Resource, ResourceAddress, Schema, Scope,
    TAG_COPY_OF, TAG_RETAINED, Tags, Typical, Value,
};
use provisioner::plan::{ApprovedPlan, DesiredState, Plan, PlanInput, PlanOptions, plan};
use provisioner::provider::{Depth, FakeCloud};
use provisioner::state::{Entry, Holder, StateFile, StateStore};

const KINDS: [&str; 6] = ["bucket", "copy", "database", "subnet", "volume", "vpc"];
pub const SCHEMAS: [&Schema; 6] = [&VPC, &SUBNET, &VOLUME, &BUCKET, &DATABASE, &COPY];

const fn schema(kind: &'static str, identity: IdentityClass, holds_data: bool, attributes: &'static [AttributeSchema]) -> Schema {
    Schema {
        kind,
        listed_by: kind,
        layer: Layer::Network,
        identity,
        is_taggable: true,
        holds_data,
        is_permanent: false,
        attributes,
        outlives_down: false,
        last_copy: None,
        restores_from: None,
        vanishes_with: None,
        typical: Typical::QUICK,
        permissions: &[],
    }
}

const REPLACE: OnChange = OnChange::Replace;

static VPC: Schema = schema("vpc", IdentityClass::TagOnly, false, &[AttributeSchema { name: "cidr", on_change: REPLACE }]);
static SUBNET: Schema = schema(
    "subnet",
    IdentityClass::NaturalKey,
    false,
    &[
        AttributeSchema { name: "vpc", on_change: REPLACE },
        AttributeSchema { name: "zone", on_change: REPLACE },
        AttributeSchema { name: "cidr", on_change: OnChange::Update(Effect::InPlace) },
    ],
);
static VOLUME: Schema = schema("volume", IdentityClass::ClientToken, true, &[AttributeSchema { name: "zone", on_change: REPLACE }]);

/// What outlives its environment.
static BUCKET: Schema = Schema {
    outlives_down: true,
    layer: Layer::Data,
    ..schema(
        "bucket",
        IdentityClass::NaturalKey,
        true,
        &[
            AttributeSchema { name: "rule", on_change: OnChange::Update(Effect::InPlace) },
            AttributeSchema { name: "key", on_change: OnChange::Update(Effect::InPlace) },
        ],
    )
};
/// What is made again from its last copy.
static DATABASE: Schema = Schema {
    last_copy: Some(last_copy),
    restores_from: Some("source"),
    layer: Layer::Data,
    ..schema(
        "database",
        IdentityClass::NaturalKey,
        true,
        &[
            AttributeSchema { name: "class", on_change: OnChange::Update(Effect::Reboot) },
            AttributeSchema { name: "engine", on_change: REPLACE },
            AttributeSchema { name: "deletion_protection", on_change: OnChange::Update(Effect::InPlace) },
            AttributeSchema { name: "source", on_change: OnChange::Fixed },
        ],
    )
};
static COPY: Schema = Schema { layer: Layer::Data, ..schema("copy", IdentityClass::NaturalKey, true, &[]) };

fn last_copy(observed: &Observed) -> Resource {
    let name = format!("{}-{}", observed.address.name(), observed.id.as_str().trim_start_matches("database-"));
    Resource {
        address: ResourceAddress::new("copy", name),
        attributes: [("database".to_owned(), Value::from(observed.id.as_str()))].into(),
        tags: [(TAG_RETAINED.to_owned(), "last-copy".to_owned()), (TAG_COPY_OF.to_owned(), observed.address.to_string())].into(),
        after: Default::default(),
    }
}

/// A desired object: `kind.name`, texts, and references to the ids of others.
pub fn resource(address: &str, texts: &[(&str, &str)], references: &[(&str, &str)]) -> Resource {
    let parse = |text: &str| -> ResourceAddress { text.parse().expect("an address") };
    let texts = texts.iter().map(|(name, text)| ((*name).to_owned(), Value::from(*text)));
    let references = references.iter().map(|(name, target)| ((*name).to_owned(), Value::Ref(Reference::id(parse(target)))));
    Resource { address: parse(address), attributes: texts.chain(references).collect(), tags: Tags::new(), after: Default::default() }
}

pub fn desired(resources: Vec<Resource>) -> DesiredState {
    resources.into_iter().map(|resource| (resource.address.clone(), resource)).collect()
}

/// An environment in a cloud in memory, with its state on disk.
pub struct Scenario {
    pub cloud: FakeCloud,
    desired: DesiredState,
    moved: BTreeMap<ResourceAddress, ResourceAddress>,
    folder: tempfile::TempDir,
    catalogue: Catalogue,
    scope: Scope,
}

impl Scenario {
    pub fn new(desired: DesiredState) -> Self {
        let scope = Scope { project: "test".to_owned(), environment: "small".to_owned() };
        let folder = tempfile::tempdir().expect("a folder");
        Self { cloud: FakeCloud::default(), desired, moved: BTreeMap::new(), folder, catalogue: Catalogue::new(SCHEMAS), scope }
    }

    pub fn with(self, desired: DesiredState) -> Self {
        Self { desired, ..self }
    }

    fn store(&self) -> StateStore {
        StateStore::new(self.folder.path(), "small")
    }

    /// The same environment, whose files ask for something else now.
    pub fn asking(self, desired: DesiredState, moved: &[(&str, &str)]) -> Self {
        let parse = |text: &str| -> ResourceAddress { text.parse().expect("an address") };
        Self { desired, moved: moved.iter().map(|(old, new)| (parse(old), parse(new))).collect(), ..self }
    }

    /// What is recorded, by address.
    pub fn recorded(&self) -> Vec<String> {
        let state = self.store().read().expect("readable").state.expect("written");
        state.resources.keys().map(ToString::to_string).collect()
    }

    pub fn lose_state(&self) {
        for name in ["state.json", "journal"] {
            std::fs::remove_file(self.folder.path().join(name)).expect("it was there");
        }
    }

    pub fn intents(&self) -> usize {
        self.tokens().len()
    }

    /// The token of each call that the last run announced.
    pub fn tokens(&self) -> Vec<String> {
        let records = self.store().read().expect("readable").records;
        let token = |entry| if let Entry::Started(intent) = entry { Some(intent.token.to_string()) } else { None };
        records.into_iter().filter_map(|record| token(record.entry)).collect()
    }

    async fn plan_and_observe(&self, options: &PlanOptions) -> (Plan, provisioner::plan::Observations) {
        let registry = self.cloud.registry(&KINDS);
        let observed = observe(&registry, &self.scope, &KINDS.into(), Depth::Full).await.expect("the fake lists");
        let stored = self.store().read().expect("readable");
        let input = PlanInput {
            catalogue: &self.catalogue,
            scope: &self.scope,
            cloud: "fake",
            desired: &self.desired,
            observed: &observed,
            recorded: stored.state.as_ref(),
            moved: &self.moved,
            options,
        };
        (plan(input).expect("no ring"), observed)
    }

    pub async fn plan(&self, options: &PlanOptions) -> Plan {
        self.plan_and_observe(options).await.0
    }

    pub async fn up(&self) -> Outcome {
        self.up_with(20).await
    }

    pub async fn up_with(&self, parallelism: usize) -> Outcome {
        self.run(&PlanOptions::default(), parallelism).await
    }

    pub async fn down(&self) -> Outcome {
        self.run(&PlanOptions { destroy: true, ..PlanOptions::default() }, 20).await
    }

    pub async fn run(&self, options: &PlanOptions, parallelism: usize) -> Outcome {
        let (plan, observed) = self.plan_and_observe(options).await;
        let store = self.store();
        let lock = store.lock(&Holder::this_process("test"), Duration::ZERO).expect("free");
        let state = store.read().expect("readable").state.unwrap_or_else(|| StateFile::empty("lineage".to_owned()));
        let journal = store.begin(&lock, state).expect("writable");
        let executor = Executor {
            registry: &self.cloud.registry(&KINDS),
            catalogue: &self.catalogue,
            scope: &self.scope,
            journal: &journal,
            observer: &Silent,
            pace: Pace::REAL,
            parallelism,
            interrupt: &Interrupt::default(),
        };
        let outcome = executor.apply(&ApprovedPlan::new(plan).expect("nothing refused"), &observed).await;
        store.finish(&lock, journal).expect("writable");
        outcome
    }
}
