//! Every key of an environment file.

mod databases;
mod hosts;
mod monitoring;
mod place;
mod safety;

use crate::config::keys::Key;

/// Every key of an environment file, in the order of the reference.
pub(crate) const ENVIRONMENT: &[&[Key]] = &[place::PLACE, databases::DATABASES, hosts::HOSTS, monitoring::MONITORING, safety::SAFETY];
