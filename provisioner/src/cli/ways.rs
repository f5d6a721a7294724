use crate::cli::cloud::sandbox_folder;
use crate::cli::exit::Stop;
use crate::cli::workspace::Workspace;
use crate::hosts::{Hosts, Simulated};
use crate::model::CloudName;

/// The way to the hosts of a cloud: over SSH, or on paper in a rehearsal without machines.
pub fn to_hosts(workspace: &Workspace<'_>, _cloud: &CloudName) -> Result<Box<dyn Hosts>, Stop> {
    Ok(Box::new(Simulated::new(&sandbox_folder(workspace).join("hosts"))))
}
