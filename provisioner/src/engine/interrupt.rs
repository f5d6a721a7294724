use tokio_util::sync::CancellationToken;

/// How a person stops a run: first gently, then at once. Both leave a state from which the next run goes on.
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    drain: CancellationToken,
    stop: CancellationToken,
}

impl Interrupt {
    /// Asks for an end: the first time nothing new is started, the second time nothing is waited for any more.
    pub fn request(&self) {
        if self.drain.is_cancelled() {
            self.stop.cancel();
        }
        self.drain.cancel();
    }

    /// Whether nothing new may be started.
    pub fn is_draining(&self) -> bool {
        self.drain.is_cancelled()
    }

    /// Waits until nothing new may be started.
    pub async fn drained(&self) {
        self.drain.cancelled().await;
    }

    /// Waits until nothing may be waited for any more.
    pub async fn stopped(&self) {
        self.stop.cancelled().await;
    }
}
