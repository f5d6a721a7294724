use std::collections::{BTreeMap, BTreeSet};

/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 16 << 20;
/// The longest text of a file in an answer, in bytes; the script sends none longer.
const LONGEST_CONTENT: usize = 64 << 10;
/// The longest tail of a command's output, in bytes.
const LONGEST_TAIL: usize = 8 << 10;
/// The longest words of progress, in letters.
const LONGEST_WORDS: usize = 400;

/// How a host stands against what was put there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostReport {
    /// How far the last apply came.
    pub applied: Applied,
    /// Every file that was put there, by path.
    pub files: BTreeMap<String, FileReport>,
    /// Every package that was asked for: whether it is installed.
    pub packages: BTreeMap<String, bool>,
    /// Every service that was enabled.
    pub services: BTreeMap<String, ServiceReport>,
    /// Every user that was made: the home folder it was given, or none where it is there no more.
    pub users: BTreeMap<String, Option<String>>,
    /// Every step that was done.
    pub steps: BTreeMap<String, StepReport>,
    /// The values of AWS that were written there by the last whole apply: `db-instance.core.endpoint`.
    pub values: BTreeMap<String, String>,
    /// The generations of the secrets that were written there by the last whole apply, by name.
    pub secrets: BTreeMap<String, i64>,
    /// The certificate by which it is known, as one line of OpenSSH; none before it was enrolled.
    pub certificate: Option<String>,
    /// The authorities whose certificates let somebody in, each as one line of OpenSSH.
    pub authorities: Vec<String>,
    /// Files whose content was not sent and is needed; then nothing was changed.
    pub needs: BTreeSet<String>,
    /// Why the apply stopped.
    pub failure: Option<HostFailure>,
}

/// How far the last apply came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Applied {
    /// Nothing was ever applied.
    #[default]
    Nothing,
    /// It was cut off or failed.
    Partly,
    /// It came to its end.
    Wholly,
}

/// A file that was put there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    /// Whether it still is what was put there.
    pub state: FileState,
    /// The digest of what was put there: [`crate::bundle::BundleFile::digest`].
    pub digest: String,
    /// The permissions it has now where it was changed: `644 root:root`.
    pub present: Option<String>,
    /// Its present bytes where it was changed or another text is wanted; never of a file with secrets, never more than 64 KiB.
    pub content: Option<Vec<u8>>,
}

/// What has become of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// As it was put there.
    Same,
    /// Somebody changed its text, permissions or owner.
    Changed,
    /// Somebody removed it.
    Missing,
}

/// A service that was enabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceReport {
    /// Whether it runs.
    pub is_active: bool,
    /// Whether it starts with the machine.
    pub is_enabled: bool,
}

/// A step that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepReport {
    /// Whether its check still says so; one without a check is done.
    pub is_done: bool,
    /// The digest of its definition: [`crate::bundle::BundleStep::digest`].
    pub digest: String,
}

/// Why an apply stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostFailure {
    /// The unit; none where it concerns all of them.
    pub unit: Option<String>,
    /// What could not be done.
    pub what: FailedPart,
    /// How it failed.
    pub reason: FailureReason,
    /// The last 40 lines of the command's output at most; it may hold whatever a program prints.
    pub output_tail: String,
}

/// What could not be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FailedPart {
    /// Another apply did not end in time.
    Lock,
    /// Packages; the command by its name: `apt-get install`.
    Packages(String),
    /// A user.
    User(String),
    /// A file.
    File(String),
    /// The unit's files were judged wrong; the old ones are back.
    Validation,
    /// A service does not start.
    Service(String),
    /// A step.
    Step(String),
    /// Something did not become true in time.
    Wait(String),
    /// The host's own record cannot be written.
    Record,
}

/// How a part failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureReason {
    /// The command failed.
    Failed,
    /// The command took too long.
    Timeout,
    /// The command succeeded, and its check still says that it is not done.
    Undone,
}

