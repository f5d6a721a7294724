//! Ten hosts, twenty tasks each: what it costs to bring them to a state, and to find out that they are in it.
//!
//! `docs/benchmarks.md` says how to run it and what it measures.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its table and what it does meanwhile")]

mod contenders;
mod direct;
mod machines;
mod meter;
mod ours;
mod rounds;
mod run;
mod table;
mod tools;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::contenders::Contender;
use crate::meter::Groups;
use crate::run::{Failed, HOSTS, Road, id_of};

/// What the command line says.
#[derive(Debug)]
pub struct Options {
    /// How often everybody takes part.
    pub rounds: usize,
    /// The roads, one after the other.
    pub roads: Vec<Road>,
    /// Who takes part.
    pub contenders: Vec<Contender>,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match start(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:?}");
            ExitCode::from(2)
        }
    }
}

/// Says whether all goals are met.
fn start(words: &[String]) -> Result<bool, Failed> {
    let value = |name: &str| words.iter().position(|word| word == name).and_then(|at| words.get(at + 1)).map(String::as_str);
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("provisioner/benches/convergence/project");
    let runtime = || tokio::runtime::Runtime::new();
    if let Some(folder) = value("--converge") {
        let road = roads(value("--road"))?[0];
        return runtime()?.block_on(ours::converge(Path::new(folder), &project, road)).map(|()| true);
    }
    let options = Options {
        rounds: value("--rounds").map_or(Ok(3), str::parse)?,
        roads: roads(value("--road"))?,
        contenders: contenders(value("--only"))?,
    };
    if let Some(name) = value("--inside") {
        return rounds::all(&tools::place(), name, &project, &options);
    }
    tools::ensure()?;
    let name = format!("provision-bench-{}", std::process::id());
    let ended = runtime()?.block_on(tools::isolated(&name, words));
    // Whatever ended it: nothing of it stays.
    let groups = Groups::named(&name);
    HOSTS.iter().for_each(|(host, _)| groups.end(&id_of(host)));
    groups.end("");
    let _ = std::fs::remove_dir_all(tools::place().join(&name));
    ended
}

fn roads(word: Option<&str>) -> Result<Vec<Road>, Failed> {
    match word {
        None => Ok(vec![Road::Direct, Road::Bastion]),
        Some("direct") => Ok(vec![Road::Direct]),
        Some("bastion") => Ok(vec![Road::Bastion]),
        Some(other) => Err(Failed::new(format!("--road is direct or bastion, not {other}"))),
    }
}

fn contenders(words: Option<&str>) -> Result<Vec<Contender>, Failed> {
    let Some(words) = words else { return Ok(Contender::ALL.to_vec()) };
    let find = |word: &str| {
        let found =
            Contender::ALL.into_iter().find(|contender| contender.name() == word || format!("{contender:?}").to_lowercase() == word);
        found.ok_or_else(|| Failed::new(format!("nobody is called {word}")))
    };
    words.split(',').map(find).collect()
}

/// The folder of one run.
fn folder_of(place: &Path, name: &str) -> PathBuf {
    place.join(name)
}
