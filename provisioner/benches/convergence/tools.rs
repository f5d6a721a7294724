//! What must be there before anything is measured, and the place of its own in which it is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::Failed;

const IMAGE: &str = include_str!("image.sh");
const REQUIREMENTS: &str = include_str!("requirements.txt");
/// Programs and the Debian packages they come in.
const PROGRAMS: [(&str, &str); 7] = [
    ("ip", "iproute2"),
    ("mmdebstrap", "mmdebstrap"),
    ("nsenter", "util-linux"),
    ("python3", "python3-venv"),
    ("ssh", "openssh-client"),
    ("systemd-nspawn", "systemd-container"),
    ("unshare", "util-linux"),
];

/// The folder for what is kept between runs, and for a run's own.
pub fn place() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("convergence")
}

/// Makes the machines' image, and installs those we are compared with.
pub fn ensure() -> Result<(), Failed> {
    if !rustix::process::geteuid().is_root() {
        return Err(Failed::new("machines are run by root"));
    }
    for (program, package) in PROGRAMS {
        let is_there = |folder: &&str| Path::new(folder).join(program).exists();
        if !std::env::var("PATH").unwrap_or_default().split(':').any(|folder| is_there(&folder)) {
            return Err(Failed::new(format!("{program} is not installed (Debian: apt-get install {package})")));
        }
    }
    let place = place();
    fs::create_dir_all(&place)?;
    let (image, environment) = (place.join("image"), place.join("peers"));
    once(&image, IMAGE, "making the machines' image", |image| succeed(Command::new("sh").args(["-c", IMAGE, "image"]).arg(image)))?;
    once(&environment, REQUIREMENTS, "installing Ansible and pyinfra", |environment| {
        fs::write(place.join("requirements.txt"), REQUIREMENTS)?;
        succeed(Command::new("python3").args(["-m", "venv"]).arg(environment))?;
        let pip = environment.join("bin/pip");
        succeed(Command::new(pip).args(["install", "--quiet", "--disable-pip-version-check", "-r"]).arg(place.join("requirements.txt")))
    })
}

/// Makes a folder by a recipe, unless that recipe has made it already.
fn once(folder: &Path, recipe: &str, words: &str, make: impl Fn(&Path) -> Result<(), Failed>) -> Result<(), Failed> {
    let mark = folder.with_extension("recipe");
    if fs::read_to_string(&mark).is_ok_and(|made| made == recipe) {
        return Ok(());
    }
    eprintln!("{words} …");
    let _ = fs::remove_file(&mark);
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    make(folder)?;
    Ok(fs::write(mark, recipe)?)
}

fn succeed(command: &mut Command) -> Result<(), Failed> {
    if command.status()?.success() { Ok(()) } else { Err(Failed::new(format!("{command:?} failed"))) }
}

/// Runs this program again with processes, mounts and a network of its own: they end with it, however it ends.
pub async fn isolated(name: &str, words: &[String]) -> Result<bool, Failed> {
    let mut child = tokio::process::Command::new("unshare")
        .args(["--net", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc"])
        .arg(std::env::current_exe()?)
        .args(["--inside", name])
        .args(words)
        .kill_on_drop(true)
        .spawn()?;
    let status = tokio::select! {
        status = child.wait() => status?,
        _ = tokio::signal::ctrl_c() => {
            let _ = child.kill().await;
            return Err(Failed::new("interrupted"));
        }
    };
    match status.code() {
        Some(0) => Ok(true),
        Some(1) => Ok(false),
        _ => Err(Failed::new("it did not come to its end")),
    }
}
