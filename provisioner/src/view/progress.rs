use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::engine::{Event, Observer};
use crate::view::tally::{Tally, Told};
use crate::view::{Look, Output, Tint, Verbosity, json, width};

/// How often the running steps are drawn.
const FRAME: Duration = Duration::from_millis(100);
/// How often the footer is written where nothing is drawn.
const HEARTBEAT: Duration = Duration::from_secs(60);

/// Shows what happens while a plan is carried out.
///
/// On a terminal the running steps and a footer are drawn over, and what is done scrolls above; elsewhere there is a line per transition and
/// a heartbeat; with `--format json` a line per event. It ends, and clears what was drawn, when it is dropped.
pub struct Progress {
    shared: Arc<Shared>,
    stop: Option<Sender<()>>,
    ticker: Option<JoinHandle<()>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Draw,
    Lines,
    Json,
    Quiet,
}

struct Shared {
    output: Output,
    mode: Mode,
    run: Mutex<Run>,
}

struct Run {
    begun: Instant,
    tally: Tally,
    /// What waits for the next frame, so that a burst of events costs one write.
    waiting: Vec<String>,
}

impl Progress {
    /// Begins to show; a thread of its own draws, so that an event never waits for the terminal's frame.
    pub fn new(output: &Output) -> Self {
        let settings = output.settings();
        let mode = match (output.is_json(), settings.verbosity, settings.stderr.can_draw) {
            (true, _, _) => Mode::Json,
            (false, Verbosity::Quiet, _) => Mode::Quiet,
            (false, _, true) => Mode::Draw,
            (false, _, false) => Mode::Lines,
        };
        let run = Run { begun: Instant::now(), tally: Tally::default(), waiting: Vec::new() };
        let shared = Arc::new(Shared { output: output.clone(), mode, run: Mutex::new(run) });
        let (stop, stopped) = mpsc::channel();
        let pause = if mode == Mode::Draw { FRAME } else { HEARTBEAT };
        let ticking = Arc::clone(&shared);
        let tick = move || {
            while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                ticking.tick();
            }
        };
        // Without a thread there is no heartbeat; what is done is shown all the same.
        let ticker = (mode != Mode::Quiet).then(|| std::thread::Builder::new().name("progress".to_owned()).spawn(tick).ok()).flatten();
        Self { shared, stop: Some(stop), ticker }
    }

    /// Ends it before its scope does.
    pub fn end(self) {
        drop(self);
    }
}

impl Observer for Progress {
    fn event(&self, event: &Event) {
        self.shared.event(event);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(ticker) = self.ticker.take() {
            // A ticker that panicked has nothing more to show.
            let _ = ticker.join();
        }
        self.shared.end();
    }
}

impl Shared {
    fn run(&self) -> MutexGuard<'_, Run> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look(&self) -> Look {
        let settings = self.output.settings();
        Look { colour: settings.stderr.colour, width: settings.stderr.width, is_verbose: settings.verbosity == Verbosity::Verbose }
    }

    fn event(&self, event: &Event) {
        let mut run = self.run();
        if matches!(event, Event::Began { .. }) {
            run.begun = Instant::now();
        }
        let now = run.begun.elapsed();
        let told = run.tally.take(event, now);
        if self.mode == Mode::Json {
            // A phase that did not change is no news.
            if told.is_some() || !matches!(event, Event::Phase { .. }) {
                self.output.raw(&json::event(event));
            }
            return;
        }
        let line = match (told, self.mode) {
            (Some(Told::Failure(words)), _) => self.look().paint(Tint::Bad, &words),
            (Some(Told::Line(tint, words)), Mode::Draw) => self.look().paint(tint, without_id(&words, self.output.size().0)),
            (Some(Told::Line(tint, words)), Mode::Lines) => self.look().paint(tint, &words),
            (Some(Told::Transition(words)), Mode::Lines) => words,
            _ => return,
        };
        match self.mode {
            Mode::Draw => run.waiting.push(line),
            Mode::Lines | Mode::Json | Mode::Quiet => self.output.prompt(&format!("{line}\n")),
        }
    }

    fn tick(&self) {
        let mut run = self.run();
        let now = run.begun.elapsed();
        if run.tally.is_idle() {
            return;
        }
        match self.mode {
            Mode::Draw => {
                self.flush(&mut run);
                self.output.draw(run.tally.frame(now, self.output.size(), &self.look()));
            }
            Mode::Lines => self.output.prompt(&format!("{}\n", run.tally.footer(now))),
            Mode::Json => self.output.raw(&json::heartbeat(run.tally.counts(), now)),
            Mode::Quiet => {}
        }
    }

    fn flush(&self, run: &mut Run) {
        let text: String = run.waiting.drain(..).map(|line| line + "\n").collect();
        self.output.prompt(&text);
    }

    fn end(&self) {
        let mut run = self.run();
        if self.mode == Mode::Draw {
            self.output.draw(Vec::new());
            self.flush(&mut run);
        }
    }
}

