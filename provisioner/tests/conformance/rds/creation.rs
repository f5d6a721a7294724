//! Facts about what a database is made with.

use aws_sdk_rds::types::Tag;

use crate::conformance::code;
use crate::conformance::services::service_facts;

service_facts! {
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
    #[emulator("moto takes every user name")]
    async fn a_master_user_is_no_reserved_word(clients) {
        let network = clients.network().await;
        for user in ["rdsadmin", "a-b", &"a".repeat(17)] {
            assert_eq!(code(clients.create(&network, "core").master_username(user).send().await), "InvalidParameterValue", "{user}");
        }
    }

    /// RDS API Reference, CreateDBInstance: ManageMasterUserPassword and MasterUserPassword exclude each other.
    #[emulator("moto takes a managed password and a given one")]
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
    #[emulator("moto makes every version, with Extended Support and without")]
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
    #[emulator("moto takes rates for storage of every size")]
    async fn small_gp3_storage_has_no_rates(clients) {
        let network = clients.network().await;
        let create = clients.create(&network, "core").iops(4000);
        assert_eq!(code(create.send().await), "InvalidParameterCombination");
    }

    /// RDS API Reference, CreateDBInstance: no AvailabilityZone with MultiAZ.
    #[emulator("moto takes a zone for an instance with a standby")]
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
    #[emulator("moto does not look for the role")]
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
    #[emulator("moto does not look at the key")]
    async fn a_database_is_under_a_key_that_is_enabled(clients) {
        let network = clients.network().await;
        let key = clients.kms.create_key().send().await.unwrap().key_metadata.unwrap();
        let under = |key: &str| clients.create(&network, "core").storage_encrypted(true).kms_key_id(key);
        assert_eq!(code(under("11111111-2222-3333-4444-555555555555").send().await), "KMSKeyNotAccessibleFault");
        clients.kms.schedule_key_deletion().key_id(&key.key_id).send().await.unwrap();
        assert_eq!(code(under(&key.key_id).send().await), "KMSKeyNotAccessibleFault");
    }

    /// RDS API Reference, DBInstance, KmsKeyId: the key by its ARN, however it was named.
    #[emulator("moto shows the key as it was named")]
    async fn a_database_shows_its_key_by_its_arn(clients) {
        let network = clients.network().await;
        let key = clients.kms.create_key().send().await.unwrap().key_metadata.unwrap();
        let create = clients.create(&network, "core").storage_encrypted(true).kms_key_id(&key.key_id);
        assert_eq!(create.send().await.unwrap().db_instance.unwrap().kms_key_id(), key.arn());
    }

    /// RDS API Reference, Tag: letters, digits, white space and `_.:/=+-@`; not the prefixes `aws:` and `rds:`.
    #[emulator("moto takes every tag")]
    async fn a_tag_has_few_characters(clients) {
        let network = clients.network().await;
        for (key, value) in [("Name", "core (kept)"), ("rds:a", "b"), ("aws:a", "b")] {
            let tag = Tag::builder().key(key).value(value).build();
            assert_eq!(code(clients.create(&network, "core").tags(tag).send().await), "InvalidParameterValue", "{key}");
        }
    }

    /// RDS API Reference, DescribeDBInstances: MaxRecords is 20 to 100.
    #[emulator("moto takes pages of every size")]
    async fn a_page_has_twenty_records_at_least(clients) {
        assert_eq!(code(clients.rds.describe_db_instances().max_records(5).send().await), "InvalidParameterValue");
    }

    /// RDS User Guide, "Quotas and constraints for Amazon RDS": 40 instances in a region.
    #[emulator("moto has no quota of instances")]
    async fn forty_instances_are_all(clients) {
        let network = clients.network().await;
        for number in 0..40 {
            clients.create(&network, &format!("core-{number}")).send().await.unwrap();
        }
        assert_eq!(code(clients.create(&network, "core-40").send().await), "InstanceQuotaExceeded");
    }

    /// RDS API Reference, CreateDBInstance: DBSubnetGroupNotFoundFault, DBParameterGroupNotFound.
    async fn an_instance_is_made_in_groups_that_are_there(clients) {
        let network = clients.network().await;
        let create = || clients.create(&network, "core");
        assert_eq!(code(create().db_subnet_group_name("nowhere").send().await), "DBSubnetGroupNotFoundFault");
        assert_eq!(code(create().db_parameter_group_name("nothing").send().await), "DBParameterGroupNotFound");
    }

    /// RDS API Reference, DBInstance: the subnet group, the security groups and the parameter group that it was made with.
    async fn an_instance_shows_its_groups(clients) {
        let network = clients.network().await;
        let made = clients.make(&network).await;
        assert_eq!(made.db_subnet_group().and_then(|group| group.db_subnet_group_name()), Some("databases"));
        assert_eq!(made.vpc_security_groups()[0].vpc_security_group_id(), Some(network.group.as_str()));
        assert_eq!(made.db_parameter_groups()[0].db_parameter_group_name(), Some("mysql84"));
    }

    /// RDS API Reference, CreateDBInstance, Port: 3306 for MySQL unless another one is given.
    async fn an_instance_listens_at_the_engines_port(clients) {
        let network = clients.network().await;
        let made = clients.make(&network).await;
        assert_eq!(made.endpoint().and_then(|endpoint| endpoint.port()), Some(3306));
        assert!(made.endpoint().is_some_and(|endpoint| endpoint.address().is_some()));
        clients.create(&network, "second").port(3307).send().await.unwrap();
        assert_eq!(clients.settled("second").await.endpoint().and_then(|endpoint| endpoint.port()), Some(3307));
    }

    /// RDS API Reference, CreateDBInstance, BackupRetentionPeriod: 0 to 35 days.
    #[emulator("moto takes every number of days")]
    async fn a_backup_is_kept_for_thirty_five_days_at_most(clients) {
        let network = clients.network().await;
        assert_eq!(code(clients.create(&network, "core").backup_retention_period(36).send().await), "InvalidParameterValue");
        assert_eq!(code(clients.create(&network, "core").backup_retention_period(35).send().await), "success");
    }
}