/// Why an answer cannot be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// It is longer than any report.
    #[error("the host's answer is longer than {LONGEST_ANSWER} bytes")]
    TooLong,
    /// It does not start like one.
    #[error("the host's answer is no report")]
    NoReport,
    /// Its end is missing.
    #[error("the host's answer was cut off")]
    Cut,
    /// One of its lines is wrong.
    #[error("line {number} of the host's answer: {why}")]
    Line {
        /// Which one, from 1.
        number: usize,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl HostReport {
    /// Reads a host's answer.
    ///
    /// # Errors
    /// Whatever is not exactly a report: a host that was taken over may answer anything.
    pub fn parse(answer: &[u8]) -> Result<Self, ReportError> {
        if answer.len() > LONGEST_ANSWER {
            return Err(ReportError::TooLong);
        }
        let Ok(text) = std::str::from_utf8(answer) else { return Err(ReportError::NoReport) };
        let Some(body) = text.strip_prefix("provision-report 1\n") else { return Err(ReportError::NoReport) };
        let Some(body) = body.strip_suffix("end\n").filter(|body| body.is_empty() || body.ends_with('\n')) else {
            return Err(ReportError::Cut);
        };
        let mut report = Self::default();
        let mut has_state = false;
        for (index, line) in body.lines().enumerate() {
            let fields: Vec<&str> = line.split('\t').collect();
            has_state |= fields[0] == "state";
            report.read(&fields).map_err(|why| ReportError::Line { number: index + 2, why })?;
        }
        if has_state { Ok(report) } else { Err(ReportError::Cut) }
    }

    fn read(&mut self, fields: &[&str]) -> Result<(), &'static str> {
        match *fields {
            ["progress", _] => Ok(()),
            ["state", "none"] => Ok(()),
            ["state", state] => {
                self.applied = match state {
                    "partial" => Applied::Partly,
                    "complete" => Applied::Wholly,
                    _ => return Err("no state of a host"),
                };
                Ok(())
            }
            ["file", state, path, digest, present] => {
                let state = match state {
                    "same" => FileState::Same,
                    "changed" => FileState::Changed,
                    "missing" => FileState::Missing,
                    _ => return Err("no state of a file"),
                };
                let present = Some(present).filter(|present| *present != "-").map(str::to_owned);
                once(&mut self.files, path, FileReport { state, digest: digest.to_owned(), present, content: None })
            }
            ["content", path, encoded] => {
                let file = self.files.get_mut(path).filter(|file| file.content.is_none()).ok_or("text of a file that was not named")?;
                file.content = Some(decoded(encoded, LONGEST_CONTENT)?);
                Ok(())
            }
            ["package", state, name] => once(&mut self.packages, name, claim(state, "installed", "absent")?),
            ["service", active, enabled, name] => {
                let is_active = claim(active, "active", "inactive")?;
                once(&mut self.services, name, ServiceReport { is_active, is_enabled: claim(enabled, "enabled", "disabled")? })
            }
            ["user", state, name, home] => {
                let home = claim(state, "present", "absent")?.then(|| home.to_owned());
                once(&mut self.users, name, home)
            }
            ["step", state, name, digest] => {
                once(&mut self.steps, name, StepReport { is_done: claim(state, "done", "undone")?, digest: digest.to_owned() })
            }
            ["value", name, value] => once(&mut self.values, name, value.to_owned()),
            ["secret", name, generation] => once(&mut self.secrets, name, generation.parse().map_err(|_| "no generation")?),
            ["certificate", line] if self.certificate.is_none() => {
                self.certificate = Some(line.to_owned());
                Ok(())
            }
            ["authority", line] => {
                self.authorities.push(line.to_owned());
                Ok(())
            }
            ["need", path] => {
                self.needs.insert(path.to_owned());
                Ok(())
            }
            ["failure", unit, kind, name, reason, tail] if self.failure.is_none() => {
                self.failure = Some(HostFailure::read(unit, kind, name, reason, tail)?);
                Ok(())
            }
            _ => Err("no record of a report"),
        }
    }
}

