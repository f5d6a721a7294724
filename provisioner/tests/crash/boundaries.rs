//! SIGKILL at the boundaries of the journal.
//!
//! Each entry has two boundaries: before it is written, and after it is synced; each publication of the state has its own. They also stand
//! for the kills *between* a call and its outcome: `Started` is durable, then the call is made, then the boundary before `Identified`,
//! `Settled` or `Removed` is reached. Whatever dies there has made its call and knows nothing of the answer.

use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

use super::findings::{Findings, check_all};
use super::oracle;
use super::project::{DOWN, Project, UP};

/// The boundaries of an undisturbed `up`. Another number means that there is another step: look at it, then count anew.
const BOUNDARIES_OF_UP: u64 = 429;
/// The boundaries of an undisturbed `down`.
const BOUNDARIES_OF_DOWN: u64 = 251;
/// Those of each run beside its entries: twice a generation and the state (two each), once a journal (two), and its copy (one).
const PUBLICATIONS: u64 = 11;

/// A case in so many, unless all of them are asked for; which, the seed decides.
fn share<C: Clone>(cases: Vec<C>, one_in: usize, seed: u64) -> Vec<C> {
    if std::env::var_os("PROVISION_TEST_FULL").is_some() {
        return cases;
    }
    let amount = cases.len().div_ceil(one_in);
    cases.choose_multiple(&mut StdRng::seed_from_u64(seed), amount).cloned().collect()
}

/// Runs `arguments` in `project` and has the process die at a boundary.
fn kill(project: &Project, boundary: u64, arguments: &[&str], findings: &mut Findings) {
    let killed = project.run_until(boundary, arguments);
    findings.expect(killed.was_killed(), || format!("not killed at {boundary}: {killed:#?}"));
    let objects = oracle::dump(project);
    oracle::no_duplicates(&objects, findings);
    oracle::nothing_without_intent(project, &objects, findings);
}

/// Runs `arguments` in `project`, which has to work.
fn finish(project: &Project, arguments: &[&str], findings: &mut Findings) {
    let finished = project.run(arguments);
    findings.expect(finished.code == Some(0), || format!("the resume: {finished:#?}"));
}

/// How many boundaries the last run in `project` had: two for each entry but the first of its journal, which comes with the file.
fn boundaries(project: &Project) -> u64 {
    let entries = project.records().len() as u64 - 1;
    2 * entries + PUBLICATIONS
}

#[test]
fn the_small_environment_has_an_object_of_each_way_to_be_repeated() {
    let project = Project::up();
    let recorded = project.recorded();
    assert_eq!(recorded.len(), super::OBJECTS);
    assert_eq!(recorded, project.listed());
    let catalogue = provisioner::desired::catalogue();
    let kinds = recorded.keys().map(|address| address.split('.').next().expect("a kind"));
    let mut classes: Vec<_> = kinds.map(|kind| catalogue.get(kind).expect("a kind of ours").identity).collect();
    classes.sort();
    classes.dedup();
    assert_eq!(classes.len(), 5, "{classes:?}");
}

#[test]
fn an_undisturbed_run_has_just_so_many_boundaries() {
    let project = Project::new();
    project.run_until(BOUNDARIES_OF_UP + 1, UP).expect_code(0);
    assert_eq!(boundaries(&project), BOUNDARIES_OF_UP, "of up");
    project.run_until(BOUNDARIES_OF_DOWN + 1, DOWN).expect_code(0);
    assert_eq!(boundaries(&project), BOUNDARIES_OF_DOWN, "of down");
}

#[test]
fn kill_at_every_boundary_of_up() {
    let boundaries = share((1..=BOUNDARIES_OF_UP).collect(), 8, 9);
    check_all(&boundaries, |boundary, findings| {
        let project = Project::new();
        kill(&project, *boundary, UP, findings);
        let settled = project.recorded();
        finish(&project, UP, findings);
        oracle::is_up(&project, &settled, findings);
    });
}

#[test]
fn kill_at_every_boundary_of_down() {
    let built = Project::up();
    let volume = oracle::data_volume(&oracle::dump(&built)).expect("a data volume").to_owned();
    let boundaries = share((1..=BOUNDARIES_OF_DOWN).collect(), 8, 10);
    check_all(&boundaries, |boundary, findings| {
        let project = built.copy();
        kill(&project, *boundary, DOWN, findings);
        finish(&project, DOWN, findings);
        oracle::is_down(&project, findings);
        let copies = oracle::copies_of(&oracle::dump(&project), &volume).len();
        findings.expect(copies == 1, || format!("I6: {copies} last copies"));
    });
}

