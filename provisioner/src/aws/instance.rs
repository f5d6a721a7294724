use std::net::Ipv4Addr;

use async_trait::async_trait;
use aws_sdk_ec2::types::{
    AttributeBooleanValue, AttributeValue, HttpTokensState, Instance as Listed, InstanceAttributeName, InstanceStateName, MonitoringState,
};
use futures::future::try_join_all;

use crate::aws::client::{Connection, required};
use crate::aws::error::{gone_is_success, has_code};
use crate::aws::instance_launch::{RUN, check_user_data, http_tokens, launch, launch_text};
use crate::aws::instance_profile_association as profile;
use crate::aws::request::{known, known_sorted, leaving, observed, parsed, pending, request_text, wanted};
use crate::aws::tags::{TAG_PROTECTED, mark_protected, read_tags, repair_tags, scope_filters};
use crate::desired::{Instance, InstanceNetwork};
use crate::model::{Observed, RefOr, RemoteId, Scope, Status, Value};
use crate::provider::{Calls, Create, Delete, Depth, ProviderError, ResourceType, Update};

const LIST: &str = "DescribeInstances";
const MODIFY: &str = "ModifyInstanceAttribute";

/// EC2's machines.
pub(super) struct InstanceType {
    connection: Connection,
}

impl InstanceType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    async fn observe_one(&self, instance: &Listed, scope: &Scope, depth: Depth) -> Result<Option<Observed>, ProviderError> {
        let tags = read_tags(instance.tags());
        let Some(address) = scope.address_in(&tags) else { return Ok(None) };
        let id = RemoteId::new(required(LIST, "instanceId", instance.instance_id())?);
        let status = status_of(instance);
        if matches!(status, Status::Gone | Status::Deleting) {
            return Ok(Some(leaving(address, id, status, tags)));
        }
        let protection = match depth {
            Depth::Full if tags.contains_key(TAG_PROTECTED) => self.termination_protection(&id).await?,
            // What somebody else protected is not seen; a terminate call meets it.
            Depth::Full => Some(false),
            Depth::Fast => None,
        };
        let specification = Instance { termination_protection: protection.unwrap_or_default(), ..specification_of(instance)? };
        let mut object = observed(LIST, address, id, status, &specification, tags)?;
        // No list shows these two; they are fixed when the machine is made.
        object.attributes.remove("user_data");
        object.attributes.remove("root_volume_gib");
        if protection.is_none() {
            object.attributes.remove("termination_protection");
        }
        for (name, address) in [("private_address", instance.private_ip_address()), ("public_address", instance.public_ip_address())] {
            if let Some(address) = address.filter(|address| !address.is_empty()) {
                object.attributes.insert(name.to_owned(), Value::from(address));
            }
        }
        Ok(Some(object))
    }

    /// Whether a terminate call is refused, which no list shows; nothing when the machine went away meanwhile.
    async fn termination_protection(&self, id: &RemoteId) -> Result<Option<bool>, ProviderError> {
        const OPERATION: &str = "DescribeInstanceAttribute";
        let call = self.connection.ec2().describe_instance_attribute().instance_id(id.as_str());
        let call = call.attribute(InstanceAttributeName::DisableApiTermination);
        match self.connection.call(OPERATION, call.send()).await {
            Ok(answer) => Ok(Some(answer.disable_api_termination.and_then(|value| value.value).unwrap_or(false))),
            Err(error) => gone_is_success::<()>(Err(error)).map(|()| None),
        }
    }

    async fn set_protection(&self, id: &str, value: bool, calls: &dyn Calls) -> Result<(), ProviderError> {
        calls.intend(MODIFY, &request_text(&(id, "termination_protection", value))).await?;
        let value = AttributeBooleanValue::builder().value(value).build();
        let call = self.connection.ec2().modify_instance_attribute().instance_id(id).disable_api_termination(value);
        self.connection.call(MODIFY, call.send()).await.map(drop)
    }

    async fn set_groups(&self, id: &str, groups: &[RefOr], calls: &dyn Calls) -> Result<(), ProviderError> {
        let groups = known_sorted(MODIFY, groups)?;
        calls.intend(MODIFY, &request_text(&(id, "security_groups", &groups))).await?;
        let call = self.connection.ec2().modify_instance_attribute().instance_id(id).set_groups(Some(groups));
        self.connection.call(MODIFY, call.send()).await.map(drop)
    }

    async fn set_size(&self, id: &str, size: &str, calls: &dyn Calls) -> Result<(), ProviderError> {
        calls.intend(MODIFY, &request_text(&(id, "instance_type", size))).await?;
        let size = AttributeValue::builder().value(size).build();
        let call = self.connection.ec2().modify_instance_attribute().instance_id(id).instance_type(size);
        self.connection.call(MODIFY, call.send()).await.map(drop)
    }

    async fn set_monitoring(&self, id: &str, is_detailed: bool, calls: &dyn Calls) -> Result<(), ProviderError> {
        let ec2 = self.connection.ec2();
        if is_detailed {
            calls.intend("MonitorInstances", &request_text(&id)).await?;
            self.connection.call("MonitorInstances", ec2.monitor_instances().instance_ids(id).send()).await.map(drop)
        } else {
            calls.intend("UnmonitorInstances", &request_text(&id)).await?;
            self.connection.call("UnmonitorInstances", ec2.unmonitor_instances().instance_ids(id).send()).await.map(drop)
        }
    }

    async fn set_metadata(&self, id: &str, specification: &Instance, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "ModifyInstanceMetadataOptions";
        let (tokens, hops) = (specification.requires_imdsv2, specification.metadata_hop_limit);
        calls.intend(OPERATION, &request_text(&(id, tokens, hops))).await?;
        let call = self.connection.ec2().modify_instance_metadata_options().instance_id(id);
        let call = call.http_tokens(http_tokens(tokens)).http_put_response_hop_limit(hops);
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    /// Size and running: a machine changes its size only when it is stopped (EC2 `ModifyInstanceAttribute`).
    async fn set_size_and_start(&self, request: &Update<'_>, specification: &Instance, calls: &dyn Calls) -> Result<(), ProviderError> {
        if request.observed.status != Status::Ready {
            return Ok(());
        }
        let id = request.observed.id.as_str();
        let is_running = request.observed.attributes.get("is_running") == Some(&Value::Bool(true));
        let is_other_size = request.differs("instance_type");
        if is_running && (is_other_size || !specification.is_running) {
            calls.intend("StopInstances", &request_text(&id)).await?;
            return self.connection.call("StopInstances", self.connection.ec2().stop_instances().instance_ids(id).send()).await.map(drop);
        }
        if is_other_size {
            self.set_size(id, &specification.instance_type, calls).await?;
        }
        if !is_running && specification.is_running {
            calls.intend("StartInstances", &request_text(&id)).await?;
            self.connection.call("StartInstances", self.connection.ec2().start_instances().instance_ids(id).send()).await?;
        }
        Ok(())
    }
}

