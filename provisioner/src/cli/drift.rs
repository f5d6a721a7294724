use crate::cli::adopt::adopt;
use crate::cli::args::DriftArgs;
use crate::cli::exit::{Exit, Stop};
use crate::cli::interrupt::listen;
use crate::cli::prepare::{Prepared, Reading};
use crate::cli::state::nothing_recorded;
use crate::cli::up::carry_out;
use crate::cli::workspace::Workspace;
use crate::hosts::Reach;
use crate::plan::{Drifted, PlanOptions, asked_by_files};
use crate::view::{DriftView, PlanView};

/// Shows what was changed outside; puts it back, or writes it into the environment file.
pub async fn run(workspace: &Workspace<'_>, args: &DriftArgs) -> Result<Exit, Stop> {
    if args.repair {
        return repair(workspace, args).await;
    }
    let prepared = Prepared::read(workspace, &args.env.env, Reading::Look, &PlanOptions::default(), Reach::Ask).await?;
    prepared.cloud.room.hosts().close().await;
    let drift = show(workspace, &prepared, !args.adopt)?;
    prepared.tell_requests(workspace);
    let is_left = if args.adopt && !drift.is_empty() { adopt(workspace, &prepared, &drift)? } else { !drift.is_empty() };
    Ok(if is_left { Exit::Changes } else { Exit::Done })
}

fn show(workspace: &Workspace<'_>, prepared: &Prepared, offers_ways: bool) -> Result<Vec<Drifted>, Stop> {
    if prepared.stored.state.is_none() && !prepared.observed.objects.is_empty() {
        return Err(nothing_recorded(workspace, &prepared.scope.environment));
    }
    let drift = prepared.drift();
    let plan = prepared.plan(&PlanOptions::default())?;
    workspace.output.data(&DriftView {
        scope: &prepared.scope,
        cloud: &prepared.cloud.name.to_string(),
        drift: &drift,
        asked_by_files: asked_by_files(&plan, &drift),
        names: &prepared.observed.names(),
        offers_ways,
    });
    Ok(drift)
}

/// A plan of exactly what was changed outside: shown, approved, carried out.
async fn repair(workspace: &Workspace<'_>, args: &DriftArgs) -> Result<Exit, Stop> {
    let name = &args.env.env;
    let lock = workspace.lock(name, "drift --repair")?;
    let signals = listen();
    let prepared = Prepared::read(workspace, name, Reading::Change, &PlanOptions::default(), Reach::Ask).await?;
    let drift = show(workspace, &prepared, false)?;
    if drift.is_empty() {
        return Ok(Exit::Done);
    }
    let targets = drift.into_iter().map(|drifted| drifted.address).collect();
    let plan = prepared.plan(&PlanOptions { targets, targets_alone: true, ..PlanOptions::default() })?;
    workspace.output.data(&PlanView { plan: &plan, catalogue: &prepared.cloud.catalogue });
    let run = crate::cli::run::Run { workspace, prepared: &prepared, lock: &lock, command: "drift --repair" };
    let ended = carry_out(&run, plan, &signals, args.yes).await;
    prepared.cloud.room.hosts().close().await;
    ended
}