/// What is done, without the id where the line would break because of it.
fn without_id(words: &str, columns: usize) -> &str {
    match words.rsplit_once(" (") {
        Some((short, _)) if width(words) > columns && words.ends_with(')') => short,
        _ => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ResourceAddress;
    use crate::plan::{Action, Node, Phase};
    use crate::view::{Buffer, Settings, Terminal};

    fn drawing() -> (Shared, Output, Buffer) {
        let stderr = Terminal { is_terminal: true, can_draw: true, width: 80, height: 24, ..Terminal::NONE };
        let (output, _, buffer) = Output::in_memory(Settings { stderr, ..Settings::PLAIN });
        let run = Run { begun: Instant::now(), tally: Tally::default(), waiting: Vec::new() };
        (Shared { output: output.clone(), mode: Mode::Draw, run: Mutex::new(run) }, output, buffer)
    }

    fn node(name: &str) -> Node {
        Node { address: ResourceAddress::new("subnet", name), phase: Phase::Apply }
    }

    fn run(shared: &Shared, steps: usize) {
        shared.event(&Event::Began { steps, expected: Duration::from_secs(60) });
        for number in 0..steps {
            let expected = Duration::from_secs(5);
            shared.event(&Event::Started { node: node(&format!("s-{number}")), action: Action::Create, expected, rest: Duration::ZERO });
        }
    }

    fn finish(shared: &Shared, name: &str) {
        let event = Event::Finished { node: node(name), action: Action::Create, elapsed: Duration::from_secs(1), id: None };
        shared.event(&event);
    }

    /// What a terminal shows after `text`, as far as the progress uses one.
    fn screen(text: &str) -> Vec<String> {
        let mut lines = vec![String::new()];
        let (mut row, mut column) = (0, 0);
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '\r' => column = 0,
                '\n' => {
                    (row, column) = (row + 1, 0);
                    if row == lines.len() {
                        lines.push(String::new());
                    }
                }
                '\u{1b}' => {
                    assert_eq!(letters.next(), Some('['));
                    let digits: String = std::iter::from_fn(|| letters.next_if(char::is_ascii_digit)).collect();
                    match letters.next() {
                        Some('A') => row -= digits.parse::<usize>().expect("a number"),
                        Some('K') => lines[row] = lines[row].chars().take(column).collect(),
                        Some('J') => {
                            lines.truncate(row + 1);
                            lines[row] = lines[row].chars().take(column).collect();
                        }
                        other => panic!("an escape sequence that no view uses: {other:?}"),
                    }
                }
                letter => {
                    let mut line: Vec<char> = lines[row].chars().collect();
                    if column < line.len() {
                        line[column] = letter
                    } else {
                        line.push(letter)
                    }
                    lines[row] = line.into_iter().collect();
                    column += 1;
                }
            }
        }
        lines
    }

    #[test]
    fn what_is_done_scrolls_above_what_runs() {
        let (shared, output, buffer) = drawing();
        run(&shared, 3);
        shared.tick();
        finish(&shared, "s-1");
        shared.tick();
        output.message("a message in between");
        shared.tick();
        let screen = screen(&buffer.text());
        assert_eq!(screen[..2], ["✓ subnet.s-1 created in 1 s", "a message in between"]);
        assert!(screen[2].starts_with("  subnet.s-0  creating") && screen[3].starts_with("  subnet.s-2  creating"), "{screen:?}");
        assert!(screen[4].starts_with("1/3 done, 2 running, 0 failed, "), "{screen:?}");
        assert_eq!(screen[5..], [""]);
    }

    #[test]
    fn the_end_leaves_only_what_was_told_for_good() {
        let (shared, _, buffer) = drawing();
        run(&shared, 2);
        shared.tick();
        finish(&shared, "s-0");
        finish(&shared, "s-1");
        shared.end();
        assert_eq!(screen(&buffer.text()), ["✓ subnet.s-0 created in 1 s", "✓ subnet.s-1 created in 1 s", ""]);
    }

    #[test]
    fn nothing_is_drawn_before_it_begins() {
        let (shared, _, buffer) = drawing();
        shared.tick();
        shared.end();
        assert_eq!(buffer.text(), "");
    }
}
