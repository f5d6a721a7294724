use aws_sdk_sesv2::operation::create_email_identity::{CreateEmailIdentityInput, CreateEmailIdentityOutput};
use aws_sdk_sesv2::operation::delete_email_identity::{DeleteEmailIdentityInput, DeleteEmailIdentityOutput};
use aws_sdk_sesv2::operation::get_email_identity::{GetEmailIdentityInput, GetEmailIdentityOutput};
use aws_sdk_sesv2::operation::list_email_identities::{ListEmailIdentitiesInput, ListEmailIdentitiesOutput};
use aws_sdk_sesv2::types::{
    BehaviorOnMxFailure, DkimAttributes, DkimSigningAttributes, DkimSigningAttributesOrigin, DkimSigningKeyLength, DkimStatus,
    IdentityInfo, IdentityType, MailFromAttributes, MailFromDomainStatus, VerificationStatus,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::paging::{bad_request, cut, not_found};
use super::{ConfigurationSet, tag};
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// The tag by which a rehearsal is told that the domain's records were published; nobody publishes any by himself.
const PUBLISHED: (&str, &str) = ("rehearsal:dns", "published");

/// A domain that mail is sent from; addresses as identities are not simulated.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct EmailIdentity {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) key_length: String,
    pub(crate) is_signed: bool,
    pub(crate) tokens: Vec<String>,
    /// The domain bounces return to, and what happens while it has no MX record.
    pub(crate) mail_from: Option<(String, String)>,
    pub(crate) configuration_set: Option<String>,
}

impl EmailIdentity {
    /// The identity that a request names.
    pub(super) fn named(call: &Call<'_>, name: Option<&str>) -> Result<EmailIdentity, Refusal> {
        let name = name.unwrap_or_default().to_ascii_lowercase();
        let found = call.named::<EmailIdentity>(Some(&name), "EmailIdentity").ok();
        found.ok_or_else(|| not_found(format!("Email identity {name} does not exist.")))
    }

    /// Whether the rehearsal was told that its records are in the DNS.
    pub(super) fn is_published(&self) -> bool {
        self.tags.get(PUBLISHED.0).is_some_and(|value| value == PUBLISHED.1)
    }

    /// The status of its keys, as far as they are in the DNS.
    pub(super) fn dkim_status(&self) -> DkimStatus {
        if self.is_published() { DkimStatus::Success } else { DkimStatus::Pending }
    }

    fn dkim(&self) -> DkimAttributes {
        let length = DkimSigningKeyLength::from(self.key_length.as_str());
        DkimAttributes::builder()
            .signing_enabled(self.is_signed)
            .status(self.dkim_status())
            .set_tokens(Some(self.tokens.clone()))
            .signing_attributes_origin(DkimSigningAttributesOrigin::AwsSes)
            .current_signing_key_length(length.clone())
            .next_signing_key_length(length)
            .last_key_generation_timestamp(self.created.to_sdk())
            .build()
    }

    fn mail_from(&self) -> Result<Option<MailFromAttributes>, Refusal> {
        let status = if self.is_published() { MailFromDomainStatus::Success } else { MailFromDomainStatus::Pending };
        let attributes = self.mail_from.as_ref().map(|(domain, behavior)| {
            let attributes = MailFromAttributes::builder().mail_from_domain(domain).mail_from_domain_status(status);
            attributes.behavior_on_mx_failure(BehaviorOnMxFailure::from(behavior.as_str())).build()
        });
        Ok(attributes.transpose()?)
    }
}

/// The three tokens of a domain: the same ones whenever it is made in the same account and region.
fn tokens(call: &Call<'_>, domain: &str) -> Vec<String> {
    let token =
        |number: u8| format!("{:x}", Sha256::digest(format!("{} {} {domain} {number}", call.account(), call.region)))[..32].to_owned();
    (1..=3).map(token).collect()
}

/// The length of new keys; keys of the customer's own are not simulated.
pub(super) fn key_length(attributes: Option<&DkimSigningAttributes>) -> Result<Option<String>, Refusal> {
    let Some(attributes) = attributes else { return Ok(None) };
    let is_own = attributes.domain_signing_selector().is_some() || attributes.domain_signing_private_key().is_some();
    if is_own || attributes.domain_signing_attributes_origin().is_some() {
        return Err(Refusal::unsimulated("DkimSigningAttributes.DomainSigningSelector"));
    }
    match attributes.next_signing_key_length() {
        None => Ok(None),
        Some(length @ (DkimSigningKeyLength::Rsa1024Bit | DkimSigningKeyLength::Rsa2048Bit)) => Ok(Some(length.as_str().to_owned())),
        Some(length) => Err(bad_request(format!("{} is no signing key length", length.as_str()))),
    }
}

