use aws_sdk_ec2::types::IamInstanceProfileSpecification;

use super::services::{Clients, service_facts};
use super::*;

const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"#;

/// Makes a profile without a role.
async fn make_empty(clients: &Clients, name: &str) {
    clients.iam.create_instance_profile().instance_profile_name(name).send().await.unwrap();
}

/// Makes a profile with a role of its own.
async fn make_profile(clients: &Clients, name: &str) {
    clients.iam.create_role().role_name(name).assume_role_policy_document(TRUST).send().await.unwrap();
    make_empty(clients, name).await;
    clients.iam.add_role_to_instance_profile().instance_profile_name(name).role_name(name).send().await.unwrap();
}

/// Makes profiles that EC2 knows, at the latest a while later.
async fn make_profiles(clients: &Clients, names: &[&str]) {
    for name in names {
        make_profile(clients, name).await;
    }
    tokio::time::sleep(Duration::from_secs(60)).await;
}

fn profile(name: &str) -> IamInstanceProfileSpecification {
    IamInstanceProfileSpecification::builder().name(name).build()
}

async fn arn(ec2: &Client, instance: &str) -> Option<String> {
    super::instance(ec2, instance).await.iam_instance_profile?.arn
}

service_facts! {
    /// EC2 API Reference, AssociateIamInstanceProfile: a machine has one profile; one that has one gets another by a replacement.
    #[emulator("keeps the association's id")]
    async fn a_machine_has_one_profile_which_is_replaced(clients) {
        let ec2 = clients.ec2.clone();
        let (_, subnet) = make_network(&ec2).await;
        let id = make_instance(&ec2, &subnet).await;
        make_profiles(&clients, &["one", "two"]).await;
        let associate = |name: &str| ec2.associate_iam_instance_profile().instance_id(&id).iam_instance_profile(profile(name));
        let first = associate("one").send().await.unwrap().iam_instance_profile_association.unwrap().association_id.unwrap();
        assert_eq!(code(associate("two").send().await), "IncorrectState");
        let replace = ec2.replace_iam_instance_profile_association().association_id(&first).iam_instance_profile(profile("two"));
        let second = replace.send().await.unwrap().iam_instance_profile_association.unwrap().association_id.unwrap();
        assert_ne!(first, second);
        assert!(arn(&ec2, &id).await.unwrap().ends_with(":instance-profile/two"));
    }

    /// EC2 API Reference, DescribeIamInstanceProfileAssociations: a launch with a profile makes an association too.
    async fn a_launch_with_a_profile_makes_an_association(clients) {
        let ec2 = clients.ec2.clone();
        let (_, subnet) = make_network(&ec2).await;
        make_profiles(&clients, &["one"]).await;
        let run = launch(&ec2, &subnet).await.iam_instance_profile(profile("one"));
        let id = run.send().await.unwrap().instances()[0].instance_id().unwrap().to_owned();
        let list = ec2.describe_iam_instance_profile_associations().filters(filter("instance-id", &id));
        let found = list.send().await.unwrap().iam_instance_profile_associations.unwrap();
        assert_eq!(found.len(), 1);
        ec2.disassociate_iam_instance_profile().association_id(found[0].association_id().unwrap()).send().await.unwrap();
        assert_eq!(arn(&ec2, &id).await, None);
    }

    /// EC2 API Reference, ReplaceIamInstanceProfileAssociation, "Error codes": InvalidAssociationID.NotFound.
    async fn an_association_that_is_not_there_is_not_replaced(clients) {
        let ec2 = clients.ec2.clone();
        make_profiles(&clients, &["one"]).await;
        let replace = ec2.replace_iam_instance_profile_association().association_id("iip-assoc-0123456789abcdef0");
        assert_eq!(code(replace.iam_instance_profile(profile("one")).send().await), "InvalidAssociationID.NotFound");
    }

    /// EC2 User Guide, "Troubleshoot Amazon EC2 identity and access": a profile that EC2 does not know is an invalid parameter.
    #[emulator("answers with IAM's own error")]
    async fn a_profile_that_is_not_there_is_an_invalid_parameter(clients) {
        let (_, subnet) = make_network(&clients.ec2).await;
        let run = launch(&clients.ec2, &subnet).await.iam_instance_profile(profile("nobody"));
        assert_eq!(code(run.send().await), "InvalidParameterValue");
    }

    /// EC2 User Guide, "IAM roles for Amazon EC2": a profile without a role is of no use to a machine.
    #[emulator("takes a profile without a role")]
    async fn a_profile_without_a_role_is_not_given(clients) {
        let (_, subnet) = make_network(&clients.ec2).await;
        make_empty(&clients, "empty").await;
        tokio::time::sleep(Duration::from_secs(60)).await;
        let run = launch(&clients.ec2, &subnet).await.iam_instance_profile(profile("empty"));
        assert_eq!(code(run.send().await), "InvalidParameterValue");
    }
}
