use crate::config::{Environment, InputValue};

/// When a role, a link, a name or a constraint of a blueprint counts: while every clause holds.
///
/// In a blueprint: `when = { input = "manager_exposure", is = "private" }`, `when = { monitoring = true, bastion = "vpc" }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// All of these must hold; at least one.
    pub clauses: Vec<Clause>,
}

/// One claim about an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// An input has this value.
    Input {
        /// The input.
        name: String,
        /// The value.
        is: InputValue,
    },
    /// The bastion stands here.
    Bastion(PlacementKind),
    /// Monitoring is on, or off.
    Monitoring(bool),
    /// Mail leaves this way.
    Alerting(AlertingKind),
}

/// Where the bastion stands, without particulars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlacementKind {
    /// `vpc`.
    Vpc,
    /// `datacenter`.
    Datacenter,
}

/// How mail leaves, without particulars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertingKind {
    /// `ses`.
    Ses,
    /// `smtp`.
    Smtp,
}

impl Condition {
    /// Whether every clause holds in this environment.
    pub fn holds(&self, environment: &Environment) -> bool {
        self.clauses.iter().all(|clause| match clause {
            Clause::Input { name, is } => environment.inputs.get(name) == Some(is),
            Clause::Bastion(placement) => environment.bastion.placement.kind() == *placement,
            Clause::Monitoring(is_enabled) => environment.monitoring.is_enabled == *is_enabled,
            Clause::Alerting(mode) => environment.alerting.mode.kind() == *mode,
        })
    }
}
