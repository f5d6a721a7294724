use super::session::Session;

const PLAN: &str = "provision plan --env small --sandbox --target vpc.main";

#[test]
fn colour_is_a_question_of_flag_variables_and_terminal() {
    let visible = "| tr '\\033' '@' | grep -c '@'";
    Session::small()
        .run(&format!("{PLAN} {visible}"))
        .run(&format!("CLICOLOR_FORCE=1 {PLAN} {visible}"))
        .run(&format!("{PLAN} --color always {visible}"))
        .run(&format!("NO_COLOR=1 CLICOLOR_FORCE=1 {PLAN} {visible}"))
        .run(&format!("NO_COLOR=1 {PLAN} --color always {visible}"))
        .run(&format!("TERM=dumb CLICOLOR_FORCE=1 {PLAN} --color never {visible}"))
        .check("colour");
}

#[test]
fn quiet_leaves_data_and_problems_and_verbose_says_all() {
    Session::small()
        .run(&format!("{PLAN} -q"))
        .run(&format!("{PLAN} -v"))
        .run("provision up --env small --sandbox --yes -q --target vpc.main")
        .run("provision validate -q")
        .run("provision plan --env small -q -v")
        .check("quiet-and-verbose");
}

#[test]
fn every_line_of_json_has_a_type_and_a_version() {
    let session = Session::small();
    for command in ["plan --env small", "up --env small --yes", "up --env small --yes", "status --env small", "state list --env small"] {
        let ran = session.project.rehearse(&format!("{command} --format json")).expect_done();
        assert_eq!(ran.stderr, "", "{command}");
        assert!(!ran.stdout.is_empty(), "{command}");
        for line in ran.stdout.lines() {
            let object: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
            assert!(object["type"].is_string() && object["version"] == 1, "{line}");
        }
    }
    for command in ["plan --env nowhere", "state list --env live", "up --env live"] {
        let ran = session.project.rehearse(&format!("{command} --format json"));
        assert!(ran.code != 0 && ran.stderr.is_empty(), "{command}: {}", ran.stderr);
        let last: serde_json::Value = serde_json::from_str(ran.stdout.lines().last().expect("a line")).expect("JSON");
        assert_eq!(last["type"], "diagnostic", "{command}");
    }
}

#[test]
fn programs_follow_a_run_line_by_line() {
    Session::small().run("provision up --env small --sandbox --yes --format json --target subnet.public-a").check("up-json");
}

#[test]
fn a_reader_who_goes_away_is_no_failure() {
    Session::small()
        .run("{ provision plan --env small --sandbox; echo $? >&2; } | head -1")
        .run("{ provision plan --env small --sandbox --format json; echo $? >&2; } | head -c 10; echo")
        .run("{ provision --help; echo $? >&2; } | head -1")
        .check("broken-pipe");
}

#[test]
fn every_command_says_what_it_takes() {
    let commands = [
        "",
        "validate ",
        "plan ",
        "up ",
        "down ",
        "doctor ",
        "status ",
        "env ",
        "env list ",
        "env diff ",
        "permissions ",
        "state ",
        "state show ",
        "state list ",
        "state rebuild ",
        "state unlock ",
        "state history ",
        "sandbox ",
        "sandbox dump ",
        "sandbox reset ",
    ];
    let session = Session::small().run("provision --version | cut -d. -f1");
    commands.iter().fold(session, |session, command| session.run(&format!("provision {command}--help"))).check("help");
}
