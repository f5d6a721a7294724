use serde::{Deserialize, Serialize};

use crate::config;

/// When backup sets are made and how long they are kept (MCS-04, MCS-44).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// How often.
    pub schedule: Schedule,
    /// For how many days daily sets are kept.
    pub daily: u16,
    /// For how many weeks weekly sets are kept.
    pub weekly: u16,
    /// For how many months monthly sets are kept.
    pub monthly: u16,
    /// The region that copies go to for disaster recovery.
    pub region: Option<String>,
}

/// How often a backup set is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    /// Every day.
    Daily,
    /// Every week.
    Weekly,
    /// Never; `backup create` still works.
    Off,
}

impl From<&config::Backup> for Backup {
    fn from(backup: &config::Backup) -> Self {
        let schedule = match backup.schedule {
            config::Schedule::Daily => Schedule::Daily,
            config::Schedule::Weekly => Schedule::Weekly,
            config::Schedule::Off => Schedule::Off,
        };
        let config::Retention { daily, weekly, monthly } = backup.retention;
        Self { schedule, daily, weekly, monthly, region: backup.region.clone() }
    }
}
