//! Facts about S3, with a table and a client of their own.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region, StalledStreamProtectionConfig};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::*;
use aws_smithy_types::timeout::TimeoutConfig;
use provisioner::sandbox::{Sandbox, SandboxOptions, TokioClock};

use super::code;

/// Checks a fact with a client, in a bucket of this name or none.
type Check = fn(Client, String) -> Pin<Box<dyn Future<Output = ()>>>;

/// A fact about S3 and how it is checked.
pub struct BucketFact {
    pub name: &'static str,
    citation: &'static str,
    check: Check,
    known_moto_leniency: Option<&'static str>,
}

/// Declares facts: a citation, how moto differs where it does, and the check, which gets a client and a name that is free.
macro_rules! bucket_facts {
    ($(#[doc = $citation:literal] $(#[moto($leniency:literal)])? async fn $name:ident($s3:ident, $bucket:ident) $body:block)*) => {
        pub const FACTS: &[BucketFact] = &[$(BucketFact {
            name: stringify!($name),
            citation: $citation,
            check: |client, bucket| Box::pin(checks::$name(client, bucket)),
            known_moto_leniency: super::first(&[$($leniency)?]),
        }),*];

        mod checks {
            use super::*;

            $(#[doc = $citation] pub async fn $name($s3: Client, $bucket: String) $body)*
        }

        mod in_the_rehearsal_cloud {
            $(#[tokio::test(start_paused = true)]
            async fn $name() {
                super::checks::$name(super::rehearsal(), super::bucket_name(stringify!($name).len())).await;
            })*
        }
    };
}

/// A name in the namespace of account 123456789012.
fn bucket_name(number: usize) -> String {
    format!("fact-{number}-123456789012-eu-west-1-an")
}

fn rehearsal() -> Client {
    let clock = Arc::new(TokioClock::starting_at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000)));
    let sandbox = Sandbox::in_memory(SandboxOptions { speed: 1.0, clock, ..SandboxOptions::default() });
    let config = aws_sdk_s3::config::Builder::from(&sandbox.sdk_config("eu-west-1")).interceptor(sandbox.interceptor());
    Client::from_conf(config.build())
}

/// Lets a change of a bucket come to its end.
async fn pass() {
    tokio::time::sleep(Duration::from_secs(1)).await;
}

fn here() -> CreateBucketConfiguration {
    CreateBucketConfiguration::builder().location_constraint(BucketLocationConstraint::EuWest1).build()
}

fn create(s3: &Client, bucket: &str) -> aws_sdk_s3::operation::create_bucket::builders::CreateBucketFluentBuilder {
    s3.create_bucket().bucket(bucket).bucket_namespace(BucketNamespace::AccountRegional).create_bucket_configuration(here())
}

async fn make(s3: &Client, bucket: &str) {
    create(s3, bucket).send().await.unwrap();
}

async fn make_locked(s3: &Client, bucket: &str, mode: ObjectLockRetentionMode) {
    create(s3, bucket).object_lock_enabled_for_bucket(true).send().await.unwrap();
    assert_eq!(put_lock(s3, bucket, mode).await, "success");
    pass().await;
}

async fn put_lock(s3: &Client, bucket: &str, mode: ObjectLockRetentionMode) -> String {
    let rule = ObjectLockRule::builder().default_retention(DefaultRetention::builder().mode(mode).days(1).build()).build();
    let lock = ObjectLockConfiguration::builder().object_lock_enabled(ObjectLockEnabled::Enabled).rule(rule).build();
    code(s3.put_object_lock_configuration().bucket(bucket).object_lock_configuration(lock).send().await)
}

async fn set_versioning(s3: &Client, bucket: &str, status: BucketVersioningStatus) -> String {
    let versioning = VersioningConfiguration::builder().status(status).build();
    let answer = code(s3.put_bucket_versioning().bucket(bucket).versioning_configuration(versioning).send().await);
    pass().await;
    answer
}

async fn put(s3: &Client, bucket: &str, key: &str) -> Option<String> {
    let body = ByteStream::from_static(b"stored");
    s3.put_object().bucket(bucket).key(key).body(body).send().await.unwrap().version_id
}

async fn put_policy(s3: &Client, bucket: &str, principal: &str, resource: &str) -> String {
    let policy = format!(
        r#"{{"Statement": [{{"Effect": "Allow", "Principal": {principal}, "Action": "s3:GetObject", "Resource": "{resource}"}}]}}"#
    );
    code(s3.put_bucket_policy().bucket(bucket).policy(policy).send().await)
}

