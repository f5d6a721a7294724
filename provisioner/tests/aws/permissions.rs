use provisioner::aws::{Circumstances, QuotaCode};
use provisioner::desired::{IamRole, InstanceProfile, KmsKey, Policy, Statement};
use provisioner::model::{Observed, RemoteId, Status, Value};
use provisioner::provider::{Delete, Depth, ErrorKind};

use super::bench::Bench;
use super::network::id;

const READ_ONLY: &str = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
const MONITORING: &str = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole";

fn path(bench: &Bench) -> String {
    format!("/provision/{}/{}/", bench.scope.project, bench.scope.environment)
}

fn trust(service: &str) -> Policy {
    let mut statement = Statement::allow("Take", &["sts:AssumeRole"], Vec::<String>::new());
    statement = statement.of("Service", service);
    Policy { statements: vec![statement] }
}

fn policy(action: &str) -> Policy {
    Policy { statements: vec![Statement::allow("Backups", &[action], ["arn:aws:s3:::backups/*"])] }
}

pub fn role(bench: &Bench, name: &str) -> IamRole {
    IamRole {
        role_name: bench.scope.physical_name(name),
        path: path(bench),
        description: "what the hosts may do".to_owned(),
        trust: trust("ec2.amazonaws.com"),
        policy: Some(policy("s3:GetObject")),
        managed_policies: vec![READ_ONLY.to_owned()],
        other_policies: Vec::new(),
    }
}

pub fn profile(bench: &Bench, role: &Observed) -> InstanceProfile {
    InstanceProfile { profile_name: bench.scope.physical_name("hosts"), path: path(bench), role: id(role) }
}

/// moto 5.2.5 knows only the managed policies that it was told to load.
fn on_moto(bench: &Bench, role: IamRole) -> IamRole {
    if bench.is_strict { role } else { IamRole { managed_policies: Vec::new(), ..role } }
}

