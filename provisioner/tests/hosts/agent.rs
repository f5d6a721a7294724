//! The script on a host: what an apply does, and what it does not do twice.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use provisioner::hosts::{Applied, FileState, apply, parse_progress};

use super::agent_root::{Root, example, file, step, text, unit, value, whole};
use provisioner::bundle::Bundle;

const CONFIGURATION: &str = "/etc/nagios/nrpe.d/provision.cfg";

fn applied() -> Option<(Root, Bundle)> {
    let root = Root::new()?;
    let bundle = example();
    let report = root.apply(&bundle);
    assert_eq!((report.failure, report.applied), (None, Applied::Wholly));
    root.done();
    Some((root, bundle))
}

#[test]
fn a_host_without_a_record_says_so() {
    let Some(root) = Root::new() else { return };
    assert_eq!(root.compare(&example()), provisioner::hosts::HostReport::default());
    assert!(!root.exists("/var/lib/provision"));
}

#[test]
fn the_first_apply_does_everything_in_order() {
    let Some(root) = Root::new() else { return };
    let session = root.run(&whole(&example()));
    let report = session.report;
    assert_eq!(report.failure, None);
    assert_eq!(report.applied, Applied::Wholly);
    assert_eq!(
        root.done(),
        [
            "apt-get update",
            "apt-get install nagios-nrpe-server monitoring-plugins-basic",
            "started by its package: monitoring-plugins-basic",
            "systemctl daemon-reload ",
            "systemctl enable nagios-nrpe-server",
            "systemctl restart nagios-nrpe-server",
            "systemctl daemon-reload ",
            "systemctl enable app.service",
            "systemctl restart app.service",
            "made",
            "once",
        ]
    );
    assert_eq!((root.read(CONFIGURATION).as_str(), root.mode(CONFIGURATION)), ("command[disk]=x\n", 0o640));
    assert_eq!((root.read("/etc/nagios/key").as_str(), root.mode("/etc/nagios/key")), ("hidden-nrpe-key", 0o600));
    assert_eq!(root.read("/opt/app/etc/it's $(odd) \"name\""), "a=1\n");
    assert_eq!(root.mode("/opt/app/etc"), 0o755);
    assert!(root.read("/etc/passwd").contains(":/srv/homes/watcher:/usr/sbin/nologin"));
    assert!(root.read("/etc/group").lines().any(|line| line.starts_with("adm:") && line.ends_with("watcher")));
    assert_eq!(report.users["watcher"].as_deref(), Some("/srv/homes/watcher"));
    assert!(report.packages.values().chain(report.steps.values().map(|step| &step.is_done)).all(|claim| *claim));
    assert!(report.services.values().all(|service| service.is_active && service.is_enabled));
    assert!(report.files.values().all(|file| file.state == FileState::Same && file.content.is_none()));
    assert_eq!(report.files.len(), 3);
    assert_eq!(report.secrets, BTreeMap::from([("nrpe-key".to_owned(), 1)]));
    assert_eq!((root.mode("/var/lib/provision"), root.mode("/var/lib/provision/applied")), (0o700, 0o600));
    assert!(!root.holds_services() && !root.is_busy());
    let said: Vec<String> = String::from_utf8(session.output.stdout).unwrap().lines().filter_map(parse_progress).collect();
    for words in
        ["installing 2 packages", "writing 2 files of nrpe", "validating nrpe", "restarting nagios-nrpe-server", "app.schema: Does it."]
    {
        assert!(said.iter().any(|line| line == words), "{words}: {said:?}");
    }
}

#[test]
fn no_secret_stands_in_what_is_recorded_or_said() {
    let Some((root, bundle)) = applied() else { return };
    let session = root.run(&whole(&bundle));
    for kept in ["applied", "log", "lock"] {
        assert!(!root.read(&format!("/var/lib/provision/{kept}")).contains("hidden-"), "{kept}");
    }
    assert!(!String::from_utf8_lossy(&session.output.stdout).contains("hidden-"));
}

#[test]
fn a_second_apply_changes_nothing_and_restarts_nothing() {
    let Some((root, bundle)) = applied() else { return };
    let before = (root.read("/var/lib/provision/applied"), fs::metadata(root.path(CONFIGURATION)).unwrap().modified().unwrap());
    let first = root.compare(&bundle);
    assert_eq!(root.apply(&bundle), first);
    assert_eq!(root.done(), [""; 0]);
    let after = (root.read("/var/lib/provision/applied"), fs::metadata(root.path(CONFIGURATION)).unwrap().modified().unwrap());
    assert_eq!(before, after);
}

#[test]
fn tampering_is_seen_with_the_text_and_repaired() {
    let Some((root, bundle)) = applied() else { return };
    root.write(CONFIGURATION, "command[evil]=y\n");
    fs::remove_file(root.path("/opt/app/etc/it's $(odd) \"name\"")).unwrap();
    root.write("/etc/nagios/key", "other");
    fs::remove_file(root.path("/fake/services/app.service.active")).unwrap();
    root.write("/fake/installed", "nagios-nrpe-server\n");
    fs::remove_file(root.path("/opt/app/schema")).unwrap();
    let report = root.compare(&bundle);
    let changed = &report.files[CONFIGURATION];
    assert_eq!((changed.state, changed.content.as_deref()), (FileState::Changed, Some(&b"command[evil]=y\n"[..])));
    let key = &report.files["/etc/nagios/key"];
    assert_eq!((key.state, &key.content), (FileState::Changed, &None), "a file with a secret is never shown");
    assert_eq!(report.files["/opt/app/etc/it's $(odd) \"name\""].state, FileState::Missing);
    assert!(!report.packages["monitoring-plugins-basic"] && report.packages["nagios-nrpe-server"]);
    assert!(!report.services["app.service"].is_active && report.services["nagios-nrpe-server"].is_active);
    assert!(!report.steps["app.schema"].is_done && report.steps["app.once"].is_done);
    let report = root.apply(&bundle);
    assert_eq!(report.failure, None);
    assert!(report.files.values().all(|file| file.state == FileState::Same));
    assert_eq!(
        root.done(),
        [
            "apt-get update",
            "apt-get install monitoring-plugins-basic",
            "started by its package: monitoring-plugins-basic",
            "systemctl daemon-reload ",
            "systemctl restart nagios-nrpe-server",
            "systemctl daemon-reload ",
            "systemctl restart app.service",
            "made",
        ]
    );
}

