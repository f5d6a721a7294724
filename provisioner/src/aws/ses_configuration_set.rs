use async_trait::async_trait;
use aws_sdk_sesv2::operation::get_configuration_set::GetConfigurationSetOutput;
use aws_sdk_sesv2::types::{
    CloudWatchDestination, CloudWatchDimensionConfiguration, DeliveryOptions, DimensionValueSource, EventDestination,
    EventDestinationDefinition, EventType, ReputationOptions, SendingOptions, SuppressionListReason, SuppressionOptions, TlsPolicy,
};
use futures::future::{try_join, try_join_all};

use crate::aws::client::Connection;
use crate::aws::error::{gone_is_success, has_code};
use crate::aws::iam::{address_in, unless_gone};
use crate::aws::request::{observed, request_text, wanted};
use crate::aws::ses::{read_tags, repair_tags, written};
use crate::aws::tag_changes::with_token;
use crate::aws::tags::is_same_object;
use crate::aws::taken::{Holder, refusal, taken};
use crate::desired::SesConfigurationSet;
use crate::model::{Attributes, Observed, RemoteId, ResourceAddress, Scope, Status, Tags, Value};
use crate::provider::{Calls, Create, Delete, Depth, ErrorKind, ProviderError, ResourceType, Update};

const GET: &str = "GetConfigurationSet";
const EVENTS: &str = "GetConfigurationSetEventDestinations";
/// The tag that SES puts on every mail by itself, and by which CloudWatch counts (SES Developer Guide, "Set up a CloudWatch event destination").
const DIMENSION: &str = "ses:configuration-set";

/// SES's configuration sets whose names begin with the environment's.
pub(super) struct SesConfigurationSetType {
    connection: Connection,
}

impl SesConfigurationSetType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    async fn names(&self, scope: &Scope) -> Result<Vec<String>, ProviderError> {
        let list = self.connection.ses().list_configuration_sets();
        let pages = self.connection.pages("ListConfigurationSets", list.into_paginator().page_size(1000).send()).await?;
        let prefix = scope.physical_name("");
        Ok(pages.iter().flat_map(|page| page.configuration_sets()).filter(|name| name.starts_with(&prefix)).cloned().collect())
    }

    async fn get(&self, name: &str) -> Result<Option<GetConfigurationSetOutput>, ProviderError> {
        unless_gone(self.connection.call(GET, self.connection.ses().get_configuration_set().configuration_set_name(name).send()).await)
    }

    async fn destinations(&self, name: &str) -> Result<Vec<EventDestination>, ProviderError> {
        let get = self.connection.ses().get_configuration_set_event_destinations().configuration_set_name(name);
        Ok(unless_gone(self.connection.call(EVENTS, get.send()).await)?.and_then(|found| found.event_destinations).unwrap_or_default())
    }

    async fn look(&self, name: String, scope: &Scope, depth: Depth) -> Result<Option<Observed>, ProviderError> {
        if let (Depth::Fast, Some(address)) = (depth, address_in(scope, "ses-configuration-set", &name)) {
            return Ok(Some(fast(address, name)));
        }
        let (found, destinations) = try_join(self.get(&name), self.destinations(&name)).await?;
        found.map_or(Ok(None), |found| observe_one(name, &found, &destinations, scope))
    }

    async fn put_tls(&self, wanted: &SesConfigurationSet, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "PutConfigurationSetDeliveryOptions";
        calls.intend(OPERATION, &request_text(&(&wanted.set_name, wanted.requires_tls))).await?;
        let call = self.connection.ses().put_configuration_set_delivery_options().configuration_set_name(&wanted.set_name);
        self.connection.call(OPERATION, call.tls_policy(tls_policy(wanted)).send()).await.map(drop)
    }

    async fn put_reputation(&self, wanted: &SesConfigurationSet, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "PutConfigurationSetReputationOptions";
        calls.intend(OPERATION, &request_text(&(&wanted.set_name, wanted.has_reputation_metrics))).await?;
        let call = self.connection.ses().put_configuration_set_reputation_options().configuration_set_name(&wanted.set_name);
        self.connection.call(OPERATION, call.reputation_metrics_enabled(wanted.has_reputation_metrics).send()).await.map(drop)
    }

    async fn put_sending(&self, wanted: &SesConfigurationSet, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "PutConfigurationSetSendingOptions";
        calls.intend(OPERATION, &request_text(&(&wanted.set_name, wanted.is_sending))).await?;
        let call = self.connection.ses().put_configuration_set_sending_options().configuration_set_name(&wanted.set_name);
        self.connection.call(OPERATION, call.sending_enabled(wanted.is_sending).send()).await.map(drop)
    }

    async fn put_suppression(&self, wanted: &SesConfigurationSet, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "PutConfigurationSetSuppressionOptions";
        calls.intend(OPERATION, &request_text(&(&wanted.set_name, &wanted.suppresses))).await?;
        let call = self.connection.ses().put_configuration_set_suppression_options().configuration_set_name(&wanted.set_name);
        self.connection.call(OPERATION, call.set_suppressed_reasons(Some(reasons(wanted))).send()).await.map(drop)
    }

    /// Makes the one event destination, or turns the one that is there into it.
    async fn put_events(&self, wanted: &SesConfigurationSet, calls: &dyn Calls) -> Result<(), ProviderError> {
        const CREATE: &str = "CreateConfigurationSetEventDestination";
        const UPDATE: &str = "UpdateConfigurationSetEventDestination";
        let definition = definition(CREATE, wanted)?;
        calls.intend(CREATE, &request_text(&(&wanted.set_name, &wanted.counted_events))).await?;
        let call = self.connection.ses().create_configuration_set_event_destination().configuration_set_name(&wanted.set_name);
        let call = call.event_destination_name(SesConfigurationSet::EVENTS).event_destination(definition.clone());
        let answer = self.connection.call(CREATE, call.send()).await;
        if !has_code(&answer, "AlreadyExistsException") {
            return answer.map(drop);
        }
        calls.intend(UPDATE, &request_text(&(&wanted.set_name, &wanted.counted_events))).await?;
        let call = self.connection.ses().update_configuration_set_event_destination().configuration_set_name(&wanted.set_name);
        let call = call.event_destination_name(SesConfigurationSet::EVENTS).event_destination(definition);
        self.connection.call(UPDATE, call.send()).await.map(drop)
    }
}

