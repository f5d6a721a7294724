use std::fs::{File, OpenOptions};
use std::path::Path;
use std::time::{Duration, Instant};

use super::LabError;
use super::tell::Tell;

/// How long to wait for another process that works on the same laboratory or cache; making an image takes minutes.
const PATIENCE: Duration = Duration::from_secs(40 * 60);
/// After how long a wait is told.
const NOTEWORTHY: Duration = Duration::from_secs(3);
/// How often a lock is tried.
const TRY: Duration = Duration::from_millis(100);

/// Takes the right to work in a folder; it ends with the value, or with the process.
///
/// # Errors
/// When the folder cannot be used, or somebody else works in it for too long.
pub(super) async fn lock(folder: &Path, tell: &Tell) -> Result<File, LabError> {
    let path = folder.join("lock");
    let file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path).map_err(LabError::io("open", &path))?;
    let begun = Instant::now();
    let mut is_told = false;
    while file.try_lock().is_err() {
        if begun.elapsed() > PATIENCE {
            return Err(LabError::Locked { path });
        }
        if begun.elapsed() > NOTEWORTHY && !is_told {
            tell.say(&format!("waiting for another process that works in {}", folder.display()));
            is_told = true;
        }
        tokio::time::sleep(TRY).await;
    }
    Ok(file)
}
