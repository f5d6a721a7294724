use std::collections::BTreeSet;

use futures::future::try_join_all;

use crate::model::{Catalogue, ResourceAddress, Scope};
use crate::plan::Observations;
use crate::provider::{Depth, ErrorKind, ProviderError, Registry};

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
        resource_type.observe(scope, depth).await
    });
    Ok(Observations::new(try_join_all(lists).await?.into_iter().flatten()))
}
