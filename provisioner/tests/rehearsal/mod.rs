//! Whole environments in the rehearsal cloud, in virtual time: how long it takes, what it costs in requests, and what faults do to it.

mod changes;
mod permissions;
mod world;

use std::time::Duration;

use provisioner::plan::PlanOptions;
use provisioner::sandbox::Faults;
use tokio::time::Instant;

use world::World;

/// `up` may take this much longer than the longest path of AWS's own durations.
const OVER_THE_LONGEST_PATH: f64 = 1.10;

#[tokio::test(start_paused = true)]
async fn up_of_prod_takes_hardly_longer_than_its_longest_path() {
    let world = World::new("prod", Faults::none(), |text| text).await;
    let begun = Instant::now();
    let (plan, outcome) = world.run(&PlanOptions::default()).await;
    assert!(outcome.is_complete(), "{outcome:#?}");
    let ratio = begun.elapsed().as_secs_f64() / plan.expected().as_secs_f64();
    assert!(ratio <= OVER_THE_LONGEST_PATH, "{:?} for a longest path of {:?}: {ratio:.3}", begun.elapsed(), plan.expected());
}

#[tokio::test(start_paused = true)]
async fn requests_of_prod_stay_within_their_budget() {
    let world = World::new("prod", Faults::none(), |text| text).await;
    let before = world.connection.requests();
    assert!(world.up().await.is_complete());
    let up = world.connection.requests();
    let made = up.0 + up.1 - before.0 - before.1;
    assert!(made <= 250, "up made {made} requests");
    assert!(world.plan().await.is_empty());
    let read = world.connection.requests().0 - up.0;
    assert!(read <= 70, "a plan of no change made {read} requests");
}

#[tokio::test(start_paused = true)]
async fn a_second_up_changes_nothing_and_down_leaves_only_last_copies() {
    let world = World::new("prod", Faults::none(), |text| text).await;
    assert!(world.up().await.is_complete());
    let writes = world.connection.requests().1;
    assert!(world.up().await.is_complete());
    assert_eq!(world.connection.requests().1, writes, "not one changing request");
    let outcome = world.down().await;
    assert!(outcome.is_complete(), "{outcome:#?}");
    let left = world.addresses();
    assert!(left.iter().all(|address| address.starts_with("snapshot.")) && left.len() == 4, "{left:?}");
}

#[tokio::test(start_paused = true)]
async fn a_bastion_in_the_data_centre_is_reached_over_either_gateway() {
    for gateway in ["transit_gateway_id = \"tgw-0fedcba9876543210\"", "vpn_gateway_id = \"vgw-0fedcba9876543210\""] {
        let datacenter =
            format!("placement = \"datacenter\"\ndatacenter_cidr = \"172.16.0.0/16\"\nhost = \"gate.example.com\"\n{gateway}\n");
        let edit = |text: String| text.replace("placement     = \"vpc\"", &datacenter).replace("instance_type = \"t3.micro\"\n", "");
        let world = World::new("dev", Faults::none(), edit).await;
        assert!(!world.topology.hosts.contains_key("bastion-1"));
        let outcome = world.up().await;
        assert!(outcome.is_complete(), "{gateway}: {outcome:#?}");
        assert!(world.plan().await.is_empty(), "{gateway}");
        let outcome = world.down().await;
        assert!(outcome.is_complete(), "{gateway}: {outcome:#?}");
    }
}

/// Throttles, server errors, lost answers and stale lists, by seed: it ends, with every object once.
#[tokio::test(start_paused = true)]
async fn faults_of_every_kind_make_no_duplicate_and_lose_nothing() {
    for seed in 0..6 {
        let faults = Faults { seed, throttle: 0.05, error: 0.05, lost_answer: 0.05, lag: Some(Duration::from_secs(3)), ..Faults::none() };
        let world = World::new("dev", faults, |text| text).await;
        let mut outcome = world.up().await;
        for _ in 0..3 {
            if outcome.is_complete() {
                break;
            }
            outcome = world.up().await;
        }
        assert!(outcome.is_complete(), "seed {seed}: {outcome:#?}");
        tokio::time::sleep(Duration::from_secs(60)).await;
        let found = world.addresses();
        let mut unique = found.clone();
        unique.dedup();
        assert_eq!(found, unique, "seed {seed}");
        assert!(world.plan().await.is_empty(), "seed {seed}");
    }
}
