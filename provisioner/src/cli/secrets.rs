use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::cli::exit::{Exit, Stop};
use crate::cli::workspace::Workspace;
use crate::config::Environment;
use crate::hosts::Authority;
use crate::model::Diagnostic;
use crate::secrets::{IDENTITY_VARIABLE, Keys, Kind, Listed, Secret, SecretError, SecretName, SecretStore};

/// How long passwords are that this program makes.
const PASSWORD: usize = 32;

/// Opens an environment's secrets, or begins them; a key made for this machine is told.
///
/// # Errors
/// When nobody here can open them, or they cannot be read.
pub fn open(workspace: &Workspace<'_>, environment: &Environment) -> Result<SecretStore, SecretError> {
    let root = &workspace.project.root;
    let path = path(workspace, &environment.name);
    let own = workspace.private_folder().join("keys").join(format!("{}.age-identity", environment.name));
    let variable = std::env::var_os(IDENTITY_VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from);
    let keys = Keys::find(&environment.secret_recipients, variable.as_deref(), &own, &path)?;
    if let Some(made) = keys.made() {
        let shown = shown(root, made);
        workspace.output.message(&format!(
            "made a key that opens the secrets: {shown} (keep it, or name operators of your own in [secrets] recipients)"
        ));
    }
    SecretStore::open(&path, keys)
}

/// The sealed file of an environment's secrets.
pub fn path(workspace: &Workspace<'_>, environment: &str) -> PathBuf {
    workspace.project.root.join("secrets").join(format!("{environment}.age"))
}

/// Writes the secrets down if anything changed, and says so.
///
/// # Errors
/// When they cannot be written.
pub fn save(workspace: &Workspace<'_>, store: &mut SecretStore) -> Result<(), SecretError> {
    if store.save()? {
        workspace.output.message(&format!("sealed the secrets in {} (commit it)", shown(&workspace.project.root, store.path())));
    }
    Ok(())
}

/// The generations of the secrets; none when nobody here can open them.
pub fn generations(workspace: &Workspace<'_>, environment: &Environment) -> Result<Option<BTreeMap<String, i64>>, Stop> {
    let store = match open(workspace, environment) {
        Err(SecretError::NoIdentity { .. }) => return Ok(None),
        opened => opened?,
    };
    Ok(Some(store.list().into_iter().map(|listed| (listed.name.as_str().to_owned(), listed.generation.into())).collect()))
}

/// Forgets the earlier values of these secrets: nothing uses them any more.
///
/// # Errors
/// When the secrets cannot be opened or written.
pub fn forget_earlier(workspace: &Workspace<'_>, environment: &Environment, names: &BTreeSet<String>) -> Result<(), Stop> {
    if !path(workspace, &environment.name).exists() {
        return Ok(());
    }
    let mut store = match open(workspace, environment) {
        // Who has the key forgets it some other time.
        Err(SecretError::NoIdentity { .. }) => return Ok(()),
        opened => opened?,
    };
    let unused: Vec<Listed> =
        store.list().into_iter().filter(|listed| listed.has_earlier && names.contains(listed.name.as_str())).collect();
    for Listed { name, generation, .. } in &unused {
        store.forget_earlier(name);
        workspace.output.message(&format!("{name}: every host has generation {generation}; the earlier value is forgotten"));
    }
    Ok(save(workspace, &mut store)?)
}

/// The values of those of these secrets that are there; nothing is made.
pub fn known(workspace: &Workspace<'_>, environment: &Environment, names: &BTreeSet<&str>) -> Result<BTreeMap<String, Secret>, Stop> {
    let store = open(workspace, environment)?;
    let mut values = BTreeMap::new();
    for name in names {
        values.extend(store.get(&name.parse()?).map(|value| ((*name).to_owned(), value.clone())));
    }
    Ok(values)
}

/// The values of these secrets; what is not there yet is made.
pub fn values(workspace: &Workspace<'_>, environment: &Environment, names: &BTreeSet<&str>) -> Result<BTreeMap<String, Secret>, Stop> {
    let mut store = open(workspace, environment)?;
    let mut values = BTreeMap::new();
    for name in names {
        let value = store.ensure(&name.parse()?, Kind::Password { length: PASSWORD })?.clone();
        values.insert((*name).to_owned(), value);
    }
    save(workspace, &mut store)?;
    Ok(values)
}

/// The public half of the environment's SSH authority, which is made at its first use; `pinned` is what the lock file knows.
///
/// # Errors
/// When it cannot be made or read, or when the pinned one has lost its private half.
pub fn ssh_authority(workspace: &Workspace<'_>, environment: &Environment, pinned: &str) -> Result<String, Stop> {
    let mut store = match open(workspace, environment) {
        // Who cannot open the secrets can still plan.
        Err(SecretError::NoIdentity { .. }) if !pinned.is_empty() => return Ok(pinned.to_owned()),
        opened => opened?,
    };
    let name = SecretName::ssh_authority();
    if store.get(&name).is_none() && !pinned.is_empty() {
        return Err(lost(&environment.name));
    }
    store.ensure(&name, Kind::SshAuthority)?;
    save(workspace, &mut store)?;
    let authority = Authority::of(&store).map_err(|error| Stop::new(Exit::Usage, error.diagnostic()))?;
    Ok(authority.public_line())
}

fn lost(environment: &str) -> Stop {
    let diagnostic = Diagnostic::error("E0363", "the SSH authority is lost")
        .note(format!("environments/{environment}.lock pins one, and secrets/{environment}.age does not hold it: hosts that trust it could not be reached any more"))
        .help(format!("put back the committed secrets/{environment}.age"))
        .help(format!("or, if no host of {environment} exists, remove `ssh_authority` from environments/{environment}.lock: a new one is made"));
    Stop::new(Exit::Refused, diagnostic)
}

fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}
