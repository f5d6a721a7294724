use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::engine::calls::StepCalls;
use crate::engine::record::known_as_planned;
use crate::engine::retry::{Backoff, PATIENCE};
use crate::engine::settle::Goal;
use crate::engine::watch::{Moment, Watch};
use crate::engine::{Event, Failure, Interrupt, Observer, Outcome, Pace, StepPhase};
use crate::graph::Walk;
use crate::model::{Attributes, Catalogue, IdentityClass, Observed, RemoteId, ResourceAddress, Schema, Scope, Value};
use crate::plan::{Action, ApprovedPlan, Change, Node, Observations, Phase};
use crate::provider::{Create, Delete, Depth, ErrorKind, Look, ProviderError, Registry, ResourceType};
use crate::state::{Entry, Journal, Operation, StateFile};

/// How many tokens one creation may use up.
const TRIES: usize = 3;

/// Carries approved plans out.
pub struct Executor<'e> {
    /// The types of the cloud.
    pub registry: &'e Registry,
    /// What is known of them.
    pub catalogue: &'e Catalogue,
    /// Whose objects.
    pub scope: &'e Scope,
    /// Where intents are made durable.
    pub journal: &'e Journal,
    /// Who wants to know.
    pub observer: &'e dyn Observer,
    /// How fast the cloud's time runs.
    pub pace: Pace,
    /// How many requests may be under way at once; waiting takes no place.
    pub parallelism: usize,
    /// How a person stops it.
    pub interrupt: &'e Interrupt,
}

/// What all steps of one run share.
struct Run<'e> {
    state: StateFile,
    known: Mutex<BTreeMap<ResourceAddress, Observed>>,
    slots: Semaphore,
    watch: Watch<'e>,
}

/// One step on its way.
pub(super) struct Step<'s, 'e> {
    pub(super) executor: &'s Executor<'e>,
    pub(super) node: &'s Node,
    pub(super) resource_type: &'s Arc<dyn ResourceType>,
    /// Whether a full look at what shows the object costs a read per object.
    pub(super) details: bool,
    /// The address it had so far: as long as its tags say so, it is listed under that.
    moved_from: Option<&'s ResourceAddress>,
    run: &'s Run<'e>,
    calls: StepCalls<'s>,
}

type StepFuture<'s> = Pin<Box<dyn Future<Output = (Node, Action, Result<Option<String>, Failure>, Duration)> + Send + 's>>;

impl<'e> Executor<'e> {
    /// Carries the plan out: what is ready runs side by side, the longest path first; what waits for a failed step is skipped.
    pub async fn apply(&self, plan: &ApprovedPlan, observed: &Observations) -> Outcome {
        let plan = plan.plan();
        let changes: BTreeMap<&ResourceAddress, &Change> = plan.changes.iter().map(|change| (&change.address, change)).collect();
        let graph = plan.graph();
        let mut outcome = Outcome { total: graph.len(), ..Outcome::default() };
        if let Err(failure) = self.record_without_calls(plan.changes.iter()).await {
            outcome.failed.push((ResourceAddress::new("state", "journal"), failure));
            return outcome;
        }
        let mut walk = match Walk::new(&graph, |node| plan.expected_of(node)) {
            Ok(walk) => walk,
            Err(cycle) => {
                outcome.failed.push((ResourceAddress::new("plan", "graph"), Failure::Bug(cycle.to_string())));
                return outcome;
            }
        };
        let run = Run {
            state: self.journal.state(),
            known: Mutex::new(known_as_planned(plan, observed)),
            slots: Semaphore::new(self.parallelism.max(1)),
            watch: Watch::new(self.registry, self.scope, self.pace),
        };
        self.observer.event(&Event::Began { steps: graph.len(), expected: self.pace.scale(plan.expected()) });
        let mut running: FuturesUnordered<StepFuture<'_>> = FuturesUnordered::new();
        let mut blocked: BTreeSet<Node> = BTreeSet::new();
        let mut is_stopping = false;
        loop {
            while !self.interrupt.is_draining() {
                let Some(node) = walk.take() else { break };
                if !blocked.contains(&node) {
                    let rest = self.pace.scale(walk.remaining(&node).saturating_sub(plan.expected_of(&node)));
                    running.push(Box::pin(self.step(changes[&node.address], node, rest, &run)));
                }
            }
            let finished = tokio::select! {
                finished = running.next() => finished,
                () = self.interrupt.drained(), if !is_stopping => {
                    is_stopping = true;
                    self.observer.event(&Event::Stopping { running: running.len() });
                    continue;
                }
                () = self.interrupt.stopped() => None,
            };
            let Some((node, action, result, elapsed)) = finished else { break };
            match result {
                Ok(id) => {
                    outcome.done += 1;
                    walk.finish(&node);
                    self.observer.event(&Event::Finished { node, action, elapsed, id });
                }
                Err(Failure::Interrupted) => outcome.interrupted = true,
                Err(failure) => {
                    blocked.extend(walk.blocked_by(&node));
                    self.observer.event(&Event::Failed { node: node.clone(), diagnostic: Box::new(failure.diagnostic(&node.address)) });
                    outcome.failed.push((node.address, failure));
                }
            }
        }
        outcome.interrupted |= self.interrupt.is_draining() && outcome.done + outcome.failed.len() < outcome.total;
        for node in blocked {
            self.observer.event(&Event::Skipped { node: node.clone() });
            outcome.skipped.push(node.address);
        }
        outcome
    }

