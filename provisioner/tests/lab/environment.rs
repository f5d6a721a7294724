use std::time::{Duration, Instant};

use super::matrix;
use super::monitoring::{icinga, nrpe, open_nrpe};
use super::place::is_possible;
use super::project::Project;

#[test]
fn an_environment_lives_on_real_machines() {
    if !is_possible("an_environment_lives_on_real_machines") {
        return;
    }
    // Nothing is installed before `up` installs it; one role is of the earlier release.
    let project = Project::new("").with("PROVISION_LAB_LAYERS", "off").with_image("lb", "debian-12");
    let begin = Instant::now();
    let lap = |what: &str| eprintln!("{:>4} s  {what}", begin.elapsed().as_secs());

    killed_while_packages_are_installed(&project, "worker-1");
    lap("killed in the middle of an installation");
    let told = project.expect(&["up", "--yes"], 0);
    assert!(told.contains("web works: "), "{told}");
    let log = project.inside("worker-1").unwrap().log();
    assert!(log.contains("finishing an interrupted installation"), "{log}");
    let topology = project.topology();
    for host in topology.hosts.keys() {
        assert_eq!(project.inside(host).unwrap().half_done(), "", "{host}");
    }
    assert!(project.inside("lb-1").unwrap().run(&["cat", "/etc/os-release"]).contains("VERSION_CODENAME=bookworm"));
    lap("up, and every service OK in Icinga");
    let logins = || -> Vec<usize> { topology.hosts.keys().map(|host| project.inside(host).unwrap().logins()).collect() };
    let before = logins();
    let told = project.expect(&["up", "--yes"], 0);
    assert!(told.contains("No changes. web is as described."), "{told}");
    let made: Vec<usize> = logins().into_iter().zip(before).map(|(after, before)| after - before).collect();
    assert!(made.iter().all(|made| *made == 1), "logins to {:?}: {made:?}", topology.hosts.keys());
    let told = project.expect(&["status"], 0);
    assert!(told.contains("✓ monitoring   Icinga finds every host up and every service OK"), "{told}");
    lap("nothing to do, and one login to each host");

    matrix::holds(&project, &topology);
    lap("every cell of the matrix");
    nrpe_serves_icinga_alone(&project);
    lap("NRPE serves nobody but Icinga");
    what_is_wrong_is_seen(&project);
    lap("a full disk, a stopped service and a changed file are seen");

    // What was done by hand above is put back on the way, and every host gets a certificate by another authority.
    let (two, three) = ("[nodes.worker]\ncount = 2\n", "[nodes.worker]\ncount = 3\n");
    project.edit(|text| format!("{text}\n{three}"));
    project.expect(&["secret rotate", "ssh-authority"], 0);
    let told = project.expect(&["up", "--yes"], 0);
    assert!(told.contains("ssh.certificate  authority 1 → authority 2"), "{told}");
    assert!(told.contains("ssh-authority: every host has generation 2; the earlier value is forgotten"), "{told}");
    let watched = icinga(&project);
    let of_new = |name: &&String| name.starts_with("worker-3!");
    assert!(watched["worker-3"] == 0 && watched.keys().filter(of_new).count() > 10, "{watched:?}");
    assert!(watched.values().all(|state| *state == 0), "{watched:?}");
    assert_eq!(nrpe(&project, "cacti-1", "worker-1"), "no way");
    lap("a worker more, another authority, and Icinga watches it");

    // Killed while hosts converge, the bastion among them, which is on its way to another port: what runs there goes on, and the next
    // `up` finishes.
    assert!(project.topology().access.port == 40022, "the test knows another port");
    project.edit(|text| text.replace(three, two).replace("greeting = ", "greeting = \"changed\" #") + "\n[bastion]\nport = 40023\n");
    killed_while_hosts_converge(&project, "bastion-1");
    project.expect(&["up", "--yes"], 0);
    assert_eq!(project.inside("bastion-1").unwrap().run(&["sh", "-c", "/usr/sbin/sshd -T | grep '^port'"]), "port 40023\n");
    let told = project.expect(&["plan", "--detailed-exitcode"], 0);
    assert!(told.contains("No changes."), "{told}");
    project.expect(&["verify"], 0);
    let watched = icinga(&project);
    assert!(watched.contains_key("worker-2") && !watched.keys().any(|name| name.starts_with("worker-3")), "{watched:?}");
    assert!(project.inside("worker-3").is_none());
    lap("a worker less, another port, killed, and finished by the next up");
    a_lost_certificate_is_not_forgiven(&project, "worker-1");
    lap("a host without its certificate is refused, and certified again when somebody says so");

    project.expect(&["lab reboot", "worker-1"], 0);
    let until = Instant::now() + Duration::from_secs(90);
    while project.run(&["verify"]).status.code() != Some(0) {
        assert!(Instant::now() < until, "worker-1 does not come back by itself");
    }
    lap("a machine that was rebooted works by itself");

    project.expect(&["down", "--yes"], 0);
    lap("down");
}

