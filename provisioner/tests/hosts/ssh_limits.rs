//! Whatever a machine does, time and memory are bounded, and nothing of it reaches a terminal raw.

use std::process::Command;
use std::time::Duration;

use provisioner::hosts::ssh::{Limits, Ssh, SshError};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::machine::{AMPLE, Certifier, Machine, free_port, has_servers, options, target_at};

fn machine() -> (Certifier, Machine, Ssh) {
    let authority = Certifier::new();
    let machine = Machine::enrolled("i-a", &authority);
    let ssh = Ssh::open(authority.authority(), machine.as_bastion()).unwrap();
    (authority, machine, ssh)
}

#[tokio::test]
async fn endless_output_is_cut_and_said() {
    if !has_servers("endless_output") {
        return;
    }
    let (_authority, machine, ssh) = machine();
    for command in ["yes", "yes >&2"] {
        let limits = Limits { time: Duration::from_secs(30), output_bytes: 1 << 20 };
        let error = ssh.run(&machine.target, command, Vec::new(), limits).await.unwrap_err();
        assert_eq!(error.diagnostic().code, "E0351", "{error:?}");
    }
    ssh.run(&machine.target, "true", Vec::new(), AMPLE).await.unwrap();
    ssh.close().await;
}

#[tokio::test]
async fn a_connection_that_is_cut_is_told_from_a_command_that_fails() {
    if !has_servers("cut") {
        return;
    }
    let (_authority, machine, ssh) = machine();
    let error = ssh.run(&machine.target, "echo begun; kill -9 $PPID; sleep 5", Vec::new(), AMPLE).await.unwrap_err();
    assert!(matches!(error, SshError::Cut { .. }) && error.is_passing(), "{error:?}");
    assert_eq!(error.diagnostic().code, "E0352");
    // The next command makes a new connection by itself.
    ssh.run(&machine.target, "true", Vec::new(), AMPLE).await.unwrap();
    ssh.close().await;
}

#[tokio::test]
async fn a_command_without_end_takes_its_time_and_no_more() {
    if !has_servers("without_end") {
        return;
    }
    let (_authority, machine, ssh) = machine();
    let begin = Instant::now();
    let limits = Limits { time: Duration::from_secs(2), output_bytes: 1000 };
    let error = ssh.run(&machine.target, "sleep 60", Vec::new(), limits).await.unwrap_err();
    assert_eq!(error.diagnostic().code, "E0350", "{error:?}");
    assert!(begin.elapsed() < Duration::from_secs(10));
    ssh.close().await;
}

#[tokio::test]
async fn dropping_a_command_ends_its_client() {
    if !has_servers("dropping") {
        return;
    }
    let (_authority, machine, ssh) = machine();
    let run = ssh.run(&machine.target, "sleep 4711", Vec::new(), AMPLE);
    assert!(tokio::time::timeout(Duration::from_secs(3), run).await.is_err());
    let begin = Instant::now();
    let clients = || {
        let seen = Command::new("ps").args(["-eww", "-o", "stat,args"]).output().unwrap().stdout;
        let seen = String::from_utf8_lossy(&seen).into_owned();
        seen.lines().filter(|line| !line.starts_with('Z') && line.contains("-T -- i-a sleep 4711")).count()
    };
    while clients() > 0 {
        assert!(begin.elapsed() < Duration::from_secs(5));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    ssh.close().await;
}

#[tokio::test]
async fn who_listens_and_says_nothing_is_left_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = target_at("i-silent", listener.local_addr().unwrap().port());
    let (authority, bastion) = (Certifier::new(), silent.clone());
    let jump = provisioner::hosts::ssh::Jump::Vpc { address: bastion.address, port: bastion.port, alias: bastion.alias };
    let ssh = Ssh::open(authority.authority(), options(jump)).unwrap();
    let begin = Instant::now();
    let limits = Limits { time: Duration::from_secs(2), output_bytes: 1000 };
    let error = ssh.run(&silent, "true", Vec::new(), limits).await.unwrap_err();
    assert!(matches!(error, SshError::TimedOut { .. }) && begin.elapsed() < Duration::from_secs(10), "{error:?}");
    let error = ssh.run(&silent, "true", Vec::new(), AMPLE).await.unwrap_err();
    assert!(error.is_passing() && begin.elapsed() < Duration::from_secs(25), "{error:?}");
}

#[tokio::test]
async fn a_hostile_banner_is_never_told_raw_and_ends() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hostile = target_at("i-hostile", listener.local_addr().unwrap().port());
    let talking = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let line = b"\x1b]0;owned\x07\x1b[2J Permission denied \xe2\x80\xae\r\n".repeat(50);
                while stream.write_all(&line).await.is_ok() {}
            });
        }
    });
    let authority = Certifier::new();
    let jump = provisioner::hosts::ssh::Jump::Vpc { address: hostile.address, port: hostile.port, alias: hostile.alias.clone() };
    let ssh = Ssh::open(authority.authority(), options(jump)).unwrap();
    let begin = Instant::now();
    let error = ssh.run(&hostile, "true", Vec::new(), AMPLE).await.unwrap_err();
    talking.abort();
    let told = format!("{:?} {error}", error.diagnostic());
    assert!(!told.contains('\x1b') && !told.contains("\\u{1b}") && !told.contains('\u{202e}'), "{told}");
    assert!(begin.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn where_nobody_listens_it_is_said_at_once() {
    let authority = Certifier::new();
    let nobody = target_at("i-nobody", free_port());
    let jump = provisioner::hosts::ssh::Jump::Vpc { address: nobody.address, port: nobody.port, alias: nobody.alias.clone() };
    let ssh = Ssh::open(authority.authority(), options(jump)).unwrap();
    let error = ssh.run(&nobody, "true", Vec::new(), AMPLE).await.unwrap_err();
    assert_eq!(error.diagnostic().code, "E0340", "{error:?}");
    assert!(error.diagnostic().notes.iter().any(|note| note.contains("Connection refused")), "{error:?}");
}

#[tokio::test]
async fn a_computer_without_ssh_is_told_so() {
    let authority = Certifier::new();
    let nobody = target_at("i-nobody", 1);
    let jump = provisioner::hosts::ssh::Jump::Vpc { address: nobody.address, port: nobody.port, alias: nobody.alias.clone() };
    let mut options = options(jump);
    options.client = "/nonexistent/ssh".to_owned();
    let ssh = Ssh::open(authority.authority(), options).unwrap();
    let error = ssh.run(&nobody, "true", Vec::new(), AMPLE).await.unwrap_err();
    assert_eq!(error.diagnostic().code, "E0353", "{error:?}");
}
