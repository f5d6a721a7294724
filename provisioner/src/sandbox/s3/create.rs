use aws_sdk_s3::operation::create_bucket::{CreateBucketInput, CreateBucketOutput};
use aws_sdk_s3::types::BucketCannedAcl;

use super::Bucket;
use super::bucket::aborted;
use super::encryption::Encryption;
use super::lock::Lock;
use super::public_access::PublicAccess;
use super::{name, tag};
use crate::sandbox::call::Call;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// The region whose buckets have no location constraint, and where making one's own bucket again is no error.
const FIRST_REGION: &str = "us-east-1";

/// `CreateBucket`: in the global namespace or the account's own, with tags, and locked where asked.
pub(super) fn create(call: &mut Call<'_>, input: &CreateBucketInput) -> Result<CreateBucketOutput, Refusal> {
    refuse_unsimulated(input)?;
    let wanted = input.bucket().unwrap_or_default();
    check_region(call, input)?;
    name::check(call, wanted, input.bucket_namespace())?;
    if call.is_held_elsewhere::<Bucket>(wanted) {
        let message = "The requested bucket name is not available. The bucket namespace is shared by all users of the system.";
        return Err(Refusal::with_status("BucketAlreadyExists", message, 409));
    }
    if let Some(existing) = call.get::<Bucket>(wanted) {
        return again(call, existing);
    }
    let bucket = new_bucket(call, input, wanted)?;
    let output = CreateBucketOutput::builder().location(format!("/{wanted}")).bucket_arn(bucket.arn()).build();
    call.put(bucket);
    Ok(output)
}

/// A name that is taken: by a bucket of the account, or by one that was deleted a moment ago.
fn again(call: &mut Call<'_>, mut existing: Bucket) -> Result<CreateBucketOutput, Refusal> {
    if existing.free_at.is_some() {
        return Err(aborted());
    }
    if call.region != FIRST_REGION || existing.region != FIRST_REGION {
        let message = "Your previous request to create the named bucket succeeded and you already own it.";
        return Err(Refusal::with_status("BucketAlreadyOwnedByYou", message, 409));
    }
    // S3 API Reference, CreateBucket, BucketAlreadyOwnedByYou: there the answer is 200, and the access lists are reset.
    "private".clone_into(&mut existing.acl);
    let output = CreateBucketOutput::builder().location(format!("/{}", existing.id)).bucket_arn(existing.arn()).build();
    call.put(existing);
    Ok(output)
}

fn new_bucket(call: &mut Call<'_>, input: &CreateBucketInput, wanted: &str) -> Result<Bucket, Refusal> {
    let tags = match input.create_bucket_configuration() {
        Some(configuration) if !configuration.tags().is_empty() => {
            call.needs("s3:TagResource")?;
            tag::checked(configuration.tags())?
        }
        _ => Tags::new(),
    };
    let is_locked = input.object_lock_enabled_for_bucket == Some(true);
    if is_locked {
        call.needs("s3:PutBucketObjectLockConfiguration")?;
        call.needs("s3:PutBucketVersioning")?;
    }
    if input.object_ownership().is_some() {
        call.needs("s3:PutBucketOwnershipControls")?;
    }
    let ownership = input.object_ownership().map_or("BucketOwnerEnforced", |ownership| ownership.as_str());
    Ok(Bucket {
        id: wanted.to_owned(),
        tags,
        created: call.now,
        region: call.region.to_owned(),
        free_at: None,
        busy_until: call.now,
        written: 0,
        // New buckets block public access and know no access lists (S3 User Guide, "Default settings for new S3 buckets FAQ").
        public_access: Some(PublicAccess::ALL_BLOCKED),
        ownership: Some(ownership.to_owned()),
        acl: "private".to_owned(),
        versioning: is_locked.then(|| "Enabled".to_owned()),
        lock: is_locked.then_some(Lock { retention: None }),
        encryption: Encryption::default(),
        policy: None,
        lifecycle: Vec::new(),
        logging: None,
    })
}

fn refuse_unsimulated(input: &CreateBucketInput) -> Result<(), Refusal> {
    let grants = [input.grant_full_control(), input.grant_read(), input.grant_read_acp(), input.grant_write(), input.grant_write_acp()];
    if input.acl().is_some_and(|acl| *acl != BucketCannedAcl::Private) || grants.iter().any(Option::is_some) {
        return Err(Refusal::unsimulated("ACL or Grant"));
    }
    let configuration = input.create_bucket_configuration();
    if configuration.is_some_and(|configuration| configuration.location().is_some() || configuration.bucket().is_some()) {
        return Err(Refusal::unsimulated("Location or Bucket of CreateBucketConfiguration"));
    }
    Ok(())
}

/// The location constraint is the region of the endpoint; in us-east-1 there is none (S3 API Reference, `CreateBucket`).
fn check_region(call: &Call<'_>, input: &CreateBucketInput) -> Result<(), Refusal> {
    let constraint = input.create_bucket_configuration().and_then(|configuration| configuration.location_constraint());
    match constraint.map(|constraint| constraint.as_str()) {
        None if call.region == FIRST_REGION => Ok(()),
        Some(FIRST_REGION) => Err(Refusal::new("InvalidLocationConstraint", "The specified location-constraint is not valid")),
        Some(constraint) if constraint == call.region => Ok(()),
        Some(_) if call.region == FIRST_REGION => Err(Refusal::unsimulated("LocationConstraint of another region")),
        constraint => {
            let constraint = constraint.unwrap_or("unspecified");
            let message =
                format!("The {constraint} location constraint is incompatible for the region specific endpoint this request was sent to.");
            Err(Refusal::new("IllegalLocationConstraintException", message))
        }
    }
}
