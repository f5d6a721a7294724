use super::project::{Project, Ran};
use super::redaction::check;

/// Commands in one project, and what they said, as a person would have seen it.
pub struct Session {
    pub project: Project,
    transcript: String,
}

impl Session {
    pub fn in_project(project: Project) -> Self {
        Self { project, transcript: String::new() }
    }

    /// The small project.
    pub fn small() -> Self {
        Self::in_project(Project::small())
    }

    /// The small project with its environment up.
    pub fn small_up() -> Self {
        let session = Self::small();
        session.project.rehearse("up --env small --yes").expect_done();
        session
    }

    /// Runs a line of the shell and notes what it says; `provision` rehearses where the line says `--sandbox`, and waits for nothing.
    pub fn run(mut self, line: &str) -> Self {
        let typed = line.replace("--sandbox ", "--sandbox --sandbox-speed 0 ");
        let typed = if typed.ends_with("--sandbox") { format!("{typed} --sandbox-speed 0") } else { typed };
        let ran = self.project.shell(&typed);
        self.note(line, &ran);
        self
    }

    /// Notes what a line said.
    pub fn note(&mut self, line: &str, ran: &Ran) {
        let gutter =
            |sign: &str, text: &str| text.lines().map(|line| format!("{sign} {line}").trim_end().to_owned() + "\n").collect::<String>();
        let separator = if self.transcript.is_empty() { "" } else { "\n" };
        self.transcript.push_str(&format!("{separator}$ {line}\n{}{}", gutter(" ", &ran.stdout), gutter("!", &settled(&ran.stderr))));
        if ran.code != 0 {
            self.transcript.push_str(&format!("? {}\n", ran.code));
        }
    }

    /// Does something to the project that no command does.
    pub fn with(self, change: impl FnOnce(&Project)) -> Self {
        change(&self.project);
        self
    }

    /// Holds the transcript against `snapshots/cli/NAME.snap`.
    pub fn check(self, name: &str) {
        check("cli", name, &self.transcript);
    }
}

/// Messages without the steps that run side by side: their order is nobody's; what is done is listed by name.
pub fn settled(messages: &str) -> String {
    let (mut kept, mut done): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    let mut place = 0;
    for line in messages.lines() {
        if line.starts_with("✓ ") {
            done.push(line);
            place = kept.len();
        } else if !is_transition(line) {
            kept.push(line);
        }
    }
    done.sort_unstable();
    kept.splice(place..place, done);
    kept.join("\n")
}

/// `  vpc.main creating, about 1 s`, `  vpc.main: pending`
fn is_transition(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')) else { return false };
    let Some((address, what)) = rest.split_once(' ') else { return false };
    address.trim_end_matches(':').split_once('.').is_some_and(|(kind, name)| !kind.is_empty() && !name.is_empty())
        && (address.ends_with(':') || ["creating", "updating", "deleting", "replacing"].iter().any(|word| what.starts_with(word)))
}
