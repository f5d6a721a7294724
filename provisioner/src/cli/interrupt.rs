use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::signal::unix::{SignalKind, signal};

use crate::cli::exit::Exit;
use crate::engine::Interrupt;

/// Ctrl-C and SIGTERM on their way to the engine.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    /// What the engine listens to.
    pub interrupt: Interrupt,
    is_terminated: Arc<AtomicBool>,
}

impl Signals {
    /// The number for an interrupted run: 130 for Ctrl-C, 143 for SIGTERM.
    pub fn exit(&self, exit: Exit) -> Exit {
        match exit {
            Exit::Interrupted if self.is_terminated.load(Ordering::Relaxed) => Exit::Terminated,
            exit => exit,
        }
    }
}

/// Begins to listen: the first signal drains, the second stops waiting. A closed terminal counts as SIGTERM.
pub fn listen() -> Signals {
    let signals = Signals::default();
    for (kind, is_terminating) in [(SignalKind::interrupt(), false), (SignalKind::terminate(), true), (SignalKind::hangup(), true)] {
        // Without a handler the signal ends the process, from which the next run recovers as well.
        let Ok(mut stream) = signal(kind) else { continue };
        let signals = signals.clone();
        tokio::spawn(async move {
            while stream.recv().await.is_some() {
                signals.is_terminated.fetch_or(is_terminating, Ordering::Relaxed);
                signals.interrupt.request();
            }
        });
    }
    signals
}
