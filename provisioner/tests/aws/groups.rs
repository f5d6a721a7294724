use provisioner::desired::{DefaultSecurityGroup, Rule, SecurityGroup, SecurityGroupRules};
use provisioner::model::{Observed, RefOr};
use provisioner::provider::ErrorKind;

use super::bench::Bench;
use super::network::{id, vpc};

pub async fn group(bench: &Bench, vpc: &Observed, name: &str) -> Observed {
    let wanted = SecurityGroup { vpc: id(vpc), group_name: bench.scope.physical_name(name), description: format!("role {name}") };
    bench.make(&format!("security-group.{name}"), &wanted).await
}

fn rule(protocol: &str, port: i32, peer: RefOr, description: &str) -> Rule {
    Rule { protocol: protocol.to_owned(), from_port: port, to_port: port, peer, description: description.to_owned() }
}

#[tokio::test]
async fn group_of_the_same_name_is_adopted_when_it_is_ours() {
    for bench in Bench::all() {
        let vpc = vpc(&bench).await;
        let made = group(&bench, &vpc, "web").await;
        let wanted = SecurityGroup { vpc: id(&vpc), group_name: bench.scope.physical_name("web"), description: "role web".to_owned() };
        assert_eq!(bench.create("security-group.web", &wanted).await.unwrap(), made.id);
        assert_eq!(bench.create("security-group.other", &wanted).await.unwrap_err().kind, ErrorKind::Foreign);
        bench.remove(&made).await;
        bench.remove(&vpc).await;
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn rules_become_what_is_wanted_and_nothing_else() {
    for bench in Bench::all() {
        let vpc = vpc(&bench).await;
        let (web, database) = (group(&bench, &vpc, "web").await, group(&bench, &vpc, "database").await);
        let wanted = SecurityGroupRules {
            group: id(&web),
            ingress: vec![
                rule("tcp", 443, "0.0.0.0/0".into(), "public"),
                rule("tcp", 443, "10.0.0.0/8".into(), "corporate"),
                rule("tcp", 22, id(&database), "backwards"),
            ],
            egress: vec![rule("tcp", 3306, id(&database), "queries"), rule("udp", 161, "10.20.0.0/16".into(), "monitoring")],
        };
        bench.make("security-group-rules.web", &wanted).await;
        let changed = SecurityGroupRules {
            group: id(&web),
            ingress: vec![rule("tcp", 443, "0.0.0.0/0".into(), "everybody"), rule("tcp", 80, "0.0.0.0/0".into(), "redirects")],
            egress: vec![rule("tcp", 3306, id(&database), "queries")],
        };
        let settled = bench.settle("security-group-rules.web", &changed).await;
        assert_eq!(bench.calls.requests_of("UpdateSecurityGroupRuleDescriptionsIngress").len(), 1);
        bench.remove(&settled).await;
        for object in [&web, &database, &vpc] {
            bench.remove(object).await;
        }
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn default_group_is_adopted_and_emptied() {
    for bench in Bench::all() {
        let vpc = vpc(&bench).await;
        assert!(bench.observe("default-security-group").await.is_empty());
        let wanted = DefaultSecurityGroup { vpc: id(&vpc), ingress: Vec::new(), egress: Vec::new() };
        let settled = bench.make("default-security-group.main", &wanted).await;
        assert!(bench.observe("security-group").await.is_empty() && bench.observe("security-group-rules").await.is_empty());
        assert_eq!(settled.tags["Name"], "main");
        bench.remove(&vpc).await;
        bench.assert_every_call_was_intended();
    }
}
