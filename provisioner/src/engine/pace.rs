use std::time::Duration;

/// How fast the cloud's time runs: 1 for a real cloud, less for a rehearsal whose durations are divided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace(f64);

impl Pace {
    /// A real cloud's pace.
    pub const REAL: Self = Self(1.0);

    /// The pace of a cloud whose durations are divided by `speed`; 0 means that nothing takes time.
    pub fn of_speed(speed: f64) -> Self {
        Self(if speed > 0.0 { 1.0 / speed } else { 0.0 })
    }

    /// A real cloud's duration at this pace.
    pub fn scale(self, duration: Duration) -> Duration {
        duration.mul_f64(self.0)
    }

    /// Sleeps for a real cloud's duration at this pace; always lets others run.
    pub async fn sleep(self, duration: Duration) {
        match self.scale(duration) {
            Duration::ZERO => tokio::task::yield_now().await,
            scaled => tokio::time::sleep(scaled).await,
        }
    }
}
