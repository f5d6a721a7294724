use async_trait::async_trait;
use aws_sdk_s3::types::{BucketLocationConstraint, BucketNamespace, CreateBucketConfiguration};

use crate::aws::bucket_emptying::Emptying;
use crate::aws::bucket_observe::{Shown, observe_buckets, observe_one};
use crate::aws::bucket_settings::Settings;
use crate::aws::bucket_tags::{BucketTags, bucket_tags, is_named_by, repair_bucket_tags, write_bucket_tags, written};
use crate::aws::client::Connection;
use crate::aws::error::gone_is_success;
use crate::aws::request::{request_text, wanted};
use crate::aws::tags::is_same_object;
use crate::aws::taken::{Holder, refusal, taken};
use crate::desired::Bucket;
use crate::model::{Observed, RemoteId, Scope, TAG_TOKEN};
use crate::provider::{Calls, Create, Delete, Depth, ErrorKind, Look, ProviderError, ResourceType, Token, Update};

const CREATE: &str = "CreateBucket";
/// The one region without a location constraint, where making one's own bucket again is answered 200 (S3 `CreateBucket`).
const FIRST_REGION: &str = "us-east-1";
/// How names in the account's own namespace of a region end (S3 `CreateBucket`, `BucketNamespace`).
const IN_ACCOUNT: &str = "-an";

/// S3's buckets.
pub(super) struct BucketType {
    connection: Connection,
}

impl BucketType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    /// Whether a bucket of the name is there and ours; one that is not ours is an error.
    async fn is_there(&self, name: &str, request: &Create<'_>) -> Result<bool, ProviderError> {
        match bucket_tags(&self.connection, name).await? {
            BucketTags::NoBucket => Ok(false),
            BucketTags::Of(tags) if is_same_object(&tags, request.tags) => Ok(true),
            BucketTags::Of(_) => Err(foreign(CREATE, name)),
        }
    }

    async fn make(&self, specification: &Bucket, request: &Create<'_>, token: &Token) -> Result<(), ProviderError> {
        let region = self.connection.region();
        let constraint = (region != FIRST_REGION).then(|| BucketLocationConstraint::from(region));
        let mut tags = request.tags.clone();
        tags.insert(TAG_TOKEN.to_owned(), token.to_string());
        let configuration =
            CreateBucketConfiguration::builder().set_location_constraint(constraint).set_tags(Some(written(CREATE, &tags)?));
        let namespace = specification.bucket_name.ends_with(IN_ACCOUNT).then_some(BucketNamespace::AccountRegional);
        let call = self
            .connection
            .s3()
            .create_bucket()
            .bucket(&specification.bucket_name)
            .set_bucket_namespace(namespace)
            .set_object_lock_enabled_for_bucket(specification.lock_days.map(|_| true))
            .create_bucket_configuration(configuration.build());
        self.connection.call(CREATE, call.send()).await.map(drop)
    }

    /// Writes the tags that an endpoint did not take at creation; AWS does (S3 `CreateBucketConfiguration`).
    async fn make_up_for_tags(&self, name: &str, request: &Create<'_>, token: &Token, calls: &dyn Calls) -> Result<(), ProviderError> {
        match bucket_tags(&self.connection, name).await? {
            BucketTags::Of(found) if found.is_empty() => {
                let mut tags = request.tags.clone();
                tags.insert(TAG_TOKEN.to_owned(), token.to_string());
                write_bucket_tags(&self.connection, name, &tags, calls).await
            }
            // A bucket that is not visible yet has its tags: they came with it.
            BucketTags::Of(_) | BucketTags::NoBucket => Ok(()),
        }
    }
}

fn foreign(operation: &'static str, name: &str) -> ProviderError {
    let message = format!("the bucket {name} exists and does not carry this environment's tags");
    ProviderError::new(ErrorKind::Foreign, operation, message)
}

#[async_trait]
impl ResourceType for BucketType {
    fn kind(&self) -> &'static str {
        "bucket"
    }

    fn reads_details(&self) -> bool {
        true
    }

    async fn observe(&self, scope: &Scope, depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        observe_buckets(&self.connection, scope, depth).await
    }

    async fn read_one(&self, scope: &Scope, id: &RemoteId) -> Result<Look, ProviderError> {
        observe_one(&self.connection, scope, id.as_str()).await.map(Look::from)
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        let specification: Bucket = wanted(CREATE, request.attributes)?;
        let name = specification.bucket_name.as_str();
        // In us-east-1 making one's own bucket again is no error and resets its access lists: so it is looked for first, everywhere.
        if self.is_there(name, &request).await? {
            return Ok(RemoteId::new(name));
        }
        let token = calls.intend(CREATE, &request.text()).await?;
        let made = self.make(&specification, &request, &token).await;
        if let Some(refusal) = refusal(&made, "BucketAlreadyOwnedByYou") {
            let is_there = self.is_there(name, &request).await;
            return taken(refusal, is_there.map(|is_there| if is_there { Holder::Ours(RemoteId::new(name)) } else { Holder::Unseen }));
        }
        made?;
        self.make_up_for_tags(name, &request, &token, calls).await?;
        Ok(RemoteId::new(name))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "PutBucket";
        if request.is_about_tags_alone() {
            return repair_bucket_tags(&self.connection, &request, calls).await.map(drop);
        }
        let specification: Bucket = wanted(OPERATION, request.attributes)?;
        let shown: Shown = wanted(OPERATION, &request.observed.attributes)?;
        let settings =
            Settings { connection: &self.connection, name: request.observed.id.as_str(), wanted: &specification, shown: &shown, calls };
        settings.refuse_weakening()?;
        let has_written = repair_bucket_tags(&self.connection, &request, calls).await?;
        settings.write(has_written).await
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteBucket";
        let name = request.observed.id.as_str();
        match bucket_tags(&self.connection, name).await? {
            BucketTags::NoBucket => return Ok(()),
            // A fast list knows a bucket by its name alone.
            BucketTags::Of(tags) if is_named_by(name, &request.observed.address, &tags) => {}
            BucketTags::Of(_) => return Err(foreign(OPERATION, name)),
        }
        let emptying = Emptying { connection: &self.connection, name, calls };
        match emptying.run().await {
            Err(error) if error.kind == ErrorKind::NotFound => return Ok(()),
            emptied => emptied?,
        }
        calls.intend(OPERATION, &request_text(&name)).await?;
        gone_is_success(self.connection.call(OPERATION, self.connection.s3().delete_bucket().bucket(name).send()).await)
    }
}
