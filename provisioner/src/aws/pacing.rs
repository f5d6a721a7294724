use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_ec2::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::FinalizerInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use tokio::time::Instant;

/// How much of AWS's allowance we take; the rest is for the operator's other tools in the same account and region.
const SHARE: f64 = 0.8;
/// How far throttling slows an operation down, as a share of its own pace.
const SLOWEST: f64 = 1.0 / 16.0;
/// How much of its own pace a slowed operation gains back per second.
const RECOVERY: f64 = 0.05;

/// A token bucket's measures.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Allowance {
    burst: f64,
    per_second: f64,
}

/// AWS's allowance for an operation.
///
/// EC2 counts each operation by itself, per account and region: 100 tokens and 20 a second for reads, 50 and 5 for writes, 5 and 2 for
/// starting machines (EC2 developer guide, "Request throttling for the Amazon EC2 API").
fn allowance(operation: &str) -> Allowance {
    match operation {
        "RunInstances" | "StartInstances" => Allowance { burst: 5.0, per_second: 2.0 },
        // SES: "one request per second" for all but sending (SES API v2 Reference, "Quotas", per operation).
        _ if ["EmailIdentity", "EmailIdentities", "ConfigurationSet"].iter().any(|object| operation.contains(object)) => {
            Allowance { burst: 2.0, per_second: 1.0 }
        }
        _ if is_read(operation) => Allowance { burst: 100.0, per_second: 20.0 },
        _ => Allowance { burst: 50.0, per_second: 5.0 },
    }
}

fn is_read(operation: &str) -> bool {
    ["Describe", "Get", "Head", "List", "Simulate"].iter().any(|verb| operation.starts_with(verb))
}

#[derive(Debug)]
struct Bucket {
    allowance: Allowance,
    /// Below zero when requests already wait for tokens to come.
    tokens: f64,
    pace: f64,
    filled_at: Instant,
}

impl Bucket {
    fn new(operation: &str, now: Instant) -> Self {
        let allowance = allowance(operation);
        Self { allowance, tokens: allowance.burst * SHARE, pace: 1.0, filled_at: now }
    }

    fn fill(&mut self, now: Instant, speed: f64) {
        let seconds = now.saturating_duration_since(self.filled_at).as_secs_f64() * speed;
        self.tokens = (self.tokens + seconds * self.per_second()).min(self.allowance.burst * SHARE);
        self.pace = (self.pace + seconds * RECOVERY).min(1.0);
        self.filled_at = now;
    }

    fn per_second(&self) -> f64 {
        self.allowance.per_second * SHARE * self.pace
    }
}

/// Keeps requests below AWS's limits: one token bucket per operation, on tokio's clock.
#[derive(Debug)]
pub(super) struct Pacer {
    buckets: Mutex<BTreeMap<String, Bucket>>,
    /// How much faster than AWS's the cloud's time runs; 0 for a cloud without limits.
    speed: f64,
    reads: AtomicU64,
    writes: AtomicU64,
}

impl Pacer {
    /// A pace for a cloud whose time runs `speed` times as fast as AWS's; 0 for one without limits.
    pub(super) fn new(speed: f64) -> Self {
        Self { buckets: Mutex::default(), speed, reads: AtomicU64::new(0), writes: AtomicU64::new(0) }
    }

    /// Waits until the operation may be called.
    pub(super) async fn take(&self, operation: &str) {
        let counter = if is_read(operation) { &self.reads } else { &self.writes };
        counter.fetch_add(1, Ordering::Relaxed);
        if self.speed <= 0.0 {
            return;
        }
        let wait = self.reserve(operation, Instant::now());
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    /// Leaves time between two requests; none in a cloud without limits.
    pub(super) async fn rest(&self, duration: Duration) {
        if self.speed > 0.0 {
            tokio::time::sleep(duration.div_f64(self.speed)).await;
        }
    }

    /// How many reading and how many changing requests were let through.
    pub(super) fn requests(&self) -> (u64, u64) {
        (self.reads.load(Ordering::Relaxed), self.writes.load(Ordering::Relaxed))
    }

    /// Slows an operation down that AWS throttled.
    pub(super) fn slow_down(&self, operation: &str) {
        self.with_bucket(operation, Instant::now(), |bucket| {
            bucket.pace = (bucket.pace / 2.0).max(SLOWEST);
            bucket.tokens = bucket.tokens.min(0.0);
        });
    }

    fn reserve(&self, operation: &str, now: Instant) -> Duration {
        self.with_bucket(operation, now, |bucket| {
            bucket.tokens -= 1.0;
            Duration::from_secs_f64((-bucket.tokens / (bucket.per_second() * self.speed)).max(0.0))
        })
    }

    fn with_bucket<T>(&self, operation: &str, now: Instant, change: impl FnOnce(&mut Bucket) -> T) -> T {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(operation.to_owned()).or_insert_with(|| Bucket::new(operation, now));
        bucket.fill(now, self.speed);
        change(bucket)
    }
}

/// Tells the pacer of every attempt that AWS throttled, also of those the SDK repeats by itself.
#[derive(Debug)]
pub(super) struct ThrottleWatch {
    pacer: Arc<Pacer>,
}

impl ThrottleWatch {
    /// Reports to `pacer`.
    pub(super) fn new(pacer: Arc<Pacer>) -> Self {
        Self { pacer }
    }
}

impl Intercept for ThrottleWatch {
    fn name(&self) -> &'static str {
        "throttle-watch"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // EC2 answers `RequestLimitExceeded` with 503, other services throttle with 429.
        let is_throttled = context.response().is_some_and(|response| matches!(response.status().as_u16(), 429 | 503));
        if is_throttled && let Some(metadata) = config.load::<Metadata>() {
            self.pacer.slow_down(metadata.name());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_passes_and_what_follows_waits_at_the_refill_rate() {
        let pacer = Pacer::new(1.0);
        let start = Instant::now();
        for _ in 0..4 {
            pacer.take("RunInstances").await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        for _ in 0..16 {
            pacer.take("RunInstances").await;
        }
        let elapsed = start.elapsed().as_secs_f64();
        assert!((9.9..10.2).contains(&elapsed), "16 requests at 1.6 a second took {elapsed} s");
    }

    #[tokio::test(start_paused = true)]
    async fn operations_do_not_wait_for_each_other() {
        let pacer = Pacer::new(1.0);
        let start = Instant::now();
        for _ in 0..4 {
            pacer.take("RunInstances").await;
            pacer.take("CreateVolume").await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn throttling_slows_down_and_time_heals() {
        let pacer = Pacer::new(1.0);
        pacer.slow_down("DescribeVpcs");
        let start = Instant::now();
        pacer.take("DescribeVpcs").await;
        let slowed = start.elapsed();
        assert!(slowed > Duration::from_millis(100), "one token at half of 16 a second takes 125 ms, took {slowed:?}");
        tokio::time::sleep(Duration::from_secs(60)).await;
        let start = Instant::now();
        for _ in 0..80 {
            pacer.take("DescribeVpcs").await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
    }
}
