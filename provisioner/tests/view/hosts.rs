use provisioner::state::StoredState;
use provisioner::view::{ChangedText, StatusView, TextsView, Verified, VerifyView, Watch};

use super::fixture::Fixture;
use super::{check_human, check_json};

fn proof(host: &str, what: &str, said: &str) -> Verified {
    Verified { host: host.to_owned(), what: what.to_owned(), holds: said.is_empty(), said: said.to_owned() }
}

const EVERY_SERVICE: &str = "Icinga finds every host up and every service OK";

#[test]
fn files_that_differ_on_a_host_are_shown_line_by_line() {
    let settings = "# made by provision\nallowed_hosts=127.0.0.1,10.20.97.4\ndont_blame_nrpe=0\ncommand[load]=check_load -w 8\n";
    let many: String = (1..=200).map(|n| format!("line {n}\n")).collect();
    let files = [
        ChangedText {
            host: "worker-1".to_owned(),
            path: "/etc/nagios/nrpe.d/provision.cfg".to_owned(),
            before: settings.replace("dont_blame_nrpe=0", "dont_blame_nrpe=1") + "command[own]=/bin/\u{1b}[31mred\n",
            after: settings.to_owned(),
        },
        ChangedText { host: "worker-2".to_owned(), path: "/etc/long".to_owned(), before: String::new(), after: many },
    ];
    check_human("cli", "file-differences", &TextsView { files: &files });
    check_json("cli", "file-differences-json", &TextsView { files: &files[..1] });
}

#[test]
fn what_was_proved_is_told_host_by_host() {
    let good = [proof("icinga-1", "is as described", ""), proof("icinga-1", EVERY_SERVICE, "")];
    check_human("cli", "verify-holds", &VerifyView { environment: "prod", proofs: &good, is_real: true });
    check_json("cli", "verify-holds-json", &VerifyView { environment: "prod", proofs: &good, is_real: true });
    let bad = [
        proof(
            "icinga-1",
            EVERY_SERVICE,
            "worker-1!disk: DISK CRITICAL - free space: / 203 MiB (2%)\nworker-2!service-example: not checked yet",
        ),
        proof("worker-1", "is as described", "services differs"),
    ];
    check_human("cli", "verify-fails", &VerifyView { environment: "prod", proofs: &bad, is_real: true });
    check_human("cli", "verify-simulated", &VerifyView { environment: "prod", proofs: &good[..1], is_real: false });
}

#[test]
fn the_status_tells_what_the_monitoring_finds() {
    let (fixture, stored) = (Fixture::prod_up(), StoredState::default());
    let (plan, observed) = (fixture.plan(), fixture.observations());
    let status = |watch| StatusView {
        plan: &plan,
        observed: &observed,
        catalogue: &fixture.catalogue,
        stored: &stored,
        holder: None,
        drifted: 0,
        watch: Some(watch),
        mail: None,
    };
    let good = [proof("icinga-1", EVERY_SERVICE, "")];
    check_human("cli", "status-monitoring", &status(Watch { proofs: &good, is_real: true }));
    check_human("cli", "status-monitoring-simulated", &status(Watch { proofs: &[], is_real: false }));
    let said: String = (1..=12).map(|n| format!("worker-{n}!load: not checked yet\n")).collect();
    let bad = [proof("icinga-1", EVERY_SERVICE, &said), proof("elk-1", "logs arrive", "the machine takes too long")];
    check_human("cli", "status-monitoring-problems", &status(Watch { proofs: &bad, is_real: true }));
    check_json("cli", "status-monitoring-json", &status(Watch { proofs: &good, is_real: true }));
}
