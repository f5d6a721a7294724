use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use provisioner::state::{Record, StateStore};

/// The variable that has every request written down, for the judge in `tests/botocore`.
const CAPTURE: &str = "PROVISION_CAPTURE_REQUESTS";
/// How long anything may take before a test gives up; only a failure ever waits for it.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// `up`, one request at a time, so that every run has the same boundaries.
pub const UP: &[&str] = &["up", "--yes", "--parallelism", "1"];
/// `down`, in the same way.
pub const DOWN: &[&str] = &["down", "--yes", "--parallelism", "1"];

/// A copy of the small project in a folder of its own, with its own rehearsal cloud.
pub struct Project {
    folder: tempfile::TempDir,
    speed: &'static str,
}

/// How a child process ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; nothing if a signal ended it.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let Output { status, stdout, stderr } = output;
        Self { code: status.code(), signal: status.signal(), stdout: text(&stdout), stderr: text(&stderr) }
    }
}

impl Project {
    /// A fresh copy, with nothing built; its cloud waits for nothing.
    pub fn new() -> Self {
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("provisioner/tests/fixtures/small");
        Self::copied(&fixture, "0")
    }

    /// A fresh copy that was brought up.
    pub fn up() -> Self {
        let project = Self::new();
        project.run(UP).expect_code(0);
        project
    }

    /// The same project at the same point, state and cloud included.
    pub fn copy(&self) -> Self {
        Self::copied(self.folder.path(), self.speed)
    }

    /// The same project in a cloud whose durations are divided by `speed`.
    pub fn at_speed(self, speed: &'static str) -> Self {
        Self { speed, ..self }
    }

    fn copied(from: &Path, speed: &'static str) -> Self {
        let folder = tempfile::Builder::new().prefix("provision-crash-").tempdir().expect("a folder");
        copy_folder(from, folder.path());
        Self { folder, speed }
    }

    /// A path in the project.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// What the cloud's durations are divided by.
    pub fn speed(&self) -> f64 {
        self.speed.parse().expect("a number")
    }

    /// Where the state lives.
    pub fn state_folder(&self) -> PathBuf {
        self.path(".provision/state/sandbox/small")
    }

    /// A command in the rehearsal cloud, for the small environment; nothing of the surroundings reaches it.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = self.bare(arguments);
        command.args(["--env", "small", "--sandbox", "--sandbox-speed", self.speed]);
        command
    }

    /// A command without the flags of the rehearsal cloud.
    pub fn bare<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_provision"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .envs(std::env::var_os(CAPTURE).map(|folder| (CAPTURE, folder)))
            .env("USER", "tester")
            .env("AWS_EC2_METADATA_DISABLED", "true");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        ended(self.command(arguments))
    }

    /// Runs a command that ends itself with SIGKILL at a boundary, if it has that many.
    pub fn run_until(&self, boundary: u64, arguments: &[&str]) -> Ended {
        self.run_with(&format!("journal={boundary}"), arguments)
    }

    /// Runs a command with a failpoint.
    pub fn run_with(&self, failpoint: &str, arguments: &[&str]) -> Ended {
        let mut command = self.command(arguments);
        command.env("PROVISION_FAILPOINT", failpoint);
        ended(command)
    }

    /// Starts a command whose output nobody reads.
    pub fn start(&self, arguments: &[&str]) -> Running {
        let mut command = self.command(arguments);
        Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts"))
    }

    /// The journal of the command that ran last.
    pub fn records(&self) -> Vec<Record> {
        self.store().read().expect("a whole state").records
    }

    fn store(&self) -> StateStore {
        StateStore::new(self.state_folder(), "small")
    }

    /// Every recorded object's address and id; nothing if nothing is recorded.
    pub fn recorded(&self) -> BTreeMap<String, String> {
        let state = self.store().read().expect("a whole state").state;
        let resources = state.into_iter().flat_map(|state| state.resources);
        resources.map(|(address, recorded)| (address.to_string(), recorded.id.to_string())).collect()
    }

    /// The same as `state list` tells it.
    pub fn listed(&self) -> BTreeMap<String, String> {
        let listed = self.run(&["state", "list", "--format", "json"]);
        listed.expect_code(0);
        let field = |line: &serde_json::Value, name: &str| line[name].as_str().expect("a text").to_owned();
        let lines = listed.stdout.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("an object a line"));
        lines.map(|line| (field(&line, "address"), field(&line, "id"))).collect()
    }

    /// The bytes of every file of the state, by path.
    pub fn state_files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        read_files(&self.state_folder(), &mut files);
        // Its text only says who held it last.
        files.remove(&self.state_folder().join("lock"));
        files
    }

    /// The bytes of the rehearsal cloud's log: it grows with every call that changes something.
    pub fn cloud_log(&self) -> Vec<u8> {
        fs::read(self.path(".provision/sandbox/log")).unwrap_or_default()
    }

    /// Waits until the journal holds a text, such as the name of a call.
    pub fn await_journal(&self, text: &str) {
        let journal = self.state_folder().join("journal");
        poll(&format!("`{text}` in the journal"), || {
            String::from_utf8_lossy(&fs::read(&journal).unwrap_or_default()).contains(text).then_some(())
        });
    }
}

impl Ended {
    /// Stops the test unless the child ended with this code.
    pub fn expect_code(&self, code: i32) {
        assert_eq!(self.code, Some(code), "{self:#?}");
    }

    /// Whether SIGKILL ended it.
    pub fn was_killed(&self) -> bool {
        self.signal == Some(9)
    }
}

/// A child that runs; it is ended with its value.
pub struct Running(Child);

impl Running {
    /// Its process id.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<Ended> {
        let status = self.0.try_wait().expect("a child of ours")?;
        Some(Ended { code: status.code(), signal: status.signal(), stdout: String::new(), stderr: String::new() })
    }

    /// Sends it a signal; one that has ended already takes none.
    pub fn signal(&self, signal: rustix::process::Signal) {
        let _ = rustix::process::kill_process(rustix::process::Pid::from_child(&self.0), signal);
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> Ended {
        poll("the end of a child", || self.ended())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Looks again and again until there is something, up to [`PATIENCE`].
pub fn poll<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "there was no {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Runs a command to its end; one that hangs is ended.
pub fn ended(mut command: Command) -> Ended {
    command.output().expect("the program starts").into()
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            fs::create_dir(&target).expect("a new folder");
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("a copy");
        }
    }
}

fn read_files(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("an entry")) {
        let path = entry.path();
        if path.is_dir() {
            read_files(&path, files);
        } else {
            let bytes = fs::read(&path).expect("readable");
            files.insert(path, bytes);
        }
    }
}
