use std::time::{Duration, Instant};

use super::place::{Place, is_possible};

#[tokio::test(flavor = "multi_thread")]
async fn groups_decide_who_reaches_whom_and_nothing_is_left_at_the_end() {
    if !is_possible("groups_decide_who_reaches_whom_and_nothing_is_left_at_the_end") {
        return;
    }
    let place = Place::new().await;
    let (bastion, public) = place.launch_bastion().await;
    let one = place.launch_worker("worker-1", "10.77.1.20").await;
    let two = place.launch_worker("worker-2", "10.77.1.21").await;

    let report = place.reconcile().await;
    eprintln!("three machines began after {:?}", report.elapsed);
    assert_eq!(report.started.len(), 3);

    // Each machine made its own key, told it on its console, and carried out its user data.
    let key_of_bastion = place.key_on_console(&bastion).await;
    let key_of_one = place.key_on_console(&one).await;
    let key_of_two = place.key_on_console(&two).await;
    place.console_with(&one, "user data of worker-1 was carried out").await;
    assert!(key_of_one != key_of_two && key_of_one != key_of_bastion);

    // The groups let the operator to the bastion, the bastion to the workers, and nobody else anywhere.
    assert_eq!(place.key_seen_by_operator(&public), Some(key_of_bastion));
    assert_eq!(place.key_seen_by_machine(&bastion, "10.77.1.20"), Some(key_of_one.clone()));
    assert_eq!(place.key_seen_by_machine(&one, "10.77.1.21"), None, "two hosts of one subnet and one group");
    assert_eq!(place.key_seen_by_operator("10.77.1.20"), None, "a private address is not reached from outside");

    // A rule that is removed in the rehearsal cloud is removed here.
    let rule = place.ssh_from_bastion();
    place.ec2.revoke_security_group_ingress().group_id(&place.worker_group).ip_permissions(rule.clone()).send().await.unwrap();
    assert!(place.reconcile().await.is_idle());
    assert_eq!(place.key_seen_by_machine(&bastion, "10.77.1.20"), None);
    place.allow(&place.worker_group, rule).await;
    place.reconcile().await;
    assert_eq!(place.key_seen_by_machine(&bastion, "10.77.1.20"), Some(key_of_one.clone()));

    // A rebooted machine is the same machine.
    place.ec2.reboot_instances().instance_ids(&one).send().await.unwrap();
    assert_eq!(place.reconcile().await.rebooted, ["worker-1"]);
    let begun = Instant::now();
    while place.key_seen_by_machine(&bastion, "10.77.1.20") != Some(key_of_one.clone()) {
        assert!(begun.elapsed() < Duration::from_secs(60), "worker-1 never came back");
    }

    // A stopped one keeps its disk, a terminated one is gone.
    place.ec2.stop_instances().instance_ids(&one).send().await.unwrap();
    place.ec2.terminate_instances().instance_ids(&two).send().await.unwrap();
    let report = place.reconcile().await;
    assert_eq!((report.stopped, report.removed), (vec!["worker-1".to_owned()], vec!["worker-2".to_owned()]));
    assert_eq!(place.key_seen_by_machine(&bastion, "10.77.1.20"), None);
    place.ec2.start_instances().instance_ids(&one).send().await.unwrap();
    assert_eq!(place.reconcile().await.started, ["worker-1"]);
    let begun = Instant::now();
    while place.key_seen_by_machine(&bastion, "10.77.1.20") != Some(key_of_one.clone()) {
        assert!(begun.elapsed() < Duration::from_secs(60), "worker-1 never came back");
    }

    let begun = Instant::now();
    assert_eq!(place.lab.down().await.unwrap().removed.len(), 2);
    eprintln!("two machines were gone after {:?}", begun.elapsed());
    assert_eq!(place.left(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_reaches_out_when_routes_and_groups_say_so() {
    if !is_possible("a_machine_reaches_out_when_routes_and_groups_say_so") {
        return;
    }
    let place = Place::new().await;
    let worker = place.launch_worker("worker-1", "10.77.1.20").await;
    place.reconcile().await;
    assert!(place.resolves_names(&worker), "the VPC's name server answers");
    assert!(place.reaches_mirror(&worker));

    // Without egress rules nothing leaves, and names are still answered.
    place.revoke_all_egress(&place.worker_group).await;
    place.reconcile().await;
    assert!(!place.reaches_mirror(&worker));
    assert!(place.resolves_names(&worker), "groups do not filter questions to the VPC's name server");
    place.allow_all_egress(&place.worker_group).await;
    place.reconcile().await;
    assert!(place.reaches_mirror(&worker));

    // Without a route nothing leaves either.
    place.remove_default_routes().await;
    place.reconcile().await;
    assert!(!place.reaches_mirror(&worker));
    assert!(place.resolves_names(&worker));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_program_left_is_taken_up() {
    if !is_possible("what_a_killed_program_left_is_taken_up") {
        return;
    }
    let place = Place::new().await;
    let (bastion, public) = place.launch_bastion().await;
    place.reconcile().await;
    let key = place.key_on_console(&bastion).await;

    // A machine whose processes died, a namespace's name without a namespace, a wire that is gone, half a disk.
    place.kill_processes(&bastion);
    place.break_namespaces(&bastion);
    let half = place.folder.join("machines").join("i-00000000000000000.new");
    std::fs::create_dir_all(half.join("disk")).unwrap();
    let report = place.reconcile().await;
    assert_eq!((report.started, half.exists()), (vec!["bastion".to_owned()], false));
    let begun = Instant::now();
    while place.key_seen_by_operator(&public) != Some(key.clone()) {
        assert!(begun.elapsed() < Duration::from_secs(60), "the bastion never came back with its key");
    }

    // A second value, as the next command opens one, finds the same machine.
    let again = place.open_again();
    assert!(again.reconcile(&place.machines()).await.unwrap().is_idle());
    assert_eq!(again.status().hosts.iter().map(|host| (host.host.as_str(), host.is_running)).collect::<Vec<_>>(), [("bastion", true)]);
    again.reboot("bastion").await.unwrap();
    assert!(again.reboot("worker-9").await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_laboratory_follows_the_cloud_while_it_changes() {
    if !is_possible("the_laboratory_follows_the_cloud_while_it_changes") {
        return;
    }
    let place = Place::new().await;
    let cancel = tokio_util::sync::CancellationToken::new();
    let (lab, sandbox, until) = (place.lab.clone(), place.sandbox.clone(), cancel.clone());
    let following = tokio::spawn(async move { lab.follow(&sandbox, &until).await });
    let worker = place.launch_worker("worker-1", "10.77.1.20").await;
    place.key_on_console(&worker).await;
    place.ec2.terminate_instances().instance_ids(&worker).send().await.unwrap();
    cancel.cancel();
    following.await.unwrap().unwrap();
    assert_eq!(place.left(), Vec::<String>::new(), "the last look takes in what happened before the end");
}
