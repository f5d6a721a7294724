use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use tokio::sync::oneshot;

use crate::model::ResourceAddress;
use crate::state::failpoint;
use crate::state::frame;
use crate::state::{Entry, Intent, Record, StateError, StateFile};

/// The append-only log of what the program is about to do and has done.
///
/// An entry is durable (written and synced) before [`Journal::append`] returns. Entries that are waiting together are synced together.
#[derive(Debug)]
pub struct Journal {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    queue: Mutex<Vec<Job>>,
    writer: Mutex<Writer>,
    /// The state as of the last durable entry.
    folded: Mutex<StateFile>,
}

#[derive(Debug)]
struct Job {
    entry: Entry,
    done: oneshot::Sender<Result<(), StateError>>,
}

#[derive(Debug)]
struct Writer {
    file: File,
    path: PathBuf,
    previous: String,
    /// Why nothing more may be appended: after a failed write the file's end is unknown.
    broken: Option<String>,
}

impl Journal {
    /// Begins a new journal on top of `state`, in the place of the one at `path`.
    ///
    /// # Errors
    /// When the file cannot be made durable.
    pub(super) fn begin(path: &Path, mut state: StateFile) -> Result<Self, StateError> {
        let fresh = path.with_extension("new");
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh).map_err(StateError::io("write", &fresh))?;
        let opened = Entry::Opened { format: state.format, lineage: state.generation.lineage.clone(), serial: state.generation.serial };
        let record = Record { sequence: state.sequence + 1, previous: String::new(), at: Timestamp::now(), entry: opened };
        file.write_all(&frame::encode(&record)).and_then(|()| file.sync_all()).map_err(StateError::io("write", &fresh))?;
        super::store::publish_durably(&fresh, path)?;
        state.fold(&record);
        let writer = Writer { file, path: path.to_owned(), previous: frame::digest(&record), broken: None };
        Ok(Self { shared: Arc::new(Shared { queue: Mutex::default(), writer: Mutex::new(writer), folded: Mutex::new(state) }) })
    }

    /// Makes an entry durable.
    ///
    /// # Errors
    /// When it cannot be made durable; then what it announces MUST NOT be done.
    pub async fn append(&self, entry: Entry) -> Result<(), StateError> {
        let (done, answer) = oneshot::channel();
        self.shared.queue.lock().expect(UNPOISONED).push(Job { entry, done });
        let shared = self.shared.clone();
        // Whoever comes while another's entries are being synced waits for the writer, and then syncs all that have gathered.
        tokio::task::spawn_blocking(move || shared.write_queued());
        answer.await.map_err(|_| StateError::Closed("the writer has stopped".to_owned()))?
    }

    /// The calls for an object whose outcome is not known to have settled, as of the last durable entry.
    pub fn pending(&self, address: &ResourceAddress) -> Vec<Intent> {
        let folded = self.shared.folded.lock().expect(UNPOISONED);
        folded.pending.iter().filter(|intent| intent.address == *address).cloned().collect()
    }

    /// The state as of the last durable entry.
    pub fn state(&self) -> StateFile {
        self.shared.folded.lock().expect(UNPOISONED).clone()
    }
}

const UNPOISONED: &str = "nothing panics while the journal is held";

impl Shared {
    fn write_queued(&self) {
        let mut writer = self.writer.lock().expect(UNPOISONED);
        let batch = std::mem::take(&mut *self.queue.lock().expect(UNPOISONED));
        if batch.is_empty() {
            return;
        }
        batch.iter().for_each(|_| failpoint::reach("journal"));
        let result = self.write(&mut writer, &batch);
        if result.is_ok() {
            batch.iter().for_each(|_| failpoint::reach("journal"));
        }
        for job in batch {
            // Whoever waited may have been cancelled; the entry stands all the same.
            let _ = job.done.send(result.clone().map_err(StateError::Closed));
        }
    }

    fn write(&self, writer: &mut Writer, batch: &[Job]) -> Result<(), String> {
        if let Some(reason) = &writer.broken {
            return Err(reason.clone());
        }
        let mut folded = self.folded.lock().expect(UNPOISONED);
        let mut bytes = Vec::new();
        let mut records = Vec::with_capacity(batch.len());
        for (sequence, job) in (folded.sequence + 1..).zip(batch) {
            let record =
                Record { sequence, previous: std::mem::take(&mut writer.previous), at: Timestamp::now(), entry: job.entry.clone() };
            bytes.extend(frame::encode(&record));
            writer.previous = frame::digest(&record);
            records.push(record);
        }
        let is_full = batch.iter().try_for_each(|_| failpoint::write("journal-full"));
        let written = is_full.and_then(|()| writer.file.write_all(&bytes)).and_then(|()| writer.file.sync_data());
        if let Err(error) = written {
            let reason = format!("append to {}: {error}", writer.path.display());
            writer.broken = Some(reason.clone());
            return Err(reason);
        }
        records.iter().for_each(|record| folded.fold(record));
        Ok(())
    }
}
