use std::time::Duration;

use provisioner::engine::{Executor, Interrupt, Outcome, Pace, Silent, observe};
use provisioner::model::{
    AttributeSchema, Catalogue, Effect, IdentityClass, Layer, OnChange, Reference, Resource, ResourceAddress, Schema, Scope, Tags, Typical,
    Value,
};
use provisioner::plan::{ApprovedPlan, DesiredState, Plan, PlanInput, PlanOptions, plan};
use provisioner::provider::{Depth, FakeCloud};
use provisioner::state::{Entry, Holder, StateFile, StateStore};

const KINDS: [&str; 3] = ["subnet", "volume", "vpc"];

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
    folder: tempfile::TempDir,
    catalogue: Catalogue,
    scope: Scope,
}

impl Scenario {
    pub fn new(desired: DesiredState) -> Self {
        let scope = Scope { project: "test".to_owned(), environment: "small".to_owned() };
        let folder = tempfile::tempdir().expect("a folder");
        Self { cloud: FakeCloud::default(), desired, folder, catalogue: Catalogue::new([&VPC, &SUBNET, &VOLUME]), scope }
    }

    pub fn with(self, desired: DesiredState) -> Self {
        Self { desired, ..self }
    }

    fn store(&self) -> StateStore {
        StateStore::new(self.folder.path(), "small")
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

    async fn run(&self, options: &PlanOptions, parallelism: usize) -> Outcome {
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
