//! The script on a host when something goes wrong.

use std::process::Command;
use std::time::{Duration, Instant};

use provisioner::bundle::Bundle;
use provisioner::hosts::{Applied, FailedPart, FailureReason, FileState, HostFailure, HostReport, REMOTE_COMMAND, parse_progress};

use super::agent_root::{Root, example, file, step, text, unit, wait, whole};

const CONFIGURATION: &str = "/etc/nagios/nrpe.d/provision.cfg";

fn failure(report: HostReport) -> HostFailure {
    assert_ne!(report.applied, Applied::Wholly);
    report.failure.expect("it fails")
}

#[test]
fn files_that_are_judged_wrong_give_way_to_the_old_ones() {
    let Some(root) = Root::new() else { return };
    let mut bundle = example();
    root.apply(&bundle);
    root.done();
    bundle.units[0].files.insert(CONFIGURATION.to_owned(), file(text("nothing\n"), "0640"));
    bundle.units[0].files.insert("/etc/nagios/new".to_owned(), file(text("new\n"), "0644"));
    bundle.units[0].files.remove("/etc/nagios/key");
    let failed = failure(root.apply(&bundle));
    assert_eq!((failed.unit.as_deref(), &failed.what, failed.reason), (Some("nrpe"), &FailedPart::Validation, FailureReason::Failed));
    assert_eq!(failed.output_tail, "no command here\n");
    assert_eq!(root.read(CONFIGURATION), "command[disk]=x\n");
    assert_eq!((root.read("/etc/nagios/key").as_str(), root.mode("/etc/nagios/key")), ("hidden-nrpe-key", 0o600));
    assert!(!root.exists("/etc/nagios/new"));
    assert_eq!(root.done(), [""; 0], "nothing was restarted");
    assert_eq!(root.apply(&example()).failure, None);
    assert_eq!(root.done().last().unwrap(), "systemctl restart nagios-nrpe-server", "what was interrupted is restarted to be sure");
}

#[test]
fn a_step_that_fails_says_what_it_printed_and_is_not_recorded() {
    let Some(root) = Root::new() else { return };
    let mut bundle = example();
    bundle.units[1].steps[1] = step("app.once", None, "seq 100; echo 'went wrong' >&2; exit 7");
    let report = root.apply(&bundle);
    assert_eq!(report.applied, Applied::Partly);
    assert!(report.steps.contains_key("app.schema") && !report.steps.contains_key("app.once"));
    let failed = failure(report);
    assert_eq!((failed.what, failed.reason), (FailedPart::Step("app.once".to_owned()), FailureReason::Failed));
    assert_eq!((failed.output_tail.lines().count(), failed.output_tail.lines().last()), (40, Some("went wrong")));
    assert_eq!(root.apply(&example()).failure, None);
}

#[test]
fn a_step_that_changes_nothing_and_one_that_hangs_are_told_apart() {
    let Some(root) = Root::new() else { return };
    let mut app = unit("app");
    app.steps = vec![step("app.idle", Some("test -e /never"), "true")];
    let failed = failure(root.apply(&Bundle { units: vec![app.clone()] }));
    assert_eq!((failed.what, failed.reason), (FailedPart::Step("app.idle".to_owned()), FailureReason::Undone));
    app.steps = vec![step("app.slow", None, "sleep 60")];
    app.steps[0].seconds = 1;
    let failed = failure(root.apply(&Bundle { units: vec![app] }));
    assert_eq!((failed.what, failed.reason), (FailedPart::Step("app.slow".to_owned()), FailureReason::Timeout));
}