impl HostFailure {
    fn read(unit: &str, kind: &str, name: &str, reason: &str, tail: &str) -> Result<Self, &'static str> {
        let name = || name.to_owned();
        let what = match kind {
            "lock" => FailedPart::Lock,
            "packages" => FailedPart::Packages(name()),
            "user" => FailedPart::User(name()),
            "file" => FailedPart::File(name()),
            "validate" => FailedPart::Validation,
            "service" => FailedPart::Service(name()),
            "step" => FailedPart::Step(name()),
            "wait" => FailedPart::Wait(name()),
            "manifest" => FailedPart::Record,
            _ => return Err("no kind of failure"),
        };
        let reason = match reason {
            "failed" => FailureReason::Failed,
            "timeout" => FailureReason::Timeout,
            "undone" => FailureReason::Undone,
            _ => return Err("no reason of a failure"),
        };
        let tail = decoded(tail, LONGEST_TAIL)?;
        let output_tail = String::from_utf8_lossy(&tail).chars().map(|letter| if is_shown(letter) { letter } else { '\u{FFFD}' }).collect();
        Ok(Self { unit: Some(unit.to_owned()).filter(|unit| unit != "-"), what, reason, output_tail })
    }

    /// The same failure without the secrets that a program may have printed.
    pub fn without<'a>(mut self, secrets: impl Iterator<Item = &'a str>) -> Self {
        for secret in secrets.filter(|secret| !secret.is_empty()) {
            self.output_tail = self.output_tail.replace(secret, "<secret>");
        }
        self
    }

    /// What failed, in words: `step db.schema took too long`.
    pub fn words(&self) -> String {
        let how = match self.reason {
            FailureReason::Failed => "failed",
            FailureReason::Timeout => "took too long",
            FailureReason::Undone => "ran, and its check says that it is not done",
        };
        match &self.what {
            FailedPart::Lock => "another apply on this host did not end in time".to_owned(),
            FailedPart::Packages(command) => format!("{command} {how}"),
            FailedPart::User(name) => format!("making the user {name} {how}"),
            FailedPart::File(path) => format!("writing {path} {how}"),
            FailedPart::Validation => "its files were judged wrong; the old ones are back".to_owned(),
            FailedPart::Service(name) => format!("starting {name} {how}"),
            FailedPart::Step(id) => format!("step {id} {how}"),
            FailedPart::Wait(id) => format!("{id} did not become true in time"),
            FailedPart::Record => "the host's own record cannot be written".to_owned(),
        }
    }
}

/// What a host says that it does, if the line says so: `installing 3 packages`.
pub fn parse_progress(line: &str) -> Option<String> {
    let words = line.trim_end_matches('\n').strip_prefix("progress\t")?;
    Some(words.chars().filter(|letter| is_shown(*letter) && *letter != '\n').take(LONGEST_WORDS).collect())
}

/// Whether a letter does nothing to a terminal.
fn is_shown(letter: char) -> bool {
    letter == '\n'
        || letter == '\t'
        || !(letter.is_control() || ('\u{202A}'..='\u{202E}').contains(&letter) || ('\u{2066}'..='\u{2069}').contains(&letter))
}

fn once<T>(all: &mut BTreeMap<String, T>, name: &str, value: T) -> Result<(), &'static str> {
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err("no name");
    }
    match all.insert(name.to_owned(), value) {
        None => Ok(()),
        Some(_) => Err("said twice"),
    }
}

fn claim(word: &str, yes: &str, no: &str) -> Result<bool, &'static str> {
    if word == yes {
        Ok(true)
    } else if word == no {
        Ok(false)
    } else {
        Err("no state")
    }
}

/// Base64 with its padding (RFC 4648, section 4), and nothing else.
fn decoded(text: &str, longest: usize) -> Result<Vec<u8>, &'static str> {
    const WRONG: &str = "no base64";
    if !text.len().is_multiple_of(4) || text.len() / 4 * 3 > longest + 2 {
        return Err(WRONG);
    }
    let digits = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for letter in digits.bytes() {
        let digit = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return Err(WRONG),
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).map_err(|_| WRONG)?);
        }
    }
    if bits & ((1 << count) - 1) == 0 { Ok(bytes) } else { Err(WRONG) }
}
