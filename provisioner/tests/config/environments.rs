use provisioner::config::{
    AlertingMode, Class, Configuration, DatabaseSettings, Environment, Gateway, InputValue, MonitoringRole, Nat, Placement, Project,
    Schedule,
};

use super::support::{MINIMAL, Scratch, assert_snapshot, changed, codes, plain, repository};

#[test]
fn the_environments_of_the_repository_are_valid_without_a_warning() {
    let report = repository().validate();
    assert!(report.is_empty(), "{}", plain(&report));
}

#[test]
fn every_environment_of_the_repository_is_the_same_architecture() {
    let project = repository();
    let load = |name: &str| Environment::load(&project, name).0.expect("valid");
    let prod = load("prod");
    for name in ["pre-prod", "test", "dev"] {
        let other = load(name);
        assert_eq!(other.inherits, ["prod"]);
        assert!(other.databases.keys().eq(prod.databases.keys()));
        assert_eq!(other.blueprints, prod.blueprints);
        assert_ne!(other.network.cidr, prod.network.cidr);
        assert_ne!(other.domain, prod.domain);
        assert_eq!(other.network.nat, Nat::Single);
    }
}

#[test]
fn what_is_left_out_has_the_default_of_the_class() {
    let production = Scratch::prod(MINIMAL).environment("prod").0.expect("valid");
    assert_eq!(production.class, Class::Production);
    assert_eq!(production.network.nat, Nat::PerZone);
    assert_eq!(production.cloud.availability_zones, 2);
    assert_eq!(production.bastion.placement, Placement::Vpc);
    assert_eq!(production.bastion.port, 40022);
    assert_eq!(production.alerting.from, "alerts@emm.example.com");
    assert!(production.monitoring.is_enabled);
    assert_eq!(production.monitoring.nodes[&MonitoringRole::Elk].data_volume_gib, 200);
    assert_eq!(production.backup.schedule, Schedule::Daily);
    let DatabaseSettings { is_multi_az, has_deletion_protection, backup_days, .. } = production.databases["um"];
    assert!(is_multi_az && has_deletion_protection && backup_days == 14);

    let text = changed("class = \"production\"", "class = \"development\"");
    let development = Scratch::prod(&text).environment("prod").0.expect("valid");
    assert_eq!(development.network.nat, Nat::Single);
    assert!(!development.monitoring.is_enabled);
    assert_eq!(development.backup.schedule, Schedule::Off);
    assert!(!development.databases["um"].is_multi_az);
}

#[test]
fn own_values_hold_over_inherited_ones_and_those_over_the_defaults_of_the_class() {
    let prod = changed("", "[databases]\nstorage_gib = 300\n[databases.core]\nbackup_days = 30\n[tags]\na = \"1\"\nb = \"2\"");
    let dev = "inherits = \"prod\"\n[environment]\nname = \"dev\"\nclass = \"development\"\ndomain = \"dev.example.com\"\n\
        [network]\ncidr = \"10.21.0.0/16\"\noperator_cidrs = [\"192.0.2.0/24\"]\n[databases.core]\nmulti_az = true\n[tags]\nb = \"3\"\n";
    let scratch = Scratch::new(&[("environments/prod.toml", &prod), ("environments/dev.toml", dev)]);
    let (environment, report) = scratch.environment("dev");
    let environment = environment.unwrap_or_else(|| panic!("{}", plain(&report)));
    let core = &environment.databases["core"];
    assert_eq!((core.storage_gib, core.backup_days, core.is_multi_az), (300, 30, true));
    assert_eq!(environment.databases["um"].backup_days, 7, "the default of the heir's class, not of the parent's");
    assert_eq!(environment.network.operator_cidrs.len(), 1, "lists replace");
    assert_eq!((environment.tags["a"].as_str(), environment.tags["b"].as_str()), ("1", "3"), "tables merge");
}

#[test]
fn a_span_points_into_the_file_where_the_value_stands() {
    let project = repository();
    let dev = Environment::load(&project, "dev").0.expect("valid");
    let place = |path: &str| dev.span(path).map(|span| format!("{} {}", span.path.display(), &span.text[span.range.clone()]));
    assert_eq!(place("network.cidr").as_deref(), Some("environments/dev.toml \"10.23.0.0/16\""));
    assert_eq!(place("bastion.port").as_deref(), Some("environments/prod.toml 40022"));
    assert_eq!(place("nodes.worker.count").as_deref(), Some("environments/prod.toml 2"));
    assert_eq!(place("databases.um.storage_gib").as_deref(), Some("environments/dev.toml 20"));
    assert_eq!(place("network.operator_cidrs[0]").as_deref(), Some("environments/prod.toml \"198.51.100.0/28\""));
    assert_eq!(place("monitoring.thresholds.swap_percent.warning"), None, "a default stands nowhere");
}

#[test]
fn inputs_are_complete_with_the_defaults_of_the_blueprint() {
    let environment = Scratch::prod(MINIMAL).environment("prod").0.expect("valid");
    assert_eq!(environment.inputs["policy_monitoring"], InputValue::Boolean(true));
    assert_eq!(environment.inputs["manager_exposure"], InputValue::Text("private".to_owned()));
    assert_eq!(environment.inputs["legacy_http"], InputValue::Boolean(false));
}

