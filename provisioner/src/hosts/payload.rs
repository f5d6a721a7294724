use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::bundle::{Bundle, BundleFile, BundleStep, BundleWait, Content, Source, Unit};
use crate::hosts::{FileState, HostReport};

/// What a session runs on the host, always: it unpacks its input into a folder of its own in memory, runs the script in it and removes it.
///
/// No value is part of it, and the loss of the connection does not end it.
pub const REMOTE_COMMAND: &str = "sudo -n sh -c 'trap \"\" HUP PIPE; umask 077; d=$(mktemp -d /run/provision.XXXXXXXX) && tar -xf - -C \"$d\" && sh \"$d/agent.sh\"; s=$?; rm -rf \"$d\"; exit $s'";

/// The script: POSIX sh, the same for every host.
const AGENT: &str = include_str!("agent.sh");

/// Any moment that GNU tar does not call implausible; the same one always, so that equal bundles are equal bytes.
const MODIFIED: u64 = 1_000_000_000;

/// Linux's PATH_MAX, less what the script adds to a name while it writes.
const LONGEST_PATH: usize = 3_900;
/// Linux's NAME_MAX, less the same.
const LONGEST_NAME: usize = 230;
const LONGEST_WORD: usize = 200;
/// All paths of a host, in bytes: Linux takes 2 MiB of arguments (a quarter of the usual stack), and the script gives them all at once.
const ALL_PATHS: usize = 1 << 20;
/// Folders whose files are not kept, or are the program's own.
const FORBIDDEN: [&str; 5] = ["/proc", "/sys", "/dev", "/run", "/var/lib/provision"];

/// The input that asks a host how it stands.
///
/// `wanted` are the files it shall have, by path with [`BundleFile::digest`]; the present text of those whose digest differs is in the answer.
///
/// # Errors
/// Names what cannot be the path of a file.
pub fn compare<'a>(wanted: impl Iterator<Item = (&'a str, String)>) -> Result<Vec<u8>, String> {
    let mut lines = String::new();
    for (file, digest) in wanted {
        line(&mut lines, &[path(file)?, one_line(&digest)?]);
    }
    packed("compare", ("wanted", lines), &BTreeMap::new())
}

/// The input that makes a host what the bundle says.
///
/// `value` gives the bare value of every place, `generations` the generation of each secret by name, and `present` the host's last report:
/// files it shows to be right already are sent without their content. If one turns out to be needed, the answer names it in
/// [`HostReport::needs`], nothing was changed, and the caller sends everything (`present: None`).
///
/// # Errors
/// Says which value is not known, cannot stand in its file, or which name no host may have. Nothing of a value is in the message.
pub fn apply(
    bundle: &Bundle,
    value: &impl Fn(&Source) -> Option<String>,
    generations: &BTreeMap<String, i64>,
    present: Option<&HostReport>,
) -> Result<Vec<u8>, String> {
    let mut packing = Packing { value, present, records: String::new(), contents: BTreeMap::new() };
    let mut seen = BTreeSet::new();
    for unit in &bundle.units {
        if !seen.insert(unit.id.as_str()) {
            return Err(format!("two units are called {}", unit.id));
        }
        packing.unit(unit)?;
    }
    if bundle.files().map(|(path, _)| path.len() + 1).sum::<usize>() > ALL_PATHS {
        return Err("the files are too many for one host".to_owned());
    }
    for reference in bundle.references() {
        let source = Source::Assigned(reference.clone());
        let known = value(&source).ok_or_else(|| format!("{} is not known", source.words()))?;
        line(&mut packing.records, &["value", one_line(&source.words())?, one_line(&known)?]);
    }
    for name in bundle.secrets() {
        let generation = generations.get(name).ok_or_else(|| format!("the secret {name} has no generation"))?;
        line(&mut packing.records, &["secret", word(name)?, &generation.to_string()]);
    }
    packed("apply", ("bundle", packing.records), &packing.contents)
}

struct Packing<'a, V> {
    value: &'a V,
    present: Option<&'a HostReport>,
    records: String,
    contents: BTreeMap<String, String>,
}

