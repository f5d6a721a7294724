use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::LabError;

/// How long a program may take that only tells the kernel something.
pub(super) const SHORT: Duration = Duration::from_secs(30);

/// How many bytes of what a failed program wrote are told.
const TOLD: usize = 600;

/// A program with its arguments; there is no shell between.
#[derive(Clone, Debug)]
pub(super) struct Program {
    words: Vec<String>,
    input: Vec<u8>,
    limit: Duration,
}

impl Program {
    /// A program and its arguments, that has [`SHORT`] to end.
    pub(super) fn new<W: Into<String>>(words: impl IntoIterator<Item = W>) -> Program {
        Program { words: words.into_iter().map(Into::into).collect(), input: Vec::new(), limit: SHORT }
    }

    /// What it reads.
    pub(super) fn input(self, input: impl Into<Vec<u8>>) -> Program {
        Program { input: input.into(), ..self }
    }

    /// How long it may take.
    pub(super) fn limit(self, limit: Duration) -> Program {
        Program { limit, ..self }
    }

    /// Runs it to its end and returns what it wrote.
    ///
    /// # Errors
    /// When it cannot be started, fails, or takes too long; then it is ended.
    pub(super) async fn run(self) -> Result<String, LabError> {
        let shown = self.words.iter().take(6).cloned().collect::<Vec<_>>().join(" ");
        let (program, arguments) = self.words.split_first().expect("a program has a name");
        let start = |source| LabError::Start { program: program.clone(), source };
        let mut child = Command::new(program)
            .args(arguments)
            .env("LC_ALL", "C")
            .env_remove("DEBIAN_FRONTEND")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(start)?;
        let stdin = child.stdin.take();
        let input = self.input;
        let feed = async move {
            // A program that does not read to the end says why by its end.
            if let Some(mut stdin) = stdin {
                let _ = stdin.write_all(&input).await;
            }
        };
        let ended = tokio::time::timeout(self.limit, async { tokio::join!(feed, child.wait_with_output()).1 }).await;
        let output = match ended {
            Ok(output) => output.map_err(|source| LabError::Start { program: program.clone(), source })?,
            Err(_) => return Err(LabError::Slow { command: shown, limit: self.limit }),
        };
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = if output.stderr.is_empty() { output.stdout } else { output.stderr };
        Err(LabError::Command { command: shown, message: last(&String::from_utf8_lossy(&said)) })
    }
}

/// The last lines of a text, in one.
pub(super) fn last(text: &str) -> String {
    let trimmed = text.trim();
    let start = trimmed.char_indices().rev().nth(TOLD).map_or(0, |(position, _)| position);
    trimmed[start..].lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
}
