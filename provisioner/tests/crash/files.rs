//! State files that are lost, damaged, newer, not writable, or another cloud's.

use std::fs;
use std::path::Path;

use super::findings::{Findings, check_all};
use super::oracle;
use super::project::{Ended, Project, UP, ended};

/// What a refused command must leave as it was.
fn everything(project: &Project) -> impl PartialEq + use<> {
    (oracle::dump(project), project.cloud_log(), project.state_files())
}

fn is_refused(ended: &Ended, code: i32, name: &str) -> bool {
    ended.code == Some(code) && ended.stderr.contains(&format!("error[{name}]"))
}

fn has_no_changes(project: &Project) -> bool {
    let plan = project.run(&["plan", "--detailed-exitcode"]);
    plan.code == Some(0) && plan.stdout.contains("No changes.")
}

#[test]
fn a_plan_without_the_state_says_no_changes() {
    let project = Project::up();
    let recorded = project.recorded();
    fs::remove_dir_all(project.path(".provision/state")).expect("it was there");
    assert!(has_no_changes(&project));
    project.run(UP).expect_code(0);
    assert_eq!(project.recorded(), recorded, "the next up records what is there");
}

#[test]
fn a_rebuilt_state_records_the_same_and_puts_the_old_files_aside() {
    let project = Project::up();
    let recorded = project.recorded();
    for times in 1..=2 {
        let before = project.state_files();
        project.run(&["state", "rebuild"]).expect_code(0);
        assert!(has_no_changes(&project));
        assert_eq!(project.recorded(), recorded);
        let after = project.state_files();
        for (path, bytes) in before {
            assert!(after.values().any(|kept| *kept == bytes), "rebuild {times} lost what was in {}", path.display());
        }
    }
    let mut findings = Findings::default();
    oracle::is_up(&project, &recorded, &mut findings);
    findings.none();
}

/// A way to damage a file.
#[derive(Clone, Copy, Debug)]
enum Damage {
    /// It ends after so many thousandths of its length.
    Cut(usize),
    /// One bit differs, so many thousandths into it.
    Flip(usize),
    /// It is not there.
    Missing,
    /// It is another environment's.
    Foreign,
}

fn damage(path: &Path, damage: Damage, foreign: &Project) {
    let mut bytes = fs::read(path).expect("readable");
    match damage {
        Damage::Cut(thousandths) => bytes.truncate(bytes.len() * thousandths / 1000),
        Damage::Flip(thousandths) => {
            let position = bytes.len() * thousandths / 1000;
            bytes[position] ^= 4;
        }
        Damage::Missing => return fs::remove_file(path).expect("it was there"),
        Damage::Foreign => bytes = fs::read(foreign.state_folder().join(path.file_name().expect("a file"))).expect("readable"),
    }
    fs::write(path, bytes).expect("writable");
}

#[test]
fn a_damaged_state_stops_every_command_and_is_mended_from_the_cloud() {
    use Damage::{Cut, Flip, Foreign, Missing};
    let built = Project::up();
    let foreign = Project::up();
    let of_state = [Cut(0), Cut(1), Cut(500), Cut(999), Flip(0), Flip(250), Flip(500), Flip(750), Flip(990), Missing, Foreign];
    let of_journal = [Cut(0), Cut(1), Flip(0), Flip(250), Flip(500), Flip(750), Flip(999), Foreign];
    let cases: Vec<(&str, Damage)> =
        of_state.map(|damage| ("state.json", damage)).into_iter().chain(of_journal.map(|damage| ("journal", damage))).collect();
    check_all(&cases, |(file, kind), findings| {
        let project = built.copy();
        damage(&project.state_folder().join(file), *kind, &foreign);
        let before = everything(&project);
        for command in [&["up", "--yes"][..], &["down", "--yes"], &["plan"], &["status"], &["state", "list"]] {
            let stopped = project.run(command);
            findings.expect(is_refused(&stopped, 1, "E0402"), || format!("{command:?}: {stopped:#?}"));
        }
        findings.expect(before == everything(&project), || "a refused command changed something".to_owned());
        let mended = project.run(&["state", "rebuild"]);
        findings.expect(mended.code == Some(0) && has_no_changes(&project), || format!("not mended: {mended:#?}"));
        findings.expect(project.recorded() == built.recorded(), || "it records something else".to_owned());
    });
}

