use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

/// How long and how much a command may talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the beginning to the end, connecting included.
    pub time: Duration,
    /// The most bytes of both streams together.
    pub output_bytes: usize,
}

/// What a command answered. Its bytes are a machine's words: [`super::shown`] makes them fit to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its exit status; 255 if a signal ended it.
    pub status: i32,
    /// Its standard output.
    pub stdout: Vec<u8>,
    /// Its standard error.
    pub stderr: Vec<u8>,
}

/// How a process ended, or that it was ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// By itself.
    Exited(Output),
    /// It said more than the limit, and was killed.
    TooMuch,
}

/// Who hears the lines of standard output as they come.
pub(super) type Tell<'t> = &'t (dyn Fn(&str) + Send + Sync);

/// How long the streams may stay open after the process is gone.
const GRACE: Duration = Duration::from_secs(1);

/// Runs a process with bytes on its standard input; dropping the future kills it.
///
/// It is in a process group of its own: Ctrl-C is for this program, which lets what is under way come to its end.
pub(super) async fn exchange(mut command: Command, input: Vec<u8>, most: usize, tell: Tell<'_>) -> io::Result<Ended> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true).process_group(0);
    let mut child = command.spawn()?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let budget = AtomicUsize::new(most);
    let ended = {
        let write = async {
            if let Some(mut stdin) = stdin {
                // Whoever does not read all of it says so by its status.
                let _ = stdin.write_all(&input).await;
            }
            Ok(())
        };
        let talk =
            async { tokio::try_join!(write, read(stdout, &mut out, &budget, tell), read(stderr, &mut err, &budget, &|_| {})).map(drop) };
        tokio::pin!(talk);
        tokio::select! {
            said = &mut talk => match said {
                Ok(()) => Some(child.wait().await?),
                Err(TooMuch) => None,
            },
            status = child.wait() => match tokio::time::timeout(GRACE, &mut talk).await {
                Ok(Err(TooMuch)) => None,
                _ => Some(status?),
            },
        }
    };
    Ok(match ended {
        Some(status) => Ended::Exited(Output { status: number(status), stdout: out, stderr: err }),
        None => Ended::TooMuch,
    })
}

struct TooMuch;

async fn read(stream: Option<impl AsyncRead + Unpin>, into: &mut Vec<u8>, budget: &AtomicUsize, tell: Tell<'_>) -> Result<(), TooMuch> {
    let Some(mut stream) = stream else { return Ok(()) };
    let mut chunk = vec![0; 16 * 1024];
    let mut told = 0;
    loop {
        // A stream that breaks is at its end.
        let length = stream.read(&mut chunk).await.unwrap_or(0);
        if length == 0 {
            return Ok(());
        }
        let take = |left: usize| left.checked_sub(length);
        budget.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).map_err(|_| TooMuch)?;
        into.extend_from_slice(&chunk[..length]);
        while let Some(end) = into[told..].iter().position(|byte| *byte == b'\n') {
            tell(&String::from_utf8_lossy(&into[told..told + end]));
            told += end + 1;
        }
    }
}

fn number(status: ExitStatus) -> i32 {
    status.code().unwrap_or(255)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(line: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", line]);
        command
    }

    #[tokio::test]
    async fn input_goes_in_and_both_streams_come_out() {
        let input = vec![b'x'; 300_000];
        let ended = exchange(shell("echo oops >&2; cat; exit 7"), input.clone(), 400_000, &|_| {}).await.expect("runs");
        let Ended::Exited(output) = ended else { panic!("cut") };
        assert_eq!((output.status, output.stderr.as_slice()), (7, b"oops\n".as_slice()));
        assert!(output.stdout == input);
    }

    #[tokio::test]
    async fn who_reads_nothing_does_no_harm() {
        let ended = exchange(shell("exit 3"), vec![0; 1 << 20], 10, &|_| {}).await.expect("runs");
        assert!(matches!(ended, Ended::Exited(Output { status: 3, .. })));
    }

    #[tokio::test]
    async fn endless_output_is_ended() {
        for line in ["yes", "yes >&2", "yes | head -c 2000 >&2; yes"] {
            assert!(matches!(exchange(shell(line), Vec::new(), 100_000, &|_| {}).await.expect("runs"), Ended::TooMuch), "{line}");
        }
    }

    #[tokio::test]
    async fn a_stream_that_stays_open_holds_nobody_up() {
        let begin = std::time::Instant::now();
        let ended = exchange(shell("sleep 20 & echo done"), Vec::new(), 100, &|_| {}).await.expect("runs");
        assert!(matches!(ended, Ended::Exited(Output { ref stdout, .. }) if stdout == b"done\n"));
        assert!(begin.elapsed() < Duration::from_secs(10));
    }
}
