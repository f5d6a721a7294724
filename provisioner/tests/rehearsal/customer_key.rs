use std::collections::BTreeSet;

use super::world::World;
use crate::drift::Clients;

/// The development environment with a key of the customer's.
fn with_own_key(text: String) -> String {
    if text.contains("= \"dev\"") { format!("{text}\n[security]\nkms = \"customer\"\n") } else { text }
}

/// Clients that see the world from outside, and one of KMS.
fn outside(world: &World) -> (Clients, aws_sdk_kms::Client) {
    let config = world.sandbox.sdk_config("eu-west-1");
    let kms = aws_sdk_kms::config::Builder::from(&config).interceptor(world.sandbox.interceptor());
    let clients = Clients::new(&config, &config, Some(world.sandbox.interceptor()), "123456789012");
    (clients, aws_sdk_kms::Client::from_conf(kms.build()))
}

/// The ARN of the only key that there is.
async fn only_key(kms: &aws_sdk_kms::Client) -> String {
    let keys = kms.list_keys().send().await.unwrap().keys.unwrap();
    assert_eq!(keys.len(), 1, "{keys:?}");
    keys[0].key_arn().unwrap().to_owned()
}

/// The keys of all volumes and databases; nothing is without one.
async fn keys_of_disks(clients: &Clients) -> BTreeSet<String> {
    let volumes = clients.ec2.describe_volumes().send().await.unwrap().volumes.unwrap();
    let databases = clients.rds.describe_db_instances().send().await.unwrap().db_instances.unwrap();
    assert!(volumes.len() > 5 && !databases.is_empty());
    let of_volumes = volumes.iter().map(|volume| volume.kms_key_id().unwrap_or("none").to_owned());
    of_volumes.chain(databases.iter().map(|database| database.kms_key_id().unwrap_or("none").to_owned())).collect()
}

/// The buckets, each with its key where it has one.
async fn keys_of_buckets(clients: &Clients) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    for bucket in clients.s3.list_buckets().send().await.unwrap().buckets.unwrap() {
        let name = bucket.name.unwrap();
        let answer = clients.s3.get_bucket_encryption().bucket(&name).send().await.unwrap();
        let rules = answer.server_side_encryption_configuration.unwrap().rules;
        let key = rules[0].apply_server_side_encryption_by_default().and_then(|rule| rule.kms_master_key_id()).map(str::to_owned);
        found.push((name, key));
    }
    found
}

#[tokio::test(start_paused = true)]
async fn everything_is_under_the_customers_key_which_outlives_down_and_is_taken_over() {
    let world = World::new("dev", with_own_key).await;
    let outcome = world.up().await;
    assert!(outcome.is_complete(), "{outcome:#?}");
    assert!(world.plan().await.is_empty());
    let (clients, kms) = outside(&world);
    let key = only_key(&kms).await;
    assert_eq!(keys_of_disks(&clients).await, BTreeSet::from([key.clone()]));
    let buckets = keys_of_buckets(&clients).await;
    // S3 delivers access logs to a bucket with S3's own keys alone (S3 User Guide, "Enabling Amazon S3 server access logging").
    let (of_logs, others): (Vec<_>, Vec<_>) = buckets.iter().partition(|(name, _)| name.contains("-logs-"));
    assert!(of_logs.len() == 1 && of_logs[0].1.is_none(), "{of_logs:?}");
    assert!(!others.is_empty() && others.iter().all(|(_, own)| own.as_ref() == Some(&key)), "{others:?}");

    let outcome = world.down().await;
    assert!(outcome.is_complete(), "{outcome:#?}");
    assert_eq!(only_key(&kms).await, key);
    let state = kms.describe_key().key_id(&key).send().await.unwrap().key_metadata.unwrap().key_state.unwrap();
    assert_eq!(state.as_str(), "Enabled");
    assert_eq!(keys_of_buckets(&clients).await, buckets);

    let outcome = world.up().await;
    assert!(outcome.is_complete(), "{outcome:#?}");
    assert_eq!(only_key(&kms).await, key);
    assert_eq!(keys_of_disks(&clients).await, BTreeSet::from([key]));
    assert_eq!(keys_of_buckets(&clients).await, buckets);
    assert!(world.plan().await.is_empty());
}
