//! Facts about snapshots and what is restored from them.

use std::time::Duration;

use aws_sdk_rds::operation::restore_db_instance_from_db_snapshot::builders::RestoreDBInstanceFromDBSnapshotFluentBuilder;
use aws_sdk_rds::types::{DbSnapshot, Tag};

use crate::conformance::code;
use crate::conformance::services::{Clients, service_facts};

impl Clients {
    async fn snapshot(&self, identifier: &str) -> DbSnapshot {
        let described = self.rds.describe_db_snapshots().db_snapshot_identifier(identifier).send().await.unwrap();
        described.db_snapshots()[0].clone()
    }

    /// Makes a snapshot of the instance `core`.
    async fn make_snapshot(&self, identifier: &str) {
        self.rds.create_db_snapshot().db_instance_identifier("core").db_snapshot_identifier(identifier).send().await.unwrap();
        self.made_snapshot(identifier).await;
    }

    /// Waits until a snapshot of the instance `core` is available, at most an hour.
    async fn made_snapshot(&self, identifier: &str) {
        for _ in 0..360 {
            if self.snapshot(identifier).await.status() == Some("available") {
                self.settled("core").await;
                return;
            }
            tokio::time::sleep(Duration::from_secs(10)).await;
        }
        panic!("{identifier} is never available");
    }

    /// A restore of a snapshot into the instance `again`.
    fn restore(&self, snapshot: &str) -> RestoreDBInstanceFromDBSnapshotFluentBuilder {
        let restore = self.rds.restore_db_instance_from_db_snapshot().db_snapshot_identifier(snapshot).db_instance_identifier("again");
        restore.db_subnet_group_name("databases").db_parameter_group_name("mysql84")
    }
}

service_facts! {
    /// RDS API Reference, CreateDBSnapshot: of an available instance.
    #[emulator("an instance of moto is available at once")]
    async fn a_snapshot_is_of_an_available_instance(clients) {
        let network = clients.network().await;
        clients.create(&network, "core").send().await.unwrap();
        let create = || clients.rds.create_db_snapshot().db_instance_identifier("core").db_snapshot_identifier("core-1");
        assert_eq!(code(create().send().await), "InvalidDBInstanceState");
        clients.settled("core").await;
        assert_eq!(code(create().send().await), "success");
    }

    /// RDS API Reference, DBSnapshot, Status: creating first, then available.
    #[emulator("a snapshot of moto is available at once")]
    async fn a_snapshot_takes_its_time(clients) {
        let network = clients.network().await;
        clients.make(&network).await;
        let create = clients.rds.create_db_snapshot().db_instance_identifier("core").db_snapshot_identifier("core-1");
        assert_eq!(create.send().await.unwrap().db_snapshot.unwrap().status(), Some("creating"));
        clients.made_snapshot("core-1").await;
    }

    /// RDS API Reference, CreateDBSnapshot: DBSnapshotAlreadyExists.
    async fn a_snapshots_identifier_is_taken_once(clients) {
        let network = clients.network().await;
        clients.make(&network).await;
        clients.make_snapshot("core-1").await;
        let create = clients.rds.create_db_snapshot().db_instance_identifier("core").db_snapshot_identifier("core-1");
        assert_eq!(code(create.send().await), "DBSnapshotAlreadyExists");
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

    /// RDS API Reference, RestoreDBInstanceFromDBSnapshot, ManageMasterUserPassword: Oracle's alone.
    #[emulator("moto restores MySQL with a managed password")]
    async fn a_restored_password_is_not_managed(clients) {
        let network = clients.network().await;
        clients.make(&network).await;
        clients.make_snapshot("core-1").await;
        assert_eq!(code(clients.restore("core-1").manage_master_user_password(true).send().await), "InvalidParameterCombination");
        assert!(clients.restore("core-1").send().await.unwrap().db_instance.unwrap().master_user_secret().is_none());
    }

    /// RDS API Reference, RestoreDBInstanceFromDBSnapshot, DeletionProtection, MultiAZ: what is left out is not the source's.
    #[emulator("moto gives a restored instance the settings of its source")]
    async fn a_restore_forgets_what_it_is_not_told(clients) {
        let network = clients.network().await;
        clients.create(&network, "core").deletion_protection(true).multi_az(true).send().await.unwrap();
        clients.settled("core").await;
        clients.make_snapshot("core-1").await;
        let restored = clients.restore("core-1").send().await.unwrap().db_instance.unwrap();
        assert_eq!((restored.deletion_protection(), restored.multi_az()), (Some(false), Some(false)));
    }

    /// RDS User Guide, "Restoring to a DB instance": the engine, the storage and the user are the snapshot's.
    async fn a_restore_has_the_snapshots_storage_and_user(clients) {
        let network = clients.network().await;
        clients.make(&network).await;
        clients.make_snapshot("core-1").await;
        clients.restore("core-1").send().await.unwrap();
        let restored = clients.settled("again").await;
        assert_eq!((restored.engine(), restored.master_username()), (Some("mysql"), Some("provisioner")));
        assert_eq!(restored.allocated_storage(), Some(20));
    }

    /// RDS API Reference, RestoreDBInstanceFromDBSnapshot: DBInstanceAlreadyExists, DBSnapshotNotFound.
    async fn a_restore_is_of_a_snapshot_into_a_new_instance(clients) {
        let network = clients.network().await;
        clients.make(&network).await;
        clients.make_snapshot("core-1").await;
        assert_eq!(code(clients.restore("core-1").db_instance_identifier("core").send().await), "DBInstanceAlreadyExists");
        assert_eq!(code(clients.restore("core-2").send().await), "DBSnapshotNotFound");
    }

    /// RDS User Guide, "Deleting a DB instance": manual snapshots are kept.
    async fn a_snapshot_outlives_its_instance(clients) {
        let network = clients.network().await;
        clients.make(&network).await;
        clients.make_snapshot("core-1").await;
        clients.rds.delete_db_instance().db_instance_identifier("core").skip_final_snapshot(true).send().await.unwrap();
        tokio::time::sleep(Duration::from_secs(900)).await;
        assert_eq!(clients.snapshot("core-1").await.status(), Some("available"));
        let listed = clients.rds.describe_db_snapshots().snapshot_type("manual").send().await.unwrap();
        assert_eq!(listed.db_snapshots().len(), 1);
    }

    /// RDS API Reference, DescribeDBSnapshots, DeleteDBSnapshot: DBSnapshotNotFound.
    async fn a_deleted_snapshot_is_not_found(clients) {
        let network = clients.network().await;
        clients.make(&network).await;
        clients.make_snapshot("core-1").await;
        let delete = || clients.rds.delete_db_snapshot().db_snapshot_identifier("core-1");
        assert_eq!(code(delete().send().await), "success");
        assert_eq!(code(delete().send().await), "DBSnapshotNotFound");
        assert_eq!(code(clients.rds.describe_db_snapshots().db_snapshot_identifier("core-1").send().await), "DBSnapshotNotFound");
    }
}
