use crate::cli::args::EnvArgs;
use crate::cli::exit::{Exit, Stop};
use crate::cli::mail_domain::{KIND, mail_domain};
use crate::cli::prepare::{Prepared, Reading};
use crate::cli::workspace::Workspace;
use crate::hosts::Reach;
use crate::plan::PlanOptions;
use crate::view::StatusView;

/// Shows every layer at a glance.
pub async fn run(workspace: &Workspace<'_>, args: &EnvArgs) -> Result<Exit, Stop> {
    let options = PlanOptions::default();
    let prepared = Prepared::read(workspace, &args.env, Reading::Look, &options, Reach::Ask).await?;
    let plan = prepared.plan(&options)?;
    let holder = prepared.store.holder()?;
    let identity = prepared.observed.objects.values().find(|object| object.address.kind() == KIND);
    let mail = identity.map(|identity| mail_domain(identity, &prepared.topology));
    workspace.output.data(&StatusView {
        plan: &plan,
        observed: &prepared.observed,
        catalogue: &prepared.cloud.catalogue,
        stored: &prepared.stored,
        holder: holder.as_ref(),
        drifted: if prepared.stored.state.is_some() { prepared.drift().len() } else { 0 },
        mail: mail.as_ref(),
    });
    prepared.cloud.room.hosts().close().await;
    Ok(Exit::Done)
}