#[tokio::test]
async fn role_gets_its_policies_changes_them_and_goes_with_all_it_holds() {
    for bench in Bench::all() {
        let first = on_moto(&bench, role(&bench, "hosts"));
        let made = bench.make("iam-role.hosts", &first).await;
        assert!(made.id.as_str().ends_with(&format!("role{}{}", path(&bench), first.role_name)), "{}", made.id);
        let second = IamRole {
            trust: trust("monitoring.rds.amazonaws.com"),
            policy: Some(policy("s3:PutObject")),
            managed_policies: vec![MONITORING.to_owned()],
            ..role(&bench, "hosts")
        };
        let settled = bench.settle("iam-role.hosts", &on_moto(&bench, second.clone())).await;
        let bare = IamRole { policy: None, managed_policies: Vec::new(), ..second };
        bench.settle("iam-role.hosts", &bare).await;
        bench.settle("iam-role.hosts", &first).await;
        bench.make("instance-profile.hosts", &profile(&bench, &settled)).await;
        bench.remove(&settled).await;
        bench.remove(&settled).await;
        let left = bench.observe("instance-profile").await;
        assert_eq!(left[0].attributes["role"], Value::from(""));
        bench.remove(&left[0]).await;
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn role_that_is_there_already_is_adopted_and_a_foreign_one_is_not() {
    for bench in Bench::all() {
        let wanted = on_moto(&bench, role(&bench, "hosts"));
        let made = bench.make("iam-role.hosts", &wanted).await;
        assert_eq!(bench.create("iam-role.hosts", &wanted).await.unwrap(), made.id);
        assert_eq!(bench.create("iam-role.other", &wanted).await.unwrap_err().kind, ErrorKind::Foreign);
        let elsewhere = IamRole { path: "/".to_owned(), ..wanted };
        assert_eq!(bench.create("iam-role.hosts", &elsewhere).await.unwrap_err().kind, ErrorKind::Foreign);
        bench.remove(&made).await;
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn fast_look_at_roles_takes_the_address_from_the_name() {
    for bench in Bench::all() {
        let made = bench.make("iam-role.hosts", &on_moto(&bench, role(&bench, "hosts"))).await;
        bench.make("instance-profile.hosts", &profile(&bench, &made)).await;
        let (before, _) = bench.connection.requests();
        let fast = bench.observe_at("iam-role", Depth::Fast).await;
        let profiles = bench.observe_at("instance-profile", Depth::Fast).await;
        let (after, _) = bench.connection.requests();
        // moto 5.2.5 cuts pages of its own.
        assert!(after - before == 2 || !bench.is_strict, "one list each, and not {}", after - before);
        assert_eq!((fast[0].address.to_string(), fast[0].id.clone()), ("iam-role.hosts".to_owned(), made.id.clone()));
        assert!(!fast[0].attributes.contains_key("policy") && fast[0].attributes["trust"] == made.attributes["trust"]);
        assert_eq!(profiles[0].attributes["role"], Value::from(made.id.as_str()));
    }
}

#[tokio::test]
async fn instance_profile_turns_to_another_role() {
    for bench in Bench::all() {
        let one = bench.make("iam-role.hosts", &on_moto(&bench, role(&bench, "hosts"))).await;
        let two = bench.make("iam-role.monitoring", &on_moto(&bench, role(&bench, "monitoring"))).await;
        let made = bench.make("instance-profile.hosts", &profile(&bench, &one)).await;
        assert_eq!(bench.create("instance-profile.hosts", &profile(&bench, &one)).await.unwrap(), made.id);
        assert_eq!(bench.create("instance-profile.other", &profile(&bench, &one)).await.unwrap_err().kind, ErrorKind::Foreign);
        let turned = bench.settle("instance-profile.hosts", &profile(&bench, &two)).await;
        for object in [&turned, &one, &two] {
            bench.remove(object).await;
        }
        bench.assert_every_call_was_intended();
    }
}

fn key(bench: &Bench, is_rotated: bool) -> KmsKey {
    let root = "arn:aws:iam::123456789012:root";
    KmsKey {
        alias: format!("alias/{}-{}", bench.scope.project, bench.scope.environment),
        description: "volumes, databases and buckets".to_owned(),
        policy: Policy { statements: vec![Statement::allow("Account", &["kms:*"], ["*"]).of("AWS", root)] },
        is_rotated,
    }
}

#[tokio::test]
async fn key_is_found_without_its_alias_gets_one_and_waits_for_its_end() {
    for bench in Bench::all() {
        let created = bench.create("kms-key.main", &key(&bench, true)).await.unwrap();
        let found = bench.observe_at("kms-key", Depth::Fast).await;
        assert_eq!((found[0].id.clone(), found[0].attributes["alias"].clone()), (created.clone(), Value::from("")));
        let settled = bench.settle("kms-key.main", &key(&bench, true)).await;
        bench.settle("kms-key.main", &key(&bench, false)).await;
        let open = Statement::allow("Logs", &["kms:Decrypt"], ["*"]).of("Service", "delivery.logs.amazonaws.com");
        let mut wider = key(&bench, false);
        wider.policy.statements.push(open);
        bench.settle("kms-key.main", &wider).await;
        bench.remove(&settled).await;
        bench.remove(&settled).await;
        // The next environment of that name gets another key.
        let next = bench.make("kms-key.main", &key(&bench, true)).await;
        assert_ne!(next.id, created);
        bench.remove(&next).await;
        bench.assert_every_call_was_intended();
    }
}

#[cfg(feature = "sandbox")]
mod strict {
    use std::collections::BTreeSet;

    use provisioner::sandbox::{Sandbox, SandboxOptions};

    use super::*;

    fn sandbox() -> Sandbox {
        Sandbox::in_memory(SandboxOptions { speed: 0.0, ..SandboxOptions::default() })
    }

    fn kms(sandbox: &Sandbox) -> aws_sdk_kms::Client {
        let config =
            aws_sdk_kms::config::Builder::from(&sandbox.sdk_config(super::super::bench::REGION)).interceptor(sandbox.interceptor());
        aws_sdk_kms::Client::from_conf(config.build())
    }

    fn iam(sandbox: &Sandbox) -> aws_sdk_iam::Client {
        let config =
            aws_sdk_iam::config::Builder::from(&sandbox.sdk_config(super::super::bench::REGION)).interceptor(sandbox.interceptor());
        aws_sdk_iam::Client::from_conf(config.build())
    }

    #[tokio::test]
    async fn alias_left_on_a_dying_key_of_ours_moves_and_a_foreign_one_does_not() {
        let sandbox = sandbox();
        let bench = Bench::in_sandbox(&sandbox);
        let first = bench.make("kms-key.main", &key(&bench, true)).await;
        // The deletion was cut off before its second call.
        kms(&sandbox).schedule_key_deletion().key_id(first.id.as_str()).send().await.unwrap();
        let found = bench.observe("kms-key").await;
        assert_eq!(found[0].status, Status::Gone);
        let second = bench.make("kms-key.main", &key(&bench, true)).await;
        assert_ne!(second.id, first.id);
        let foreign = kms(&sandbox).create_key().send().await.unwrap().key_metadata.unwrap().key_id;
        kms(&sandbox).update_alias().alias_name(key(&bench, true).alias).target_key_id(foreign).send().await.unwrap();
        let refused = bench.try_settle("kms-key.main", &key(&bench, true)).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Foreign);
    }

    #[tokio::test]
    async fn policies_that_others_put_on_a_role_go() {
        let sandbox = sandbox();
        let bench = Bench::in_sandbox(&sandbox);
        let wanted = role(&bench, "hosts");
        bench.make("iam-role.hosts", &wanted).await;
        let more = r#"{"Statement": [{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}]}"#;
        let put = |name: &str| iam(&sandbox).put_role_policy().role_name(&wanted.role_name).policy_name(name).policy_document(more);
        put(IamRole::POLICY).send().await.unwrap();
        put("theirs").send().await.unwrap();
        let found = bench.observe("iam-role").await;
        assert_eq!(found[0].attributes["policy"], Value::from(more));
        bench.settle("iam-role.hosts", &wanted).await;
        let role = iam(&sandbox).tag_role().role_name(&wanted.role_name);
        role.tags(aws_sdk_iam::types::Tag::builder().key("Name").value("x").build().unwrap()).send().await.unwrap();
        bench.settle("iam-role.hosts", &wanted).await;
    }

    #[tokio::test]
    async fn what_is_needed_is_what_the_types_say_they_need() {
        let sandbox = sandbox();
        let bench = Bench::in_sandbox(&sandbox);
        let hosts = bench.make("iam-role.hosts", &role(&bench, "hosts")).await;
        let profile = bench.make("instance-profile.hosts", &profile(&bench, &hosts)).await;
        let main = bench.make("kms-key.main", &key(&bench, true)).await;
        for object in [&profile, &hosts, &main] {
            bench.remove(object).await;
        }
        let kinds = ["iam-role", "instance-profile", "kms-key"].map(|kind| bench.catalogue.get(kind).unwrap().permissions);
        let said: BTreeSet<&str> = kinds.into_iter().flatten().copied().collect();
        let needed = sandbox.needed_permissions();
        let unsaid: Vec<&String> = needed.iter().filter(|action| !said.contains(action.as_str())).collect();
        assert!(unsaid.is_empty() && needed.contains("iam:PassRole") && needed.contains("kms:TagResource"), "{unsaid:?}");
    }

    #[tokio::test]
    async fn the_account_tells_its_quotas_and_what_it_denies() {
        let allowed = BTreeSet::from(["iam:SimulatePrincipalPolicy", "ec2:CreateVpc"].map(str::to_owned));
        let quotas = Sandbox::in_memory(SandboxOptions { speed: 0.0, ..SandboxOptions::default() });
        let lookup = Bench::in_sandbox(&quotas).lookup();
        for quota in QuotaCode::ALL {
            assert!(lookup.quota(quota).await.unwrap() > 0.0, "{quota:?}");
        }
        let unknown = QuotaCode { service: "ec2", code: "L-00000000" };
        assert_eq!(lookup.quota(unknown).await.unwrap_err().kind, ErrorKind::NotFound);
        assert_eq!(lookup.public_access().await.unwrap(), provisioner::aws::PublicAccess::Open);
        assert!(!lookup.mail_account().await.unwrap().has_production_access);
        let options = SandboxOptions { speed: 0.0, permissions: Some(allowed.into()), ..SandboxOptions::default() };
        let asked = BTreeSet::from(["ec2:CreateVpc", "ec2:DeleteVpc"].map(str::to_owned));
        let denied =
            Bench::in_sandbox(&Sandbox::in_memory(options)).lookup().denied_actions(&asked, &Circumstances::default()).await.unwrap();
        assert_eq!(denied, BTreeSet::from(["ec2:DeleteVpc".to_owned()]));
    }
}

#[tokio::test]
async fn what_is_gone_already_is_deleted() {
    for bench in Bench::all() {
        let made = bench.make("iam-role.hosts", &on_moto(&bench, role(&bench, "hosts"))).await;
        let nowhere = Observed { id: RemoteId::new("arn:aws:iam::123456789012:role/nobody"), ..made.clone() };
        bench.registry.get("iam-role").unwrap().delete(Delete { observed: &nowhere }, &bench.calls).await.unwrap();
        bench.remove(&made).await;
    }
}
