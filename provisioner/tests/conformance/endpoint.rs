use aws_sdk_ec2::config::{BehaviorVersion, Credentials, Region, StalledStreamProtectionConfig};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::timeout::TimeoutConfig;

use super::*;

/// The variable that names an emulator, such as `http://127.0.0.1:5000`.
const ENDPOINT: &str = "PROVISION_CONFORMANCE_ENDPOINT";

/// Gives each fact an account of its own, in the header by which moto tells accounts apart.
#[derive(Debug)]
pub struct Account(pub String);

impl Intercept for Account {
    fn name(&self) -> &'static str {
        "Account"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        context.request_mut().headers_mut().insert("x-moto-account-id", self.0.clone());
        Ok(())
    }
}

fn client(endpoint: &str, number: usize) -> Client {
    let config = aws_sdk_ec2::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("conformance", "conformance", None, None, "conformance"))
        .endpoint_url(endpoint)
        // Time jumps whenever nothing but the network is waited for, so that no timeout may hang on it.
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .interceptor(Account(format!("9{number:011}")))
        .build();
    Client::from_conf(config)
}

/// Checks every fact at an emulator that was just started: a difference is a named leniency, or a failure; so is a leniency that is none any more.
#[test]
#[ignore = "needs a fresh emulator: PROVISION_CONFORMANCE_ENDPOINT=http://127.0.0.1:5000"]
fn every_difference_of_an_emulator_is_known() {
    let endpoint = std::env::var(ENDPOINT).expect("the variable names an emulator");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let local = tokio::task::LocalSet::new();
    let differences: Vec<String> = local.block_on(&runtime, async {
        let mut differences = Vec::new();
        for (number, fact) in all_facts().into_iter().enumerate() {
            let outcome = tokio::task::spawn_local((fact.check)(client(&endpoint, number))).await;
            match (outcome.is_ok(), fact.known_moto_leniency) {
                (true, None) | (false, Some(_)) => {}
                (true, Some(leniency)) => differences.push(format!("{} holds, though: {leniency}", fact.name)),
                (false, None) => differences.push(format!("{} does not hold ({})", fact.name, fact.citation.trim())),
            }
        }
        differences
    });
    assert!(differences.is_empty(), "{} of {}:\n{}", differences.len(), all_facts().len(), differences.join("\n"));
}
