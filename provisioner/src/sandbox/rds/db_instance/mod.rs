//! One database instance: what it is, what it goes through, and the operations on it.

mod create;
mod delete;
mod lifetime;
mod modify;
mod network;
mod reboot;
mod restore;
mod view;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(super) use create::create;
pub(super) use delete::delete;
pub(super) use lifetime::settle;
pub(super) use modify::modify;
pub(super) use reboot::reboot;
pub(super) use restore::restore;
pub(super) use view::describe;

use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;

/// A database instance. Its id is its identifier in lower case.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DbInstance {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    /// RDS's own name for it, never used again.
    pub(crate) resource_id: String,
    pub(crate) version: String,
    pub(crate) class: String,
    pub(crate) storage_type: String,
    pub(crate) storage_gib: i32,
    pub(crate) is_multi_az: bool,
    pub(crate) zone: String,
    pub(crate) port: i32,
    pub(crate) subnet_group: String,
    pub(crate) vpc: String,
    /// The subnets that its interfaces are in.
    pub(crate) subnets: Vec<String>,
    /// Its security groups, each with the moment at which it is `active`.
    pub(crate) groups: BTreeMap<String, Moment>,
    pub(crate) parameter_group: String,
    pub(crate) parameters_applied_at: Moment,
    pub(crate) needs_reboot: bool,
    pub(crate) is_public: bool,
    pub(crate) is_encrypted: bool,
    pub(crate) kms_key: Option<String>,
    pub(crate) master_username: String,
    /// The ARN of the managed master password and the moment at which it is `active`.
    pub(crate) secret: Option<(String, Moment)>,
    pub(crate) backup_days: i32,
    pub(crate) backup_window: String,
    pub(crate) maintenance_window: String,
    pub(crate) copies_tags: bool,
    pub(crate) is_protected: bool,
    pub(crate) upgrades_minor_versions: bool,
    pub(crate) monitoring_seconds: i32,
    pub(crate) monitoring_role: Option<String>,
    pub(crate) logs: Vec<String>,
    pub(crate) lifecycle: String,
    /// What it goes through: each status with its end, in order.
    pub(crate) course: Vec<(String, Moment)>,
    /// Its status when nothing is going on: `available`, or the one it came to grief in.
    pub(crate) rest: String,
    /// When its first backup is complete.
    pub(crate) backed_up_at: Option<Moment>,
    /// What was asked for and is not in force yet.
    pub(crate) pending: Option<Pending>,
    /// Until when its storage is optimised.
    pub(crate) storage_settles_at: Moment,
    pub(crate) deleted_at: Option<Moment>,
}

/// Changes that come into force at a moment.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Changes {
    pub(crate) version: Option<String>,
    pub(crate) class: Option<String>,
    pub(crate) storage_type: Option<String>,
    pub(crate) storage_gib: Option<i32>,
    pub(crate) is_multi_az: Option<bool>,
    pub(crate) port: Option<i32>,
    pub(crate) backup_days: Option<i32>,
}

impl Changes {
    fn is_empty(&self) -> bool {
        self.version.is_none()
            && self.class.is_none()
            && self.storage_type.is_none()
            && self.storage_gib.is_none()
            && self.is_multi_az.is_none()
            && self.port.is_none()
            && self.backup_days.is_none()
    }
}

/// Changes, and when they are in force.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) changes: Changes,
    /// Never, for what waits for the maintenance window.
    pub(crate) at: Moment,
}

impl DbInstance {
    /// RDS's word for its status.
    pub(crate) fn status(&self, now: Moment) -> String {
        if self.deleted_at.is_some() {
            return "deleting".to_owned();
        }
        match self.course.iter().find(|(_, end)| now < *end) {
            Some((status, _)) => status.clone(),
            None if self.rest == "available" && now < self.storage_settles_at => "storage-optimization".to_owned(),
            None => self.rest.clone(),
        }
    }

    /// Adds statuses with their ends to what it goes through, after what is over.
    pub(super) fn goes_through(&mut self, course: &[(&str, Moment)]) {
        self.course.extend(course.iter().map(|(status, end)| ((*status).to_owned(), *end)));
        self.course.sort_by_key(|(_, end)| *end);
    }

    fn parameter_status(&self, now: Moment) -> &'static str {
        match self.needs_reboot {
            _ if now < self.parameters_applied_at => "applying",
            true => "pending-reboot",
            false => "in-sync",
        }
    }
}
