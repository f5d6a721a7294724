use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::state::StateError;

/// Who holds a lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The user's name.
    pub user: String,
    /// The machine's name.
    pub host: String,
    /// The process.
    pub pid: u32,
    /// The command: `up`.
    pub command: String,
    /// Since when, by the wall clock; for people only.
    pub since: Timestamp,
}

impl Holder {
    /// This process, running `command`.
    pub fn this_process(command: &str) -> Self {
        let user = std::env::var("USER").or_else(|_| std::env::var("LOGNAME")).unwrap_or_else(|_| "somebody".to_owned());
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        Self { user, host, pid: std::process::id(), command: command.to_owned(), since: Timestamp::now() }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = self.since.strftime("%Y-%m-%d %H:%M UTC");
        write!(formatter, "{}@{} (pid {}, `{}`, since {since})", self.user, self.host, self.pid, self.command)
    }
}

/// The right to change one environment in one cloud: an operating-system lock on a file.
///
/// It is free as soon as its process is gone, however it went. The file's text only says who holds it.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, waiting up to `patience`.
    ///
    /// # Errors
    /// When another process holds it, or the file cannot be made.
    pub(super) fn take(path: &Path, environment: &str, holder: &Holder, patience: Duration) -> Result<Self, StateError> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .map_err(StateError::io("open", path))?;
        let begin = std::time::Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if begin.elapsed() < patience => std::thread::sleep(Duration::from_millis(200)),
                Err(TryLockError::WouldBlock) => {
                    return Err(StateError::Locked { holder: read_holder(&mut file).map(Box::new), environment: environment.to_owned() });
                }
                Err(TryLockError::Error(source)) => return Err(StateError::io("lock", path)(source)),
            }
        }
        let text = serde_json::to_vec(holder).expect("a holder is plain data");
        file.rewind().and_then(|()| file.set_len(0)).and_then(|()| file.write_all(&text)).map_err(StateError::io("write", path))?;
        Ok(Self { _file: file })
    }

    /// Who holds the lock, if anybody does.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn inspect(path: &Path) -> Result<Option<Holder>, StateError> {
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StateError::io("open", path)(error)),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => Ok(read_holder(&mut file)),
            Err(TryLockError::Error(source)) => Err(StateError::io("lock", path)(source)),
        }
    }
}

fn read_holder(file: &mut File) -> Option<Holder> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}
