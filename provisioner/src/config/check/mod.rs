//! What no single value shows: contradictions, and rules of AWS and of the products.

mod alerting;
mod bastion;
mod cloud;
mod databases;
mod inputs;
mod monitoring;
mod names;
mod network;
mod nodes;
mod offline;
mod siblings;

use crate::config::load::Values;
use crate::config::{Blueprint, Project};
use crate::model::Report;

/// One environment under scrutiny.
pub(crate) struct Subject<'a> {
    pub(crate) project: &'a Project,
    /// The file's stem.
    pub(crate) name: &'a str,
    pub(crate) values: &'a Values,
    /// The base and the environment's own; without those that cannot be read.
    pub(crate) blueprints: &'a [Blueprint],
}

/// Runs every check.
pub(crate) fn check(subject: &Subject<'_>) -> Report {
    let checks: [fn(&Subject<'_>, &mut Report); 10] = [
        names::check,
        cloud::check,
        network::check,
        bastion::check,
        databases::check,
        inputs::check,
        nodes::check,
        monitoring::check,
        alerting::check,
        siblings::check,
    ];
    let mut report = Report::default();
    checks.iter().for_each(|check| check(subject, &mut report));
    report
}
