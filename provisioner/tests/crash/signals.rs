//! Ctrl-C and SIGTERM.

use std::collections::BTreeMap;

use rustix::process::Signal;

use super::findings::{Findings, check_all};
use super::oracle;
use super::project::{Project, Running, UP, poll};

/// An `up` that waits for its NAT gateway.
fn waiting(project: &Project) -> Running {
    let child = project.start(UP);
    poll("NAT gateway on its way", || (gateway(project)? == "pending").then_some(()));
    child
}

fn gateway(project: &Project) -> Option<String> {
    oracle::dump(project).into_iter().find(|object| object.kind == "nat-gateway").map(|object| object.state)
}

#[test]
fn the_first_signal_lets_what_was_begun_end_and_begins_nothing_more() {
    check_all(&[(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 143)], |(signal, code), findings| {
        let project = Project::new().at_speed("60");
        let mut child = waiting(&project);
        child.signal(*signal);
        let ended = child.wait();
        findings.expect(ended.code == Some(*code), || format!("{ended:?}"));
        findings.expect(gateway(&project).as_deref() == Some("available"), || "the gateway was not waited for".to_owned());
        let objects = oracle::dump(&project);
        findings.expect(objects.iter().all(|object| object.address() != Some("instance.store-1")), || "a host was begun".to_owned());
        // A run that drained has recorded all it made.
        let settled = project.recorded();
        oracle::nothing_untracked(&objects, &settled, findings);
        let again = project.run(UP);
        findings.expect(again.code == Some(0), || format!("the second up: {again:#?}"));
        oracle::is_up(&project, &settled, findings);
    });
}

#[test]
fn the_second_signal_waits_for_nothing() {
    // A gateway takes 6 seconds at this speed.
    let project = Project::new().at_speed("20");
    let mut child = waiting(&project);
    // Two signals that arrive together count as one, so that more are sent; the first alone would wait for the gateway.
    let ended = poll("the end of an interrupted run", || {
        child.signal(Signal::INT);
        child.ended()
    });
    ended.expect_code(130);
    assert_eq!(gateway(&project).as_deref(), Some("pending"), "the run waited for the gateway");
    let settled: BTreeMap<String, String> = project.recorded();
    project.run(UP).expect_code(0);
    let mut findings = Findings::default();
    oracle::is_up(&project, &settled, &mut findings);
    findings.none();
}
