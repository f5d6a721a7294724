use aws_sdk_ec2::types::{Filter, ResourceType, Tag, TagSpecification};

use crate::aws::client::Connection;
use crate::aws::request::request_text;
use crate::model::{Observed, RemoteId, Scope, TAG_ADDRESS, TAG_ENVIRONMENT, TAG_PROJECT, TAG_TOKEN, Tags};
use crate::provider::{Calls, Create, ProviderError, Token, Update};

/// What all of our own tag keys begin with; nobody else writes such keys.
const OURS: &str = "provision:";

/// The tag on a machine that was ever protected against being terminated. No list shows the protection itself, so that it is read one by
/// one, and of such machines only.
pub(super) const TAG_PROTECTED: &str = "provision:protected";

/// Tags of ours that no plan wants, and that stay.
const UNPLANNED: [&str; 2] = [TAG_TOKEN, TAG_PROTECTED];

/// Filters a list by one name and its value.
pub(super) fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}

/// Filters a list to the objects of a scope.
pub(super) fn scope_filters(scope: &Scope) -> Vec<Filter> {
    vec![filter(&format!("tag:{TAG_PROJECT}"), &scope.project), filter(&format!("tag:{TAG_ENVIRONMENT}"), &scope.environment)]
}

/// Filters a list to what the intent with this token made.
pub(super) fn token_filter(token: &Token) -> Filter {
    filter(&format!("tag:{TAG_TOKEN}"), token.as_str())
}

/// The tags as the cloud lists them.
pub(super) fn read_tags(tags: &[Tag]) -> Tags {
    tags.iter().filter_map(|tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned()))).collect()
}

fn written(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// The tags that an object gets in the call that makes it: those wanted, and the token of the intent.
pub(super) fn tags_at_creation(kind: ResourceType, tags: &Tags, token: &Token) -> TagSpecification {
    let mut tags = tags.clone();
    tags.insert(TAG_TOKEN.to_owned(), token.to_string());
    TagSpecification::builder().resource_type(kind).set_tags(Some(written(&tags))).build()
}

/// The tags of what AWS makes along with an object (root volume, interface): the operator's, none of ours, so that a
/// list by our tags never shows it. Nothing when the operator has none.
pub(super) fn tags_of_companion(kind: ResourceType, tags: &Tags) -> Option<TagSpecification> {
    let tags: Tags = tags.iter().filter(|(key, _)| !key.starts_with(OURS)).map(|(key, value)| (key.clone(), value.clone())).collect();
    (!tags.is_empty()).then(|| TagSpecification::builder().resource_type(kind).set_tags(Some(written(&tags))).build())
}

/// Whether the tags say that the object has the address the wanted tags carry, in the same environment.
pub(super) fn is_same_object(observed: &Tags, wanted: &Tags) -> bool {
    [TAG_PROJECT, TAG_ENVIRONMENT, TAG_ADDRESS].iter().all(|key| wanted.contains_key(*key) && observed.get(*key) == wanted.get(*key))
}

/// Puts our tags on an object that AWS made.
pub(super) async fn adopt(connection: &Connection, id: &RemoteId, request: &Create<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
    const OPERATION: &str = "CreateTags";
    let token = calls.intend(OPERATION, &request_text(&(id, request.tags))).await?;
    let mut tags = request.tags.clone();
    tags.insert(TAG_TOKEN.to_owned(), token.to_string());
    let call = connection.ec2().create_tags().resources(id.as_str()).set_tags(Some(written(&tags)));
    connection.call(OPERATION, call.send()).await.map(drop)
}

/// Marks a machine as protected, if it is not marked yet.
pub(super) async fn mark_protected(connection: &Connection, observed: &Observed, calls: &dyn Calls) -> Result<(), ProviderError> {
    const OPERATION: &str = "CreateTags";
    let Observed { id, tags, .. } = observed;
    if tags.contains_key(TAG_PROTECTED) {
        return Ok(());
    }
    let mark = Tags::from([(TAG_PROTECTED.to_owned(), "true".to_owned())]);
    calls.intend(OPERATION, &request_text(&(id, &mark))).await?;
    let call = connection.ec2().create_tags().resources(id.as_str()).set_tags(Some(written(&mark)));
    connection.call(OPERATION, call.send()).await.map(drop)
}

/// Writes the tags that differ and removes those of ours that are wanted no more; tags of other people stay.
pub(super) async fn repair_tags(connection: &Connection, request: &Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
    let Update { observed: Observed { id, tags: observed, .. }, tags: wanted, stale_tags, .. } = request;
    let missing: Tags =
        wanted.iter().filter(|(key, value)| observed.get(*key) != Some(value)).map(|(key, value)| (key.clone(), value.clone())).collect();
    if !missing.is_empty() {
        calls.intend("CreateTags", &request_text(&(id, &missing))).await?;
        let call = connection.ec2().create_tags().resources(id.as_str()).set_tags(Some(written(&missing)));
        connection.call("CreateTags", call.send()).await?;
    }
    let left_over: Vec<&String> = observed
        .keys()
        .filter(|key| {
            stale_tags.contains(*key) || (key.starts_with(OURS) && !UNPLANNED.contains(&key.as_str()) && !wanted.contains_key(*key))
        })
        .collect();
    if !left_over.is_empty() {
        calls.intend("DeleteTags", &request_text(&(id, &left_over))).await?;
        let keys = left_over.iter().map(|key| Tag::builder().key(key.as_str()).build()).collect();
        let call = connection.ec2().delete_tags().resources(id.as_str()).set_tags(Some(keys));
        connection.call("DeleteTags", call.send()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn companions_carry_the_operators_tags_and_none_of_ours() {
        let tags = Tags::from([("Name".to_owned(), "a".to_owned()), (TAG_PROJECT.to_owned(), "p".to_owned())]);
        let companion = tags_of_companion(ResourceType::Volume, &tags).expect("it has a name");
        assert_eq!(read_tags(companion.tags()), Tags::from([("Name".to_owned(), "a".to_owned())]));
    }

    #[test]
    fn an_object_of_another_address_is_not_the_same() {
        let wanted = Tags::from([
            (TAG_PROJECT.to_owned(), "p".to_owned()),
            (TAG_ENVIRONMENT.to_owned(), "e".to_owned()),
            ("provision:address".to_owned(), "subnet.a".to_owned()),
        ]);
        let mut observed = wanted.clone();
        assert!(is_same_object(&observed, &wanted));
        observed.insert("provision:address".to_owned(), "subnet.b".to_owned());
        assert!(!is_same_object(&observed, &wanted));
        assert!(!is_same_object(&Tags::new(), &Tags::new()));
    }
}
