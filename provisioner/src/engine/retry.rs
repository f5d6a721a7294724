use std::time::Duration;

use rand::Rng;

use crate::provider::ErrorKind;

/// How often and how long a call is repeated.
#[derive(Debug)]
pub(super) struct Backoff {
    next: Duration,
}

/// How long a call is repeated before the step fails: as long as EC2's lingering interfaces may block a delete.
pub(super) const PATIENCE: Duration = Duration::from_secs(15 * 60);
/// How long an object may stay invisible after its creation: EC2's eventual consistency has no stated bound; minutes were seen.
pub(super) const VISIBILITY: Duration = Duration::from_secs(5 * 60);

impl Default for Backoff {
    fn default() -> Self {
        Self { next: Duration::from_secs(1) }
    }
}

impl Backoff {
    /// How long to wait before the next try; nothing if the error is final.
    pub(super) fn next(&mut self, kind: ErrorKind) -> Option<Duration> {
        let longest = match kind {
            ErrorKind::Throttled | ErrorKind::Unknown => Duration::from_secs(30),
            ErrorKind::InUse | ErrorKind::Busy | ErrorKind::NotFound => Duration::from_secs(10),
            ErrorKind::TokenSpent => Duration::from_secs(1),
            ErrorKind::Foreign | ErrorKind::Capacity | ErrorKind::Denied | ErrorKind::Journal | ErrorKind::Refused => return None,
        };
        let wait = self.next.min(longest);
        self.next = (self.next * 2).min(longest);
        // Half fixed, half drawn: so that those who were refused together do not come back together.
        Some(wait.mul_f64(rand::rng().random_range(0.5..1.0)))
    }
}
