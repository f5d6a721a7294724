use std::fs;
use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Whether every program is there; where one is not, the test says that it was skipped, or fails if `PROVISION_TEST_LAB=require`.
pub fn are_there(test: &str, programs: &[&str]) -> bool {
    let missing: Vec<&str> = programs.iter().copied().filter(|program| !is_there(program)).collect();
    if missing.is_empty() {
        return true;
    }
    assert_ne!(std::env::var("PROVISION_TEST_LAB").as_deref(), Ok("require"), "{test} needs {missing:?}");
    // Straight to the stream, so that the harness does not keep it.
    writeln!(std::io::stderr(), "SKIPPED {test}: {missing:?} is not installed").expect("a stream");
    false
}

fn is_there(program: &str) -> bool {
    program.starts_with('/') && Path::new(program).exists()
        || ["/usr/sbin", "/usr/bin"].iter().any(|folder| Path::new(folder).join(program).exists())
}

/// A folder that every user may read, and its `run`, that every user may write.
pub fn scratch() -> tempfile::TempDir {
    let folder = tempfile::Builder::new().prefix("bundle-").tempdir_in("/tmp").expect("a folder");
    let allow = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
    allow(folder.path(), 0o755);
    fs::create_dir(folder.path().join("run")).expect("made");
    allow(&folder.path().join("run"), 0o777);
    folder
}

/// Writes a file below a folder, with its folders.
pub fn write(folder: &Path, path: &str, text: &str) -> PathBuf {
    let path = folder.join(path.trim_start_matches('/'));
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(&path, text).expect("written");
    path
}

/// A port of the loopback interface that nobody has.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}

/// Runs a command to its end; what it said is part of what a failure shows.
pub fn expect(command: &mut Command) -> Output {
    let output = command.stdin(Stdio::null()).output().expect("it starts");
    assert!(output.status.success(), "{command:?}\n{}{}", text(&output.stdout), text(&output.stderr));
    output
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A program that runs until the end of the test.
pub struct Daemon(Child);

impl Daemon {
    /// Starts it and waits until its port answers.
    pub fn listening(command: &mut Command, port: u16) -> Self {
        let daemon = Self::start(command);
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        assert!(eventually(|| TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok()), "{command:?} does not listen");
        daemon
    }

    /// Starts it.
    pub fn start(command: &mut Command) -> Self {
        Self(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts"))
    }

    /// Asks it to end as systemd does, and waits until it has.
    pub fn ask_to_end(mut self) {
        expect(Command::new("kill").arg(self.0.id().to_string()));
        assert!(eventually(|| self.0.try_wait().is_ok_and(|ended| ended.is_some())), "it does not end");
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whether something becomes true within ten seconds.
pub fn eventually(mut is_so: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + Duration::from_secs(10);
    while Instant::now() < end {
        if is_so() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

/// The user that programs run as which give up root, and its group.
pub fn plain_user() -> (String, String) {
    let word = |flags: &str| text(&expect(Command::new("id").arg(flags)).stdout).trim().to_owned();
    match word("-un").as_str() {
        "root" => ("nagios".to_owned(), "nagios".to_owned()),
        user => (user.to_owned(), word("-gn")),
    }
}

/// NRPE on the loopback interface, with a configuration of Debian's form that includes `rendered`.
pub fn nrpe(folder: &Path, rendered: &str) -> (Daemon, u16) {
    let port = free_port();
    let (user, group) = plain_user();
    write(folder, "nrpe.d/provision.cfg", rendered);
    let shown = folder.display();
    // What Debian's own file says before it includes nrpe.d.
    let main = format!(
        "log_file={shown}/run/log\npid_file={shown}/run/pid\nserver_port={port}\nnrpe_user={user}\nnrpe_group={group}\n\
         allowed_hosts=127.0.0.1,::1\ndont_blame_nrpe=0\ninclude_dir={shown}/nrpe.d/\n"
    );
    let main = write(folder, "nrpe.cfg", &main);
    (Daemon::listening(Command::new("/usr/sbin/nrpe").arg("-c").arg(main).arg("-f"), port), port)
}

/// What `check_nrpe` says and how it ends.
pub fn check_nrpe(port: u16, arguments: &[&str]) -> (String, i32) {
    let mut command = Command::new("/usr/lib/nagios/plugins/check_nrpe");
    command.args(["-H", "127.0.0.1", "-p", &port.to_string(), "-t", "20"]).args(arguments);
    let output = command.output().expect("it starts");
    (text(&output.stdout), output.status.code().unwrap_or(-1))
}