    async fn step(
        &self,
        change: &Change,
        node: Node,
        rest: Duration,
        run: &Run<'e>,
    ) -> (Node, Action, Result<Option<String>, Failure>, Duration) {
        let begun = Instant::now();
        let result = self.try_step(change, &node, rest, run).await;
        if let Err(failure) = &result
            && !matches!(failure, Failure::Interrupted)
        {
            // The journal may be what failed; the step's own failure is what is reported.
            let _ = self.journal.append(Entry::Failed { address: node.address.clone(), reason: failure.to_string() }).await;
        }
        (node, change.action, result, begun.elapsed())
    }

    async fn try_step(&self, change: &Change, node: &Node, rest: Duration, run: &Run<'e>) -> Result<Option<String>, Failure> {
        let kind = node.address.kind();
        let unknown = || Failure::Bug(format!("no type `{kind}` is registered"));
        let schema = self.catalogue.get(kind).ok_or_else(unknown)?;
        let resource_type = self.registry.get(kind).ok_or_else(unknown)?;
        let operation = match (node.phase, change.action) {
            (Phase::Delete, _) => Operation::Delete,
            (Phase::Apply, Action::Update) => Operation::Update,
            (Phase::Apply, _) => Operation::Create,
        };
        let calls = StepCalls::new(self.journal, &node.address, operation).telling(self.observer, node);
        let details = self.registry.get(schema.listed_by).is_some_and(|listing| listing.reads_details());
        let step = Step { executor: self, node, resource_type, details, moved_from: change.moved_from.as_ref(), run, calls };
        let typical = schema.typical;
        let expected = match operation {
            Operation::Create => typical.create,
            Operation::Update => typical.update,
            Operation::Delete => typical.delete,
        };
        let expected_here = self.pace.scale(expected);
        self.observer.event(&Event::Started { node: node.clone(), action: change.action, expected: expected_here, rest });
        match operation {
            Operation::Create | Operation::Update => step.bring_about(change, schema, operation, expected).await,
            Operation::Delete => step.remove(change, schema).await,
        }
    }
}

impl<'s, 'e> Step<'s, 'e> {
    async fn bring_about(
        &self,
        change: &Change,
        schema: &'static Schema,
        operation: Operation,
        expected: Duration,
    ) -> Result<Option<String>, Failure> {
        let wanted =
            change.after.as_ref().ok_or_else(|| Failure::Bug(format!("{} is to be made, but nothing says as what", change.address)))?;
        let attributes = self.resolve(&wanted.attributes)?;
        let tags = wanted.all_tags(self.executor.scope, schema);
        let started = Instant::now();
        let resources = &self.run.state.resources;
        let recorded = resources.get(&change.address).or_else(|| resources.get(change.moved_from.as_ref()?));
        let recorded_tags = recorded.map(|recorded| &recorded.tags);
        let goal = Goal { schema, attributes: &attributes, tags: &tags, recorded_tags };
        let mut tries = 0;
        let observed = loop {
            let id = match operation {
                Operation::Create => Some(self.create(schema, &attributes, &tags).await?),
                Operation::Update | Operation::Delete => change.before.as_ref().map(|before| before.id.clone()),
            };
            match self.settle(&goal, id.as_ref(), started, expected).await {
                Err(Failure::Provider(error)) if error.kind == ErrorKind::TokenSpent && operation == Operation::Create && tries < TRIES => {
                    tries += 1;
                    self.calls.spend();
                }
                result => break result?,
            }
        };
        self.executor.settle_in_record(change, &observed).await?;
        let id = observed.id.to_string();
        self.run.known.lock().expect("never poisoned: nothing panics while it is held").insert(change.address.clone(), observed);
        Ok(Some(id))
    }

