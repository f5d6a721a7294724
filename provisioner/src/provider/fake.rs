use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use crate::model::{Observed, RemoteId, Scope, Status, TAG_ADDRESS, TAG_TOKEN, Value};
use crate::provider::{Calls, Create, Delete, Depth, ErrorKind, ProviderError, Registry, ResourceType, Update};

/// A cloud of plain objects in memory, for tests of the engine: any kind, any attributes, and errors on request.
#[derive(Clone, Debug, Default)]
pub struct FakeCloud(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    objects: BTreeMap<RemoteId, Observed>,
    next_id: u64,
    mutating_calls: Vec<String>,
    errors: BTreeMap<String, VecDeque<Fault>>,
    pending_looks: BTreeMap<RemoteId, u32>,
    looks_until_ready: u32,
}

/// What goes wrong with the next call of an operation.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The cloud says no; nothing is applied.
    Refuse(ErrorKind),
    /// The call is applied, and its answer is lost.
    LoseAnswer,
}

impl FakeCloud {
    /// A registry of these kinds, all in this cloud.
    pub fn registry(&self, kinds: &[&'static str]) -> Registry {
        Registry::new(kinds.iter().map(|kind| Arc::new(FakeType { kind, cloud: self.clone() }) as Arc<dyn ResourceType>))
    }

    /// Makes the next call of `operation` (`create vpc`) go wrong.
    pub fn fail_next(&self, operation: &str, fault: Fault) {
        self.lock().errors.entry(operation.to_owned()).or_default().push_back(fault);
    }

    /// How many lists show a new object as pending before it is ready.
    pub fn set_looks_until_ready(&self, looks: u32) {
        self.lock().looks_until_ready = looks;
    }

    /// The mutating calls made so far: `create vpc.main`.
    pub fn mutating_calls(&self) -> Vec<String> {
        self.lock().mutating_calls.clone()
    }

    /// All objects.
    pub fn objects(&self) -> Vec<Observed> {
        self.lock().objects.values().cloned().collect()
    }

    /// Changes an attribute behind everybody's back.
    pub fn tamper(&self, id: &RemoteId, attribute: &str, value: Value) {
        if let Some(observed) = self.lock().objects.get_mut(id) {
            observed.attributes.insert(attribute.to_owned(), value);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().expect("never poisoned: nothing panics while it is held")
    }
}

struct FakeType {
    kind: &'static str,
    cloud: FakeCloud,
}

impl FakeType {
    fn begin(&self, operation: &'static str, what: &str) -> Result<Option<Fault>, ProviderError> {
        let mut state = self.cloud.lock();
        let fault = state.errors.get_mut(&format!("{operation} {}", self.kind)).and_then(VecDeque::pop_front);
        state.mutating_calls.push(format!("{operation} {what}"));
        match fault {
            Some(Fault::Refuse(kind)) => Err(ProviderError::new(kind, operation, "refused on request")),
            fault => Ok(fault),
        }
    }
}

fn answer<T>(operation: &'static str, fault: Option<&Fault>, value: T) -> Result<T, ProviderError> {
    match fault {
        Some(_) => Err(ProviderError::new(ErrorKind::Unknown, operation, "the answer was lost on request")),
        None => Ok(value),
    }
}

#[async_trait]
impl ResourceType for FakeType {
    fn kind(&self) -> &'static str {
        self.kind
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let mut state = self.cloud.lock();
        let State { objects, pending_looks, .. } = &mut *state;
        for (id, looks) in pending_looks.iter_mut() {
            if let Some(observed) = objects.get_mut(id).filter(|observed| observed.address.kind() == self.kind) {
                observed.status = if *looks == 0 { Status::Ready } else { Status::Pending { phase: "pending".to_owned() } };
                *looks = looks.saturating_sub(1);
            }
        }
        let ours = objects.values().filter(|observed| observed.address.kind() == self.kind);
        Ok(ours.filter(|observed| scope.address_in(&observed.tags).is_some()).cloned().collect())
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        let token = calls.intend("create", &format!("{:?}", request.attributes)).await?;
        let fault = self.begin("create", &request.address.to_string())?;
        let mut state = self.cloud.lock();
        state.next_id += 1;
        let id = RemoteId::new(format!("{}-{}", self.kind, state.next_id));
        let mut tags = request.tags.clone();
        tags.insert(TAG_TOKEN.to_owned(), token.to_string());
        let looks = state.looks_until_ready;
        state.pending_looks.insert(id.clone(), looks);
        let status = if looks == 0 { Status::Ready } else { Status::Pending { phase: "pending".to_owned() } };
        let observed = Observed { address: request.address.clone(), id: id.clone(), status, attributes: request.attributes.clone(), tags };
        state.objects.insert(id.clone(), observed);
        answer("create", fault.as_ref(), id)
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        calls.intend("update", &format!("{:?}", request.attributes)).await?;
        let fault = self.begin("update", &request.observed.address.to_string())?;
        if let Some(observed) = self.cloud.lock().objects.get_mut(&request.observed.id) {
            observed.attributes.extend(request.attributes.clone());
            observed.tags.retain(|key, _| !request.stale_tags.contains(key));
            observed.tags.extend(request.tags.clone());
            // An object is listed under the address that its tags carry.
            if let Some(address) = request.tags.get(TAG_ADDRESS).and_then(|text| text.parse().ok()) {
                observed.address = address;
            }
        }
        answer("update", fault.as_ref(), ())
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        calls.intend("delete", request.observed.id.as_str()).await?;
        let fault = self.begin("delete", &request.observed.address.to_string())?;
        self.cloud.lock().objects.remove(&request.observed.id);
        answer("delete", fault.as_ref(), ())
    }
}
