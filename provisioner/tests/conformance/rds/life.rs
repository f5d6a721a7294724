//! Facts about changing and deleting a database.

use std::time::Duration;

use crate::conformance::code;
use aws_sdk_rds::types::Tag;

use crate::conformance::services::service_facts;

service_facts! {
    /// RDS API Reference, ModifyDBInstance: InvalidDBInstanceState before the instance is available.
    #[emulator("an instance of moto is available at once")]
    async fn an_instance_that_is_being_made_is_not_modified(clients) {
        let network = clients.network().await;
        clients.create(&network, "core").send().await.unwrap();
        let modify = clients.rds.modify_db_instance().db_instance_identifier("core").copy_tags_to_snapshot(true);
        assert_eq!(code(modify.send().await), "InvalidDBInstanceState");
    }

    /// RDS API Reference, ModifyDBInstance, PendingModifiedValues: a change is pending first, and the status is available for a while.
    #[emulator("moto makes every change at once")]
    async fn a_change_is_pending_while_the_instance_is_still_available(clients) {
        let network = clients.network().await;
        clients.make(&network).await;
        let modify = clients.rds.modify_db_instance().db_instance_identifier("core").db_instance_class("db.t4g.large");
        modify.apply_immediately(true).send().await.unwrap();
        let shown = clients.instance("core").await;
        let pending = shown.pending_modified_values().and_then(|values| values.db_instance_class());
        assert_eq!((shown.db_instance_status(), pending), (Some("available"), Some("db.t4g.large")));
        assert_eq!(clients.settled("core").await.db_instance_class(), Some("db.t4g.large"));
    }

    /// RDS API Reference, ModifyDBInstance, ApplyImmediately: without it a change waits for the maintenance window.
    #[emulator("moto makes every change at once")]
    async fn a_change_waits_for_the_maintenance_window(clients) {
        let network = clients.network().await;
        clients.make(&network).await;
        clients.rds.modify_db_instance().db_instance_identifier("core").db_instance_class("db.t4g.large").send().await.unwrap();
        tokio::time::sleep(Duration::from_secs(900)).await;
        let shown = clients.instance("core").await;
        assert_eq!(shown.db_instance_class(), Some("db.t4g.medium"));
        assert!(shown.pending_modified_values().is_some_and(|values| values.db_instance_class().is_some()));
    }

    /// RDS API Reference, ModifyDBInstance, AllocatedStorage: it never shrinks, and a small step is rounded up to a tenth.
    #[emulator("storage of moto shrinks, and grows by what is asked for")]
    async fn storage_grows_by_a_tenth_at_least(clients) {
        let network = clients.network().await;
        clients.make(&network).await;
        let modify = |gib| clients.rds.modify_db_instance().db_instance_identifier("core").allocated_storage(gib).apply_immediately(true);
        assert_eq!(code(modify(19).send().await), "InvalidParameterCombination");
        modify(21).send().await.unwrap();
        assert_eq!(clients.settled("core").await.allocated_storage(), Some(22));
    }

    /// RDS User Guide, "Increasing DB instance storage capacity": no second change of storage while the first is being optimised.
    #[emulator("storage of moto is never being optimised")]
    async fn storage_that_grew_is_optimised_for_hours(clients) {
        let network = clients.network().await;
        clients.make(&network).await;
        let modify = |gib| clients.rds.modify_db_instance().db_instance_identifier("core").allocated_storage(gib).apply_immediately(true);
        modify(30).send().await.unwrap();
        clients.settled("core").await;
        assert_eq!(clients.status("core").await, "storage-optimization");
        assert_eq!(code(modify(40).send().await), "InvalidParameterCombination");
        tokio::time::sleep(Duration::from_secs(7 * 3600)).await;
        assert_eq!(code(modify(40).send().await), "success");
    }

    /// RDS API Reference, DeleteDBInstance: refused while deletion protection is on.
    async fn a_protected_instance_is_not_deleted(clients) {
        let network = clients.network().await;
        clients.create(&network, "core").deletion_protection(true).send().await.unwrap();
        clients.settled("core").await;
        let delete = || clients.rds.delete_db_instance().db_instance_identifier("core").skip_final_snapshot(true);
        assert_eq!(code(delete().send().await), "InvalidParameterCombination");
        clients.rds.modify_db_instance().db_instance_identifier("core").deletion_protection(false).send().await.unwrap();
        assert_eq!(code(delete().send().await), "success");
    }

    /// RDS API Reference, DeleteDBInstance: InvalidDBInstanceState while the instance is being deleted.
    #[emulator("an instance of moto is gone at once")]
    async fn an_instance_is_deleted_once(clients) {
        let network = clients.network().await;
        clients.make(&network).await;
        let delete = || clients.rds.delete_db_instance().db_instance_identifier("core").skip_final_snapshot(true);
        assert_eq!(code(delete().send().await), "success");
        assert_eq!(code(delete().send().await), "InvalidDBInstanceState");
    }

    /// RDS API Reference, DescribeDBInstances: DBInstanceNotFound once the instance is deleted.
    async fn a_deleted_instance_is_not_found(clients) {
        let network = clients.network().await;
        clients.make(&network).await;
        clients.rds.delete_db_instance().db_instance_identifier("core").skip_final_snapshot(true).send().await.unwrap();
        tokio::time::sleep(Duration::from_secs(900)).await;
        assert_eq!(code(clients.rds.describe_db_instances().db_instance_identifier("core").send().await), "DBInstanceNotFound");
        assert!(clients.rds.describe_db_instances().send().await.unwrap().db_instances().is_empty());
    }

    /// RDS API Reference, ModifyDBInstance, DeleteDBInstance, CreateDBSnapshot: DBInstanceNotFound.
    async fn an_instance_that_is_not_there_is_not_found(clients) {
        let rds = &clients.rds;
        let unknown = "DBInstanceNotFound";
        assert_eq!(code(rds.modify_db_instance().db_instance_identifier("core").copy_tags_to_snapshot(true).send().await), unknown);
        assert_eq!(code(rds.delete_db_instance().db_instance_identifier("core").skip_final_snapshot(true).send().await), unknown);
        let snapshot = rds.create_db_snapshot().db_instance_identifier("core").db_snapshot_identifier("core-1");
        assert_eq!(code(snapshot.send().await), unknown);
    }

    /// RDS API Reference, AddTagsToResource, RemoveTagsFromResource: by the ARN; a tag of the same key is replaced.
    async fn tags_are_changed_by_the_arn(clients) {
        let network = clients.network().await;
        let arn = clients.make(&network).await.db_instance_arn.unwrap();
        let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build();
        for tags in [[tag("team", "emm"), tag("stays", "here")], [tag("team", "ops"), tag("leaves", "soon")]] {
            clients.rds.add_tags_to_resource().resource_name(&arn).set_tags(Some(tags.to_vec())).send().await.unwrap();
        }
        clients.rds.remove_tags_from_resource().resource_name(&arn).tag_keys("leaves").send().await.unwrap();
        let shown = clients.instance("core").await;
        let mut tags: Vec<_> = shown.tag_list().iter().map(|tag| (tag.key().unwrap(), tag.value().unwrap())).collect();
        tags.sort_unstable();
        assert_eq!(tags, [("stays", "here"), ("team", "ops")]);
        assert_eq!(clients.rds.list_tags_for_resource().resource_name(&arn).send().await.unwrap().tag_list().len(), 2);
    }

    /// RDS API Reference, DeleteDBInstance: a final snapshot is named unless it is skipped.
    #[emulator("moto asks for no last snapshot")]
    async fn a_final_snapshot_is_named_or_skipped(clients) {
        let network = clients.network().await;
        clients.make(&network).await;
        assert_eq!(code(clients.rds.delete_db_instance().db_instance_identifier("core").send().await), "InvalidParameterCombination");
    }

    /// EC2 User Guide, "Requester-managed network interfaces": a database's interface holds its group and subnet until after it is gone.
    #[emulator("moto makes no network interface for a database")]
    async fn a_database_holds_its_security_group(clients) {
        let network = clients.network().await;
        clients.make(&network).await;
        let delete_group = || clients.ec2.delete_security_group().group_id(&network.group);
        assert_eq!(code(delete_group().send().await), "DependencyViolation");
        assert_eq!(code(clients.ec2.delete_subnet().subnet_id(&network.subnets[0]).send().await), "DependencyViolation");
        clients.rds.delete_db_instance().db_instance_identifier("core").skip_final_snapshot(true).send().await.unwrap();
        tokio::time::sleep(Duration::from_secs(600)).await;
        assert_eq!(code(delete_group().send().await), "success");
    }
}
