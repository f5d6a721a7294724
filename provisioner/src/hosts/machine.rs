use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::process::Command;
use std::time::Duration;

use async_trait::async_trait;

use crate::bundle::{Bundle, Source};
use crate::model::Attributes;
use crate::provider::ProviderError;

/// A machine as it is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// The host's name: `worker-2`.
    pub name: String,
    /// The instance's id, which is its identity.
    pub id: String,
    /// Its private address.
    pub address: Ipv4Addr,
    /// Whether it is the bastion in the VPC.
    pub is_bastion: bool,
    /// The port on which the bastion in the VPC was last reached, where it is to listen on another one.
    pub former_port: Option<u16>,
    /// Whether it was certified before: then it never may come without its certificate.
    pub is_enrolled: bool,
    /// That bastion, where there is one and it is known.
    pub bastion: Option<Bastion>,
}

/// The bastion in the VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bastion {
    /// Its public address.
    pub address: String,
    /// Its instance's id; empty until it is made.
    pub id: String,
}

/// What stands on a machine.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stand {
    /// The attributes of [`crate::desired::HostSoftware`] without `machine` and `bastion`; none where nothing was ever put there.
    pub attributes: Option<Attributes>,
    /// The texts of files that are not as the bundle has them, by path; never of those that hold secrets.
    pub texts: BTreeMap<String, String>,
}

/// What is to be made true on a machine.
pub struct Order<'o> {
    /// What it shall have.
    pub bundle: &'o Bundle,
    /// The attributes wanted, with everything AWS assigns.
    pub attributes: &'o Attributes,
    /// The generation of every secret in the bundle.
    pub generations: &'o BTreeMap<String, i64>,
    /// The bare values for the places in the bundle.
    pub value: &'o (dyn Fn(&Source) -> Option<String> + Send + Sync),
    /// Where progress is told, in words.
    pub progress: &'o (dyn Fn(&str) + Send + Sync),
}

/// A way to machines.
#[async_trait]
pub trait Hosts: Send + Sync {
    /// Whether what it says was seen on a machine; a simulation sees nothing.
    fn is_real(&self) -> bool;

    /// Looks what stands on a machine, without changing anything.
    ///
    /// # Errors
    /// [`crate::provider::ErrorKind::Unknown`] when it cannot be reached; another kind when it is not who it should be.
    async fn look(&self, machine: &Machine, wanted: Option<&Bundle>) -> Result<Stand, ProviderError>;

    /// Makes the order true and says what stands there then.
    ///
    /// # Errors
    /// When the machine cannot be reached in time, is not who it should be, or when a step fails.
    async fn converge(&self, machine: &Machine, order: &Order<'_>) -> Result<Stand, ProviderError>;

    /// Runs a check of the environment on a machine; whether it succeeded, and what it printed.
    ///
    /// # Errors
    /// When the machine cannot be asked.
    async fn prove(&self, machine: &Machine, script: String, within: Duration) -> Result<Proof, ProviderError>;

    /// The command line of a person's own session on a machine: a shell, or these words as a command.
    ///
    /// # Errors
    /// When there is no way to it.
    async fn shell(&self, machine: &Machine, words: &[String]) -> Result<Command, ProviderError>;

    /// Ends what is open.
    async fn close(&self) {}
}

/// What a check said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Whether it succeeded.
    pub holds: bool,
    /// What it printed, harmless to a terminal.
    pub said: String,
}
