use std::collections::BTreeSet;

use futures::future::try_join_all;

use crate::engine::retry::Backoff;
use crate::model::{Catalogue, Observed, ResourceAddress, Scope};
use crate::plan::Observations;
use crate::provider::{Depth, ErrorKind, ProviderError, Registry, ResourceType};

/// How often a list is asked for again before a plan; the SDK has repeated each of them already.
const REPETITIONS: usize = 5;

/// The kinds whose lists show these addresses.
pub fn listing_kinds<'a>(catalogue: &Catalogue, addresses: impl IntoIterator<Item = &'a ResourceAddress>) -> BTreeSet<&'static str> {
    addresses.into_iter().filter_map(|address| catalogue.get(address.kind())).map(|schema| schema.listed_by).collect()
}

/// Reads the environment from the cloud: one list per kind, side by side.
///
/// # Errors
/// When the cloud refuses a list.
pub async fn observe(
    registry: &Registry,
    scope: &Scope,
    kinds: &BTreeSet<&'static str>,
    depth: Depth,
) -> Result<Observations, ProviderError> {
    let lists = kinds.iter().map(|kind| async move {
        let resource_type =
            registry.get(kind).ok_or_else(|| ProviderError::new(ErrorKind::Refused, "Describe", format!("no such type: {kind}")))?;
        list(resource_type.as_ref(), scope, depth).await
    });
    Ok(Observations::new(try_join_all(lists).await?.into_iter().flatten()))
}

/// Lists; a cloud that asks to slow down, or an answer that is lost, is no reason to begin all over.
async fn list(resource_type: &dyn ResourceType, scope: &Scope, depth: Depth) -> Result<Vec<Observed>, ProviderError> {
    let mut backoff = Backoff::default();
    for _ in 0..REPETITIONS {
        let error = match resource_type.observe(scope, depth).await {
            Ok(listed) => return Ok(listed),
            Err(error) => error,
        };
        let does_pass = matches!(error.kind, ErrorKind::Throttled | ErrorKind::Unknown);
        let Some(pause) = backoff.next(error.kind).filter(|_| does_pass) else { return Err(error) };
        tokio::time::sleep(pause).await;
    }
    resource_type.observe(scope, depth).await
}
