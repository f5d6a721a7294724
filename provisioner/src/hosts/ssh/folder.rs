use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The beginning of every session's folder.
const PREFIX: &str = "provision-ssh-";
/// The file that is locked while a folder is used.
const LOCK: &str = "lock";
/// The longest name of the folder around it: a socket's whole path has at most 107 bytes (unix(7)), and ssh adds 17 to its name.
const LONGEST_BASE: usize = 40;

/// A session's private folder, mode 0700: configuration, key, sockets. Removed at the end.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// Held as long as the folder is used: a process in another container cannot see whether ours lives.
    _lock: File,
}

impl Folder {
    /// Makes one, and removes those of processes that were killed.
    pub(super) fn make() -> io::Result<Self> {
        let base = base();
        sweep(&base);
        let path = base.join(format!("{PREFIX}{}-{:08x}", std::process::id(), rand::random::<u32>()));
        DirBuilder::new().mode(0o700).create(&path)?;
        let lock = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path.join(LOCK))?;
        lock.lock()?;
        let folder = Self { path, _lock: lock };
        DirBuilder::new().mode(0o700).create(folder.at("c"))?;
        Ok(folder)
    }

    /// The path of a file in it; no character of it means anything to a shell or to ssh's configuration.
    pub(super) fn at(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a file, mode 0600; whoever reads it at the same time sees the old one or the new one.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let fresh = self.at(&format!("{name}.{:08x}.new", rand::random::<u32>()));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
        file.write_all(bytes)?;
        fs::rename(&fresh, self.at(name))
    }

    /// Takes a file's first bytes and removes it; one that is not there is empty.
    pub(super) fn take(&self, name: &str, most: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        let path = self.at(name);
        // What cannot be read says nothing, and nothing said is judged as nobody there.
        let _ = File::open(&path).and_then(|file| file.take(most).read_to_end(&mut bytes));
        let _ = fs::remove_file(&path);
        bytes
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn base() -> PathBuf {
    let is_plain = |path: &Path| {
        let text = path.to_string_lossy();
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
        path.is_absolute() && path.is_dir() && text.len() <= LONGEST_BASE && text.bytes().all(is_allowed)
    };
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    runtime.into_iter().chain([std::env::temp_dir()]).find(|path| is_plain(path)).unwrap_or_else(|| PathBuf::from("/tmp"))
}

/// Removes this user's folders whose process is gone: there is a key in them, although its certificate is short-lived.
fn sweep(base: &Path) {
    let own = rustix::process::geteuid().as_raw();
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let process = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next()).and_then(|pid| pid.parse().ok());
        let Some(process) = process.and_then(rustix::process::Pid::from_raw) else { continue };
        let is_gone = rustix::process::test_kill_process(process) == Err(rustix::io::Errno::SRCH);
        let is_free = File::open(entry.path().join(LOCK)).is_ok_and(|file| file.try_lock().is_ok());
        let is_unused = is_free || !entry.path().join(LOCK).exists();
        let is_ours = entry.metadata().is_ok_and(|metadata| metadata.is_dir() && metadata.uid() == own);
        if is_gone && is_unused && is_ours {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn it_is_private_short_and_gone_at_the_end() {
        let folder = Folder::make().expect("made");
        folder.write("key", b"text").expect("written");
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!((mode(&folder.at("")), mode(&folder.at("key"))), (0o700, 0o600));
        assert!(folder.at("c/0123456789abcdef").to_string_lossy().len() + 17 <= 107);
        assert_eq!((folder.take("key", 2), folder.take("key", 2)), (b"te".to_vec(), Vec::new()));
        let path = folder.at("");
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn the_folder_of_a_killed_process_is_removed_by_the_next() {
        let mut child = std::process::Command::new("true").spawn().expect("starts");
        child.wait().expect("ends");
        let left = base().join(format!("{PREFIX}{}-00000000", child.id()));
        fs::create_dir(&left).expect("made");
        // A process of another container, whose number means nothing here.
        let used = base().join(format!("{PREFIX}{}-00000001", child.id()));
        fs::create_dir(&used).expect("made");
        let lock = File::create(used.join(LOCK)).expect("made");
        lock.lock().expect("locked");
        let folder = Folder::make().expect("made");
        assert!(!left.exists() && used.exists() && folder.at("").exists());
        drop(lock);
        drop(Folder::make().expect("made"));
        assert!(!used.exists());
    }
}
