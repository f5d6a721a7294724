use std::collections::BTreeMap;

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

/// What conditions speak of.
pub(crate) struct Facts<'a> {
    pub(crate) inputs: &'a BTreeMap<String, InputValue>,
    pub(crate) placement: PlacementKind,
    pub(crate) has_monitoring: bool,
    pub(crate) alerting: AlertingKind,
}

impl Condition {
    /// Whether every clause holds in this environment.
    pub fn holds(&self, environment: &Environment) -> bool {
        self.holds_given(&Facts {
            inputs: &environment.inputs,
            placement: environment.bastion.placement.kind(),
            has_monitoring: environment.monitoring.is_enabled,
            alerting: environment.alerting.mode.kind(),
        })
    }

    pub(crate) fn holds_given(&self, facts: &Facts<'_>) -> bool {
        self.clauses.iter().all(|clause| match clause {
            Clause::Input { name, is } => facts.inputs.get(name) == Some(is),
            Clause::Bastion(placement) => facts.placement == *placement,
            Clause::Monitoring(is_enabled) => facts.has_monitoring == *is_enabled,
            Clause::Alerting(mode) => facts.alerting == *mode,
        })
    }
}
