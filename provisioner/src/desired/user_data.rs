use serde_json::{Value, json};

use crate::topology::{BASTION, Host};

/// The first boot of a host, as cloud-init reads it: its name, and an SSH server that takes keys only, on its port.
///
/// It is JSON, which is YAML: no value can break out of its place. It holds no secret.
pub(super) fn user_data(name: &str, host: &Host, bastion_port: u16) -> String {
    let port = if host.role == BASTION { bastion_port } else { 22 };
    let sshd =
        format!("Port {port}\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin no\nAllowAgentForwarding no\n");
    let document: Value = json!({
        "hostname": name,
        "fqdn": host.fully_qualified_name,
        "prefer_fqdn_over_hostname": false,
        "locale": false,
        "ssh_pwauth": false,
        "disable_root": true,
        "write_files": [{ "path": "/etc/ssh/sshd_config.d/10-provision.conf", "permissions": "0644", "content": sshd }],
        "runcmd": [["systemctl", "restart", "ssh"]],
    });
    format!("#cloud-config\n{document:#}\n")
}
