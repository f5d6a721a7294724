use provisioner::desired::{AclEntry, NetworkAcl};
use provisioner::model::Observed;

use super::bench::Bench;
use super::network::{id, subnet, vpc};

fn entry(is_egress: bool, number: i32, protocol: &str, ports: Option<(i32, i32)>) -> AclEntry {
    AclEntry {
        is_egress,
        number,
        protocol: protocol.to_owned(),
        cidr: "10.20.0.0/16".parse().unwrap(),
        from_port: ports.map(|(from, _)| from),
        to_port: ports.map(|(_, to)| to),
        is_allowed: true,
    }
}

fn list(vpc: &Observed, subnets: &[&Observed], entries: Vec<AclEntry>) -> NetworkAcl {
    NetworkAcl { vpc: id(vpc), subnets: subnets.iter().map(|subnet| id(subnet)).collect(), entries }
}

/// The list that a subnet is behind, and whether it is the default one.
async fn list_of(bench: &Bench, subnet: &Observed) -> (String, bool) {
    let filter = aws_sdk_ec2::types::Filter::builder().name("association.subnet-id").values(subnet.id.as_str()).build();
    let found = bench.raw.describe_network_acls().filters(filter).send().await.unwrap().network_acls.unwrap().remove(0);
    (found.network_acl_id.unwrap(), found.is_default.unwrap())
}

#[tokio::test]
async fn list_takes_subnets_changes_entries_and_gives_subnets_back() {
    for bench in Bench::all() {
        let vpc = vpc(&bench).await;
        let (one, two) = (subnet(&bench, &vpc, "database-a", 1).await, subnet(&bench, &vpc, "database-b", 2).await);
        // moto 5.2.5 loses type and code of ICMP.
        let message = if bench.is_strict { entry(false, 110, "icmp", Some((3, 4))) } else { entry(false, 110, "tcp", Some((22, 22))) };
        let first = vec![entry(false, 100, "tcp", Some((3306, 3306))), message, entry(true, 100, "all", None)];
        let made = bench.make("network-acl.database", &list(&vpc, &[&one, &two], first)).await;
        assert_eq!(list_of(&bench, &one).await, (made.id.to_string(), false));
        // One entry changes, one comes, one goes, and one subnet leaves.
        let second =
            vec![entry(false, 100, "tcp", Some((5432, 5432))), entry(false, 120, "udp", Some((53, 53))), entry(true, 100, "all", None)];
        let changed = bench.settle("network-acl.database", &list(&vpc, &[&two], second)).await;
        assert!(list_of(&bench, &one).await.1, "the subnet is back behind the default list");
        bench.remove(&changed).await;
        assert!(list_of(&bench, &two).await.1);
        for object in [&one, &two, &vpc] {
            bench.remove(object).await;
        }
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn list_has_its_entries_before_a_subnet_stands_behind_it() {
    for bench in Bench::all() {
        let vpc = vpc(&bench).await;
        let subnet = subnet(&bench, &vpc, "database-a", 1).await;
        bench
            .make("network-acl.database", &list(&vpc, &[&subnet], vec![entry(false, 100, "all", None), entry(true, 100, "all", None)]))
            .await;
        let calls = bench.performed();
        let last = |operation: &str| calls.iter().rposition(|call| call == operation).unwrap();
        assert!(last("CreateNetworkAclEntry") < last("ReplaceNetworkAclAssociation"), "{calls:?}");
    }
}

#[tokio::test]
async fn list_that_is_full_makes_room_before_it_takes_new_entries() {
    for bench in Bench::all() {
        let vpc = vpc(&bench).await;
        let twenty = |from: i32| (from..from + 20).map(|number| entry(false, number, "tcp", Some((number, number)))).collect();
        bench.make("network-acl.database", &list(&vpc, &[], twenty(100))).await;
        bench.settle("network-acl.database", &list(&vpc, &[], twenty(200))).await;
        bench.assert_every_call_was_intended();
    }
}
