use std::io;
use std::sync::Arc;
use std::time::Duration;

use provisioner::engine::{Event, Observer, StepPhase};
use provisioner::model::Diagnostic;
use provisioner::plan::{Action, Node, Phase};
use provisioner::view::{Format, Output, Progress, Settings, Verbosity};

use super::check;
use super::fixture::address;

fn events() -> Vec<Event> {
    let node = |text: &str| Node { address: address(text), phase: Phase::Apply };
    let seconds = Duration::from_secs;
    let started =
        |text, expected| Event::Started { node: node(text), action: Action::Create, expected: seconds(expected), rest: seconds(30) };
    let phase = |text, phase| Event::Phase { node: node(text), phase };
    let finished = |text, elapsed, id: &str| {
        let id = Some(id.to_owned());
        Event::Finished { node: node(text), action: Action::Create, elapsed: seconds(elapsed), id }
    };
    let diagnostic = Diagnostic::error("E0303", "a quota or the zone's capacity is used up").fact("error code", "AddressLimitExceeded");
    vec![
        Event::Note("the last run was cut off; this one goes on from there".to_owned()),
        Event::Began { steps: 4, expected: seconds(116) },
        started("vpc.main", 1),
        phase("vpc.main", StepPhase::Calling),
        finished("vpc.main", 1, "vpc-0abc"),
        started("nat-gateway.a", 115),
        phase("nat-gateway.a", StepPhase::Calling),
        phase("nat-gateway.a", StepPhase::Waiting("pending".to_owned())),
        phase("nat-gateway.a", StepPhase::Waiting("pending".to_owned())),
        phase("nat-gateway.a", StepPhase::Retrying("RequestLimitExceeded".to_owned())),
        started("elastic-ip.b", 1),
        Event::Failed { node: node("elastic-ip.b"), diagnostic: Box::new(diagnostic) },
        Event::Duplicate { address: address("vpc.main"), id: "vpc-0def".to_owned() },
        finished("nat-gateway.a", 98, "nat-0abc"),
        Event::Skipped { node: node("nat-gateway.b") },
    ]
}

fn told(settings: Settings) -> (String, String) {
    let (output, stdout, stderr) = Output::in_memory(settings);
    let progress = Progress::new(&output);
    events().iter().for_each(|event| progress.event(event));
    progress.end();
    (stdout.text(), stderr.text())
}

#[test]
fn off_a_terminal_there_is_one_line_per_transition() {
    let (stdout, stderr) = told(Settings::PLAIN);
    assert_eq!(stdout, "");
    check("cli", "progress-lines", &stderr);
}

#[test]
fn programs_read_one_event_per_line() {
    let (stdout, stderr) = told(Settings { format: Format::Json, ..Settings::PLAIN });
    assert_eq!(stderr, "");
    check("cli", "progress-json", &stdout);
}

#[test]
fn quiet_tells_failures_only() {
    let (_, stderr) = told(Settings { verbosity: Verbosity::Quiet, ..Settings::PLAIN });
    assert_eq!(stderr, "✗ elastic-ip.b failed: a quota or the zone's capacity is used up (AddressLimitExceeded)\n");
}

#[test]
fn many_threads_may_tell_at_once_and_a_closed_pipe_stops_nobody() {
    let (reader, writer) = io::pipe().expect("a pipe");
    drop(reader);
    let output = Output::new(Settings::PLAIN, Box::new(io::sink()), Box::new(writer));
    let progress = Arc::new(Progress::new(&output));
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let progress = Arc::clone(&progress);
            std::thread::spawn(move || events().iter().for_each(|event| progress.event(event)))
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
    drop(progress);
    assert!(output.finish().is_ok());
}
