//! Facts that need more services than EC2 alone: a client of each in one account, and the second opinions of moto and, for SES, ministack.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_ec2::config::{BehaviorVersion, Region, SharedInterceptor, StalledStreamProtectionConfig};
use aws_types::SdkConfig;
use provisioner::sandbox::{Sandbox, SandboxOptions, TokioClock};

use super::Account;

/// The variables that name emulators: of all but SES, and of SES.
const ENDPOINT: &str = "PROVISION_CONFORMANCE_ENDPOINT";
const SES_ENDPOINT: &str = "PROVISION_CONFORMANCE_SES_ENDPOINT";

/// A client of each service in one account.
#[derive(Clone)]
pub struct Clients {
    pub ec2: aws_sdk_ec2::Client,
    pub iam: aws_sdk_iam::Client,
    pub kms: aws_sdk_kms::Client,
    pub rds: aws_sdk_rds::Client,
    pub s3: aws_sdk_s3::Client,
    pub ses: aws_sdk_sesv2::Client,
    /// What bucket names of the account end with, so that no two facts want the same one.
    pub own: String,
}

impl Clients {
    fn new(config: &SdkConfig, interceptor: &SharedInterceptor, own: &str) -> Self {
        macro_rules! client {
            ($sdk:ident) => {
                $sdk::Client::from_conf($sdk::config::Builder::from(config).interceptor(interceptor.clone()).build())
            };
        }
        Self {
            ec2: client!(aws_sdk_ec2),
            iam: client!(aws_sdk_iam),
            kms: client!(aws_sdk_kms),
            rds: client!(aws_sdk_rds),
            s3: client!(aws_sdk_s3),
            ses: client!(aws_sdk_sesv2),
            own: own.to_owned(),
        }
    }

    /// Clients of an empty rehearsal cloud at true speed, under a clock that waits for nobody.
    pub fn of_rehearsal() -> Self {
        let base = SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000);
        let clock = Arc::new(TokioClock::starting_at(base));
        let sandbox = Sandbox::in_memory(SandboxOptions { speed: 1.0, clock, ..SandboxOptions::default() });
        Self::new(&sandbox.sdk_config("eu-west-1"), &sandbox.interceptor(), "rehearsal")
    }

    /// Clients of an emulator, in the account of that number: moto reads it in a header, ministack in the access key.
    fn at(endpoint: &str, number: usize) -> Self {
        let account = format!("9{number:011}");
        let credentials = Credentials::new(account.clone(), "conformance", None, None, "conformance");
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .endpoint_url(endpoint)
            // Time jumps whenever nothing but the network is waited for, so that no timeout may hang on it.
            .timeout_config(aws_smithy_types::timeout::TimeoutConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        config.set_sleep_impl(aws_smithy_async::rt::sleep::default_async_sleep());
        Self::new(&config.build(), &SharedInterceptor::new(Account(account.clone())), &account)
    }
}

/// A fact and how it is checked.
pub struct ServiceFact {
    /// The fact, as a name.
    pub name: &'static str,
    /// The page of AWS that states it.
    pub citation: &'static str,
    /// Checks the fact in an account that has nothing yet.
    pub check: fn(Clients) -> Pin<Box<dyn Future<Output = ()>>>,
    /// How the emulator is known to differ; none when the fact must hold there too.
    pub known_difference: Option<&'static str>,
}

/// Declares facts: a citation, how the emulator differs where it does, and the check. Each is also a test against the rehearsal cloud.
macro_rules! service_facts {
    ($(#[doc = $citation:literal] $(#[emulator($difference:literal)])? async fn $name:ident($clients:ident) $body:block)*) => {
        pub const FACTS: &[crate::conformance::services::ServiceFact] = &[$(crate::conformance::services::ServiceFact {
            name: stringify!($name),
            citation: $citation,
            check: |clients| Box::pin(checks::$name(clients)),
            known_difference: crate::conformance::first(&[$($difference)?]),
        }),*];

        mod checks {
            use super::*;

            $(#[doc = $citation] pub async fn $name($clients: crate::conformance::services::Clients) $body)*
        }

        mod in_the_rehearsal_cloud {
            $(#[tokio::test(start_paused = true)]
            async fn $name() {
                super::checks::$name(crate::conformance::services::Clients::of_rehearsal()).await;
            })*
        }
    };
}
pub(super) use service_facts;

/// The facts, by the services whose pages state them.
pub const TABLES: &[(&[&str], &[ServiceFact])] = &[
    (&["EC2 ", "VPC "], super::flow_log::FACTS),
    (&["EC2 "], super::instance_profile::FACTS),
    (&["IAM "], super::iam::FACTS),
    (&["KMS ", "EC2 ", "RDS ", "S3 "], super::kms::FACTS),
    (&["RDS "], super::rds::CREATION),
    (&["RDS ", "EC2 "], super::rds::LIFE),
    (&["RDS "], super::rds::GROUPS),
    (&["RDS "], super::rds::SNAPSHOT),
    (SES, super::ses::FACTS),
];
const SES: &[&str] = &["SES "];

fn differences(variable: &str, facts: &[&'static ServiceFact]) -> Vec<String> {
    let endpoint = std::env::var(variable).expect("the variable names an emulator");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async {
        let mut differences = Vec::new();
        for (number, fact) in facts.iter().enumerate() {
            let outcome = tokio::task::spawn_local((fact.check)(Clients::at(&endpoint, 5000 + number))).await;
            match (outcome.is_ok(), fact.known_difference) {
                (true, None) | (false, Some(_)) => {}
                (true, Some(difference)) => differences.push(format!("{} holds, though: {difference}", fact.name)),
                (false, None) => differences.push(format!("{} does not hold ({})", fact.name, fact.citation.trim())),
            }
        }
        differences
    })
}

#[test]
#[ignore = "needs a fresh emulator: PROVISION_CONFORMANCE_ENDPOINT=http://127.0.0.1:5000"]
fn every_difference_of_moto_between_services_is_known() {
    let compared = TABLES.iter().filter(|(services, _)| *services != SES);
    let facts: Vec<&'static ServiceFact> = compared.flat_map(|(_, facts)| *facts).collect();
    let found = differences(ENDPOINT, &facts);
    assert!(found.is_empty(), "{} of {}:\n{}", found.len(), facts.len(), found.join("\n"));
}

#[test]
#[ignore = "needs a fresh ministack: PROVISION_CONFORMANCE_SES_ENDPOINT=http://127.0.0.1:4566"]
fn every_difference_of_ministack_in_ses_is_known() {
    let facts: Vec<&'static ServiceFact> = super::ses::FACTS.iter().collect();
    let found = differences(SES_ENDPOINT, &facts);
    assert!(found.is_empty(), "{} of {}:\n{}", found.len(), facts.len(), found.join("\n"));
}

#[test]
fn every_fact_cites_a_page_of_its_service() {
    for (services, facts) in TABLES {
        let cites = |fact: &&ServiceFact| services.iter().any(|service| fact.citation.contains(service));
        let strays: Vec<&str> = facts.iter().filter(|fact| !cites(fact)).map(|fact| fact.name).collect();
        assert!(strays.is_empty(), "no page of {services:?} is cited by {strays:?}");
    }
}
