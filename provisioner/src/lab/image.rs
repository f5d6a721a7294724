use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::command::Program;
use super::disk::{folder, write};
use super::tell::Tell;
use super::{LabError, Suite};

/// The recipe's version; a change of it makes new images.
const RECIPE: &str = "1";
/// Where Debian's packages come from.
const MIRROR: &str = "https://deb.debian.org";
/// What an image holds besides the smallest Debian: what a host of ours needs before anything is installed.
const PACKAGES: [&str; 12] = [
    "ca-certificates",
    "cloud-init",
    "dbus",
    "iproute2",
    "libpam-systemd",
    "netbase",
    "openssh-server",
    "procps",
    "python3",
    "sudo",
    "systemd",
    "systemd-sysv",
];
/// The certificates that this computer trusts; its machines trust the same, because they reach out through it.
const TRUST: &str = "/etc/ssl/certs/ca-certificates.crt";
/// Authorities that were added to this computer (update-ca-certificates(8)).
const ADDED_TRUST: &str = "/usr/local/share/ca-certificates";
/// How long an image may take to make.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// What cloud-init is told by the image: where to look, and to leave the network alone, which is there before the machine is.
/// Like Debian's own images this one keeps /etc/hosts as its template says, and the sources of packages as they are.
const CLOUD_CONFIG: &str =
    "datasource_list: [ NoCloud, None ]\nnetwork: { config: disabled }\nmanage_etc_hosts: true\napt: { preserve_sources_list: true }\n";

/// Finds or makes the image of a release, and returns its folder. Whoever calls MUST hold the cache's lock.
///
/// # Errors
/// When Debian's archive cannot be reached, or a file cannot be written.
pub(super) async fn ensure(cache: &Path, suite: Suite, tell: &Tell) -> Result<PathBuf, LabError> {
    let path = cache.join(format!("base-{}-{}", suite.name(), key(suite)));
    if path.is_dir() {
        return Ok(path);
    }
    tell.say(&format!("making the image of Debian {} (about a minute; it is kept in {})", suite.number(), cache.display()));
    fs::create_dir_all(cache).map_err(LabError::io("make", cache))?;
    let unfinished = path.with_extension("new");
    remove(&unfinished).await?;
    bootstrap(suite, &unfinished).await?;
    finish(&unfinished, suite)?;
    fs::rename(&unfinished, &path).map_err(LabError::io("rename", &path))?;
    Ok(path)
}

/// What an image is made from, as sixteen digits.
pub(super) fn key(suite: Suite) -> String {
    let mut hasher = Sha256::new();
    for part in [RECIPE, suite.name(), MIRROR, CLOUD_CONFIG].into_iter().chain(PACKAGES) {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    hasher.update(fs::read(TRUST).unwrap_or_default());
    format!("{:x}", hasher.finalize())[..16].to_owned()
}

/// Unpacks and configures the packages. mmdebstrap's own mounts stand in a namespace that ends with it, even when it is killed.
async fn bootstrap(suite: Suite, target: &Path) -> Result<(), LabError> {
    let include = format!("--include={}", PACKAGES.join(","));
    let target = target.display().to_string();
    let source = format!("{MIRROR}/debian");
    let words = [
        "unshare",
        "--mount",
        "--propagation",
        "private",
        "mmdebstrap",
        "--quiet",
        "--mode=root",
        "--variant=minbase",
        "--format=directory",
    ];
    let options =
        ["--aptopt=Acquire::Languages \"none\"", "--dpkgopt=path-exclude=/usr/share/man/*", "--dpkgopt=path-exclude=/usr/share/locale/*"];
    let rest = [include.as_str(), suite.name(), &target, &source];
    Program::new(words.into_iter().chain(options).chain(rest)).limit(LIMIT).run().await.map(drop)
}

/// Takes from an image what every machine must have of its own, and gives it what all have.
fn finish(root: &Path, suite: Suite) -> Result<(), LabError> {
    let keys = fs::read_dir(root.join("etc/ssh")).into_iter().flatten().flatten();
    for key in keys.filter(|entry| entry.file_name().to_string_lossy().starts_with("ssh_host_")) {
        fs::remove_file(key.path()).map_err(LabError::io("remove", key.path()))?;
    }
    // Empty, not missing: a missing one means a first boot, at which systemd would enable every unit that its presets name.
    write(root, "etc/machine-id", b"", 0o444)?;
    write(root, "etc/hostname", b"localhost\n", 0o644)?;
    write(root, "etc/hosts", b"127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n", 0o644)?;
    write(root, "etc/resolv.conf", b"", 0o644)?;
    write(root, "etc/cloud/cloud.cfg.d/90-laboratory.cfg", CLOUD_CONFIG.as_bytes(), 0o644)?;
    write(root, "etc/apt/sources.list.d/debian.sources", sources(suite).as_bytes(), 0o644)?;
    let old = root.join("etc/apt/sources.list");
    if old.exists() {
        fs::remove_file(&old).map_err(LabError::io("remove", &old))?;
    }
    trust(root)
}

/// The sources of packages, as Debian's own images name them (sources.list(5), the deb822 form).
fn sources(suite: Suite) -> String {
    let name = suite.name();
    let signed = "Components: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n";
    format!(
        "Types: deb\nURIs: {MIRROR}/debian\nSuites: {name} {name}-updates\n{signed}\nTypes: deb\nURIs: {MIRROR}/debian-security\nSuites: {name}-security\n{signed}"
    )
}

fn trust(root: &Path) -> Result<(), LabError> {
    if let Ok(bundle) = fs::read(TRUST) {
        write(root, TRUST.trim_start_matches('/'), &bundle, 0o644)?;
    }
    let target = folder(root, ADDED_TRUST.trim_start_matches('/'))?;
    let added = fs::read_dir(ADDED_TRUST).into_iter().flatten().flatten();
    for certificate in added.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "crt")) {
        let copy = target.join(certificate.file_name());
        fs::copy(certificate.path(), &copy).map_err(LabError::io("write", copy.clone()))?;
    }
    Ok(())
}

/// Removes an image that was not finished.
async fn remove(path: &Path) -> Result<(), LabError> {
    match tokio::fs::remove_dir_all(path).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(LabError::io("remove", path)(error)),
        _ => Ok(()),
    }
}
