//! What people write: environments, blueprints and the project file, read into types or into diagnostics.
//!
//! Nothing here knows a cloud; a value that stands in one of these types has been checked.

mod alerting;
mod assets;
mod backup;
mod bastion;
mod blueprint;
mod bucket;
mod check;
mod class;
mod cloud;
mod codes;
mod condition;
mod constraint;
mod database;
mod environment;
mod input;
mod keys;
mod link;
mod link_end;
mod load;
mod monitoring;
mod moved;
mod network;
mod node;
mod ports;
mod project;
mod role;
mod security;
mod software;
mod syntax;

pub use alerting::{Alerting, AlertingMode, Smtp};
pub use assets::Asset;
pub use backup::{Backup, Retention, Schedule};
pub use bastion::{Bastion, Gateway, Placement};
pub use blueprint::Blueprint;
pub use bucket::Bucket;
pub use class::Class;
pub use cloud::Cloud;
pub use codes::CODES;
pub use condition::{AlertingKind, Clause, Condition, PlacementKind};
pub use constraint::Constraint;
pub use database::{Database, DatabaseSettings, Engine, StorageType};
pub use environment::Environment;
pub use input::{Input, InputType, InputValue};
pub use keys::{Document, json_schema, key_reference};
pub use link::{Link, Protocol};
pub use link_end::LinkEnd;
pub use load::Configuration;
pub use monitoring::{Monitoring, MonitoringNode, MonitoringRole, Threshold, Thresholds};
pub use moved::{Moved, MovedKind};
pub use network::{Nat, Network};
pub use node::NodeSettings;
pub use ports::Ports;
pub use project::{Project, StateKind};
pub use role::{Count, DataVolume, HostName, Role, Tier};
pub use security::{KeyOwner, Security};
pub use software::{Check, File, Software, SoftwareCatalogue, Step, Syntax, Template, User, Wait};

pub use crate::model::Code;
