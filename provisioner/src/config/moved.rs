use std::fmt;

/// What a blueprint calls by another name than an earlier version of it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// What it is.
    pub kind: MovedKind,
    /// Its name so far.
    pub from: String,
    /// Its name now.
    pub to: String,
}

/// What can have another name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MovedKind {
    /// A role, with all of its hosts.
    Role,
    /// A database.
    Database,
    /// A bucket.
    Bucket,
}

impl MovedKind {
    /// The table of the blueprint it stands in.
    pub fn table(self) -> &'static str {
        match self {
            Self::Role => "roles",
            Self::Database => "databases",
            Self::Bucket => "buckets",
        }
    }

    /// The kind of a table.
    pub(crate) fn of_table(table: &str) -> Option<Self> {
        [Self::Role, Self::Database, Self::Bucket].into_iter().find(|kind| kind.table() == table)
    }
}

impl fmt::Display for Moved {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = self.kind.table();
        write!(formatter, "{table}.{} → {table}.{}", self.from, self.to)
    }
}
