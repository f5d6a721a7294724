use std::time::SystemTime;

use aws_sdk_s3::operation::list_object_versions::ListObjectVersionsOutput;
use aws_sdk_s3::types::{DefaultRetention, Delete, Error, ObjectIdentifier, ObjectLockRetentionMode};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use crate::aws::bucket_observe::{days_of, default_lock};
use crate::aws::client::{Connection, required};
use crate::aws::error::{gone_is_success, kind_of};
use crate::aws::request::request_text;
use crate::provider::{Calls, ErrorKind, ProviderError};

const LIST: &str = "ListObjectVersions";
const DELETE: &str = "DeleteObjects";
/// How many versions one request lists and one deletes (S3 `DeleteObjects`).
const BATCH: i32 = 1000;
/// How many batches one round deletes; then the executor is told to come again, so that nobody waits for it in between.
const BATCHES: usize = 100;
/// How many pages are read in search of the youngest version.
const PAGES: usize = 1000;
const SECONDS_PER_DAY: i64 = 24 * 3600;

/// Empties a bucket: versions, delete markers and uploads that were never finished. What is deleted here is lost.
pub(super) struct Emptying<'a> {
    pub(super) connection: &'a Connection,
    pub(super) name: &'a str,
    pub(super) calls: &'a dyn Calls,
}

