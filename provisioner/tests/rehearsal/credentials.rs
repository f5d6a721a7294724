//! Credentials that expire in the middle: the run stops clean, and one with good credentials finishes.

use provisioner::plan::PlanOptions;
use provisioner::sandbox::Faults;

use super::life::{Life, failures, is_empty, objects, stands};
use super::world::World;

/// How many attempts may still be made after the credentials expired: those under way, and what waits side by side.
const STRAGGLERS: usize = 60;

/// Gives a command with credentials that expire after so many attempts, then again with good ones.
///
/// Returns whether they expired before the command was done.
async fn is_cut_off(world: &mut World, options: &PlanOptions, expires_after: u64) -> bool {
    let first = world.sandbox.calls().len();
    world.meet(Faults { expires_after: Some(expires_after), ..Faults::none() });
    match world.run(options).await {
        Ok((_, outcome)) if outcome.is_complete() => return false,
        Ok((_, outcome)) => {
            assert!(!outcome.failed.is_empty() && outcome.failed.iter().all(|(_, failure)| failure.is_denied()), "{}", failures(&outcome));
        }
        Err(error) => assert_eq!(error.kind, provisioner::provider::ErrorKind::Denied, "{error}"),
    }
    let refused = world.sandbox.calls().split_off(first).into_iter().filter(|call| call.code.is_some()).count();
    assert!(refused <= STRAGGLERS, "{refused} calls with expired credentials");
    world.meet(Faults::none());
    let (_, outcome) = world.run(options).await.unwrap();
    assert!(outcome.is_complete(), "after {expires_after}: {}", failures(&outcome));
    true
}

#[tokio::test(start_paused = true)]
async fn credentials_that_expire_in_the_middle_leave_nothing_twice_and_nothing_lost() {
    let mut cut_off = 0;
    for expires_after in (5..200).step_by(48) {
        let mut world = World::small().await;
        let strangers = objects(&world).into_iter().map(|object| object.id).collect();
        cut_off += usize::from(is_cut_off(&mut world, &PlanOptions::default(), expires_after).await);
        let mut life = Life::default();
        world.meet(Faults::none());
        stands(&world, &mut life).await;
        let down = PlanOptions { destroy: true, ..PlanOptions::default() };
        cut_off += usize::from(is_cut_off(&mut world, &down, expires_after).await);
        world.meet(Faults::none());
        is_empty(&world, &strangers, &mut life).await;
        assert!(life.violations.is_empty(), "after {expires_after}: {:#?}", life.violations);
    }
    assert!(cut_off >= 6, "expired {cut_off} times before the end");
}
