use sha2::{Digest, Sha256};

use crate::hosts::ssh::folder::Folder;
use crate::hosts::ssh::{Alias, Jump, SshOptions, Target};

/// How a machine proves who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// By a certificate of the authority.
    Authority,
    /// By the one key pinned for this login.
    Pinned,
}

/// Algorithms of OpenSSH 8.5 and later that nobody knows an attack on; the hosts offer them without being told.
const ALGORITHMS: &str = "\
KexAlgorithms sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org
Ciphers chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com
MACs hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com
PubkeyAcceptedAlgorithms ssh-ed25519-cert-v01@openssh.com,ssh-ed25519
CASignatureAlgorithms ssh-ed25519
";

/// What holds for every connection: one key, one way to log in, nothing forwarded, nobody asked.
const COMMON: &str = "\
StrictHostKeyChecking yes
GlobalKnownHostsFile none
UpdateHostKeys no
CheckHostIP no
VerifyHostKeyDNS no
IdentitiesOnly yes
IdentityAgent none
PreferredAuthentications publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
BatchMode yes
ForwardAgent no
ForwardX11 no
PermitLocalCommand no
Compression no
ConnectTimeout 10
ServerAliveInterval 15
ServerAliveCountMax 4
LogLevel INFO
";

/// The name of a machine's configuration file.
pub(super) fn file_name(alias: &Alias, trust: Trust) -> String {
    match trust {
        Trust::Authority => format!("{alias}.conf"),
        Trust::Pinned => format!("{alias}.pinned.conf"),
    }
}

/// The socket of a machine's shared connection; short, whatever the alias.
pub(super) fn socket_name(alias: &str) -> String {
    let digest = Sha256::digest(alias);
    let hex: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("c/{hex}")
}

/// The configuration for one machine, as ssh_config(5) has it.
pub(super) fn configuration(target: &Target, trust: Trust, options: &SshOptions, folder: &Folder, certificates: usize) -> String {
    let at = |name: &str| folder.at(name).display().to_string();
    let Target { alias, address, port, .. } = target;
    let user = &options.user;
    let mut text =
        format!("Host {alias}\nHostName {address}\nPort {port}\nHostKeyAlias {alias}\nUser {user}\nIdentityFile {}\n", at("key"));
    for number in 0..certificates {
        text.push_str(&format!("CertificateFile {}\n", at(&certificate_name(number))));
    }
    text.push_str(&match trust {
        Trust::Authority => format!(
            "HostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com\nUserKnownHostsFile {}\nControlPath {}\nControlMaster auto\nControlPersist {}\n",
            at("known_hosts"),
            at(&socket_name(alias.as_str())),
            options.idle.as_secs().max(1),
        ),
        Trust::Pinned => format!(
            "HostKeyAlgorithms ssh-ed25519\nUserKnownHostsFile {}\nControlPath none\nControlMaster no\n",
            at(&format!("{alias}.pinned"))
        ),
    });
    if folder.at("revoked").exists() {
        text.push_str(&format!("RevokedHostKeys {}\n", at("revoked")));
    }
    if let Some(words) = way_there(target, options, folder) {
        text.push_str(&format!("ProxyCommand {words}\n"));
    }
    text + ALGORITHMS + COMMON
}

/// The command that leads through the bastion, unless the machine is the bastion.
fn way_there(target: &Target, options: &SshOptions, folder: &Folder) -> Option<String> {
    let client = &options.client;
    match &options.bastion {
        Jump::Vpc { alias, .. } if *alias == target.alias => None,
        Jump::Vpc { alias, .. } => {
            let file = folder.at(&file_name(alias, Trust::Authority));
            Some(format!("{client} -F {} -o ControlMaster=no -W [%h]:%p {alias}", file.display()))
        }
        Jump::Datacenter { host, port } => {
            let words = datacenter_words(options, folder).join(" ");
            Some(format!("{client} {words} -o ControlMaster=no -p {port} -W [%h]:%p {host}"))
        }
    }
}

/// What is laid over the operator's own configuration for a data centre's bastion.
pub(super) fn datacenter_words(options: &SshOptions, folder: &Folder) -> Vec<String> {
    let socket = folder.at(&socket_name("datacenter")).display().to_string();
    let settings = [
        "StrictHostKeyChecking=yes".to_owned(),
        "BatchMode=yes".to_owned(),
        "ForwardAgent=no".to_owned(),
        "ForwardX11=no".to_owned(),
        "ClearAllForwardings=yes".to_owned(),
        "PermitLocalCommand=no".to_owned(),
        "UpdateHostKeys=no".to_owned(),
        "ConnectTimeout=10".to_owned(),
        "ServerAliveInterval=15".to_owned(),
        "LogLevel=INFO".to_owned(),
        format!("ControlPath={socket}"),
        format!("ControlPersist={}", options.idle.as_secs().max(1)),
    ];
    settings.into_iter().flat_map(|setting| ["-o".to_owned(), setting]).collect()
}

/// The file of a user's certificate.
pub(super) fn certificate_name(number: usize) -> String {
    format!("certificate-{number}.pub")
}
