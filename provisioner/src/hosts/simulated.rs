use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use async_trait::async_trait;

use crate::bundle::Bundle;
use crate::hosts::codes::NO_MACHINE;
use crate::hosts::machine::{Hosts, Machine, Order, Proof, Stand};
use crate::model::{Attributes, Value};
use crate::provider::{ErrorKind, ProviderError};

/// Machines that only exist on paper: bundles are filled in, checked and recorded, and nothing is run.
pub struct Simulated {
    folder: PathBuf,
}

impl Simulated {
    /// Records below `folder`, a file for each machine's id.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    fn file(&self, machine: &Machine) -> PathBuf {
        self.folder.join(format!("{}.json", machine.id))
    }
}

fn refuse(why: String) -> ProviderError {
    ProviderError::new(ErrorKind::Refused, "Converge", why)
}

#[async_trait]
impl Hosts for Simulated {
    fn is_real(&self) -> bool {
        false
    }

    async fn look(&self, machine: &Machine, _wanted: Option<&Bundle>) -> Result<Stand, ProviderError> {
        let file = self.file(machine);
        let attributes = match fs::read(&file) {
            Ok(text) => Some(serde_json::from_slice(&text).map_err(|error| refuse(format!("{}: {error}", file.display())))?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(refuse(format!("{}: {error}", file.display()))),
        };
        Ok(Stand { attributes, ..Stand::default() })
    }

    async fn converge(&self, machine: &Machine, order: &Order<'_>) -> Result<Stand, ProviderError> {
        (order.progress)("simulated, not verified");
        check(order)?;
        let mut attributes: Attributes = order.attributes.clone();
        attributes.retain(|name, _| name != "machine" && name != "bastion");
        attributes.insert("leftovers".to_owned(), Value::List(Vec::new()));
        let text = serde_json::to_vec_pretty(&attributes).expect("attributes are plain data");
        let file = self.file(machine);
        let fresh = file.with_extension("new");
        let write = || {
            fs::create_dir_all(&self.folder)?;
            fs::write(&fresh, &text)?;
            fs::rename(&fresh, &file)
        };
        write().map_err(|error| refuse(format!("{}: {error}", file.display())))?;
        Ok(Stand { attributes: Some(attributes), ..Stand::default() })
    }

    async fn prove(&self, machine: &Machine, _script: String, _within: Duration) -> Result<Proof, ProviderError> {
        Err(refuse(format!("{} is simulated: there is nothing to prove", machine.name)))
    }

    async fn shell(&self, machine: &Machine, _words: &[String]) -> Result<Command, ProviderError> {
        let diagnostic =
            NO_MACHINE.error().note(format!("{} is simulated: there is no machine to log in to", machine.name)).help(NO_MACHINE.fix);
        Err(ProviderError { diagnostic: Some(Box::new(diagnostic)), ..refuse("there is no machine".to_owned()) })
    }
}

/// Fills every place, so that a value that is missing or that its file cannot hold is found in a rehearsal.
fn check(order: &Order<'_>) -> Result<(), ProviderError> {
    let value = |source: &crate::bundle::Source| (order.value)(source);
    for unit in &order.bundle.units {
        let commands = unit.steps.iter().flat_map(|step| step.check.iter().chain([&step.apply]));
        let waits = unit.waits.iter().map(|wait| &wait.check);
        for content in commands.chain(waits).chain(&unit.validate) {
            content.filled(&value).map_err(|why| refuse(format!("{}: {why}", unit.id)))?;
        }
        for (path, file) in &unit.files {
            file.content.filled(&value).map_err(|why| refuse(format!("{path}: {why}")))?;
        }
    }
    Ok(())
}
