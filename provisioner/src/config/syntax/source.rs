use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::codes;
use crate::config::syntax::character;
use crate::model::{Diagnostic, Report, SourceSpan};

/// How many bytes a file may have; a hand-written one has a few thousand.
const LIMIT: usize = 1024 * 1024;

/// A file a person wrote, read and found to be plain text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SourceFile {
    path: PathBuf,
    text: Arc<str>,
}

/// A place in a source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: Arc<SourceFile>,
    pub(crate) range: Range<usize>,
}

impl Place {
    pub(crate) fn span(&self) -> SourceSpan {
        self.file.span(self.range.clone())
    }
}

impl SourceFile {
    /// Reads a file; `shown` is its path as the operator knows it.
    pub(crate) fn open(path: &Path, shown: &Path) -> Result<Arc<Self>, Report> {
        let mut bytes = Vec::new();
        // One byte beyond the limit tells a file that is too large without reading all of it.
        let read = File::open(path).and_then(|file| file.take(LIMIT as u64 + 1).read_to_end(&mut bytes));
        match read {
            Ok(_) => Self::from_bytes(shown, &bytes),
            Err(error) => Err(codes::UNREADABLE.error().note(format!("{}: {error}", shown.display())).into()),
        }
    }

    /// Takes the bytes of a file.
    pub(crate) fn from_bytes(shown: &Path, bytes: &[u8]) -> Result<Arc<Self>, Report> {
        let refuse = |reason: String| Err(Report::from(codes::NOT_TEXT.error().note(format!("{}: {reason}", shown.display()))));
        if bytes.len() > LIMIT {
            return refuse(format!("it has more than {LIMIT} bytes; this is no hand-written file"));
        }
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
                return refuse(format!("line {line} is not UTF-8; save the file as UTF-8"));
            }
        };
        let file = Arc::new(Self { path: shown.to_owned(), text: text.into() });
        let report = file.hidden_characters();
        if report.has_errors() { Err(report) } else { Ok(file) }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The span of a range, moved to character boundaries so that nobody who slices the text can fail.
    pub(crate) fn span(&self, range: Range<usize>) -> SourceSpan {
        let floor = |mut index: usize| {
            index = index.min(self.text.len());
            while !self.text.is_char_boundary(index) {
                index -= 1;
            }
            index
        };
        let start = floor(range.start);
        SourceSpan { path: self.path.clone(), text: Arc::clone(&self.text), range: start..floor(range.end).max(start) }
    }

    /// What an editor does not show could make the text mean something else than the reader sees.
    fn hidden_characters(&self) -> Report {
        let mut report = Report::default();
        let found = self.text.char_indices().filter_map(|(at, character)| Some((at, character, character::hidden(at, character)?)));
        for (at, character, what) in found.take(10) {
            let range = at..at + character.len_utf8();
            let diagnostic: Diagnostic = codes::HIDDEN_CHARACTER
                .error()
                .at(self.span(range), format!("U+{:04X}, {what}", u32::from(character)))
                .help("delete the character; in a text write it as an escape (`\\u0000`) if it is really meant");
            report.push(diagnostic);
        }
        report
    }
}
