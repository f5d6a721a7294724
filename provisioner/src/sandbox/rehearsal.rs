use std::collections::{BTreeSet, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_ec2::config::{BehaviorVersion, IdentityCache, StalledStreamProtectionConfig};
use aws_smithy_runtime_api::client::interceptors::SharedInterceptor;
use aws_types::SdkConfig;
use aws_types::region::Region;

use super::SandboxOptions;
use super::call::Call;
use super::dump::{self, DumpedObject};
use super::faults::{Fault, Faults};
use super::machines::Machines;
use super::moment::Moment;
use super::operation::{Effect, Operation};
use super::seam::{Answer, Connector, Seam};
use super::service::Service;
use super::settle;
use super::store::{self, SandboxError, Store};
use super::world::{Commit, World};
use crate::model::Scope;

/// How many calls are remembered.
const REMEMBERED_CALLS: usize = 100_000;

/// A rehearsal cloud; clones share it.
#[derive(Clone, Debug)]
pub struct Sandbox(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    options: SandboxOptions,
    cloud: Arc<Mutex<Cloud>>,
    /// How many attempts the cloud had served before this value met it: faults count from here.
    served_before: u64,
}

#[derive(Debug)]
struct Cloud {
    world: World,
    /// The log on disk; none for a cloud that lives in memory.
    store: Option<Store>,
    calls: VecDeque<RecordedCall>,
    /// The IAM actions that the calls needed.
    needed: BTreeSet<String>,
    served: u64,
}

/// One attempt that this process made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedCall {
    /// The attempt's place in the order of all attempts, from 1.
    pub number: u64,
    /// The service, such as `EC2`.
    pub service: String,
    /// The operation, such as `CreateVpc`.
    pub operation: String,
    /// The region.
    pub region: String,
    /// Whether the operation is one that changes something.
    pub is_mutating: bool,
    /// The error code of the answer; none when the call succeeded.
    pub code: Option<String>,
    /// Whether the answer was lost on its way; `code` then says what the caller never learned.
    pub is_lost: bool,
}

impl Sandbox {
    /// Opens the rehearsal cloud in a directory, creating it where there is none; several processes may have it open at once.
    ///
    /// # Errors
    /// When its files cannot be used, or are damaged.
    pub fn open(directory: &Path, options: SandboxOptions) -> Result<Sandbox, SandboxError> {
        let (store, world) = Store::open(directory, horizon(&options), Moment::of(options.clock.now()))?;
        Ok(Sandbox::with(Some(store), world, options))
    }

    /// Makes a rehearsal cloud that lives as long as the value.
    pub fn in_memory(options: SandboxOptions) -> Sandbox {
        let world = World::new(horizon(&options));
        Sandbox::with(None, world, options)
    }

    fn with(store: Option<Store>, world: World, options: SandboxOptions) -> Sandbox {
        let cloud = Mutex::new(Cloud { world, store, calls: VecDeque::new(), needed: BTreeSet::new(), served: 0 });
        Sandbox(Arc::new(Shared { options, cloud: Arc::new(cloud), served_before: 0 }))
    }

    /// Returns the same cloud, met with other faults by whoever is served through the new value.
    ///
    /// Objects keep the end of a transition that was decided when they were made. Faults count attempts from here.
    pub fn with_faults(&self, faults: Faults) -> Sandbox {
        let options = SandboxOptions { faults, ..self.0.options.clone() };
        let mut cloud = self.cloud();
        cloud.world.keep_versions(horizon(&options));
        let served_before = cloud.served;
        drop(cloud);
        Sandbox(Arc::new(Shared { options, cloud: self.0.cloud.clone(), served_before }))
    }

    /// Removes the rehearsal cloud of a directory; one that is not there is no error.
    ///
    /// # Errors
    /// When its files cannot be removed.
    pub fn reset(directory: &Path) -> Result<(), SandboxError> {
        store::remove(directory)
    }

    /// Returns the SDK configuration of a client in a region: credentials that open nothing and an HTTP client that never opens a socket.
    ///
    /// The client MUST also be given [`Sandbox::interceptor`]; without it every call fails and says so.
    pub fn sdk_config(&self, region: &str) -> SdkConfig {
        let credentials = Credentials::new("AKIAREHEARSAL0000000", "rehearsal", None, None, "rehearsal-cloud");
        let mut builder = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .identity_cache(IdentityCache::no_cache())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .http_client(Connector);
        builder.set_sleep_impl(aws_smithy_async::rt::sleep::default_async_sleep());
        builder.build()
    }

    /// Returns the interceptor that serves a client's operations from this cloud.
    pub fn interceptor(&self) -> SharedInterceptor {
        SharedInterceptor::new(Seam(self.clone()))
    }

    /// Lists every live object of every account and region, by service, type and id.
    ///
    /// Terminated instances and deleted gateways that AWS would still list are not in it.
    ///
    /// # Errors
    /// When the cloud's files cannot be read.
    pub fn dump(&self) -> Result<Vec<DumpedObject>, SandboxError> {
        let mut cloud = self.cloud();
        cloud.read_on(&self.0.options)?;
        Ok(dump::dump(&cloud.world, &self.0.options))
    }

