use crate::desired::Statement;
use crate::model::Scope;

/// Whose objects the actions are limited to.
pub struct Place<'a> {
    /// The project and the environment.
    pub scope: &'a Scope,
    /// The region.
    pub region: &'a str,
    /// The account.
    pub account: &'a str,
    /// The customer's gateway, as ARNs have it: `transit-gateway/tgw-0abc`.
    pub gateway: Option<String>,
    /// Names of buckets that do not begin as the environment's names do.
    pub buckets: Vec<String>,
    /// The domains that mail is sent from.
    pub domains: Vec<String>,
}

/// Actions under one limit, and what they are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they are for, in one line.
    pub purpose: &'static str,
    /// The statement.
    pub statement: Statement,
}
