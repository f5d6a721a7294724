use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::project::Project;

/// A run in a rehearsal fast enough for a test and slow enough to be interrupted; read event by event.
struct Run {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Run {
    fn begin(project: &Project, arguments: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_provision"));
        let flags = ["--env", "small", "--yes", "--sandbox", "--sandbox-speed", "60", "--format", "json"];
        let command = project.surround(command.args(arguments.split(' ')).args(flags)).stdout(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        Self { child, lines }
    }

    /// Reads until the event; `address` is how that of its object begins, where it has one.
    fn until(&mut self, event: &str, address: Option<&str>) -> Value {
        for line in self.lines.by_ref() {
            let line: Value = serde_json::from_str(&line.expect("readable")).expect("JSON");
            if line["event"] == event
                && address.is_none_or(|address| line["address"].as_str().is_some_and(|found| found.starts_with(address)))
            {
                return line;
            }
        }
        panic!("no {event} of {address:?}");
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("it runs");
    }

    /// The summary and the exit code.
    fn end(mut self) -> (Value, i32) {
        let last = self.lines.by_ref().map(|line| line.expect("readable")).last().expect("a summary");
        let code = self.child.wait().expect("it ends").code().expect("an exit code");
        (serde_json::from_str(&last).expect("JSON"), code)
    }
}

fn is_finished(project: &Project, address: &str) -> bool {
    project.rehearse("state list --env small").stdout.lines().any(|line| line.starts_with(&format!("{address} ")))
}

#[test]
fn the_first_signal_finishes_what_runs_and_begins_nothing() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let project = Project::small();
        let mut run = Run::begin(&project, "up");
        run.until("started", Some("nat-gateway.nat-a"));
        run.signal(signal);
        assert!(run.until("stopping", None)["running"].as_u64() >= Some(1));
        let (summary, ended) = run.end();
        assert_eq!((summary["result"].as_str(), ended), (Some("interrupted"), code));
        assert!(is_finished(&project, "nat-gateway.nat-a"));
        assert!(!is_finished(&project, "instance.node-1"));
        project.rehearse("up --env small --yes").expect_done();
    }
}

#[test]
fn the_second_signal_waits_for_nothing_and_the_next_run_goes_on() {
    let project = Project::small();
    let mut run = Run::begin(&project, "up");
    run.until("started", Some("nat-gateway.nat-a"));
    run.signal(Signal::INT);
    run.until("stopping", None);
    run.signal(Signal::INT);
    let (summary, ended) = run.end();
    assert_eq!((summary["result"].as_str(), ended), (Some("interrupted"), 130));
    assert!(!is_finished(&project, "nat-gateway.nat-a"));
    let (summary, ended) = Run::begin(&project, "up").end();
    assert_eq!((summary["result"].as_str(), summary["objects"].as_u64(), ended), (Some("done"), Some(46), 0));
}

#[test]
fn a_destruction_that_was_cut_off_goes_on_while_machines_still_end() {
    let project = Project::small();
    project.rehearse("up --env small --yes").expect_done();
    let mut run = Run::begin(&project, "down");
    run.until("started", Some("instance.bastion-1"));
    run.signal(Signal::INT);
    run.until("stopping", None);
    run.signal(Signal::INT);
    assert_eq!(run.end().1, 130);
    let (summary, ended) = Run::begin(&project, "down").end();
    assert_eq!((summary["result"].as_str(), ended), (Some("done"), 0), "{summary}");
    assert_eq!(summary["kept"].as_array().map(Vec::len), Some(4), "{summary}");
    assert_eq!(summary["leaked"], serde_json::json!([]));
}

#[test]
fn a_last_copy_of_an_earlier_run_counts() {
    let project = Project::small();
    project.rehearse("up --env small --yes").expect_done();
    let mut run = Run::begin(&project, "down");
    run.until("finished", Some("snapshot.node-1-data-"));
    run.signal(Signal::INT);
    run.until("stopping", None);
    run.signal(Signal::INT);
    assert_eq!(run.end().1, 130);
    let plan = project.rehearse("plan --env small --destroy").expect_done().stdout;
    assert!(!plan.contains("DATA LOST") && !plan.contains("+ snapshot"), "{plan}");
}
