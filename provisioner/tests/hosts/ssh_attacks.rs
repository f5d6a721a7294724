//! Whoever is not the host is refused, with the right words, and nothing is sent to them.

use std::time::Duration;

use provisioner::hosts::ssh::{Ssh, SshError};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::machine::{AMPLE, Certifier, Machine, Server, has_servers, target_at};

/// An honest bastion, and a session through it.
struct Road {
    authority: Certifier,
    _bastion: Machine,
    ssh: Ssh,
}

impl Road {
    fn new() -> Self {
        let authority = Certifier::new();
        let bastion = Machine::enrolled("i-bastion", &authority);
        let ssh = Ssh::open(authority.authority(), bastion.as_bastion()).unwrap();
        Self { authority, _bastion: bastion, ssh }
    }

    /// Runs a command on a machine that must be refused with a code, and that must not learn anything.
    async fn refuses(&self, machine: &Machine, code: &str) {
        let begin = Instant::now();
        let error = self.ssh.run(&machine.target, "cat >/dev/null", b"secret".to_vec(), AMPLE).await.unwrap_err();
        assert_refused(&error, code);
        assert!(!error.is_passing() && !machine.log().contains("Accepted"), "{error:?}\n{}", machine.log());
        assert!(begin.elapsed() < Duration::from_secs(20));
    }
}

