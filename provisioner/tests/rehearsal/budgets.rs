//! What prod costs: requests by operation, and time against the longest path.

use std::collections::BTreeMap;

use provisioner::provider::Depth;
use provisioner::sandbox::RecordedCall;
use tokio::time::Instant;

use super::world::World;

/// `up` may take this much longer than the longest path of AWS's own durations.
const OVER_THE_LONGEST_PATH: f64 = 1.10;

/// How many calls of each operation, most first.
fn by_operation(calls: &[RecordedCall]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for call in calls {
        *counts.entry(&call.operation).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(operation, count)| (std::cmp::Reverse(*count), *operation));
    counts.iter().map(|(operation, count)| format!("{count:4} {operation}\n")).collect()
}

fn assert_within(what: &str, calls: &[RecordedCall], budget: usize) {
    assert!(calls.len() <= budget, "{what} made {} calls of {budget}:\n{}", calls.len(), by_operation(calls));
}

#[tokio::test(start_paused = true)]
async fn up_of_prod_takes_hardly_longer_than_its_longest_path() {
    let world = World::new("prod", |text| text).await;
    let begun = Instant::now();
    let (plan, outcome) = world.run(&Default::default()).await.unwrap();
    assert!(outcome.is_complete(), "{outcome:#?}");
    let ratio = begun.elapsed().as_secs_f64() / plan.expected().as_secs_f64();
    assert!(ratio <= OVER_THE_LONGEST_PATH, "{:?} for a longest path of {:?}: {ratio:.3}", begun.elapsed(), plan.expected());
}

/// The goal is 250. Of the 442 that were counted, 184 change something, and none of those can be left out: 14 groups are four calls each, 21
/// entries of network ACLs and 8 subnets behind them one each. The first look takes 36, the settings of 3 buckets, read before and after
/// they are written, 56, 3 roles 24; five databases ask twice each until RDS knows their new role; the rest is waiting.
const UP: usize = 455;

/// The goal is 70. S3 takes nine reads for each of 3 buckets, IAM four for each of 3 roles; leaving one out would leave drift unseen.
const FULL_PLAN: usize = 82;

/// The goal is 25, the four lookups of the command line included.
const FAST_PLAN: usize = 30;

#[tokio::test(start_paused = true)]
async fn requests_of_prod_stay_within_their_budget() {
    let world = World::new("prod", |text| text).await;
    let first = world.sandbox.calls().len();
    assert!(world.up().await.is_complete());
    assert_within("up of prod", &world.sandbox.calls().split_off(first), UP);
    for (depth, budget) in [(Depth::Fast, FAST_PLAN), (Depth::Full, FULL_PLAN)] {
        let first = world.sandbox.calls().len();
        assert!(world.plan_at(depth).await.is_empty());
        assert_within(&format!("a plan of no change, {depth:?}"), &world.sandbox.calls().split_off(first), budget);
    }
}
