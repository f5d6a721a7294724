use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use provisioner::hosts::HostReport;
use provisioner::hosts::ssh::{Jump, Ssh, SshError};
use provisioner::secrets::{Keys, Kind, SecretName, SecretStore};
use ssh_key::Certificate;
use tokio::time::Instant;

use super::machine::{AMPLE, Certifier, Machine, Server, has_servers, options, target_at};

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

fn silent(_: &str) {}

/// What a machine's report says of its identity.
fn said_by(machine: &Machine) -> HostReport {
    let read = |name: &str| std::fs::read_to_string(machine.etc(name)).unwrap();
    let authorities = read("provision-authority.pub");
    HostReport {
        certificate: read("ssh_host_ed25519_key-cert.pub").lines().next().map(str::to_owned),
        authorities: authorities.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect(),
        ..HostReport::default()
    }
}

/// A port on which no test listens.
const NOBODY: u16 = 1;

#[tokio::test]
async fn a_host_behind_the_bastion_is_enrolled_and_then_known_by_the_authority_alone() {
    if !has_servers("enrolment") {
        return;
    }
    let authority = Certifier::new();
    let (bastion, host) = (Machine::fresh("i-bastion", &authority), Machine::fresh("i-worker", &authority));
    let ssh = Ssh::open(authority.authority(), bastion.as_bastion()).unwrap();
    ssh.enrol(&bastion.target, &bastion.key(), soon(), &silent).await.unwrap();
    ssh.enrol(&host.target, &host.key(), soon(), &silent).await.unwrap();

    let text = std::fs::read_to_string(host.etc("ssh_host_ed25519_key-cert.pub")).unwrap();
    let certificate = Certificate::from_openssh(text.trim()).unwrap();
    assert_eq!(certificate.valid_principals(), ["i-worker", "name-of-i-worker"]);
    assert_eq!((certificate.valid_before() - certificate.valid_after()).div_ceil(86_400), 91);

    let output = ssh.run(&host.target, "cat; echo end >&2; exit 3", b"data".to_vec(), AMPLE).await.unwrap();
    assert_eq!((output.status, output.stdout.as_slice(), output.stderr.as_slice()), (3, &b"data"[..], &b"end\n"[..]));
    // It came through the bastion: the host saw only connections from there, and the bastion one login that hands on.
    assert!(bastion.log().contains("Accepted publickey") && !bastion.log().contains("Accepted password"));
    ssh.close().await;
}

#[tokio::test]
async fn one_login_serves_many_commands_and_255_is_the_commands_own() {
    if !has_servers("one_login") {
        return;
    }
    let authority = Certifier::new();
    let (bastion, host) = (Machine::enrolled("i-bastion", &authority), Machine::enrolled("i-worker", &authority));
    let ssh = Ssh::open(authority.authority(), bastion.as_bastion()).unwrap();
    for _ in 0..5 {
        ssh.run(&host.target, "true", Vec::new(), AMPLE).await.unwrap();
    }
    assert_eq!(ssh.run(&host.target, "exit 255", Vec::new(), AMPLE).await.unwrap().status, 255);
    assert_eq!((host.log().matches("Accepted").count(), bastion.log().matches("Accepted").count()), (1, 1));
    ssh.close().await;
}

#[tokio::test]
async fn many_hosts_at_once_share_one_connection_to_the_bastion() {
    if !has_servers("many_hosts") {
        return;
    }
    let authority = Certifier::new();
    let bastion = Machine::enrolled("i-bastion", &authority);
    let hosts: Vec<Machine> = (0..4).map(|number| Machine::enrolled(&format!("i-{number}"), &authority)).collect();
    let ssh = Ssh::open(authority.authority(), bastion.as_bastion()).unwrap();
    let runs = hosts.iter().map(|host| ssh.run(&host.target, "echo here", Vec::new(), AMPLE));
    for output in futures::future::join_all(runs).await {
        assert_eq!(output.unwrap().stdout, b"here\n");
    }
    assert_eq!(bastion.log().matches("Accepted").count(), 1);
    ssh.close().await;
}

