use crate::aws::Lookup;
use crate::cli::cloud::Cloud;
use crate::cli::doctor::{mail, place, quotas, rights, station};
use crate::cli::exit::Stop;
use crate::cli::permissions::least_groups;
use crate::cli::prepare::compiled;
use crate::cli::workspace::Workspace;
use crate::hosts::Reach;
use crate::model::Scope;
use crate::provider::ProviderError;
use crate::topology::{Placements, Topology};
use crate::view::{Check, Verdict};

/// What the checks are about, and whom they ask.
#[derive(Clone, Copy)]
pub struct Patient<'a> {
    /// The way to the cloud.
    pub lookup: &'a Lookup,
    /// The environment.
    pub topology: &'a Topology,
    /// Whose objects.
    pub scope: &'a Scope,
    /// The region's zones.
    pub zones: &'a [String],
}

/// Every check, in the order in which an operator would go through them.
pub async fn checks(workspace: &Workspace<'_>, name: &str) -> Result<Vec<Check>, Stop> {
    let configuration = workspace.load(name)?;
    let topology = compiled(workspace, &configuration, &Placements::default())?;
    let cloud = Cloud::connect(workspace, &configuration.environment, Reach::Remember).await?;
    let scope = workspace.scope(name);
    let account = &topology.environment.account;
    let mut checks = vec![Check::new("account", Verdict::Ok, format!("the credentials are of account {account}"))];
    let zones = match cloud.zones().await {
        Ok(zones) => zones,
        Err(error) => {
            checks.push(place::region_failed(&topology, &error));
            return Ok(checks);
        }
    };
    let patient = Patient { lookup: cloud.lookup(), topology: &topology, scope: &scope, zones: &zones };
    checks.push(place::region(patient));
    checks.push(place::machines(patient).await);
    checks.extend(place::databases(patient).await);
    checks.extend(quotas::checks(patient).await);
    checks.push(rights::creations(patient).await);
    checks.extend(rights::others(patient, &least_groups(&topology, &scope)?).await);
    checks.push(place::internet(patient).await);
    checks.extend(mail::checks(patient, &cloud).await);
    checks.push(station::key(workspace, &cloud.name, &topology, name)?);
    checks.push(station::clock(cloud.clock_is_ahead()));
    Ok(checks)
}

/// A check that the cloud would not answer.
pub fn unproved(name: &'static str, error: &ProviderError) -> Check {
    Check::new(name, Verdict::Unproved, format!("{} could not be asked: {}", error.operation, error.message))
}
