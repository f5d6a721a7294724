use std::path::Path;

use thiserror::Error;

/// The programs that a laboratory needs, with the Debian package of each.
const PROGRAMS: [(&str, &str); 11] = [
    ("systemd-nspawn", "systemd-container"),
    ("mmdebstrap", "mmdebstrap"),
    ("nft", "nftables"),
    ("ip", "iproute2"),
    ("unshare", "util-linux"),
    ("setsid", "util-linux"),
    ("nsenter", "util-linux"),
    ("losetup", "mount"),
    ("mount", "mount"),
    ("sysctl", "procps"),
    ("ssh", "openssh-client"),
];

/// Where programs are looked for, besides `PATH`: a root shell often lacks the folders of the system's own.
const FOLDERS: [&str; 4] = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/// What this computer lacks for a laboratory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Error)]
#[error("{}", self.sentence())]
pub struct LabMissing {
    /// Whether it is no Linux.
    pub is_other_system: bool,
    /// Whether we are not root.
    pub is_not_root: bool,
    /// Whether there is no cgroup hierarchy of version 2, not even beside version 1.
    pub has_no_cgroup: bool,
    /// The programs that are missing, with their Debian packages.
    pub programs: Vec<(&'static str, &'static str)>,
}

impl LabMissing {
    /// Looks what is missing; nothing is the answer of a computer that has all.
    pub(super) fn find() -> Option<LabMissing> {
        let is_other_system = !cfg!(target_os = "linux");
        let missing = LabMissing {
            is_other_system,
            is_not_root: !rustix::process::geteuid().is_root(),
            has_no_cgroup: !is_other_system && super::cgroup::roots().is_empty(),
            programs: PROGRAMS.into_iter().filter(|(program, _)| !is_installed(program)).collect(),
        };
        (missing != LabMissing::default()).then_some(missing)
    }

    fn sentence(&self) -> String {
        if self.is_other_system {
            return "a laboratory needs Linux".to_owned();
        }
        let mut parts = Vec::new();
        if self.is_not_root {
            parts.push("it needs root, to make namespaces and to mount".to_owned());
        }
        if self.has_no_cgroup {
            parts.push("there is no cgroup hierarchy of version 2 below /sys/fs/cgroup".to_owned());
        }
        if !self.programs.is_empty() {
            let names: Vec<&str> = self.programs.iter().map(|(program, _)| *program).collect();
            parts.push(format!("these programs are missing: {}", names.join(", ")));
        }
        format!("this computer cannot run a laboratory: {}", parts.join("; "))
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        if self.is_other_system {
            return "rehearse without --lab: the rehearsal cloud needs nothing".to_owned();
        }
        let mut packages: Vec<&str> = self.programs.iter().map(|(_, package)| *package).collect();
        packages.sort_unstable();
        packages.dedup();
        let mut steps = Vec::new();
        if !packages.is_empty() {
            steps.push(format!("apt-get install {}", packages.join(" ")));
        }
        if self.is_not_root {
            steps.push("run the same command as root".to_owned());
        }
        if self.has_no_cgroup {
            steps.push("mount -t cgroup2 cgroup2 /sys/fs/cgroup".to_owned());
        }
        steps.join(", then ")
    }
}

fn is_installed(program: &str) -> bool {
    let path = std::env::var("PATH").unwrap_or_default();
    path.split(':').chain(FOLDERS).filter(|folder| !folder.is_empty()).any(|folder| Path::new(folder).join(program).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_with_what_to_do() {
        let programs = vec![("nft", "nftables"), ("setsid", "util-linux"), ("unshare", "util-linux")];
        let missing = LabMissing { is_not_root: true, programs, ..LabMissing::default() };
        assert_eq!(
            missing.to_string(),
            "this computer cannot run a laboratory: it needs root, to make namespaces and to mount; these programs are missing: nft, setsid, unshare"
        );
        assert_eq!(missing.help(), "apt-get install nftables util-linux, then run the same command as root");
    }

    #[test]
    fn a_shell_is_found_and_an_invention_is_not() {
        assert!(is_installed("sh") && !is_installed("provision-no-such-program"));
    }
}
