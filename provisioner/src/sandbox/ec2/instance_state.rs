use std::time::Duration;

use aws_sdk_ec2::operation::monitor_instances::{MonitorInstancesInput, MonitorInstancesOutput};
use aws_sdk_ec2::operation::reboot_instances::{RebootInstancesInput, RebootInstancesOutput};
use aws_sdk_ec2::operation::start_instances::{StartInstancesInput, StartInstancesOutput};
use aws_sdk_ec2::operation::stop_instances::{StopInstancesInput, StopInstancesOutput};
use aws_sdk_ec2::operation::terminate_instances::{TerminateInstancesInput, TerminateInstancesOutput};
use aws_sdk_ec2::operation::unmonitor_instances::{UnmonitorInstancesInput, UnmonitorInstancesOutput};
use aws_sdk_ec2::types::{InstanceMonitoring, InstanceStateChange, InstanceStateName};

use super::instance::{Phase, Transition};
use super::network_interface::User;
use super::run_instances::PENDING;
use super::{Address, Instance, NetworkInterface, Volume, volume_attachment};
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// How long an instance is `shutting-down`.
const SHUTTING_DOWN: Duration = Duration::from_secs(30);
/// How long an instance is `stopping`.
const STOPPING: Duration = Duration::from_secs(30);

/// The instances that a request names, all of which must exist.
fn named(call: &Call<'_>, ids: &[String]) -> Result<Vec<Instance>, Refusal> {
    if ids.is_empty() {
        return Err(Refusal::missing("InstanceId"));
    }
    ids.iter().map(|id| call.named(Some(id), "InstanceId")).collect()
}

fn incorrect_state(instance: &Instance, wanted: &str) -> Refusal {
    Refusal::new("IncorrectInstanceState", format!("The instance '{}' is not in a state from which it can be {wanted}.", instance.id))
}

/// Sends an instance on its way and reports the change.
fn change(call: &mut Call<'_>, mut instance: Instance, transition: Option<Transition>) -> InstanceStateChange {
    let before = instance.sdk_state(call.now);
    if let Some(transition) = transition {
        instance.transition = transition;
        call.put(instance.clone());
    }
    let after = instance.sdk_state(call.now);
    InstanceStateChange::builder().instance_id(&instance.id).previous_state(before).current_state(after).build()
}

/// `TerminateInstances`: refused for all when one is protected; a terminated one is no error.
pub(crate) fn terminate(call: &mut Call<'_>, input: &TerminateInstancesInput) -> Result<TerminateInstancesOutput, Refusal> {
    let instances = named(call, input.instance_ids())?;
    if let Some(protected) = instances.iter().find(|instance| instance.is_protected && !instance.is_ending()) {
        let message = format!(
            "The instance '{}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.",
            protected.id
        );
        return Err(Refusal::new("OperationNotPermitted", message));
    }
    let mut changes = Vec::new();
    for mut instance in instances {
        let transition = (!instance.is_ending()).then(|| Transition { phase: Phase::Terminating, until: call.after(SHUTTING_DOWN) });
        if transition.is_some() {
            let message = "Client.UserInitiatedShutdown: User initiated shutdown";
            instance.reason = Some(("Client.UserInitiatedShutdown".to_owned(), message.to_owned()));
        }
        changes.push(change(call, instance, transition));
    }
    Ok(TerminateInstancesOutput::builder().set_terminating_instances(Some(changes)).build())
}

/// `StopInstances`: the address that AWS lent is given back.
pub(crate) fn stop(call: &mut Call<'_>, input: &StopInstancesInput) -> Result<StopInstancesOutput, Refusal> {
    if input.hibernate == Some(true) {
        return Err(Refusal::unsimulated("Hibernate"));
    }
    let mut changes = Vec::new();
    for mut instance in named(call, input.instance_ids())? {
        let transition = match instance.state(call.now) {
            InstanceStateName::Stopping | InstanceStateName::Stopped => None,
            InstanceStateName::Running => Some(Transition { phase: Phase::Stopping, until: call.after(STOPPING) }),
            _ => return Err(incorrect_state(&instance, "stopped")),
        };
        if transition.is_some() {
            let message = "Client.UserInitiatedShutdown: User initiated shutdown";
            instance.reason = Some(("Client.UserInitiatedShutdown".to_owned(), message.to_owned()));
            for mut interface in NetworkInterface::of_instance(call, &instance.id) {
                interface.public_ip = None;
                call.put(interface);
            }
        }
        changes.push(change(call, instance, transition));
    }
    Ok(StopInstancesOutput::builder().set_stopping_instances(Some(changes)).build())
}