impl<V: Fn(&Source) -> Option<String>> Packing<'_, V> {
    fn unit(&mut self, unit: &Unit) -> Result<(), String> {
        self.record(&["unit", word(&unit.id)?]);
        for package in &unit.packages {
            self.record(&["package", word(package)?]);
        }
        for (name, (home, groups)) in &unit.users {
            let groups = groups.iter().map(|group| word(group)).collect::<Result<Vec<_>, _>>()?.join(",");
            self.record(&["user", word(name)?, path(home)?, if groups.is_empty() { "-" } else { &groups }]);
        }
        for (name, file) in &unit.files {
            self.file(name, file).map_err(|why| format!("{name}: {why}"))?;
        }
        if let Some(validate) = &unit.validate {
            let (script, _) = self.filled(validate)?;
            let script = self.content(script);
            self.record(&["validate", &script]);
        }
        for service in &unit.services {
            self.record(&["service", word(service)?]);
        }
        for step in &unit.steps {
            self.step(step).map_err(|why| format!("{}: {why}", step.id))?;
        }
        for wait in &unit.waits {
            self.wait(wait).map_err(|why| format!("{}: {why}", wait.id))?;
        }
        Ok(())
    }

    fn file(&mut self, name: &str, file: &BundleFile) -> Result<(), String> {
        let name = path(name)?;
        let (text, sum) = self.filled(&file.content)?;
        let digest = file.digest();
        // The digest does not tell the values in a file, so a file with places is always sent.
        let is_there = self
            .present
            .and_then(|report| report.files.get(name))
            .is_some_and(|present| present.state == FileState::Same && present.digest == digest);
        let is_spared = is_there && file.content.sources().next().is_none();
        let content = if is_spared { "-".to_owned() } else { self.content(text) };
        let mode = mode(&file.mode)?;
        let openness = if file.content.is_secret() { "secret" } else { "plain" };
        self.record(&["file", name, one_line(&digest)?, &mode, word(&file.owner)?, word(&file.group)?, &sum, openness, &content]);
        Ok(())
    }

    fn step(&mut self, step: &BundleStep) -> Result<(), String> {
        let (apply, mut sum) = self.filled(&step.apply)?;
        let (mut check, mut stored) = ("-".to_owned(), "-".to_owned());
        if let Some(content) = &step.check {
            let (text, of) = self.filled(content)?;
            sum = sha256(&format!("{sum}{of}"));
            check = self.content(text);
            if !content.is_secret() {
                stored = of;
            }
        }
        let apply = self.content(apply);
        let seconds = step.seconds.max(1).to_string();
        self.record(&["step", word(&step.id)?, &step.digest(), &sum, &seconds, &check, &apply, &stored, &words(&step.doc)]);
        Ok(())
    }

    fn wait(&mut self, wait: &BundleWait) -> Result<(), String> {
        let (check, _) = self.filled(&wait.check)?;
        let check = self.content(check);
        self.record(&["wait", word(&wait.id)?, &wait.seconds.max(1).to_string(), &check, &words(&wait.doc)]);
        Ok(())
    }

    /// The text with its places filled, and the SHA-256 of its bytes.
    fn filled(&self, content: &Content) -> Result<(String, String), String> {
        let text = content.filled(self.value)?;
        let sum = sha256(&text);
        Ok((text, sum))
    }

    /// The name under which the text is sent.
    fn content(&mut self, text: String) -> String {
        let name = format!("c/{:06}", self.contents.len());
        self.contents.insert(name.clone(), text);
        name
    }

    fn record(&mut self, fields: &[&str]) {
        line(&mut self.records, fields);
    }
}

fn line(lines: &mut String, fields: &[&str]) {
    lines.push_str(&fields.join("\t"));
    lines.push('\n');
}

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes everything");
        hex
    })
}

/// A name that is safe wherever the script puts it: the name of a unit, package, user, group, service or step.
fn word(name: &str) -> Result<&str, String> {
    let is_inner = |letter: char| letter.is_ascii_alphanumeric() || "@._:+-".contains(letter);
    let is_first = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut letters = name.chars();
    if letters.next().is_some_and(is_first) && letters.all(|letter| is_inner(letter) || letter == '_') && name.len() <= LONGEST_WORD {
        Ok(name)
    } else {
        Err(format!("{name:?} is no name of a thing on a host"))
    }
}

/// The path of a file on a host: absolute, in one form, on one line. What else means something to a shell is an ordinary character here.
fn path(path: &str) -> Result<&str, String> {
    let Some(relative) = path.strip_prefix('/') else { return Err(format!("{path:?} is no absolute path")) };
    // sha256sum writes names with a backslash in a form of its own.
    let is_hostile = path.chars().any(|letter| letter.is_control() || letter == '\\');
    let is_odd = relative.split('/').any(|part| ["", ".", ".."].contains(&part) || part.len() > LONGEST_NAME);
    let is_forbidden =
        FORBIDDEN.iter().any(|folder| path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    if is_hostile || is_odd || is_forbidden || path.len() > LONGEST_PATH {
        return Err(format!("{path:?} is no path that a host may be given"));
    }
    Ok(path)
}

/// Octal digits as `stat` prints them: without a zero in front.
fn mode(digits: &str) -> Result<String, String> {
    match u32::from_str_radix(digits, 8) {
        Ok(mode) if mode <= 0o7777 => Ok(format!("{mode:o}")),
        _ => Err(format!("{digits:?} are no permissions in octal digits")),
    }
}

fn one_line(text: &str) -> Result<&str, String> {
    if text.is_empty() || text.len() > LONGEST_PATH || text.chars().any(char::is_control) {
        return Err("a value of more than one line, or of none, cannot be recorded".to_owned());
    }
    Ok(text)
}

/// Words for people, on one line and never empty.
fn words(doc: &str) -> String {
    let words: String = doc.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(LONGEST_WORD).collect();
    if words.trim().is_empty() { "…".to_owned() } else { words.trim().to_owned() }
}

/// The archive; its last member tells the script that it came whole.
fn packed(verb: &str, (list, lines): (&str, String), contents: &BTreeMap<String, String>) -> Result<Vec<u8>, String> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut add = |name: &str, text: &str| {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(MODIFIED);
        header.set_uid(0);
        header.set_gid(0);
        archive.append_data(&mut header, name, text.as_bytes()).map_err(|error| format!("{name}: {error}"))
    };
    add("agent.sh", AGENT)?;
    add("verb", &format!("{verb}\n"))?;
    add(list, &lines)?;
    for (name, text) in contents {
        add(name, text)?;
    }
    add("end", "")?;
    archive.into_inner().map_err(|error| error.to_string())
}
