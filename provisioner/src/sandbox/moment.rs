use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_types::DateTime;
use serde::{Deserialize, Serialize};

/// An instant of the rehearsal cloud's own time, in microseconds since the Unix epoch.
///
/// Transitions are stored as absolute moments when they begin, so that a state is a pure function of the record and the clock
/// and survives a restart of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Moment(i64);

impl Moment {
    /// The moment that no clock reaches: the end of a stuck transition.
    pub(crate) const NEVER: Moment = Moment(i64::MAX);

    /// The beginning of time: when the objects that were always there were made.
    pub(crate) const EPOCH: Moment = Moment(0);

    /// Converts a clock's answer; times before the epoch count as the epoch.
    pub(crate) fn of(time: SystemTime) -> Moment {
        let elapsed = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Moment(i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX))
    }

    /// Adds a duration and never passes [`Moment::NEVER`].
    pub(crate) fn plus(self, duration: Duration) -> Moment {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Moment(self.0.saturating_add(micros))
    }

    /// Subtracts a duration and stops at the epoch.
    pub(crate) fn minus(self, duration: Duration) -> Moment {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Moment(self.0.saturating_sub(micros).max(0))
    }

    /// The moment as the SDK writes it, in whole milliseconds as EC2 does.
    pub(crate) fn to_sdk(self) -> DateTime {
        DateTime::from_millis(self.0 / 1000)
    }
}
