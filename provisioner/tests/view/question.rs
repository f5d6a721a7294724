use provisioner::model::Diagnostic;
use provisioner::plan::PlanOptions;
use provisioner::view::{Expected, Format, Input, Output, PlanView, Question, Settings, Terminal, diagnostic};

use super::fixture::Fixture;
use super::{check, look};

fn settings() -> Settings {
    let terminal = Terminal { is_terminal: true, width: 80, ..Terminal::NONE };
    Settings { stderr: terminal, stdout: terminal, ..Settings::PLAIN }
}

fn question(fixture: &Fixture, is_production: bool) -> Question {
    let plan = fixture.plan();
    Question::about_plan(&PlanView::new(&plan, &fixture.catalogue), is_production)
}

fn answer(question: &Question, text: &str) -> (Result<(), Box<Diagnostic>>, String) {
    let (output, _, stderr) = Output::in_memory(settings());
    let result = question.put(&output, &mut Input { reader: &mut text.as_bytes(), is_terminal: true }, false);
    (result, stderr.text())
}

fn destroy(discard_data: bool) -> Fixture {
    let mut fixture = Fixture::prod_up();
    fixture.options = PlanOptions { destroy: true, discard_data, ..PlanOptions::default() };
    fixture
}

#[test]
fn production_and_lost_data_ask_for_the_name_and_everything_else_for_yes() {
    assert_eq!(question(&Fixture::prod(), true).expected, Expected::Name);
    assert_eq!(question(&Fixture::prod(), false).expected, Expected::Yes);
    assert_eq!(question(&destroy(false), false).expected, Expected::Yes);
    assert_eq!(question(&destroy(true), false).expected, Expected::Name);
}

#[test]
fn only_the_word_that_is_asked_for_approves() {
    let by_name = question(&Fixture::prod(), true);
    assert!(answer(&by_name, "prod\n").0.is_ok());
    for wrong in ["yes\n", "PROD\n", "\n", "", "prod2\n"] {
        assert_eq!(answer(&by_name, wrong).0.expect_err("not approved").code, "E0602", "{wrong:?}");
    }
    let by_yes = question(&Fixture::prod(), false);
    assert!(answer(&by_yes, "yes\n").0.is_ok());
    assert!(answer(&by_yes, "y\n").0.is_err());
}

#[test]
fn the_question_says_what_is_about_to_happen() {
    let asked: String = [question(&Fixture::prod(), false), question(&Fixture::prod(), true), question(&destroy(true), true)]
        .iter()
        .map(|question| answer(question, "no\n").1)
        .collect();
    check("cli", "questions", &asked);
}

#[test]
fn without_a_terminal_nobody_is_asked() {
    let question = question(&destroy(true), true);
    let (output, _, stderr) = Output::in_memory(Settings::PLAIN);
    let input = &mut Input { reader: &mut "prod\n".as_bytes(), is_terminal: false };
    let refused = question.put(&output, input, false).expect_err("nobody is there");
    assert_eq!((refused.code, stderr.text()), ("E0601", String::new()));
    check("cli", "question-nobody", &diagnostic::one(&refused, &look(80, false)));
    assert!(question.put(&output, input, true).is_ok());
    let (json, _, _) = Output::in_memory(Settings { format: Format::Json, ..settings() });
    let input = &mut Input { reader: &mut "prod\n".as_bytes(), is_terminal: true };
    assert_eq!(question.put(&json, input, false).expect_err("programs cannot answer").code, "E0601");
}
