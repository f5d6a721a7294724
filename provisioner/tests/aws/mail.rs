//! SES is not in moto's second version of its API as far as it is used here: ministack is its second opinion, in `conformance/ses.rs`.
#![cfg(feature = "sandbox")]

use std::collections::BTreeSet;

use aws_sdk_sesv2::types::Tag;
use provisioner::desired::{SesConfigurationSet, SesIdentity, mail_records};
use provisioner::model::{Observed, Value};
use provisioner::provider::{Depth, ErrorKind};
use provisioner::sandbox::{Sandbox, SandboxOptions};

use super::bench::{Bench, REGION};
use super::network::id;

const DOMAIN: &str = "emm.example.com";

fn rehearsal() -> (Sandbox, Bench) {
    let sandbox = Sandbox::in_memory(SandboxOptions { speed: 0.0, ..SandboxOptions::default() });
    let bench = Bench::in_sandbox(&sandbox);
    (sandbox, bench)
}

fn client(sandbox: &Sandbox) -> aws_sdk_sesv2::Client {
    let config = aws_sdk_sesv2::config::Builder::from(&sandbox.sdk_config(REGION)).interceptor(sandbox.interceptor());
    aws_sdk_sesv2::Client::from_conf(config.build())
}

pub fn set(bench: &Bench) -> SesConfigurationSet {
    SesConfigurationSet {
        set_name: bench.scope.physical_name("alerts"),
        requires_tls: true,
        is_sending: true,
        has_reputation_metrics: true,
        suppresses: vec!["BOUNCE".to_owned(), "COMPLAINT".to_owned()],
        counted_events: vec!["BOUNCE".to_owned(), "COMPLAINT".to_owned()],
    }
}

pub fn identity(set: &Observed) -> SesIdentity {
    SesIdentity {
        domain: DOMAIN.to_owned(),
        dkim_key_length: "RSA_2048_BIT".to_owned(),
        is_signed: true,
        mail_from_domain: format!("bounce.{DOMAIN}"),
        configuration_set: id(set),
    }
}

#[tokio::test]
async fn domain_and_set_are_made_changed_and_removed_without_waiting_for_the_dns() {
    let (_, bench) = rehearsal();
    let alerts = bench.make("ses-configuration-set.alerts", &set(&bench)).await;
    let domain = bench.make("ses-identity.main", &identity(&alerts)).await;
    assert_eq!(domain.attributes["is_verified"], Value::Bool(false));
    assert_eq!(domain.attributes["dkim_status"], Value::from("PENDING"));
    assert_eq!(domain.attributes["mail_from_status"], Value::from("PENDING"));
    let Value::List(tokens) = &domain.attributes["dkim_tokens"] else { panic!("tokens are a list") };
    let tokens: Vec<String> = tokens.iter().filter_map(Value::as_text).map(str::to_owned).collect();
    assert_eq!(mail_records(DOMAIN, &tokens, REGION, &format!("bounce.{DOMAIN}")).len(), 6);
    let quiet = SesConfigurationSet {
        requires_tls: false,
        has_reputation_metrics: false,
        suppresses: vec!["BOUNCE".to_owned()],
        counted_events: vec!["BOUNCE".to_owned(), "DELIVERY".to_owned()],
        ..set(&bench)
    };
    bench.settle("ses-configuration-set.alerts", &quiet).await;
    let moved = SesIdentity { mail_from_domain: format!("mail.{DOMAIN}"), is_signed: false, ..identity(&alerts) };
    let moved = bench.settle("ses-identity.main", &moved).await;
    bench.remove(&moved).await;
    bench.remove(&alerts).await;
    bench.assert_every_call_was_intended();
}

#[tokio::test]
async fn records_that_were_published_are_seen() {
    let (sandbox, bench) = rehearsal();
    let alerts = bench.make("ses-configuration-set.alerts", &set(&bench)).await;
    bench.make("ses-identity.main", &identity(&alerts)).await;
    let tag = Tag::builder().key("rehearsal:dns").value("published").build().unwrap();
    let arn = format!("arn:aws:ses:{REGION}:123456789012:identity/{DOMAIN}");
    client(&sandbox).tag_resource().resource_arn(arn).tags(tag).send().await.unwrap();
    let found = bench.observe("ses-identity").await;
    assert_eq!(found[0].attributes["is_verified"], Value::Bool(true));
    assert_eq!(found[0].attributes["dkim_status"], Value::from("SUCCESS"));
}

#[tokio::test]
async fn domain_of_somebody_else_is_neither_taken_nor_seen() {
    let (sandbox, bench) = rehearsal();
    client(&sandbox).create_email_identity().email_identity(DOMAIN).send().await.unwrap();
    let alerts = bench.make("ses-configuration-set.alerts", &set(&bench)).await;
    let refused = bench.create("ses-identity.main", &identity(&alerts)).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Foreign);
    assert!(refused.message.contains("a domain of its own"), "{}", refused.message);
    assert!(bench.observe("ses-identity").await.is_empty());
    assert_eq!(bench.create("ses-configuration-set.other", &set(&bench)).await.unwrap_err().kind, ErrorKind::Foreign);
}

#[tokio::test]
async fn domain_and_set_that_are_ours_are_adopted_and_their_tags_repaired() {
    let (sandbox, bench) = rehearsal();
    let alerts = bench.make("ses-configuration-set.alerts", &set(&bench)).await;
    let domain = bench.make("ses-identity.main", &identity(&alerts)).await;
    assert_eq!(bench.create("ses-configuration-set.alerts", &set(&bench)).await.unwrap(), alerts.id);
    assert_eq!(bench.create("ses-identity.main", &identity(&alerts)).await.unwrap(), domain.id);
    let arn = format!("arn:aws:ses:{REGION}:123456789012:configuration-set/{}", alerts.id);
    client(&sandbox).untag_resource().resource_arn(arn).tag_keys("Name").send().await.unwrap();
    let repaired = bench.settle("ses-configuration-set.alerts", &set(&bench)).await;
    assert_eq!(repaired.tags["Name"], "alerts");
}

#[tokio::test]
async fn fast_look_at_sets_makes_one_call() {
    let (_, bench) = rehearsal();
    bench.make("ses-configuration-set.alerts", &set(&bench)).await;
    let (before, _) = bench.connection.requests();
    let fast = bench.observe_at("ses-configuration-set", Depth::Fast).await;
    assert_eq!(bench.connection.requests().0 - before, 1);
    assert_eq!(fast[0].address.to_string(), "ses-configuration-set.alerts");
}

#[tokio::test]
async fn mail_needs_what_its_types_say() {
    let (sandbox, bench) = rehearsal();
    let alerts = bench.make("ses-configuration-set.alerts", &set(&bench)).await;
    let domain = bench.make("ses-identity.main", &identity(&alerts)).await;
    bench.remove(&domain).await;
    bench.remove(&alerts).await;
    let kinds = ["ses-configuration-set", "ses-identity"].map(|kind| bench.catalogue.get(kind).unwrap().permissions);
    let said: BTreeSet<&str> = kinds.into_iter().flatten().copied().collect();
    let needed = sandbox.needed_permissions();
    let unsaid: Vec<&String> = needed.iter().filter(|action| !said.contains(action.as_str())).collect();
    assert!(unsaid.is_empty() && needed.contains("ses:TagResource"), "{unsaid:?}");
}
