use std::sync::Arc;
use std::time::Duration;

use aws_sdk_ec2::config::retry::RetryConfig;
use aws_sdk_ec2::config::timeout::TimeoutConfig;
use aws_sdk_ec2::config::{AppName, BehaviorVersion, Region, SharedInterceptor};
use aws_smithy_async::future::pagination_stream::PaginationStream;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::SdkConfig;

use crate::aws::capture;
use crate::aws::clock::ClockWatch;
use crate::aws::error::provider_error;
use crate::aws::pacing::{Pacer, ThrottleWatch};
use crate::provider::{ErrorKind, ProviderError};

/// How often the SDK sends one request before it gives up (SDK standard retry mode: with jitter and a retry budget).
const ATTEMPTS: u32 = 8;
/// How long one attempt may take.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a request may take with all its attempts.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(180);
/// How many pages a list may have; a list without an end is refused.
const PAGES: usize = 1000;

/// Who the cloud says we are (STS `GetCallerIdentity`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The account's twelve digits.
    pub account: String,
    /// The user or role.
    pub arn: String,
}

/// The way to one account and region: the SDK's clients, made once, and the pace of their requests.
///
/// Clones share clients and pace.
#[derive(Clone)]
pub struct Connection {
    shared: Arc<Shared>,
}

struct Shared {
    ec2: aws_sdk_ec2::Client,
    ec2_once: aws_sdk_ec2::Client,
    iam: aws_sdk_iam::Client,
    kms: aws_sdk_kms::Client,
    kms_once: aws_sdk_kms::Client,
    quotas: aws_sdk_servicequotas::Client,
    rds: aws_sdk_rds::Client,
    s3: aws_sdk_s3::Client,
    ses: aws_sdk_sesv2::Client,
    sts: aws_sdk_sts::Client,
    pacer: Arc<Pacer>,
    clock: ClockWatch,
    region: String,
}

