use std::collections::BTreeMap;

use aws_sdk_sesv2::operation::create_configuration_set::{CreateConfigurationSetInput, CreateConfigurationSetOutput};
use aws_sdk_sesv2::operation::delete_configuration_set::{DeleteConfigurationSetInput, DeleteConfigurationSetOutput};
use aws_sdk_sesv2::operation::get_configuration_set::{GetConfigurationSetInput, GetConfigurationSetOutput};
use aws_sdk_sesv2::operation::list_configuration_sets::{ListConfigurationSetsInput, ListConfigurationSetsOutput};
use aws_sdk_sesv2::types::{DeliveryOptions, ReputationOptions, SendingOptions, SuppressionListReason, SuppressionOptions, TlsPolicy};
use serde::{Deserialize, Serialize};

use super::event_destination::Destination;
use super::paging::{bad_request, cut, not_found};
use super::{set_options, tag};
use crate::sandbox::call::Call;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// How many configuration sets an account has in a region at most (SES Developer Guide, "Service quotas in Amazon SES").
const MOST: usize = 10_000;

/// A configuration set.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ConfigurationSet {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) requires_tls: bool,
    pub(crate) is_sending: bool,
    pub(crate) has_reputation_metrics: bool,
    /// None: as the account has it.
    pub(crate) suppresses: Option<Vec<String>>,
    /// The event destinations, by name.
    pub(crate) destinations: BTreeMap<String, Destination>,
}

impl ConfigurationSet {
    /// The set that a request names.
    pub(super) fn named(call: &Call<'_>, name: Option<&str>) -> Result<ConfigurationSet, Refusal> {
        let name = name.unwrap_or_default();
        let found = call.named::<ConfigurationSet>(Some(name), "ConfigurationSetName").ok();
        found.ok_or_else(|| not_found(format!("Configuration set <{name}> does not exist.")))
    }
}

/// A new name: 1 to 64 letters, digits, `-` and `_` (SES API v2 Reference, `CreateConfigurationSet`).
pub(super) fn new_name(name: Option<&str>, noun: &str) -> Result<String, Refusal> {
    let name = name.unwrap_or_default();
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !(1..=64).contains(&name.len()) || !name.bytes().all(is_allowed) {
        return Err(bad_request(format!("{noun} name <{name}> is invalid: 1 to 64 letters, digits, dashes and underscores.")));
    }
    Ok(name.to_owned())
}

/// `CreateConfigurationSet`; its tags need `ses:TagResource` besides.
pub(super) fn create(call: &mut Call<'_>, input: &CreateConfigurationSetInput) -> Result<CreateConfigurationSetOutput, Refusal> {
    let others = [
        (input.tracking_options().is_none(), "TrackingOptions"),
        (input.vdm_options().is_none(), "VdmOptions"),
        (input.archiving_options().is_none(), "ArchivingOptions"),
        (input.message_security_options().is_none(), "MessageSecurityOptions"),
    ];
    if let Some((_, parameter)) = others.iter().find(|(is_absent, _)| !is_absent) {
        return Err(Refusal::unsimulated(parameter));
    }
    let name = new_name(input.configuration_set_name(), "Configuration set")?;
    let tags = tag::read(input.tags())?;
    if !tags.is_empty() {
        call.needs("ses:TagResource")?;
    }
    if call.get::<ConfigurationSet>(&name).is_some() {
        return Err(Refusal::new("AlreadyExistsException", format!("Configuration set <{name}> already exists.")));
    }
    if call.iter::<ConfigurationSet>().count() >= MOST {
        return Err(Refusal::new("LimitExceededException", "You have exceeded the number of configuration sets."));
    }
    let delivery = input.delivery_options();
    let set = ConfigurationSet {
        id: name,
        tags,
        requires_tls: match delivery {
            Some(options) => set_options::requires_tls(options.tls_policy(), options.sending_pool_name(), options.max_delivery_seconds())?,
            None => false,
        },
        is_sending: input.sending_options().is_none_or(SendingOptions::sending_enabled),
        has_reputation_metrics: input.reputation_options().is_some_and(ReputationOptions::reputation_metrics_enabled),
        suppresses: match input.suppression_options() {
            Some(options) if options.suppression_scope().is_some() || options.validation_options().is_some() => {
                return Err(Refusal::unsimulated("SuppressionOptions.SuppressionScope"));
            }
            Some(options) => Some(options.suppressed_reasons().iter().map(|reason| reason.as_str().to_owned()).collect()),
            None => None,
        },
        destinations: BTreeMap::new(),
    };
    call.put(set);
    Ok(CreateConfigurationSetOutput::builder().build())
}

/// `GetConfigurationSet`.
pub(super) fn get(call: &mut Call<'_>, input: &GetConfigurationSetInput) -> Result<GetConfigurationSetOutput, Refusal> {
    let set = ConfigurationSet::named(call, input.configuration_set_name())?;
    let policy = if set.requires_tls { TlsPolicy::Require } else { TlsPolicy::Optional };
    let suppression = set.suppresses.as_ref().map(|reasons| {
        let reasons = reasons.iter().map(|reason| SuppressionListReason::from(reason.as_str())).collect();
        SuppressionOptions::builder().set_suppressed_reasons(Some(reasons)).build()
    });
    Ok(GetConfigurationSetOutput::builder()
        .configuration_set_name(&set.id)
        .delivery_options(DeliveryOptions::builder().tls_policy(policy).build())
        .reputation_options(ReputationOptions::builder().reputation_metrics_enabled(set.has_reputation_metrics).build())
        .sending_options(SendingOptions::builder().sending_enabled(set.is_sending).build())
        .set_suppression_options(suppression)
        .set_tags(Some(tag::to_sdk(&set.tags)?))
        .build())
}

/// `ListConfigurationSets`: names alone.
pub(super) fn list(call: &mut Call<'_>, input: &ListConfigurationSetsInput) -> Result<ListConfigurationSetsOutput, Refusal> {
    let names = call.visible::<ConfigurationSet>().into_iter().map(|set| set.id).collect();
    let (names, next) = cut(names, input.next_token(), input.page_size())?;
    Ok(ListConfigurationSetsOutput::builder().set_configuration_sets(Some(names)).set_next_token(next).build())
}

/// `DeleteConfigurationSet`, with its event destinations.
pub(super) fn delete(call: &mut Call<'_>, input: &DeleteConfigurationSetInput) -> Result<DeleteConfigurationSetOutput, Refusal> {
    let set = ConfigurationSet::named(call, input.configuration_set_name())?;
    call.remove::<ConfigurationSet>(&set.id);
    Ok(DeleteConfigurationSetOutput::builder().build())
}