fn assert_refused(error: &SshError, code: &str) {
    let diagnostic = error.diagnostic();
    assert_eq!(diagnostic.code, code, "{error:?}");
    assert!(!diagnostic.help.is_empty() && diagnostic.facts.iter().any(|(label, _)| *label == "host"), "{diagnostic:?}");
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

#[tokio::test]
async fn a_changed_key_is_refused_at_enrolment() {
    if !has_servers("changed_key") {
        return;
    }
    let road = Road::new();
    let (host, other) = (Machine::fresh("i-worker", &road.authority), Machine::fresh("i-other", &road.authority));
    let begin = Instant::now();
    let error = road.ssh.enrol(&host.target, &other.key(), soon(), &|_| {}).await.unwrap_err();
    assert_refused(&error, "E0341");
    assert!(begin.elapsed() < Duration::from_secs(20), "it was tried again");
    assert!(!host.log().contains("Accepted") && !host.etc("ssh_host_ed25519_key-cert.pub").exists());
}

#[tokio::test]
async fn a_certificate_by_another_authority_is_refused() {
    if !has_servers("wrong_authority") {
        return;
    }
    let (road, other) = (Road::new(), Certifier::new());
    let server = Server { certificate: Some((&other, "i-worker", "-1m:+1d")), trusts: &road.authority, extra: "" };
    road.refuses(&Machine::start("i-worker", &server), "E0342").await;
}

#[tokio::test]
async fn a_certificate_that_is_over_or_not_begun_is_refused() {
    if !has_servers("expired") {
        return;
    }
    let road = Road::new();
    for validity in ["-2d:-1d", "+1d:+2d"] {
        let server = Server { certificate: Some((&road.authority, "i-worker", validity)), trusts: &road.authority, extra: "" };
        road.refuses(&Machine::start("i-worker", &server), "E0343").await;
    }
}

#[tokio::test]
async fn another_machines_certificate_is_refused() {
    if !has_servers("wrong_principal") {
        return;
    }
    let road = Road::new();
    let server = Server { certificate: Some((&road.authority, "i-another", "-1m:+1d")), trusts: &road.authority, extra: "" };
    road.refuses(&Machine::start("i-worker", &server), "E0344").await;
}

#[tokio::test]
async fn a_bastion_that_leads_to_another_machine_of_the_environment_is_found_out() {
    if !has_servers("relay") {
        return;
    }
    let road = Road::new();
    let other = Machine::enrolled("i-another", &road.authority);
    let relay = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let asked = target_at("i-worker", relay.local_addr().unwrap().port());
    let address = (other.target.address, other.target.port);
    let relaying = tokio::spawn(async move {
        while let Ok((mut one, _)) = relay.accept().await {
            let mut way = TcpStream::connect(address).await.unwrap();
            let _ = tokio::io::copy_bidirectional(&mut one, &mut way).await;
        }
    });
    let error = road.ssh.run(&asked, "cat >/dev/null", b"secret".to_vec(), AMPLE).await.unwrap_err();
    relaying.abort();
    assert_refused(&error, "E0344");
    assert!(!other.log().contains("Accepted"));
    // The same machine under its own name is welcome.
    road.ssh.run(&other.target, "true", Vec::new(), AMPLE).await.unwrap();
}

#[tokio::test]
async fn a_host_that_goes_back_to_its_plain_key_is_refused() {
    if !has_servers("downgrade") {
        return;
    }
    let road = Road::new();
    let host = Machine::fresh("i-worker", &road.authority);
    road.ssh.enrol(&host.target, &host.key(), soon(), &|_| {}).await.unwrap();
    let before = host.log().matches("Accepted").count();
    std::fs::write(host.etc("sshd_config.d/20-provision-certificate.conf"), "").unwrap();
    host.reload_after(2);
    let fresh = Ssh::open(road.authority.authority(), road._bastion.as_bastion()).unwrap();
    let error = fresh.run(&host.target, "true", Vec::new(), AMPLE).await.unwrap_err();
    assert_refused(&error, "E0345");
    assert_eq!(host.log().matches("Accepted").count(), before);
}

#[tokio::test]
async fn weak_algorithms_are_refused() {
    if !has_servers("weak") {
        return;
    }
    let road = Road::new();
    for extra in ["Ciphers aes128-cbc", "KexAlgorithms diffie-hellman-group14-sha1", "Ciphers aes128-ctr\nMACs hmac-sha1"] {
        let server = Server { certificate: Some((&road.authority, "i-worker", "-1m:+1d")), trusts: &road.authority, extra };
        road.refuses(&Machine::start("i-worker", &server), "E0347").await;
    }
}

#[tokio::test]
async fn a_host_without_a_certificate_is_refused() {
    if !has_servers("no_certificate") {
        return;
    }
    let road = Road::new();
    road.refuses(&Machine::fresh("i-worker", &road.authority), "E0345").await;
}

#[tokio::test]
async fn a_revoked_key_is_refused_whoever_certified_it() {
    if !has_servers("revoked") {
        return;
    }
    let authority = Certifier::new();
    let (bastion, host) = (Machine::enrolled("i-bastion", &authority), Machine::enrolled("i-worker", &authority));
    let folder = tempfile::tempdir().unwrap();
    let mut options = bastion.as_bastion();
    options.revoked = Some(folder.path().join("prod.revoked"));
    Ssh::open(authority.authority(), options.clone()).unwrap().run(&host.target, "true", Vec::new(), AMPLE).await.unwrap();
    std::fs::write(folder.path().join("prod.revoked"), host.key().to_openssh().unwrap() + "\n").unwrap();
    let ssh = Ssh::open(authority.authority(), options).unwrap();
    assert_refused(&ssh.run(&host.target, "true", Vec::new(), AMPLE).await.unwrap_err(), "E0346");
}

#[tokio::test]
async fn a_false_bastion_gets_nothing_and_leads_nowhere() {
    if !has_servers("false_bastion") {
        return;
    }
    let (authority, other) = (Certifier::new(), Certifier::new());
    let host = Machine::enrolled("i-worker", &authority);
    for bastion in [Machine::enrolled("i-bastion", &other), Machine::fresh("i-bastion", &authority)] {
        let ssh = Ssh::open(authority.authority(), bastion.as_bastion()).unwrap();
        let error = ssh.run(&host.target, "true", Vec::new(), AMPLE).await.unwrap_err();
        assert_refused(&error, "E0348");
        assert!(!bastion.log().contains("Accepted") && !host.log().contains("Connection from"));
    }
}

#[tokio::test]
async fn a_host_that_trusts_another_authority_refuses_the_login() {
    if !has_servers("refused_login") {
        return;
    }
    let (road, other) = (Road::new(), Certifier::new());
    let server = Server { certificate: Some((&road.authority, "i-worker", "-1m:+1d")), trusts: &other, extra: "" };
    road.refuses(&Machine::start("i-worker", &server), "E0349").await;
}
