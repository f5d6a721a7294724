use std::time::Duration;

use tokio::time::Instant;

use crate::engine::apply::Step;
use crate::engine::retry::{PATIENCE, VISIBILITY};
use crate::engine::{Failure, StepPhase};
use crate::model::{Attributes, Observed, RemoteId, Schema, Status, Tags, Value};
use crate::plan::{Difference, differences, tag_differences};
use crate::provider::{Depth, ErrorKind, ProviderError, Update};

/// How often an update may be repeated before the object counts as one that does not settle.
const UPDATES: usize = 40;

/// How long an answer may show an older version of an object.
const CONSISTENCY: Duration = Duration::from_secs(60);

/// What an object shall become.
#[derive(Debug)]
pub(super) struct Goal<'g> {
    pub(super) schema: &'static Schema,
    pub(super) attributes: &'g Attributes,
    pub(super) tags: &'g Tags,
    /// The tags it had when it settled last; those of ours that are no longer wanted go.
    pub(super) recorded_tags: Option<&'g Tags>,
}

impl Goal<'_> {
    /// What still differs; what only a new object could have is the planner's business and counts here as well.
    fn differences(&self, observed: &Observed, depth: Depth) -> Vec<Difference> {
        let mut found = differences(self.schema, self.attributes, &observed.attributes, depth);
        // Tags that a fast list does not show are taken for right, like attributes.
        let shows_tags = depth == Depth::Full || !observed.tags.is_empty();
        if self.schema.is_taggable && shows_tags {
            found.extend(tag_differences(self.tags, &observed.tags, self.recorded_tags));
        }
        found
    }
}

impl Step<'_, '_> {
    /// Watches the object until it is usable and as wanted, updating it as long as it is not.
    ///
    /// Ends with [`ErrorKind::TokenSpent`] when the object is listed as deleted: somebody deleted it, or the token was answered with an older one.
    pub(super) async fn settle(
        &self,
        goal: &Goal<'_>,
        id: Option<&RemoteId>,
        started: Instant,
        expected: Duration,
    ) -> Result<Observed, Failure> {
        let deadline = self.deadline(started, expected);
        // Only a list that begins after the answer must show what was made.
        let mut since = self.now();
        let mut updates = 0;
        // Reads per object are left for the end: most looks only wait for the cloud's own word.
        let mut depth = if self.details { Depth::Fast } else { Depth::Full };
        let mut last = "not visible yet".to_owned();
        loop {
            let listed = match id.filter(|_| depth == Depth::Full && self.details) {
                Some(id) => self.look(goal.schema.listed_by, id, since).await?,
                None => self.list(goal.schema.listed_by, since, depth).await?,
            };
            let found =
                listed.iter().find(|observed| self.is_mine(observed) && observed.is_live() && id.is_none_or(|id| *id == observed.id));
            if found.is_none() && listed.iter().any(|observed| Some(&observed.id) == id && !observed.is_live()) {
                return Err(ProviderError::new(ErrorKind::TokenSpent, "Describe", "the object was deleted").into());
            }
            match found.map(|observed| (observed, &observed.status)) {
                None if started.elapsed() > self.executor.pace.scale(VISIBILITY) + expected => {
                    return Err(self.too_late(started, "the cloud does not show it".to_owned()));
                }
                None => self.phase(StepPhase::Waiting("not visible yet".to_owned())),
                Some((_, Status::Failed { reason })) => {
                    return Err(Failure::Terminal { address: self.node.address.clone(), reason: reason.clone() });
                }
                Some((_, Status::Pending { phase })) => {
                    last.clone_from(phase);
                    self.phase(StepPhase::Waiting(phase.clone()));
                }
                Some((observed, _)) => {
                    let missing = goal.differences(observed, depth);
                    if missing.is_empty() && depth == Depth::Full {
                        return Ok(observed.clone());
                    }
                    if missing.is_empty() {
                        depth = Depth::Full;
                        continue;
                    }
                    last = words(&missing);
                    updates += 1;
                    // What no update can change may be a stale answer; it is not waited for long.
                    let is_final = missing.iter().all(|difference| difference.forces_replacement);
                    if updates > UPDATES || (is_final && started.elapsed() > self.executor.pace.scale(CONSISTENCY) + expected) {
                        return Err(self.too_late(started, last));
                    }
                    let stale_tags =
                        missing.iter().filter(|found| found.after == Value::Null).filter_map(Difference::tag).map(str::to_owned).collect();
                    let request = Update { observed, attributes: goal.attributes, tags: goal.tags, stale_tags: &stale_tags };
                    self.call(|calls| self.resource_type.update(request.clone(), calls)).await?;
                    since = self.now();
                    if updates == 1 {
                        // What it does at once is seen at once.
                        continue;
                    }
                }
            }
            if Instant::now() > deadline {
                return Err(self.too_late(started, last));
            }
            self.pause(started, expected).await?;
            since = self.now();
        }
    }

    /// Watches until the object is gone.
    pub(super) async fn wait_gone(&self, schema: &'static Schema, id: &RemoteId, started: Instant) -> Result<(), Failure> {
        let expected = schema.typical.delete;
        let deadline = self.deadline(started, expected);
        let mut since = self.now();
        loop {
            let listed = self.list(schema.listed_by, since, Depth::Fast).await?;
            let left = listed.iter().find(|observed| self.is_mine(observed) && observed.id == *id && observed.status != Status::Gone);
            let Some(left) = left else { return Ok(()) };
            let word = if left.status == Status::Deleting { "deleting" } else { "still there" };
            self.phase(StepPhase::Waiting(word.to_owned()));
            if Instant::now() > deadline {
                return Err(self.too_late(started, word.to_owned()));
            }
            self.pause(started, expected).await?;
            since = self.now();
        }
    }

    /// Whether the cloud still shows the object.
    pub(super) async fn is_there(&self, schema: &'static Schema, id: &RemoteId) -> Result<bool, Failure> {
        let listed = self.list(schema.listed_by, self.now(), Depth::Fast).await?;
        Ok(listed.iter().any(|observed| self.is_mine(observed) && observed.id == *id && observed.status != Status::Gone))
    }

    fn deadline(&self, started: Instant, expected: Duration) -> Instant {
        // A rehearsal's time is short, but its process needs real time all the same.
        started + self.executor.pace.scale(expected * 10 + PATIENCE).max(Duration::from_secs(60))
    }

    fn too_late(&self, started: Instant, last: String) -> Failure {
        Failure::Deadline { address: self.node.address.clone(), waited_seconds: started.elapsed().as_secs(), last }
    }
}

/// What still differs, with both values, as far as they fit.
fn words(missing: &[Difference]) -> String {
    let show = |value: &Value| {
        let text = serde_json::to_string(value).expect("a value is plain data");
        if text.chars().count() > 60 { format!("{}…", text.chars().take(60).collect::<String>()) } else { text }
    };
    let each = missing.iter().map(|found| format!("{} is {} and should be {}", found.attribute, show(&found.before), show(&found.after)));
    each.collect::<Vec<_>>().join("; ")
}
