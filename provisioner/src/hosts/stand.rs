use std::collections::{BTreeMap, BTreeSet};

use crate::bundle::Bundle;
use crate::desired::{HostSoftware, RUNNING};
use crate::hosts::machine::Stand;
use crate::hosts::{Applied, FileState, HostReport};
use crate::model::{RefOr, Value};

/// What a plan says of a file that somebody changed on the host.
const CHANGED: &str = "changed on the host";
const STOPPED: &str = "stopped";
const DISABLED: &str = "not enabled";
const UNDONE: &str = "undone";

/// A host's report in the words of the plan: what was put there and still is, and what is not. `ssh` is how it is known and reached.
pub(super) fn stand(report: &HostReport, wanted: Option<&Bundle>, ssh: BTreeMap<String, String>) -> Stand {
    if report.applied == Applied::Nothing {
        return Stand::default();
    }
    let files = report.files.iter().filter_map(|(path, file)| {
        let words = match file.state {
            FileState::Same => file.digest.clone(),
            FileState::Changed => CHANGED.to_owned(),
            FileState::Missing => return None,
        };
        Some((path.clone(), words))
    });
    let services = report.services.iter().map(|(name, service)| {
        let words = match (service.is_active, service.is_enabled) {
            (true, true) => RUNNING,
            (true, false) => DISABLED,
            (false, _) => STOPPED,
        };
        (name.clone(), words.to_owned())
    });
    let users = report.users.iter().filter_map(|(name, home)| Some((name.clone(), home.clone()?)));
    let steps = report.steps.iter().map(|(id, step)| (id.clone(), if step.is_done { step.digest.clone() } else { UNDONE.to_owned() }));
    let wanted_files: BTreeSet<&str> = wanted.into_iter().flat_map(Bundle::files).map(|(path, _)| path).collect();
    let is_left = |path: &&String| wanted.is_some() && !wanted_files.contains(path.as_str());
    let software = HostSoftware {
        machine: RefOr::from(""),
        bastion: None,
        ssh,
        packages: report.packages.iter().filter(|(_, is_installed)| **is_installed).map(|(name, _)| name.clone()).collect(),
        users: users.collect(),
        files: files.collect(),
        services: services.collect(),
        steps: steps.collect(),
        values: report.values.iter().map(|(name, value)| (name.clone(), RefOr::from(value.clone()))).collect(),
        secrets: report.secrets.iter().map(|(name, generation)| (name.clone(), *generation)).collect(),
        leftovers: report.files.keys().filter(is_left).cloned().collect(),
    };
    let mut attributes = Value::attributes_of(&software).expect("a specification is plain data");
    attributes.remove("machine");
    let texts = report
        .files
        .iter()
        .filter_map(|(path, file)| Some((path.clone(), String::from_utf8_lossy(file.content.as_deref()?).into_owned())))
        .collect();
    Stand { attributes: Some(attributes), texts }
}
