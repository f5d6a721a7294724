use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::moment::Moment;
use super::world::{Change, Commit, World};

/// The format of the log; another number is refused.
const FORMAT: u32 = 1;
/// A log longer than this many bytes is rewritten when it is opened.
const COMPACT_ABOVE: u64 = 8 * 1024 * 1024;

/// Why the rehearsal cloud's own files cannot be used.
#[derive(Debug, Error)]
pub enum SandboxError {
    /// A file of the rehearsal cloud cannot be read or written.
    #[error("cannot {action} {path}", path = path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// A record in the middle of the log is damaged, which a killed program cannot cause.
    #[error("{path} is damaged at byte {offset}", path = path.display())]
    Damaged {
        /// The log.
        path: PathBuf,
        /// Where the damaged record begins.
        offset: u64,
    },
    /// The log was written by another version of the program.
    #[error("{path} has format {found}, this program reads {FORMAT}", path = path.display())]
    Format {
        /// The log.
        path: PathBuf,
        /// The format it has.
        found: u32,
    },
}

/// The append-only log of a rehearsal cloud, shared by several processes.
///
/// One line per call: eight hexadecimal digits of CRC32C, a space, a JSON [`Commit`]. The state is the fold of the lines. A line is written
/// with one `write` under an exclusive lock, before the call answers; there is no fsync, because the log has to survive a killed program, not
/// a lost power supply. A torn last line is cut off by the next writer.
#[derive(Debug)]
pub(crate) struct Store {
    directory: PathBuf,
    lock: File,
    log: File,
    inode: u64,
    /// The length of the log up to the last whole record.
    read_to: u64,
    /// What object ids are derived from, besides the sequence: drawn once, so that a cloud that was reset never gives an id twice.
    pub(crate) salt: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    format: u32,
    salt: u64,
}

