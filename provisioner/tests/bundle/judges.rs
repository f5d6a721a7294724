//! The programs that rendered files are for say whether they take them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::Worked;
use super::tools::{Daemon, are_there, check_nrpe, eventually, expect, free_port, nrpe, scratch, text, write};

/// A configuration of nginx that needs nothing outside of `folder`.
pub fn nginx_around(folder: &Path, inside: &str) -> String {
    let run = folder.join("run");
    let run = run.display();
    let places: String =
        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|kind| format!("{kind}_temp_path {run}/{kind};\n")).concat();
    format!("pid {run}/pid;\nevents {{}}\nhttp {{\naccess_log off;\ngeo $dollar {{ default \"$\"; }}\n{places}{inside}\n}}\n")
}

#[test]
fn sshd_takes_its_file_on_every_kind_of_host() {
    if !are_there("sshd", &["sshd", "ssh-keygen"]) {
        return;
    }
    let prod = Worked::shipped("prod");
    let folder = scratch();
    let key = folder.path().join("key");
    expect(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key));
    for host in ["bastion-1", "worker-1"] {
        let rendered = prod.installed(host, "/etc/ssh/sshd_config.d/20-provision.conf");
        let path = write(folder.path(), "sshd_config", &format!("HostKey {}\n{rendered}", key.display()));
        let said = text(&expect(Command::new("/usr/sbin/sshd").arg("-T").arg("-f").arg(&path)).stdout);
        let forwarding = if host == "bastion-1" { "allowtcpforwarding local" } else { "allowtcpforwarding no" };
        for wanted in ["passwordauthentication no", "permitrootlogin no", "x11forwarding no", forwarding] {
            assert!(said.lines().any(|line| line == wanted), "{host}: {wanted}\n{said}");
        }
    }
}

#[test]
fn icinga_takes_every_host_of_the_environment_with_its_checks() {
    if !are_there("icinga", &["icinga2"]) {
        return;
    }
    let prod = Worked::shipped("prod");
    let folder = scratch();
    for (path, _) in prod.bundles["icinga-1"].files().filter(|(path, _)| path.starts_with("/etc/icinga2/")) {
        write(folder.path(), path, &prod.installed("icinga-1", path));
    }
    let at = |name: &str| folder.path().join(name);
    let icinga = |arguments: &[&str]| {
        let mut command = Command::new("icinga2");
        let (user, group) = (text(&expect(Command::new("id").arg("-un")).stdout), text(&expect(Command::new("id").arg("-gn")).stdout));
        command
            .args(arguments)
            .arg(format!("-DConfiguration.RunAsUser={}", user.trim()))
            .arg(format!("-DConfiguration.RunAsGroup={}", group.trim()));
        for (name, place) in [
            ("ConfigDir", "etc/icinga2"),
            ("DataDir", "data"),
            ("CacheDir", "cache"),
            ("LogDir", "log"),
            ("SpoolDir", "spool"),
            ("InitRunDir", "run"),
        ] {
            fs::create_dir_all(at(place)).expect("made");
            command.arg(format!("-DConfiguration.{name}={}", at(place).display()));
        }
        command
    };
    // The same calls as in the step, in other folders.
    let name = "data/certs/icinga-1.emm.example.com";
    fs::create_dir_all(at("data/certs")).expect("made");
    let file = |ending: &str| at(&format!("{name}.{ending}")).display().to_string();
    expect(&mut icinga(&["pki", "new-ca"]));
    expect(&mut icinga(&["pki", "new-cert", "--cn", "icinga-1.emm.example.com", "--key", &file("key"), "--csr", &file("csr")]));
    expect(&mut icinga(&["pki", "sign-csr", "--csr", &file("csr"), "--cert", &file("crt")]));
    fs::copy(at("data/ca/ca.crt"), at("data/certs/ca.crt")).expect("copied");

    let configuration = at("etc/icinga2/icinga2.conf").display().to_string();
    let said = text(&expect(&mut icinga(&["daemon", "-C", "-c", &configuration])).stdout);

    let checks = prod.installed("icinga-1", "/etc/icinga2/provision.d/objects.conf").matches("object Service ").count();
    assert!(said.contains(&format!("Instantiated {} Hosts.", prod.bundles.len())), "{said}");
    assert!(said.contains(&format!("Instantiated {checks} Services.")), "{said}");
    assert!(!said.contains("warning/"), "{said}");
}

