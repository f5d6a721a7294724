//! Facts about RDS, with the network of EC2, the roles of IAM and the keys of KMS that databases stand on.

mod creation;
mod groups;
mod life;
mod snapshot;

use std::time::Duration;

use aws_sdk_rds::operation::create_db_instance::builders::CreateDBInstanceFluentBuilder;
use aws_sdk_rds::types::DbInstance;

use super::services::Clients;
use super::{make_group, make_subnet, make_vpc};

pub use creation::FACTS as CREATION;
pub use groups::FACTS as GROUPS;
pub use life::FACTS as LIFE;
pub use snapshot::FACTS as SNAPSHOT;

/// A VPC with two subnets in two zones, a security group, a subnet group and a parameter group.
struct Network {
    vpc: String,
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
        Network { vpc, subnets, group }
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