#[test]
fn permissions_and_links_are_tampering_as_well() {
    let Some((root, bundle)) = applied() else { return };
    fs::set_permissions(root.path(CONFIGURATION), fs::Permissions::from_mode(0o666)).unwrap();
    fs::rename(root.path("/etc/nagios/key"), root.path("/etc/nagios/elsewhere")).unwrap();
    std::os::unix::fs::symlink("elsewhere", root.path("/etc/nagios/key")).unwrap();
    let report = root.compare(&bundle);
    assert_eq!(report.files[CONFIGURATION].present.as_deref(), Some("666 root:watcher"));
    assert_eq!(report.files["/etc/nagios/key"].state, FileState::Changed);
    assert_eq!(root.apply(&bundle).failure, None);
    assert!(fs::symlink_metadata(root.path("/etc/nagios/key")).unwrap().is_file());
    assert_eq!(root.mode(CONFIGURATION), 0o640);
}

#[test]
fn the_present_text_of_a_file_that_shall_change_is_told() {
    let Some((root, mut bundle)) = applied() else { return };
    bundle.units[0].files.insert(CONFIGURATION.to_owned(), file(text("command[load]=z\n"), "0640"));
    let report = root.compare(&bundle);
    let told = &report.files[CONFIGURATION];
    assert_eq!((told.state, told.content.as_deref()), (FileState::Same, Some(&b"command[disk]=x\n"[..])));
}

#[test]
fn what_the_bundle_names_no_more_goes() {
    let Some((root, mut bundle)) = applied() else { return };
    bundle.units.pop();
    bundle.units[0].files.remove("/etc/nagios/key");
    let report = root.apply(&bundle);
    assert_eq!(report.failure, None);
    assert!(!root.exists("/opt/app/etc/it's $(odd) \"name\"") && !root.exists("/etc/nagios/key"));
    assert_eq!(root.done(), ["systemctl disable app.service", "systemctl daemon-reload ", "systemctl restart nagios-nrpe-server"]);
    assert_eq!(report.files.len(), 1);
    assert_eq!(report.steps.len() + report.secrets.len(), 0);
    assert_eq!(fs::read_dir(root.path("/var/lib/provision/checks")).unwrap().count(), 0);
}

#[test]
fn only_what_differs_is_sent_and_what_was_wrongly_left_out_is_named() {
    let Some((root, bundle)) = applied() else { return };
    let seen = root.compare(&bundle);
    let generations = BTreeMap::from([("nrpe-key".to_owned(), 1)]);
    let spare = apply(&bundle, &value, &generations, Some(&seen)).unwrap();
    assert!(!spare.windows(b"command[disk]=x".len()).any(|bytes| bytes == b"command[disk]=x"));
    assert_eq!(root.run(&spare).report, seen);
    root.write(CONFIGURATION, "changed in between\n");
    root.write("/fake/installed", "");
    let report = root.run(&spare).report;
    assert_eq!(report.needs.iter().collect::<Vec<_>>(), [CONFIGURATION]);
    assert_eq!(root.read(CONFIGURATION), "changed in between\n");
    assert_eq!(root.done(), [""; 0], "nothing was changed");
}

#[test]
fn a_step_whose_definition_changes_is_done_again() {
    let Some((root, mut bundle)) = applied() else { return };
    bundle.units[1].steps[1] = step("app.once", None, "echo twice >>/fake/log");
    bundle.units[1].steps[0] = step("app.schema", Some("test -e /opt/app/schema"), "echo made anew >>/fake/log");
    assert_eq!(root.apply(&bundle).failure, None);
    assert_eq!(root.done(), ["made anew", "twice"]);
    assert_eq!(root.apply(&bundle).failure, None);
    assert_eq!(root.done(), [""; 0]);
}

#[test]
fn a_step_that_was_done_by_somebody_else_is_only_recorded() {
    let Some(root) = Root::new() else { return };
    root.write("/opt/app/schema", "");
    let report = root.apply(&example());
    assert!(report.steps["app.schema"].is_done);
    assert!(!root.done().contains(&"made".to_owned()));
}

#[test]
fn an_interrupted_dpkg_is_finished_first() {
    let Some(root) = Root::new() else { return };
    root.write("/fake/broken", "");
    assert_eq!(root.apply(&example()).failure, None);
    assert_eq!(root.done()[0], "dpkg --force-confdef --force-confold --configure -a");
}

#[test]
fn a_thousand_files_are_written_and_compared_in_bounded_time() {
    let Some(root) = Root::new() else { return };
    let mut many = unit("many");
    for number in 0..1000 {
        many.files.insert(format!("/etc/many/{number:04}"), file(text(&format!("{number}\n")), "0644"));
    }
    let bundle = Bundle { units: vec![many] };
    let start = std::time::Instant::now();
    let report = root.apply(&bundle);
    assert_eq!((report.failure, report.files.len()), (None, 1000));
    assert!(root.compare(&bundle).files.values().all(|file| file.state == FileState::Same));
    assert!(start.elapsed().as_secs() < 120, "{:?}", start.elapsed());
}
