//! Whole lives of an environment among faults of every kind, as many as one has time for: `./soak`.

use std::time::{Duration, Instant};

use provisioner::sandbox::Faults;

use super::life::live;
use super::world::{World, unprotected};

/// The shares of attempts that go wrong, each in its turn.
const RATES: [f64; 3] = [0.01, 0.05, 0.20];

/// Faults of every kind that add up to a share of all attempts.
fn faults(seed: u64, rate: f64) -> Faults {
    let share = rate / 4.0;
    let lag = Some(Duration::from_secs(seed % 10));
    Faults { seed, throttle: share, error: share, lost_answer: share, duplicate: share, lag, ..Faults::none() }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{variable} is `{text}` and should be a number")))
}

async fn world(environment: &str) -> World {
    if environment == "small" { World::small().await } else { World::new(environment, unprotected).await }
}

/// `PROVISION_SOAK_RUNS` lives of `PROVISION_SOAK_ENVIRONMENT` from seed `PROVISION_SOAK_SEED` on, for at most `PROVISION_SOAK_MINUTES`.
#[tokio::test(start_paused = true)]
#[ignore = "takes as long as one lets it: ./soak"]
async fn soak() {
    let Some(runs) = number("PROVISION_SOAK_RUNS") else {
        println!("skipped: PROVISION_SOAK_RUNS says how many lives; see ./soak");
        return;
    };
    let first = number("PROVISION_SOAK_SEED").unwrap_or(0);
    let most = number("PROVISION_SOAK_MINUTES").map(|minutes| Duration::from_secs(minutes * 60));
    let environment = std::env::var("PROVISION_SOAK_ENVIRONMENT").unwrap_or_else(|_| "prod".to_owned());
    let begun = Instant::now();
    let (mut done, mut calls, mut violations, mut built_at_once) = (0, 0, 0, 0);
    for seed in first..first + runs {
        if most.is_some_and(|most| begun.elapsed() > most) {
            break;
        }
        let rate = RATES[usize::try_from(seed % 3).expect("it is below 3")];
        let life = live(world(&environment).await, &faults(seed, rate)).await;
        done += 1;
        calls += life.calls;
        violations += life.violations.len();
        built_at_once += usize::from(life.ups == 1);
        println!(
            "seed {seed}, {:.0} % faults: {} calls, {} ups, {} to mend, {} downs",
            rate * 100.0,
            life.calls,
            life.ups,
            life.mended,
            life.downs
        );
        life.setbacks.iter().for_each(|setback| println!("    {}", setback.trim_end()));
        life.violations.iter().for_each(|violation| println!("VIOLATION seed {seed}: {violation}"));
    }
    println!(
        "{done} runs of {environment}, {calls} API calls, {violations} violations, {built_at_once} built by their first `up`, {:.0} s",
        begun.elapsed().as_secs_f64()
    );
    assert_eq!(violations, 0);
}
