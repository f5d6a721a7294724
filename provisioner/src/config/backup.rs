/// When backup sets are made and how long they are kept (MCS-04, MCS-44).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// How often.
    pub schedule: Schedule,
    /// How many are kept.
    pub retention: Retention,
    /// The region that copies go to for disaster recovery.
    pub region: Option<String>,
}

/// How often a backup set is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Schedule {
    /// Every day.
    Daily,
    /// Every week.
    Weekly,
    /// Never; `backup create` still works.
    Off,
}

/// How many backup sets of each age are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Days.
    pub daily: u16,
    /// Weeks.
    pub weekly: u16,
    /// Months.
    pub monthly: u16,
}
