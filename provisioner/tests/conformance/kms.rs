use aws_sdk_s3::types::{
    CreateBucketConfiguration, ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration,
    ServerSideEncryptionRule,
};

use super::services::{Clients, service_facts};
use super::*;

/// The ARN of a key that there is not.
const NO_KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";

async fn make_key(clients: &Clients) -> String {
    clients.kms.create_key().send().await.unwrap().key_metadata.unwrap().key_id
}

service_facts! {
    /// KMS API Reference, CreateAlias: an alias is unique in the account and region.
    async fn an_alias_is_made_once(clients) {
        let (one, two) = (make_key(&clients).await, make_key(&clients).await);
        clients.kms.create_alias().alias_name("alias/acme-prod").target_key_id(one).send().await.unwrap();
        let again = clients.kms.create_alias().alias_name("alias/acme-prod").target_key_id(two);
        assert_eq!(code(again.send().await), "AlreadyExistsException");
    }

    /// KMS API Reference, ScheduleKeyDeletion: the key waits 7 to 30 days, and is listed meanwhile.
    #[emulator("waits any number of days")]
    async fn a_deleted_key_waits_and_is_still_described(clients) {
        let key = make_key(&clients).await;
        let short = clients.kms.schedule_key_deletion().key_id(&key).pending_window_in_days(6);
        assert_eq!(code(short.send().await), "ValidationException");
        clients.kms.schedule_key_deletion().key_id(&key).pending_window_in_days(30).send().await.unwrap();
        let found = clients.kms.describe_key().key_id(&key).send().await.unwrap().key_metadata.unwrap();
        assert_eq!(found.key_state().unwrap().as_str(), "PendingDeletion");
        assert!(found.deletion_date().is_some());
    }

    /// KMS Developer Guide, "Key states of AWS KMS keys": a key that waits for its deletion is not changed.
    #[emulator("changes keys that wait for their deletion")]
    async fn a_key_that_waits_is_not_changed(clients) {
        let key = make_key(&clients).await;
        clients.kms.schedule_key_deletion().key_id(&key).send().await.unwrap();
        assert_eq!(code(clients.kms.enable_key_rotation().key_id(&key).send().await), "KMSInvalidStateException");
    }

    /// KMS API Reference, CancelKeyDeletion: the key is there again, and disabled.
    async fn a_rescued_key_is_disabled(clients) {
        let key = make_key(&clients).await;
        clients.kms.schedule_key_deletion().key_id(&key).send().await.unwrap();
        clients.kms.cancel_key_deletion().key_id(&key).send().await.unwrap();
        let found = clients.kms.describe_key().key_id(&key).send().await.unwrap().key_metadata.unwrap();
        assert_eq!(found.key_state().unwrap().as_str(), "Disabled");
    }

    /// KMS API Reference, DescribeKey: NotFoundException.
    async fn a_key_that_is_not_there_is_not_found(clients) {
        let describe = clients.kms.describe_key().key_id("00000000-0000-0000-0000-000000000000");
        assert_eq!(code(describe.send().await), "NotFoundException");
    }

    /// EC2 API Reference, CreateVolume, KmsKeyId: the key is looked for after the answer, and a volume under a wrong one fails.
    #[emulator("makes volumes under any key")]
    async fn a_volume_under_a_key_that_is_not_there_fails(clients) {
        let create = clients.ec2.create_volume().availability_zone("eu-west-1a").size(10).encrypted(true).kms_key_id(NO_KEY);
        let id = create.send().await.unwrap().volume_id.unwrap();
        tokio::time::sleep(Duration::from_secs(60)).await;
        let state = clients.ec2.describe_volumes().volume_ids(&id).send().await.map(|found| found.volumes()[0].state().cloned());
        assert!(!matches!(state, Ok(Some(aws_sdk_ec2::types::VolumeState::Available))), "{state:?}");
    }

    /// EC2 User Guide, "Troubleshoot Amazon EC2 instance launch issues": a machine whose volumes are under a disabled key terminates at once.
    #[emulator("launches machines under any key")]
    async fn a_machine_under_a_disabled_key_does_not_start(clients) {
        let (_, subnet) = make_network(&clients.ec2).await;
        let key = make_key(&clients).await;
        clients.kms.schedule_key_deletion().key_id(&key).send().await.unwrap();
        let disk = aws_sdk_ec2::types::EbsBlockDevice::builder().volume_size(20).encrypted(true).kms_key_id(key).build();
        let root = newest_image(&clients.ec2).await.root_device_name.unwrap();
        let mapping = aws_sdk_ec2::types::BlockDeviceMapping::builder().device_name(root).ebs(disk).build();
        let made = launch(&clients.ec2, &subnet).await.block_device_mappings(mapping).send().await.unwrap();
        let id = made.instances()[0].instance_id().unwrap();
        tokio::time::sleep(Duration::from_secs(120)).await;
        let found = instance(&clients.ec2, id).await;
        assert_eq!(found.state().and_then(|state| state.name()), Some(&InstanceStateName::Terminated));
        assert_eq!(found.state_reason().and_then(|reason| reason.code()), Some("Client.InternalError"));
    }

    /// S3 API Reference, PutBucketEncryption: the key is not looked for before something is written under it.
    #[emulator("writes under any key")]
    async fn a_bucket_takes_any_key_and_writes_under_none_that_is_not_there(clients) {
        let bucket = format!("conformance-keys-{}", clients.own);
        let place = CreateBucketConfiguration::builder().location_constraint("eu-west-1".into()).build();
        clients.s3.create_bucket().bucket(&bucket).create_bucket_configuration(place).send().await.unwrap();
        let rule = ServerSideEncryptionByDefault::builder().sse_algorithm(ServerSideEncryption::AwsKms).kms_master_key_id(NO_KEY);
        let rule = ServerSideEncryptionRule::builder().apply_server_side_encryption_by_default(rule.build().unwrap()).build();
        let rules = ServerSideEncryptionConfiguration::builder().rules(rule).build().unwrap();
        clients.s3.put_bucket_encryption().bucket(&bucket).server_side_encryption_configuration(rules).send().await.unwrap();
        let put = clients.s3.put_object().bucket(&bucket).key("a").body(aws_sdk_s3::primitives::ByteStream::from_static(b"a"));
        assert_eq!(code(put.send().await), "KMS.NotFoundException");
    }
}