    async fn create(&self, schema: &'static Schema, attributes: &Attributes, tags: &crate::model::Tags) -> Result<RemoteId, Failure> {
        let mut unknown_since = None;
        loop {
            let request = Create { address: &self.node.address, attributes, tags };
            let result = self.call_until_unknown(|calls| self.resource_type.create(request.clone(), calls)).await;
            let id = match result {
                Ok(id) => id,
                Err(Failure::Provider(error)) if error.kind == ErrorKind::Unknown => {
                    let begun = *unknown_since.get_or_insert_with(Instant::now);
                    if begun.elapsed() > self.executor.pace.scale(PATIENCE).max(Duration::from_secs(60)) {
                        return Err(error.into());
                    }
                    match self.look_for_unknown(schema).await? {
                        Some(id) => id,
                        None => {
                            self.calls.repeat();
                            continue;
                        }
                    }
                }
                Err(failure) => return Err(failure),
            };
            self.executor.journal.append(Entry::Identified { address: self.node.address.clone(), id: id.clone() }).await?;
            return Ok(id);
        }
    }

    /// The answer to a create call was lost: looks for the object by its tag where nothing else makes repeating the call safe.
    async fn look_for_unknown(&self, schema: &'static Schema) -> Result<Option<RemoteId>, Failure> {
        self.phase(StepPhase::Retrying("the answer was lost".to_owned()));
        let looks = if schema.identity == IdentityClass::TagOnly { 6 } else { 1 };
        for _ in 0..looks {
            self.wait(Duration::from_secs(5)).await?;
            if schema.identity == IdentityClass::TagOnly {
                let listed = self.list(schema.listed_by, self.now(), Depth::Fast).await?;
                if let Some(found) = listed.iter().find(|observed| observed.address == self.node.address && observed.is_live()) {
                    return Ok(Some(found.id.clone()));
                }
            }
        }
        Ok(None)
    }

    async fn remove(&self, change: &Change, schema: &'static Schema) -> Result<Option<String>, Failure> {
        let observed = change.before.as_ref().ok_or_else(|| Failure::Bug(format!("{} is to go, but was never seen", change.address)))?;
        let started = Instant::now();
        let request = Delete { observed };
        if change.vanishes_with.is_some() && !self.is_there(schema, &observed.id).await? {
            self.executor.journal.append(Entry::Removed { address: change.address.clone() }).await?;
            return Ok(Some(observed.id.to_string()));
        }
        self.call(|calls| self.resource_type.delete(request.clone(), calls)).await?;
        self.wait_gone(schema, &observed.id, started).await?;
        self.executor.journal.append(Entry::Removed { address: change.address.clone() }).await?;
        self.executor.forget_old_address(change).await?;
        self.run.known.lock().expect("never poisoned: nothing panics while it is held").remove(&change.address);
        Ok(Some(observed.id.to_string()))
    }

    /// Whether a listed object has the step's address, or still the one it had before.
    pub(super) fn is_mine(&self, observed: &Observed) -> bool {
        observed.address == self.node.address || Some(&observed.address) == self.moved_from
    }

    fn resolve(&self, attributes: &Attributes) -> Result<Attributes, Failure> {
        let known = self.run.known.lock().expect("never poisoned: nothing panics while it is held");
        let lookup = |reference: &crate::model::Reference| {
            let observed = known.get(&reference.address)?;
            match reference.attribute.as_str() {
                "id" => Some(Value::Text(observed.id.as_str().to_owned())),
                attribute => observed.attributes.get(attribute).cloned(),
            }
        };
        let resolved: Attributes = attributes.iter().map(|(name, value)| (name.clone(), value.resolve(&lookup))).collect();
        match resolved.iter().find(|(_, value)| !value.is_known()) {
            None => Ok(resolved),
            Some((name, value)) => {
                Err(Failure::Bug(format!("{name} of {} points at something that is not there: {value:?}", self.node.address)))
            }
        }
    }