impl Store {
    /// Opens or creates the log in a directory and folds it.
    pub(crate) fn open(directory: &Path, horizon: Duration, now: Moment) -> Result<(Store, World), SandboxError> {
        std::fs::create_dir_all(directory).map_err(|source| failure("create", directory, source))?;
        let lock_path = directory.join("lock");
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&lock_path)
            .map_err(|source| failure("open", &lock_path, source))?;
        lock.lock().map_err(|source| failure("lock", &lock_path, source))?;
        let opened = Store::open_locked(directory, lock, horizon, now);
        if let Ok((store, _)) = &opened {
            store.unlock()?;
        }
        opened
    }

    fn open_locked(directory: &Path, lock: File, horizon: Duration, now: Moment) -> Result<(Store, World), SandboxError> {
        let path = directory.join("log");
        let (log, inode) = open_log(&path)?;
        let mut store = Store { directory: directory.to_owned(), lock, log, inode, read_to: 0, salt: 0 };
        let mut world = World::new(horizon);
        store.read_new(&mut world)?;
        if store.read_to == 0 {
            store.cut_tail()?;
            store.salt = rand::random();
            store.write_line(&Header { format: FORMAT, salt: store.salt })?;
        } else if store.read_to > COMPACT_ABOVE {
            store.compact(&world, now)?;
        }
        Ok((store, world))
    }

    /// The folder of the log.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Takes the lock and folds what other processes wrote since.
    pub(crate) fn lock(&mut self, world: &mut World, horizon: Duration) -> Result<(), SandboxError> {
        let path = self.directory.join("lock");
        self.lock.lock().map_err(|source| failure("lock", &path, source))?;
        self.refresh(world, horizon).inspect_err(|_| drop(self.lock.unlock()))
    }

    /// Gives the lock back.
    pub(crate) fn unlock(&self) -> Result<(), SandboxError> {
        self.lock.unlock().map_err(|source| failure("unlock", &self.directory.join("lock"), source))
    }

    fn refresh(&mut self, world: &mut World, horizon: Duration) -> Result<(), SandboxError> {
        let path = self.path();
        let is_replaced = match std::fs::metadata(&path) {
            Ok(metadata) => metadata.ino() != self.inode || metadata.len() < self.read_to,
            Err(source) if source.kind() == io::ErrorKind::NotFound => true,
            Err(source) => return Err(failure("read", &path, source)),
        };
        if is_replaced {
            (self.log, self.inode) = open_log(&path)?;
            self.read_to = 0;
            *world = World::new(horizon);
        }
        self.read_new(world)?;
        if self.read_to == 0 {
            self.salt = rand::random();
            self.cut_tail()?;
            self.write_line(&Header { format: FORMAT, salt: self.salt })?;
        }
        Ok(())
    }

    /// Appends one commit and applies it; the caller holds the lock.
    pub(crate) fn append(&mut self, world: &mut World, commit: Commit) -> Result<(), SandboxError> {
        self.cut_tail()?;
        self.write_line(&commit)?;
        world.apply(commit);
        Ok(())
    }

    fn path(&self) -> PathBuf {
        self.directory.join("log")
    }

    fn read_new(&mut self, world: &mut World) -> Result<(), SandboxError> {
        let path = self.path();
        let mut bytes = Vec::new();
        self.log
            .seek(SeekFrom::Start(self.read_to))
            .and_then(|_| self.log.read_to_end(&mut bytes))
            .map_err(|source| failure("read", &path, source))?;
        let mut rest = bytes.as_slice();
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, after) = (&rest[..end], &rest[end + 1..]);
            match checked(line) {
                Some(json) => self.fold(json, world)?,
                // A line that is damaged and last was torn by a kill; one with lines after it was not.
                None if after.is_empty() => return Ok(()),
                None => return Err(SandboxError::Damaged { path, offset: self.read_to }),
            }
            self.read_to += line.len() as u64 + 1;
            rest = after;
        }
        Ok(())
    }

    fn fold(&mut self, json: &[u8], world: &mut World) -> Result<(), SandboxError> {
        let damaged = || SandboxError::Damaged { path: self.path(), offset: self.read_to };
        if self.read_to == 0 {
            let header: Header = serde_json::from_slice(json).map_err(|_| damaged())?;
            if header.format != FORMAT {
                return Err(SandboxError::Format { path: self.path(), found: header.format });
            }
            self.salt = header.salt;
        } else {
            world.apply(serde_json::from_slice(json).map_err(|_| damaged())?);
        }
        Ok(())
    }

    fn cut_tail(&mut self) -> Result<(), SandboxError> {
        let path = self.path();
        let length = self.log.metadata().map_err(|source| failure("read", &path, source))?.len();
        if length > self.read_to {
            self.log.set_len(self.read_to).map_err(|source| failure("truncate", &path, source))?;
        }
        Ok(())
    }

    fn write_line<T: Serialize>(&mut self, record: &T) -> Result<(), SandboxError> {
        let line = framed(record);
        let path = self.path();
        self.log
            .seek(SeekFrom::Start(self.read_to))
            .and_then(|_| self.log.write_all(&line))
            .map_err(|source| failure("write", &path, source))?;
        self.read_to += line.len() as u64;
        Ok(())
    }

    /// Rewrites the log as one commit, by a temporary file and a rename.
    fn compact(&mut self, world: &World, now: Moment) -> Result<(), SandboxError> {
        let temporary = self.directory.join("log.new");
        let changes = world.all().map(|(key, object)| Change { key: key.clone(), object: Some(object.clone()) }).collect();
        let mut bytes = framed(&Header { format: FORMAT, salt: self.salt });
        bytes.extend(framed(&Commit { sequence: world.sequence(), at: now, changes }));
        std::fs::write(&temporary, &bytes).map_err(|source| failure("write", &temporary, source))?;
        let path = self.path();
        std::fs::rename(&temporary, &path).map_err(|source| failure("replace", &path, source))?;
        (self.log, self.inode) = open_log(&path)?;
        self.read_to = bytes.len() as u64;
        Ok(())
    }
}

/// Removes the log of a directory; the lock file stays, because other processes may hold it.
pub(crate) fn remove(directory: &Path) -> Result<(), SandboxError> {
    let lock_path = directory.join("lock");
    let lock = match OpenOptions::new().read(true).write(true).open(&lock_path) {
        Ok(lock) => lock,
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(failure("open", &lock_path, source)),
    };
    lock.lock().map_err(|source| failure("lock", &lock_path, source))?;
    let path = directory.join("log");
    match std::fs::remove_file(&path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(failure("remove", &path, source)),
        _ => Ok(()),
    }
}

fn open_log(path: &Path) -> Result<(File, u64), SandboxError> {
    let log = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path)
        .map_err(|source| failure("open", path, source))?;
    let inode = log.metadata().map_err(|source| failure("read", path, source))?.ino();
    Ok((log, inode))
}

fn framed<T: Serialize>(record: &T) -> Vec<u8> {
    let json = serde_json::to_vec(record).expect("a record has string keys only, so that it always has a JSON form");
    let mut line = format!("{:08x} ", crc32c::crc32c(&json)).into_bytes();
    line.extend(json);
    line.push(b'\n');
    line
}

/// Returns the JSON of a line whose check value is right.
fn checked(line: &[u8]) -> Option<&[u8]> {
    let (digits, json) = line.split_at_checked(9)?;
    let expected = u32::from_str_radix(std::str::from_utf8(&digits[..8]).ok()?, 16).ok()?;
    (digits[8] == b' ' && crc32c::crc32c(json) == expected).then_some(json)
}

fn failure(action: &'static str, path: &Path, source: io::Error) -> SandboxError {
    SandboxError::Io { action, path: path.to_owned(), source }
}
