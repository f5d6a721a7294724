use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use provisioner::config::{Configuration, Project as Files};
use provisioner::lab::Lab;
use provisioner::model::Scope;
use provisioner::topology::{self, Topology};

use super::inside::Inside;
use super::place::{OPERATOR, cache};

/// How long an `up` that shall be killed may go on: its first images may have to be made.
const WATCHED: Duration = Duration::from_secs(900);

/// The environment of a project, on real machines.
pub struct Project {
    folder: tempfile::TempDir,
    environment: &'static str,
    variables: Vec<(&'static str, String)>,
}

impl Project {
    /// The example of the documentation, with more of the environment's file.
    pub fn new(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("provisioner/tests/fixtures/web");
        std::fs::create_dir(folder.path().join("environments")).unwrap();
        for file in ["provision.toml", "environments/web.toml"] {
            std::fs::copy(fixture.join(file), folder.path().join(file)).unwrap();
        }
        let project = Self { folder, environment: "web", variables: Vec::new() };
        // All machines share this computer's processors, and what else runs on it.
        let patience = "\n[monitoring.thresholds]\nload_percent = { warning = 9000, critical = 9900 }\n";
        project.edit(|text| format!("{text}{patience}{more}"));
        project
    }

    /// Changes the environment's file.
    pub fn edit(&self, change: impl Fn(&str) -> String) {
        let file = self.folder.path().join("environments").join(format!("{}.toml", self.environment));
        let text = std::fs::read_to_string(&file).unwrap();
        let changed = change(&text);
        assert_ne!(text, changed, "nothing was changed");
        std::fs::write(&file, changed).unwrap();
    }

    /// The same with a variable of the environment for every command.
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.to_owned()));
        self
    }

    /// The same with a role of the example on another image.
    pub fn with_image(self, role: &str, image: &str) -> Self {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("blueprints/example-web");
        let own = self.folder.path().join("blueprints/example-web");
        std::fs::create_dir_all(own.join("files")).unwrap();
        let files = std::fs::read_dir(shipped.join("files")).unwrap().map(|file| PathBuf::from("files").join(file.unwrap().file_name()));
        for file in files.chain(["blueprint.toml".into(), "software.toml".into()]) {
            std::fs::copy(shipped.join(&file), own.join(&file)).unwrap();
        }
        let file = own.join("blueprint.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        let (head, line) = (format!("[roles.{role}]\n"), format!("image = \"{image}\"\n"));
        assert!(text.contains(&head));
        std::fs::write(&file, text.replace(&head, &format!("{head}{line}"))).unwrap();
        self
    }

    /// Where the rehearsal cloud is.
    pub fn sandbox(&self) -> PathBuf {
        self.folder.path().join(".provision/sandbox")
    }

    /// A command of the program about the environment, that is asked nothing.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_provision"));
        command.arg("--root").arg(self.folder.path()).args(["--color", "never"]).env("PROVISION_LAB_CACHE", cache());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        let (verb, rest) = words.split_first().unwrap();
        command.args(verb.split(' ')).args(["--env", self.environment]);
        if *verb != "lab reboot" && *verb != "lab down" {
            command.args(["--sandbox", "--lab"]);
        }
        command.args(rest).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// Runs a command that must end so, and returns everything it said.
    pub fn expect(&self, words: &[&str], code: i32) -> String {
        let output = self.run(words);
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{words:?}:\n{text}");
        text
    }

    /// Begins `up`, and kills it as soon as something is found, which is returned.
    pub fn kill_up_when<T>(&self, find: impl Fn() -> Option<T>) -> T {
        let mut up = self.command(&["up", "--yes"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let until = Instant::now() + WATCHED;
        let found = loop {
            if let Some(found) = find() {
                break found;
            }
            assert!(Instant::now() < until && up.try_wait().unwrap().is_none(), "`up` ended before it was killed");
            std::thread::sleep(Duration::from_millis(50));
        };
        up.kill().unwrap();
        up.wait().unwrap();
        found
    }

    /// What a command on a host prints.
    pub fn on(&self, host: &str, words: &str) -> String {
        let output = self.run(&["ssh", host, "--", words]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// What a program in Python prints that root runs on a host.
    pub fn python_on(&self, host: &str, program: &str) -> String {
        let command = &mut self.command(&["ssh", host, "--", "sudo python3 -"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(program.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{host}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The environment as its files have it now.
    pub fn topology(&self) -> Topology {
        let project = Files::find(Some(self.folder.path()), self.folder.path()).0.unwrap();
        let configuration = Configuration::load(&project, self.environment).0.unwrap();
        topology::compile(&project.name, &configuration.environment, &configuration.blueprints).0.unwrap()
    }

    /// Its machines on this computer.
    pub fn lab(&self) -> Lab {
        let scope = Scope { project: "example".to_owned(), environment: self.environment.to_owned() };
        Lab::open(&self.folder.path().join(".provision/lab").join(self.environment), &cache(), &scope, OPERATOR).unwrap()
    }

    /// The processes of a host's machine, seen from this computer; none before it runs.
    pub fn inside(&self, host: &str) -> Option<Inside> {
        let lab = self.lab();
        let status = lab.status().hosts.into_iter().find(|status| status.host == host && status.is_running)?;
        Inside::of(&lab, &status.id)
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = self.run(&["lab down"]);
    }
}
