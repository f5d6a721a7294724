use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::state::failpoint;
use crate::state::frame::{self, hex};
use crate::state::snapshot::FORMAT;
use crate::state::{Entry, Holder, Journal, Lock, Record, StateError, StateFile};

/// How many generations `history/` keeps.
const GENERATIONS: usize = 10;

/// Where the state of one environment in one cloud lives.
#[derive(Clone, Debug)]
pub struct StateStore {
    folder: PathBuf,
    environment: String,
}

/// A state as read: the snapshot and what the journal adds to it.
#[derive(Clone, Debug, Default)]
pub struct StoredState {
    /// The state; nothing if none was ever written.
    pub state: Option<StateFile>,
    /// The journal's records, of the command that ran last.
    pub records: Vec<Record>,
}

impl StoredState {
    /// Whether the last command ended without saying so.
    pub fn was_cut_off(&self) -> bool {
        self.records.iter().any(|record| matches!(record.entry, Entry::Run { .. }))
            && !matches!(self.records.last().map(|record| &record.entry), Some(Entry::Finished { .. }))
    }
}

/// One generation in `history/`: how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// Its serial.
    pub serial: u64,
    /// When its command ended.
    pub written: Option<jiff::Timestamp>,
    /// The command that wrote it.
    pub command: Option<String>,
    /// Who ran it.
    pub holder: Option<String>,
    /// How it ended.
    pub outcome: Option<String>,
    /// How many objects it records.
    pub objects: Option<usize>,
}

/// A snapshot on disk: the state and the digest of its JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    digest: String,
    state: serde_json::Value,
}

