//! What SES's identities and configuration sets have in common: tags, which are written by ARN.

use aws_sdk_sesv2::types::Tag;

use crate::aws::client::Connection;
use crate::aws::request::request_text;
use crate::aws::tag_changes::TagChanges;
use crate::model::{Tags, partition};
use crate::provider::{Calls, ErrorKind, ProviderError, Update};

/// The tags as SES lists them.
pub(super) fn read_tags(tags: &[Tag]) -> Tags {
    tags.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}

/// The tags as SES takes them.
pub(super) fn written(operation: &'static str, tags: &Tags) -> Result<Vec<Tag>, ProviderError> {
    let tags = tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
    tags.collect::<Result<_, _>>().map_err(|error| ProviderError::new(ErrorKind::Refused, operation, error.to_string()))
}

/// Writes the tags that differ and removes those of ours that are wanted no more; `noun` is `identity` or `configuration-set`.
pub(super) async fn repair_tags(connection: &Connection, noun: &str, request: &Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
    let changes = TagChanges::of(request);
    if changes.written.is_empty() && changes.removed.is_empty() {
        return Ok(());
    }
    let (region, account) = (connection.region(), connection.identity().await?.account);
    let arn = format!("arn:{}:ses:{region}:{account}:{noun}/{}", partition(region), request.observed.id);
    if !changes.written.is_empty() {
        const OPERATION: &str = "TagResource";
        calls.intend(OPERATION, &request_text(&(&arn, &changes.written))).await?;
        let call = connection.ses().tag_resource().resource_arn(&arn).set_tags(Some(written(OPERATION, &changes.written)?));
        connection.call(OPERATION, call.send()).await?;
    }
    if !changes.removed.is_empty() {
        const OPERATION: &str = "UntagResource";
        calls.intend(OPERATION, &request_text(&(&arn, &changes.removed))).await?;
        let call = connection.ses().untag_resource().resource_arn(&arn).set_tag_keys(Some(changes.removed));
        connection.call(OPERATION, call.send()).await?;
    }
    Ok(())
}