async fn put_rule(s3: &Client, bucket: &str, expiration: Option<LifecycleExpiration>) -> String {
    let rule = LifecycleRule::builder().id("one").filter(LifecycleRuleFilter::builder().prefix("").build());
    let rule = rule.status(ExpirationStatus::Enabled).set_expiration(expiration).build().unwrap();
    let lifecycle = BucketLifecycleConfiguration::builder().rules(rule).build().unwrap();
    code(s3.put_bucket_lifecycle_configuration().bucket(bucket).lifecycle_configuration(lifecycle).send().await)
}

bucket_facts! {
    /// S3 API Reference, CreateBucket: a name in the account's namespace ends with account, region and `-an`.
    async fn a_name_in_the_accounts_namespace_ends_as_it_says(s3, _bucket) {
        assert_eq!(code(create(&s3, "fact-without-suffix").send().await), "InvalidNamespaceHeader");
    }

    /// S3 User Guide, "General purpose bucket naming rules": only names in an account's namespace end with `-an`.
    #[moto("takes the name")]
    async fn the_global_namespace_has_no_such_names(s3, bucket) {
        let create = s3.create_bucket().bucket(&bucket).create_bucket_configuration(here());
        assert_eq!(code(create.send().await), "InvalidBucketName");
    }

    /// S3 User Guide, "General purpose bucket naming rules": lower-case letters, digits, dots and hyphens.
    #[moto("takes underscores")]
    async fn a_name_has_no_underscore(s3, _bucket) {
        let create = s3.create_bucket().bucket("fact_with_underscore").create_bucket_configuration(here());
        assert_eq!(code(create.send().await), "InvalidBucketName");
    }

    /// S3 API Reference, CreateBucket: outside us-east-1 the region is named.
    async fn the_location_is_named_outside_the_first_region(s3, _bucket) {
        let create = s3.create_bucket().bucket("fact-without-location");
        assert_eq!(code(create.send().await), "IllegalLocationConstraintException");
    }

    /// S3 API Reference, CreateBucket: BucketAlreadyOwnedByYou.
    async fn ones_own_bucket_is_not_made_twice(s3, bucket) {
        make(&s3, &bucket).await;
        assert_eq!(code(create(&s3, &bucket).send().await), "BucketAlreadyOwnedByYou");
    }

    /// S3 API Reference, CreateBucketConfiguration: Tags come with the creation.
    #[moto("ignores the tags")]
    async fn a_bucket_is_made_with_its_tags(s3, bucket) {
        let tag = Tag::builder().key("a").value("1").build().unwrap();
        let tagged = CreateBucketConfiguration::builder().location_constraint(BucketLocationConstraint::EuWest1).tags(tag).build();
        create(&s3, &bucket).create_bucket_configuration(tagged).send().await.unwrap();
        assert_eq!(s3.get_bucket_tagging().bucket(&bucket).send().await.unwrap().tag_set()[0].key(), "a");
    }

    /// S3 API Reference, GetBucketTagging: NoSuchTagSet.
    async fn a_bucket_without_tags_says_so(s3, bucket) {
        make(&s3, &bucket).await;
        assert_eq!(code(s3.get_bucket_tagging().bucket(&bucket).send().await), "NoSuchTagSet");
    }

    /// S3 API Reference, PutBucketTagging: what is written takes the place of all tags.
    async fn tags_are_written_all_at_once(s3, bucket) {
        make(&s3, &bucket).await;
        for key in ["a", "b"] {
            let tagging = Tagging::builder().tag_set(Tag::builder().key(key).value("1").build().unwrap()).build().unwrap();
            s3.put_bucket_tagging().bucket(&bucket).tagging(tagging).send().await.unwrap();
            pass().await;
        }
        let tags = s3.get_bucket_tagging().bucket(&bucket).send().await.unwrap().tag_set;
        assert_eq!(tags.iter().map(Tag::key).collect::<Vec<_>>(), ["b"]);
    }

    /// S3 User Guide, "Default settings for new S3 buckets FAQ": public access is blocked.
    #[moto("blocks nothing at first")]
    async fn a_new_bucket_blocks_public_access(s3, bucket) {
        make(&s3, &bucket).await;
        let blocks = s3.get_public_access_block().bucket(&bucket).send().await.unwrap().public_access_block_configuration.unwrap();
        assert_eq!((blocks.block_public_policy, blocks.restrict_public_buckets), (Some(true), Some(true)));
    }

    /// S3 User Guide, "Controlling ownership of objects": access lists are refused where the owner owns everything.
    #[moto("takes access lists")]
    async fn an_owner_enforced_bucket_takes_no_access_list(s3, bucket) {
        make(&s3, &bucket).await;
        let acl = s3.put_bucket_acl().bucket(&bucket).acl(BucketCannedAcl::PublicRead);
        assert_eq!(code(acl.send().await), "AccessControlListNotSupported");
    }

    /// S3 User Guide, "Blocking public access": a public policy is refused.
    #[moto("takes public policies")]
    async fn a_public_policy_is_refused_while_blocked(s3, bucket) {
        make(&s3, &bucket).await;
        assert_eq!(put_policy(&s3, &bucket, r#""*""#, &format!("arn:aws:s3:::{bucket}/*")).await, "AccessDenied");
        let service = r#"{"Service": "logging.s3.amazonaws.com"}"#;
        pass().await;
        assert_eq!(put_policy(&s3, &bucket, service, &format!("arn:aws:s3:::{bucket}/*")).await, "success");
    }

    /// S3 User Guide, "Bucket policies": a policy is about its own bucket.
    #[moto("takes any resource")]
    async fn a_policy_is_about_its_own_bucket(s3, bucket) {
        make(&s3, &bucket).await;
        let service = r#"{"Service": "logging.s3.amazonaws.com"}"#;
        assert_eq!(put_policy(&s3, &bucket, service, "arn:aws:s3:::another/*").await, "MalformedPolicy");
    }

    /// S3 API Reference, PutObjectLockConfiguration: the bucket is versioned.
    async fn a_lock_needs_versions(s3, bucket) {
        make(&s3, &bucket).await;
        assert_eq!(put_lock(&s3, &bucket, ObjectLockRetentionMode::Governance).await, "InvalidBucketState");
    }

    /// S3 User Guide, "Object Lock considerations": a locked bucket stays versioned.
    #[moto("suspends")]
    async fn a_locked_bucket_stays_versioned(s3, bucket) {
        make_locked(&s3, &bucket, ObjectLockRetentionMode::Governance).await;
        assert_eq!(set_versioning(&s3, &bucket, BucketVersioningStatus::Suspended).await, "InvalidBucketState");
    }

    /// S3 User Guide, "Retention modes": governance gives way to who may bypass it.
    async fn governance_gives_way_to_a_bypass(s3, bucket) {
        make_locked(&s3, &bucket, ObjectLockRetentionMode::Governance).await;
        let version = put(&s3, &bucket, "a").await.unwrap();
        let delete = || s3.delete_object().bucket(&bucket).key("a").version_id(&version);
        assert_eq!(code(delete().send().await), "AccessDenied");
        assert_eq!(code(delete().bypass_governance_retention(true).send().await), "success");
    }

    /// S3 User Guide, "Retention modes": compliance gives way to nobody, until its date.
    #[moto("does not let time pass")]
    async fn compliance_gives_way_to_nobody_until_its_date(s3, bucket) {
        make_locked(&s3, &bucket, ObjectLockRetentionMode::Compliance).await;
        let version = put(&s3, &bucket, "a").await.unwrap();
        let delete = || s3.delete_object().bucket(&bucket).key("a").version_id(&version).bypass_governance_retention(true);
        assert_eq!(code(delete().send().await), "AccessDenied");
        tokio::time::sleep(Duration::from_secs(25 * 3600)).await;
        assert_eq!(code(delete().send().await), "success");
    }

    /// S3 API Reference, DeleteBucket: versions and delete markers keep a bucket.
    async fn a_bucket_with_a_delete_marker_is_not_empty(s3, bucket) {
        make(&s3, &bucket).await;
        set_versioning(&s3, &bucket, BucketVersioningStatus::Enabled).await;
        let version = put(&s3, &bucket, "a").await.unwrap();
        s3.delete_object().bucket(&bucket).key("a").send().await.unwrap();
        s3.delete_object().bucket(&bucket).key("a").version_id(version).send().await.unwrap();
        assert_eq!(code(s3.delete_bucket().bucket(&bucket).send().await), "BucketNotEmpty");
    }

    /// S3 User Guide, "Deleting a general purpose bucket": the name is not free at once.
    #[moto("frees the name at once")]
    async fn a_name_is_not_free_at_once(s3, bucket) {
        make(&s3, &bucket).await;
        s3.delete_bucket().bucket(&bucket).send().await.unwrap();
        assert_eq!(code(create(&s3, &bucket).send().await), "OperationAborted");
        tokio::time::sleep(Duration::from_secs(300)).await;
        assert_eq!(code(create(&s3, &bucket).send().await), "success");
    }

    /// S3 API Reference, "Error responses", OperationAborted: one change of a bucket at a time.
    #[moto("changes at once")]
    async fn a_bucket_is_changed_once_at_a_time(s3, bucket) {
        make(&s3, &bucket).await;
        assert_eq!(code(s3.delete_public_access_block().bucket(&bucket).send().await), "success");
        assert_eq!(code(s3.delete_bucket_lifecycle().bucket(&bucket).send().await), "OperationAborted");
    }

    /// S3 API Reference, PutBucketLogging: the target exists.
    async fn a_log_goes_to_a_bucket_that_exists(s3, bucket) {
        make(&s3, &bucket).await;
        let enabled = LoggingEnabled::builder().target_bucket("fact-nowhere").target_prefix("a/").build().unwrap();
        let status = BucketLoggingStatus::builder().logging_enabled(enabled).build();
        let log = s3.put_bucket_logging().bucket(&bucket).bucket_logging_status(status);
        assert_eq!(code(log.send().await), "InvalidTargetBucketForLogging");
    }

    /// S3 API Reference, PutBucketLifecycleConfiguration: a rule does something, after whole days.
    #[moto("takes both")]
    async fn a_lifecycle_rule_does_something_after_whole_days(s3, bucket) {
        make(&s3, &bucket).await;
        assert_eq!(put_rule(&s3, &bucket, None).await, "InvalidRequest");
        pass().await;
        assert_eq!(put_rule(&s3, &bucket, Some(LifecycleExpiration::builder().days(0).build())).await, "InvalidArgument");
    }

    /// S3 API Reference, HeadBucket: an error has no body, only its status.
    async fn a_head_of_nothing_says_not_found(s3, bucket) {
        assert_eq!(code(s3.head_bucket().bucket(&bucket).send().await), "NotFound");
        make(&s3, &bucket).await;
        assert_eq!(s3.head_bucket().bucket(&bucket).send().await.unwrap().bucket_region(), Some("eu-west-1"));
    }

    /// S3 API Reference, GetObject: what was stored comes back; without a version, the newest.
    async fn what_was_stored_comes_back(s3, bucket) {
        make(&s3, &bucket).await;
        put(&s3, &bucket, "a").await;
        let body = s3.get_object().bucket(&bucket).key("a").send().await.unwrap().body.collect().await.unwrap();
        assert_eq!(body.into_bytes().as_ref(), b"stored");
        assert_eq!(code(s3.get_object().bucket(&bucket).key("b").send().await), "NoSuchKey");
    }

    /// S3 API Reference, ListBuckets: by prefix and region, in pages.
    #[moto("keeps the order of creation")]
    async fn buckets_are_listed_by_prefix_in_pages(s3, bucket) {
        for own in ["one", "two", "three"] {
            make(&s3, &format!("{own}-{bucket}")).await;
        }
        let list = s3.list_buckets().prefix("t").bucket_region("eu-west-1").max_buckets(1);
        let first = list.clone().send().await.unwrap();
        assert_eq!(first.buckets()[0].name(), Some(format!("three-{bucket}").as_str()));
        let second = list.continuation_token(first.continuation_token().unwrap()).send().await.unwrap();
        assert_eq!((second.buckets().len(), second.continuation_token()), (1, None));
    }
}

#[test]
fn every_fact_about_s3_cites_a_page() {
    assert!(FACTS.len() >= 16, "only {} facts", FACTS.len());
    assert!(FACTS.iter().all(|fact| fact.citation.contains("S3 ")));
}

/// Checks every fact at an emulator that was just started, like the others.
#[test]
#[ignore = "needs a fresh emulator: PROVISION_CONFORMANCE_ENDPOINT=http://127.0.0.1:5000"]
fn every_difference_of_an_emulator_about_s3_is_known() {
    let endpoint = std::env::var("PROVISION_CONFORMANCE_ENDPOINT").expect("the variable names an emulator");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let local = tokio::task::LocalSet::new();
    let differences: Vec<String> = local.block_on(&runtime, async {
        let mut differences = Vec::new();
        for (number, fact) in FACTS.iter().enumerate() {
            let config = aws_sdk_s3::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(Region::new("eu-west-1"))
                .credentials_provider(Credentials::new("conformance", "conformance", None, None, "conformance"))
                .endpoint_url(&endpoint)
                .timeout_config(TimeoutConfig::disabled())
                .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
            let check = (fact.check)(Client::from_conf(config.build()), bucket_name(number));
            let outcome = tokio::task::spawn_local(check).await;
            match (outcome.is_ok(), fact.known_moto_leniency) {
                (true, None) | (false, Some(_)) => {}
                (true, Some(leniency)) => differences.push(format!("{} holds, though: {leniency}", fact.name)),
                (false, None) => differences.push(format!("{} does not hold ({})", fact.name, fact.citation.trim())),
            }
        }
        differences
    });
    assert!(differences.is_empty(), "{} of {}:\n{}", differences.len(), FACTS.len(), differences.join("\n"));
}
