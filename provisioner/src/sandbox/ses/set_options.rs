use aws_sdk_sesv2::operation::put_configuration_set_delivery_options::{
    PutConfigurationSetDeliveryOptionsInput, PutConfigurationSetDeliveryOptionsOutput,
};
use aws_sdk_sesv2::operation::put_configuration_set_reputation_options::{
    PutConfigurationSetReputationOptionsInput, PutConfigurationSetReputationOptionsOutput,
};
use aws_sdk_sesv2::operation::put_configuration_set_sending_options::{
    PutConfigurationSetSendingOptionsInput, PutConfigurationSetSendingOptionsOutput,
};
use aws_sdk_sesv2::operation::put_configuration_set_suppression_options::{
    PutConfigurationSetSuppressionOptionsInput, PutConfigurationSetSuppressionOptionsOutput,
};
use aws_sdk_sesv2::types::TlsPolicy;

use super::ConfigurationSet;
use super::paging::bad_request;
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// Whether delivery options ask for TLS; pools and deadlines are not simulated.
pub(super) fn requires_tls(policy: Option<&TlsPolicy>, pool: Option<&str>, seconds: Option<i64>) -> Result<bool, Refusal> {
    if pool.is_some() {
        return Err(Refusal::unsimulated("SendingPoolName"));
    }
    if seconds.is_some() {
        return Err(Refusal::unsimulated("MaxDeliverySeconds"));
    }
    match policy {
        None | Some(TlsPolicy::Optional) => Ok(false),
        Some(TlsPolicy::Require) => Ok(true),
        Some(policy) => Err(bad_request(format!("{} is no TLS policy", policy.as_str()))),
    }
}

/// `PutConfigurationSetDeliveryOptions`.
pub(super) fn put_delivery(
    call: &mut Call<'_>,
    input: &PutConfigurationSetDeliveryOptionsInput,
) -> Result<PutConfigurationSetDeliveryOptionsOutput, Refusal> {
    let mut set = ConfigurationSet::named(call, input.configuration_set_name())?;
    set.requires_tls = requires_tls(input.tls_policy(), input.sending_pool_name(), input.max_delivery_seconds())?;
    call.put(set);
    Ok(PutConfigurationSetDeliveryOptionsOutput::builder().build())
}

/// `PutConfigurationSetReputationOptions`.
pub(super) fn put_reputation(
    call: &mut Call<'_>,
    input: &PutConfigurationSetReputationOptionsInput,
) -> Result<PutConfigurationSetReputationOptionsOutput, Refusal> {
    let mut set = ConfigurationSet::named(call, input.configuration_set_name())?;
    set.has_reputation_metrics = input.reputation_metrics_enabled() == Some(true);
    call.put(set);
    Ok(PutConfigurationSetReputationOptionsOutput::builder().build())
}

/// `PutConfigurationSetSendingOptions`.
pub(super) fn put_sending(
    call: &mut Call<'_>,
    input: &PutConfigurationSetSendingOptionsInput,
) -> Result<PutConfigurationSetSendingOptionsOutput, Refusal> {
    let mut set = ConfigurationSet::named(call, input.configuration_set_name())?;
    set.is_sending = input.sending_enabled() == Some(true);
    call.put(set);
    Ok(PutConfigurationSetSendingOptionsOutput::builder().build())
}

/// `PutConfigurationSetSuppressionOptions`.
pub(super) fn put_suppression(
    call: &mut Call<'_>,
    input: &PutConfigurationSetSuppressionOptionsInput,
) -> Result<PutConfigurationSetSuppressionOptionsOutput, Refusal> {
    if input.suppression_scope().is_some() || input.validation_options().is_some() {
        return Err(Refusal::unsimulated("SuppressionScope"));
    }
    let mut set = ConfigurationSet::named(call, input.configuration_set_name())?;
    set.suppresses = input.suppressed_reasons.as_ref().map(|reasons| reasons.iter().map(|reason| reason.as_str().to_owned()).collect());
    call.put(set);
    Ok(PutConfigurationSetSuppressionOptionsOutput::builder().build())
}
