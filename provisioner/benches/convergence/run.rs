//! What all parts of the benchmark speak of.

use std::fmt;

/// The hosts: their names as the topology gives them, and where their servers listen. The first is the bastion.
pub const HOSTS: [(&str, &str); 10] = [
    ("bastion-1", "127.77.0.1"),
    ("worker-1", "127.77.0.11"),
    ("worker-2", "127.77.0.12"),
    ("worker-3", "127.77.0.13"),
    ("worker-4", "127.77.0.14"),
    ("worker-5", "127.77.0.15"),
    ("worker-6", "127.77.0.16"),
    ("worker-7", "127.77.0.17"),
    ("worker-8", "127.77.0.18"),
    ("worker-9", "127.77.0.19"),
];

/// The tasks of each host: packages, two users, twelve files, three services, two steps.
pub const TASKS: usize = 20;

/// Where every server listens besides 22: the bastion's port, as the project has it.
pub const BASTION_PORT: u16 = 40_022;

/// The machine's id, which is its identity for the product, and its folder.
pub fn id_of(host: &str) -> String {
    format!("i-{host}")
}

/// How hosts are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Road {
    /// The workers through the bastion.
    Bastion,
    /// All at once, without a bastion between.
    Direct,
}

impl Road {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Road::Bastion => "bastion",
            Road::Direct => "direct",
        }
    }
}

/// Why the benchmark cannot go on.
pub struct Failed(String);

impl Failed {
    /// With what a person is told.
    pub fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

impl fmt::Debug for Failed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<E: fmt::Display> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}