/// `StartInstances`: from `stopped` only; a running one is no error.
pub(crate) fn start(call: &mut Call<'_>, input: &StartInstancesInput) -> Result<StartInstancesOutput, Refusal> {
    let mut changes = Vec::new();
    for mut instance in named(call, input.instance_ids())? {
        let transition = match instance.state(call.now) {
            InstanceStateName::Pending | InstanceStateName::Running => None,
            InstanceStateName::Stopped => Some(Transition { phase: Phase::Starting, until: call.after(PENDING) }),
            _ => return Err(incorrect_state(&instance, "started")),
        };
        if transition.is_some() {
            instance.launched = call.now;
            instance.boots += 1;
            instance.reason = None;
        }
        changes.push(change(call, instance, transition));
    }
    Ok(StartInstancesOutput::builder().set_starting_instances(Some(changes)).build())
}

/// `RebootInstances`: the state does not change.
pub(crate) fn reboot(call: &mut Call<'_>, input: &RebootInstancesInput) -> Result<RebootInstancesOutput, Refusal> {
    let instances = named(call, input.instance_ids())?;
    if let Some(other) = instances.iter().find(|instance| instance.state(call.now) != InstanceStateName::Running) {
        return Err(incorrect_state(other, "rebooted"));
    }
    for mut instance in instances {
        instance.boots += 1;
        call.put(instance);
    }
    Ok(RebootInstancesOutput::builder().build())
}

fn set_monitoring(call: &mut Call<'_>, ids: &[String], is_on: bool) -> Result<Vec<InstanceMonitoring>, Refusal> {
    let mut monitorings = Vec::new();
    for mut instance in named(call, ids)? {
        if instance.is_ending() {
            return Err(incorrect_state(&instance, if is_on { "monitored" } else { "unmonitored" }));
        }
        instance.is_monitored = is_on;
        monitorings.push(InstanceMonitoring::builder().instance_id(&instance.id).monitoring(instance.monitoring()).build());
        call.put(instance);
    }
    Ok(monitorings)
}

/// `MonitorInstances`: detailed monitoring, which costs.
pub(crate) fn monitor(call: &mut Call<'_>, input: &MonitorInstancesInput) -> Result<MonitorInstancesOutput, Refusal> {
    let monitorings = set_monitoring(call, input.instance_ids(), true)?;
    Ok(MonitorInstancesOutput::builder().set_instance_monitorings(Some(monitorings)).build())
}

/// `UnmonitorInstances`.
pub(crate) fn unmonitor(call: &mut Call<'_>, input: &UnmonitorInstancesInput) -> Result<UnmonitorInstancesOutput, Refusal> {
    let monitorings = set_monitoring(call, input.instance_ids(), false)?;
    Ok(UnmonitorInstancesOutput::builder().set_instance_monitorings(Some(monitorings)).build())
}

/// Gives back what terminated instances held, and forgets them about an hour later.
pub(crate) fn settle(call: &mut Call<'_>) {
    let now = call.now;
    let is_over = |instance: &&Instance| instance.state(now) == InstanceStateName::Terminated;
    let terminated: Vec<(String, bool)> = {
        let ghost_life = call.options().ghost_life();
        let over = call.iter::<Instance>().filter(is_over);
        over.map(|instance| (instance.id.clone(), instance.transition.until.plus(ghost_life) <= now)).collect()
    };
    for (id, is_forgotten) in terminated {
        for mut interface in NetworkInterface::of_instance(call, &id) {
            if matches!(interface.user, User::Instance { deletes_with_instance: true, .. }) {
                Address::free(call, &interface.id);
                call.remove::<NetworkInterface>(&interface.id);
            } else {
                interface.user = User::None;
                interface.public_ip = None;
                call.put(interface);
            }
        }
        for mut volume in volume_attachment::of_instance(call, &id) {
            if volume.attachment.as_ref().is_some_and(|attachment| attachment.deletes_with_instance) {
                call.remove::<Volume>(&volume.id);
            } else {
                volume.attachment = None;
                call.put(volume);
            }
        }
        if is_forgotten {
            call.remove::<Instance>(&id);
        }
    }
}