/// The first `up` is killed while a machine installs packages; then that machine's own dpkg, apt and shell are.
fn killed_while_packages_are_installed(project: &Project, host: &str) {
    let (machine, dpkg) = project.kill_up_when(|| {
        let machine = project.inside(host)?;
        let dpkg = machine.hold_dpkg()?;
        Some((machine, dpkg))
    });
    machine.kill_session_of(dpkg);
    assert_ne!(machine.half_done(), "", "nothing was left half done");
}

/// An `up` is killed as soon as a host converges.
fn killed_while_hosts_converge(project: &Project, host: &str) {
    let machine = project.inside(host).unwrap();
    let before = machine.log();
    project.kill_up_when(|| (machine.log() != before).then_some(()));
}

/// The groups keep others away from NRPE; where they do not, it keeps them away itself.
fn nrpe_serves_icinga_alone(project: &Project) {
    assert_eq!(nrpe(project, "icinga-1", "worker-1"), "served");
    assert_eq!(nrpe(project, "cacti-1", "worker-1"), "no way");
    open_nrpe(project, "cacti", "worker");
    assert_eq!(nrpe(project, "cacti-1", "worker-1"), "refused");
    let worker = project.inside("worker-1").unwrap();
    let words = format!("Host {} is not allowed to talk to us!", project.topology().hosts["cacti-1"].private_address);
    // The journal is written after the answer.
    let until = Instant::now() + Duration::from_secs(10);
    let journal = || worker.run(&["journalctl", "--no-pager", "--unit=nagios-nrpe-server"]);
    while !journal().contains(&words) {
        assert!(Instant::now() < until, "{}", journal());
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// A host that shows no certificate any more is nobody, until it is to be met as on its first day.
fn a_lost_certificate_is_not_forgiven(project: &Project, host: &str) {
    let machine = project.inside(host).unwrap();
    machine.run(&["rm", "/etc/ssh/sshd_config.d/20-provision-certificate.conf"]);
    machine.run(&["systemctl", "reload", "ssh"]);
    let output = project.run(&["up", "--yes"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() != Some(0) && told.contains("E0345") && told.contains("--enrol"), "{told}");
    project.expect(&["up", "--yes", "--enrol", host], 0);
    let told = project.expect(&["up", "--yes"], 0);
    assert!(told.contains("No changes. web is as described."), "{told}");
}

/// What goes wrong on a host is seen, by Icinga or by the next plan.
fn what_is_wrong_is_seen(project: &Project) {
    let worker = project.topology().hosts["worker-1"].private_address;
    let asked = |check: &str| project.on("icinga-1", &format!("/usr/lib/nagios/plugins/check_nrpe -H {worker} -c {check}; echo code $?"));
    // A small disk that is no tmpfs, which nobody watches.
    project.on(
        "worker-1",
        "sudo sh -c 'mkdir -p /run/small && mount -t tmpfs -o size=1m none /run/small && mkdir /run/small/up /run/small/work \
         && mount -t overlay -o lowerdir=/usr/share/doc,upperdir=/run/small/up,workdir=/run/small/work none /srv \
         && head -c 1020000 /dev/zero >/srv/full'",
    );
    assert!(asked("disk").contains("code 2"), "{}", asked("disk"));
    project.on("worker-1", "sudo umount /srv /run/small; sudo systemctl stop example");
    assert!(asked("service-example").contains("code 2"), "{}", asked("service-example"));
    let told = project.expect(&["plan", "--detailed-exitcode"], 2);
    assert!(told.contains("services.example  stopped → running"), "{told}");
    project.on("worker-1", "sudo sh -c 'echo other >>/etc/nagios/nrpe.d/provision.cfg'");
    let told = project.expect(&["plan", "--detailed-exitcode"], 2);
    assert!(told.contains("changed on the host") && told.contains("\n  - other\n"), "{told}");
}
