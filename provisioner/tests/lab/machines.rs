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
