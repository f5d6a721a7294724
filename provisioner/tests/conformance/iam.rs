use super::services::{Clients, service_facts};
use super::*;

const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"#;
const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}"#;

async fn make_role(clients: &Clients, name: &str, path: &str) -> String {
    let create = clients.iam.create_role().role_name(name).path(path).assume_role_policy_document(TRUST);
    create.send().await.unwrap().role.unwrap().arn
}

async fn make_profile(clients: &Clients, name: &str, role: &str) {
    clients.iam.create_instance_profile().instance_profile_name(name).send().await.unwrap();
    clients.iam.add_role_to_instance_profile().instance_profile_name(name).role_name(role).send().await.unwrap();
}

service_facts! {
    /// IAM API Reference, CreateRole: a name is unique in the account, whatever the path.
    async fn a_role_name_is_taken_whatever_the_path(clients) {
        make_role(&clients, "hosts", "/one/").await;
        let again = clients.iam.create_role().role_name("hosts").path("/two/").assume_role_policy_document(TRUST);
        assert_eq!(code(again.send().await), "EntityAlreadyExists");
    }

    /// IAM API Reference, ListRoles: limited to a path, the trust policy URL-encoded, without tags.
    #[emulator("lists tags")]
    async fn roles_are_listed_by_path_with_an_encoded_policy_and_no_tags(clients) {
        make_role(&clients, "hosts", "/provision/acme/prod/").await;
        make_role(&clients, "other", "/provision/acme/dev/").await;
        let tag = aws_sdk_iam::types::Tag::builder().key("a").value("b").build().unwrap();
        clients.iam.tag_role().role_name("hosts").tags(tag).send().await.unwrap();
        let listed = clients.iam.list_roles().path_prefix("/provision/acme/prod/").send().await.unwrap().roles;
        assert_eq!(listed.len(), 1);
        assert!(listed[0].tags().is_empty() && listed[0].assume_role_policy_document().unwrap().starts_with("%7B"));
    }

    /// IAM API Reference, DeleteRole: not while it has policies.
    async fn a_role_with_policies_is_not_deleted(clients) {
        make_role(&clients, "hosts", "/").await;
        clients.iam.put_role_policy().role_name("hosts").policy_name("provision").policy_document(POLICY).send().await.unwrap();
        assert_eq!(code(clients.iam.delete_role().role_name("hosts").send().await), "DeleteConflict");
        clients.iam.delete_role_policy().role_name("hosts").policy_name("provision").send().await.unwrap();
        assert_eq!(code(clients.iam.delete_role().role_name("hosts").send().await), "success");
    }

    /// IAM API Reference, DeleteRole: not while an instance profile holds it.
    async fn a_role_in_a_profile_is_not_deleted(clients) {
        make_role(&clients, "hosts", "/").await;
        make_profile(&clients, "hosts", "hosts").await;
        assert_eq!(code(clients.iam.delete_role().role_name("hosts").send().await), "DeleteConflict");
        assert_eq!(code(clients.iam.delete_instance_profile().instance_profile_name("hosts").send().await), "DeleteConflict");
    }

    /// IAM User Guide, "IAM and AWS STS quotas": one role in an instance profile.
    async fn a_profile_holds_one_role(clients) {
        make_role(&clients, "hosts", "/").await;
        make_role(&clients, "other", "/").await;
        make_profile(&clients, "hosts", "hosts").await;
        let second = clients.iam.add_role_to_instance_profile().instance_profile_name("hosts").role_name("other");
        assert_eq!(code(second.send().await), "LimitExceeded");
    }

    /// IAM API Reference, GetRole, DeleteRolePolicy: NoSuchEntity.
    async fn what_is_not_there_is_no_entity(clients) {
        assert_eq!(code(clients.iam.get_role().role_name("nobody").send().await), "NoSuchEntity");
        make_role(&clients, "hosts", "/").await;
        let policy = clients.iam.delete_role_policy().role_name("hosts").policy_name("none");
        assert_eq!(code(policy.send().await), "NoSuchEntity");
    }

    /// IAM API Reference, PutRolePolicy: MalformedPolicyDocument.
    async fn a_policy_without_resources_is_malformed(clients) {
        make_role(&clients, "hosts", "/").await;
        let put = clients.iam.put_role_policy().role_name("hosts").policy_name("provision");
        let put = put.policy_document(r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject"}]}"#);
        assert_eq!(code(put.send().await), "MalformedPolicyDocument");
    }

    /// IAM User Guide, "IAM and AWS STS quotas": the inline policies of a role have 10,240 characters together, white space aside.
    #[emulator("takes policies of any size")]
    async fn the_inline_policies_of_a_role_have_a_size(clients) {
        make_role(&clients, "hosts", "/").await;
        let document = POLICY.replace("s3:GetObject", &format!("s3:{}", "A".repeat(10_240)));
        let put = clients.iam.put_role_policy().role_name("hosts").policy_name("provision").policy_document(document);
        assert_eq!(code(put.send().await), "LimitExceeded");
    }
}
