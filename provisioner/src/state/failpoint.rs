//! Places at which a test may end the process, as `kill -9` would, or have a write fail. They exist in debug builds only.
//!
//! A boundary lies before and after every durable step: an entry of the journal, a file that is put in another's place.

/// The environment variable: `journal=17` ends the process at the 17th boundary, `journal-full=17` has the write of the 17th entry fail.
pub const VARIABLE: &str = "PROVISION_FAILPOINT";

/// Reaches a boundary: ends the process with SIGKILL if this is the one asked for.
pub fn reach(name: &str) {
    if is_asked_for(name) {
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        // The signal is on its way to the whole process; nothing after this line may run.
        loop {
            std::thread::park();
        }
    }
}

/// Reaches a write: fails as on a full disk if this is the one asked for.
///
/// # Errors
/// When it is.
pub fn write(name: &str) -> std::io::Result<()> {
    if is_asked_for(name) { Err(std::io::ErrorKind::StorageFull.into()) } else { Ok(()) }
}

#[cfg(debug_assertions)]
fn is_asked_for(name: &str) -> bool {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static WANTED: LazyLock<Option<(String, u64)>> = LazyLock::new(|| {
        let text = std::env::var(VARIABLE).ok()?;
        let (name, number) = text.split_once('=')?;
        Some((name.to_owned(), number.parse().ok()?))
    });
    static REACHED: AtomicU64 = AtomicU64::new(0);

    let Some((wanted, number)) = &*WANTED else { return false };
    wanted == name && REACHED.fetch_add(1, Ordering::SeqCst) + 1 == *number
}

#[cfg(not(debug_assertions))]
fn is_asked_for(_name: &str) -> bool {
    false
}