#[test]
fn a_wait_says_what_for_and_ends() {
    let Some(root) = Root::new() else { return };
    let mut app = unit("app");
    app.waits = vec![wait("app.door", "echo closed; test -e /open")];
    let bundle = Bundle { units: vec![app] };
    let session = root.run(&whole(&bundle));
    let failed = failure(session.report);
    assert_eq!((failed.what, failed.reason), (FailedPart::Wait("app.door".to_owned()), FailureReason::Timeout));
    assert_eq!(failed.output_tail, "closed\n");
    let said: Vec<String> = String::from_utf8(session.output.stdout).unwrap().lines().filter_map(parse_progress).collect();
    assert_eq!(said, ["waiting: the door"]);
    root.write("/open", "");
    assert_eq!(root.apply(&bundle).applied, Applied::Wholly);
}

#[test]
fn a_service_that_does_not_start_is_shown_as_systemd_shows_it() {
    let Some(root) = Root::new() else { return };
    root.write("/fake/services/app.service.broken", "");
    let failed = failure(root.apply(&example()));
    assert_eq!(failed.what, FailedPart::Service("app.service".to_owned()));
    assert!(failed.output_tail.contains("it does not like its file"));
}

#[test]
fn packages_that_cannot_be_had_fail_before_any_file_is_written() {
    for broken in ["/fake/no-lists", "/fake/no-packages"] {
        let Some(root) = Root::new() else { return };
        root.write(broken, "");
        let failed = failure(root.apply(&example()));
        assert!(matches!(failed.what, FailedPart::Packages(_)), "{failed:?}");
        assert!(failed.output_tail.starts_with("E: "));
        assert!(!root.exists(CONFIGURATION));
        assert!(!root.holds_services());
    }
}

#[test]
fn a_file_that_cannot_stand_there_is_named() {
    let Some(root) = Root::new() else { return };
    root.write("/opt/app", "no folder");
    let failed = failure(root.apply(&example()));
    assert_eq!(failed.what, FailedPart::File("/opt/app/etc/it's $(odd) \"name\"".to_owned()));
    let mut bundle = example();
    bundle.units.pop();
    bundle.units[0].files.get_mut(CONFIGURATION).unwrap().owner = "nobody-at-all".to_owned();
    assert_eq!(failure(root.apply(&bundle)).what, FailedPart::File(CONFIGURATION.to_owned()));
    assert!(!root.exists(&format!("{CONFIGURATION}.provision-new")));
}

#[test]
fn an_input_that_was_cut_off_changes_nothing() {
    let Some(root) = Root::new() else { return };
    let whole = whole(&example());
    for part in 1..8 {
        let length = whole.len() * part / 8 / 512 * 512;
        let output = root.start(REMOTE_COMMAND, &whole[..length]).wait_with_output().unwrap();
        assert!(!output.status.success() && output.stdout.is_empty(), "{part}: {}", String::from_utf8_lossy(&output.stdout));
        assert!(!root.exists("/var/lib/provision"));
    }
}

#[test]
fn a_held_lock_is_waited_for_and_told() {
    let Some(root) = Root::new() else { return };
    let mut slow = unit("slow");
    slow.steps = vec![step("slow.sleep", None, ": >/tmp/sleeping; sleep 4")];
    let holder = root.start(REMOTE_COMMAND, &whole(&Bundle { units: vec![slow] }));
    until(|| root.exists("/tmp/sleeping"));
    let session = root.run(&whole(&example()));
    let said: Vec<String> = String::from_utf8(session.output.stdout).unwrap().lines().filter_map(parse_progress).collect();
    assert!(said[0].starts_with("waiting for another apply: process "), "{said:?}");
    let failed = failure(session.report);
    assert_eq!((failed.unit, failed.what, failed.reason), (None, FailedPart::Lock, FailureReason::Timeout));
    assert!(failed.output_tail.starts_with("held by process "));
    let output = holder.wait_with_output().unwrap();
    assert_eq!(HostReport::parse(&output.stdout).unwrap().applied, Applied::Wholly);
    assert_eq!(root.apply(&example()).applied, Applied::Wholly);
}

