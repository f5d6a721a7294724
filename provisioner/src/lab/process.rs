use std::fs::OpenOptions;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::LabError;
use super::cgroup::{Cgroup, Life};
use super::command::{Program, last};
use super::disk::Disk;
use super::namespace::Namespace;
use super::volume::Device;

/// How long a machine may take to shut down in order.
const ORDERLY: Duration = Duration::from_secs(45);
/// How long the kernel may take to end a machine's processes.
const KILLED: Duration = Duration::from_secs(20);
/// How long a machine's systemd may take to begin.
const BEGIN: Duration = Duration::from_secs(60);
/// How long a launcher may be in no group of its own yet.
const GRACE: Duration = Duration::from_secs(3);

/// Starts a machine. Words: the machine's name, its namespace, the images below, its groups' folders, one a line, and options for its volumes.
///
/// It runs with the machine's folder as the working folder, in a mount namespace of its own, so that its mounts end with it however it ends.
const LAUNCHER: &str = "set -eu
name=$1 namespace=$2 lower=$3 groups=$4
shift 4
printf '%s\\n' \"$groups\" | while IFS= read -r group; do
  mkdir -p \"$group\"
  echo $$ > \"$group/cgroup.procs\"
done
mount -t overlay \"$name\" -o \"lowerdir=$lower,upperdir=disk,workdir=work\" root
exec systemd-nspawn --quiet --directory=root --machine=\"$name\" --network-namespace-path=\"$namespace\" \\
  --register=no --keep-unit --resolv-conf=off --timezone=off --link-journal=no --console=read-only \"$@\" --boot
";

/// Makes the devices of a running machine's volumes, and removes those of others. It runs in the machine's mount namespace. Words: devices.
const SHOW: &str = "set -eu
mkdir -p /dev/disk/by-id
for node in /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol*; do
  [ -b \"$node\" ] || continue
  case \" $* \" in *\" ${node##*/}:$(stat -c %Hr:%Lr \"$node\") \"*) continue ;; esac
  umount -q \"$node\" || :
  rm -f \"$node\"
done
for word in \"$@\"; do
  numbers=${word#*:}
  node=/dev/disk/by-id/${word%%:*}
  [ -b \"$node\" ] || mknod -m 0660 \"$node\" b \"${numbers%:*}\" \"${numbers#*:}\"
done
";

/// A machine's processes: they live on when this program ends, and are found again by their group.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    /// Its name: that of its namespace, its group and its container.
    pub(super) name: String,
    /// The host's name, for messages.
    pub(super) host: String,
}

impl Machine {
    fn group(&self) -> Cgroup {
        Cgroup::of(&self.name)
    }

    /// Whether it runs.
    pub(super) fn is_running(&self) -> bool {
        self.group().life() == Life::Whole
    }

    /// Starts it; what it writes to its console is added to a file.
    ///
    /// # Errors
    /// When its systemd does not begin.
    pub(super) async fn start(&self, disk: &Disk, console: &Path, volumes: &[Device]) -> Result<(), LabError> {
        self.kill().await?;
        if let Some(folder) = console.parent() {
            std::fs::create_dir_all(folder).map_err(LabError::io("make", folder))?;
        }
        let open = |path: &Path| OpenOptions::new().create(true).append(true).open(path).map_err(LabError::io("open", path));
        let namespace = Namespace::named(&self.name).path();
        let folders: Vec<String> = self.group().folders().into_iter().map(|folder| folder.display().to_string()).collect();
        let launcher = ["--mount", "--propagation", "slave", "sh", "-c", LAUNCHER, "launcher"];
        let words = launcher.into_iter().chain([&*self.name, &namespace, disk.lower()]).map(str::to_owned).chain([folders.join("\n")]);
        let child = Command::new("setsid")
            .arg("unshare")
            .args(words.chain(volumes.iter().map(Device::bind)))
            .current_dir(disk.path())
            .env("SYSTEMD_NSPAWN_UNIFIED_HIERARCHY", "1")
            .stdin(Stdio::null())
            .stdout(open(console)?)
            .stderr(open(&disk.log())?)
            .spawn();
        // The child is not waited for: it ends when the machine does, and tokio takes its status then.
        drop(child.map_err(|source| LabError::Start { program: "systemd-nspawn".to_owned(), source })?);
        if self.group().wait_for_boot(BEGIN, GRACE).await {
            return Ok(());
        }
        let said = std::fs::read_to_string(disk.log()).unwrap_or_default();
        self.kill().await?;
        Err(LabError::NotStarted { host: self.host.clone(), message: last(&said) })
    }

    /// Has the running machine see these volumes and no others.
    ///
    /// # Errors
    /// When its devices cannot be made.
    pub(super) async fn show(&self, volumes: &[Device]) -> Result<(), LabError> {
        let Some(first) = self.group().first() else { return Ok(()) };
        let place = format!("--mount=/proc/{}/ns/mnt", first.as_raw_nonzero());
        let words = ["nsenter", &place, "--", "/bin/sh", "-c", SHOW, "show"].map(str::to_owned);
        Program::new(words.into_iter().chain(volumes.iter().map(Device::word))).run().await.map(drop)
    }

    /// Shuts it down in order; what does not end in time is ended.
    ///
    /// # Errors
    /// When its processes do not end.
    pub(super) async fn stop(&self) -> Result<(), LabError> {
        let group = self.group();
        if group.life() == Life::Whole {
            group.ask_to_end();
            group.wait_for_end(ORDERLY).await;
        }
        self.kill().await
    }

    /// Ends it at once.
    ///
    /// # Errors
    /// When its processes do not end.
    pub(super) async fn kill(&self) -> Result<(), LabError> {
        let group = self.group();
        if group.life() != Life::None {
            group.kill();
            if !group.wait_for_end(KILLED).await {
                return Err(LabError::NotEnded { host: self.host.clone() });
            }
        }
        group.remove();
        // A supervisor that was killed leaves its folders behind.
        for place in ["propagate", "unix-export"] {
            let _ = std::fs::remove_dir(Path::new("/run/systemd/nspawn").join(place).join(&self.name));
        }
        Ok(())
    }
}