impl Connection {
    /// Connects as the surroundings say: profile, SSO, instance role, `AWS_ENDPOINT_URL` (the SDK's default chains).
    pub async fn from_environment(region: &str) -> Self {
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT_TIMEOUT).operation_timeout(OPERATION_TIMEOUT).build();
        let config = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .timeout_config(timeouts)
            .app_name(AppName::new("provisioner").expect("it holds letters only"))
            .load()
            .await;
        Self::new(config, None, 1.0)
    }

    /// Connects with a configuration of the caller's, which MUST name a behaviour version; `interceptor` is where the rehearsal cloud plugs in.
    ///
    /// `speed` says how much faster than AWS's that cloud's time runs, and with it the allowance for requests; 0 for one without limits.
    pub fn new(config: SdkConfig, interceptor: Option<SharedInterceptor>, speed: f64) -> Self {
        let pacer = Arc::new(Pacer::new(speed));
        let clock = ClockWatch::default();
        let interceptors: Vec<SharedInterceptor> = interceptor
            .into_iter()
            .chain([SharedInterceptor::new(ThrottleWatch::new(pacer.clone()))])
            .chain(capture::of_process())
            .collect();
        // A service's configuration with every interceptor; the services' builders are types of their own.
        macro_rules! with_interceptors {
            ($builder:ty) => {{
                let mut builder = <$builder>::from(&config);
                for interceptor in &interceptors {
                    builder.push_interceptor(interceptor.clone());
                }
                builder
            }};
        }
        let ec2 = with_interceptors!(aws_sdk_ec2::config::Builder);
        let kms = with_interceptors!(aws_sdk_kms::config::Builder);
        let shared = Shared {
            ec2_once: aws_sdk_ec2::Client::from_conf(ec2.clone().retry_config(RetryConfig::disabled()).build()),
            ec2: aws_sdk_ec2::Client::from_conf(ec2.build()),
            iam: aws_sdk_iam::Client::from_conf(with_interceptors!(aws_sdk_iam::config::Builder).build()),
            kms_once: aws_sdk_kms::Client::from_conf(kms.clone().retry_config(RetryConfig::disabled()).build()),
            kms: aws_sdk_kms::Client::from_conf(kms.build()),
            quotas: aws_sdk_servicequotas::Client::from_conf(with_interceptors!(aws_sdk_servicequotas::config::Builder).build()),
            rds: aws_sdk_rds::Client::from_conf(with_interceptors!(aws_sdk_rds::config::Builder).build()),
            s3: aws_sdk_s3::Client::from_conf(with_interceptors!(aws_sdk_s3::config::Builder).build()),
            ses: aws_sdk_sesv2::Client::from_conf(with_interceptors!(aws_sdk_sesv2::config::Builder).build()),
            sts: aws_sdk_sts::Client::from_conf(with_interceptors!(aws_sdk_sts::config::Builder).build()),
            pacer,
            clock,
            region: config.region().map(ToString::to_string).unwrap_or_default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// How many reading and how many changing requests were made.
    pub fn requests(&self) -> (u64, u64) {
        self.shared.pacer.requests()
    }

    /// By how many seconds this machine's clock is ahead of the cloud's; negative when it is behind, nothing while no answer was dated.
    pub fn clock_is_ahead(&self) -> Option<i64> {
        self.shared.clock.is_ahead()
    }

    /// The region's name: `eu-west-1`.
    pub fn region(&self) -> &str {
        &self.shared.region
    }

    /// Asks whose credentials these are.
    ///
    /// # Errors
    /// When there are none, or the cloud does not know them.
    pub async fn identity(&self) -> Result<Identity, ProviderError> {
        const OPERATION: &str = "GetCallerIdentity";
        let answer = self.call(OPERATION, self.shared.sts.get_caller_identity().send()).await?;
        Ok(Identity { account: required(OPERATION, "Account", answer.account)?, arn: required(OPERATION, "Arn", answer.arn)? })
    }

    /// EC2, with the SDK's own repetitions.
    pub(super) fn ec2(&self) -> &aws_sdk_ec2::Client {
        &self.shared.ec2
    }

    /// EC2 without repetitions: for creations that only a tag can find again, where a request that was applied and
    /// not answered must not be sent a second time.
    pub(super) fn ec2_once(&self) -> &aws_sdk_ec2::Client {
        &self.shared.ec2_once
    }

    /// IAM; its answers lag behind by seconds, in every region.
    pub(super) fn iam(&self) -> &aws_sdk_iam::Client {
        &self.shared.iam
    }

    /// KMS, with the SDK's own repetitions.
    pub(super) fn kms(&self) -> &aws_sdk_kms::Client {
        &self.shared.kms
    }

    /// KMS without repetitions, for keys, which only a tag can find again.
    pub(super) fn kms_once(&self) -> &aws_sdk_kms::Client {
        &self.shared.kms_once
    }

    /// Service Quotas.
    pub(super) fn quotas(&self) -> &aws_sdk_servicequotas::Client {
        &self.shared.quotas
    }

    /// RDS; every object has a name of its own, so that a repeated creation is refused and never done twice.
    pub(super) fn rds(&self) -> &aws_sdk_rds::Client {
        &self.shared.rds
    }

    /// S3.
    pub(super) fn s3(&self) -> &aws_sdk_s3::Client {
        &self.shared.s3
    }

    /// SES, version 2 of its API.
    pub(super) fn ses(&self) -> &aws_sdk_sesv2::Client {
        &self.shared.ses
    }

    /// Waits for its turn, then makes the call.
    pub(super) async fn call<O, E>(
        &self,
        operation: &'static str,
        answer: impl Future<Output = Result<O, SdkError<E, HttpResponse>>>,
    ) -> Result<O, ProviderError>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.shared.pacer.take(operation).await;
        answer.await.map_err(|error| provider_error(operation, &error))
    }

    /// Leaves time between two requests, at the pace of the cloud.
    pub(super) async fn rest(&self, duration: Duration) {
        self.shared.pacer.rest(duration).await;
    }

    /// Reads a list to its end; a page may be empty and still have a successor (EC2 filters after it cuts pages).
    pub(super) async fn pages<O, E>(
        &self,
        operation: &'static str,
        mut pages: PaginationStream<Result<O, SdkError<E, HttpResponse>>>,
    ) -> Result<Vec<O>, ProviderError>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let mut read = Vec::new();
        self.shared.pacer.take(operation).await;
        while let Some(page) = pages.next().await {
            if read.len() == PAGES {
                return Err(ProviderError::new(ErrorKind::Refused, operation, format!("the list has no end: more than {PAGES} pages")));
            }
            if !read.is_empty() {
                self.shared.pacer.take(operation).await;
            }
            read.push(page.map_err(|error| provider_error(operation, &error))?);
        }
        Ok(read)
    }
}

/// A field that AWS documents as always present.
///
/// # Errors
/// [`ErrorKind::Unknown`] when it is absent: what the call did cannot be known from such an answer.
pub(super) fn required<T>(operation: &'static str, field: &'static str, value: Option<T>) -> Result<T, ProviderError> {
    value.ok_or_else(|| ProviderError::new(ErrorKind::Unknown, operation, format!("the answer lacks `{field}`")))
}
