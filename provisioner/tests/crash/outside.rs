//! SIGKILL from outside, at instants that only a seed knows.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use provisioner::sandbox::{Sandbox, SandboxOptions};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rustix::process::Signal;

use super::findings::{Findings, check_all};
use super::oracle;
use super::project::{Project, Running};

/// The last instant drawn: by then an `up` at [`SPEED`] is nearly done.
const LAST: Duration = Duration::from_millis(1500);
/// Slow enough for an `up` to be killed while it waits.
const SPEED: &str = "120";

/// Lets the child live until an instant; whether it lived that long.
fn kill_at(mut child: Running, instant: Duration) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < instant && child.ended().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    child.signal(Signal::KILL);
    child.wait().signal == Some(9)
}

#[test]
fn a_kill_at_any_instant_is_resumed() {
    let mut random = StdRng::seed_from_u64(21);
    let mut draw = || Duration::from_micros(random.random_range(0..LAST.as_micros()).try_into().expect("small"));
    let cases: Vec<[Duration; 2]> = (0..10).map(|_| [draw(), draw()]).collect();
    let kills = AtomicUsize::new(0);
    check_all(&cases, |[first, second], findings| {
        let project = Project::new().at_speed(SPEED);
        for (instant, command) in [(first, "up"), (second, "down")] {
            let was_killed = kill_at(project.start(&[command, "--yes"]), *instant);
            kills.fetch_add(usize::from(was_killed), Ordering::Relaxed);
            let objects = oracle::dump(&project);
            oracle::no_duplicates(&objects, findings);
            oracle::nothing_without_intent(&project, &objects, findings);
            let settled = project.recorded();
            let resumed = project.run(&[command, "--yes"]);
            findings.expect(resumed.code == Some(0), || format!("{command} again: {resumed:#?}"));
            match command {
                "up" => oracle::is_up(&project, &settled, findings),
                _ => oracle::is_down(&project, findings),
            }
        }
    });
    let kills = kills.into_inner();
    assert!(kills >= cases.len(), "only {kills} of {} runs were still there to be killed", 2 * cases.len());
}

#[tokio::test]
async fn what_was_deleted_between_a_kill_and_its_resume_is_made_anew() {
    let project = Project::new().at_speed(SPEED);
    let mut child = project.start(&["up", "--yes"]);
    project.await_journal(r#"{"kind":"identified","address":"nat-gateway."#);
    child.signal(Signal::KILL);
    child.wait();
    let gateway = oracle::dump(&project).into_iter().find(|object| object.kind == "nat-gateway").expect("made");
    assert_eq!(gateway.state, "pending", "it was killed too late");

    // Somebody deletes it by hand; its client token would be answered with it all the same.
    let options = SandboxOptions { speed: 0.0, ..SandboxOptions::default() };
    let sandbox = Sandbox::open(&project.path(".provision/sandbox"), options).expect("the cloud's files are whole");
    let config = aws_sdk_ec2::config::Builder::from(&sandbox.sdk_config("eu-west-1")).interceptor(sandbox.interceptor()).build();
    aws_sdk_ec2::Client::from_conf(config).delete_nat_gateway().nat_gateway_id(&gateway.id).send().await.expect("deleted");

    let settled = project.recorded();
    project.run(&["up", "--yes"]).expect_code(0);
    let mut findings = Findings::default();
    oracle::is_up(&project, &settled, &mut findings);
    findings.none();
}

#[test]
fn a_volume_waits_for_its_copy_to_be_complete_although_the_run_that_began_the_copy_was_killed() {
    let project = Project::up().at_speed("60");
    let mut child = project.start(&["down", "--yes"]);
    project.await_journal(r#"{"kind":"identified","address":"snapshot."#);
    child.signal(Signal::KILL);
    child.wait();
    let copies = |state: &str| oracle::dump(&project).iter().filter(|object| object.kind == "snapshot" && object.state == state).count();
    assert_eq!(copies("pending"), 1, "it was killed too late");
    project.run(&["down", "--yes"]).expect_code(0);
    let records = project.records();
    let position = |text: &str| {
        let matches = |record: &provisioner::state::Record| serde_json::to_string(&record.entry).expect("plain data").contains(text);
        records.iter().position(matches).unwrap_or_else(|| panic!("no {text} in the journal"))
    };
    assert!(position(r#"{"kind":"settled","address":"snapshot."#) < position(r#""call":"DeleteVolume""#));
    assert_eq!(copies("completed"), 1);
}