/// Refuses the name of a configuration set that does not exist.
pub(super) fn check_set(call: &Call<'_>, name: Option<&str>) -> Result<(), Refusal> {
    name.map_or(Ok(()), |name| ConfigurationSet::named(call, Some(name)).map(drop))
}

/// `CreateEmailIdentity`: one of a domain per account and region. Its tags need `ses:TagResource` besides.
pub(super) fn create(call: &mut Call<'_>, input: &CreateEmailIdentityInput) -> Result<CreateEmailIdentityOutput, Refusal> {
    let domain = input.email_identity().unwrap_or_default().to_ascii_lowercase();
    if domain.contains('@') {
        return Err(Refusal::unsimulated("EmailIdentity (an address)"));
    }
    let is_label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !domain.contains('.') || domain.len() > 253 || !domain.split('.').all(is_label) {
        return Err(bad_request(format!("Invalid email identity {domain}.")));
    }
    let tags = tag::read(input.tags())?;
    if !tags.is_empty() {
        call.needs("ses:TagResource")?;
    }
    let key_length = key_length(input.dkim_signing_attributes())?.unwrap_or_else(|| "RSA_1024_BIT".to_owned());
    check_set(call, input.configuration_set_name())?;
    if call.get::<EmailIdentity>(&domain).is_some() {
        return Err(Refusal::new("AlreadyExistsException", format!("Email identity {domain} already exist.")));
    }
    let identity = EmailIdentity {
        tokens: tokens(call, &domain),
        id: domain,
        tags,
        created: call.now,
        key_length,
        is_signed: true,
        mail_from: None,
        configuration_set: input.configuration_set_name().map(str::to_owned),
    };
    let answer = CreateEmailIdentityOutput::builder().identity_type(IdentityType::Domain).dkim_attributes(identity.dkim());
    let answer = answer.verified_for_sending_status(identity.is_published());
    call.put(identity);
    Ok(answer.build())
}

/// `GetEmailIdentity`.
pub(super) fn get(call: &mut Call<'_>, input: &GetEmailIdentityInput) -> Result<GetEmailIdentityOutput, Refusal> {
    let identity = EmailIdentity::named(call, input.email_identity())?;
    let status = if identity.is_published() { VerificationStatus::Success } else { VerificationStatus::Pending };
    Ok(GetEmailIdentityOutput::builder()
        .identity_type(IdentityType::Domain)
        .feedback_forwarding_status(true)
        .verified_for_sending_status(identity.is_published())
        .verification_status(status)
        .dkim_attributes(identity.dkim())
        .set_mail_from_attributes(identity.mail_from()?)
        .set_configuration_set_name(identity.configuration_set.clone())
        .set_tags(Some(tag::to_sdk(&identity.tags)?))
        .build())
}

/// `ListEmailIdentities`: names and little else.
pub(super) fn list(call: &mut Call<'_>, input: &ListEmailIdentitiesInput) -> Result<ListEmailIdentitiesOutput, Refusal> {
    if input.filter().is_some_and(|filter| !filter.is_empty()) {
        return Err(Refusal::unsimulated("Filter"));
    }
    let identities = call.visible::<EmailIdentity>();
    let names = identities.iter().map(|identity| identity.id.clone()).collect();
    let (names, next) = cut(names, input.next_token(), input.page_size())?;
    let info = |identity: &&EmailIdentity| {
        let info = IdentityInfo::builder().identity_type(IdentityType::Domain).identity_name(&identity.id);
        info.sending_enabled(identity.is_published()).build()
    };
    let listed = identities.iter().filter(|identity| names.contains(&identity.id)).map(|identity| info(&identity)).collect();
    Ok(ListEmailIdentitiesOutput::builder().set_email_identities(Some(listed)).set_next_token(next).build())
}

/// `DeleteEmailIdentity`.
pub(super) fn delete(call: &mut Call<'_>, input: &DeleteEmailIdentityInput) -> Result<DeleteEmailIdentityOutput, Refusal> {
    let identity = EmailIdentity::named(call, input.email_identity())?;
    call.remove::<EmailIdentity>(&identity.id);
    Ok(DeleteEmailIdentityOutput::builder().build())
}
