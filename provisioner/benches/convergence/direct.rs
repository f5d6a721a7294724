//! Ten connections without a bastion between: each machine is reached as if it were its own.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use async_trait::async_trait;
use futures::future::join_all;
use provisioner::bundle::Bundle;
use provisioner::hosts::{Bastion, Hosts, Machine, Order, OverSsh, Proof, Stand};
use provisioner::provider::ProviderError;

use crate::run::{HOSTS, id_of};

/// The product's way to each machine, one for each.
pub struct Direct(BTreeMap<String, OverSsh>);

impl Direct {
    /// Connects to nobody yet.
    pub fn new(over_ssh: impl Fn() -> OverSsh) -> Self {
        Self(HOSTS.into_iter().map(|(name, _)| (id_of(name), over_ssh())).collect())
    }

    fn to(&self, machine: &Machine) -> (&OverSsh, Machine) {
        let bastion = Bastion { address: machine.address.to_string(), id: machine.id.clone() };
        (&self.0[&machine.id], Machine { is_bastion: true, bastion: Some(bastion), ..machine.clone() })
    }
}

#[async_trait]
impl Hosts for Direct {
    fn is_real(&self) -> bool {
        true
    }

    async fn look(&self, machine: &Machine, wanted: Option<&Bundle>) -> Result<Stand, ProviderError> {
        let (way, machine) = self.to(machine);
        way.look(&machine, wanted).await
    }

    async fn converge(&self, machine: &Machine, order: &Order<'_>) -> Result<Stand, ProviderError> {
        let (way, machine) = self.to(machine);
        way.converge(&machine, order).await
    }

    async fn prove(&self, machine: &Machine, script: String, within: Duration) -> Result<Proof, ProviderError> {
        let (way, machine) = self.to(machine);
        way.prove(&machine, script, within).await
    }

    async fn shell(&self, machine: &Machine, words: &[String]) -> Result<Command, ProviderError> {
        let (way, machine) = self.to(machine);
        way.shell(&machine, words).await
    }

    async fn close(&self) {
        join_all(self.0.values().map(Hosts::close)).await;
    }
}