fn tls_policy(wanted: &SesConfigurationSet) -> TlsPolicy {
    if wanted.requires_tls { TlsPolicy::Require } else { TlsPolicy::Optional }
}

fn reasons(wanted: &SesConfigurationSet) -> Vec<SuppressionListReason> {
    wanted.suppresses.iter().map(|reason| SuppressionListReason::from(reason.as_str())).collect()
}

fn definition(operation: &'static str, wanted: &SesConfigurationSet) -> Result<EventDestinationDefinition, ProviderError> {
    let refuse =
        |error: aws_smithy_types::error::operation::BuildError| ProviderError::new(ErrorKind::Refused, operation, error.to_string());
    let dimension = CloudWatchDimensionConfiguration::builder()
        .dimension_name(DIMENSION)
        .dimension_value_source(DimensionValueSource::MessageTag)
        .default_dimension_value(&wanted.set_name)
        .build()
        .map_err(refuse)?;
    let events = wanted.counted_events.iter().map(|event| EventType::from(event.as_str())).collect();
    Ok(EventDestinationDefinition::builder()
        .enabled(true)
        .set_matching_event_types(Some(events))
        .cloud_watch_destination(CloudWatchDestination::builder().dimension_configurations(dimension).build().map_err(refuse)?)
        .build())
}

/// What the list shows.
fn fast(address: ResourceAddress, name: String) -> Observed {
    let attributes = Attributes::from([("set_name".to_owned(), Value::Text(name.clone()))]);
    Observed { address, id: RemoteId::new(name), status: Status::Ready, attributes, tags: Tags::new() }
}

