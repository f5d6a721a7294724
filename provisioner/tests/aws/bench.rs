use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_ec2::config::{BehaviorVersion, ConfigBag, Intercept, Region, RuntimeComponents, SharedInterceptor};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextMut, FinalizerInterceptorContextMut,
};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_types::SdkConfig;
use provisioner::aws::{Connection, Lookup, registry};
use provisioner::desired::catalogue;
use provisioner::model::{Attributes, Catalogue, Observed, RemoteId, ResourceAddress, Scope, Status, Tags, Value};
use provisioner::plan::{differences, tag_differences};
use provisioner::provider::{Calls, Create, Delete, Depth, ErrorKind, ProviderError, Registry, Token, Update};
use serde::Serialize;

pub const REGION: &str = "eu-west-1";
const LOOKS: usize = 200;

/// A cloud with an empty environment in it, and a record of what is intended and what is called.
pub struct Bench {
    pub connection: Connection,
    pub registry: Registry,
    pub catalogue: Catalogue,
    pub scope: Scope,
    pub calls: Recorder,
    pub raw: aws_sdk_ec2::Client,
    pub s3: aws_sdk_s3::Client,
    pub iam: aws_sdk_iam::Client,
    pub kms: aws_sdk_kms::Client,
    /// Whether it does all that AWS documents; a second opinion may not.
    pub is_strict: bool,
    performed: Performed,
}

/// The mutating calls of the provider that reached the wire, each once, whatever the SDK repeats.
#[derive(Clone, Debug, Default)]
struct Performed(Arc<Mutex<Vec<String>>>);

/// Remembers what is called, and lets the rehearsal cloud answer where it is the one that is asked.
#[derive(Debug)]
struct Watched {
    performed: Performed,
    cloud: Option<SharedInterceptor>,
}

impl Intercept for Watched {
    fn name(&self) -> &'static str {
        "watched"
    }

    fn read_before_serialization(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = config.load::<Metadata>().expect("every operation has a name").name().to_owned();
        if !["Describe", "Get", "Head", "List", "Simulate"].iter().any(|verb| operation.starts_with(verb)) {
            self.performed.0.lock().unwrap().push(operation);
        }
        self.cloud.as_ref().map_or(Ok(()), |cloud| cloud.read_before_serialization(context, components, config))
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.cloud.as_ref().map_or(Ok(()), |cloud| cloud.modify_before_transmit(context, components, config))
    }

    fn modify_before_attempt_completion(
        &self,
        context: &mut FinalizerInterceptorContextMut<'_>,
        components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.cloud.as_ref().map_or(Ok(()), |cloud| cloud.modify_before_attempt_completion(context, components, config))
    }
}

/// Hands out tokens and remembers what they are for.
#[derive(Debug, Default)]
pub struct Recorder {
    intents: Mutex<Vec<(String, String)>>,
    repeated: Mutex<Option<Token>>,
    next: AtomicU32,
}

impl Recorder {
    /// Makes every further intent get this token, as after a crash.
    pub fn repeat(&self, token: &str) {
        *self.repeated.lock().unwrap() = Some(Token::new(token));
    }

    pub fn requests_of(&self, operation: &str) -> Vec<String> {
        self.intents.lock().unwrap().iter().filter(|(name, _)| name == operation).map(|(_, request)| request.clone()).collect()
    }
}

#[async_trait]
impl Calls for Recorder {
    async fn intend(&self, operation: &'static str, request: &str) -> Result<Token, ProviderError> {
        self.intents.lock().unwrap().push((operation.to_owned(), request.to_owned()));
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let token = self.repeated.lock().unwrap().clone();
        Ok(token.unwrap_or_else(|| Token::new(format!("t-{}-{}-{number}", std::process::id(), self as *const Self as usize))))
    }
}

impl Bench {
    /// Every cloud there is: a rehearsal that does not wait, and the second opinion at `PROVISION_TEST_MOTO_URL`, if one is named.
    pub fn all() -> Vec<Self> {
        let mut all = Vec::new();
        #[cfg(feature = "sandbox")]
        all.push(Self::in_rehearsal());
        all.extend(std::env::var("PROVISION_TEST_MOTO_URL").ok().map(|url| Self::at(&url)));
        all
    }

    #[cfg(feature = "sandbox")]
    fn in_rehearsal() -> Self {
        use provisioner::sandbox::{Sandbox, SandboxOptions};
        Self::in_sandbox(&Sandbox::in_memory(SandboxOptions { speed: 0.0, ..SandboxOptions::default() }))
    }

    #[cfg(feature = "sandbox")]
    pub fn in_sandbox(sandbox: &provisioner::sandbox::Sandbox) -> Self {
        Self::with(sandbox.sdk_config(REGION), Some(sandbox.interceptor()))
    }

    fn at(url: &str) -> Self {
        let credentials = Credentials::new("AKIATESTTESTTESTTEST", "nothing", None, None, "test");
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .endpoint_url(url)
            .credentials_provider(SharedCredentialsProvider::new(credentials));
        config.set_sleep_impl(aws_smithy_async::rt::sleep::default_async_sleep());
        Self::with(config.build(), None)
    }

