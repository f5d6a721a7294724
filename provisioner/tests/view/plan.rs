use provisioner::model::{Effect, Value};
use provisioner::plan::{PlanOptions, Refusal};
use provisioner::view::{Look, PlanView, View};

use super::fixture::{Fixture, address};
use super::{check, check_human, check_json, look};

/// What one night may bring: drift, a refusal, a lost object, one too many, an adopted one.
fn troubled() -> Fixture {
    let mut fixture = Fixture::prod_up();
    fixture.outside("instance.worker-1", "instance_type", "m6i.xlarge".into());
    fixture.outside("subnet.public-a", "assigns_public_addresses", Value::Bool(true));
    let rule = |port: i64, peer: &str, row: &str| {
        let entries = [("protocol", "tcp".into()), ("from_port", Value::Integer(port)), ("to_port", Value::Integer(port))];
        let entries = entries.into_iter().chain([("peer", peer.into()), ("description", row.into())]);
        Value::Map(entries.map(|(name, value)| (name.to_owned(), value)).collect())
    };
    let rules = vec![rule(443, "0.0.0.0/0", "C-12"), rule(22, "203.0.113.7/32", "just for tonight")];
    fixture.outside("security-group-rules.load-balancer", "ingress", Value::List(rules));
    fixture.outside("nat-gateway.b", "private_address", "10.20.16.99".into());
    fixture.outside("volume.elk-1", "zone", "eu-west-1b".into());
    fixture.outside("volume.worker-1", "size_gib", Value::Integer(80));
    fixture.lose("route.private-a-internet");
    fixture.desired.remove(&address("instance.cacti-1"));
    fixture.desired.remove(&address("volume-attachment.cacti-1"));
    fixture.desired.remove(&address("volume.cacti-1"));
    fixture.recorded.resources.remove(&address("key-pair.operators"));
    fixture.lose("elastic-ip.nat-b");
    fixture.desired.remove(&address("network-interface.bastion-1"));
    fixture.lose("network-interface.bastion-1");
    fixture
}

fn check_plan(name: &str, fixture: &Fixture) {
    let plan = fixture.plan();
    check_human("plan", name, &PlanView { plan: &plan, catalogue: &fixture.catalogue });
}

#[test]
fn a_new_production_environment_reads_one_line_per_object() {
    check_plan("prod-create", &Fixture::prod());
}

#[test]
fn a_plan_fits_into_eighty_columns() {
    let fixture = troubled();
    let plan = fixture.plan();
    let text = PlanView { plan: &plan, catalogue: &fixture.catalogue }.human(&look(80, false));
    let widest = text.lines().filter(|line| !line.contains(" → ")).map(provisioner::view::width).max();
    assert!(widest <= Some(80), "{widest:?}\n{text}");
    check("plan", "prod-troubled-80", &text);
}

#[test]
fn drift_refusals_and_losses_are_told_with_their_effect() {
    check_plan("prod-troubled", &troubled());
}

#[test]
fn every_attribute_is_shown_when_asked_for() {
    let mut fixture = Fixture::prod();
    let shown = ["vpc.main", "instance.manager-1", "security-group-rules.load-balancer", "security-group-rules.worker", "volume.elk-1"];
    fixture.options.targets = shown.iter().map(|text| address(text)).collect();
    let plan = fixture.plan();
    check("plan", "prod-verbose", &PlanView { plan: &plan, catalogue: &fixture.catalogue }.human(&look(100, true)));
}

#[test]
fn taking_everything_down_tells_what_happens_to_data() {
    let mut fixture = Fixture::prod_up();
    fixture.options = PlanOptions { destroy: true, ..PlanOptions::default() };
    fixture.retain("volume.cacti-1");
    check_plan("prod-destroy", &fixture);
    fixture.options.discard_data = true;
    check_plan("prod-destroy-discard", &fixture);
}

#[test]
fn replacing_what_others_are_made_in_names_it() {
    let mut fixture = Fixture::prod_up();
    fixture.outside("vpc.main", "cidr", "10.99.0.0/16".into());
    fixture.options.replace_data = fixture.desired.keys().filter(|address| address.kind() == "volume").cloned().collect();
    fixture.options.targets = [address("instance.manager-1")].into();
    check_plan("prod-replace", &fixture);
}

#[test]
fn nothing_to_do_is_one_sentence() {
    check_plan("no-changes", &Fixture::prod_up());
    let mut nothing_left = Fixture::prod_up();
    nothing_left.options.destroy = true;
    nothing_left.observed.clear();
    nothing_left.recorded.resources.clear();
    check_plan("no-changes-destroy", &nothing_left);
}

#[test]
fn colour_adds_nothing_but_colour() {
    let fixture = troubled();
    let plan = fixture.plan();
    let view = PlanView { plan: &plan, catalogue: &fixture.catalogue };
    let coloured = view.human(&Look { colour: true, width: 100, is_verbose: false });
    assert!(coloured.contains("\u{1b}[31m") || coloured.contains("\u{1b}[1m"));
    let plain = view.human(&look(100, false));
    assert_eq!(without_colour(&coloured), plain);
}

fn without_colour(text: &str) -> String {
    let mut is_escape = false;
    let is_shown = |character: char| match (is_escape, character) {
        (false, '\u{1b}') => {
            is_escape = true;
            false
        }
        (true, character) => {
            is_escape = character != 'm';
            false
        }
        (false, _) => true,
    };
    text.chars()
        .filter({
            let mut is_shown = is_shown;
            move |character| is_shown(*character)
        })
        .collect()
}

#[test]
fn programs_read_the_plan_and_then_each_change() {
    let mut fixture = troubled();
    fixture.options.targets = [address("volume.elk-1"), address("instance.worker-1"), address("route.private-a-internet")].into();
    let plan = fixture.plan();
    check_json("plan", "troubled-json", &PlanView { plan: &plan, catalogue: &fixture.catalogue });
}

#[test]
fn what_a_cloud_answers_cannot_move_the_cursor() {
    let mut fixture = Fixture::prod_up();
    fixture.outside("instance.worker-1", "instance_type", "m6i\u{1b}[2J\u{202e}".into());
    let mut plan = fixture.plan();
    plan.changes[0].refusal = Some(Refusal { why: "a\u{7}b".to_owned(), instead: "c\rd".to_owned() });
    plan.changes[0].effect = Some(Effect::Reboot);
    let text = PlanView { plan: &plan, catalogue: &fixture.catalogue }.human(&look(100, false));
    assert!(!text.contains(|character: char| character.is_control() && character != '\n'), "{text:?}");
    check("plan", "harmless", &text);
}
