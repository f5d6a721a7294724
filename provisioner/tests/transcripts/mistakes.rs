use std::fs;

use super::project::Project;
use super::session::Session;

#[test]
fn ten_mistakes_are_told_at_once() {
    Session::in_project(Project::shipped())
        .with(|project| {
            for (from, to) in [
                ("class      = \"production\"", "class      = \"prodution\""),
                ("\"wso2-emm\"", "\"wso2-em\""),
                ("region             =", "reigon             ="),
                ("availability_zones = 2", "availability_zones = 5"),
                ("\"10.20.0.0/16\"", "\"10.20.3.0/16\""),
                ("\"198.51.100.0/28\"", "\"0.0.0.0/0\""),
                ("port          = 40022", "port          = 22"),
                ("storage_gib    = 100", "storage_gib    = \"100 GiB\""),
                ("warning = 80, critical = 90", "warning = 90, critical = 80"),
                ("daily = 7,", "daily = \"7 days\","),
            ] {
                project.edit("environments/prod.toml", from, to);
            }
        })
        .run("provision validate --env prod")
        .run("provision plan --env prod --sandbox -q 2> /dev/null")
        .check("ten-mistakes");
}

#[test]
fn what_is_mistyped_is_told_with_what_was_meant() {
    Session::small()
        .run("provision plan --env smal --sandbox")
        .run("provision up --env ../small --sandbox --yes")
        .run("provision plam --env small")
        .run("provision plan")
        .run("provision plan --env small --sandbx")
        .run("provision plan --env small --sandbox-speed=-1")
        .run("provision up --env small --lock-timeout soon")
        .run("provision plan --env small --format yaml")
        .run("provision plan --env small --parallelism 0")
        .run("provision up --env small --plan plan.json --target vpc.main")
        .run("provision state")
        .run("provision")
        .check("mistyped");
}

#[test]
fn outside_of_a_project_it_says_how_a_project_is_found() {
    Session::in_project(Project::empty())
        .run("provision validate")
        .run("provision plan --env prod --sandbox")
        .run("provision plan --env prod --sandbox --root nowhere")
        .check("no-project");
}

#[test]
fn nobody_to_ask_is_an_error_and_never_a_hang() {
    Session::small()
        .run("provision up --env small --sandbox > /dev/null")
        .run("yes | provision up --env small --sandbox > /dev/null")
        .run("provision up --env small --sandbox --format json | tail -1")
        .run("provision status --env small --sandbox")
        .check("nobody-to-ask");
}

#[test]
fn without_credentials_it_fails_at_once_and_names_the_rehearsal() {
    Session::small()
        .run("provision plan --env small")
        .run("provision up --env small --yes")
        .run("provision status --env small")
        .check("no-credentials");
}

#[test]
fn an_account_other_than_the_environments_is_refused() {
    let session = Session::small();
    let answer = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
        <Arn>arn:aws:iam::999999999999:user/mallory</Arn><UserId>AIDA</UserId><Account>999999999999</Account></GetCallerIdentityResult>\
        <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>";
    let endpoint = super::endpoint::answering(answer);
    fs::write(
        session.project.path().join("aws.sh"),
        format!("export AWS_ENDPOINT_URL={endpoint} AWS_ACCESS_KEY_ID=AKIA AWS_SECRET_ACCESS_KEY=none\n"),
    )
    .expect("written");
    session.run(". ./aws.sh; provision plan --env small").run(". ./aws.sh; provision up --env small --yes").check("wrong-account");
}

#[test]
fn a_held_lock_names_its_holder() {
    let session = Session::small();
    let held = super::lock::hold(&session.project, "small");
    let session = session
        .run("provision up --env small --sandbox --yes")
        .run("provision state unlock --env small --sandbox")
        .run("provision up --env small --sandbox --yes --lock-timeout 1s")
        .run("provision status --env small --sandbox");
    drop(held);
    session.run("provision state unlock --env small --sandbox").check("locked");
}

#[test]
fn a_machine_that_the_region_lacks_is_found_before_anything_is_made() {
    Session::small()
        .with(|project| project.append("environments/small.toml", "\n[nodes.node]\ninstance_type = \"m6i.largest\"\n"))
        .run("provision up --env small --sandbox --yes > /dev/null")
        .run("provision sandbox dump | grep -c '\"type\":\"vpc\"'")
        .check("preflight");
}

#[test]
fn what_is_wrong_in_software_is_told_with_its_place() {
    let software = |text: &str| {
        let text = format!("[software.page]\ndoc = \"A page.\"\non  = [\"node\"]\n{text}");
        move |project: &Project| {
            let folder = project.path().join("monitoring/page");
            fs::create_dir_all(folder.join("files")).expect("made");
            fs::write(folder.join("software.toml"), text).expect("written");
            fs::write(folder.join("files/page.conf.hbs"), "# A page.\nname = {{host.nmae}}\n").expect("written");
            fs::write(folder.join("files/mail.conf.hbs"), "from = {{{environment.name}}}\nto = {{{mail.recipients}}}\n").expect("written");
        }
    };
    let file = |template: &str| format!("\n[software.page.files.\"/etc/page.conf\"]\ntemplate = \"{template}\"\n");
    Session::small()
        .with(software("packages = [\"Nginx\"]\nafter = [\"nrep\"]\nservice = [\"nginx\"]\n"))
        .run("provision validate --env small")
        .with(software(&file("paeg.conf.hbs")))
        .run("provision validate --env small")
        .with(software(&file("page.conf.hbs")))
        .run("provision validate --env small")
        .check("wrong-software");
}

#[test]
fn what_hosts_get_is_written_into_a_folder_and_nothing_else_is_overwritten() {
    Session::small()
        .run("provision render --env small --out rendered")
        .run("find rendered -type f | sort")
        .run("cat rendered/bastion-1/bundle.txt")
        .run("cat rendered/node-1/files/etc/hosts")
        .run("rm -r rendered/node-1/files/etc && provision render --env small --out rendered && ls rendered/node-1/files/etc")
        .run("touch rendered/mine && provision render --env small --out rendered")
        .run("provision render --env small --out environments")
        .run("provision render --env small --out environments/small.toml")
        .run("provision render --env small")
        .check("render");
}
