//! What roles and instance profiles have in common: the path, the name in the ARN, the address in the name.

use aws_sdk_iam::types::Tag;

use crate::model::{RemoteId, ResourceAddress, Scope, Tags};
use crate::provider::{ErrorKind, ProviderError};

/// The path of everything of an environment, by which lists are limited to it.
pub(super) fn path(scope: &Scope) -> String {
    format!("/provision/{}/{}/", scope.project, scope.environment)
}

/// The name at the end of an ARN: `arn:aws:iam::123456789012:role/provision/acme/prod/acme-prod-hosts`.
pub(super) fn name_of(id: &RemoteId) -> &str {
    last_part(id.as_str())
}

/// The part after the last slash.
pub(super) fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// The address that a physical name of the environment carries, where it has the usual form.
pub(super) fn address_in(scope: &Scope, kind: &str, name: &str) -> Option<ResourceAddress> {
    let name = name.strip_prefix(&scope.physical_name(""))?;
    format!("{kind}.{name}").parse().ok()
}

/// The tags as IAM lists them.
pub(super) fn read_tags(tags: &[Tag]) -> Tags {
    tags.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}

/// The tags as IAM takes them.
pub(super) fn written(operation: &'static str, tags: &Tags) -> Result<Vec<Tag>, ProviderError> {
    let tags = tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
    tags.collect::<Result<_, _>>().map_err(|error| ProviderError::new(ErrorKind::Refused, operation, error.to_string()))
}

/// Nothing for what was deleted between a list and a read.
pub(super) fn unless_gone<T>(answer: Result<T, ProviderError>) -> Result<Option<T>, ProviderError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_from_the_usual_name_only() {
        let scope = Scope { project: "acme".to_owned(), environment: "prod".to_owned() };
        let found = |name: &str| address_in(&scope, "iam-role", name).map(|address| address.to_string());
        assert_eq!(found("acme-prod-hosts"), Some("iam-role.hosts".to_owned()));
        assert_eq!(found("acme-dev-hosts"), None);
        assert_eq!(found("acme-prod-Hosts"), None);
        assert_eq!(name_of(&RemoteId::new("arn:aws:iam::1:role/provision/acme/prod/acme-prod-hosts")), "acme-prod-hosts");
    }
}
