use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::{Lab, LabError, LabReport};
use crate::sandbox::{Machines, Sandbox};

/// How often the rehearsal cloud is looked at.
const LOOK: Duration = Duration::from_millis(300);
/// How long to wait before what failed is tried again.
const AGAIN: Duration = Duration::from_secs(5);

impl Lab {
    /// Keeps the laboratory equal to the rehearsal cloud until `cancel` is cancelled; then once more, and returns what was done that time.
    ///
    /// What fails on the way is tried again after five seconds.
    ///
    /// # Errors
    /// When the last reconciliation fails, or the rehearsal cloud's files cannot be read then.
    pub async fn follow(&self, sandbox: &Sandbox, cancel: &CancellationToken) -> Result<LabReport, LabError> {
        let mut settled: Option<Machines> = None;
        let mut wait_until = Instant::now();
        loop {
            if let Ok(machines) = sandbox.machines(&self.scope)
                && Instant::now() >= wait_until
                && settled.as_ref() != Some(&machines)
            {
                match self.reconcile(&machines).await {
                    Ok(report) if report.failed.is_empty() => settled = Some(machines),
                    _ => wait_until = Instant::now() + AGAIN,
                }
            }
            tokio::select! {
                () = cancel.cancelled() => return self.match_cloud(sandbox).await,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Makes what stands on this computer equal to the rehearsal cloud as it is now.
    ///
    /// # Errors
    /// When the reconciliation fails, or the rehearsal cloud's files cannot be read.
    pub async fn match_cloud(&self, sandbox: &Sandbox) -> Result<LabReport, LabError> {
        let machines = sandbox.machines(&self.scope).map_err(|source| LabError::Cloud { source })?;
        self.reconcile(&machines).await
    }
}