fn status_of(instance: &Listed) -> Status {
    match instance.state().and_then(|state| state.name()) {
        // A stopped machine is as ready as one can be that does not run: `is_running` tells.
        Some(InstanceStateName::Running | InstanceStateName::Stopped) => Status::Ready,
        Some(InstanceStateName::ShuttingDown) => Status::Deleting,
        Some(InstanceStateName::Terminated) => Status::Gone,
        Some(state) => pending(state.as_str()),
        None => pending("pending"),
    }
}

/// What a list shows of a machine; user-data, root volume and termination protection are left empty.
fn specification_of(instance: &Listed) -> Result<Instance, ProviderError> {
    let network = network_of(instance)?;
    let security_groups = network.subnet.is_some().then(|| {
        let mut groups: Vec<&str> = instance.security_groups().iter().filter_map(|group| group.group_id()).collect();
        groups.sort_unstable();
        groups.into_iter().map(RefOr::from).collect()
    });
    let metadata = instance.metadata_options();
    Ok(Instance {
        image: required(LIST, "imageId", instance.image_id())?.to_owned(),
        root_device: instance.root_device_name().unwrap_or_default().to_owned(),
        instance_type: required(LIST, "instanceType", instance.instance_type())?.as_str().to_owned(),
        network,
        security_groups,
        key_name: instance.key_name().unwrap_or_default().to_owned(),
        user_data: String::new(),
        root_volume_gib: 0,
        kms_key: None,
        instance_profile: instance.iam_instance_profile().and_then(|profile| profile.arn()).map(RefOr::from),
        termination_protection: false,
        detailed_monitoring: instance
            .monitoring()
            .and_then(|monitoring| monitoring.state())
            .is_some_and(|state| matches!(state, MonitoringState::Enabled | MonitoringState::Pending)),
        requires_imdsv2: metadata.and_then(|options| options.http_tokens()) == Some(&HttpTokensState::Required),
        metadata_hop_limit: metadata.and_then(|options| options.http_put_response_hop_limit()).unwrap_or(1),
        is_running: matches!(
            instance.state().and_then(|state| state.name()),
            Some(InstanceStateName::Running | InstanceStateName::Pending)
        ),
    })
}

