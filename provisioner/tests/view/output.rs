use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use provisioner::model::{Diagnostic, Report};
use provisioner::view::{Format, Output, Settings, Verbosity};

/// A writer that fails every write.
struct Broken(io::ErrorKind, Arc<AtomicUsize>);

impl Write for Broken {
    fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
        self.1.fetch_add(1, Ordering::SeqCst);
        Err(io::Error::from(self.0))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn broken(kind: io::ErrorKind) -> (Output, Arc<AtomicUsize>) {
    let writes = Arc::new(AtomicUsize::new(0));
    (Output::new(Settings::PLAIN, Box::new(Broken(kind, Arc::clone(&writes))), Box::new(io::sink())), writes)
}

#[test]
fn data_and_messages_go_to_their_own_streams() {
    let (output, stdout, stderr) = Output::in_memory(Settings::PLAIN);
    output.raw("data\n");
    output.message("a message");
    output.detail("a detail");
    output.report(&Report::default());
    assert_eq!((stdout.text(), stderr.text()), ("data\n".to_owned(), "a message\n".to_owned()));
}

#[test]
fn quiet_leaves_problems_and_data() {
    let (output, stdout, stderr) = Output::in_memory(Settings { verbosity: Verbosity::Quiet, ..Settings::PLAIN });
    output.message("a message");
    output.raw("data\n");
    output.diagnostic(&Diagnostic::error("E0401", "the state cannot be read or written"));
    assert_eq!((stdout.text().as_str(), stderr.text().as_str()), ("data\n", "error[E0401]: the state cannot be read or written\n"));
}

#[test]
fn programs_read_everything_on_standard_output() {
    let (output, stdout, stderr) = Output::in_memory(Settings { format: Format::Json, ..Settings::PLAIN });
    output.message("a message");
    output.diagnostic(&Diagnostic::warning("E0199", "soon out of support"));
    assert_eq!(stdout.text().lines().count(), 2);
    assert_eq!(stderr.text(), "");
}

#[test]
fn a_reader_that_goes_away_ends_the_output_quietly() {
    let (output, writes) = broken(io::ErrorKind::BrokenPipe);
    (0..3).for_each(|_| output.raw("data\n"));
    assert_eq!(writes.load(Ordering::SeqCst), 1);
    assert!(output.finish().is_ok());
}

#[test]
fn a_full_disk_is_told_at_the_end() {
    let (output, _) = broken(io::ErrorKind::StorageFull);
    output.raw("data\n");
    assert_eq!(output.finish().expect_err("it was not written").kind(), io::ErrorKind::StorageFull);
}
