use provisioner::model::Value;
use provisioner::plan::{PlanInput, asked_by_files, drift};
use provisioner::view::{AdoptedValue, AdoptedView, DriftView, NotAdopted};

use super::fixture::{Fixture, address};
use super::{check_human, check_json};

fn check_drift(name: &str, fixture: &Fixture) {
    let observed = fixture.observations();
    let drift = drift(&PlanInput {
        catalogue: &fixture.catalogue,
        scope: &fixture.scope,
        cloud: fixture.cloud,
        desired: &fixture.desired,
        observed: &observed,
        recorded: Some(&fixture.recorded),
        moved: &fixture.moved,
        options: &fixture.options,
    });
    let view = DriftView {
        scope: &fixture.scope,
        cloud: fixture.cloud,
        drift: &drift,
        asked_by_files: asked_by_files(&fixture.plan(), &drift),
        names: &observed.names(),
        offers_ways: true,
    };
    check_human("drift", name, &view);
    check_json("drift", &format!("{name}-json"), &view);
}

#[test]
fn drift_reads_from_what_is_recorded_to_what_is_there() {
    let mut fixture = Fixture::prod_up();
    let rule = |port: i64, peer: &str, row: &str| {
        let entries = [("protocol", "tcp".into()), ("from_port", Value::Integer(port)), ("to_port", Value::Integer(port))];
        let entries = entries.into_iter().chain([("peer", peer.into()), ("description", row.into())]);
        Value::Map(entries.map(|(name, value)| (name.to_owned(), value)).collect())
    };
    let rules = vec![rule(443, "0.0.0.0/0", "C-12"), rule(80, "0.0.0.0/0", "C-11"), rule(22, "0.0.0.0/0", "for tonight")];
    fixture.outside("security-group-rules.load-balancer", "ingress", Value::List(rules));
    fixture.outside("instance.worker-1", "instance_type", "m6i.xlarge".into());
    fixture.lose("route.private-a-internet");
    fixture.recorded.resources.remove(&address("key-pair.operators"));
    fixture.desired.remove(&address("volume-attachment.cacti-1"));
    fixture.observed.iter_mut().filter(|object| object.address.kind() == "vpc").for_each(|object| {
        object.tags.insert("Name".to_owned(), "mine".to_owned());
    });
    check_drift("drift", &fixture);
}

#[test]
fn no_drift_is_one_sentence() {
    check_drift("none", &Fixture::prod_up());
}

#[test]
fn what_was_adopted_and_what_was_not_is_told() {
    let written = [AdoptedValue {
        key: "nodes.worker.instance_type".to_owned(),
        value: "\"m6i.xlarge\"".to_owned(),
        addresses: vec![address("instance.worker-1"), address("instance.worker-2")],
    }];
    let others = [NotAdopted {
        address: address("security-group-rules.load-balancer"),
        attribute: Some("ingress".to_owned()),
        why: "the environment file has no place for `ingress` of security-group-rules.load-balancer; `--repair` puts it back".to_owned(),
    }];
    let view = AdoptedView { environment: "prod", cloud: "aws", file: "environments/prod.toml", written: &written, others: &others };
    check_human("drift", "adopted", &view);
    check_json("drift", "adopted-json", &view);
}