    /// Reads the machines of an environment, and what decides who may talk to whom, as they stand now.
    ///
    /// # Errors
    /// When the cloud's files cannot be read.
    pub fn machines(&self, scope: &Scope) -> Result<Machines, SandboxError> {
        let mut cloud = self.cloud();
        cloud.read_on(&self.0.options)?;
        let folder = cloud.store.as_ref().map(Store::directory);
        Ok(dump::machines(&cloud.world, &self.0.options, scope, folder))
    }

    /// Lists the attempts that this process made, in order; the last 100,000 are remembered.
    pub fn calls(&self) -> Vec<RecordedCall> {
        self.cloud().calls.iter().cloned().collect()
    }

    /// Lists the IAM actions that the calls of this process needed, dependent ones included.
    pub fn needed_permissions(&self) -> BTreeSet<String> {
        self.cloud().needed.clone()
    }

    /// Serves one attempt and returns its request id with the answer.
    pub(crate) fn serve(&self, service: Service, service_name: &str, name: &str, operation: &Operation, region: &str) -> (String, Answer) {
        let mut cloud = self.cloud();
        cloud.served += 1;
        let number = cloud.served;
        let fault = self.0.options.faults.decide(number - self.0.served_before);
        let answer = match fault {
            Fault::None | Fault::LostAnswer => cloud.perform(service, name, operation, region, &self.0.options),
            Fault::Duplicate => {
                let _ = cloud.perform(service, name, operation, region, &self.0.options);
                cloud.perform(service, name, operation, region, &self.0.options)
            }
            Fault::Expired => Answer::Refused(service.expired()),
            Fault::Throttle => Answer::Refused(service.throttled()),
            Fault::InternalError => Answer::Refused(service.internal_error()),
            Fault::Unavailable => Answer::Refused(service.unavailable()),
        };
        let code = match &answer {
            Answer::Refused(refusal) => Some(refusal.code.clone()),
            Answer::Broken(_) => Some("SandboxError".to_owned()),
            Answer::Output(_) | Answer::Lost => None,
        };
        let is_lost = fault == Fault::LostAnswer;
        if cloud.calls.len() == REMEMBERED_CALLS {
            cloud.calls.pop_front();
        }
        cloud.calls.push_back(RecordedCall {
            number,
            service: service_name.to_owned(),
            operation: name.to_owned(),
            region: region.to_owned(),
            is_mutating: operation.effect == Effect::Writes,
            code,
            is_lost,
        });
        let request_id = format!("00000000-0000-4000-8000-{number:012x}");
        (request_id, if is_lost { Answer::Lost } else { answer })
    }

    fn cloud(&self) -> MutexGuard<'_, Cloud> {
        // A call changes the world only by one commit at its end, so that a panic in another thread leaves a whole world behind.
        self.0.cloud.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cloud {
    /// Takes in what other processes wrote since.
    fn read_on(&mut self, options: &SandboxOptions) -> Result<(), SandboxError> {
        let Some(store) = &mut self.store else { return Ok(()) };
        store.lock(&mut self.world, horizon(options))?;
        store.unlock()
    }

    fn perform(&mut self, service: Service, name: &str, operation: &Operation, region: &str, options: &SandboxOptions) -> Answer {
        let Cloud { world, store, needed, .. } = self;
        if let Some(store) = store
            && let Err(error) = store.lock(world, horizon(options))
        {
            return broken(&error);
        }
        let now = Moment::of(options.clock.now());
        let salt = store.as_ref().map_or(0, |store| store.salt);
        let folder = store.as_ref().map(|store| store.directory().to_owned());
        let mut call = Call::new(world, options, salt, now, region).to(service).in_folder(folder.as_deref());
        settle(&mut call);
        let allowed = service.action(name).map_or(Ok(()), |action| call.needs(&action));
        let answer = match allowed.and_then(|()| operation.perform(&mut call)) {
            Ok(output) => Answer::Output(output),
            Err(refusal) => Answer::Refused(refusal),
        };
        needed.extend(call.needed().iter().cloned());
        let changes = call.into_changes();
        let commit = Commit { sequence: world.sequence() + 1, at: now, changes };
        let written = match store {
            _ if commit.changes.is_empty() => Ok(()),
            Some(store) => store.append(world, commit),
            None => {
                world.apply(commit);
                Ok(())
            }
        };
        let unlocked = store.as_ref().map_or(Ok(()), Store::unlock);
        match written.and(unlocked) {
            Ok(()) => answer,
            Err(error) => broken(&error),
        }
    }
}

fn horizon(options: &SandboxOptions) -> Duration {
    options.faults.lag.unwrap_or(Duration::ZERO)
}

fn broken(error: &SandboxError) -> Answer {
    let cause = std::error::Error::source(error).map_or(String::new(), |cause| format!(": {cause}"));
    Answer::Broken(format!("the rehearsal cloud failed: {error}{cause}"))
}