#[test]
fn a_lost_connection_does_not_end_an_apply() {
    let Some(root) = Root::new() else { return };
    let mut bundle = example();
    bundle.units[1].steps.insert(0, step("app.slow", None, ": >/tmp/slow; sleep 1"));
    let mut child = root.start(REMOTE_COMMAND, &whole(&bundle));
    until(|| root.exists("/tmp/slow"));
    drop((child.stdout.take(), child.stderr.take()));
    hang_up(child.id());
    child.wait().unwrap();
    until(|| !root.is_busy());
    let report = root.compare(&bundle);
    assert_eq!(report.applied, Applied::Wholly);
    assert!(report.files.values().all(|file| file.state == FileState::Same));
}

#[test]
fn an_apply_that_was_killed_anywhere_is_finished_by_the_next() {
    let mut is_late = 0;
    for milliseconds in [60, 120, 180, 240, 300, 400] {
        let Some(root) = Root::new() else { return };
        let bundle = example();
        let mut child = root.start(&killed_after(milliseconds), &whole(&bundle));
        is_late += usize::from(child.wait().unwrap().success());
        let report = root.apply(&bundle);
        assert!(!root.holds_services());
        assert_eq!((&report.failure, report.applied), (&None, Applied::Wholly), "killed after {milliseconds} ms");
        assert!(report.files.values().all(|file| file.state == FileState::Same));
        assert!(report.services.values().all(|service| service.is_active && service.is_enabled));
        assert!(report.steps.values().all(|step| step.is_done));
        root.done();
        root.apply(&bundle);
        assert_eq!(root.done(), [""; 0], "killed after {milliseconds} ms");
    }
    assert!(is_late < 6, "not one was killed in time");
}

#[test]
fn a_user_that_an_interrupted_useradd_left_is_completed() {
    let Some(root) = Root::new() else { return };
    let passwd = format!("{}watcher:x:961:961::/srv/homes/watcher:/usr/sbin/nologin\n", root.read("/etc/passwd"));
    root.write("/etc/passwd", &passwd);
    assert_eq!(root.apply(&example()).failure, None);
    assert!(root.read("/etc/group").contains("\nwatcher:x:961:"));
    assert!(root.path("/srv/homes/watcher").is_dir());
}

#[test]
fn a_service_is_restarted_although_the_apply_that_wrote_its_file_was_killed() {
    let Some(root) = Root::new() else { return };
    let mut bundle = example();
    root.apply(&bundle);
    root.done();
    bundle.units[0].files.insert(CONFIGURATION.to_owned(), file(text("command[new]=x\n"), "0640"));
    bundle.units[0].validate = Some(text(": >/tmp/judging; test ! -e /tmp/hang || sleep 30"));
    root.write("/tmp/hang", "");
    let mut child = root.start(&format!("timeout -s KILL 2 {REMOTE_COMMAND}"), &whole(&bundle));
    child.wait().unwrap();
    assert!(root.exists("/tmp/judging"));
    assert_eq!(root.read(CONFIGURATION), "command[new]=x\n");
    std::fs::remove_file(root.path("/tmp/hang")).unwrap();
    for folder in std::fs::read_dir(root.path("run")).unwrap().flatten() {
        std::fs::remove_dir_all(folder.path()).unwrap();
    }
    assert_eq!(root.apply(&bundle).failure, None);
    assert_eq!(root.done(), ["systemctl daemon-reload ", "systemctl restart nagios-nrpe-server"]);
}

/// The command, killed with everything it started.
fn killed_after(milliseconds: u32) -> String {
    let command = REMOTE_COMMAND;
    format!("timeout -s KILL {}.{:03} {command}; s=$?; rm -rf /run/provision.????????; exit $s", milliseconds / 1000, milliseconds % 1000)
}

fn hang_up(process: u32) {
    let told = Command::new("kill").args(["-HUP", "--", &format!("-{process}")]).status().unwrap();
    assert!(told.success());
}

fn until(is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(20), "it never came true");
        std::thread::sleep(Duration::from_millis(20));
    }
}
