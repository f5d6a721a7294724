//! A small root folder in which the real script runs, with recording fakes of apt, dpkg and systemd.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use provisioner::bundle::{Bundle, BundleFile, BundleStep, BundleWait, Content, Piece, Source, Unit};
use provisioner::hosts::{HostReport, REMOTE_COMMAND, apply, compare};

const ENTER: &str = r#"
set -e
mount -t overlay overlay -o "lowerdir=/usr,upperdir=$1/above,workdir=$1/work" "$1/root/usr"
[ -e "$1/entered" ] || { rm -f "$1/root/usr/sbin/policy-rc.d"; : >"$1/entered"; }
mount -t tmpfs tmpfs "$1/root/usr/local"
mkdir "$1/root/usr/local/bin"
cp "$2"/* "$1/root/usr/local/bin"
chmod 0755 "$1/root/usr/local/bin"/*
mount --rbind /proc "$1/root/proc"
mount --rbind /dev "$1/root/dev"
exec chroot "$1/root" /bin/sh -c "$3"
"#;

/// A root folder with `/usr` of this computer.
pub struct Root {
    folder: tempfile::TempDir,
}

/// What a session gave.
pub struct Session {
    pub output: Output,
    pub report: HostReport,
}

impl Root {
    /// None, with a word about it, where this computer does not let us mount anything.
    #[expect(clippy::print_stdout, reason = "says why nothing is tested")]
    pub fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let can = Command::new("unshare")
            .args(["--mount", "--propagation", "private", "sh", "-c", "mount -t tmpfs tmpfs \"$1\"", "sh"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        if !can.is_ok_and(|status| status.success()) {
            println!("skipped: the script runs in a mount namespace of its own, which takes root");
            return None;
        }
        for name in ["above", "work"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let root = Self { folder };
        for name in ["usr", "proc", "dev", "run", "tmp", "etc", "var/lib", "fake/services"] {
            fs::create_dir_all(root.path(name)).unwrap();
        }
        for name in ["bin", "sbin", "lib", "lib64"] {
            symlink(format!("usr/{name}"), root.path(name)).unwrap();
        }
        for name in ["passwd", "group", "shadow", "gshadow", "login.defs", "nsswitch.conf", "ld.so.cache", "os-release"] {
            if Path::new("/etc").join(name).exists() {
                fs::copy(Path::new("/etc").join(name), root.path("etc").join(name)).unwrap();
            }
        }
        let copied = Command::new("cp").args(["-a", "/etc/alternatives"]).arg(root.path("etc")).status().unwrap();
        assert!(copied.success());
        root.write("/fake/installed", "");
        root.write("/fake/log", "");
        Some(root)
    }

    /// A path in it as this computer knows it.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join("root").join(path.trim_start_matches('/'))
    }

    /// A file's bytes.
    pub fn bytes(&self, path: &str) -> Vec<u8> {
        fs::read(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// A file's text.
    pub fn read(&self, path: &str) -> String {
        String::from_utf8(self.bytes(path)).unwrap()
    }

    /// Whether a session still has its folder.
    pub fn is_busy(&self) -> bool {
        fs::read_dir(self.path("run")).unwrap().flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("provision."))
    }

    /// Whether our answer to who starts services was left behind.
    pub fn holds_services(&self) -> bool {
        self.folder.path().join("above/sbin/policy-rc.d").is_file()
    }

    pub fn exists(&self, path: &str) -> bool {
        self.path(path).symlink_metadata().is_ok()
    }

    pub fn mode(&self, path: &str) -> u32 {
        self.path(path).metadata().unwrap().permissions().mode() & 0o7777
    }

    pub fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    /// What the fakes did since the last call.
    pub fn done(&self) -> Vec<String> {
        let lines = self.read("/fake/log").lines().map(str::to_owned).collect();
        self.write("/fake/log", "");
        lines
    }

    /// Starts a session with this input.
    pub fn start(&self, command: &str, input: &[u8]) -> Child {
        let mut child = Command::new("unshare")
            .args(["--mount", "--propagation", "private", "sh", "-c", ENTER, "sh"])
            .arg(self.folder.path())
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("provisioner/tests/hosts/fakes"))
            .arg(command)
            .env_clear()
            .envs([("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"), ("PROVISION_LOCK_SECONDS", "1")])
            .env("PROVISION_PAUSE_SECONDS", "0")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child
    }

    /// Runs a session to its end.
    pub fn run(&self, input: &[u8]) -> Session {
        let output = self.start(REMOTE_COMMAND, input).wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        let report = HostReport::parse(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{text}\n{errors}"));
        assert_eq!(errors, "", "{text}");
        assert!(output.status.success(), "{text}");
        Session { output, report }
    }

    pub fn compare(&self, bundle: &Bundle) -> HostReport {
        self.run(&compare(bundle.files().map(|(path, file)| (path, file.digest()))).unwrap()).report
    }

    pub fn apply(&self, bundle: &Bundle) -> HostReport {
        self.run(&whole(bundle)).report
    }
}

/// The value of every place in these tests.
pub fn value(source: &Source) -> Option<String> {
    Some(match source {
        Source::Assigned(_) => "core.rds.example".to_owned(),
        Source::Secret(name) => format!("hidden-{name}"),
    })
}

/// The input that sends everything.
pub fn whole(bundle: &Bundle) -> Vec<u8> {
    let generations: BTreeMap<String, i64> = bundle.secrets().into_iter().map(|name| (name.to_owned(), 1)).collect();
    apply(bundle, &value, &generations, None).unwrap()
}

pub fn text(text: &str) -> Content {
    Content { pieces: vec![Piece::Text(text.to_owned())] }
}

pub fn secret(name: &str) -> Content {
    Content { pieces: vec![Piece::Place { source: Source::Secret(name.to_owned()), quoted: None }] }
}

pub fn file(content: Content, mode: &str) -> BundleFile {
    BundleFile { content, mode: mode.to_owned(), owner: "root".to_owned(), group: "root".to_owned() }
}

pub fn unit(id: &str) -> Unit {
    Unit {
        folder: "blueprints/test".to_owned(),
        id: id.to_owned(),
        doc: "A unit.".to_owned(),
        packages: Vec::new(),
        users: BTreeMap::new(),
        files: BTreeMap::new(),
        validate: None,
        steps: Vec::new(),
        services: Vec::new(),
        waits: Vec::new(),
        verify: Vec::new(),
    }
}

pub fn step(id: &str, check: Option<&str>, apply: &str) -> BundleStep {
    BundleStep { id: id.to_owned(), doc: "Does it.".to_owned(), check: check.map(text), apply: text(apply), seconds: 5 }
}

pub fn wait(id: &str, check: &str) -> BundleWait {
    BundleWait { id: id.to_owned(), doc: "the door".to_owned(), check: text(check), seconds: 2 }
}

/// Two units as hosts have them.
pub fn example() -> Bundle {
    let mut nrpe = unit("nrpe");
    nrpe.packages = vec!["nagios-nrpe-server".to_owned(), "monitoring-plugins-basic".to_owned()];
    nrpe.users = BTreeMap::from([("watcher".to_owned(), ("/srv/homes/watcher".to_owned(), vec!["adm".to_owned()]))]);
    nrpe.files = BTreeMap::from([
        (
            "/etc/nagios/nrpe.d/provision.cfg".to_owned(),
            BundleFile { group: "watcher".to_owned(), ..file(text("command[disk]=x\n"), "0640") },
        ),
        ("/etc/nagios/key".to_owned(), file(secret("nrpe-key"), "0600")),
    ]);
    nrpe.validate = Some(text("grep -q command /etc/nagios/nrpe.d/provision.cfg || { echo no command here; exit 1; }"));
    nrpe.services = vec!["nagios-nrpe-server".to_owned()];
    let mut app = unit("app");
    app.files = BTreeMap::from([("/opt/app/etc/it's $(odd) \"name\"".to_owned(), file(text("a=1\n"), "0644"))]);
    app.services = vec!["app.service".to_owned()];
    app.steps = vec![
        step("app.schema", Some("test -e /opt/app/schema"), "echo made >>/fake/log; : >/opt/app/schema"),
        step("app.once", None, "echo once >>/fake/log"),
    ];
    app.waits = vec![wait("app.answers", "test -e /opt/app/schema")];
    Bundle { units: vec![nrpe, app] }
}
