use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc;
use std::thread::JoinHandle;

use jiff::Timestamp;
use tokio::sync::oneshot;

use crate::state::failpoint;
use crate::state::frame;
use crate::state::{Entry, Record, StateError, StateFile};

/// The append-only log of what the program is about to do and has done.
///
/// An entry is durable (written and synced) before [`Journal::append`] returns. Entries that are waiting together are synced together.
#[derive(Debug)]
pub struct Journal {
    queue: Option<mpsc::Sender<Job>>,
    writer: Option<JoinHandle<()>>,
    /// The state as of the last durable entry.
    folded: std::sync::Arc<Mutex<StateFile>>,
}

#[derive(Debug)]
struct Job {
    entry: Entry,
    done: oneshot::Sender<Result<(), StateError>>,
}

struct Writer {
    file: File,
    path: PathBuf,
    previous: String,
    folded: std::sync::Arc<Mutex<StateFile>>,
}

impl Journal {
    /// Begins a new journal on top of `state`, in the place of the one at `path`.
    ///
    /// # Errors
    /// When the file cannot be made durable.
    pub(super) fn begin(path: &Path, state: StateFile) -> Result<Self, StateError> {
        let fresh = path.with_extension("new");
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh).map_err(StateError::io("write", &fresh))?;
        let opened = Entry::Opened { format: state.format, lineage: state.generation.lineage.clone(), serial: state.generation.serial };
        let record = Record { sequence: state.sequence + 1, previous: String::new(), at: Timestamp::now(), entry: opened };
        file.write_all(&frame::encode(&record)).and_then(|()| file.sync_all()).map_err(StateError::io("write", &fresh))?;
        std::fs::rename(&fresh, path).map_err(StateError::io("replace", path))?;
        super::store::sync_folder_of(path)?;
        let mut state = state;
        state.fold(&record);
        Ok(Self::start(file, path.to_owned(), frame::digest(&record), state))
    }

    fn start(file: File, path: PathBuf, previous: String, state: StateFile) -> Self {
        let folded = std::sync::Arc::new(Mutex::new(state));
        let mut writer = Writer { file, path, previous, folded: folded.clone() };
        let (queue, jobs) = mpsc::channel();
        let writer = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || writer.run(&jobs))
            .expect("a thread can be started as long as the process lives");
        Self { queue: Some(queue), writer: Some(writer), folded }
    }

    /// Makes an entry durable.
    ///
    /// # Errors
    /// When it cannot be made durable; then what it announces MUST NOT be done.
    pub async fn append(&self, entry: Entry) -> Result<(), StateError> {
        let (done, answer) = oneshot::channel();
        let closed = || StateError::Closed("the writer has stopped".to_owned());
        self.queue.as_ref().ok_or_else(closed)?.send(Job { entry, done }).map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    /// The state as of the last durable entry.
    pub fn state(&self) -> StateFile {
        self.folded.lock().expect("the writer never panics while it holds the state").clone()
    }

    /// Ends the journal and returns the state folded from it.
    pub(super) fn end(mut self) -> StateFile {
        self.stop();
        self.state()
    }

    fn stop(&mut self) {
        drop(self.queue.take());
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has already answered every waiting job with an error.
            let _ = writer.join();
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Writer {
    fn run(&mut self, jobs: &mpsc::Receiver<Job>) {
        while let Ok(first) = jobs.recv() {
            let batch: Vec<Job> = std::iter::once(first).chain(jobs.try_iter()).collect();
            batch.iter().for_each(|_| failpoint::reach("journal"));
            match self.write(&batch) {
                Ok(()) => {
                    batch.iter().for_each(|_| failpoint::reach("journal"));
                    for job in batch {
                        // Whoever waited may have been cancelled; the entry stands all the same.
                        let _ = job.done.send(Ok(()));
                    }
                }
                Err(error) => {
                    // After a failed write the file's end is unknown: nothing more may be appended.
                    let reason = format!("{error}: {}", std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default());
                    for job in batch.into_iter().chain(jobs.try_iter()) {
                        let _ = job.done.send(Err(StateError::Closed(reason.clone())));
                    }
                    return;
                }
            }
        }
    }

    fn write(&mut self, batch: &[Job]) -> Result<(), StateError> {
        let mut folded = self.folded.lock().expect("nobody panics while holding the state");
        let mut sequence = folded.sequence;
        let mut bytes = Vec::new();
        let mut records = Vec::with_capacity(batch.len());
        for job in batch {
            sequence += 1;
            let record = Record { sequence, previous: std::mem::take(&mut self.previous), at: Timestamp::now(), entry: job.entry.clone() };
            bytes.extend(frame::encode(&record));
            self.previous = frame::digest(&record);
            records.push(record);
        }
        self.file.write_all(&bytes).and_then(|()| self.file.sync_data()).map_err(StateError::io("append to", &self.path))?;
        records.iter().for_each(|record| folded.fold(record));
        Ok(())
    }
}