#[tokio::test]
async fn a_machine_that_boots_is_waited_for_and_its_reason_told_once() {
    if !has_servers("boots") {
        return;
    }
    let authority = Certifier::new();
    let bastion = Machine::enrolled("i-bastion", &authority);
    let ssh = Ssh::open(authority.authority(), bastion.as_bastion()).unwrap();
    let told = Mutex::new(Vec::new());
    let progress = |text: &str| told.lock().unwrap().push(text.to_owned());
    // The road to the bastion is there before the clock runs; then a login that is refused takes no time.
    ssh.wait_until_up(&bastion.target, soon(), &silent).await.unwrap();
    let nobody = target_at("i-nobody", NOBODY);
    let begin = Instant::now();
    let error = ssh.wait_until_up(&nobody, begin + Duration::from_secs(6), &progress).await.unwrap_err();
    assert!(matches!(error, SshError::Unreachable { .. }), "{error:?}");
    assert!(begin.elapsed() < Duration::from_secs(30));
    assert_eq!(told.lock().unwrap().len(), 1, "{:?}", told.lock().unwrap());
    ssh.wait_until_up(&bastion.target, soon(), &silent).await.unwrap();
    ssh.close().await;
}

#[tokio::test]
async fn a_certificate_is_renewed_in_its_last_thirty_days_and_after_a_rotation() {
    if !has_servers("renewal") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (path, own) = (folder.path().join("prod.age"), folder.path().join("identity"));
    let mut store = SecretStore::open(&path, Keys::find(&[], None, &own, &path).unwrap()).unwrap();
    let name = SecretName::ssh_authority();
    store.ensure(&name, Kind::SshAuthority).unwrap();
    let open = |store: &SecretStore, bastion: &Machine| {
        Ssh::open(provisioner::hosts::Authority::of(store).unwrap(), bastion.as_bastion()).unwrap()
    };
    let certifier = Certifier::of(store.get(&name).unwrap().expose());
    let machine = Machine::start("i-a", &Server { certificate: Some((&certifier, "i-a", "-1m:+28d12h")), trusts: &certifier, extra: "" });
    let words = |certificate: &str, trusts: &str| {
        BTreeMap::from([("certificate".to_owned(), certificate.to_owned()), ("trusts".to_owned(), trusts.to_owned())])
    };
    let ssh = open(&store, &machine);
    assert_eq!(ssh.identity(&said_by(&machine)), words("ends in 28 days", "authority 1"));
    assert!(ssh.renew(&machine.target, &said_by(&machine)).await.unwrap());
    assert_eq!(ssh.identity(&said_by(&machine)), words("authority 1", "authority 1"));
    assert!(!ssh.renew(&machine.target, &said_by(&machine)).await.unwrap());
    ssh.close().await;

    let before = Certifier::of(store.get(&name).unwrap().expose());
    store.rotate(&name).unwrap();
    let ssh = open(&store, &machine);
    assert_eq!(ssh.identity(&said_by(&machine)), words("authority 1", "authority 1"));
    assert!(ssh.renew(&machine.target, &said_by(&machine)).await.unwrap());
    assert_eq!(ssh.identity(&said_by(&machine)), words("authority 2", "authority 2"));
    assert!(!ssh.renew(&machine.target, &said_by(&machine)).await.unwrap());
    ssh.close().await;
    // Whoever has the earlier authority alone is a stranger now, and takes the machine for one.
    let ssh = Ssh::open(before.authority(), machine.as_bastion()).unwrap();
    let error = ssh.run(&machine.target, "true", Vec::new(), AMPLE).await.unwrap_err();
    assert!(matches!(error, SshError::RefusedIdentity { .. }), "{error:?}");
    ssh.close().await;
    // The machine has the new authority and a certificate by it: the earlier can go.
    store.forget_earlier(&name);
    let ssh = open(&store, &machine);
    ssh.run(&machine.target, "true", Vec::new(), AMPLE).await.unwrap();
    ssh.close().await;
}

#[tokio::test]
async fn a_persons_own_session_has_the_same_road() {
    if !has_servers("interactive") {
        return;
    }
    let authority = Certifier::new();
    let (bastion, host) = (Machine::enrolled("i-bastion", &authority), Machine::enrolled("i-worker", &authority));
    let ssh = Ssh::open(authority.authority(), bastion.as_bastion()).unwrap();
    let mut command = ssh.interactive(&host.target, &["echo".to_owned(), "$((6 * 7))".to_owned()]).unwrap();
    let output = command.stdin(std::process::Stdio::null()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "42\n", "{}", String::from_utf8_lossy(&output.stderr));
    ssh.close().await;
}

