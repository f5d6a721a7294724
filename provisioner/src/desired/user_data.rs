use serde_json::{Value, json};

use crate::topology::{BASTION, Host};

/// The first boot of a host, as cloud-init reads it: its name, HTTPS for packages, and an SSH server that lets in whom the
/// environment's authority has certified as `provision`.
///
/// It is JSON, which is YAML: no value can break out of its place. It holds no secret: `authority` is the public half, one line.
pub(super) fn user_data(name: &str, host: &Host, bastion_port: u16, authority: &str) -> String {
    let is_bastion = host.role == BASTION;
    let debian = |archive: &str| json!([{ "arches": ["default"], "uri": format!("https://deb.debian.org/{archive}") }]);
    let file = |path: &str, content: &str| json!({ "path": path, "permissions": "0644", "content": content });
    let document: Value = json!({
        "hostname": name,
        "fqdn": host.fully_qualified_name,
        "prefer_fqdn_over_hostname": false,
        // The word, not the truth value: cloud-init 22.4 takes both and its schema the word alone.
        "locale": "false",
        "ssh_pwauth": false,
        "disable_root": true,
        "ssh_genkeytypes": ["ed25519"],
        "users": [
            "default",
            {
                "name": "provision",
                "gecos": "provision",
                "shell": "/bin/sh",
                "lock_passwd": true,
                "sudo": "ALL=(ALL) NOPASSWD:ALL",
            },
        ],
        "apt": { "primary": debian("debian"), "security": debian("debian-security") },
        "write_files": [
            file("/etc/ssh/provision-authority.pub", &format!("{authority}\n")),
            file("/etc/ssh/provision-principals/provision", "provision\n"),
            file("/etc/ssh/sshd_config.d/10-provision.conf", &ssh_server(if is_bastion { bastion_port } else { 22 }, is_bastion)),
        ],
        "runcmd": [["systemctl", "restart", "ssh"]],
    });
    format!("#cloud-config\n{document:#}\n")
}

/// sshd_config(5); the first value of a keyword counts, so that this file comes before the distribution's own.
fn ssh_server(port: u16, is_bastion: bool) -> String {
    // Only the bastion hands connections on, and to no port of its own.
    let forwarding = if is_bastion { "local" } else { "no" };
    format!(
        "Port {port}\n\
         HostKey /etc/ssh/ssh_host_ed25519_key\n\
         TrustedUserCAKeys /etc/ssh/provision-authority.pub\n\
         AuthorizedPrincipalsFile /etc/ssh/provision-principals/%u\n\
         CASignatureAlgorithms ssh-ed25519\n\
         PasswordAuthentication no\n\
         KbdInteractiveAuthentication no\n\
         PermitRootLogin no\n\
         AllowAgentForwarding no\n\
         AllowTcpForwarding {forwarding}\n\
         AllowStreamLocalForwarding no\n\
         PermitTunnel no\n\
         X11Forwarding no\n\
         PermitUserEnvironment no\n\
         LoginGraceTime 30\n"
    )
}

#[cfg(test)]
mod tests;
