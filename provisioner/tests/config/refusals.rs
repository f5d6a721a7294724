//! One test for each refusal; the snapshots are what an operator reads.

use super::support::{MINIMAL, Scratch, assert_snapshot, changed, plain};

/// What is wrong, as the whole file or as one change of the valid one, and the codes it must give.
fn refused(name: &str, text: &str, wanted: &[&str]) {
    let (environment, report) = Scratch::prod(text).environment("prod");
    let page = plain(&report);
    assert_eq!(super::support::codes(&report), wanted, "{page}");
    assert_eq!(environment.is_some(), !report.has_errors(), "an environment is there exactly where no error is");
    assert_snapshot(name, &page);
}

macro_rules! refusals {
    ($($name:ident: $from:expr => $to:expr, $codes:expr;)*) => {
        $(#[test]
        fn $name() {
            refused(stringify!($name), &changed($from, $to), &$codes);
        })*
    };
}

refusals! {
    // Keys and types.
    a_misspelt_key_is_refused_with_the_one_that_was_meant: "" => "[bastion]\nprot = 40022", ["E0103"];
    a_misspelt_table_is_refused_with_the_one_that_was_meant: "" => "[bastoin]\nport = 40022", ["E0103"];
    a_key_in_the_wrong_table_is_refused_with_its_table: "" => "[bastion]\ncidr = \"10.0.0.0/16\"", ["E0103"];
    a_key_that_stands_twice_is_refused: "class = \"production\"" => "class = \"production\"\nclass = \"test\"", ["E0102"];
    a_table_that_stands_twice_is_refused: "" => "[cloud]\navailability_zones = 2", ["E0102"];
    a_missing_key_is_refused_with_what_it_means: "account = \"123456789012\"" => "", ["E0106"];
    a_missing_table_is_refused_key_by_key: "[cloud]\nregion = \"eu-west-1\"\naccount = \"123456789012\"" => "", ["E0106", "E0106"];
    a_size_with_a_unit_is_refused_with_the_number: "" => "[databases]\nstorage_gib = \"1 TiB\"", ["E0104"];
    days_in_weeks_are_refused_with_the_number: "" => "[databases]\nbackup_days = \"2 weeks\"", ["E0104"];
    a_text_for_a_claim_is_refused: "" => "[databases]\nmulti_az = \"yes\"", ["E0104"];
    a_version_without_quotes_is_refused: "" => "[databases]\nversion = 8.4", ["E0104"];
    a_single_network_for_a_list_is_refused: "[\"198.51.100.0/28\"]" => "\"198.51.100.0/28\"", ["E0104"];
    a_value_for_a_table_is_refused: "[environment]" => "bastion = 40022\n[environment]", ["E0104"];
    an_unknown_word_is_refused: "" => "[bastion]\nplacement = \"datacentre\"", ["E0107"];
    a_line_that_is_not_toml_is_refused: "region = \"eu-west-1\"" => "region = eu-west-1", ["E0101"];

    // Names.
    a_name_that_is_not_the_file_is_refused: "name = \"prod\"" => "name = \"production\"", ["E0115"];
    a_name_of_more_than_16_characters_is_refused: "name = \"prod\"" => "name = \"production-europe-1\"", ["E0115", "E0117"];
    a_name_with_capitals_is_refused_with_the_lower_case_one: "name = \"prod\"" => "name = \"Prod\"", ["E0108"];
    an_account_without_twelve_digits_is_refused: "\"123456789012\"" => "\"1234-5678-9012\"", ["E0108"];
    an_account_that_is_a_number_is_refused: "\"123456789012\"" => "123456789012", ["E0104"];
    a_zone_for_a_region_is_refused: "\"eu-west-1\"" => "\"eu-west-1a\"", ["E0108"];
    a_tag_of_ours_is_refused: "" => "[tags]\n\"provision:env\" = \"other\"", ["E0108"];

    // Networks.
    an_address_for_a_network_is_refused: "\"10.20.0.0/16\"" => "\"10.20.0.0\"", ["E0120"];
    a_mask_as_an_address_is_refused: "\"10.20.0.0/16\"" => "\"10.20.0.0/255.255.0.0\"", ["E0120"];
    ipv6_is_refused: "\"198.51.100.0/28\"" => "\"2001:db8::/32\"", ["E0120"];
    host_bits_are_refused_with_the_network: "\"10.20.0.0/16\"" => "\"10.20.30.0/16\"", ["E0121"];
    a_public_network_for_the_vpc_is_refused: "\"10.20.0.0/16\"" => "\"100.20.0.0/16\"", ["E0122"];
    a_vpc_that_is_too_small_is_refused: "\"10.20.0.0/16\"" => "\"10.20.0.0/24\"", ["E0123"];
    a_vpc_that_is_too_large_is_refused: "\"10.20.0.0/16\"" => "\"10.0.0.0/8\"", ["E0123"];
    operators_inside_the_vpc_are_refused: "\"198.51.100.0/28\"" => "\"10.20.8.0/24\"", ["E0124"];
    the_whole_internet_as_operators_is_refused: "\"198.51.100.0/28\"" => "\"0.0.0.0/0\"", ["E0125"];
    half_the_internet_as_operators_is_refused: "\"198.51.100.0/28\"" => "\"0.0.0.0/1\", \"128.0.0.0/1\"", ["E0125", "E0124", "E0125"];
    no_operators_at_all_are_refused: "[\"198.51.100.0/28\"]" => "[]", ["E0106"];

    // The bastion.
    port_22_on_the_bastion_is_refused: "" => "[bastion]\nport = 22", ["E0130"];
    port_443_on_the_bastion_is_refused: "" => "[bastion]\nport = 443", ["E0130"];
    a_port_beyond_65535_is_refused: "" => "[bastion]\nport = 70000", ["E0105"];
    a_data_centre_without_particulars_is_refused: "" => "[bastion]\nplacement = \"datacenter\"", ["E0131"];
    a_data_centre_with_two_gateways_is_refused: "" => "[bastion]\nplacement = \"datacenter\"\ndatacenter_cidr = \"172.16.0.0/16\"\nhost = \"bastion.example.com\"\n\
        transit_gateway_id = \"tgw-0123456789abcdef0\"\nvpn_gateway_id = \"vgw-0123456789abcdef0\"", ["E0132"];
    a_data_centre_that_overlaps_the_vpc_is_refused: "" => "[bastion]\nplacement = \"datacenter\"\ndatacenter_cidr = \"10.0.0.0/8\"\nhost = \"bastion.example.com\"\n\
        vpn_gateway_id = \"vgw-0123456789abcdef0\"", ["E0124"];
    data_centre_keys_in_the_vpc_are_refused: "" => "[bastion]\nhost = \"bastion.example.com\"", ["E0132"];
    a_malformed_operator_key_is_refused: "" => "[bastion]\noperator_key = \"ssh-ed25519 AAAA\"", ["E0108"];

    // The blueprint's terms.
    an_unknown_blueprint_is_refused: "[\"wso2-emm\"]" => "[\"wso2-em\"]", ["E0140"];
    two_blueprints_are_not_supported_yet: "[\"wso2-emm\"]" => "[\"wso2-emm\", \"managed-cloud\"]", ["E0112"];
    nodes_of_an_unknown_role_are_refused: "" => "[nodes.wroker]\ncount = 2", ["E0141"];
    nodes_of_a_monitoring_host_are_refused_with_their_place: "" => "[nodes.icinga]\ninstance_type = \"t3.medium\"", ["E0141"];
    a_count_above_the_maximum_is_refused: "" => "[nodes.key-manager]\ncount = 9", ["E0142"];
    a_count_below_the_minimum_is_refused: "" => "[nodes.worker]\ncount = 0", ["E0142"];
    two_managers_with_policy_monitoring_are_refused: "" => "[nodes.manager]\ncount = 2", ["E0143"];
    an_unknown_input_is_refused: "" => "[inputs]\npolicy_monitor = true", ["E0144"];
    an_input_of_the_wrong_type_is_refused: "" => "[inputs]\npolicy_monitoring = \"yes\"", ["E0145"];
    an_input_out_of_range_is_refused: "" => "[inputs]\nmonitoring_frequency_seconds = 1", ["E0145"];
    an_input_that_is_no_choice_is_refused: "" => "[inputs]\nmanager_exposure = \"publik\"", ["E0145"];
    an_unknown_database_is_refused: "" => "[databases.cor]\nstorage_gib = 100", ["E0147"];
    a_setting_that_looks_like_a_database_is_refused: "" => "[databases]\nstorage = 100", ["E0103"];
    a_data_volume_the_role_does_not_have_is_refused: "" => "[nodes.lb]\ndata_volume_gib = 10", ["E0148"];

    // Databases.
    storage_below_20_gib_is_refused: "" => "[databases]\nstorage_gib = 10", ["E0105"];
    an_engine_that_is_not_supported_is_refused: "" => "[databases]\nengine = \"postgres\"", ["E0107"];
    a_version_that_is_not_supported_is_refused: "" => "[databases]\nversion = \"5.7\"", ["E0150"];
    a_minor_version_is_refused: "" => "[databases]\nversion = \"8.4.3\"", ["E0150"];
    version_8_0_is_warned_of: "" => "[databases]\nversion = \"8.0\"", ["E0150"];
    provisioned_storage_is_refused: "" => "[databases]\nstorage_type = \"io2\"", ["E0107"];

    // Monitoring and mail.
    a_warning_after_the_critical_state_is_refused: "" => "[monitoring.thresholds]\ndisk_percent = { warning = 90, critical = 80 }", ["E0160"];
    a_warning_at_the_default_of_the_critical_state_is_refused: "" => "[monitoring.thresholds]\ndisk_percent = { warning = 90 }", ["E0160"];
    days_left_fall_towards_the_critical_state: "" => "[monitoring.thresholds]\ncertificate_days = { warning = 7, critical = 30 }", ["E0160"];
    smtp_without_a_server_is_refused: "recipients = [\"oncall@example.com\"]" => "mode = \"smtp\"\nrecipients = [\"oncall@example.com\"]", ["E0161"];
    smtp_without_a_secret_is_refused: "recipients = [\"oncall@example.com\"]" =>
        "mode = \"smtp\"\nrecipients = [\"oncall@example.com\"]\n[alerting.smtp]\nhost = \"mail.example.com\"\nuser = \"alerts\"", ["E0106"];
    a_mail_server_with_ses_is_refused: "" => "[alerting.smtp]\nhost = \"mail.example.com\"\nuser = \"alerts\"\nsecret = \"smtp-password\"", ["E0132"];
    a_sender_outside_the_domain_is_refused: "recipients = [\"oncall@example.com\"]" => "from = \"alerts@example.org\"\nrecipients = [\"oncall@example.com\"]", ["E0164"];
    a_malformed_recipient_is_refused: "oncall@example.com" => "oncall", ["E0108"];
    dashboards_for_others_are_not_supported_yet: "" => "[monitoring]\ndashboard_cidrs = [\"203.0.113.0/24\"]", ["E0112"];
    monitoring_that_tells_nobody_is_warned_of: "[\"oncall@example.com\"]" => "[]", ["E0162"];

    // What only AWS knows is a warning.
    an_unknown_region_is_warned_of: "\"eu-west-1\"" => "\"eu-wets-1\"", ["E0170"];
    more_zones_than_the_region_has_are_warned_of: "region = \"eu-west-1\"" => "region = \"us-west-1\"\navailability_zones = 3", ["E0171"];
    five_zones_are_refused: "region = \"eu-west-1\"" => "region = \"eu-west-1\"\navailability_zones = 5", ["E0105"];
    an_unknown_instance_family_is_warned_of: "" => "[nodes.worker]\ninstance_type = \"m6x.large\"", ["E0172"];
    copies_in_the_same_region_are_warned_of: "" => "[backup]\nregion = \"eu-west-1\"", ["E0173"];
}

