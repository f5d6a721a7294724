use std::fmt::Debug;
use std::time::SystemTime;

/// The time by which the rehearsal cloud's transitions end.
pub trait Clock: Debug + Send + Sync {
    /// Returns the present time.
    fn now(&self) -> SystemTime;
}

/// The computer's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// A clock that follows Tokio's, so that a test under `tokio::time::pause` owns the time.
#[derive(Clone, Copy, Debug)]
pub struct TokioClock {
    base: SystemTime,
    start: tokio::time::Instant,
}

impl TokioClock {
    /// Starts a clock that reads `base` now; MUST be called inside a Tokio runtime when time is paused.
    pub fn starting_at(base: SystemTime) -> TokioClock {
        TokioClock { base, start: tokio::time::Instant::now() }
    }
}

impl Clock for TokioClock {
    fn now(&self) -> SystemTime {
        self.base + self.start.elapsed()
    }
}
