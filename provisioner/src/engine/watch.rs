use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::engine::Pace;
use crate::model::{Observed, Scope};
use crate::provider::{Depth, ErrorKind, ProviderError, Registry};

/// How long a list waits for others who want the same.
const GATHERING: Duration = Duration::from_millis(300);

/// One poller for everything that waits: those that wait for the same kind share its lists.
pub(super) struct Watch<'a> {
    registry: &'a Registry,
    scope: &'a Scope,
    pace: Pace,
    begun: Instant,
    lists: BTreeMap<(&'static str, Depth), Mutex<Option<Listed>>>,
    moments: AtomicU64,
}

/// A point in the order of what happens in one run. Clocks are too coarse for it: a call and a list can fall on one tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(u64);

#[derive(Clone)]
struct Listed {
    begun: Moment,
    objects: Arc<Vec<Observed>>,
}

impl<'a> Watch<'a> {
    pub(super) fn new(registry: &'a Registry, scope: &'a Scope, pace: Pace) -> Self {
        let both = [Depth::Full, Depth::Fast];
        let lists = registry.iter().flat_map(|resource_type| both.map(|depth| ((resource_type.kind(), depth), Mutex::new(None)))).collect();
        Self { registry, scope, pace, begun: Instant::now(), lists, moments: AtomicU64::new(0) }
    }

    /// This moment.
    pub(super) fn now(&self) -> Moment {
        Moment(self.moments.fetch_add(1, Ordering::SeqCst))
    }

    /// The objects of a kind, from a list that was asked for after `since`.
    pub(super) async fn list(&self, kind: &'static str, since: Moment, depth: Depth) -> Result<Arc<Vec<Observed>>, ProviderError> {
        let unknown = || ProviderError::new(ErrorKind::Refused, "Describe", format!("no such type: {kind}"));
        let place = self.lists.get(&(kind, depth)).ok_or_else(unknown)?;
        // Whoever comes while a list is on its way waits here and takes the next one together with all the others.
        let mut newest = place.lock().await;
        if let Some(listed) = newest.as_ref().filter(|listed| listed.begun > since) {
            return Ok(listed.objects.clone());
        }
        // Steps that were begun together are answered nearly together: a moment's patience lets them share one list.
        self.pace.sleep(GATHERING).await;
        let begun = self.now();
        let objects = self.registry.get(kind).ok_or_else(unknown)?.observe(self.scope, depth).await?;
        let listed = Listed { begun, objects: Arc::new(objects) };
        *newest = Some(listed.clone());
        Ok(listed.objects)
    }

    /// Sleeps until it is worth looking again at something that began at `started` and usually takes `expected`.
    ///
    /// Sparse before the known duration, dense near its expected end, sparser again when it is late. Looks fall on common ticks, so that those
    /// that wait for the same kind look together.
    pub(super) async fn pause(&self, started: Instant, expected: Duration) {
        let elapsed = started.elapsed();
        let expected = self.pace.scale(expected);
        let tick = self.pace.scale(Duration::from_secs(1));
        if tick.is_zero() {
            tokio::task::yield_now().await;
            return;
        }
        let near = expected.mul_f64(0.85);
        let wait = if elapsed < near {
            near - elapsed
        } else if elapsed < expected.mul_f64(1.5) + tick * 4 {
            tick
        } else {
            (elapsed / 10).clamp(tick * 2, tick * 15)
        };
        let target = self.begun.elapsed() + wait;
        let ticks = (target.as_secs_f64() / tick.as_secs_f64()).ceil();
        tokio::time::sleep_until(self.begun + tick.mul_f64(ticks)).await;
    }
}
