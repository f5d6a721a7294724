use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::bundle::{self, Bundle, Content, Unit};
use crate::cli::args::RenderArgs;
use crate::cli::exit::{Exit, Stop};
use crate::cli::prepare::compiled;
use crate::cli::workspace::Workspace;
use crate::model::Diagnostic;
use crate::topology::Placements;

/// The file by which a folder is known as one that was rendered; it names the hosts whose folders are written anew.
const MARK: &str = ".provision-render";

/// Writes every file of every host below `--out`, as `up` would install it; asks no cloud.
///
/// Shape: `DIR/<host>/files/<path on the host>` and `DIR/<host>/bundle.txt`. What AWS has yet to assign and what is secret is named.
pub fn run(workspace: &Workspace<'_>, args: &RenderArgs) -> Result<Exit, Stop> {
    let configuration = workspace.load(&args.env.env)?;
    let topology = compiled(workspace, &configuration, &Placements::default())?;
    let (bundles, report) = bundle::compile(&topology, &configuration.environment, &configuration.software);
    let Some(bundles) = bundles else { return Err(Stop::usage(report)) };
    workspace.output.report(&report);
    clear(&args.out)?;
    let written = write(&args.out, &bundles).map_err(|error| {
        let diagnostic = Diagnostic::error("E0215", "the folder cannot be written");
        Stop::new(Exit::Failed, diagnostic.note(format!("{}: {error}", args.out.display())))
    })?;
    let hosts = bundles.len();
    workspace.output.message(&format!("{written} files of {hosts} hosts in {}", args.out.display()));
    Ok(Exit::Done)
}

/// Removes what was rendered before, and refuses a folder that holds anything else.
fn clear(folder: &Path) -> Result<(), Stop> {
    let refuse = |why: String| {
        let diagnostic = Diagnostic::error("E0214", "the folder holds something else").note(why);
        Stop::new(Exit::Refused, diagnostic.help("name a new folder, an empty one, or one that `provision render` wrote"))
    };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(refuse(format!("{}: {error}", folder.display()))),
    };
    let mark = match fs::read_to_string(folder.join(MARK)) {
        Ok(mark) => mark,
        Err(_) if entries.count() == 0 => return Ok(()),
        Err(_) => return Err(refuse(format!("{} is not empty, and `provision render` has not written it", folder.display()))),
    };
    let hosts: Vec<&str> = mark.lines().filter(|line| is_one_name(line)).collect();
    for entry in entries.flatten() {
        let name = entry.file_name();
        if name != MARK && !hosts.iter().any(|host| name == **host) {
            return Err(refuse(format!("{} was not written by `provision render`", entry.path().display())));
        }
    }
    for host in hosts {
        match fs::remove_dir_all(folder.join(host)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(refuse(format!("{host}: {error}"))),
            _ => {}
        }
    }
    Ok(())
}

/// Whether a line is the name of a host, and no path to elsewhere.
fn is_one_name(line: &str) -> bool {
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn write(folder: &Path, bundles: &BTreeMap<String, Bundle>) -> io::Result<usize> {
    fs::create_dir_all(folder)?;
    // The mark comes first: a folder that was cut off in the middle can be written again.
    fs::write(folder.join(MARK), bundles.keys().map(|host| format!("{host}\n")).collect::<String>())?;
    let mut written = 0;
    for (host, bundle) in bundles {
        for (path, file) in bundle.files() {
            let path = folder.join(host).join("files").join(path.trim_start_matches('/'));
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(path, shown(&file.content))?;
            written += 1;
        }
        fs::create_dir_all(folder.join(host))?;
        fs::write(folder.join(host).join("bundle.txt"), listing(bundle))?;
    }
    Ok(written)
}

fn shown(content: &Content) -> String {
    content.shown(&|_| None)
}

/// What a host gets, in the order in which it gets it.
fn listing(bundle: &Bundle) -> String {
    bundle.units.iter().map(unit).collect::<Vec<_>>().join("\n")
}

fn unit(unit: &Unit) -> String {
    let mut lines = vec![format!("[{}] {}", unit.id, unit.doc)];
    let mut add = |kind: &str, text: String| lines.push(format!("  {kind:<8}  {text}"));
    unit.packages.iter().for_each(|package| add("package", package.clone()));
    for (name, (home, groups)) in &unit.users {
        add("user", [&[format!("{name} {home}")], groups.as_slice()].concat().join(" "));
    }
    for (path, file) in &unit.files {
        add("file", format!("{path} {} {}:{}", file.mode, file.owner, file.group));
    }
    if let Some(command) = &unit.validate {
        add("validate", indented(command));
    }
    for step in &unit.steps {
        add("step", format!("{}, up to {} s: {}", step.id, step.seconds, step.doc));
        if let Some(check) = &step.check {
            add("  check", indented(check));
        }
        add("  apply", indented(&step.apply));
    }
    unit.services.iter().for_each(|service| add("service", service.clone()));
    for wait in &unit.waits {
        add("wait", format!("{}, up to {} s: {}", wait.id, wait.seconds, wait.doc));
        add("  check", indented(&wait.check));
    }
    format!("{}\n", lines.join("\n"))
}

/// A command with its further lines below the first.
fn indented(command: &Content) -> String {
    shown(command).trim().replace('\n', "\n            ")
}
