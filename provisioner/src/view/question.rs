use std::io::{BufRead, IsTerminal};

use crate::model::Diagnostic;
use crate::plan::Plan;
use crate::view::sentences::cloud;
use crate::view::text::harmless_line;
use crate::view::{Look, Output, PlanView, Tint};

/// What a person must type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// `yes`.
    Yes,
    /// The environment's name: for production, and where data is lost.
    Name,
}

/// A question before something is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The environment.
    pub environment: String,
    /// What is about to happen, as one sentence.
    pub about: String,
    /// What approves it.
    pub expected: Expected,
}

/// Where answers come from.
pub struct Input<'a> {
    /// The reader; standard input in the program.
    pub reader: &'a mut dyn BufRead,
    /// Whether a person sits there.
    pub is_terminal: bool,
}

impl Question {
    /// The question about a plan: production and lost data ask for the environment's name.
    pub fn about_plan(view: &PlanView<'_>, is_production: bool) -> Self {
        let plan: &Plan = view.plan;
        let environment = plan.scope.environment.clone();
        let lost: Vec<String> = view.losses().map(|change| change.address.to_string()).collect();
        let place = format!("{environment} in {}", cloud(&plan.cloud));
        let about = match (lost.is_empty(), plan.destroy) {
            (false, true) => format!("This deletes everything of {place}, and this data for good: {}.", lost.join(", ")),
            (false, false) => format!("This deletes data of {place} for good: {}.", lost.join(", ")),
            (true, true) => format!("This deletes everything of {place}."),
            (true, false) => format!("This changes {place}."),
        };
        let expected = if is_production || !lost.is_empty() { Expected::Name } else { Expected::Yes };
        Self { environment, about, expected }
    }

    /// Puts the question on this process's terminal; with `is_approved` (`--yes`) nobody is asked.
    ///
    /// # Errors
    /// As [`Question::put`].
    pub fn ask(&self, output: &Output, is_approved: bool) -> Result<(), Box<Diagnostic>> {
        let stdin = std::io::stdin();
        let is_terminal = stdin.is_terminal() && output.settings().stderr.is_terminal;
        self.put(output, &mut Input { reader: &mut stdin.lock(), is_terminal }, is_approved)
    }

    /// Puts the question and takes one answer from `input`; with `is_approved` (`--yes`) nobody is asked.
    ///
    /// # Errors
    /// E0601 when nobody can be asked: without a terminal, or with `--format json`. E0602 when the answer is another one.
    pub fn put(&self, output: &Output, input: &mut Input<'_>, is_approved: bool) -> Result<(), Box<Diagnostic>> {
        if is_approved {
            return Ok(());
        }
        if !input.is_terminal || output.is_json() {
            let diagnostic = Diagnostic::error("E0601", "nobody is there to approve")
                .note(&self.about)
                .help("read the plan above, then run the same command with `--yes`");
            return Err(Box::new(diagnostic));
        }
        let look = Look { colour: output.settings().stderr.colour, ..output.look() };
        let tint = if self.expected == Expected::Name { Tint::Bad } else { Tint::Attention };
        let wanted = match self.expected {
            Expected::Yes => "yes",
            Expected::Name => &self.environment,
        };
        let ask = match self.expected {
            Expected::Yes => "Type `yes` to go on: ".to_owned(),
            Expected::Name => format!("Type the environment's name, `{}`, to go on: ", harmless_line(&self.environment)),
        };
        output.prompt(&format!("\n{}\n{ask}", look.paint(tint, &harmless_line(&self.about))));
        let mut answer = String::new();
        // An end of input, or an error, is no approval.
        let is_read = input.reader.read_line(&mut answer).is_ok();
        if is_read && answer.trim() == wanted {
            return Ok(());
        }
        if !answer.ends_with('\n') {
            output.prompt("\n");
        }
        let given = harmless_line(answer.trim());
        let found = if given.is_empty() { "no answer was given".to_owned() } else { format!("the answer was `{given}`") };
        Err(Box::new(Diagnostic::error("E0602", "not approved").note(format!("{found}; nothing was changed")).help(match self.expected {
            Expected::Yes => "only the word `yes` approves".to_owned(),
            Expected::Name => format!("only the environment's name, `{}`, approves", self.environment),
        })))
    }
}
