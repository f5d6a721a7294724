use super::services::{Clients, service_facts};
use super::*;

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
}