/// Where the machine stands. An interface made before the machine outlives it, one that the launch made does not: that
/// is how the two are told apart.
fn network_of(instance: &Listed) -> Result<InstanceNetwork, ProviderError> {
    let first = instance
        .network_interfaces()
        .iter()
        .find(|interface| interface.attachment().is_none_or(|attachment| attachment.device_index().unwrap_or(0) == 0));
    let outlives =
        first.and_then(|interface| interface.attachment()).is_some_and(|attachment| attachment.delete_on_termination() == Some(false));
    match first.and_then(|interface| interface.network_interface_id()) {
        Some(interface) if outlives => {
            Ok(InstanceNetwork { network_interface: Some(interface.into()), subnet: None, private_address: None })
        }
        _ => Ok(InstanceNetwork {
            network_interface: None,
            subnet: Some(required(LIST, "subnetId", instance.subnet_id())?.into()),
            private_address: Some(parsed::<Ipv4Addr>(LIST, "privateIpAddress", instance.private_ip_address())?),
        }),
    }
}

#[async_trait]
impl ResourceType for InstanceType {
    fn kind(&self) -> &'static str {
        "instance"
    }

    fn reads_details(&self) -> bool {
        true
    }

    async fn observe(&self, scope: &Scope, depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let list = self.connection.ec2().describe_instances().set_filters(Some(scope_filters(scope)));
        let pages = self.connection.pages(LIST, list.into_paginator().page_size(1000).send()).await?;
        let instances = pages.iter().flat_map(|page| page.reservations()).flat_map(|reservation| reservation.instances());
        let objects = instances.map(|instance| self.observe_one(instance, scope, depth));
        Ok(try_join_all(objects).await?.into_iter().flatten().collect())
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        let specification: Instance = wanted(RUN, request.attributes)?;
        check_user_data(&specification)?;
        let token = calls.intend(RUN, &launch_text(&request)).await?;
        let call = launch(self.connection.ec2().run_instances(), &specification, request.tags, &token)?;
        let answer = self.connection.call(RUN, call.send()).await.map_err(profile::not_seen_yet)?;
        let id = answer.instances().first().and_then(Listed::instance_id);
        Ok(RemoteId::new(required(RUN, "instanceId", id)?))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        let id = request.observed.id.as_str();
        repair_tags(&self.connection, &request, calls).await?;
        let specification: Instance = wanted(MODIFY, request.attributes)?;
        if let Some(arn) = &specification.instance_profile
            && request.differs("instance_profile")
        {
            profile::set(&self.connection, id, known(MODIFY, arn)?, calls).await?;
        }
        if request.differs("termination_protection") {
            if specification.termination_protection {
                mark_protected(&self.connection, request.observed, calls).await?;
            }
            self.set_protection(id, specification.termination_protection, calls).await?;
        }
        if request.differs("detailed_monitoring") {
            self.set_monitoring(id, specification.detailed_monitoring, calls).await?;
        }
        if request.differs("requires_imdsv2") || request.differs("metadata_hop_limit") {
            self.set_metadata(id, &specification, calls).await?;
        }
        if let Some(groups) = &specification.security_groups
            && !request.has_same_ids("security_groups", groups)?
        {
            self.set_groups(id, groups, calls).await?;
        }
        self.set_size_and_start(&request, &specification, calls).await
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        let id = request.observed.id.as_str();
        if request.observed.attributes.get("termination_protection") == Some(&Value::Bool(true)) {
            gone_is_success(self.set_protection(id, false, calls).await)?;
        }
        let answer = self.terminate(id, calls).await;
        if !has_code(&answer, "OperationNotPermitted") {
            return gone_is_success(answer);
        }
        // A list without details did not show the protection.
        gone_is_success(self.set_protection(id, false, calls).await)?;
        gone_is_success(self.terminate(id, calls).await)
    }
}

impl InstanceType {
    async fn terminate(&self, id: &str, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "TerminateInstances";
        calls.intend(OPERATION, &request_text(&id)).await?;
        self.connection.call(OPERATION, self.connection.ec2().terminate_instances().instance_ids(id).send()).await.map(drop)
    }
}
