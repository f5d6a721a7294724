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
/// How long it commonly takes until other services know a new role or profile (IAM User Guide, "Changes that I make are not always immediately
/// visible"): asking every second would only be refused.
const PROPAGATION: Duration = Duration::from_secs(15);

impl Default for Backoff {
    fn default() -> Self {
        Self { next: Duration::from_secs(1) }
    }
}

impl Backoff {
    /// How long to wait before the next try; nothing if the error is final.
    pub(super) fn next(&mut self, kind: ErrorKind) -> Option<Duration> {
        let (shortest, longest) = match kind {
            ErrorKind::Throttled | ErrorKind::Unknown => (Duration::ZERO, Duration::from_secs(30)),
            ErrorKind::InUse | ErrorKind::Busy | ErrorKind::NotFound => (Duration::ZERO, Duration::from_secs(10)),
            ErrorKind::Propagating => (PROPAGATION, Duration::from_secs(30)),
            ErrorKind::TokenSpent => (Duration::ZERO, Duration::from_secs(1)),
            ErrorKind::Foreign | ErrorKind::Capacity | ErrorKind::Denied | ErrorKind::Journal | ErrorKind::Refused => return None,
        };
        let wait = self.next.clamp(shortest, longest);
        self.next = (wait * 2).min(longest);
        // Half fixed, half drawn: so that those who were refused together do not come back together.
        Some(wait.mul_f64(rand::rng().random_range(0.5..1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first waits after errors of this kind, as long as they can be.
    fn waits(kind: ErrorKind) -> Vec<u64> {
        let mut backoff = Backoff::default();
        let waits = std::iter::repeat_with(|| backoff.next(kind)).take(6).flatten();
        waits.map(|wait| wait.as_secs_f64().ceil() as u64).collect()
    }

    #[test]
    fn what_is_not_known_everywhere_yet_is_asked_for_seldom() {
        let (asked, busy) = (waits(ErrorKind::Propagating), waits(ErrorKind::Busy));
        assert!(asked[0] >= 8 && asked.iter().all(|seconds| *seconds <= 30), "{asked:?}");
        assert!(busy[0] <= 1 && busy.iter().all(|seconds| *seconds <= 10), "{busy:?}");
    }

    #[test]
    fn what_is_somebody_elses_is_not_asked_for_again() {
        assert!(waits(ErrorKind::Foreign).is_empty());
    }
}