#[test]
fn secret_keys_are_refused_without_being_shown() {
    let key = "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ";
    let text = changed("", &format!("[secrets]\nrecipients = [\"{key}\"]"));
    let (_, report) = Scratch::prod(&text).environment("prod");
    assert!(!plain(&report).contains(key));
    assert_snapshot("secret_keys_are_refused_without_being_shown", &plain(&report));
}

#[test]
fn a_project_name_that_leaves_no_room_for_buckets_is_refused_with_the_bucket() {
    let files = [
        ("provision.toml", "[project]\nname = \"customer-platforms\""),
        ("environments/pre-production.toml", &*MINIMAL.replace("name = \"prod\"", "name = \"pre-production\"")),
    ];
    let (_, report) = Scratch::new(&files).environment("pre-production");
    assert_snapshot("a_project_name_that_leaves_no_room_for_buckets", &plain(&report));
}

/// Two files, the one that is loaded last.
fn heirs(name: &str, files: &[(&str, &str)], wanted: &[&str]) {
    let (path, _) = files.last().expect("a file to load");
    let stem = path.trim_start_matches("environments/").trim_end_matches(".toml");
    let (_, report) = Scratch::new(files).environment(stem);
    assert_eq!(super::support::codes(&report), wanted, "{}", plain(&report));
    assert_snapshot(name, &plain(&report));
}

