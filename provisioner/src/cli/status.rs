use crate::cli::args::EnvArgs;
use crate::cli::exit::{Exit, Stop};
use crate::cli::prepare::{Prepared, Reading};
use crate::cli::workspace::Workspace;
use crate::plan::PlanOptions;
use crate::view::StatusView;

/// Shows every layer at a glance.
pub async fn run(workspace: &Workspace<'_>, args: &EnvArgs) -> Result<Exit, Stop> {
    let options = PlanOptions::default();
    let prepared = Prepared::read(workspace, &args.env, Reading::Look, &options).await?;
    let plan = prepared.plan(&options)?;
    let holder = prepared.store.holder()?;
    workspace.output.data(&StatusView {
        plan: &plan,
        observed: &prepared.observed,
        catalogue: &prepared.cloud.catalogue,
        stored: &prepared.stored,
        holder: holder.as_ref(),
        drifted: if prepared.stored.state.is_some() { prepared.drift().len() } else { 0 },
    });
    Ok(Exit::Done)
}
