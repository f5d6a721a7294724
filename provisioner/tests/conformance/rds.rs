//! Facts about RDS, with the network of EC2, the roles of IAM and the keys of KMS that databases stand on.

use std::time::Duration;

use aws_sdk_rds::operation::create_db_instance::builders::CreateDBInstanceFluentBuilder;
use aws_sdk_rds::types::{ApplyMethod, DbInstance, Parameter, Tag};

use super::services::{Clients, service_facts};
use super::{code, make_group, make_subnet, make_vpc};

/// A VPC with two subnets in two zones, a security group, a subnet group and a parameter group.
struct Network {
    subnets: [String; 2],
    group: String,
}

impl Clients {
    async fn network(&self) -> Network {
        let vpc = make_vpc(&self.ec2).await;
        let one = make_subnet(&self.ec2, &vpc, "10.0.1.0/24").await;
        let two = self.ec2.create_subnet().vpc_id(&vpc).cidr_block("10.0.2.0/24").availability_zone("eu-west-1b").send().await.unwrap();
        let subnets = [one, two.subnet.unwrap().subnet_id.unwrap()];
        let group = make_group(&self.ec2, &vpc, "database").await;
        let create = self.rds.create_db_subnet_group().db_subnet_group_name("databases").db_subnet_group_description("databases");
        create.set_subnet_ids(Some(subnets.to_vec())).send().await.unwrap();
        self.parameter_group("mysql84", "mysql8.4").await;
        Network { subnets, group }
    }

    async fn parameter_group(&self, name: &str, family: &str) {
        let create = self.rds.create_db_parameter_group().db_parameter_group_name(name).db_parameter_group_family(family);
        create.description("parameters").send().await.unwrap();
    }

    fn create(&self, network: &Network, identifier: &str) -> CreateDBInstanceFluentBuilder {
        self.rds
            .create_db_instance()
            .db_instance_identifier(identifier)
            .engine("mysql")
            .engine_version("8.4")
            .db_instance_class("db.t4g.medium")
            .allocated_storage(20)
            .storage_type("gp3")
            .master_username("provisioner")
            .manage_master_user_password(true)
            .db_subnet_group_name("databases")
            .db_parameter_group_name("mysql84")
            .vpc_security_group_ids(&network.group)
    }

    async fn instance(&self, identifier: &str) -> DbInstance {
        let described = self.rds.describe_db_instances().db_instance_identifier(identifier).send().await.unwrap();
        described.db_instances()[0].clone()
    }

    /// Waits until an instance stays `available` with nothing pending, at most an hour; between two things it is that for a moment.
    async fn settled(&self, identifier: &str) -> DbInstance {
        let mut calm = 0;
        for _ in 0..360 {
            let instance = self.instance(identifier).await;
            let pending = instance.pending_modified_values().is_some_and(|values| format!("{values:?}").contains("Some("));
            let is_available = matches!(instance.db_instance_status(), Some("available" | "storage-optimization"));
            calm = if is_available && !pending { calm + 1 } else { 0 };
            if calm == 6 {
                return instance;
            }
            tokio::time::sleep(Duration::from_secs(10)).await;
        }
        panic!("{identifier} never settles");
    }

    async fn make(&self, network: &Network) -> DbInstance {
        self.create(network, "core").send().await.unwrap();
        self.settled("core").await
    }

    /// Makes a role with a policy that a service may take, and waits until other services know it.
    async fn monitoring_role(&self, name: &str, service: &str) {
        let trust = format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": {{"Service": "{service}"}}, "Action": "sts:AssumeRole"}}]}}"#
        );
        let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}]}"#;
        self.iam.create_role().role_name(name).assume_role_policy_document(trust).send().await.unwrap();
        self.iam.put_role_policy().role_name(name).policy_name("logs").policy_document(policy).send().await.unwrap();
        tokio::time::sleep(Duration::from_secs(60)).await;
    }

    async fn status(&self, identifier: &str) -> String {
        self.instance(identifier).await.db_instance_status().unwrap_or_default().to_owned()
    }
}

fn parameter(name: &str, value: &str, method: ApplyMethod) -> Parameter {
    Parameter::builder().parameter_name(name).parameter_value(value).apply_method(method).build()
}

