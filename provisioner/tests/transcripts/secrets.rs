use std::fs;
use std::path::{Path, PathBuf};

use provisioner::secrets::{Keys, SecretName, SecretStore};

use super::project::Project;
use super::session::Session;

#[test]
fn secrets_are_listed_and_rotated_and_never_shown() {
    Session::small()
        .run("provision secret list --env small")
        .run("provision up --env small --yes --sandbox --quiet")
        .run("provision secret list --env small")
        .run("provision secret rotate ssh-authority --env small --sandbox")
        .run("provision secret list --env small")
        .run("provision secret list --env small --format json")
        .run("provision secret rotate --env small")
        .run("provision secret rotate no-such --env small")
        .run("provision secret rotate 'No such' --env small")
        .check("secrets");
}

#[test]
fn a_rotated_authority_comes_to_every_host_and_the_earlier_one_is_forgotten() {
    Session::small_up()
        .run("provision secret rotate ssh-authority --env small --sandbox")
        .run("provision plan --env small --sandbox")
        .run("provision secret rotate ssh-authority --env small --sandbox")
        .run("provision up --env small --sandbox --yes --quiet")
        .run("provision secret list --env small --sandbox")
        .run("provision plan --env small --sandbox")
        .run("provision secret rotate ssh-authority --env small --sandbox")
        .check("secrets-rotated");
}

#[test]
fn an_authority_is_not_forgotten_while_a_host_knows_it_alone() {
    let session = Session::small_up()
        .run("provision plan --env small --sandbox --quiet --out before.plan")
        .run("provision secret rotate ssh-authority --env small --sandbox --quiet")
        .run("provision up --env small --sandbox --yes --quiet --plan before.plan")
        .run("provision secret list --env small --sandbox")
        .run("provision up --env small --sandbox --yes --quiet --target host.bastion-1")
        .run("provision secret list --env small --sandbox");
    session
        .run("provision up --env small --sandbox --yes --quiet")
        .run("provision secret list --env small --sandbox")
        .check("secrets-rotated-in-part");
}

#[test]
fn without_an_identity_one_can_plan_and_is_told_how_to_open_the_secrets() {
    let session = Session::small_up().with(|project| {
        fs::remove_file(project.path().join(".provision/keys/small.age-identity")).expect("it was made");
    });
    session
        .run("provision plan --env small --sandbox --quiet")
        .run("provision secret list --env small")
        .run("PROVISION_AGE_IDENTITY=nowhere provision secret list --env small")
        .with(|project| fs::remove_file(project.path().join("secrets/small.age")).expect("it was made"))
        .run("provision plan --env small --sandbox --quiet")
        .check("secrets-elsewhere");
}

#[test]
fn the_authoritys_private_half_is_in_no_file_in_the_clear() {
    let project = Project::small();
    project.rehearse("up --env small --yes -vv").expect_done();
    let root = project.path();
    let (path, own) = (root.join("secrets/small.age"), root.join(".provision/keys/small.age-identity"));
    let store = SecretStore::open(&path, Keys::find(&[], None, &own, &path).expect("its key")).expect("opens");
    let text = store.get(&SecretName::ssh_authority()).expect("made").expose().to_owned();
    // The lines in the middle of the key: the first is the same for every key of its kind.
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('-')).skip(2).collect();
    assert!(!lines.is_empty());
    let files = files(root);
    assert!(files.len() > 10);
    for file in files {
        let bytes = fs::read(&file).expect("readable");
        let found = lines.iter().any(|line| bytes.windows(line.len()).any(|window| window == line.as_bytes()));
        assert!(!found, "{} holds a secret", file.display());
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    entries.flat_map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { vec![entry.path()] }).collect()
}
