use async_trait::async_trait;
use aws_sdk_sesv2::operation::get_email_identity::GetEmailIdentityOutput;
use aws_sdk_sesv2::types::{BehaviorOnMxFailure, DkimSigningAttributes, DkimSigningAttributesOrigin, DkimSigningKeyLength, IdentityType};
use futures::future::try_join_all;

use crate::aws::client::Connection;
use crate::aws::error::gone_is_success;
use crate::aws::iam::unless_gone;
use crate::aws::request::{known, observed, request_text, wanted};
use crate::aws::ses::{read_tags, repair_tags, written};
use crate::aws::tag_changes::with_token;
use crate::aws::tags::is_same_object;
use crate::aws::taken::{Holder, refusal, taken};
use crate::desired::SesIdentity;
use crate::model::{Observed, RemoteId, Scope, Status, Value};
use crate::provider::{Calls, Create, Delete, Depth, ProviderError, ResourceType, Update};

const GET: &str = "GetEmailIdentity";

/// SES's domains.
///
/// A list tells names only, so that each domain of the region is read to see whose it is; both depths look alike.
pub(super) struct SesIdentityType {
    connection: Connection,
}

impl SesIdentityType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    async fn domains(&self) -> Result<Vec<String>, ProviderError> {
        let list = self.connection.ses().list_email_identities();
        let pages = self.connection.pages("ListEmailIdentities", list.into_paginator().page_size(1000).send()).await?;
        let identities = pages.iter().flat_map(|page| page.email_identities());
        let domains = identities.filter(|identity| identity.identity_type() == Some(&IdentityType::Domain));
        Ok(domains.filter_map(|identity| identity.identity_name()).map(str::to_owned).collect())
    }

    async fn get(&self, domain: &str) -> Result<Option<GetEmailIdentityOutput>, ProviderError> {
        unless_gone(self.connection.call(GET, self.connection.ses().get_email_identity().email_identity(domain).send()).await)
    }

    async fn look(&self, domain: String, scope: &Scope) -> Result<Option<Observed>, ProviderError> {
        match self.get(&domain).await? {
            Some(identity) => observe_one(domain, &identity, scope),
            None => Ok(None),
        }
    }

    async fn put_mail_from(&self, wanted: &SesIdentity, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "PutEmailIdentityMailFromAttributes";
        calls.intend(OPERATION, &request_text(&(&wanted.domain, &wanted.mail_from_domain))).await?;
        let call = self.connection.ses().put_email_identity_mail_from_attributes().email_identity(&wanted.domain);
        // While its records are missing, mail leaves from SES's own domain and is not refused.
        let call = call.mail_from_domain(&wanted.mail_from_domain).behavior_on_mx_failure(BehaviorOnMxFailure::UseDefaultValue);
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    async fn put_signing(&self, wanted: &SesIdentity, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "PutEmailIdentityDkimAttributes";
        calls.intend(OPERATION, &request_text(&(&wanted.domain, wanted.is_signed))).await?;
        let call = self.connection.ses().put_email_identity_dkim_attributes().email_identity(&wanted.domain);
        self.connection.call(OPERATION, call.signing_enabled(wanted.is_signed).send()).await.map(drop)
    }

    async fn put_key_length(&self, wanted: &SesIdentity, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "PutEmailIdentityDkimSigningAttributes";
        calls.intend(OPERATION, &request_text(&(&wanted.domain, &wanted.dkim_key_length))).await?;
        let call = self.connection.ses().put_email_identity_dkim_signing_attributes().email_identity(&wanted.domain);
        let call = call.signing_attributes_origin(DkimSigningAttributesOrigin::AwsSes).signing_attributes(key_length(wanted));
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    async fn put_configuration_set(&self, wanted: &SesIdentity, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "PutEmailIdentityConfigurationSetAttributes";
        let set = known(OPERATION, &wanted.configuration_set)?;
        calls.intend(OPERATION, &request_text(&(&wanted.domain, set))).await?;
        let call = self.connection.ses().put_email_identity_configuration_set_attributes().email_identity(&wanted.domain);
        self.connection.call(OPERATION, call.configuration_set_name(set).send()).await.map(drop)
    }
}

fn key_length(wanted: &SesIdentity) -> DkimSigningAttributes {
    DkimSigningAttributes::builder().next_signing_key_length(DkimSigningKeyLength::from(wanted.dkim_key_length.as_str())).build()
}

/// A domain is ready at once: whether the customer published its records is told besides, and nothing waits for it.
fn observe_one(domain: String, identity: &GetEmailIdentityOutput, scope: &Scope) -> Result<Option<Observed>, ProviderError> {
    let tags = read_tags(identity.tags());
    let Some(address) = scope.address_in(&tags) else { return Ok(None) };
    let dkim = identity.dkim_attributes();
    let mail_from = identity.mail_from_attributes();
    let length = dkim.and_then(|dkim| dkim.next_signing_key_length().or(dkim.current_signing_key_length()));
    let specification = SesIdentity {
        dkim_key_length: length.map(|length| length.as_str().to_owned()).unwrap_or_default(),
        is_signed: dkim.is_some_and(|dkim| dkim.signing_enabled()),
        mail_from_domain: mail_from.map(|attributes| attributes.mail_from_domain().to_owned()).unwrap_or_default(),
        configuration_set: identity.configuration_set_name().unwrap_or_default().into(),
        domain: domain.clone(),
    };
    let mut found = observed(GET, address, RemoteId::new(domain), Status::Ready, &specification, tags)?;
    let tokens = dkim.map(|dkim| dkim.tokens()).unwrap_or_default();
    let text = |word: Option<&str>| word.map_or(Value::Null, Value::from);
    found.attributes.extend([
        ("is_verified".to_owned(), Value::Bool(identity.verified_for_sending_status())),
        ("dkim_status".to_owned(), text(dkim.and_then(|dkim| dkim.status()).map(|status| status.as_str()))),
        ("dkim_tokens".to_owned(), Value::List(tokens.iter().map(|token| Value::from(token.as_str())).collect())),
        ("mail_from_status".to_owned(), text(mail_from.map(|attributes| attributes.mail_from_domain_status().as_str()))),
    ]);
    Ok(Some(found))
}

#[async_trait]
impl ResourceType for SesIdentityType {
    fn kind(&self) -> &'static str {
        "ses-identity"
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let looks = self.domains().await?.into_iter().map(|domain| self.look(domain, scope));
        Ok(try_join_all(looks).await?.into_iter().flatten().collect())
    }

    /// A domain that is there already is taken over when its tags say that it is ours; there is one per account and region, and another
    /// environment's must not be changed, nor deleted later.
    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "CreateEmailIdentity";
        let specification: SesIdentity = wanted(OPERATION, request.attributes)?;
        let token = calls.intend(OPERATION, &request.text()).await?;
        let call = self
            .connection
            .ses()
            .create_email_identity()
            .email_identity(&specification.domain)
            .dkim_signing_attributes(key_length(&specification))
            .configuration_set_name(known(OPERATION, &specification.configuration_set)?)
            .set_tags(Some(written(OPERATION, &with_token(request.tags, &token))?));
        let answer = self.connection.call(OPERATION, call.send()).await;
        if let Some(refusal) = refusal(&answer, "AlreadyExistsException") {
            let found = self.get(&specification.domain).await?;
            let is_ours = |found: &GetEmailIdentityOutput| is_same_object(&read_tags(found.tags()), request.tags);
            let message = format!("{} is in this account and region already, and is not ours", specification.domain);
            let why = "give the environment a domain of its own; there is one identity of a domain per account and region";
            let refusal = ProviderError { message: format!("{message}: {why}"), ..refusal };
            return taken(refusal, Ok(Holder::among(&found, is_ours, |_| Some(specification.domain.as_str()))));
        }
        answer.map(|_| RemoteId::new(specification.domain))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        let specification: SesIdentity = wanted("PutEmailIdentityMailFromAttributes", request.attributes)?;
        repair_tags(&self.connection, "identity", &request, calls).await?;
        if request.differs("mail_from_domain") {
            self.put_mail_from(&specification, calls).await?;
        }
        if request.differs("is_signed") {
            self.put_signing(&specification, calls).await?;
        }
        if request.differs("dkim_key_length") {
            self.put_key_length(&specification, calls).await?;
        }
        if request.differs("configuration_set") {
            self.put_configuration_set(&specification, calls).await?;
        }
        Ok(())
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteEmailIdentity";
        let domain = request.observed.id.as_str();
        calls.intend(OPERATION, &request_text(&domain)).await?;
        let call = self.connection.ses().delete_email_identity().email_identity(domain);
        gone_is_success(self.connection.call(OPERATION, call.send()).await)
    }
}