fn observe_one(
    name: String,
    found: &GetConfigurationSetOutput,
    destinations: &[EventDestination],
    scope: &Scope,
) -> Result<Option<Observed>, ProviderError> {
    let tags = read_tags(found.tags());
    let Some(address) = scope.address_in(&tags) else { return Ok(None) };
    // A destination that is turned off, or counts elsewhere, counts nothing.
    let is_ours = |one: &&EventDestination| {
        one.name() == SesConfigurationSet::EVENTS
            && one.enabled()
            && one
                .cloud_watch_destination()
                .is_some_and(|watch| watch.dimension_configurations().iter().any(|dimension| dimension.dimension_name() == DIMENSION))
    };
    let events = destinations.iter().find(is_ours).map(|one| one.matching_event_types()).unwrap_or_default();
    let suppressed = found.suppression_options().map(SuppressionOptions::suppressed_reasons).unwrap_or_default();
    let specification = SesConfigurationSet {
        requires_tls: found.delivery_options().and_then(DeliveryOptions::tls_policy) == Some(&TlsPolicy::Require),
        is_sending: found.sending_options().is_some_and(SendingOptions::sending_enabled),
        has_reputation_metrics: found.reputation_options().is_some_and(ReputationOptions::reputation_metrics_enabled),
        suppresses: suppressed.iter().map(|reason| reason.as_str().to_owned()).collect(),
        counted_events: events.iter().map(|event| event.as_str().to_owned()).collect(),
        set_name: name.clone(),
    };
    observed(GET, address, RemoteId::new(name), Status::Ready, &specification, tags).map(Some)
}

#[async_trait]
impl ResourceType for SesConfigurationSetType {
    fn kind(&self) -> &'static str {
        "ses-configuration-set"
    }

    fn reads_details(&self) -> bool {
        true
    }

    async fn observe(&self, scope: &Scope, depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let looks = self.names(scope).await?.into_iter().map(|name| self.look(name, scope, depth));
        Ok(try_join_all(looks).await?.into_iter().flatten().collect())
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "CreateConfigurationSet";
        let specification: SesConfigurationSet = wanted(OPERATION, request.attributes)?;
        let token = calls.intend(OPERATION, &request.text()).await?;
        let reputation = ReputationOptions::builder().reputation_metrics_enabled(specification.has_reputation_metrics).build();
        let call = self
            .connection
            .ses()
            .create_configuration_set()
            .configuration_set_name(&specification.set_name)
            .delivery_options(DeliveryOptions::builder().tls_policy(tls_policy(&specification)).build())
            .reputation_options(reputation)
            .sending_options(SendingOptions::builder().sending_enabled(specification.is_sending).build())
            .suppression_options(SuppressionOptions::builder().set_suppressed_reasons(Some(reasons(&specification))).build())
            .set_tags(Some(written(OPERATION, &with_token(request.tags, &token))?));
        let answer = self.connection.call(OPERATION, call.send()).await;
        if let Some(refusal) = refusal(&answer, "AlreadyExistsException") {
            let found = self.get(&specification.set_name).await?;
            let is_ours = |found: &GetConfigurationSetOutput| is_same_object(&read_tags(found.tags()), request.tags);
            return taken(refusal, Ok(Holder::among(&found, is_ours, |_| Some(specification.set_name.as_str()))));
        }
        answer.map(|_| RemoteId::new(specification.set_name))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        let specification: SesConfigurationSet = wanted(GET, request.attributes)?;
        repair_tags(&self.connection, "configuration-set", &request, calls).await?;
        if request.differs("requires_tls") {
            self.put_tls(&specification, calls).await?;
        }
        if request.differs("has_reputation_metrics") {
            self.put_reputation(&specification, calls).await?;
        }
        if request.differs("is_sending") {
            self.put_sending(&specification, calls).await?;
        }
        if request.differs("suppresses") {
            self.put_suppression(&specification, calls).await?;
        }
        if request.differs("counted_events") {
            self.put_events(&specification, calls).await?;
        }
        Ok(())
    }

    /// The set takes its event destination with it.
    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteConfigurationSet";
        let name = request.observed.id.as_str();
        calls.intend(OPERATION, &request_text(&name)).await?;
        let call = self.connection.ses().delete_configuration_set().configuration_set_name(name);
        gone_is_success(self.connection.call(OPERATION, call.send()).await)
    }
}