#[test]
fn a_journal_that_was_cut_off_anywhere_is_read_as_far_as_it_goes() {
    let built = Project::new();
    assert!(built.run_until(150, UP).was_killed());
    let cases: Vec<Damage> = (1..=8).map(|eighth| Damage::Cut(eighth * 120)).collect();
    check_all(&cases, |cut, findings| {
        let project = built.copy();
        damage(&project.state_folder().join("journal"), *cut, &built);
        let resumed = project.run(UP);
        findings.expect(resumed.code == Some(0), || format!("{resumed:#?}"));
        oracle::is_up(&project, &Default::default(), findings);
    });
}

#[test]
fn a_newer_state_is_refused_and_not_touched() {
    let project = Project::up();
    let path = project.state_folder().join("state.json");
    let text = fs::read_to_string(&path).expect("readable");
    assert_eq!(text.matches("\"format\": 1").count(), 1, "the format moved");
    fs::write(&path, text.replace("\"format\": 1", "\"format\": 2")).expect("writable");
    let before = everything(&project);
    for command in [&["up", "--yes"][..], &["down", "--yes"], &["plan"], &["state", "list"]] {
        let stopped = project.run(command);
        assert!(is_refused(&stopped, 1, "E0403"), "{command:?}: {stopped:#?}");
    }
    assert!(before == everything(&project));
}

#[test]
fn what_was_rehearsed_is_not_recorded_of_a_real_cloud() {
    let project = Project::up();
    // Were it read, it would be told to be damaged.
    fs::write(project.state_folder().join("state.json"), "damaged").expect("writable");
    let listed = ended(project.bare(&["state", "list", "--env", "small"]));
    assert!(is_refused(&listed, 1, "E0407"), "{listed:#?}");
    let mut elsewhere = project.bare(&["state", "list", "--env", "small"]);
    elsewhere.env("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    let listed = ended(elsewhere);
    assert!(is_refused(&listed, 1, "E0407"), "{listed:#?}");
}

#[test]
fn without_a_durable_intent_no_call_is_made() {
    type Obstruct = fn(&Project);
    let obstacles: [(&str, Obstruct); 4] = [
        ("the folder is a file", |project| {
            fs::create_dir_all(project.path(".provision")).expect("a folder");
            fs::write(project.path(".provision/state"), "").expect("a file");
        }),
        ("the disk is full when the state is published", |project| full(&project.state_folder(), "state.new")),
        ("the disk is full when the journal is begun", |project| full(&project.state_folder(), "journal.new")),
        ("the generations have no folder", |project| {
            fs::create_dir_all(project.state_folder()).expect("a folder");
            fs::write(project.state_folder().join("history"), "").expect("a file");
        }),
    ];
    for (name, obstruct) in obstacles {
        let project = Project::new();
        obstruct(&project);
        let stopped = project.run(UP);
        assert!(is_refused(&stopped, 1, "E0401"), "{name}: {stopped:#?}");
        assert!(oracle::dump(&project).iter().all(|object| object.address().is_none()), "{name}: a call was made");
    }
}

/// Every write to the file fails as on a full disk.
fn full(folder: &Path, name: &str) {
    fs::create_dir_all(folder).expect("a folder");
    std::os::unix::fs::symlink("/dev/full", folder.join(name)).expect("a link");
}

#[test]
fn a_saved_plan_is_carried_out_once_and_refused_when_stale() {
    let project = Project::new();
    project.run(&["plan", "--out", "saved.json"]).expect_code(0);
    let carry_out = ["up", "--plan", "saved.json", "--yes"];
    let killed = project.copy();

    project.run(&carry_out).expect_code(0);
    assert!(has_no_changes(&project));
    let before = everything(&project);
    let stale = project.run(&carry_out);
    assert!(is_refused(&stale, 5, "E0323"), "{stale:#?}");
    assert!(before == everything(&project));

    assert!(killed.run_until(100, &carry_out).was_killed());
    let before = everything(&killed);
    let stale = killed.run(&carry_out);
    assert!(is_refused(&stale, 5, "E0323"), "{stale:#?}");
    assert!(before == everything(&killed));
    killed.run(UP).expect_code(0);
    assert!(has_no_changes(&killed));
}