    fn with(config: SdkConfig, cloud: Option<SharedInterceptor>) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let performed = Performed::default();
        let watched = SharedInterceptor::new(Watched { performed: performed.clone(), cloud: cloud.clone() });
        let connection = Connection::new(config.clone(), Some(watched), if cloud.is_some() { 0.0 } else { 1.0 });
        macro_rules! client {
            ($sdk:ident) => {{
                let mut builder = $sdk::config::Builder::from(&config);
                builder.set_interceptors(cloud.clone());
                $sdk::Client::from_conf(builder.build())
            }};
        }
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self {
            registry: registry(&connection),
            connection,
            catalogue: catalogue(),
            scope: Scope { project: "contract".to_owned(), environment: format!("e{}-{number}", std::process::id()) },
            calls: Recorder::default(),
            raw: client!(aws_sdk_ec2),
            s3: client!(aws_sdk_s3),
            iam: client!(aws_sdk_iam),
            kms: client!(aws_sdk_kms),
            is_strict: cloud.is_some(),
            performed,
        }
    }

    pub fn lookup(&self) -> Lookup {
        Lookup::new(&self.connection)
    }

    pub fn tags(&self, address: &ResourceAddress) -> Tags {
        let schema = self.catalogue.get(address.kind()).expect("a known kind");
        let mut tags = Tags::new();
        if schema.is_taggable {
            tags.insert("Name".to_owned(), address.name().to_owned());
            tags.extend(self.scope.tags_for(address));
        }
        tags
    }

    /// Puts our tags on an object behind the provider's back.
    pub async fn tag(&self, id: &RemoteId, address: &str) {
        let tags = self.tags(&address.parse().expect("an address"));
        let tags = tags.iter().map(|(key, value)| aws_sdk_ec2::types::Tag::builder().key(key).value(value).build()).collect();
        self.raw.create_tags().resources(id.as_str()).set_tags(Some(tags)).send().await.expect("tags are taken");
    }

    pub async fn observe(&self, kind: &str) -> Vec<Observed> {
        self.observe_at(kind, Depth::Full).await
    }

    pub async fn observe_at(&self, kind: &str, depth: Depth) -> Vec<Observed> {
        let schema = self.catalogue.get(kind).expect("a known kind");
        let listed = self.registry.get(schema.listed_by).expect("registered").observe(&self.scope, depth).await.expect("a list");
        listed.into_iter().filter(|object| object.address.kind() == kind).collect()
    }

    pub async fn create<T: Serialize>(&self, address: &str, specification: &T) -> Result<RemoteId, ProviderError> {
        let address: ResourceAddress = address.parse().expect("an address");
        let attributes = Value::attributes_of(specification).expect("plain data");
        let request = Create { address: &address, attributes: &attributes, tags: &self.tags(&address) };
        self.registry.get(address.kind()).expect("registered").create(request, &self.calls).await
    }

    /// Creates the object and brings it to what is wanted.
    pub async fn make<T: Serialize>(&self, address: &str, specification: &T) -> Observed {
        let id = self.create(address, specification).await.unwrap_or_else(|error| panic!("{address}: {error:?}"));
        let made = self.settle(address, specification).await;
        assert_eq!(made.id, id, "{address} is listed under another id");
        made
    }

    /// Updates the object until it is as wanted.
    pub async fn settle<T: Serialize>(&self, address: &str, specification: &T) -> Observed {
        self.try_settle(address, specification).await.unwrap_or_else(|error| panic!("{address}: {error:?}"))
    }

    pub async fn try_settle<T: Serialize>(&self, address: &str, specification: &T) -> Result<Observed, ProviderError> {
        let address: ResourceAddress = address.parse().expect("an address");
        let attributes: Attributes = Value::attributes_of(specification).expect("plain data");
        let tags = self.tags(&address);
        let schema = self.catalogue.get(address.kind()).expect("a known kind");
        let mut last = None;
        for _ in 0..LOOKS {
            let found = self.observe(address.kind()).await.into_iter().find(|object| object.address == address && object.is_live());
            if let Some(found) = found.filter(|object| object.status == Status::Ready) {
                let mut missing = differences(schema, &attributes, &found.attributes, Depth::Full);
                if schema.is_taggable {
                    missing.extend(tag_differences(&tags, &found.tags, None));
                }
                if missing.is_empty() {
                    return Ok(found);
                }
                let request = Update { observed: &found, attributes: &attributes, tags: &tags, stale_tags: &BTreeSet::new() };
                self.registry.get(address.kind()).expect("registered").update(request, &self.calls).await?;
                last = Some(missing);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{address} does not settle: {last:#?}");
    }

    /// Deletes the object and waits until no list shows it.
    pub async fn remove(&self, observed: &Observed) {
        let kind = observed.address.kind();
        for look in 0.. {
            match self.registry.get(kind).expect("registered").delete(Delete { observed }, &self.calls).await {
                Ok(()) => break,
                Err(error) if look < LOOKS && matches!(error.kind, ErrorKind::InUse | ErrorKind::Busy) => {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                Err(error) => panic!("{}: {error:?}", observed.address),
            }
        }
        for _ in 0..LOOKS {
            let listed = self.observe(kind).await;
            if !listed.iter().any(|object| object.id == observed.id && object.status != Status::Gone) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} does not go", observed.address);
    }

    /// The mutating calls that were made so far.
    pub fn performed(&self) -> Vec<String> {
        self.performed.0.lock().unwrap().clone()
    }

    /// Every mutating call had its intent, in order.
    pub fn assert_every_call_was_intended(&self) {
        let intended: Vec<String> = self.calls.intents.lock().unwrap().iter().map(|(operation, _)| operation.clone()).collect();
        assert_eq!(intended, *self.performed.0.lock().unwrap());
    }
}
