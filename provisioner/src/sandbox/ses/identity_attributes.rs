use aws_sdk_sesv2::operation::put_email_identity_configuration_set_attributes::{
    PutEmailIdentityConfigurationSetAttributesInput, PutEmailIdentityConfigurationSetAttributesOutput,
};
use aws_sdk_sesv2::operation::put_email_identity_dkim_attributes::{
    PutEmailIdentityDkimAttributesInput, PutEmailIdentityDkimAttributesOutput,
};
use aws_sdk_sesv2::operation::put_email_identity_dkim_signing_attributes::{
    PutEmailIdentityDkimSigningAttributesInput, PutEmailIdentityDkimSigningAttributesOutput,
};
use aws_sdk_sesv2::operation::put_email_identity_mail_from_attributes::{
    PutEmailIdentityMailFromAttributesInput, PutEmailIdentityMailFromAttributesOutput,
};
use aws_sdk_sesv2::types::{BehaviorOnMxFailure, DkimSigningAttributesOrigin};

use super::EmailIdentity;
use super::email_identity::{check_set, key_length};
use super::paging::bad_request;
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// `PutEmailIdentityConfigurationSetAttributes`: no name takes the set away.
pub(super) fn put_configuration_set(
    call: &mut Call<'_>,
    input: &PutEmailIdentityConfigurationSetAttributesInput,
) -> Result<PutEmailIdentityConfigurationSetAttributesOutput, Refusal> {
    let mut identity = EmailIdentity::named(call, input.email_identity())?;
    check_set(call, input.configuration_set_name())?;
    identity.configuration_set = input.configuration_set_name().map(str::to_owned);
    call.put(identity);
    Ok(PutEmailIdentityConfigurationSetAttributesOutput::builder().build())
}

/// `PutEmailIdentityDkimAttributes`.
pub(super) fn put_dkim(
    call: &mut Call<'_>,
    input: &PutEmailIdentityDkimAttributesInput,
) -> Result<PutEmailIdentityDkimAttributesOutput, Refusal> {
    let mut identity = EmailIdentity::named(call, input.email_identity())?;
    identity.is_signed = input.signing_enabled() == Some(true);
    call.put(identity);
    Ok(PutEmailIdentityDkimAttributesOutput::builder().build())
}

/// `PutEmailIdentityDkimSigningAttributes`, for SES's own keys. A key of another length is made at the next renewal; here at once.
pub(super) fn put_dkim_signing(
    call: &mut Call<'_>,
    input: &PutEmailIdentityDkimSigningAttributesInput,
) -> Result<PutEmailIdentityDkimSigningAttributesOutput, Refusal> {
    let mut identity = EmailIdentity::named(call, input.email_identity())?;
    if input.signing_attributes_origin() != Some(&DkimSigningAttributesOrigin::AwsSes) {
        return Err(Refusal::unsimulated("SigningAttributesOrigin"));
    }
    if let Some(length) = key_length(input.signing_attributes())? {
        identity.key_length = length;
    }
    let answer = PutEmailIdentityDkimSigningAttributesOutput::builder().dkim_status(identity.dkim_status());
    let answer = answer.set_dkim_tokens(Some(identity.tokens.clone()));
    call.put(identity);
    Ok(answer.build())
}

/// `PutEmailIdentityMailFromAttributes`: a domain below the identity's; none takes it away.
pub(super) fn put_mail_from(
    call: &mut Call<'_>,
    input: &PutEmailIdentityMailFromAttributesInput,
) -> Result<PutEmailIdentityMailFromAttributesOutput, Refusal> {
    let mut identity = EmailIdentity::named(call, input.email_identity())?;
    let behavior = input.behavior_on_mx_failure().unwrap_or(&BehaviorOnMxFailure::UseDefaultValue);
    identity.mail_from = match input.mail_from_domain().filter(|domain| !domain.is_empty()) {
        None => None,
        Some(domain) if domain.ends_with(&format!(".{}", identity.id)) => Some((domain.to_owned(), behavior.as_str().to_owned())),
        Some(domain) => {
            return Err(bad_request(format!(
                "Provided MAIL-FROM domain <{domain}> is not subdomain of the domain of the identity <{}>.",
                identity.id
            )));
        }
    };
    call.put(identity);
    Ok(PutEmailIdentityMailFromAttributesOutput::builder().build())
}
