use std::time::Duration;

use super::{Changes, DbInstance, Pending, network};
use crate::sandbox::call::Call;
use crate::sandbox::faults::StuckOutcome;
use crate::sandbox::moment::Moment;
use crate::sandbox::rds::{DbSubnetGroup, LogGroup};

/// How long an instance is `creating`. With the lull and the first backup after it that makes 4 min 05 s, the published median of a
/// creation: those who measured it waited until the backup was done.
pub(super) const CREATING: Duration = Duration::from_secs(175);
/// How long a first backup takes.
const BACKING_UP: Duration = Duration::from_secs(60);
/// How long an instance is `available` before the next thing begins.
pub(super) const LULL: Duration = Duration::from_secs(10);
/// How long it takes to begin or end Enhanced Monitoring.
pub(super) const CONFIGURING: Duration = Duration::from_secs(30);
/// How long a master password is being made.
pub(super) const SECRET: Duration = Duration::from_secs(60);

impl DbInstance {
    /// Sets out what a new instance goes through, from `creating` to its rest.
    pub(super) fn begin(&mut self, call: &Call<'_>) {
        let stuck = call.stuck::<DbInstance>(&self.tags);
        if stuck == Some(StuckOutcome::NeverReady) {
            self.goes_through(&[("creating", Moment::NEVER)]);
            return;
        }
        let mut at = CREATING;
        self.goes_through(&[("creating", call.after(at))]);
        match stuck {
            Some(StuckOutcome::Fails) => self.rest = "failed".to_owned(),
            Some(StuckOutcome::Becomes(status)) => self.rest = status.to_owned(),
            _ => {}
        }
        if self.rest != "available" && self.rest != "storage-full" {
            return;
        }
        if self.backup_days > 0 {
            self.goes_through(&[("available", call.after(at + LULL)), ("backing-up", call.after(at + LULL + BACKING_UP))]);
            at += LULL + BACKING_UP;
            self.backed_up_at = Some(call.after(at));
        }
        if self.monitoring_seconds > 0 {
            self.goes_through(&[
                ("available", call.after(at + LULL)),
                ("configuring-enhanced-monitoring", call.after(at + LULL + CONFIGURING)),
            ]);
        }
    }

    /// Begins a backup after a moment from now, as when backups are turned on.
    pub(super) fn back_up(&mut self, call: &Call<'_>, after: Duration) {
        let end = call.after(after + BACKING_UP);
        self.goes_through(&[("backing-up", end)]);
        self.backed_up_at = Some(end);
    }

    fn apply(&mut self, changes: Changes, call: &mut Call<'_>) {
        if let Some(version) = changes.version {
            self.version = version;
        }
        if let Some(class) = changes.class {
            self.class = class;
        }
        if let Some(storage_type) = changes.storage_type {
            self.storage_type = storage_type;
        }
        if let Some(gib) = changes.storage_gib {
            self.storage_gib = gib;
        }
        if let Some(port) = changes.port {
            self.port = port;
        }
        if let Some(days) = changes.backup_days {
            self.backup_days = days;
            self.backed_up_at = if days == 0 { None } else { self.backed_up_at };
        }
        if let Some(is_multi_az) = changes.is_multi_az.filter(|wanted| *wanted != self.is_multi_az) {
            self.is_multi_az = is_multi_az;
            self.move_standby(call);
        }
    }

    /// Gives the instance a standby in another zone, or lets it go.
    fn move_standby(&mut self, call: &mut Call<'_>) {
        if !self.is_multi_az {
            let standby = self.subnets.split_off(1);
            network::release(call, &self.resource_id, &standby, call.now);
            return;
        }
        let Some(group) = call.get::<DbSubnetGroup>(&self.subnet_group) else { return };
        let other = group.present_subnets(call).into_iter().map(|subnet| subnet.zone).find(|zone| *zone != self.zone);
        if let Some(zone) = other
            && let Ok(subnets) = network::attach(call, self, &group, &[zone])
        {
            self.subnets.extend(subnets);
        }
    }
}

/// Brings the instances up to the present: pending changes come into force, deleted ones go.
pub(crate) fn settle(call: &mut Call<'_>) {
    let now = call.now;
    for mut instance in call.all::<DbInstance>() {
        if instance.deleted_at.is_some_and(|end| end <= now) {
            call.remove::<DbInstance>(&instance.id);
            continue;
        }
        if let Some(Pending { changes, .. }) = instance.pending.take_if(|pending| pending.at <= now) {
            instance.apply(changes, call);
            call.put(instance.clone());
        }
        if !instance.course.is_empty() && instance.course.iter().all(|(_, end)| *end <= now) {
            instance.course.clear();
            LogGroup::make_for(call, &instance);
            call.put(instance);
        }
    }
    network::settle(call);
}
