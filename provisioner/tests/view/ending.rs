use std::time::Duration;

use provisioner::engine::{Failure, Outcome};
use provisioner::provider::{ErrorKind, ProviderError};
use provisioner::view::{Ending, Format, Kept, Output, Settings, Work};

use super::fixture::{Fixture, address};
use super::{check, check_human, check_json};

fn ending(outcome: &Outcome, work: Work) -> Ending<'_> {
    Ending {
        work,
        environment: "prod",
        cloud: "sandbox",
        outcome,
        objects: 96,
        wanted: 96,
        elapsed: Duration::from_secs(192),
        leaked: &[],
        kept: &[],
        next: &["status --env prod"],
    }
}

fn partly() -> Outcome {
    let error = ProviderError {
        kind: ErrorKind::Capacity,
        operation: "RunInstances",
        code: Some("InsufficientInstanceCapacity".to_owned()),
        message: "We currently do not have sufficient m6i.large capacity in eu-west-1a.".to_owned(),
        request_id: Some("7a62c49f".to_owned()),
        diagnostic: None,
    };
    Outcome {
        done: 90,
        total: 96,
        failed: vec![(address("instance.worker-1"), Failure::Provider(error))],
        skipped: ["volume-attachment.worker-1", "elastic-ip.worker-1"].map(address).into(),
        interrupted: false,
    }
}

#[test]
fn a_good_end_is_one_sentence_and_what_to_look_at_next() {
    let outcome = Outcome { done: 96, total: 96, ..Outcome::default() };
    check_human("cli", "up-done", &ending(&outcome, Work::Up));
    check_json("cli", "up-done-json", &ending(&outcome, Work::Up));
}

#[test]
fn a_partial_failure_says_what_failed_what_waits_and_how_to_go_on() {
    let outcome = partly();
    let (output, _, stderr) = Output::in_memory(Settings::PLAIN);
    output.end(&ending(&outcome, Work::Up));
    check("cli", "up-failed", &stderr.text());
    let (output, stdout, _) = Output::in_memory(Settings { format: Format::Json, ..Settings::PLAIN });
    output.end(&ending(&outcome, Work::Up));
    check("cli", "up-failed-json", &stdout.text());
}

#[test]
fn an_interruption_is_no_failure() {
    let outcome = Outcome { done: 14, total: 96, interrupted: true, ..Outcome::default() };
    check_human("cli", "up-interrupted", &ending(&outcome, Work::Up));
}

#[test]
fn what_down_leaves_is_told_apart() {
    let outcome = Outcome { done: 84, total: 84, ..Outcome::default() };
    let kept = [
        Kept {
            address: address("snapshot.elk-1-0elk1"),
            id: "snap-0elk1".to_owned(),
            what: Some("last state of volume.elk-1 (vol-0elk1)".to_owned()),
            until: None,
            then: "the next `up` leaves it alone".to_owned(),
        },
        Kept {
            address: address("bucket.backup"),
            id: "provision-prod-backup".to_owned(),
            what: None,
            until: Some("2027-02-01".to_owned()),
            then: "the next `up` takes it over".to_owned(),
        },
    ];
    let good = Ending { kept: &kept, objects: 0, next: &[], ..ending(&outcome, Work::Down) };
    check_human("cli", "down-done", &good);
    let leaked = [Fixture::prod_up().observed[0].clone()];
    let (output, _, stderr) = Output::in_memory(Settings::PLAIN);
    output.end(&Ending { leaked: &leaked, objects: 1, ..good });
    check("cli", "down-leaked", &stderr.text());
}
