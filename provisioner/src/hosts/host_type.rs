use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use futures::future::try_join_all;
use tokio::sync::Semaphore;

use crate::bundle::Source;
use crate::desired::HostSoftware;
use crate::hosts::codes::CONVERGENCE;
use crate::hosts::machine::{Bastion, Machine, Order};
use crate::hosts::room::{Reach, Room, id_of, observed};
use crate::model::{Attributes, Observed, RemoteId, ResourceAddress, Scope, Value};
use crate::provider::{Calls, Create, Delete, Depth, ErrorKind, Look, ProviderError, ResourceType, Update};

/// How many machines are asked at once.
const AT_ONCE: usize = 16;
const CONVERGE: &str = "Converge";

/// The software of machines, as a type of resource like any other.
pub struct HostType {
    room: Arc<Room>,
}

impl HostType {
    /// Works in `room`.
    pub fn new(room: Arc<Room>) -> Self {
        Self { room }
    }

    /// What stands on a machine; what was recorded where it cannot be asked.
    async fn seen(&self, machine: &Machine) -> Result<Option<Observed>, ProviderError> {
        let bundle = self.room.bundle(&machine.name);
        match self.room.hosts.look(machine, bundle.as_ref()).await {
            Ok(stand) => {
                let Some(attributes) = stand.attributes else { return Ok(None) };
                self.room.keep(&machine.name, attributes.clone(), stand.texts);
                Ok(Some(observed(machine, attributes)))
            }
            Err(error) if error.kind == ErrorKind::Unknown => {
                self.room.note_unreachable(&machine.name, error.message);
                Ok(self.room.recorded(&machine.name).filter(|recorded| recorded.id == id_of(&machine.id)))
            }
            // A machine that nobody certified yet has nothing of ours on it.
            Err(error) if error.kind == ErrorKind::NotFound && !machine.is_enrolled => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn converge(&self, address: &ResourceAddress, attributes: &Attributes, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        let refuse = |why: String| ProviderError::new(ErrorKind::Refused, CONVERGE, why);
        let wanted: HostSoftware = Value::specification_from(attributes).map_err(|error| refuse(error.to_string()))?;
        let name = address.name();
        let bundle = self.room.bundle(name).ok_or_else(|| refuse(format!("{address} has no bundle")))?;
        let machine = self.met(name, &wanted).ok_or_else(|| refuse(format!("nothing says where {name} stands")))?;
        let digests = serde_json::to_string(attributes).expect("attributes are plain data");
        calls.intend(CONVERGE, &digests).await?;
        let room = self.room.clone();
        let values = wanted.values.clone();
        let value = move |source: &Source| match source {
            Source::Secret(name) => room.secret(name),
            Source::Assigned(reference) => {
                values.get(&format!("{}.{}", reference.address, reference.attribute))?.known().map(str::to_owned)
            }
        };
        let progress = |words: &str| calls.progress(words);
        let order = Order { bundle: &bundle, attributes, generations: &wanted.secrets, value: &value, progress: &progress };
        let stand = self.room.hosts.converge(&machine, &order).await?;
        let found = stand.attributes.ok_or_else(|| refuse(format!("{name} answers that nothing stands there")))?;
        let undone = undone(attributes, &found);
        if !undone.is_empty() {
            let diagnostic =
                CONVERGENCE.error().note(format!("{name}: everything was done, and yet {}", undone.join(", "))).help(CONVERGENCE.fix);
            return Err(ProviderError { diagnostic: Some(Box::new(diagnostic)), ..refuse(format!("{name} is not as it was made")) });
        }
        self.room.keep(name, found, stand.texts);
        Ok(id_of(&machine.id))
    }

    /// The machine as the resolved attributes and the plan know it.
    fn met(&self, name: &str, wanted: &HostSoftware) -> Option<Machine> {
        let mut machine = self.room.machine(name)?;
        let id = wanted.machine.known()?;
        // Another machine under the same name is nobody we know.
        machine.is_enrolled &= machine.id == id;
        machine.id = id.to_owned();
        let bastion_id = if machine.is_bastion { Some(machine.id.clone()) } else { self.room.bastion_id() };
        if let (Some(address), Some(id)) = (wanted.bastion.as_ref().and_then(|bastion| bastion.known()), bastion_id) {
            machine.bastion = Some(Bastion { address: address.to_owned(), id });
        }
        self.room.meet(machine.clone());
        Some(machine)
    }
}

#[async_trait]
impl ResourceType for HostType {
    fn kind(&self) -> &'static str {
        "host"
    }

    fn reads_details(&self) -> bool {
        true
    }

    async fn observe(&self, _scope: &Scope, depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        if depth == Depth::Fast || self.room.reach == Reach::Remember {
            return Ok(self.room.remembered());
        }
        let machines: Vec<Machine> = self.room.machines().into_iter().filter(|machine| !machine.id.is_empty()).collect();
        let places = Semaphore::new(AT_ONCE);
        let looks = machines.iter().map(|machine| async {
            let _place = places.acquire().await;
            self.seen(machine).await
        });
        Ok(try_join_all(looks).await?.into_iter().flatten().collect())
    }

    async fn read_one(&self, _scope: &Scope, id: &RemoteId) -> Result<Look, ProviderError> {
        let Some(machine) = self.room.machines().into_iter().find(|machine| id_of(&machine.id) == *id) else { return Ok(Look::Absent) };
        match self.room.fresh(&machine.name) {
            Some(attributes) => Ok(Look::Found(Box::new(observed(&machine, attributes)))),
            None => Ok(self.seen(&machine).await?.into()),
        }
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        self.converge(request.address, request.attributes, calls).await
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        self.converge(&request.observed.address, request.attributes, calls).await.map(drop)
    }

    /// The software goes with its machine.
    async fn delete(&self, request: Delete<'_>, _calls: &dyn Calls) -> Result<(), ProviderError> {
        self.room.forget(request.observed.address.name());
        Ok(())
    }
}

/// What is wanted and is not there although everything was done, in words.
fn undone(wanted: &Attributes, found: &Attributes) -> Vec<String> {
    let of_map = |name: &String, wanted: &Value| -> Vec<String> {
        let (Value::Map(wanted), found) = (wanted, found.get(name)) else { return Vec::new() };
        let found = match found {
            Some(Value::Map(found)) => found.clone(),
            _ => BTreeMap::new(),
        };
        let differs = wanted.iter().filter(|(key, value)| found.get(*key) != Some(value));
        let words = |value: Option<&Value>| value.and_then(Value::as_text).unwrap_or("not there").to_owned();
        differs.map(|(key, _)| format!("{key} ({name}) is {}", words(found.get(key)))).collect()
    };
    wanted.iter().flat_map(|(name, value)| of_map(name, value)).collect()
}
