use aws_sdk_sesv2::operation::create_configuration_set_event_destination::{
    CreateConfigurationSetEventDestinationInput, CreateConfigurationSetEventDestinationOutput,
};
use aws_sdk_sesv2::operation::delete_configuration_set_event_destination::{
    DeleteConfigurationSetEventDestinationInput, DeleteConfigurationSetEventDestinationOutput,
};
use aws_sdk_sesv2::operation::get_configuration_set_event_destinations::{
    GetConfigurationSetEventDestinationsInput, GetConfigurationSetEventDestinationsOutput,
};
use aws_sdk_sesv2::operation::update_configuration_set_event_destination::{
    UpdateConfigurationSetEventDestinationInput, UpdateConfigurationSetEventDestinationOutput,
};
use aws_sdk_sesv2::types::{
    CloudWatchDestination, CloudWatchDimensionConfiguration, DimensionValueSource, EventDestination, EventDestinationDefinition, EventType,
};
use serde::{Deserialize, Serialize};

use super::ConfigurationSet;
use super::configuration_set::new_name;
use super::paging::{bad_request, not_found};
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// How many event destinations a set has at most (SES Developer Guide, "Service quotas in Amazon SES").
const MOST: usize = 10;

/// Where events of a set are counted: CloudWatch; others are not simulated.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Destination {
    pub(crate) is_enabled: bool,
    pub(crate) events: Vec<String>,
    /// Each with its source and its default.
    pub(crate) dimensions: Vec<(String, String, String)>,
}

fn read(definition: Option<&EventDestinationDefinition>) -> Result<Destination, Refusal> {
    let definition = definition.ok_or_else(|| bad_request("Event destination object is required."))?;
    let others = [
        (definition.kinesis_firehose_destination().is_none(), "KinesisFirehoseDestination"),
        (definition.sns_destination().is_none(), "SnsDestination"),
        (definition.event_bridge_destination().is_none(), "EventBridgeDestination"),
        (definition.pinpoint_destination().is_none(), "PinpointDestination"),
    ];
    if let Some((_, parameter)) = others.iter().find(|(is_absent, _)| !is_absent) {
        return Err(Refusal::unsimulated(parameter));
    }
    if definition.matching_event_types().is_empty() {
        return Err(bad_request("Event destination must have at least one event type."));
    }
    let dimensions = definition.cloud_watch_destination().map(CloudWatchDestination::dimension_configurations).unwrap_or_default();
    if dimensions.is_empty() {
        return Err(bad_request("CloudWatch destination must have at least one dimension."));
    }
    let is_word = |text: &str| {
        !text.is_empty() && text.len() <= 255 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-:.@".contains(&byte))
    };
    if !dimensions.iter().all(|dimension| is_word(dimension.dimension_name()) && is_word(dimension.default_dimension_value())) {
        return Err(bad_request("CloudWatch dimension is invalid."));
    }
    let dimension = |dimension: &CloudWatchDimensionConfiguration| {
        let source = dimension.dimension_value_source().as_str().to_owned();
        (dimension.dimension_name().to_owned(), source, dimension.default_dimension_value().to_owned())
    };
    Ok(Destination {
        is_enabled: definition.enabled(),
        events: definition.matching_event_types().iter().map(|event| event.as_str().to_owned()).collect(),
        dimensions: dimensions.iter().map(dimension).collect(),
    })
}

fn to_sdk(name: &str, destination: &Destination) -> Result<EventDestination, Refusal> {
    let dimension = |(name, source, value): &(String, String, String)| {
        let dimension = CloudWatchDimensionConfiguration::builder().dimension_name(name).default_dimension_value(value);
        dimension.dimension_value_source(DimensionValueSource::from(source.as_str())).build()
    };
    let dimensions = destination.dimensions.iter().map(dimension).collect::<Result<_, _>>()?;
    let events = destination.events.iter().map(|event| EventType::from(event.as_str())).collect();
    Ok(EventDestination::builder()
        .name(name)
        .enabled(destination.is_enabled)
        .set_matching_event_types(Some(events))
        .cloud_watch_destination(CloudWatchDestination::builder().set_dimension_configurations(Some(dimensions)).build()?)
        .build()?)
}

/// `CreateConfigurationSetEventDestination`.
pub(super) fn create(
    call: &mut Call<'_>,
    input: &CreateConfigurationSetEventDestinationInput,
) -> Result<CreateConfigurationSetEventDestinationOutput, Refusal> {
    let mut set = ConfigurationSet::named(call, input.configuration_set_name())?;
    let name = new_name(input.event_destination_name(), "Event destination")?;
    let destination = read(input.event_destination())?;
    if set.destinations.contains_key(&name) {
        return Err(Refusal::new("AlreadyExistsException", format!("Event destination <{name}> already exists.")));
    }
    if set.destinations.len() >= MOST {
        return Err(Refusal::new("LimitExceededException", "You have exceeded the number of event destinations."));
    }
    set.destinations.insert(name, destination);
    call.put(set);
    Ok(CreateConfigurationSetEventDestinationOutput::builder().build())
}

fn missing(name: &str) -> Refusal {
    not_found(format!("Event destination <{name}> does not exist."))
}

/// `UpdateConfigurationSetEventDestination`.
pub(super) fn update(
    call: &mut Call<'_>,
    input: &UpdateConfigurationSetEventDestinationInput,
) -> Result<UpdateConfigurationSetEventDestinationOutput, Refusal> {
    let mut set = ConfigurationSet::named(call, input.configuration_set_name())?;
    let name = input.event_destination_name().unwrap_or_default();
    let destination = read(input.event_destination())?;
    *set.destinations.get_mut(name).ok_or_else(|| missing(name))? = destination;
    call.put(set);
    Ok(UpdateConfigurationSetEventDestinationOutput::builder().build())
}

/// `DeleteConfigurationSetEventDestination`.
pub(super) fn delete(
    call: &mut Call<'_>,
    input: &DeleteConfigurationSetEventDestinationInput,
) -> Result<DeleteConfigurationSetEventDestinationOutput, Refusal> {
    let mut set = ConfigurationSet::named(call, input.configuration_set_name())?;
    let name = input.event_destination_name().unwrap_or_default();
    set.destinations.remove(name).ok_or_else(|| missing(name))?;
    call.put(set);
    Ok(DeleteConfigurationSetEventDestinationOutput::builder().build())
}

/// `GetConfigurationSetEventDestinations`.
pub(super) fn list(
    call: &mut Call<'_>,
    input: &GetConfigurationSetEventDestinationsInput,
) -> Result<GetConfigurationSetEventDestinationsOutput, Refusal> {
    let set = ConfigurationSet::named(call, input.configuration_set_name())?;
    let destinations = set.destinations.iter().map(|(name, destination)| to_sdk(name, destination)).collect::<Result<_, _>>()?;
    Ok(GetConfigurationSetEventDestinationsOutput::builder().set_event_destinations(Some(destinations)).build())
}
