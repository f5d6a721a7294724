use std::collections::BTreeSet;

use crate::bundle::Unit;
use crate::cli::args::EnvArgs;
use crate::cli::exit::{Exit, Stop};
use crate::cli::hosts;
use crate::cli::mail_domain::{KIND, mail_domain};
use crate::cli::prepare::{Prepared, Reading};
use crate::cli::verify::{self, Patience};
use crate::cli::workspace::Workspace;
use crate::hosts::Reach;
use crate::model::ResourceAddress;
use crate::plan::PlanOptions;
use crate::view::{StatusView, Watch};

/// Shows every layer at a glance.
pub async fn run(workspace: &Workspace<'_>, args: &EnvArgs) -> Result<Exit, Stop> {
    let options = PlanOptions::default();
    let prepared = Prepared::read(workspace, &args.env, Reading::Look, &options, Reach::Ask).await?;
    let plan = prepared.plan(&options)?;
    let holder = prepared.store.holder()?;
    let identity = prepared.observed.objects.values().find(|object| object.address.kind() == KIND);
    let mail = identity.map(|identity| mail_domain(identity, &prepared.topology));
    let watched = watched(&prepared);
    let is_meant = |host: &str, unit: &Unit| watched.contains(host) && unit.folder.starts_with("monitoring/");
    let proofs = verify::prove_some(workspace, &prepared, Patience::None, is_meant).await?;
    let watch = Watch { proofs: &proofs, is_real: prepared.cloud.room.is_real() };
    workspace.output.data(&StatusView {
        plan: &plan,
        observed: &prepared.observed,
        catalogue: &prepared.cloud.catalogue,
        stored: &prepared.stored,
        holder: holder.as_ref(),
        drifted: if prepared.stored.state.is_some() { prepared.drift().len() } else { 0 },
        watch: (!watched.is_empty()).then_some(watch),
        mail: mail.as_ref(),
    });
    prepared.cloud.room.hosts().close().await;
    Ok(Exit::Done)
}

/// The monitoring hosts whose software is there.
fn watched(prepared: &Prepared) -> BTreeSet<&str> {
    let hosts = prepared.topology.monitoring.hosts.values().map(String::as_str);
    hosts.filter(|host| prepared.observed.objects.contains_key(&ResourceAddress::new(hosts::KIND, *host))).collect()
}
