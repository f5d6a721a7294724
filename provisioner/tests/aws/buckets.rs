use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    BucketCannedAcl, BucketLoggingStatus, BucketNamespace, BucketVersioningStatus, CreateBucketConfiguration, DefaultRetention,
    ObjectLockConfiguration, ObjectLockEnabled, ObjectLockRetentionMode, ObjectLockRule, ObjectOwnership, OwnershipControls,
    OwnershipControlsRule, ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration,
    ServerSideEncryptionRule, Tag, Tagging, VersioningConfiguration,
};
use provisioner::desired::{AccessLog, Bucket, Lifecycle, Policy, Statement};
use provisioner::model::{Observed, Value};
use provisioner::provider::{Delete, Depth, ErrorKind};

use super::bench::{Bench, REGION};

/// The clouds whose buckets can be read: moto 5.2.5 answers `GetBucketVersioning` with another root element than S3, which the SDK refuses.
fn clouds() -> impl Iterator<Item = Bench> {
    Bench::all().into_iter().filter(|bench| bench.is_strict)
}

fn name(bench: &Bench, own: &str) -> String {
    format!("{}-123456789012-{REGION}-an", bench.scope.physical_name(own))
}

/// A bucket with every setting but the lock and the log.
fn bucket(bench: &Bench, own: &str) -> Bucket {
    let bucket_name = name(bench, own);
    let arn = format!("arn:aws:s3:::{bucket_name}");
    let tls = Statement::deny("Tls", &["s3:*"], [arn.clone(), format!("{arn}/*")]).of("AWS", "*");
    let policy = Policy { statements: vec![tls.when("Bool", "aws:SecureTransport", ["false"])] };
    let lifecycle = Lifecycle { expires_after_days: Some(90), old_versions_expire_after_days: 30, uploads_expire_after_days: 7 };
    Bucket {
        bucket_name,
        is_versioned: true,
        lock_days: None,
        kms_key: None,
        blocks_public_access: true,
        is_owner_enforced: true,
        policy,
        lifecycle,
        access_log: None,
    }
}

async fn put(bench: &Bench, bucket: &str, key: &str) {
    let body = ByteStream::from_static(b"stored");
    bench.s3.put_object().bucket(bucket).key(key).body(body).send().await.expect("it is stored");
}

async fn try_remove(bench: &Bench, observed: &Observed) -> ErrorKind {
    let delete = bench.registry.get("bucket").unwrap().delete(Delete { observed }, &bench.calls).await;
    delete.expect_err("it is refused").kind
}

