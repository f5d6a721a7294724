//! Faults by seed over whole lives of an environment: `up`, a second `up`, `down`.

use std::time::Duration;

use provisioner::sandbox::Faults;

use super::life::{Life, live};
use super::world::World;

/// How many seeds each fault is met with; the first few where `PROVISION_TEST_FULL` does not ask for all.
fn seeds() -> u64 {
    if std::env::var_os("PROVISION_TEST_FULL").is_some() { 12 } else { 3 }
}

/// Lives the small environment's life among the faults of every seed.
async fn lives(faults: impl Fn(u64) -> Faults) -> Vec<Life> {
    let mut lives = Vec::new();
    for seed in 0..seeds() {
        let life = live(World::small().await, &faults(seed)).await;
        assert!(life.violations.is_empty(), "seed {seed}: {:#?}", life.violations);
        lives.push(life);
    }
    lives
}

#[tokio::test(start_paused = true)]
async fn lost_answers_make_nothing_twice() {
    lives(|seed| Faults { seed, lost_answer: 0.10, ..Faults::none() }).await;
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
        assert_eq!((life.ups, life.downs), (1, 1), "a throttle alone never fails a run");
    }
}

#[tokio::test(start_paused = true)]
async fn answers_that_lag_behind_make_nothing_twice() {
    lives(|seed| Faults { seed, lag: Some(Duration::from_secs(1 + seed * 2)), lost_answer: 0.02, ..Faults::none() }).await;
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
}
