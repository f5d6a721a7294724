use aws_sdk_s3::types::CreateBucketConfiguration;

use super::bench::{Bench, REGION};

/// What machines and databases are given that other types make: real ones, made with the SDK alone.
impl Bench {
    /// A role that a service may take, with a policy; its ARN.
    pub async fn role(&self, own: &str, service: &str) -> String {
        let name = self.scope.physical_name(own);
        let trust = format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": {{"Service": "{service}"}}, "Action": "sts:AssumeRole"}}]}}"#
        );
        let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}]}"#;
        let made = self.iam.create_role().role_name(&name).path("/outside/").assume_role_policy_document(trust).send().await.unwrap();
        self.iam.put_role_policy().role_name(&name).policy_name("logs").policy_document(policy).send().await.unwrap();
        made.role.unwrap().arn
    }

    /// An instance profile with a role of its own; its ARN.
    pub async fn profile(&self, own: &str) -> String {
        let name = self.scope.physical_name(own);
        self.role(own, "ec2.amazonaws.com").await;
        let made = self.iam.create_instance_profile().instance_profile_name(&name).path("/outside/").send().await.unwrap();
        self.iam.add_role_to_instance_profile().instance_profile_name(&name).role_name(&name).send().await.unwrap();
        made.instance_profile.unwrap().arn
    }

    /// A key; its ARN.
    pub async fn key(&self) -> String {
        self.kms.create_key().send().await.unwrap().key_metadata.unwrap().arn.unwrap()
    }

    /// A bucket; its ARN.
    pub async fn bucket(&self, own: &str) -> String {
        let name = self.scope.physical_name(own);
        let place = CreateBucketConfiguration::builder().location_constraint(REGION.into()).build();
        self.s3.create_bucket().bucket(&name).create_bucket_configuration(place).send().await.unwrap();
        format!("arn:aws:s3:::{name}")
    }
}
