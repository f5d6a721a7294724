use crate::cli::args::StateCommand;
use crate::cli::cloud::cloud_name;
use crate::cli::exit::{Exit, Stop};
use crate::cli::prepare::{Prepared, Reading};
use crate::cli::workspace::Workspace;
use crate::hosts::Reach;
use crate::model::{Diagnostic, Resource, ResourceAddress};
use crate::plan::{PlanOptions, copies_of_the_living};
use crate::state::{Entry, Holder, Recorded, StateFile};
use crate::view::{Edition, HistoryView, ResourceView, StateListView, command};

/// Shows what is recorded, without a word to any cloud.
pub fn look(workspace: &Workspace<'_>, command: StateCommand) -> Result<Exit, Stop> {
    let open = |environment: &str| workspace.store(&cloud_name(workspace), environment);
    match command {
        StateCommand::List(env) => {
            let state = recorded(workspace, &env.env)?;
            workspace.output.data(&StateListView { state: &state });
        }
        StateCommand::Show { env, address } => show(workspace, &recorded(workspace, &env.env)?, &env.env, address.as_ref())?,
        StateCommand::History(env) => {
            let editions = open(&env.env).editions()?;
            let editions: Vec<Edition> = editions
                .into_iter()
                .map(|edition| Edition {
                    serial: edition.serial,
                    written: edition.written,
                    command: edition.command,
                    holder: edition.holder,
                    outcome: edition.outcome,
                    objects: edition.objects,
                })
                .collect();
            workspace.output.data(&HistoryView { editions: &editions });
        }
        StateCommand::Unlock(env) => match open(&env.env).holder()? {
            None => workspace.output.message(&format!("{} is not locked", env.env)),
            Some(holder) => {
                let diagnostic = Diagnostic::error("E0405", "the lock is held by a living process")
                    .note(format!("{} is locked by {holder}.", env.env))
                    .help("this is a lock of the operating system: it is free as soon as that process is gone, however it goes, and cannot be taken away from it");
                return Err(Stop::new(Exit::Locked, diagnostic));
            }
        },
        StateCommand::Rebuild(_) => {}
    }
    Ok(Exit::Done)
}

fn show(workspace: &Workspace<'_>, state: &StateFile, environment: &str, address: Option<&ResourceAddress>) -> Result<(), Stop> {
    if let Some(address) = address.filter(|address| !state.resources.contains_key(address)) {
        let diagnostic = Diagnostic::error("E0406", "the object is not recorded")
            .note(format!("{environment} has no {address}"))
            .help(format!("what is recorded:\n    {}", said(workspace, &format!("state list --env {environment}"))));
        return Err(Stop::new(Exit::Usage, diagnostic));
    }
    for (address, recorded) in state.resources.iter().filter(|(other, _)| address.is_none_or(|address| address == *other)) {
        workspace.output.data(&ResourceView { address, recorded, pending: &state.pending });
    }
    Ok(())
}

/// A command line for the cloud the flags point at.
fn said(workspace: &Workspace<'_>, words: &str) -> String {
    command(&cloud_name(workspace).to_string(), words)
}

fn recorded(workspace: &Workspace<'_>, environment: &str) -> Result<StateFile, Stop> {
    workspace.store(&cloud_name(workspace), environment).read()?.state.ok_or_else(|| nothing_recorded(workspace, environment))
}

/// Stops because there is no record.
pub fn nothing_recorded(workspace: &Workspace<'_>, environment: &str) -> Stop {
    let diagnostic = Diagnostic::error("E0407", "nothing is recorded yet")
        .note(format!("no command has changed {environment} from here, in this cloud"))
        .help(format!(
            "if it exists all the same, read it back from the cloud:\n    {}",
            said(workspace, &format!("state rebuild --env {environment}"))
        ));
    Stop::new(Exit::Failed, diagnostic)
}

/// Writes the state again from the cloud's own tags.
pub async fn rebuild(workspace: &Workspace<'_>, name: &str) -> Result<Exit, Stop> {
    let lock = workspace.lock(name, "state rebuild")?;
    let store = workspace.store(&cloud_name(workspace), name);
    let aside = store.set_aside(&lock)?;
    let prepared = Prepared::read(workspace, name, Reading::Look, &PlanOptions::default(), Reach::Ask).await?;
    let journal = store.begin(&lock, StateFile::empty(crate::cli::run::new_lineage()))?;
    let holder = Holder::this_process("state rebuild").to_string();
    journal.append(Entry::Run { command: "state rebuild".to_owned(), holder }).await?;
    // A plan takes a recorded copy for the last state of what is still there; how old these are, nothing tells.
    let outdated = copies_of_the_living(&prepared.cloud.catalogue, &prepared.observed);
    for (address, observed) in prepared.observed.objects.iter().filter(|(address, _)| !outdated.contains(*address)) {
        let dependencies = prepared.desired.get(address).map(Resource::dependencies).unwrap_or_default();
        let recorded = Box::new(Recorded::of(observed, dependencies));
        journal.append(Entry::Settled { address: address.clone(), recorded }).await?;
    }
    journal.append(Entry::Finished { outcome: "done".to_owned() }).await?;
    let state = store.finish(&lock, journal)?;
    for path in aside {
        workspace.output.message(&format!("put aside: {}", path.strip_prefix(&workspace.project.root).unwrap_or(&path).display()));
    }
    workspace.output.message(&format!("rebuilt the state of {name} from the cloud's own tags: {} objects", state.resources.len()));
    Ok(Exit::Done)
}
