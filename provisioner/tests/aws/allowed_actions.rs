use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use provisioner::desired::{FlowLog, Vpc, catalogue};
use provisioner::provider::ErrorKind;
use provisioner::sandbox::{Sandbox, SandboxOptions};

use super::bench::Bench;
use super::hosts::{instance, surroundings};
use super::network::{id, vpc};

/// A cloud whose caller has the permissions of these kinds' schemas and of no others, but for one that is missing.
fn allowed(kinds: &[&str], missing: &str) -> Bench {
    let options = SandboxOptions { permissions: Some(permissions(kinds, missing)), ..unlimited() };
    Bench::in_sandbox(&Sandbox::in_memory(options))
}

/// The permissions of these kinds' schemas, but for one.
fn permissions(kinds: &[&str], missing: &str) -> Arc<BTreeSet<String>> {
    let catalogue = catalogue();
    let lookups = ["ec2:DescribeImages", "ec2:DescribeTags"].map(str::to_owned);
    let known = kinds.iter().flat_map(|kind| catalogue.get(kind).expect("a known kind").permissions);
    let permissions: BTreeSet<String> =
        known.map(|action| (*action).to_owned()).chain(lookups).filter(|action| action != missing).collect();
    Arc::new(permissions)
}

fn unlimited() -> SandboxOptions {
    SandboxOptions { speed: 0.0, ..SandboxOptions::default() }
}

/// One cloud as its owner sees it, and as somebody does who may not do everything.
fn owned_and_allowed(folder: &Path, kinds: &[&str], missing: &str) -> (Bench, Bench) {
    let limited = SandboxOptions { permissions: Some(permissions(kinds, missing)), ..unlimited() };
    [unlimited(), limited].map(|options| Bench::in_sandbox(&Sandbox::open(folder, options).unwrap())).into()
}

#[tokio::test]
async fn tags_at_a_creation_need_the_right_to_give_tags() {
    let wanted = Vpc { cidr: "10.20.0.0/16".parse().unwrap(), dns_support: true, dns_hostnames: true };
    assert!(allowed(&["vpc"], "").create("vpc.main", &wanted).await.is_ok());
    let error = allowed(&["vpc"], "ec2:CreateTags").create("vpc.main", &wanted).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
    assert!(error.message.contains("ec2:CreateTags"), "{}", error.message);
}

#[tokio::test]
async fn flow_logs_need_the_right_to_deliver() {
    for (missing, fails) in [("", false), ("logs:CreateLogDelivery", true)] {
        let folder = tempfile::tempdir().unwrap();
        let (owner, bench) = owned_and_allowed(folder.path(), &["vpc", "flow-log"], missing);
        let vpc = vpc(&bench).await;
        let wanted =
            FlowLog { vpc: id(&vpc), traffic: "ALL".to_owned(), destination: owner.bucket("flow-logs").await, interval_seconds: 600 };
        let answer = bench.create("flow-log.main", &wanted).await;
        assert_eq!(answer.as_ref().err().map(|error| error.kind), fails.then_some(ErrorKind::Denied), "{answer:?}");
    }
}

#[tokio::test]
async fn a_machine_with_a_profile_needs_the_right_to_pass_its_role() {
    let kinds = ["vpc", "subnet", "security-group", "key-pair", "instance"];
    for (missing, fails) in [("", false), ("iam:PassRole", true)] {
        let folder = tempfile::tempdir().unwrap();
        let (owner, bench) = owned_and_allowed(folder.path(), &kinds, missing);
        let around = surroundings(&bench).await;
        let mut wanted = instance(&bench, &around);
        wanted.instance_profile = Some(owner.profile("web").await.as_str().into());
        let answer = bench.create("instance.web-1", &wanted).await;
        assert_eq!(answer.as_ref().err().map(|error| error.kind), fails.then_some(ErrorKind::Denied), "{answer:?}");
    }
}
