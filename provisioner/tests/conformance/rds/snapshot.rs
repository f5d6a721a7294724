//! Facts about snapshots and what is restored from them.

use std::time::Duration;

use aws_sdk_rds::types::Tag;

use crate::conformance::code;
use crate::conformance::services::service_facts;

service_facts! {
    /// RDS API Reference, CreateDBSnapshot: of an available instance, under an identifier that is not taken.
    async fn a_snapshot_is_of_an_available_instance(clients) {
        let network = clients.network().await;
        clients.create(&network, "core").send().await.unwrap();
        let create = || clients.rds.create_db_snapshot().db_instance_identifier("core").db_snapshot_identifier("core-1");
        assert_eq!(code(create().send().await), "InvalidDBInstanceState");
        clients.settled("core").await;
        let made = create().send().await.unwrap().db_snapshot.unwrap();
        assert_eq!(made.status(), Some("creating"));
        clients.settled("core").await;
        assert_eq!(code(create().send().await), "DBSnapshotAlreadyExists");
    }

    /// RDS API Reference, CreateDBInstance, CopyTagsToSnapshot: a snapshot gets its instance's tags.
    async fn a_snapshot_gets_its_instances_tags(clients) {
        let network = clients.network().await;
        let tag = Tag::builder().key("team").value("emm").build();
        clients.create(&network, "core").copy_tags_to_snapshot(true).tags(tag).send().await.unwrap();
        clients.settled("core").await;
        let create = clients.rds.create_db_snapshot().db_instance_identifier("core").db_snapshot_identifier("core-1");
        let made = create.send().await.unwrap().db_snapshot.unwrap();
        assert_eq!(made.tag_list()[0].value(), Some("emm"));
    }

    /// RDS API Reference, RestoreDBInstanceFromDBSnapshot, ManageMasterUserPassword: Oracle's alone; what is left out is not the source's.
    async fn a_restore_forgets_what_it_is_not_told(clients) {
        let network = clients.network().await;
        clients.create(&network, "core").deletion_protection(true).multi_az(true).send().await.unwrap();
        clients.settled("core").await;
        clients.rds.create_db_snapshot().db_instance_identifier("core").db_snapshot_identifier("core-1").send().await.unwrap();
        tokio::time::sleep(Duration::from_secs(300)).await;
        let restore = || {
            let restore = clients.rds.restore_db_instance_from_db_snapshot().db_snapshot_identifier("core-1").db_instance_identifier("again");
            restore.db_subnet_group_name("databases").db_parameter_group_name("mysql84")
        };
        assert_eq!(code(restore().manage_master_user_password(true).send().await), "InvalidParameterCombination");
        let restored = restore().send().await.unwrap().db_instance.unwrap();
        assert_eq!((restored.deletion_protection(), restored.multi_az()), (Some(false), Some(false)));
        assert!(restored.master_user_secret().is_none());
    }
}
