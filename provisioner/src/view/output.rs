use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::model::{Diagnostic, Report};
use crate::view::{ColorChoice, Ending, Look, Surroundings, Terminal, View, diagnostic, json};

/// Which form the output has: the flag `--format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Human,
    /// One JSON object per line, all on standard output.
    Json,
}

/// How much is said: the flags `-q` and `-v`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Only data and problems.
    Quiet,
    /// What an operator needs.
    #[default]
    Normal,
    /// Every detail.
    Verbose,
}

/// How the output shall be.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Its form.
    pub format: Format,
    /// How much.
    pub verbosity: Verbosity,
    /// What standard output can show.
    pub stdout: Terminal,
    /// What standard error can show.
    pub stderr: Terminal,
}

impl Settings {
    /// The settings of this process: what its two streams are, as the flag and the environment have it.
    pub fn of_process(format: Format, verbosity: Verbosity, choice: ColorChoice) -> Self {
        let surroundings = Surroundings::read(|name| std::env::var(name).ok());
        let stdout = io::stdout().is_terminal().then(|| size_of(io::stdout()));
        let stderr = io::stderr().is_terminal().then(|| size_of(io::stderr()));
        Self {
            format,
            verbosity,
            stdout: Terminal::decide(choice, &surroundings, stdout),
            stderr: Terminal::decide(choice, &surroundings, stderr),
        }
    }

    /// Settings for tests: buffers, people, the usual amount.
    pub const PLAIN: Self = Self { format: Format::Human, verbosity: Verbosity::Normal, stdout: Terminal::NONE, stderr: Terminal::NONE };
}

/// Columns and rows; a terminal that does not know them has 80 and 24.
fn size_of(stream: impl std::os::fd::AsFd) -> (usize, usize) {
    match rustix::termios::tcgetwinsize(stream) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => (usize::from(size.ws_col), usize::from(size.ws_row)),
        _ => (80, 24),
    }
}

/// Everything the program says: the only place that writes to the standard streams.
///
/// Data goes to standard output; messages, progress and problems to standard error. With [`Format::Json`] everything is a line of JSON on
/// standard output. Copies share the streams. A reader that goes away ends the output quietly; any other error is kept for [`Output::finish`].
#[derive(Clone)]
pub struct Output {
    settings: Settings,
    streams: Arc<Mutex<Streams>>,
}

struct Streams {
    stdout: Stream,
    stderr: Stream,
    /// The lines that are drawn over at the end of standard error.
    live: Vec<String>,
}

struct Stream {
    writer: Box<dyn Write + Send>,
    is_closed: bool,
    error: Option<io::Error>,
}

impl Stream {
    fn new(writer: Box<dyn Write + Send>) -> Self {
        Self { writer, is_closed: false, error: None }
    }

    fn write(&mut self, text: &str) {
        if self.is_closed || text.is_empty() {
            return;
        }
        if let Err(error) = self.writer.write_all(text.as_bytes()).and_then(|()| self.writer.flush()) {
            self.is_closed = true;
            if error.kind() != io::ErrorKind::BrokenPipe {
                self.error = Some(error);
            }
        }
    }
}

/// Standard output or standard error.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Data,
    Message,
}

impl Output {
    /// The output of this process.
    pub fn of_process(settings: Settings) -> Self {
        Self::new(settings, Box::new(io::stdout()), Box::new(io::stderr()))
    }

    /// An output into any two writers.
    pub fn new(settings: Settings, stdout: Box<dyn Write + Send>, stderr: Box<dyn Write + Send>) -> Self {
        let streams = Streams { stdout: Stream::new(stdout), stderr: Stream::new(stderr), live: Vec::new() };
        Self { settings, streams: Arc::new(Mutex::new(streams)) }
    }

    /// An output into memory, and what was written to standard output and standard error.
    pub fn in_memory(settings: Settings) -> (Self, Buffer, Buffer) {
        let (stdout, stderr) = (Buffer::default(), Buffer::default());
        (Self::new(settings, Box::new(stdout.clone()), Box::new(stderr.clone())), stdout, stderr)
    }

    /// How it is set.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether programs read it.
    pub fn is_json(&self) -> bool {
        self.settings.format == Format::Json
    }

    /// How views for standard output are drawn.
    pub fn look(&self) -> Look {
        self.look_of(Target::Data)
    }

    fn look_of(&self, target: Target) -> Look {
        let terminal = if target == Target::Data { &self.settings.stdout } else { &self.settings.stderr };
        Look { colour: terminal.colour, width: terminal.width, is_verbose: self.settings.verbosity == Verbosity::Verbose }
    }

