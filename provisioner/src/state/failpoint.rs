//! Places at which a test may end the process, as `kill -9` would. They exist in debug builds only.
//!
//! A boundary lies before and after every durable step: an entry of the journal, a file that is put in another's place.

/// The environment variable: `journal=17` ends the process at the 17th boundary of the journal.
pub const VARIABLE: &str = "PROVISION_FAILPOINT";

/// Reaches a boundary: ends the process with SIGKILL if this is the one asked for.
#[cfg(debug_assertions)]
pub fn reach(name: &str) {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static WANTED: LazyLock<Option<(String, u64)>> = LazyLock::new(|| {
        let text = std::env::var(VARIABLE).ok()?;
        let (name, number) = text.split_once('=')?;
        Some((name.to_owned(), number.parse().ok()?))
    });
    static REACHED: AtomicU64 = AtomicU64::new(0);

    let Some((wanted, number)) = &*WANTED else { return };
    if wanted == name && REACHED.fetch_add(1, Ordering::SeqCst) + 1 == *number {
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        // The signal is on its way to the whole process; nothing after this line may run.
        loop {
            std::thread::park();
        }
    }
}

/// Reaches a boundary; does nothing in a release build.
#[cfg(not(debug_assertions))]
pub fn reach(_name: &str) {}