impl Emptying<'_> {
    /// Empties the bucket, or as much of it as one round takes.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] when a lock in compliance mode is in the way, before anything is deleted where the bucket's own default
    /// says so; [`ErrorKind::Busy`] when more is left than one round takes.
    pub(super) async fn run(&self) -> Result<(), ProviderError> {
        let lock = default_lock(self.connection, self.name).await?;
        if let Some(Some(retention)) = &lock
            && retention.mode() == Some(&ObjectLockRetentionMode::Compliance)
        {
            self.refuse_before(retention).await?;
        }
        self.delete_versions(lock.is_some()).await?;
        self.abort_uploads().await
    }

    /// Refuses while the youngest version is locked for good.
    async fn refuse_before(&self, retention: &DefaultRetention) -> Result<(), ProviderError> {
        let Some(youngest) = self.youngest().await? else { return Ok(()) };
        let until = youngest.secs() + i64::from(days_of(retention)) * SECONDS_PER_DAY;
        if DateTime::from(SystemTime::now()).secs() < until {
            return Err(self.locked_until(&DateTime::from_secs(until)));
        }
        Ok(())
    }

    fn locked_until(&self, until: &DateTime) -> ProviderError {
        let date = until.fmt(Format::DateTime).unwrap_or_else(|_| format!("{} s after 1970", until.secs()));
        let message = format!("the bucket {} is locked in compliance mode: nobody can empty it before {date}", self.name);
        ProviderError::new(ErrorKind::Refused, DELETE, message)
    }

    /// When the youngest version was written; a delete marker is never locked.
    async fn youngest(&self) -> Result<Option<DateTime>, ProviderError> {
        let mut youngest: Option<DateTime> = None;
        let (mut key, mut version) = (None, None);
        for _ in 0..PAGES {
            let page = self.page(key.take(), version.take()).await?;
            let found = page.versions().iter().filter_map(|version| version.last_modified().copied()).max_by_key(DateTime::secs);
            youngest = youngest.into_iter().chain(found).max_by_key(DateTime::secs);
            if page.is_truncated != Some(true) {
                break;
            }
            (key, version) = (page.next_key_marker, page.next_version_id_marker);
        }
        Ok(youngest)
    }

    async fn page(&self, key: Option<String>, version: Option<String>) -> Result<ListObjectVersionsOutput, ProviderError> {
        let list = self.connection.s3().list_object_versions().bucket(self.name).max_keys(BATCH);
        self.connection.call(LIST, list.set_key_marker(key).set_version_id_marker(version).send()).await
    }

    /// Deletes versions and delete markers, always the first batch of what is left.
    async fn delete_versions(&self, is_locked: bool) -> Result<(), ProviderError> {
        for _ in 0..BATCHES {
            let page = self.page(None, None).await?;
            let batch = identifiers(&page)?;
            if batch.is_empty() {
                return Ok(());
            }
            self.delete_batch(batch, is_locked).await?;
        }
        let message = format!("the bucket {} is not empty yet: {BATCHES} batches of {BATCH} are deleted, and more is left", self.name);
        Err(ProviderError::new(ErrorKind::Busy, DELETE, message))
    }

    async fn delete_batch(&self, batch: Vec<ObjectIdentifier>, is_locked: bool) -> Result<(), ProviderError> {
        let named: Vec<(&str, Option<&str>)> = batch.iter().map(|object| (object.key(), object.version_id())).collect();
        self.calls.intend(DELETE, &request_text(&(self.name, named))).await?;
        let delete = Delete::builder().set_objects(Some(batch)).quiet(true).build();
        let delete = delete.map_err(|error| ProviderError::new(ErrorKind::Refused, DELETE, error.to_string()))?;
        let call = self.connection.s3().delete_objects().bucket(self.name).delete(delete);
        // Only a locked bucket asks for the permission to go past governance.
        let answer = self.connection.call(DELETE, call.set_bypass_governance_retention(is_locked.then_some(true)).send()).await?;
        match answer.errors().first() {
            None => Ok(()),
            Some(error) => Err(self.why(error).await),
        }
    }

    /// Why one version could not be deleted.
    async fn why(&self, error: &Error) -> ProviderError {
        const OPERATION: &str = "GetObjectRetention";
        let key = error.key().unwrap_or_default();
        let code = error.code().unwrap_or("no code");
        let message = format!("{} of the bucket {}: {}", key, self.name, error.message().unwrap_or(code));
        if code != "AccessDenied" {
            return ProviderError { code: Some(code.to_owned()), ..ProviderError::new(kind_of(code), DELETE, message) };
        }
        let call = self.connection.s3().get_object_retention().bucket(self.name).key(key).set_version_id(error.version_id.clone());
        let retention = self.connection.call(OPERATION, call.send()).await.ok().and_then(|answer| answer.retention);
        match retention.as_ref().map(|retention| (retention.mode(), retention.retain_until_date())) {
            Some((Some(ObjectLockRetentionMode::Compliance), Some(until))) => self.locked_until(until),
            _ => ProviderError { code: Some(code.to_owned()), ..ProviderError::new(ErrorKind::Denied, DELETE, message) },
        }
    }

    /// Aborts the uploads that were begun and never finished; each is a call of its own.
    async fn abort_uploads(&self) -> Result<(), ProviderError> {
        const LIST_UPLOADS: &str = "ListMultipartUploads";
        for _ in 0..BATCHES {
            let list = self.connection.s3().list_multipart_uploads().bucket(self.name).max_uploads(BATCH);
            let page = self.connection.call(LIST_UPLOADS, list.send()).await?;
            if page.uploads().is_empty() {
                return Ok(());
            }
            for upload in page.uploads() {
                let key = required(LIST_UPLOADS, "Key", upload.key())?;
                self.abort(key, required(LIST_UPLOADS, "UploadId", upload.upload_id())?).await?;
            }
        }
        let message = format!("the bucket {} still has uploads that were never finished", self.name);
        Err(ProviderError::new(ErrorKind::Busy, LIST_UPLOADS, message))
    }

    async fn abort(&self, key: &str, upload: &str) -> Result<(), ProviderError> {
        const OPERATION: &str = "AbortMultipartUpload";
        self.calls.intend(OPERATION, &request_text(&(self.name, key, upload))).await?;
        let call = self.connection.s3().abort_multipart_upload().bucket(self.name).key(key).upload_id(upload);
        gone_is_success(self.connection.call(OPERATION, call.send()).await)
    }
}

/// What a page of versions names, delete markers included.
fn identifiers(page: &ListObjectVersionsOutput) -> Result<Vec<ObjectIdentifier>, ProviderError> {
    let versions = page.versions().iter().map(|version| (version.key(), version.version_id()));
    let markers = page.delete_markers().iter().map(|marker| (marker.key(), marker.version_id()));
    versions
        .chain(markers)
        .map(|(key, version)| {
            let key = required(LIST, "Key", key)?;
            let identifier = ObjectIdentifier::builder().key(key).set_version_id(version.map(str::to_owned)).build();
            identifier.map_err(|error| ProviderError::new(ErrorKind::Unknown, LIST, error.to_string()))
        })
        .collect()
}
