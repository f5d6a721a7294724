use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use super::*;
use crate::model::Layer;

const AUTHORITY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";
/// The keys of cloud-init 22.4 to 25 that are used; `cloud-init schema` lets unknown ones pass.
const KNOWN: &[&str] = &[
    "apt",
    "disable_root",
    "fqdn",
    "hostname",
    "locale",
    "prefer_fqdn_over_hostname",
    "runcmd",
    "ssh_genkeytypes",
    "ssh_pwauth",
    "users",
    "write_files",
];

fn host(role: &str) -> Host {
    Host {
        role: role.to_owned(),
        n: 1,
        fully_qualified_name: format!("{role}-1.emm.example.com"),
        zone: "a".parse().expect("a zone"),
        subnet: "private-a".to_owned(),
        private_address: [10, 0, 0, 20].into(),
        instance_type: "m6i.large".to_owned(),
        image: "debian-13".to_owned(),
        root_volume_gib: 20,
        data_volume_gib: None,
        data_volume_mount: None,
        has_elastic_ip: role == BASTION,
        is_stateful: false,
        layer: Layer::Hosts,
        security_group: role.to_owned(),
    }
}

fn text(role: &str) -> String {
    user_data(&format!("{role}-1"), &host(role), 40022, AUTHORITY)
}

fn document(role: &str) -> BTreeMap<String, Value> {
    serde_json::from_str(text(role).strip_prefix("#cloud-config\n").expect("its mark")).expect("JSON")
}

fn content(role: &str, path: &str) -> String {
    let document = document(role);
    let files = document["write_files"].as_array().expect("files").clone();
    let file = files.into_iter().find(|file| file["path"] == path).unwrap_or_else(|| panic!("no {path}"));
    file["content"].as_str().expect("text").to_owned()
}

fn server(role: &str) -> String {
    content(role, "/etc/ssh/sshd_config.d/10-provision.conf")
}

/// Whether a judge is installed; where the lab is required it must be.
fn is_installed(program: &str, test: &str) -> bool {
    if Path::new(program).exists() {
        return true;
    }
    assert!(std::env::var("PROVISION_TEST_LAB").as_deref() != Ok("require"), "{program} is not installed");
    let _ = writeln!(std::io::stderr(), "skipped: {test}: {program} is not installed");
    false
}

#[test]
fn only_known_keys_are_written() {
    assert_eq!(document("worker").keys().map(String::as_str).collect::<Vec<_>>(), KNOWN);
}

#[test]
fn it_fits_into_16_kib_and_holds_no_private_key() {
    for role in ["worker", BASTION] {
        let text = text(role);
        assert!(text.len() < 8 * 1024 && !text.contains("PRIVATE"), "{} bytes", text.len());
    }
}

#[test]
fn hosts_trust_the_authority_and_listen_on_22() {
    assert_eq!(content("worker", "/etc/ssh/provision-authority.pub"), format!("{AUTHORITY}\n"));
    assert_eq!(content("worker", "/etc/ssh/provision-principals/provision"), "provision\n");
    let server = server("worker");
    assert!(server.starts_with("Port 22\n") && server.contains("AllowTcpForwarding no\n"), "{server}");
}

#[test]
fn the_bastion_alone_hands_on_and_listens_on_its_port() {
    let server = server(BASTION);
    assert!(server.starts_with("Port 40022\n") && server.contains("AllowTcpForwarding local\n"), "{server}");
    assert_eq!(server.matches("Port ").count(), 1);
}

#[test]
fn the_user_has_no_key_and_no_password() {
    let user = &document("worker")["users"][1];
    assert!(user["lock_passwd"] == true && user.get("ssh_authorized_keys").is_none() && user.get("passwd").is_none(), "{user}");
}

#[test]
fn packages_come_by_https_alone() {
    assert!(!text("worker").contains("http://"));
    for archive in ["primary", "security"] {
        assert!(document("worker")["apt"][archive][0]["uri"].as_str().is_some_and(|uri| uri.starts_with("https://")));
    }
}

#[test]
fn cloud_init_takes_it() {
    if !is_installed("/usr/bin/cloud-init", "cloud_init_takes_it") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    for role in ["worker", BASTION] {
        let file = folder.path().join(role);
        std::fs::write(&file, text(role)).expect("written");
        let output = Command::new("/usr/bin/cloud-init").args(["schema", "--config-file"]).arg(&file).output().expect("runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && !said.contains("deprecat"), "{said}");
    }
}

#[test]
fn sshd_takes_its_configuration() {
    if !is_installed("/usr/sbin/sshd", "sshd_takes_its_configuration") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("ssh_host_ed25519_key");
    assert!(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status().expect("runs").success());
    std::fs::write(folder.path().join("provision-authority.pub"), format!("{AUTHORITY}\n")).expect("written");
    for role in ["worker", BASTION] {
        let file = folder.path().join(format!("{role}.conf"));
        let text = server(role).replace("/etc/ssh", &folder.path().display().to_string());
        std::fs::write(&file, text).expect("written");
        // Where sshd has never run, its folder for the privileged half may be missing: that is no matter of the configuration.
        let output = Command::new("/usr/sbin/sshd").args(["-T", "-f"]).arg(&file).output().expect("runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && said.is_empty(), "{said}");
        let effective = String::from_utf8_lossy(&output.stdout).into_owned();
        let wanted = ["passwordauthentication no", "permitrootlogin no", "allowagentforwarding no", "x11forwarding no"];
        assert!(wanted.iter().all(|line| effective.lines().any(|found| found == *line)), "{effective}");
    }
}