#[test]
fn an_unknown_environment_is_refused_with_the_one_that_was_meant() {
    let (_, report) = Scratch::prod(MINIMAL).environment("prood");
    assert_snapshot("an_unknown_environment", &plain(&report));
}

#[test]
fn a_name_that_leads_out_of_the_project_is_no_environment() {
    let (environment, report) = Scratch::prod(MINIMAL).environment("../environments/prod");
    assert!(environment.is_none());
    assert_eq!(super::support::codes(&report), ["E0114"]);
}

#[test]
fn an_unknown_parent_is_refused() {
    let dev = "inherits = \"prd\"\n[environment]\nname = \"dev\"\n";
    heirs("an_unknown_parent", &[("environments/prod.toml", MINIMAL), ("environments/dev.toml", dev)], &["E0116"]);
}

#[test]
fn inheritance_in_a_circle_is_refused() {
    let (a, b) = ("inherits = \"b\"\n[environment]\nname = \"a\"\n", "inherits = \"a\"\n[environment]\nname = \"b\"\n");
    heirs("inheritance_in_a_circle", &[("environments/b.toml", b), ("environments/a.toml", a)], &["E0116"]);
}

#[test]
fn an_heir_without_a_network_and_a_domain_of_its_own_is_refused() {
    let dev = "inherits = \"prod\"\n[environment]\nname = \"dev\"\nclass = \"development\"\n";
    heirs("an_heir_without_its_own", &[("environments/prod.toml", MINIMAL), ("environments/dev.toml", dev)], &["E0163", "E0124"]);
}

#[test]
fn a_name_is_not_inherited() {
    let dev = "inherits = \"prod\"\n[environment]\ndomain = \"dev.example.com\"\n[network]\ncidr = \"10.21.0.0/16\"\n";
    heirs("a_name_is_not_inherited", &[("environments/prod.toml", MINIMAL), ("environments/dev.toml", dev)], &["E0106"]);
}

#[test]
fn environments_with_different_databases_are_refused() {
    let other = "[blueprint]\nname = \"other\"\nversion = \"1.0.0\"\nsummary = \"Another product.\"\n[databases.one]\nschemas = [\"one\"]\ndoc = \"One.\"\n";
    let dev = "inherits = \"prod\"\n[environment]\nname = \"dev\"\nblueprints = [\"other\"]\ndomain = \"dev.example.com\"\n[network]\ncidr = \"10.21.0.0/16\"\n";
    let files = [("blueprints/other/blueprint.toml", other), ("environments/prod.toml", MINIMAL), ("environments/dev.toml", dev)];
    heirs("environments_with_different_databases", &files, &["E0149"]);
}