    /// Writes what the command was asked for, to standard output.
    pub fn data(&self, view: &dyn View) {
        self.view(Target::Data, view);
    }

    /// Writes what the operator should know beside it, to standard error; nothing with `-q`.
    pub fn tell(&self, view: &dyn View) {
        if self.is_json() || self.settings.verbosity > Verbosity::Quiet {
            self.view(Target::Message, view);
        }
    }

    fn view(&self, target: Target, view: &dyn View) {
        match self.settings.format {
            Format::Human => self.write(target, &view.human(&self.look_of(target))),
            Format::Json => self.write(Target::Data, &view.json().concat()),
        }
    }

    /// Writes text that is data by itself (a picture, a document, a completion script) to standard output, as it is.
    pub fn raw(&self, text: &str) {
        self.write(Target::Data, text);
    }

    /// Says one sentence, on standard error; nothing with `-q`.
    pub fn message(&self, text: &str) {
        self.tell(&Message(text));
    }

    /// Says one sentence only with `-v`.
    pub fn detail(&self, text: &str) {
        if self.settings.verbosity == Verbosity::Verbose {
            self.tell(&Message(text));
        }
    }

    /// Shows every problem, on standard error, with their number below; an empty report writes nothing.
    pub fn report(&self, report: &Report) {
        match self.settings.format {
            Format::Human => self.write(Target::Message, &diagnostic::report(report, &self.look_of(Target::Message))),
            Format::Json => self.write(Target::Data, &report.iter().map(json::diagnostic).collect::<String>()),
        }
    }

    /// Shows one problem, on standard error.
    pub fn diagnostic(&self, found: &Diagnostic) {
        match self.settings.format {
            Format::Human => self.write(Target::Message, &diagnostic::one(found, &self.look_of(Target::Message))),
            Format::Json => self.write(Target::Data, &json::diagnostic(found)),
        }
    }

    /// Shows how a run ended: every problem, and then the sentence about it with what to do next; with `-q` only the problems.
    pub fn end(&self, ending: &Ending<'_>) {
        if !self.is_json() {
            self.report(&ending.report());
        }
        self.tell(ending);
    }

    /// Writes a question without a line end, on standard error.
    pub(super) fn prompt(&self, text: &str) {
        self.write(Target::Message, text);
    }

    /// Draws `lines` below everything else on standard error, in the place of those drawn before.
    ///
    /// Only for a terminal that can be drawn on; lines MUST be narrower than it.
    pub(super) fn draw(&self, lines: Vec<String>) {
        let mut streams = self.streams();
        let mut text = up(streams.live.len());
        lines.iter().for_each(|line| text.push_str(&format!("{line}\u{1b}[K\n")));
        if streams.live.len() > lines.len() {
            text.push_str("\u{1b}[J");
        }
        streams.stderr.write(&text);
        streams.live = lines;
    }

    /// The size standard error has now; a person may have changed it.
    pub(super) fn size(&self) -> (usize, usize) {
        let terminal = self.settings.stderr;
        if io::stderr().is_terminal() { size_of(io::stderr()) } else { (terminal.width, terminal.height) }
    }

    fn write(&self, target: Target, text: &str) {
        if text.is_empty() {
            return;
        }
        let mut streams = self.streams();
        let shares_screen = target == Target::Message || self.settings.stdout.is_terminal;
        let is_live = shares_screen && !streams.live.is_empty();
        if is_live {
            let erase = format!("{}\u{1b}[J", up(streams.live.len()));
            streams.stderr.write(&erase);
        }
        match target {
            Target::Data => streams.stdout.write(text),
            Target::Message => streams.stderr.write(text),
        }
        if is_live {
            let again: String = streams.live.iter().map(|line| format!("{line}\n")).collect();
            streams.stderr.write(&again);
        }
    }

    /// Ends the output.
    ///
    /// # Errors
    /// When something could not be written, for another reason than that its reader went away.
    pub fn finish(&self) -> io::Result<()> {
        let mut streams = self.streams();
        let error = streams.stdout.error.take().or_else(|| streams.stderr.error.take());
        error.map_or(Ok(()), Err)
    }

    fn streams(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn up(lines: usize) -> String {
    if lines == 0 { String::new() } else { format!("\r\u{1b}[{lines}A") }
}

/// One sentence of the program.
struct Message<'a>(&'a str);

impl View for Message<'_> {
    fn human(&self, _look: &Look) -> String {
        format!("{}\n", crate::view::text::harmless(self.0))
    }

    fn json(&self) -> Vec<String> {
        vec![json::message(self.0)]
    }
}

/// What was written into memory.
#[derive(Clone, Debug, Default)]
pub struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    /// All of it.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
