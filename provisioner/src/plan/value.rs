use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::{ResourceAddress, Scope};
use crate::plan::{Action, Change, Observations};
use crate::state::Generation;

/// The format of saved plans.
const VERSION: u32 = 1;

/// What a plan was made from; it may only be carried out while all of it still holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// The recorded state; nothing if there was none.
    pub generation: Option<Generation>,
    /// A digest of everything the cloud showed.
    pub observed: String,
}

impl Basis {
    /// The basis of a plan made from these.
    pub fn new(generation: Option<Generation>, observations: &Observations) -> Self {
        let shown: Vec<_> = observations.objects.values().chain(&observations.duplicates).collect();
        let text = serde_json::to_vec(&shown).expect("observations are plain data");
        let digest = Sha256::digest(text);
        Self { generation, observed: digest[..16].iter().map(|byte| format!("{byte:02x}")).collect() }
    }
}

/// How many objects each action concerns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// To create.
    pub create: usize,
    /// To update.
    pub update: usize,
    /// To replace.
    pub replace: usize,
    /// To delete.
    pub delete: usize,
}

/// Everything that would be done, in address order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The format's version.
    pub version: u32,
    /// Whose objects.
    pub scope: Scope,
    /// In which cloud.
    pub cloud: String,
    /// Whether everything shall go.
    pub destroy: bool,
    /// What it is limited to, with what that needs; empty for everything.
    pub targets: BTreeSet<ResourceAddress>,
    /// What it was made from.
    pub basis: Basis,
    /// What is done.
    pub changes: Vec<Change>,
    /// How many objects stay as they are.
    pub unchanged: usize,
    /// What stays on purpose although everything else goes.
    pub kept: Vec<ResourceAddress>,
    /// How long it usually takes: the longest path.
    pub expected_seconds: u64,
    /// The longest path, in order.
    pub longest_path: Vec<ResourceAddress>,
    /// Whose the ids are that differences name.
    pub names: BTreeMap<String, ResourceAddress>,
}

impl Plan {
    /// A plan of nothing yet.
    pub(super) fn new(scope: Scope, cloud: String, destroy: bool, basis: Basis) -> Self {
        Self {
            version: VERSION,
            scope,
            cloud,
            destroy,
            targets: BTreeSet::new(),
            basis,
            changes: Vec::new(),
            unchanged: 0,
            kept: Vec::new(),
            expected_seconds: 0,
            longest_path: Vec::new(),
            names: BTreeMap::new(),
        }
    }

    /// How many objects each action concerns.
    pub fn summary(&self) -> Summary {
        let count = |action| self.changes.iter().filter(|change| change.action == action).count();
        Summary {
            create: count(Action::Create),
            update: count(Action::Update),
            replace: count(Action::Replace),
            delete: count(Action::Delete),
        }
    }

    /// Whether nothing would be done in the cloud.
    pub fn is_empty(&self) -> bool {
        self.summary() == Summary::default()
    }

    /// The changes that are not allowed.
    pub fn refused(&self) -> impl Iterator<Item = &Change> + '_ {
        self.changes.iter().filter(|change| change.refusal.is_some())
    }

    /// How long the longest path usually takes.
    pub fn expected(&self) -> Duration {
        Duration::from_secs(self.expected_seconds)
    }
}

/// Proof that a person, or `--yes`, approved a plan in which nothing is refused.
#[derive(Clone, Debug)]
pub struct ApprovedPlan(Plan);

impl ApprovedPlan {
    /// Takes the approval; a plan with a refused change cannot be approved.
    ///
    /// # Errors
    /// Gives the plan back.
    pub fn new(plan: Plan) -> Result<Self, Box<Plan>> {
        if plan.refused().next().is_some() { Err(Box::new(plan)) } else { Ok(Self(plan)) }
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.0
    }
}
