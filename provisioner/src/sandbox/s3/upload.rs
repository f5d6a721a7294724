use aws_sdk_s3::operation::abort_multipart_upload::{AbortMultipartUploadInput, AbortMultipartUploadOutput};
use aws_sdk_s3::operation::create_multipart_upload::{CreateMultipartUploadInput, CreateMultipartUploadOutput};
use aws_sdk_s3::operation::list_multipart_uploads::{ListMultipartUploadsInput, ListMultipartUploadsOutput};
use aws_sdk_s3::types::MultipartUpload;
use serde::{Deserialize, Serialize};

use super::bucket::reach;
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// The most uploads of one page (S3 API Reference, `ListMultipartUploads`).
const MAX_UPLOADS: usize = 1000;

/// An upload in parts that was begun and not finished; parts are not simulated.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Upload {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) created: Moment,
}

/// `CreateMultipartUpload`.
pub(super) fn create(call: &mut Call<'_>, input: &CreateMultipartUploadInput) -> Result<CreateMultipartUploadOutput, Refusal> {
    let bucket = reach(call, input.bucket(), input.expected_bucket_owner())?;
    let key = input.key().unwrap_or_default().to_owned();
    let upload = Upload { id: call.new_digits(40), tags: Tags::new(), bucket: bucket.id, key, created: call.now };
    let output = CreateMultipartUploadOutput::builder().bucket(&upload.bucket).key(&upload.key).upload_id(&upload.id).build();
    call.put(upload);
    Ok(output)
}

/// `AbortMultipartUpload`.
pub(super) fn abort(call: &mut Call<'_>, input: &AbortMultipartUploadInput) -> Result<AbortMultipartUploadOutput, Refusal> {
    let bucket = reach(call, input.bucket(), input.expected_bucket_owner())?;
    let id = input.upload_id().unwrap_or_default();
    if !call.get::<Upload>(id).is_some_and(|upload| upload.bucket == bucket.id && Some(upload.key.as_str()) == input.key()) {
        let message =
            "The specified multipart upload does not exist. The upload ID might be invalid, or the upload was aborted or completed.";
        return Err(Refusal::with_status("NoSuchUpload", message, 404));
    }
    call.remove::<Upload>(id);
    Ok(AbortMultipartUploadOutput::builder().build())
}

/// `ListMultipartUploads`: the first page, by key; who wants the next one aborts these first.
pub(super) fn list(call: &mut Call<'_>, input: &ListMultipartUploadsInput) -> Result<ListMultipartUploadsOutput, Refusal> {
    let bucket = reach(call, input.bucket(), input.expected_bucket_owner())?;
    if input.key_marker().is_some() || input.delimiter().is_some() || input.prefix().is_some() {
        return Err(Refusal::unsimulated("KeyMarker, Delimiter or Prefix"));
    }
    let size = input.max_uploads.and_then(|size| usize::try_from(size).ok()).unwrap_or(MAX_UPLOADS).min(MAX_UPLOADS);
    let mut all: Vec<Upload> = call.iter::<Upload>().filter(|upload| upload.bucket == bucket.id).cloned().collect();
    all.sort_by(|left, right| (&left.key, left.created, &left.id).cmp(&(&right.key, right.created, &right.id)));
    let has_more = all.len() > size;
    let uploads = all
        .into_iter()
        .take(size)
        .map(|upload| MultipartUpload::builder().key(upload.key).upload_id(upload.id).initiated(upload.created.to_sdk()).build());
    Ok(ListMultipartUploadsOutput::builder().is_truncated(has_more).set_uploads(Some(uploads.collect())).build())
}
