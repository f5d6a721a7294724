//! Whole environments in the rehearsal cloud, in virtual time: how long it takes, what it costs in requests, and what faults do to it.

mod budgets;
mod changes;
mod credentials;
mod customer_key;
mod faults;
mod life;
mod permissions;
mod soak;
mod stuck;
mod world;

use provisioner::sandbox::Faults;

use life::live;
use world::{World, unprotected};

#[tokio::test(start_paused = true)]
async fn a_second_up_changes_nothing_and_down_leaves_only_what_says_that_it_is_kept() {
    let world = World::new("prod", unprotected).await;
    let life = live(world, &Faults::none()).await;
    assert!(life.violations.is_empty(), "{:#?}", life.violations);
    assert_eq!((life.ups, life.mended, life.downs), (1, 0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_bastion_in_the_data_centre_is_reached_over_either_gateway() {
    for gateway in ["transit_gateway_id = \"tgw-0fedcba9876543210\"", "vpn_gateway_id = \"vgw-0fedcba9876543210\""] {
        let datacenter =
            format!("placement = \"datacenter\"\ndatacenter_cidr = \"172.16.0.0/16\"\nhost = \"gate.example.com\"\n{gateway}\n");
        let edit = |text: String| text.replace("placement     = \"vpc\"", &datacenter).replace("instance_type = \"t3.micro\"\n", "");
        let world = World::new("dev", edit).await;
        assert!(!world.topology.hosts.contains_key("bastion-1"));
        let outcome = world.up().await;
        assert!(outcome.is_complete(), "{gateway}: {outcome:#?}");
        assert!(world.plan().await.is_empty(), "{gateway}");
        let outcome = world.down().await;
        assert!(outcome.is_complete(), "{gateway}: {outcome:#?}");
    }
}
