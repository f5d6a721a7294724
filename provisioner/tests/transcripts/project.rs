use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// Where the repository is.
const REPOSITORY: &str = env!("CARGO_MANIFEST_DIR");
/// The variable that has every request written down, for the judge in `tests/botocore`.
const CAPTURE: &str = "PROVISION_CAPTURE_REQUESTS";
/// A rehearsal that waits for nothing.
const REHEARSAL: [&str; 3] = ["--sandbox", "--sandbox-speed", "0"];

/// A project in a folder of its own, with an empty rehearsal cloud.
pub struct Project {
    folder: TempDir,
}

/// What a command said and how it ended.
pub struct Ran {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

impl Project {
    /// The four shipped environments.
    pub fn shipped() -> Self {
        let project = Self::empty();
        fs::copy(Path::new(REPOSITORY).join("provision.toml"), project.path().join("provision.toml")).expect("copied");
        copy_folder(&Path::new(REPOSITORY).join("environments"), &project.path().join("environments"));
        project
    }

    /// About thirty objects: one role, a machine with data behind a bastion; `live` is the same in production.
    pub fn small() -> Self {
        let project = Self::empty();
        copy_folder(&Path::new(REPOSITORY).join("provisioner/tests/fixtures/acme"), project.path());
        project
    }

    /// A folder with nothing in it; its path is always equally long, so that lines break where they did.
    pub fn empty() -> Self {
        Self { folder: tempfile::Builder::new().prefix("project-").tempdir_in("/tmp").expect("a folder") }
    }

    /// The same project, with all that was rehearsed in it.
    pub fn copied(&self) -> Self {
        let project = Self::empty();
        copy_folder(self.path(), project.path());
        project
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Changes a file as a person would; what is looked for stands in it exactly once.
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.path().join(file);
        let text = fs::read_to_string(&path).expect("the file is there");
        assert_eq!(text.matches(from).count(), 1, "`{from}` in {file}");
        fs::write(path, text.replace(from, to)).expect("written");
    }

    /// Adds lines at the end of a file.
    pub fn append(&self, file: &str, lines: &str) {
        let mut file = fs::OpenOptions::new().append(true).open(self.path().join(file)).expect("the file is there");
        file.write_all(lines.as_bytes()).expect("written");
    }

    /// Runs `provision` in a rehearsal without waiting.
    pub fn rehearse(&self, arguments: &str) -> Ran {
        let arguments: Vec<&str> = arguments.split(' ').chain(REHEARSAL).collect();
        self.finish(Command::new(env!("CARGO_BIN_EXE_provision")).args(arguments))
    }

    /// Runs a line of the shell, in which `provision` is this program.
    pub fn shell(&self, line: &str) -> Ran {
        self.finish(Command::new("sh").args(["-c", line]))
    }

    /// The command, in the project's folder, with nothing of this machine's around it.
    pub fn surround<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        let programs = Path::new(env!("CARGO_BIN_EXE_provision")).parent().expect("a folder");
        let home = self.path().join("home");
        fs::create_dir_all(&home).expect("made");
        command
            .current_dir(self.path())
            .env_clear()
            .envs(std::env::var_os(CAPTURE).map(|folder| (CAPTURE, folder)))
            .env("PATH", format!("{}:/usr/bin:/bin", programs.display()))
            .env("HOME", home)
            .env("USER", "operator")
            .env("LANG", "C.UTF-8")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::null())
    }

    fn finish(&self, command: &mut Command) -> Ran {
        let output = self.surround(command).output().expect("it starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Ran { stdout: text(output.stdout), stderr: text(output.stderr), code: output.status.code().expect("an exit code") }
    }
}

impl Ran {
    /// The same, if it ended well.
    pub fn expect_done(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.stdout, self.stderr);
        self
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("readable");
        let target: PathBuf = to.join(entry.file_name());
        match entry.file_type().expect("known").is_dir() {
            true => copy_folder(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).expect("copied")),
        }
    }
}
