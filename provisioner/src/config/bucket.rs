/// A bucket a blueprint asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Its name: `backups`.
    pub name: String,
    /// What it holds.
    pub purpose: String,
    /// Whether its objects are locked for the time backups are kept (S3 object lock).
    pub is_locked: bool,
    /// Whether it keeps the versions of its objects.
    pub is_versioned: bool,
}
