//! Faults by seed over whole lives of an environment: `up`, a second `up`, `down`.

use std::time::Duration;

use provisioner::plan::PlanOptions;
use provisioner::sandbox::Faults;

use super::life::{Life, failures, live};
use super::world::World;

/// How many times as many seeds there are where `PROVISION_TEST_FULL` asks for more.
fn times() -> u64 {
    if std::env::var_os("PROVISION_TEST_FULL").is_some() { 4 } else { 1 }
}

/// Builds the small environment among the faults of every seed: one `up` is enough.
async fn are_built_at_once(faults: impl Fn(u64) -> Faults) {
    for seed in 0..12 * times() {
        let mut world = World::small().await;
        world.meet(faults(seed));
        let (_, outcome) = world.run(&PlanOptions::default()).await.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        assert!(outcome.is_complete(), "seed {seed}: {}", failures(&outcome));
    }
}

/// Lives the small environment's life among the faults of every seed; each of them is built by the first `up`.
async fn lives(faults: impl Fn(u64) -> Faults) -> Vec<Life> {
    let mut lives = Vec::new();
    for seed in 0..3 * times() {
        let life = live(World::small().await, &faults(seed)).await;
        assert!(life.violations.is_empty(), "seed {seed}: {:#?}", life.violations);
        assert_eq!(life.ups, 1, "seed {seed}: one `up` is enough: {:#?}", life.setbacks);
        lives.push(life);
    }
    lives
}

#[tokio::test(start_paused = true)]
async fn lost_answers_make_nothing_twice() {
    let faults = |seed| Faults { seed, lost_answer: 0.10, ..Faults::none() };
    lives(faults).await;
    are_built_at_once(faults).await;
}

#[tokio::test(start_paused = true)]
async fn duplicated_requests_make_nothing_twice() {
    lives(|seed| Faults { seed, duplicate: 0.20, ..Faults::none() }).await;
}

/// A storm ends by itself; what it costs is bounded.
#[tokio::test(start_paused = true)]
async fn storms_cost_at_most_three_times_the_calls() {
    let calm = live(World::small().await, &Faults::none()).await;
    assert!(calm.violations.is_empty(), "{:#?}", calm.violations);
    for life in lives(|seed| Faults { seed, throttle: 0.10, error: 0.10, ..Faults::none() }).await {
        assert!(life.calls <= 3 * calm.calls, "{} calls; {} without a storm", life.calls, calm.calls);
        assert_eq!(life.downs, 1, "a throttle alone never fails a run");
    }
}

#[tokio::test(start_paused = true)]
async fn answers_that_lag_behind_make_nothing_twice() {
    let faults = |seed| Faults { seed, lag: Some(Duration::from_secs(1 + seed % 12 * 2)), lost_answer: 0.02, ..Faults::none() };
    lives(faults).await;
    are_built_at_once(faults).await;
}

#[tokio::test(start_paused = true)]
async fn all_faults_together_make_nothing_twice() {
    let faults = |seed| Faults {
        seed,
        throttle: 0.05,
        error: 0.05,
        lost_answer: 0.05,
        duplicate: 0.05,
        lag: Some(Duration::from_secs(3)),
        ..Faults::none()
    };
    lives(faults).await;
    are_built_at_once(faults).await;
}
