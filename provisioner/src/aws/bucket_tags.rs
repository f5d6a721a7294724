use aws_sdk_s3::types::{Tag, Tagging};

use crate::aws::client::Connection;
use crate::aws::request::request_text;
use crate::model::{RemoteId, ResourceAddress, Scope, TAG_ADDRESS, TAG_ENVIRONMENT, TAG_PROJECT, TAG_TOKEN, Tags};
use crate::provider::{Calls, ErrorKind, ProviderError, Update};

const READ: &str = "GetBucketTagging";
const WRITE: &str = "PutBucketTagging";
/// What the tags begin with that only AWS writes, and that no request may hold (S3 User Guide, "Using cost allocation S3 bucket tags").
const OF_AWS: &str = "aws:";
const OURS: &str = "provision:";

/// What is known of a bucket by its tags.
pub(super) enum BucketTags {
    /// There is no such bucket.
    NoBucket,
    /// It is there, with these tags; perhaps none.
    Of(Tags),
}

/// Reads the tags of a bucket.
pub(super) async fn bucket_tags(connection: &Connection, name: &str) -> Result<BucketTags, ProviderError> {
    let call = connection.s3().get_bucket_tagging().bucket(name);
    match connection.call(READ, call.send()).await {
        Ok(answer) => {
            let tags = answer.tag_set().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned()));
            Ok(BucketTags::Of(tags.collect()))
        }
        Err(error) => match error.code.as_deref() {
            Some("NoSuchTagSet") => Ok(BucketTags::Of(Tags::new())),
            Some("NoSuchBucket") => Ok(BucketTags::NoBucket),
            // What S3 answers for other people's buckets, and for ours without the permission.
            Some("AccessDenied") => {
                let message = format!("the bucket {name} is another account's, or its tags may not be read: {}", error.message);
                Err(ProviderError { message, ..error })
            }
            _ => Err(error),
        },
    }
}

/// Tags as a request holds them.
pub(super) fn written(operation: &'static str, tags: &Tags) -> Result<Vec<Tag>, ProviderError> {
    let tags = tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
    tags.collect::<Result<_, _>>().map_err(|error| ProviderError::new(ErrorKind::Refused, operation, error.to_string()))
}

/// Writes all tags of a bucket; what is not among them is gone (S3 `PutBucketTagging`).
pub(super) async fn write_bucket_tags(connection: &Connection, name: &str, tags: &Tags, calls: &dyn Calls) -> Result<(), ProviderError> {
    calls.intend(WRITE, &request_text(&(name, tags))).await?;
    let tagging = Tagging::builder().set_tag_set(Some(written(WRITE, tags)?)).build();
    let tagging = tagging.map_err(|error| ProviderError::new(ErrorKind::Refused, WRITE, error.to_string()))?;
    connection.call(WRITE, connection.s3().put_bucket_tagging().bucket(name).tagging(tagging).send()).await.map(drop)
}

/// Writes the tags that differ and takes away those of ours that are wanted no more; tells whether it wrote anything.
///
/// What other people wrote stays: it is read again just before, for the call writes all tags at once.
pub(super) async fn repair_bucket_tags(connection: &Connection, request: &Update<'_>, calls: &dyn Calls) -> Result<bool, ProviderError> {
    if merged(&request.observed.tags, request) == request.observed.tags {
        return Ok(false);
    }
    let name = request.observed.id.as_str();
    let found = match bucket_tags(connection, name).await? {
        BucketTags::Of(found) => found,
        BucketTags::NoBucket => return Err(ProviderError::new(ErrorKind::NotFound, READ, format!("the bucket {name} is not there"))),
    };
    let merged: Tags = merged(&found, request).into_iter().filter(|(key, _)| !key.starts_with(OF_AWS)).collect();
    write_bucket_tags(connection, name, &merged, calls).await?;
    Ok(true)
}

/// What is there, without what of ours is wanted no more, and with what is wanted.
fn merged(found: &Tags, request: &Update<'_>) -> Tags {
    let is_stale =
        |key: &str| request.stale_tags.contains(key) || (key.starts_with(OURS) && key != TAG_TOKEN && !request.tags.contains_key(key));
    let mut tags: Tags = found.iter().filter(|(key, _)| !is_stale(key)).map(|(key, value)| (key.clone(), value.clone())).collect();
    tags.extend(request.tags.clone());
    tags
}

/// Whether a bucket's tags say that it is what its name says: of the tagged project and environment, at this address.
pub(super) fn is_named_by(name: &str, address: &ResourceAddress, tags: &Tags) -> bool {
    let (Some(project), Some(environment)) = (tags.get(TAG_PROJECT), tags.get(TAG_ENVIRONMENT)) else { return false };
    let scope = Scope { project: project.clone(), environment: environment.clone() };
    name.starts_with(&scope.physical_name("")) && tags.get(TAG_ADDRESS) == Some(&address.to_string())
}

/// The address that a bucket's name tells: `PROJECT-ENV-NAME-ACCOUNT-REGION`, with `-an` in the account's own namespace.
pub(super) fn address_in_name(scope: &Scope, region: &str, name: &str) -> Option<ResourceAddress> {
    let rest = name.strip_prefix(&scope.physical_name(""))?;
    let rest = rest.strip_suffix("-an").unwrap_or(rest).strip_suffix(region)?.strip_suffix('-')?;
    let (own, account) = rest.rsplit_once('-')?;
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    is_account.then(|| format!("bucket.{own}").parse().ok()).flatten()
}

/// A bucket's id is its name.
pub(super) fn bucket_id(name: &str) -> RemoteId {
    RemoteId::new(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope() -> Scope {
        Scope { project: "acme".to_owned(), environment: "prod".to_owned() }
    }

    #[test]
    fn a_name_tells_the_address_in_both_namespaces() {
        let read = |name| address_in_name(&scope(), "eu-west-1", name).map(|address| address.to_string());
        assert_eq!(read("acme-prod-backups-123456789012-eu-west-1-an").as_deref(), Some("bucket.backups"));
        assert_eq!(read("acme-prod-access-logs-123456789012-eu-west-1").as_deref(), Some("bucket.access-logs"));
        for other in ["acme-prod-backups", "acme-prod-backups-123456789012-eu-west-2-an", "acme-prod-123456789012-eu-west-1-an"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn a_bucket_of_a_neighbour_with_the_same_beginning_is_not_ours() {
        let name = "acme-prod-eu-logs-123456789012-eu-west-1-an";
        let address = ResourceAddress::new("bucket", "eu-logs");
        let neighbour = Scope { project: "acme".to_owned(), environment: "prod-eu".to_owned() };
        assert!(is_named_by(name, &address, &scope().tags_for(&address)));
        assert!(!is_named_by(name, &address, &neighbour.tags_for(&ResourceAddress::new("bucket", "logs"))));
        assert!(!is_named_by(name, &address, &Tags::new()));
    }
}