#[test]
fn icinga_asks_for_exactly_the_commands_that_hosts_have() {
    for name in ["prod", "pre-prod"] {
        let environment = Worked::shipped(name);
        if !environment.bundles.contains_key("icinga-1") {
            continue;
        }
        let objects = environment.installed("icinga-1", "/etc/icinga2/provision.d/objects.conf");
        for host in environment.bundles.keys() {
            let asked: Vec<&str> = objects
                .split("object Service ")
                .filter(|service| service.contains(&format!("host_name = \"{host}\"\n")))
                .filter_map(|service| service.split_once("vars.nrpe_command = \"")?.1.split_once('"').map(|(command, _)| command))
                .collect();
            let nrpe = environment.installed(host, "/etc/nagios/nrpe.d/provision.cfg");
            let has: Vec<&str> =
                nrpe.lines().filter_map(|line| line.strip_prefix("command[")?.split_once(']').map(|(command, _)| command)).collect();
            assert!(asked.len() > 8 && asked == has, "{host}: {asked:?} {has:?}");
            let address = environment.topology.hosts[host].private_address;
            assert!(objects.contains(&format!("object Host \"{host}\" {{\n")) && objects.contains(&format!("address = \"{address}\"")));
        }
    }
}

#[test]
fn a_node_that_comes_or_goes_does_so_in_icinga() {
    let objects = |workers: u16| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let worked =
            Worked::changed(root, "prod", |environment| environment.nodes.get_mut("worker").expect("workers").count = Some(workers));
        worked.installed("icinga-1", "/etc/icinga2/provision.d/objects.conf")
    };
    let (one, two, three) = (objects(1), objects(2), objects(3));
    let mentions = |text: &str, host: &str| text.matches(&format!("\"{host}\"")).count();
    assert_eq!(mentions(&one, "worker-2"), 0);
    assert!(mentions(&two, "worker-2") > 8);
    assert_eq!(mentions(&three, "worker-3"), mentions(&two, "worker-2"));
}

#[test]
fn nrpe_answers_every_command_and_refuses_arguments_and_strangers() {
    if !are_there("nrpe", &["nrpe", "/usr/lib/nagios/plugins/check_nrpe", "/usr/lib/nagios/plugins/check_disk"]) {
        return;
    }
    let prod = Worked::shipped("prod");
    let folder = scratch();
    for name in ["check_memory", "check_service", "check_time"] {
        let plugin = write(folder.path(), name, &prod.installed("worker-1", &format!("/usr/local/lib/provision/{name}")));
        fs::set_permissions(plugin, fs::Permissions::from_mode(0o755)).expect("permissions");
    }
    let rendered = prod.installed("worker-1", "/etc/nagios/nrpe.d/provision.cfg");
    let here = rendered
        .replace(&prod.topology.hosts["worker-1"].private_address.to_string(), "127.0.0.1")
        .replace(&format!("allowed_hosts={}", prod.topology.hosts["icinga-1"].private_address), "allowed_hosts=127.0.0.1")
        .replace("/usr/local/lib/provision", &folder.path().display().to_string());
    let (_daemon, port) = nrpe(folder.path(), &here);

    for command in here.lines().filter_map(|line| line.strip_prefix("command[")?.split_once(']').map(|(command, _)| command)) {
        // Nobody answers the time here, and it waits for that.
        let (said, code) = check_nrpe(port, &["-c", command]);
        assert!((0..=3).contains(&code) && !said.contains("NRPE:"), "{command}: {said} ({code})");
        assert!(!said.contains("not defined") && !said.contains("Unable to read output"), "{command}: {said}");
        if ["memory", "disk", "zombies"].contains(&command) {
            assert!(said.contains(" OK") || said.contains(" WARNING") || said.contains(" CRITICAL"), "{command}: {said}");
        }
    }
    let (said, code) = check_nrpe(port, &["-c", "memory", "-a", "1"]);
    assert!(code != 0 && !said.contains("MEMORY"), "{said}");
    let (said, code) = check_nrpe(port, &["-c", "check_load"]);
    assert!(said.contains("not defined") && code == 3, "{said}");
    let (said, code) = check_nrpe(port, &["-b", "127.0.0.2"]);
    assert!(code != 0 && !said.contains("NRPE v"), "{said}");
}

