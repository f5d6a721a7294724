use jiff::Timestamp;
use provisioner::provider::Token;
use provisioner::state::{Entry, Holder, Intent, Operation, Record, StoredState};
use provisioner::view::{Edition, HistoryView, ResourceView, StateListView, StatusView};

use super::fixture::{Fixture, address};
use super::{check_human, check_json};

fn moment() -> Timestamp {
    "2026-03-01T10:32:00Z".parse().expect("a moment")
}

fn small() -> Fixture {
    let mut fixture = Fixture::prod_up();
    fixture.recorded.resources.retain(|address, _| address.kind().starts_with("security-group") && address.name() == "load-balancer");
    fixture
}

#[test]
fn the_list_shows_address_and_id() {
    let fixture = small();
    check_human("cli", "state-list", &StateListView { state: &fixture.recorded });
    check_json("cli", "state-list-json", &StateListView { state: &fixture.recorded });
}

#[test]
fn one_object_shows_everything_recorded() {
    let fixture = small();
    let address = address("security-group-rules.load-balancer");
    let pending = [Intent {
        address: address.clone(),
        operation: Operation::Update,
        call: "AuthorizeSecurityGroupIngress".to_owned(),
        token: Token::new("nonce"),
        digest: "d".to_owned(),
        at: moment(),
    }];
    let view = ResourceView { address: &address, recorded: &fixture.recorded.resources[&address], pending: &pending };
    check_human("cli", "state-show", &view);
    check_json("cli", "state-show-json", &view);
}

#[test]
fn the_history_ends_with_what_is_now() {
    let edition = |serial, command: &str, outcome: &str, objects| Edition {
        serial,
        written: Some(moment()),
        command: Some(command.to_owned()),
        holder: Some("ops@admin-host".to_owned()),
        outcome: Some(outcome.to_owned()),
        objects: Some(objects),
    };
    let unknown = Edition { serial: 3, written: None, command: None, holder: None, outcome: None, objects: None };
    let editions = [unknown, edition(4, "up", "interrupted", 14), edition(5, "up", "done", 96)];
    check_human("cli", "state-history", &HistoryView { editions: &editions });
    check_json("cli", "state-history-json", &HistoryView { editions: &editions });
}

fn check_status(name: &str, fixture: &Fixture, stored: &StoredState, holder: Option<&Holder>) {
    let (plan, observed) = (fixture.plan(), fixture.observations());
    let view =
        StatusView { plan: &plan, observed: &observed, catalogue: &fixture.catalogue, stored, holder, drifted: 0, watch: None, mail: None };
    check_human("cli", name, &view);
    check_json("cli", &format!("{name}-json"), &view);
}

#[test]
fn the_status_shows_layers_lock_and_what_to_look_at_next() {
    let stored = StoredState::default();
    check_status("status-up", &Fixture::prod_up(), &stored, None);
    let mut new = Fixture::prod();
    new.cloud = "sandbox";
    check_status("status-new", &new, &stored, None);
    let mut drifted = Fixture::prod_up();
    drifted.lose("instance.worker-1");
    drifted.outside("instance.worker-2", "instance_type", "m6i.xlarge".into());
    drifted.desired.remove(&address("volume-attachment.elk-1"));
    check_status("status-drift", &drifted, &stored, None);
    let holder = Holder { user: "ops".to_owned(), host: "admin-host".to_owned(), pid: 4121, command: "up".to_owned(), since: moment() };
    check_status("status-locked", &drifted, &stored, Some(&holder));
}

#[test]
fn a_command_that_was_cut_off_is_named() {
    let mut fixture = Fixture::prod_up();
    fixture.lose("instance.worker-1");
    let entry = Entry::Run { command: "up".to_owned(), holder: "ops@admin-host (pid 4121)".to_owned() };
    let records = vec![Record { sequence: 1, previous: String::new(), at: moment(), entry }];
    let stored = StoredState { state: Some(fixture.recorded.clone()), records };
    check_status("status-cut-off", &fixture, &stored, None);
}