#[test]
fn kill_at_every_boundary_of_the_resume() {
    const SPREAD: [u64; 6] = [5, 60, 150, 240, 310, 390];
    let mut cases = Vec::new();
    let cut_off: BTreeMap<u64, (Project, BTreeMap<String, String>)> = SPREAD
        .into_iter()
        .map(|first| {
            let project = Project::new();
            let mut findings = Findings::default();
            kill(&project, first, UP, &mut findings);
            findings.none();
            let undisturbed = project.copy();
            undisturbed.run(UP).expect_code(0);
            cases.extend((1..=boundaries(&undisturbed)).map(|second| (first, second)));
            let settled = project.recorded();
            (first, (project, settled))
        })
        .collect();
    check_all(&share(cases, 200, 11), |(first, second), findings| {
        let (project, settled) = &cut_off[first];
        let project = project.copy();
        kill(&project, *second, UP, findings);
        let settled_since = project.recorded();
        oracle::nothing_lost(settled, &settled_since, findings);
        finish(&project, UP, findings);
        oracle::is_up(&project, &settled_since, findings);
    });
}

#[test]
fn a_killed_down_followed_by_up_ends_clean() {
    let built = Project::up();
    let boundaries = share((1..=BOUNDARIES_OF_DOWN).collect(), 40, 12);
    check_all(&boundaries, |boundary, findings| {
        let project = built.copy();
        kill(&project, *boundary, DOWN, findings);
        finish(&project, UP, findings);
        oracle::is_up(&project, &BTreeMap::new(), findings);
        // What is written to the volume from here on is only in a copy that is made from here on.
        let objects = oracle::dump(&project);
        let Some(volume) = oracle::data_volume(&objects) else { return findings.add("no data volume".to_owned()) };
        let older = oracle::copies_of(&objects, volume).len();
        finish(&project, DOWN, findings);
        oracle::is_down(&project, findings);
        let copies = oracle::copies_of(&oracle::dump(&project), volume).len();
        findings.expect(copies == older + 1, || format!("I6: {copies} copies of {volume}, {older} of them older than the last up"));
    });
}

#[test]
fn a_killed_up_followed_by_down_leaves_nothing() {
    let boundaries = share((1..=BOUNDARIES_OF_UP).collect(), 60, 13);
    check_all(&boundaries, |boundary, findings| {
        let project = Project::new();
        kill(&project, *boundary, UP, findings);
        finish(&project, DOWN, findings);
        oracle::is_down(&project, findings);
    });
}

#[test]
fn a_state_lost_after_a_kill_is_not_missed() {
    let boundaries = share((1..=BOUNDARIES_OF_UP).collect(), 60, 14);
    check_all(&boundaries, |boundary, findings| {
        let project = Project::new();
        kill(&project, *boundary, UP, findings);
        let settled = project.recorded();
        std::fs::remove_dir_all(project.path(".provision/state")).expect("it was there");
        finish(&project, UP, findings);
        oracle::is_up(&project, &settled, findings);
    });
}

#[test]
fn a_disk_that_is_full_stops_the_calls_and_is_resumed() {
    // The last entry only says that all is done; nothing is lost with it.
    let entries = (BOUNDARIES_OF_UP - PUBLICATIONS) / 2 - 1;
    check_all(&share((1..=entries).collect(), 40, 17), |entry, findings| {
        let project = Project::new();
        let stopped = project.run_with(&format!("journal-full={entry}"), UP);
        // The first entry announces the run: without it, nothing is begun.
        let expected = if *entry == 1 { 1 } else { 7 };
        let is_told = stopped.code == Some(expected) && stopped.stderr.contains("journal");
        findings.expect(is_told, || format!("{stopped:#?}"));
        let objects = oracle::dump(&project);
        oracle::no_duplicates(&objects, findings);
        oracle::nothing_without_intent(&project, &objects, findings);
        let settled = project.recorded();
        finish(&project, UP, findings);
        oracle::is_up(&project, &settled, findings);
    });
}

#[test]
fn kills_of_parallel_runs_are_resumed() {
    let mut random = StdRng::seed_from_u64(15);
    let cases: Vec<u64> = (0..240).map(|_| random.random_range(1..BOUNDARIES_OF_UP)).collect();
    check_all(&share(cases, 60, 16), |boundary, findings| {
        let project = Project::new();
        kill(&project, *boundary, &["up", "--yes"], findings);
        let settled = project.recorded();
        finish(&project, &["up", "--yes"], findings);
        oracle::is_up(&project, &settled, findings);
        let later = *boundary % BOUNDARIES_OF_DOWN;
        kill(&project, later.max(1), &["down", "--yes"], findings);
        finish(&project, &["down", "--yes"], findings);
        oracle::is_down(&project, findings);
    });
}
