use provisioner::config::{Blueprint, Clause, InputValue, LinkEnd, MonitoringRole, Ports, Protocol, Tier};

use super::support::{Scratch, assert_snapshot, codes, plain, repository};

fn load(name: &str) -> Blueprint {
    let (blueprint, report) = Blueprint::load(&repository(), name);
    blueprint.unwrap_or_else(|| panic!("{}", plain(&report)))
}

/// The matrix as a table, as the systems page has it.
fn matrix(blueprint: &Blueprint) -> String {
    let rows = blueprint.links.iter().map(|link| {
        let protocol = if link.protocol == Protocol::Udp { "/udp" } else { "" };
        let clauses = link.when.iter().flat_map(|when| &when.clauses).map(|clause| match clause {
            Clause::Input { name, is } => format!("{name}={is}"),
            Clause::Bastion(placement) => format!("bastion={placement:?}"),
            Clause::Monitoring(is_enabled) => format!("monitoring={is_enabled}"),
            Clause::Alerting(mode) => format!("alerting={mode:?}"),
        });
        let when = clauses.collect::<Vec<_>>().join(", ");
        format!("{:22} {:16} {:22} {when}", link.to, format!("{}{protocol}", link.ports), link.from).trim_end().to_owned()
    });
    rows.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_common_matrix_is_that_of_the_systems_page() {
    assert_snapshot("matrix_managed_cloud", &matrix(&load("managed-cloud")));
}

#[test]
fn the_matrix_of_emm_is_that_of_the_systems_page() {
    assert_snapshot("matrix_wso2_emm", &matrix(&load("wso2-emm")));
}

#[test]
fn no_link_of_a_built_in_blueprint_opens_ssh_to_a_network_but_the_data_centre() {
    let links: Vec<_> = ["managed-cloud", "wso2-emm"].iter().flat_map(|name| load(name).links).collect();
    for link in links.iter().filter(|link| link.ports == Ports::Single(22)) {
        assert!(matches!(link.from, LinkEnd::Bastion | LinkEnd::Datacenter), "{}", link.id);
    }
    let from_public = links.iter().filter(|link| link.from == LinkEnd::Public).map(|link| (&link.to, link.ports));
    let lb = LinkEnd::Role("lb".to_owned());
    assert_eq!(from_public.collect::<Vec<_>>(), [(&lb, Ports::Single(443)), (&lb, Ports::Single(80))]);
}

#[test]
fn plugins_are_never_reached_from_the_key_manager() {
    let links = load("wso2-emm").links;
    let to_plugins = links.iter().filter(|link| link.to == LinkEnd::Database("plugins".to_owned()));
    let from: Vec<_> = to_plugins.map(|link| link.from.to_string()).collect();
    assert_eq!(from, ["manager", "worker"]);
}

#[test]
fn every_link_names_its_requirement_and_ids_are_unique_across_blueprints() {
    let links: Vec<_> = ["managed-cloud", "wso2-emm"].iter().flat_map(|name| load(name).links).collect();
    let ids: std::collections::BTreeSet<_> = links.iter().map(|link| &link.id).collect();
    assert_eq!(ids.len(), links.len());
    assert!(links.iter().all(|link| !link.requirements.is_empty()));
}

#[test]
fn monitoring_links_exist_only_while_monitoring_is_enabled() {
    let links: Vec<_> = ["managed-cloud", "wso2-emm"].iter().flat_map(|name| load(name).links).collect();
    let is_monitoring = |end: &LinkEnd| matches!(end, LinkEnd::Monitoring(_));
    for link in links.iter().filter(|link| is_monitoring(&link.to) || is_monitoring(&link.from)) {
        let when = link.when.as_ref().expect("a condition");
        assert!(when.clauses.contains(&Clause::Monitoring(true)), "{}", link.id);
    }
    assert!(links.iter().any(|link| link.from == LinkEnd::Monitoring(MonitoringRole::Cacti) && link.protocol == Protocol::Udp));
}

#[test]
fn emm_has_the_roles_databases_and_rules_of_its_requirements() {
    let emm = load("wso2-emm");
    let counts: Vec<_> = emm.roles.iter().map(|role| (role.name.as_str(), role.count.default, role.count.min, role.count.max)).collect();
    assert_eq!(counts, [("lb", 1, 1, 1), ("internal-lb", 1, 1, 1), ("manager", 1, 1, 2), ("worker", 2, 1, 16), ("key-manager", 1, 1, 4)]);
    assert!(emm.roles.iter().all(|role| role.has_elastic_ip == (role.tier == Tier::Public)));
    assert_eq!(emm.boot_order, ["lb", "internal-lb", "key-manager", "manager", "worker"]);
    let databases: Vec<_> = emm.databases.iter().map(|database| database.name.as_str()).collect();
    assert_eq!(databases, ["core", "apim", "registry", "um", "plugins"]);
    let constraint = &emm.constraints[0];
    assert_eq!((constraint.role.as_str(), constraint.at_most, constraint.requirements[0].as_str()), ("manager", 1, "EMM-05"));
    let when = constraint.when.as_ref().expect("a condition");
    assert_eq!(when.clauses, [Clause::Input { name: "policy_monitoring".to_owned(), is: InputValue::Boolean(true) }]);
}

#[test]
fn a_file_of_the_project_takes_the_place_of_the_built_in_one() {
    let built_in = repository().asset("blueprints/wso2-emm", "blueprint.toml").expect("readable").expect("there");
    let text = String::from_utf8(built_in.bytes.into_owned()).expect("UTF-8").replace("version    = \"1.0.0\"", "version    = \"1.0.1\"");
    let scratch = Scratch::new(&[("blueprints/wso2-emm/blueprint.toml", &text), ("blueprints/wso2-emm/files/more.hbs", "more")]);
    let blueprint = scratch.blueprint("wso2-emm").0.expect("valid");
    assert_eq!(blueprint.version, "1.0.1");
    let project = scratch.project();
    assert!(project.asset_files("blueprints/wso2-emm").contains("files/more.hbs"));
    assert!(project.asset("blueprints/managed-cloud", "blueprint.toml").expect("readable").is_some_and(|asset| !asset.is_own));
    assert!(project.asset("blueprints/wso2-emm", "../../environments/prod.toml").expect("refused without reading").is_none());
}

const SMALL: &str = r#"[blueprint]
name = "small"
version = "1.0.0"
summary = "One role."
boot_order = ["node"]

[roles.node]
doc = "A node."
tier = "private"
count = { default = 1, max = 3 }
instance_type = "t3.small"

[inputs.mode]
type = "choice"
choices = ["one", "two"]
default = "one"
doc = "A mode."

[databases.main]
schemas = ["main"]
doc = "Everything."

[links.main-from-node]
to = "database.main"
ports = 3306
from = "node"
why = "Database"
"#;

macro_rules! refusals {
    ($($name:ident: $from:expr => $to:expr, $codes:expr;)*) => {
        $(#[test]
        fn $name() {
            let from: &str = $from;
            let text = if from.is_empty() { format!("{SMALL}\n{}\n", $to) } else { SMALL.replacen(from, $to, 1) };
            assert_ne!(text, SMALL);
            let (blueprint, report) = Scratch::new(&[("blueprints/small/blueprint.toml", &text)]).blueprint("small");
            assert_eq!(codes(&report), $codes, "{}", plain(&report));
            assert!(blueprint.is_none());
            assert_snapshot(concat!("blueprint_", stringify!($name)), &plain(&report));
        })*
    };
}

refusals! {
    a_name_that_is_not_the_folder_is_refused: "name = \"small\"" => "name = \"tiny\"", ["E0115"];
    an_unknown_link_end_is_refused_with_the_one_that_was_meant: "from = \"node\"" => "from = \"noed\"", ["E0180"];
    a_link_to_an_unknown_database_is_refused: "\"database.main\"" => "\"database.mian\"", ["E0180"];
    a_link_to_an_unknown_monitoring_host_is_refused: "\"database.main\"" => "\"monitoring.kibana\"", ["E0180"];
    a_link_from_the_internet_is_refused: "from = \"node\"" => "from = \"internet\"", ["E0180"];
    a_link_between_networks_is_refused: "" => "[links.transit]\nto = \"internet\"\nfrom = \"corporate\"\nports = 443\nwhy = \"Transit\"", ["E0180"];
    a_port_of_zero_is_refused: "ports = 3306" => "ports = 0", ["E0181"];
    a_port_in_quotes_is_refused: "ports = 3306" => "ports = \"3306\"", ["E0181"];
    a_falling_range_is_refused: "ports = 3306" => "ports = \"4200-4000\"", ["E0181"];
    echo_over_tcp_is_refused: "ports = 3306" => "ports = \"echo\"", ["E0181"];
    a_reason_that_aws_refuses_as_a_description_is_refused: "why = \"Database\"" => "why = \"The node's database\"", ["E0108"];
    a_condition_on_an_unknown_input_is_refused: "why = \"Database\"" => "why = \"Database\"\nwhen = { input = \"mood\", is = \"one\" }", ["E0182"];
    a_condition_that_never_holds_is_refused: "why = \"Database\"" => "why = \"Database\"\nwhen = { input = \"mode\", is = \"three\" }", ["E0182"];
    a_condition_without_a_value_is_refused: "why = \"Database\"" => "why = \"Database\"\nwhen = { input = \"mode\" }", ["E0182"];
    an_empty_condition_is_refused: "why = \"Database\"" => "why = \"Database\"\nwhen = {}", ["E0182"];
    an_unknown_role_in_the_boot_order_is_refused: "[\"node\"]" => "[\"node\", \"noed\"]", ["E0183"];
    a_role_without_a_place_in_the_boot_order_is_refused: "[\"node\"]" => "[]", ["E0183"];
    a_default_that_is_no_choice_is_refused: "default = \"one\"" => "default = \"three\"", ["E0184"];
    bounds_of_a_choice_are_refused: "default = \"one\"" => "default = \"one\"\nmin = 1", ["E0184"];
    counts_that_contradict_each_other_are_refused: "max = 3" => "min = 4, max = 3", ["E0185"];
    a_role_called_like_a_word_of_the_matrix_is_refused: "" => "[roles.bastion]\ndoc = \"A gateway.\"\ntier = \"public\"\ncount = { default = 1, max = 1 }\ninstance_type = \"t3.small\"",
        ["E0183", "E0186"];
    a_move_to_nothing_is_refused: "" => "[moved]\n\"roles.worker\" = \"roles.nod\"", ["E0187"];
    a_move_of_what_is_still_there_is_refused: "" => "[moved]\n\"roles.node\" = \"roles.other\"", ["E0187"];
    a_move_into_another_table_is_refused: "" => "[moved]\n\"databases.worker\" = \"roles.node\"", ["E0187"];
    moves_in_a_ring_are_refused: "" => "[moved]\n\"roles.a\" = \"roles.b\"\n\"roles.b\" = \"roles.a\"", ["E0187", "E0187"];
    a_move_by_way_of_another_is_refused: "" => "[moved]\n\"roles.a\" = \"roles.b\"\n\"roles.b\" = \"roles.node\"", ["E0187"];
    two_moves_to_one_place_are_refused: "" => "[moved]\n\"roles.a\" = \"roles.node\"\n\"roles.b\" = \"roles.node\"", ["E0187"];
    a_move_of_what_has_no_place_is_refused: "" => "[moved]\n\"links.a\" = \"roles.node\"", ["E0108"];
    steps_stand_with_the_software_and_not_here: "" => "[steps.one]\nrun = \"true\"", ["E0103"];
}

#[test]
fn an_unknown_blueprint_is_refused_with_the_one_that_was_meant() {
    let report = Blueprint::load(&repository(), "wso2-em").1;
    assert_snapshot("blueprint_unknown", &plain(&report));
}