#[test]
fn a_configuration_has_the_base_blueprint_first() {
    let scratch = Scratch::prod(MINIMAL);
    let configuration = Configuration::load(&scratch.project(), "prod").0.expect("valid");
    let names: Vec<_> = configuration.blueprints.iter().map(|blueprint| blueprint.name.as_str()).collect();
    assert_eq!(names, ["managed-cloud", "wso2-emm"]);
}

#[test]
fn ten_mistakes_in_one_file_give_ten_diagnostics() {
    let text = r#"[environment]
name = "production"
class = "production"
blueprints = ["wso2-em"]
domain = "emm.example.com"
[cloud]
reigon = "eu-west-1"
region = "eu-west-1"
account = 12345
[network]
cidr = "10.20.3.0/16"
operator_cidrs = ["0.0.0.0/0"]
nat = "per-az"
[bastion]
port = 22
[databases]
storage_gib = "100 GiB"
[monitoring.thresholds]
disk_percent = { warning = 90, critical = 80 }
[alerting]
recipients = ["oncall@example.com"]
"#;
    let (environment, report) = Scratch::prod(text).environment("prod");
    assert!(environment.is_none());
    assert_snapshot("ten_mistakes", &plain(&report));
    assert_eq!(codes(&report).len(), 10);
}

#[test]
fn a_problem_in_an_inherited_file_is_said_once_by_validate() {
    let prod = changed("cidr = \"10.20.0.0/16\"", "cidr = \"10.20.1.0/16\"");
    let heir =
        |name: &str, cidr: &str| format!("inherits = \"prod\"\n[environment]\nname = \"{name}\"\ndomain = \"{name}.example.com\"\n{cidr}");
    let (dev, test) = (heir("dev", ""), heir("test", ""));
    let scratch = Scratch::new(&[("environments/prod.toml", &prod), ("environments/dev.toml", &dev), ("environments/test.toml", &test)]);
    let report = scratch.project().validate();
    assert_eq!(codes(&report), ["E0121"], "{}", plain(&report));
}

#[test]
fn a_project_is_found_from_a_folder_below_it() {
    let scratch = Scratch::prod(MINIMAL);
    let below = scratch.path().join("environments");
    let project = Project::find(None, &below).0.expect("found");
    assert_eq!(project.root, scratch.path());
    assert_eq!(project.name, "provision");
}

#[test]
fn no_project_is_found_where_there_is_none() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let (project, report) = Project::find(Some(folder.path()), "/".as_ref());
    assert!(project.is_none());
    assert_eq!(codes(&report), ["E0113"]);
}

#[test]
fn state_in_s3_is_not_supported_yet() {
    let scratch = Scratch::new(&[("provision.toml", "[project]\nname = \"acme\"\n[state]\nkind = \"s3\"\nbucket = \"b\"\n")]);
    let (project, report) = scratch.find();
    assert!(project.is_none());
    assert_eq!(codes(&report), ["E0112"]);
}

#[test]
fn a_bastion_in_the_data_centre_has_its_network_and_its_gateway() {
    let text = changed(
        "",
        "[bastion]\nplacement = \"datacenter\"\ndatacenter_cidr = \"172.16.0.0/16\"\nhost = \"bastion.example.com\"\ntransit_gateway_id = \"tgw-0123456789abcdef0\"",
    );
    let (environment, report) = Scratch::prod(&text).environment("prod");
    let environment = environment.unwrap_or_else(|| panic!("{}", plain(&report)));
    let gateway = Gateway::Transit("tgw-0123456789abcdef0".to_owned());
    let cidr = "172.16.0.0/16".parse().expect("a network");
    assert_eq!(environment.bastion.placement, Placement::Datacenter { cidr, host: "bastion.example.com".to_owned(), gateway });
}

#[test]
fn two_managers_are_allowed_without_policy_monitoring() {
    let text = changed("", "[inputs]\npolicy_monitoring = false\n[nodes.manager]\ncount = 2");
    let (environment, report) = Scratch::prod(&text).environment("prod");
    assert!(report.is_empty(), "{}", plain(&report));
    assert_eq!(environment.expect("valid").nodes["manager"].count, Some(2));
}

#[test]
fn smtp_takes_the_place_of_ses_with_its_server() {
    let smtp = "mode = \"smtp\"\nrecipients = [\"oncall@example.com\"]\n[alerting.smtp]\nhost = \"mail.example.com\"\nuser = \"alerts\"\nsecret = \"smtp-password\"";
    let (environment, report) = Scratch::prod(&changed("recipients = [\"oncall@example.com\"]", smtp)).environment("prod");
    let environment = environment.unwrap_or_else(|| panic!("{}", plain(&report)));
    let AlertingMode::Smtp(server) = environment.alerting.mode else { panic!("smtp") };
    assert_eq!((server.host.as_str(), server.port, server.secret.as_str()), ("mail.example.com", 587, "smtp-password"));
}

#[test]
fn an_operator_key_is_an_openssh_public_key() {
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti ops@example.com";
    let (environment, report) = Scratch::prod(&changed("", &format!("[bastion]\noperator_key = \"{key}\""))).environment("prod");
    let environment = environment.unwrap_or_else(|| panic!("{}", plain(&report)));
    assert_eq!(environment.bastion.operator_key.as_deref(), Some(key));
}