#[test]
fn snmpd_takes_its_file_and_a_changed_pass_phrase() {
    if !are_there("snmpd", &["snmpd"]) {
        return;
    }
    let prod = Worked::shipped("prod");
    let rendered = prod.installed("worker-1", "/etc/snmp/snmpd.conf");
    let address = prod.topology.hosts["worker-1"].private_address.to_string();
    let folder = scratch();
    let port = free_port();
    let mut keys = Vec::new();
    for phrase in ["abcDEF0123456789", "another0123456789"] {
        let here = rendered.replace("abcDEF0123456789", phrase).replace(&format!("{address}:161"), &format!("127.0.0.1:{port}"));
        let path = write(folder.path(), "snmpd.conf", &here);
        let log = folder.path().join("run/log");
        let mut command = Command::new("/usr/sbin/snmpd");
        command.env("SNMP_PERSISTENT_DIR", folder.path().join("run")).env("MIBS", "");
        command.args(["-f", "-C", "-c"]).arg(path).arg("-Lf").arg(&log).args(["-I", "-smux,mteTrigger,mteTriggerConf"]);
        let kept = folder.path().join("run/snmpd.conf");
        let _ = fs::remove_file(&log);
        let daemon = Daemon::start(&mut command);
        let said = || fs::read_to_string(&log).unwrap_or_default();
        assert!(eventually(|| said().contains("NET-SNMP version")), "{}", said());
        for wrong in ["Error", "Unknown token", "unknown", "Warning"] {
            assert!(!said().contains(wrong), "{}", said());
        }
        daemon.ask_to_end();
        let user = || fs::read_to_string(&kept).unwrap_or_default().lines().find(|line| line.starts_with("usmUser ")).map(str::to_owned);
        let key = user().expect("the user is kept");
        assert!(key.contains("\"provision\"") && !key.contains(phrase), "{key}");
        keys.push(key);
    }
    assert_ne!(keys[0], keys[1], "what the file says outweighs what was kept");
}

#[test]
fn nginx_takes_the_example_and_answers_with_the_text_as_it_was_written() {
    if !are_there("nginx", &["nginx"]) {
        return;
    }
    let web = Worked::changed(&super::example::root(), "web", |_| {});
    let folder = scratch();
    let port = free_port();
    let rendered = web.installed("lb-1", "/etc/nginx/nginx.conf");
    let http = rendered.split_once("http {").expect("a block").1;
    let (_, upstream) = http.split_once("upstream").expect("a block");
    let inside = format!("upstream{}", upstream.trim_end().strip_suffix('}').expect("its end"))
        .replace("listen 80", &format!("listen 127.0.0.1:{port}"));
    let path = write(folder.path(), "nginx.conf", &nginx_around(folder.path(), &inside));
    let mut command = Command::new("/usr/sbin/nginx");
    command.arg("-p").arg(folder.path()).arg("-c").arg(path).args(["-e", "stderr"]);
    expect(command.arg("-t"));
    let mut command = Command::new("/usr/sbin/nginx");
    command.arg("-p").arg(folder.path()).arg("-c").arg(folder.path().join("nginx.conf"));
    let _daemon = Daemon::listening(command.args(["-e", "stderr", "-g", "daemon off; master_process off;"]), port);
    assert_eq!(super::quoting::get(port, "/greeting"), super::example::GREETING);
}

#[test]
fn plugins_say_what_they_find() {
    let prod = Worked::shipped("prod");
    let folder = scratch();
    let plugin = write(folder.path(), "check_memory", &prod.installed("worker-1", "/usr/local/lib/provision/check_memory"));
    for (bounds, code, word) in
        [(["101", "102"], 0, "OK"), (["0", "101"], 1, "WARNING"), (["0", "0"], 2, "CRITICAL"), (["1", ""], 3, "UNKNOWN")]
    {
        let output = Command::new("sh").arg(&plugin).args(bounds).output().expect("it starts");
        assert_eq!(output.status.code(), Some(code), "{bounds:?}: {}", text(&output.stdout));
        assert!(text(&output.stdout).starts_with(&format!("MEMORY {word} - ")), "{}", text(&output.stdout));
    }
}
