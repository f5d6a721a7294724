use std::time::Duration;

use provisioner::state::{Holder, Lock, StateStore};

use super::project::Project;

/// Holds the lock of an environment in the rehearsal cloud, as a command of another process would.
pub fn hold(project: &Project, environment: &str) -> Lock {
    let folder = project.path().join(".provision/state/sandbox").join(environment);
    let holder = Holder { user: "operator".to_owned(), ..Holder::this_process("up") };
    StateStore::new(folder, environment).lock(&holder, Duration::ZERO).expect("free")
}
