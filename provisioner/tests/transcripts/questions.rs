use super::project::Project;
use super::redaction::check;
use super::session::settled;

/// What a terminal of 100 columns shows while a person answers; nothing is drawn over, because it is a dumb one.
fn asked(project: &Project, environment: &str, answer: &str) -> (String, i32) {
    let command = format!("stty cols 100; provision up --env {environment} --sandbox --sandbox-speed 0 --target vpc.main");
    let ran = project.shell(&format!("echo {answer} | TERM=dumb script --quiet --return --echo never --command '{command}' /dev/null"));
    (settled(&ran.stdout.replace('\r', "")), ran.code)
}

#[test]
fn production_is_approved_by_its_name_and_everything_else_by_yes() {
    let project = Project::small();
    let answers = [("live", "yes"), ("live", ""), ("live", "live"), ("small", "small"), ("small", "YES"), ("small", "yes")];
    let shown = answers.map(|(environment, answer)| {
        let (text, code) = asked(&project, environment, answer);
        format!("== `{answer}` for {environment}\n{text}\n? {code}\n")
    });
    check("cli", "answers", &shown.join("\n"));
}