    /// Makes a call, repeating it as its errors allow; an unknown outcome is repeated under the same token.
    pub(super) async fn call<'c, T, F>(&'c self, make: impl Fn(&'c StepCalls<'s>) -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, ProviderError>>,
    {
        let begun = Instant::now();
        loop {
            match self.call_until_unknown(&make).await {
                Err(Failure::Provider(error)) if error.kind == ErrorKind::Unknown && begun.elapsed() < self.patience() => {
                    self.phase(StepPhase::Retrying("the answer was lost".to_owned()));
                    self.calls.repeat();
                    self.wait(Duration::from_secs(2)).await?;
                }
                result => return result,
            }
        }
    }

    async fn call_until_unknown<'c, T, F>(&'c self, make: impl Fn(&'c StepCalls<'s>) -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, ProviderError>>,
    {
        let begun = Instant::now();
        let mut backoff = Backoff::default();
        let mut spent = 0;
        loop {
            let error = {
                let _slot = self.slot().await?;
                self.phase(StepPhase::Calling);
                match make(&self.calls).await {
                    Ok(answer) => return Ok(answer),
                    Err(error) => error,
                }
            };
            if error.kind == ErrorKind::TokenSpent {
                spent += 1;
                self.calls.spend();
            } else if error.kind != ErrorKind::Unknown {
                // An earlier attempt may have been applied and its answer lost: this refusal says nothing about that one.
                self.calls.repeat();
            }
            let pause = backoff
                .next(error.kind)
                .filter(|_| error.kind != ErrorKind::Unknown && spent <= TRIES && begun.elapsed() < self.patience());
            let Some(pause) = pause else { return Err(error.into()) };
            self.phase(StepPhase::Retrying(error.why_again()));
            self.wait(pause).await?;
        }
    }

    fn patience(&self) -> Duration {
        self.executor.pace.scale(PATIENCE).max(Duration::from_secs(60))
    }

    async fn slot(&self) -> Result<tokio::sync::SemaphorePermit<'_>, Failure> {
        self.run.slots.acquire().await.map_err(|_| Failure::Interrupted)
    }

    /// Lists under a slot; errors that pass are waited out.
    pub(super) async fn list(&self, kind: &'static str, since: Moment, depth: Depth) -> Result<Arc<Vec<Observed>>, Failure> {
        let begun = Instant::now();
        let mut backoff = Backoff::default();
        loop {
            let error = match self.run.watch.list(kind, since, depth).await {
                Ok(listed) => return Ok(listed),
                Err(error) => error,
            };
            let Some(pause) = backoff.next(error.kind).filter(|_| begun.elapsed() < self.patience()) else { return Err(error.into()) };
            self.wait(pause).await?;
        }
    }

    /// Looks at one object in full: by itself where that is cheaper than the list; errors that pass are waited out.
    pub(super) async fn look(&self, kind: &'static str, id: &RemoteId, since: Moment) -> Result<Arc<Vec<Observed>>, Failure> {
        let begun = Instant::now();
        let mut backoff = Backoff::default();
        loop {
            let error = match self.resource_type.read_one(self.executor.scope, id).await {
                Ok(Look::List) => return self.list(kind, since, Depth::Full).await,
                Ok(Look::Found(observed)) => return Ok(Arc::new(vec![*observed])),
                Ok(Look::Absent) => return Ok(Arc::default()),
                Err(error) => error,
            };
            let Some(pause) = backoff.next(error.kind).filter(|_| begun.elapsed() < self.patience()) else { return Err(error.into()) };
            self.wait(pause).await?;
        }
    }

    /// This moment, for lists that must begin after it.
    pub(super) fn now(&self) -> Moment {
        self.run.watch.now()
    }

    async fn wait(&self, duration: Duration) -> Result<(), Failure> {
        tokio::select! {
            () = self.executor.pace.sleep(duration) => Ok(()),
            () = self.executor.interrupt.stopped() => Err(Failure::Interrupted),
        }
    }

    pub(super) async fn pause(&self, started: Instant, expected: Duration) -> Result<(), Failure> {
        tokio::select! {
            () = self.run.watch.pause(started, expected) => Ok(()),
            () = self.executor.interrupt.stopped() => Err(Failure::Interrupted),
        }
    }

    pub(super) fn phase(&self, phase: StepPhase) {
        self.executor.observer.event(&Event::Phase { node: self.node.clone(), phase });
    }
}