#[tokio::test]
async fn the_operators_own_client_knows_a_data_centres_bastion() {
    if !has_servers("datacenter") {
        return;
    }
    let (authority, theirs) = (Certifier::new(), Certifier::new());
    let host = Machine::enrolled("i-worker", &authority);
    let bastion = Machine::fresh("dc", &theirs);
    let folder = tempfile::tempdir().unwrap();
    // The operator's own configuration, key and known_hosts, which ssh would look for in the home folder.
    let own = |known: &str| {
        let root = folder.path();
        std::fs::write(root.join("known_hosts"), known).unwrap();
        let text = format!(
            "Host *\nUserKnownHostsFile {0}/known_hosts\nGlobalKnownHostsFile none\nIdentityFile {0}/key\nCertificateFile {0}/key-cert.pub\n",
            root.display()
        );
        std::fs::write(root.join("config"), text).unwrap();
        let client = root.join("client");
        let script = format!("#!/bin/sh\ncase \"$1\" in -F) exec ssh \"$@\";; *) exec ssh -F {}/config \"$@\";; esac\n", root.display());
        std::fs::write(&client, script).unwrap();
        std::fs::set_permissions(&client, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let mut options = options(Jump::Datacenter { host: "127.0.0.1".parse().unwrap(), port: bastion.target.port });
        options.client = client.display().to_string();
        Ssh::open(authority.authority(), options).unwrap()
    };
    theirs.certify_user(&folder.path().join("key"));

    let error = own("").run(&host.target, "true", Vec::new(), AMPLE).await.unwrap_err();
    assert_eq!(error.diagnostic().code, "E0348", "{error:?}");
    let line = format!("[127.0.0.1]:{} {}\n", bastion.target.port, bastion.key().to_openssh().unwrap());
    let ssh = own(&line);
    assert_eq!(ssh.run(&host.target, "echo here", Vec::new(), AMPLE).await.unwrap().stdout, b"here\n");
    assert!(bastion.log().contains("Accepted"));
    ssh.close().await;
}

#[tokio::test]
async fn nothing_secret_is_in_a_command_line_and_nothing_stays_behind() {
    if !has_servers("command_lines") {
        return;
    }
    let authority = Certifier::new();
    let machine = Machine::enrolled("i-a", &authority);
    let ssh = Ssh::open(authority.authority(), machine.as_bastion()).unwrap();
    let output = ssh.run(&machine.target, "sleep 0.5; cat", b"correct horse".to_vec(), AMPLE);
    let look = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        String::from_utf8_lossy(&Command::new("ps").args(["-eww", "-o", "args"]).output().unwrap().stdout).into_owned()
    };
    let (output, seen) = tokio::join!(output, look);
    assert_eq!(output.unwrap().stdout, b"correct horse");
    assert!(!seen.contains("correct horse") && !seen.contains("PRIVATE KEY"));
    let mine = format!("provision-ssh-{}-", std::process::id());
    ssh.close().await;
    let left = String::from_utf8_lossy(&Command::new("ps").args(["-eww", "-o", "args"]).output().unwrap().stdout).into_owned();
    let masters = left.lines().filter(|line| line.contains(&mine) && line.contains("i-a.conf")).count();
    assert_eq!(masters, 0, "{left}");
}

#[tokio::test]
async fn connections_that_nobody_uses_end_by_themselves() {
    if !has_servers("idle") {
        return;
    }
    let authority = Certifier::new();
    let machine = Machine::enrolled("i-idle", &authority);
    let mut options = machine.as_bastion();
    options.idle = Duration::from_secs(1);
    let ssh = Ssh::open(authority.authority(), options).unwrap();
    ssh.run(&machine.target, "true", Vec::new(), AMPLE).await.unwrap();
    // As if this program had been killed: nobody says goodbye.
    drop(ssh);
    let begin = Instant::now();
    while !machine.log().contains("Disconnected from") && !machine.log().contains("Received disconnect") {
        assert!(begin.elapsed() < Duration::from_secs(15), "{}", machine.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
