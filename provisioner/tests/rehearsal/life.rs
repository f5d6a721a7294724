use std::collections::BTreeSet;
use std::time::Duration;

use provisioner::engine::Outcome;
use provisioner::plan::PlanOptions;
use provisioner::sandbox::{DumpedObject, Faults};
use tokio::time::Instant;

use super::world::World;

/// How often a command is given again before the environment counts as one that cannot be brought about.
const RUNS: usize = 12;

/// Longer than any answer lags behind, and than any duplicate could hide.
const QUIET: Duration = Duration::from_secs(600);

/// What a whole life among faults cost, and what it did wrong.
#[derive(Debug, Default)]
pub struct Life {
    /// API calls, every attempt counted.
    pub calls: usize,
    /// How often `up` was given until it was done.
    pub ups: usize,
    /// How often `up` was given once more to remove what was made twice.
    pub mended: usize,
    /// How often `down` was given until it was done.
    pub downs: usize,
    /// Why a command had to be given again, each time.
    pub setbacks: Vec<String>,
    /// What may never happen and did.
    pub violations: Vec<String>,
}

impl Life {
    fn check(&mut self, holds: bool, violation: impl FnOnce() -> String) {
        if !holds {
            self.violations.push(violation());
        }
    }
}

/// Lives an environment's whole life among faults: `up` until it is done, a look, a second `up`, `down` until it is done, a look.
///
/// The looks ask the cloud's own table, never the state, and meet no faults.
pub async fn live(mut world: World, faults: &Faults) -> Life {
    let mut life = Life::default();
    let strangers: BTreeSet<String> = objects(&world).into_iter().map(|object| object.id).collect();
    let first = world.sandbox.calls().len();

    world.meet(faults.clone());
    life.ups = until_done(&world, &PlanOptions::default(), "up", &mut life).await;
    life.calls = world.sandbox.calls().len() - first;
    world.meet(Faults::none());
    tokio::time::sleep(QUIET).await;
    if is_there_twice(&world) {
        // What only a tag can find may have been made twice, where no answer told; the next run removes what nothing uses.
        life.mended = until_done(&world, &PlanOptions::default(), "a mending up", &mut life).await;
        tokio::time::sleep(QUIET).await;
    }
    stands(&world, &mut life).await;

    world.meet(faults.clone());
    let before = world.sandbox.calls().len();
    life.downs = until_done(&world, &PlanOptions { destroy: true, ..PlanOptions::default() }, "down", &mut life).await;
    life.calls += world.sandbox.calls().len() - before;
    world.meet(Faults::none());
    tokio::time::sleep(QUIET).await;
    is_empty(&world, &strangers, &mut life).await;
    life
}

/// Gives a command until it is done, as an operator would who reads "run it again"; says how often that was.
async fn until_done(world: &World, options: &PlanOptions, command: &str, life: &mut Life) -> usize {
    for run in 1..=RUNS {
        let setback = match world.run(options).await {
            Ok((_, outcome)) if outcome.is_complete() => return run,
            Ok((_, outcome)) => failures(&outcome),
            // Nothing was changed: the cloud could not be read.
            Err(error) => error.to_string(),
        };
        life.setbacks.push(format!("{command}: {setback}"));
    }
    life.violations.push(format!("{command} is not done after {RUNS} runs"));
    RUNS
}

/// What failed, a line each.
pub fn failures(outcome: &Outcome) -> String {
    outcome.failed.iter().map(|(address, failure)| format!("{address}: {failure}\n")).collect()
}

/// Everything wanted is there once, the state says the same, and a second `up` changes nothing.
pub async fn stands(world: &World, life: &mut Life) {
    let found = world.addresses();
    life.check(!is_there_twice(world), || format!("something is there twice: {found:?}"));
    let recorded = world.recorded();
    let wanted: BTreeSet<String> = world.desired.keys().map(ToString::to_string).collect();
    life.check(recorded.keys().cloned().collect::<BTreeSet<_>>() == wanted, || {
        format!("recorded: {:?}; wanted: {:?}", recorded.keys().collect::<Vec<_>>(), wanted)
    });
    let untracked: Vec<String> = found.iter().filter(|address| !recorded.contains_key(*address)).cloned().collect();
    life.check(untracked.is_empty(), || format!("in the cloud, and not in the state: {untracked:?}"));
    let first = world.sandbox.calls().len();
    let outcome = world.run(&PlanOptions::default()).await;
    life.check(outcome.as_ref().is_ok_and(|(_, outcome)| outcome.is_complete()), || format!("a second up: {outcome:#?}"));
    let changing: Vec<String> =
        world.sandbox.calls().split_off(first).into_iter().filter(|call| call.is_mutating).map(|call| call.operation).collect();
    life.check(changing.is_empty(), || format!("a second up made {changing:?}"));
}

fn is_there_twice(world: &World) -> bool {
    world.addresses().windows(2).any(|pair| pair[0] == pair[1])
}

/// Nothing is left but what was there before, and what says that it is kept.
pub async fn is_empty(world: &World, strangers: &BTreeSet<String>, life: &mut Life) {
    let is_left = |object: &DumpedObject| !strangers.contains(&object.id) && !object.tags.contains_key("provision:retained");
    let left: Vec<String> =
        objects(world).into_iter().filter(is_left).map(|object| format!("{} {}", object.object_type, object.id)).collect();
    life.check(left.is_empty(), || format!("down left {left:?}"));
}

pub fn objects(world: &World) -> Vec<DumpedObject> {
    // What AWS makes beside an object of ours is AWS's to remove.
    world.sandbox.dump().unwrap().into_iter().filter(|object| object.made_by.is_none()).collect()
}

/// How long something takes on the test's own clock.
pub async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let begun = Instant::now();
    (work.await, begun.elapsed())
}
