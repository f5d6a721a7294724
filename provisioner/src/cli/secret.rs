use jiff::Timestamp;

use crate::cli::cloud::cloud_name;
use crate::cli::exit::{Exit, Stop};
use crate::cli::secrets;
use crate::cli::workspace::Workspace;
use crate::model::Diagnostic;
use crate::secrets::{Kind, Listed, SecretName};
use crate::view::{SecretListView, SecretRow, command};

/// `secret list`: names, kinds, generations, ages; never a value.
pub fn list(workspace: &Workspace<'_>, name: &str) -> Result<Exit, Stop> {
    let environment = workspace.load(name)?.environment;
    if !secrets::path(workspace, name).exists() {
        return Ok(none_yet(workspace, name));
    }
    let rows: Vec<SecretRow> = secrets::open(workspace, &environment)?.list().iter().map(row).collect();
    workspace.output.data(&SecretListView { rows: &rows, now: Timestamp::now() });
    Ok(Exit::Done)
}

/// `secret rotate`: new values for the named secrets, or for all; the earlier ones are kept until nothing uses them.
pub fn rotate(workspace: &Workspace<'_>, name: &str, names: &[SecretName]) -> Result<Exit, Stop> {
    let environment = workspace.load(name)?.environment;
    let _lock = workspace.lock(name, "secret rotate")?;
    if !secrets::path(workspace, name).exists() {
        return Ok(none_yet(workspace, name));
    }
    let mut store = secrets::open(workspace, &environment)?;
    let names = if names.is_empty() { store.list().into_iter().map(|listed| listed.name).collect() } else { names.to_vec() };
    // Hosts know two authorities at most: with a third one, those that were not told of the second are lost.
    if let Some(listed) = store.list().iter().find(|listed| listed.kind == Kind::SshAuthority && listed.has_earlier)
        && names.contains(&listed.name)
    {
        return Err(too_early(&cloud_name(workspace).to_string(), name));
    }
    for name in &names {
        let generation = store.rotate(name)?;
        workspace.output.message(&format!("{name}: generation {generation}; the earlier value is kept"));
    }
    secrets::save(workspace, &mut store)?;
    let cloud = cloud_name(workspace).to_string();
    let next = command(&cloud, &format!("up --env {name}"));
    workspace.output.message(&format!("nothing uses the new values yet; bring them to the hosts:\n    {next}"));
    Ok(Exit::Done)
}

fn none_yet(workspace: &Workspace<'_>, name: &str) -> Exit {
    workspace.output.message(&format!("{name} has no secrets yet; `up` makes those it needs"));
    Exit::Done
}

fn too_early(cloud: &str, name: &str) -> Stop {
    let diagnostic = Diagnostic::error("E0364", "the SSH authority was rotated, and not every host knows it yet")
        .note("a host that knows only the one before could not be reached after another rotation")
        .help(format!("bring it to every host first, then rotate again:\n    {}", command(cloud, &format!("up --env {name}"))));
    Stop::new(Exit::Refused, diagnostic)
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