#[tokio::test]
async fn bucket_settles_from_nothing_with_lock_and_log() {
    for bench in clouds() {
        let logs = bench.make("bucket.access-logs", &bucket(&bench, "access-logs")).await;
        let access_log = AccessLog { bucket: logs.id.as_str().into(), prefix: "access/backups/".to_owned() };
        let wanted = Bucket { lock_days: Some(30), access_log: Some(access_log), ..bucket(&bench, "backups") };
        let made = bench.make("bucket.backups", &wanted).await;
        assert_eq!(made.attributes["lock_mode"], Value::from("GOVERNANCE"));
        // A second creation, as after a lost answer, finds the first.
        assert_eq!(bench.create("bucket.backups", &wanted).await.expect("it is ours"), made.id);
        assert_eq!(bench.calls.requests_of("CreateBucket").len(), 2);
        bench.remove(&made).await;
        bench.remove(&logs).await;
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn fast_list_knows_buckets_by_their_names() {
    for bench in clouds() {
        let made = bench.make("bucket.backups", &bucket(&bench, "backups")).await;
        let listed = bench.observe_at("bucket", Depth::Fast).await;
        assert_eq!(listed.iter().map(|object| (&object.address, &object.id)).collect::<Vec<_>>(), [(&made.address, &made.id)]);
        assert!(listed[0].attributes.is_empty() && listed[0].tags.is_empty());
        bench.remove(&made).await;
    }
}

#[tokio::test]
async fn bucket_outside_the_accounts_namespace_is_made_in_the_global_one() {
    for bench in clouds() {
        let bucket_name = format!("{}-123456789012-{REGION}", bench.scope.physical_name("global"));
        let wanted = Bucket { policy: Policy::default(), bucket_name, ..bucket(&bench, "global") };
        let made = bench.make("bucket.global", &wanted).await;
        bench.remove(&made).await;
    }
}

#[tokio::test]
async fn bucket_of_the_name_without_our_tags_is_not_taken() {
    for bench in clouds() {
        let wanted = bucket(&bench, "backups");
        let place = CreateBucketConfiguration::builder().location_constraint(REGION.into()).build();
        let create = bench.s3.create_bucket().bucket(&wanted.bucket_name).bucket_namespace(BucketNamespace::AccountRegional);
        create.create_bucket_configuration(place).send().await.expect("the name is free");
        assert_eq!(bench.create("bucket.backups", &wanted).await.unwrap_err().kind, ErrorKind::Foreign);
        assert!(bench.observe("bucket").await.is_empty());
        // A fast list takes it for ours; it is looked at before it is emptied.
        let listed = bench.observe_at("bucket", Depth::Fast).await;
        assert_eq!(try_remove(&bench, &listed[0]).await, ErrorKind::Foreign);
    }
}

/// Looks that an attribute is not as wanted, and that an update puts it back.
async fn is_put_back(bench: &Bench, wanted: &Bucket, attribute: &str) {
    let attributes = Value::attributes_of(wanted).expect("plain data");
    let found = bench.observe("bucket").await.pop().expect("it is there");
    assert_ne!(found.attributes[attribute], attributes[attribute], "{attribute} does not show the change");
    bench.settle("bucket.backups", wanted).await;
}

#[tokio::test]
async fn every_setting_that_is_changed_outside_is_put_back() {
    for bench in clouds() {
        let wanted = bucket(&bench, "backups");
        let made = bench.make("bucket.backups", &wanted).await;
        let (s3, name) = (&bench.s3, wanted.bucket_name.as_str());

        s3.delete_public_access_block().bucket(name).send().await.unwrap();
        is_put_back(&bench, &wanted, "blocks_public_access").await;

        let rule = OwnershipControlsRule::builder().object_ownership(ObjectOwnership::ObjectWriter).build().unwrap();
        let controls = OwnershipControls::builder().rules(rule).build().unwrap();
        s3.put_bucket_ownership_controls().bucket(name).ownership_controls(controls).send().await.unwrap();
        s3.delete_public_access_block().bucket(name).send().await.unwrap();
        s3.put_bucket_acl().bucket(name).acl(BucketCannedAcl::PublicRead).send().await.unwrap();
        is_put_back(&bench, &wanted, "is_owner_enforced").await;

        let suspended = VersioningConfiguration::builder().status(BucketVersioningStatus::Suspended).build();
        s3.put_bucket_versioning().bucket(name).versioning_configuration(suspended).send().await.unwrap();
        is_put_back(&bench, &wanted, "is_versioned").await;

        let by_default = ServerSideEncryptionByDefault::builder().sse_algorithm(ServerSideEncryption::AwsKms).build().unwrap();
        let rule = ServerSideEncryptionRule::builder().apply_server_side_encryption_by_default(by_default).build();
        let encryption = ServerSideEncryptionConfiguration::builder().rules(rule).build().unwrap();
        s3.put_bucket_encryption().bucket(name).server_side_encryption_configuration(encryption).send().await.unwrap();
        is_put_back(&bench, &wanted, "kms_key").await;

        s3.delete_public_access_block().bucket(name).send().await.unwrap();
        let read = format!(
            r#"{{"Statement": {{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::{name}/*"}}}}"#
        );
        s3.put_bucket_policy().bucket(name).policy(read).send().await.unwrap();
        is_put_back(&bench, &wanted, "policy").await;

        s3.delete_bucket_lifecycle().bucket(name).send().await.unwrap();
        is_put_back(&bench, &wanted, "lifecycle").await;

        bench.remove(&made).await;
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn log_that_is_switched_off_outside_is_switched_on_again() {
    for bench in clouds() {
        let mut wanted = bucket(&bench, "backups");
        wanted.access_log = Some(AccessLog { bucket: wanted.bucket_name.as_str().into(), prefix: "access/".to_owned() });
        bench.make("bucket.backups", &wanted).await;
        let off = BucketLoggingStatus::builder().build();
        bench.s3.put_bucket_logging().bucket(&wanted.bucket_name).bucket_logging_status(off).send().await.unwrap();
        is_put_back(&bench, &wanted, "access_log").await;
    }
}

#[tokio::test]
async fn tags_are_put_back_and_other_peoples_stay() {
    for bench in clouds() {
        let wanted = bucket(&bench, "backups");
        let made = bench.make("bucket.backups", &wanted).await;
        let mut tags = made.tags.clone();
        tags.remove("Name");
        tags.insert("team".to_owned(), "mail".to_owned());
        let written = tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build().unwrap());
        let tagging = Tagging::builder().set_tag_set(Some(written.collect())).build().unwrap();
        bench.s3.put_bucket_tagging().bucket(&wanted.bucket_name).tagging(tagging).send().await.unwrap();
        let settled = bench.settle("bucket.backups", &wanted).await;
        assert_eq!((settled.tags.get("Name"), settled.tags.get("team").map(String::as_str)), (made.tags.get("Name"), Some("mail")));
        assert_eq!(settled.tags.get("provision:token"), made.tags.get("provision:token"));
    }
}

#[tokio::test]
async fn lock_is_given_later_and_never_taken_away() {
    for bench in clouds() {
        let open = bucket(&bench, "backups");
        bench.make("bucket.backups", &open).await;
        bench.settle("bucket.backups", &Bucket { lock_days: Some(7), ..open.clone() }).await;
        bench.settle("bucket.backups", &Bucket { lock_days: Some(14), ..open.clone() }).await;
        let refused = bench.try_settle("bucket.backups", &open).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Refused);
        assert!(refused.message.contains("never taken away"), "{}", refused.message);
    }
}

#[tokio::test]
async fn discarded_bucket_is_emptied_in_batches_past_a_governance_lock() {
    for bench in clouds() {
        let wanted = Bucket { lock_days: Some(30), ..bucket(&bench, "backups") };
        let made = bench.make("bucket.backups", &wanted).await;
        for number in 0..1500 {
            put(&bench, &wanted.bucket_name, &format!("dump-{}", number % 400)).await;
        }
        bench.s3.delete_object().bucket(&wanted.bucket_name).key("dump-1").send().await.expect("a delete marker is written");
        bench.s3.create_multipart_upload().bucket(&wanted.bucket_name).key("dump").send().await.expect("an upload is begun");
        bench.remove(&made).await;
        assert_eq!(bench.calls.requests_of("DeleteObjects").len(), 2);
        assert_eq!(bench.calls.requests_of("AbortMultipartUpload").len(), 1);
        assert!(bench.observe_at("bucket", Depth::Fast).await.is_empty());
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn bucket_locked_in_compliance_mode_is_not_touched_and_says_until_when() {
    for bench in clouds() {
        let wanted = Bucket { lock_days: Some(30), ..bucket(&bench, "backups") };
        let made = bench.make("bucket.backups", &wanted).await;
        let strict = DefaultRetention::builder().mode(ObjectLockRetentionMode::Compliance).days(30).build();
        let lock = ObjectLockConfiguration::builder().object_lock_enabled(ObjectLockEnabled::Enabled);
        let lock = lock.rule(ObjectLockRule::builder().default_retention(strict).build()).build();
        bench.s3.put_object_lock_configuration().bucket(made.id.as_str()).object_lock_configuration(lock).send().await.unwrap();
        put(&bench, &wanted.bucket_name, "dump").await;
        let refused = bench.registry.get("bucket").unwrap().delete(Delete { observed: &made }, &bench.calls).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Refused);
        assert!(refused.message.contains("nobody can empty it before 2"), "{}", refused.message);
        assert!(bench.calls.requests_of("DeleteObjects").is_empty());
        // The stricter mode stays when the lock is made longer.
        let longer = bench.settle("bucket.backups", &Bucket { lock_days: Some(60), ..wanted }).await;
        assert_eq!(longer.attributes["lock_mode"], Value::from("COMPLIANCE"));
    }
}
