use jiff::Timestamp;

use crate::cli::exit::{Exit, Stop};
use crate::cli::secrets;
use crate::cli::workspace::Workspace;
use crate::secrets::{Listed, SecretName};
use crate::view::{SecretListView, SecretRow, command};

/// `secret list`: names, kinds, generations, ages; never a value.
pub fn list(workspace: &Workspace<'_>, name: &str) -> Result<Exit, Stop> {
    let environment = workspace.load(name)?.environment;
    let store = secrets::open(workspace, &environment)?;
    let rows: Vec<SecretRow> = store.list().iter().map(row).collect();
    if rows.is_empty() {
        workspace.output.message(&format!("{name} has no secrets yet; `up` makes those it needs"));
    }
    workspace.output.data(&SecretListView { rows: &rows, now: Timestamp::now() });
    Ok(Exit::Done)
}

/// `secret rotate`: new values for the named secrets, or for all; the earlier ones are kept until nothing uses them.
pub fn rotate(workspace: &Workspace<'_>, name: &str, names: &[SecretName]) -> Result<Exit, Stop> {
    let environment = workspace.load(name)?.environment;
    let _lock = workspace.lock(name, "secret rotate")?;
    let mut store = secrets::open(workspace, &environment)?;
    let names = if names.is_empty() { store.list().into_iter().map(|listed| listed.name).collect() } else { names.to_vec() };
    if names.is_empty() {
        workspace.output.message(&format!("{name} has no secrets yet; `up` makes those it needs"));
        return Ok(Exit::Done);
    }
    for name in &names {
        let generation = store.rotate(name)?;
        workspace.output.message(&format!("{name}: generation {generation}; the earlier value is kept"));
    }
    secrets::save(workspace, &mut store)?;
    let cloud = crate::cli::cloud::cloud_name(workspace).to_string();
    let next = command(&cloud, &format!("up --env {name}"));
    workspace.output.message(&format!("nothing uses the new values yet; bring them to the hosts:\n    {next}"));
    Ok(Exit::Done)
}

fn row(listed: &Listed) -> SecretRow {
    SecretRow {
        name: listed.name.to_string(),
        kind: listed.kind.to_string(),
        generation: listed.generation,
        made: listed.made,
        has_earlier: listed.has_earlier,
    }
}