impl StateStore {
    /// The store in `folder`, for `environment`; nothing is read or made yet.
    pub fn new(folder: impl Into<PathBuf>, environment: &str) -> Self {
        Self { folder: folder.into(), environment: environment.to_owned() }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn snapshot_path(&self) -> PathBuf {
        self.folder.join("state.json")
    }

    fn journal_path(&self) -> PathBuf {
        self.folder.join("journal")
    }

    fn lock_path(&self) -> PathBuf {
        self.folder.join("lock")
    }

    fn history_path(&self) -> PathBuf {
        self.folder.join("history")
    }

    /// Takes the environment's lock.
    ///
    /// # Errors
    /// When another process holds it for longer than `patience`, or the folder cannot be made.
    pub fn lock(&self, holder: &Holder, patience: Duration) -> Result<Lock, StateError> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder).map_err(StateError::io("make", &self.folder))?;
        Lock::take(&self.lock_path(), &self.environment, holder, patience)
    }

    /// Who holds the environment's lock, if anybody does.
    ///
    /// # Errors
    /// When the lock file cannot be read.
    pub fn holder(&self) -> Result<Option<Holder>, StateError> {
        Lock::inspect(&self.lock_path())
    }

    /// Reads the state: the snapshot, then every journal record it does not hold yet.
    ///
    /// # Errors
    /// When a file cannot be read, is damaged or newer. A damaged state is never taken for an empty one.
    pub fn read(&self) -> Result<StoredState, StateError> {
        let path = self.journal_path();
        // The journal first: a command that runs meanwhile publishes its snapshot before it begins the journal on top of it.
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(StoredState { state: self.read_snapshot()?, records: Vec::new() });
            }
            Err(error) => return Err(StateError::io("read", &path)(error)),
        };
        let snapshot = self.read_snapshot()?;
        let (records, _) = frame::decode(&path, &bytes)?;
        let damaged = |reason: &str| StateError::Damaged { path: path.clone(), reason: reason.to_owned() };
        let mut state = match (snapshot, records.first().map(|record| &record.entry)) {
            (snapshot, Some(Entry::Opened { format, lineage, serial })) => {
                if *format > FORMAT {
                    return Err(StateError::Newer { path, found: *format, known: FORMAT });
                }
                let state = snapshot.unwrap_or_else(|| StateFile::empty(lineage.clone()));
                if state.generation.lineage != *lineage {
                    return Err(damaged("it belongs to another state than state.json"));
                }
                if *serial > state.generation.serial {
                    return Err(damaged("it continues a newer state than state.json"));
                }
                state
            }
            // A journal is put in place whole, with its first record: a shorter file was cut by somebody.
            _ => return Err(damaged("it does not begin as a journal does")),
        };
        records.iter().for_each(|record| state.fold(record));
        Ok(StoredState { state: Some(state), records })
    }

    fn read_snapshot(&self) -> Result<Option<StateFile>, StateError> {
        Self::read_sealed(&self.snapshot_path())
    }

    fn read_sealed(path: &Path) -> Result<Option<StateFile>, StateError> {
        let path = path.to_owned();
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StateError::io("read", &path)(error)),
        };
        let damaged = |reason: String| StateError::Damaged { path: path.clone(), reason };
        let sealed: Sealed = serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
        if let Some(found) = sealed.state.get("format").and_then(serde_json::Value::as_u64).filter(|found| *found > u64::from(FORMAT)) {
            return Err(StateError::Newer { path, found: u32::try_from(found).unwrap_or(u32::MAX), known: FORMAT });
        }
        if digest_of(&sealed.state) != sealed.digest {
            return Err(damaged("its content does not fit its digest".to_owned()));
        }
        let state = serde_json::from_value(sealed.state).map_err(|error| damaged(error.to_string()))?;
        Ok(Some(state))
    }

    /// Begins the journal of a command on top of `state`; the state is published first, so that the old journal can go.
    ///
    /// # Errors
    /// When a file cannot be made durable.
    pub fn begin(&self, _proof: &Lock, state: StateFile) -> Result<Journal, StateError> {
        let state = self.publish(state)?;
        Journal::begin(&self.journal_path(), state)
    }

    /// Ends a command's journal and publishes the state folded from it.
    ///
    /// # Errors
    /// When a file cannot be made durable; the journal still holds everything.
    pub fn finish(&self, _proof: &Lock, journal: Journal) -> Result<StateFile, StateError> {
        let state = self.publish(journal.state())?;
        let path = self.journal_path();
        let kept = self.history_path().join(format!("{:08}.journal", state.generation.serial));
        fs::copy(&path, &kept).map_err(StateError::io("write", &kept))?;
        failpoint::reach("journal");
        self.prune()?;
        Ok(state)
    }

    /// Writes the snapshot: a temporary file, synced, renamed, and the folder synced; a copy goes to `history/`.
    fn publish(&self, mut state: StateFile) -> Result<StateFile, StateError> {
        state.generation.serial += 1;
        let json = serde_json::to_value(&state).expect("a state holds nothing JSON cannot");
        let sealed = Sealed { digest: digest_of(&json), state: json };
        let text = serde_json::to_vec_pretty(&sealed).expect("a state holds nothing JSON cannot");
        let history = self.history_path();
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&history).map_err(StateError::io("make", &history))?;
        write_durably(&history.join(format!("{:08}.json", state.generation.serial)), &text)?;
        write_durably(&self.snapshot_path(), &text)?;
        Ok(state)
    }

    /// The generations kept, oldest first: serial and file.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn history(&self) -> Result<Vec<(u64, PathBuf)>, StateError> {
        let folder = self.history_path();
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(StateError::io("read", &folder)(error)),
        };
        let mut history: Vec<(u64, PathBuf)> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .filter_map(|path| Some((path.file_stem()?.to_str()?.parse().ok()?, path.clone())))
            .collect();
        history.sort();
        Ok(history)
    }

    /// What is known of the generations kept, oldest first.
    ///
    /// # Errors
    /// When the folder cannot be read; a generation that cannot be read is listed by its number alone.
    pub fn editions(&self) -> Result<Vec<Edition>, StateError> {
        let read = |(serial, path): (u64, PathBuf)| {
            let objects = Self::read_sealed(&path).ok().flatten().map(|state| state.resources.len());
            let journal = path.with_extension("journal");
            let records = fs::read(&journal)
                .ok()
                .and_then(|bytes| frame::decode(&journal, &bytes).ok())
                .map(|(records, _)| records)
                .unwrap_or_default();
            let run = records.iter().find_map(|record| match &record.entry {
                Entry::Run { command, holder } => Some((command.clone(), holder.clone())),
                _ => None,
            });
            let outcome = records.iter().find_map(|record| match &record.entry {
                Entry::Finished { outcome } => Some(outcome.clone()),
                _ => None,
            });
            let written = records.last().map(|record| record.at);
            let (command, holder) = run.unzip();
            Edition { serial, written, command, holder, outcome, objects }
        };
        Ok(self.history()?.into_iter().map(read).collect())
    }

    fn prune(&self) -> Result<(), StateError> {
        let history = self.history()?;
        for (_, path) in &history[..history.len().saturating_sub(GENERATIONS)] {
            fs::remove_file(path).map_err(StateError::io("remove", path))?;
            // Not every generation has a journal of its own.
            let _ = fs::remove_file(path.with_extension("journal"));
        }
        Ok(())
    }

    /// Puts the whole state aside, for `state rebuild`; returns where it went.
    ///
    /// # Errors
    /// When a file cannot be moved.
    pub fn set_aside(&self, _proof: &Lock) -> Result<Vec<PathBuf>, StateError> {
        let stamp = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
        let mut moved = Vec::new();
        let aside_of = |path: &Path, number: u32| {
            let number = if number > 1 { format!("-{number}") } else { String::new() };
            path.with_file_name(format!("{}.before-rebuild-{stamp}{number}", path.file_name().unwrap_or_default().to_string_lossy()))
        };
        // The generations go too: those of the next state are numbered from 1 again.
        for path in [self.snapshot_path(), self.journal_path(), self.history_path()] {
            if path.exists() {
                let aside = (1..).map(|number| aside_of(&path, number)).find(|aside| !aside.exists());
                let aside = aside.expect("there are more numbers than files");
                fs::rename(&path, &aside).map_err(StateError::io("move", &path))?;
                moved.push(aside);
            }
        }
        Ok(moved)
    }
}

fn digest_of(json: &serde_json::Value) -> String {
    hex(&Sha256::digest(json.to_string()))
}

fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), StateError> {
    let fresh = path.with_extension("new");
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh).map_err(StateError::io("write", &fresh))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(StateError::io("write", &fresh))?;
    publish_durably(&fresh, path)
}

/// Puts a file that is whole and synced in the place of another one.
pub(super) fn publish_durably(fresh: &Path, path: &Path) -> Result<(), StateError> {
    failpoint::reach("journal");
    fs::rename(fresh, path).map_err(StateError::io("replace", path))?;
    sync_folder_of(path)?;
    failpoint::reach("journal");
    Ok(())
}

/// Makes the names in a file's folder durable.
fn sync_folder_of(path: &Path) -> Result<(), StateError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(StateError::io("sync", folder))
}
