//! Two processes, one environment.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use provisioner::state::{Holder, Lock, StateFile, StateStore};
use rustix::process::Signal;

use super::findings::Findings;
use super::oracle;
use super::project::{Project, UP, poll};

/// Takes the lock as this process.
fn hold(project: &Project) -> Lock {
    StateStore::new(project.state_folder(), "small").lock(&Holder::this_process("up"), Duration::ZERO).expect("free")
}

#[test]
fn who_does_not_have_the_lock_says_who_has_it_and_changes_nothing() {
    let project = Project::up();
    let before = (oracle::dump(&project), project.cloud_log(), project.state_files());
    let lock = hold(&project);
    for command in ["up", "down"] {
        let refused = project.run(&[command, "--yes"]);
        refused.expect_code(6);
        assert!(refused.stderr.contains("error[E0404]"), "{refused:#?}");
        let holder = format!("(pid {}, `up`, since ", std::process::id());
        assert!(refused.stderr.contains(&holder), "{refused:#?}");
    }
    project.run(&["state", "rebuild"]).expect_code(6);
    assert!(before == (oracle::dump(&project), project.cloud_log(), project.state_files()));
    // Looking needs no lock.
    project.run(&["plan"]).expect_code(0);
    project.run(&["state", "list"]).expect_code(0);
    drop(lock);
    project.run(UP).expect_code(0);
}

#[test]
fn of_two_runs_at_once_one_works_and_the_other_names_it() {
    let project = Project::new().at_speed("60");
    let mut first = project.start(UP);
    project.await_journal("CreateNatGateway");
    let second = project.run(UP);
    second.expect_code(6);
    let holder = format!("small is locked by tester@{} (pid {}, `up`, since ", hostname(), first.id());
    assert!(second.stderr.contains(&holder), "{holder}: {second:#?}");
    first.wait().expect_code(0);
    let mut findings = Findings::default();
    oracle::is_up(&project, &Default::default(), &mut findings);
    findings.none();
}

fn hostname() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[test]
fn a_patient_run_waits_for_the_lock() {
    let project = Project::new();
    let lock = hold(&project);
    let begun = Instant::now();
    project.run(&["up", "--yes", "--lock-timeout", "1s"]).expect_code(6);
    assert!(begun.elapsed() >= Duration::from_secs(1), "it gave up too early");

    let mut patient = project.start(&["up", "--yes", "--lock-timeout", "10m"]);
    // It has the lock's file open as soon as it waits for it.
    let descriptors = format!("/proc/{}/fd", patient.id());
    let lock_file = project.state_folder().join("lock").canonicalize().expect("there");
    poll("process that waits for the lock", || {
        let mut open = std::fs::read_dir(&descriptors).ok()?.flatten();
        open.any(|descriptor| std::fs::read_link(descriptor.path()).is_ok_and(|target| target == lock_file)).then_some(())
    });
    assert!(patient.ended().is_none());
    assert!(oracle::dump(&project).iter().all(|object| object.address().is_none()));
    drop(lock);
    patient.wait().expect_code(0);
}

#[test]
fn the_lock_is_free_when_its_holder_was_killed() {
    let project = Project::new().at_speed("60");
    let mut child = project.start(UP);
    project.await_journal("CreateNatGateway");
    let held = project.run(&["state", "unlock"]);
    held.expect_code(6);
    assert!(held.stderr.contains(&format!("pid {}", child.id())), "{held:#?}");
    child.signal(Signal::KILL);
    assert_eq!(child.wait().signal, Some(9));
    project.run(&["state", "unlock"]).expect_code(0);
    project.run(UP).expect_code(0);
}

#[test]
fn readers_are_never_told_that_a_state_in_use_is_damaged() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = StateStore::new(folder.path(), "small");
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let lock = store.lock(&Holder::this_process("up"), Duration::ZERO).expect("free");
            let mut state = StateFile::empty("lineage".to_owned());
            for _ in 0..100 {
                let journal = store.begin(&lock, state).expect("writable");
                state = store.finish(&lock, journal).expect("writable");
            }
            is_done.store(true, Ordering::Relaxed);
        });
        while !is_done.load(Ordering::Relaxed) {
            store.read().expect("a state that is written meanwhile is whole");
        }
    });
}
