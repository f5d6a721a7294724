use aws_sdk_rds::types::Tag;

use crate::aws::client::Connection;
use crate::aws::request::request_text;
use crate::model::{Attributes, Observed, ResourceAddress, Scope, TAG_TOKEN, Tags, Value};
use crate::provider::{Calls, ErrorKind, ProviderError, Token, Update};

/// What all of our own tag keys begin with.
const OURS: &str = "provision:";
/// The observed attribute that holds the ARN, by which RDS's tagging operations name an object.
const ARN: &str = "arn";

/// The tags as RDS lists them.
pub(super) fn read(tags: &[Tag]) -> Tags {
    tags.iter().filter_map(|tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned()))).collect()
}

fn written(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// The tags that an object gets in the call that makes it: those wanted, and the token of the intent.
pub(super) fn at_creation(tags: &Tags, token: &Token) -> Vec<Tag> {
    let mut tags = tags.clone();
    tags.insert(TAG_TOKEN.to_owned(), token.to_string());
    written(&tags)
}

/// The address that tags give to an object of this kind.
///
/// Nothing for another kind's: RDS copies an instance's tags, ours included, to the snapshots that anybody makes of it
/// (RDS `CreateDBInstance`, CopyTagsToSnapshot).
pub(super) fn address_of(kind: &str, scope: &Scope, tags: &Tags) -> Option<ResourceAddress> {
    scope.address_in(tags).filter(|address| address.kind() == kind)
}

/// The tags of an object whose list does not show them (RDS `ListTagsForResource`).
///
/// # Errors
/// When the cloud refuses.
pub(super) async fn list(connection: &Connection, arn: &str) -> Result<Tags, ProviderError> {
    const OPERATION: &str = "ListTagsForResource";
    let answer = connection.call(OPERATION, connection.rds().list_tags_for_resource().resource_name(arn).send()).await?;
    Ok(read(answer.tag_list()))
}

/// What a scope's physical names begin with, in RDS's lower case.
pub(super) fn prefix(scope: &Scope) -> String {
    scope.physical_name("").to_lowercase()
}

/// Notes an attribute that is only observed.
pub(super) fn note(attributes: &mut Attributes, name: &str, text: Option<&str>) {
    if let Some(text) = text {
        attributes.insert(name.to_owned(), Value::Text(text.to_owned()));
    }
}

/// Notes the ARN of an observed object.
pub(super) fn note_arn(observed: &mut Observed, arn: Option<&str>) {
    note(&mut observed.attributes, ARN, arn);
}

/// Writes the tags that differ and removes those of ours that are wanted no more; tags of other people stay.
///
/// # Errors
/// When the cloud refuses, or its answer is unknown.
pub(super) async fn repair(connection: &Connection, request: &Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
    let Update { observed: Observed { tags: observed, attributes, .. }, tags: wanted, stale_tags, .. } = request;
    let missing: Tags =
        wanted.iter().filter(|(key, value)| observed.get(*key) != Some(value)).map(|(key, value)| (key.clone(), value.clone())).collect();
    let left_over: Vec<String> = observed
        .keys()
        .filter(|key| stale_tags.contains(*key) || (key.starts_with(OURS) && *key != TAG_TOKEN && !wanted.contains_key(*key)))
        .cloned()
        .collect();
    if missing.is_empty() && left_over.is_empty() {
        return Ok(());
    }
    let arn = attributes
        .get(ARN)
        .and_then(Value::as_text)
        .ok_or_else(|| ProviderError::new(ErrorKind::Unknown, "AddTagsToResource", "the list does not show the object's ARN"))?;
    if !missing.is_empty() {
        const OPERATION: &str = "AddTagsToResource";
        calls.intend(OPERATION, &request_text(&(arn, &missing))).await?;
        let call = connection.rds().add_tags_to_resource().resource_name(arn).set_tags(Some(written(&missing)));
        connection.call(OPERATION, call.send()).await?;
    }
    if !left_over.is_empty() {
        const OPERATION: &str = "RemoveTagsFromResource";
        calls.intend(OPERATION, &request_text(&(arn, &left_over))).await?;
        let call = connection.rds().remove_tags_from_resource().resource_name(arn).set_tag_keys(Some(left_over));
        connection.call(OPERATION, call.send()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_with_its_instances_tags_is_nobodys() {
        let scope = Scope { project: "p".to_owned(), environment: "e".to_owned() };
        let tags = scope.tags_for(&ResourceAddress::new("db-instance", "core"));
        assert_eq!(address_of("db-snapshot", &scope, &tags), None);
        assert_eq!(address_of("db-instance", &scope, &tags), Some(ResourceAddress::new("db-instance", "core")));
    }
}