service_facts! {
    /// RDS API Reference, CreateDBSubnetGroup: subnets in at least two zones.
    async fn a_subnet_group_covers_two_zones(clients) {
        let vpc = make_vpc(&clients.ec2).await;
        let subnet = make_subnet(&clients.ec2, &vpc, "10.0.1.0/24").await;
        let create = clients.rds.create_db_subnet_group().db_subnet_group_name("one").db_subnet_group_description("one").subnet_ids(subnet);
        assert_eq!(code(create.send().await), "DBSubnetGroupDoesNotCoverEnoughAZs");
    }

    /// RDS API Reference, CreateDBSubnetGroup: the name is stored in lower case and taken once.
    async fn a_subnet_group_has_its_name_in_lower_case(clients) {
        let network = clients.network().await;
        let create = clients.rds.create_db_subnet_group().db_subnet_group_name("Databases").db_subnet_group_description("again");
        assert_eq!(code(create.set_subnet_ids(Some(network.subnets.to_vec())).send().await), "DBSubnetGroupAlreadyExists");
    }

    /// RDS API Reference, DeleteDBSubnetGroup: InvalidDBSubnetGroupStateFault while an instance stands in it.
    async fn a_subnet_group_in_use_is_not_deleted(clients) {
        let network = clients.network().await;
        clients.create(&network, "core").send().await.unwrap();
        let delete = clients.rds.delete_db_subnet_group().db_subnet_group_name("databases");
        assert_eq!(code(delete.send().await), "InvalidDBSubnetGroupStateFault");
    }

    /// RDS API Reference, DeleteDBParameterGroup: InvalidDBParameterGroupState while an instance has it.
    async fn a_parameter_group_in_use_is_not_deleted(clients) {
        let network = clients.network().await;
        clients.create(&network, "core").send().await.unwrap();
        let delete = clients.rds.delete_db_parameter_group().db_parameter_group_name("mysql84");
        assert_eq!(code(delete.send().await), "InvalidDBParameterGroupState");
    }

    /// RDS API Reference, ModifyDBParameterGroup: immediate is for dynamic parameters only.
    async fn a_static_parameter_waits_for_a_restart(clients) {
        clients.parameter_group("mysql84", "mysql8.4").await;
        let modify = |method| clients.rds.modify_db_parameter_group().db_parameter_group_name("mysql84").parameters(parameter("performance_schema", "1", method));
        assert_eq!(code(modify(ApplyMethod::Immediate).send().await), "InvalidParameterCombination");
        assert_eq!(code(modify(ApplyMethod::PendingReboot).send().await), "success");
    }

    /// RDS API Reference, ModifyDBParameterGroup: at most 20 parameters in a request.
    async fn twenty_parameters_are_modified_at_once(clients) {
        clients.parameter_group("mysql84", "mysql8.4").await;
        let change = parameter("max_connections", "500", ApplyMethod::Immediate);
        let modify = clients.rds.modify_db_parameter_group().db_parameter_group_name("mysql84").set_parameters(Some(vec![change; 21]));
        assert_eq!(code(modify.send().await), "InvalidParameterValue");
    }

    /// RDS API Reference, DescribeDBParameters: Source=user shows what was modified alone.
    async fn modified_parameters_are_of_the_user(clients) {
        clients.parameter_group("mysql84", "mysql8.4").await;
        let change = parameter("require_secure_transport", "1", ApplyMethod::Immediate);
        clients.rds.modify_db_parameter_group().db_parameter_group_name("mysql84").parameters(change).send().await.unwrap();
        let listed = clients.rds.describe_db_parameters().db_parameter_group_name("mysql84").source("user").send().await.unwrap();
        let names: Vec<_> = listed.parameters().iter().filter_map(|parameter| parameter.parameter_name()).collect();
        assert_eq!(names, ["require_secure_transport"]);
    }

    /// RDS API Reference, CreateDBParameterGroup: the family is one of an engine's versions.
    async fn a_parameter_group_is_of_a_family(clients) {
        let create = clients.rds.create_db_parameter_group().db_parameter_group_name("a").db_parameter_group_family("mysql8.9").description("a");
        assert_eq!(code(create.send().await), "InvalidParameterValue");
    }

    /// RDS API Reference, CreateDBInstance: letters, digits and hyphens, a letter first, no two hyphens in a row, none at the end.
    async fn an_identifier_has_single_hyphens(clients) {
        let network = clients.network().await;
        for identifier in ["a--b", "1a", "a-", "a_b", &"a".repeat(64)] {
            assert_eq!(code(clients.create(&network, identifier).send().await), "InvalidParameterValue", "{identifier}");
        }
    }

    /// RDS API Reference, CreateDBInstance: the identifier is stored in lower case.
    async fn an_identifier_is_stored_in_lower_case(clients) {
        let network = clients.network().await;
        let made = clients.create(&network, "Core").send().await.unwrap().db_instance.unwrap();
        assert_eq!(made.db_instance_identifier(), Some("core"));
        assert_eq!(code(clients.create(&network, "CORE").send().await), "DBInstanceAlreadyExists");
    }

    /// RDS API Reference, CreateDBInstance: MasterUsername is no reserved word and has 16 characters at most.
    async fn a_master_user_is_no_reserved_word(clients) {
        let network = clients.network().await;
        for user in ["rdsadmin", "a-b", &"a".repeat(17)] {
            assert_eq!(code(clients.create(&network, "core").master_username(user).send().await), "InvalidParameterValue", "{user}");
        }
    }

    /// RDS API Reference, CreateDBInstance: ManageMasterUserPassword and MasterUserPassword exclude each other.
    async fn a_managed_password_is_not_given(clients) {
        let network = clients.network().await;
        let create = clients.create(&network, "core").master_user_password("not-a-secret-1");
        assert_eq!(code(create.send().await), "InvalidParameterCombination");
    }

    /// RDS API Reference, MasterUserSecret: the secret is creating first and active then.
    async fn a_managed_password_is_made_with_the_instance(clients) {
        let network = clients.network().await;
        let made = clients.create(&network, "core").send().await.unwrap().db_instance.unwrap();
        assert_eq!(made.master_user_secret().and_then(|secret| secret.secret_status()), Some("creating"));
        let settled = clients.settled("core").await;
        assert_eq!(settled.master_user_secret().and_then(|secret| secret.secret_status()), Some("active"));
    }

    /// RDS API Reference, CreateDBInstance, EngineLifecycleSupport: past standard support a creation without Extended Support fails.
    async fn a_version_past_its_support_is_created_with_extended_support_alone(clients) {
        let network = clients.network().await;
        clients.parameter_group("mysql80", "mysql8.0").await;
        let create = |lifecycle| {
            let create = clients.create(&network, "core").engine_version("8.0").db_parameter_group_name("mysql80");
            create.engine_lifecycle_support(lifecycle)
        };
        assert_ne!(code(create("open-source-rds-extended-support-disabled").send().await), "success");
        assert_eq!(code(create("open-source-rds-extended-support").send().await), "success");
    }

    /// RDS User Guide, "gp3 storage": MySQL has no rates of its own below 400 GiB.
    async fn small_gp3_storage_has_no_rates(clients) {
        let network = clients.network().await;
        let create = clients.create(&network, "core").iops(4000);
        assert_eq!(code(create.send().await), "InvalidParameterCombination");
    }

    /// RDS API Reference, CreateDBInstance: no AvailabilityZone with MultiAZ.
    async fn a_standby_and_a_zone_exclude_each_other(clients) {
        let network = clients.network().await;
        let create = clients.create(&network, "core").multi_az(true).availability_zone("eu-west-1a");
        assert_eq!(code(create.send().await), "InvalidParameterCombination");
    }

    /// RDS API Reference, CreateDBInstance: backup and maintenance windows do not overlap.
    async fn the_windows_do_not_overlap(clients) {
        let network = clients.network().await;
        let create = clients.create(&network, "core").preferred_backup_window("03:00-04:00").preferred_maintenance_window("sun:03:30-sun:04:30");
        assert_eq!(code(create.send().await), "InvalidParameterValue");
    }

    /// RDS API Reference, CreateDBInstance: a MonitoringInterval needs a MonitoringRoleArn.
    async fn monitoring_needs_a_role(clients) {
        let network = clients.network().await;
        assert_eq!(code(clients.create(&network, "core").monitoring_interval(60).send().await), "InvalidParameterCombination");
    }

    /// RDS User Guide, "Setting up and enabling Enhanced Monitoring": the role trusts RDS's monitoring, and may write what it finds.
    async fn monitoring_needs_a_role_that_is_there_and_trusts_it(clients) {
        let network = clients.network().await;
        let account = clients.create(&network, "first").send().await.unwrap().db_instance.unwrap();
        let account = account.db_instance_arn().unwrap().split(':').nth(4).unwrap().to_owned();
        let monitored = |role: &str| {
            let role = format!("arn:aws:iam::{account}:role/{role}");
            clients.create(&network, "core").monitoring_interval(60).monitoring_role_arn(role)
        };
        assert_eq!(code(monitored("nobody").send().await), "InvalidParameterValue");
        clients.monitoring_role("machines", "ec2.amazonaws.com").await;
        assert_eq!(code(monitored("machines").send().await), "InvalidParameterValue");
        clients.monitoring_role("monitoring", "monitoring.rds.amazonaws.com").await;
        assert_eq!(code(monitored("monitoring").send().await), "success");
    }

    /// RDS API Reference, CreateDBInstance: KMSKeyNotAccessibleFault for a key that is not there or not enabled.
    async fn a_database_is_under_a_key_that_is_enabled(clients) {
        let network = clients.network().await;
        let key = clients.kms.create_key().send().await.unwrap().key_metadata.unwrap();
        let under = |key: &str| clients.create(&network, "core").storage_encrypted(true).kms_key_id(key);
        assert_eq!(code(under("11111111-2222-3333-4444-555555555555").send().await), "KMSKeyNotAccessibleFault");
        let made = under(&key.key_id).send().await.unwrap().db_instance.unwrap();
        assert_eq!(made.kms_key_id(), key.arn());
        clients.kms.schedule_key_deletion().key_id(&key.key_id).send().await.unwrap();
        let second = clients.create(&network, "second").storage_encrypted(true).kms_key_id(&key.key_id);
        assert_eq!(code(second.send().await), "KMSKeyNotAccessibleFault");
    }

    /// RDS API Reference, CreateDBInstance: the parameter group is of the engine version's family.
    async fn a_parameter_group_fits_the_version(clients) {
        let network = clients.network().await;
        clients.parameter_group("mysql97", "mysql9.7").await;
        let create = clients.create(&network, "core").db_parameter_group_name("mysql97");
        assert_eq!(code(create.send().await), "InvalidParameterCombination");
    }

    /// RDS API Reference, ModifyDBInstance: InvalidDBInstanceState before the instance is available.
    async fn an_instance_that_is_being_made_is_not_modified(clients) {
        let network = clients.network().await;
        clients.create(&network, "core").send().await.unwrap();
        let modify = clients.rds.modify_db_instance().db_instance_identifier("core").copy_tags_to_snapshot(true);
        assert_eq!(code(modify.send().await), "InvalidDBInstanceState");
    }

    /// RDS API Reference, ModifyDBInstance, PendingModifiedValues: a change is pending first, and the status is available for a while.
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
    async fn storage_grows_by_a_tenth_at_least(clients) {
        let network = clients.network().await;
        clients.make(&network).await;
        let modify = |gib| clients.rds.modify_db_instance().db_instance_identifier("core").allocated_storage(gib).apply_immediately(true);
        assert_eq!(code(modify(19).send().await), "InvalidParameterCombination");
        modify(21).send().await.unwrap();
        assert_eq!(clients.settled("core").await.allocated_storage(), Some(22));
    }

    /// RDS User Guide, "Increasing DB instance storage capacity": no second change of storage while the first is being optimised.
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
        assert_eq!(code(delete().send().await), "InvalidDBInstanceState");
    }

    /// RDS API Reference, DeleteDBInstance: a final snapshot is named unless it is skipped.
    async fn a_final_snapshot_is_named_or_skipped(clients) {
        let network = clients.network().await;
        clients.make(&network).await;
        assert_eq!(code(clients.rds.delete_db_instance().db_instance_identifier("core").send().await), "InvalidParameterCombination");
    }

    /// EC2 User Guide, "Requester-managed network interfaces": a database's interface holds its group and subnet until after it is gone.
    async fn a_database_holds_its_security_group(clients) {
        let network = clients.network().await;
        clients.make(&network).await;
        let delete_group = || clients.ec2.delete_security_group().group_id(&network.group);
        assert_eq!(code(delete_group().send().await), "DependencyViolation");
        assert_eq!(code(clients.ec2.delete_subnet().subnet_id(&network.subnets[0]).send().await), "DependencyViolation");
        clients.rds.delete_db_instance().db_instance_identifier("core").skip_final_snapshot(true).send().await.unwrap();
        tokio::time::sleep(Duration::from_secs(600)).await;
        assert_eq!(code(clients.rds.describe_db_instances().db_instance_identifier("core").send().await), "DBInstanceNotFound");
        assert_eq!(code(delete_group().send().await), "success");
    }

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

    /// RDS API Reference, Tag: letters, digits, white space and `_.:/=+-@`; not the prefixes `aws:` and `rds:`.
    async fn a_tag_has_few_characters(clients) {
        let network = clients.network().await;
        for (key, value) in [("Name", "core (kept)"), ("rds:a", "b"), ("aws:a", "b")] {
            let tag = Tag::builder().key(key).value(value).build();
            assert_eq!(code(clients.create(&network, "core").tags(tag).send().await), "InvalidParameterValue", "{key}");
        }
    }

    /// RDS API Reference, DescribeDBInstances: MaxRecords is 20 to 100.
    async fn a_page_has_twenty_records_at_least(clients) {
        assert_eq!(code(clients.rds.describe_db_instances().max_records(5).send().await), "InvalidParameterValue");
    }

    /// RDS User Guide, "Quotas and constraints for Amazon RDS": 40 instances in a region.
    async fn forty_instances_are_all(clients) {
        let network = clients.network().await;
        for number in 0..40 {
            clients.create(&network, &format!("core-{number}")).send().await.unwrap();
        }
        assert_eq!(code(clients.create(&network, "core-40").send().await), "InstanceQuotaExceeded");
    }
}
