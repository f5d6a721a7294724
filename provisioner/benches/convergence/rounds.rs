//! Rounds in which everybody takes part, in turn, each with machines of its own.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::contenders::{Contender, Place, RUNTIME};
use crate::machines::{Machines, Sessions};
use crate::meter::Groups;
use crate::run::{Failed, HOSTS, Road};
use crate::table::{KINDS, Sample, Samples, goals, table};
use crate::{Options, folder_of};

/// What is done to every machine behind a contender's back: a file changed, permissions widened, a service stopped.
const TAMPER: &str = "echo 'level=debug' >>/etc/acme/logging.conf; chmod 0644 /etc/acme/key.conf; systemctl stop acme-batch";

/// Where systemd-nspawn keeps what it knows of machines by their names; two runs at once are two computers.
const NSPAWN: &str = "/run/systemd/nspawn";

/// Measures everybody on every road; says whether all goals are met.
pub fn all(kept: &Path, name: &str, project: &Path, options: &Options) -> Result<bool, Failed> {
    fs::create_dir_all(NSPAWN)?;
    let mount = |place| ["mount", "-t", "tmpfs", "tmpfs", place];
    for words in [&["ip", "link", "set", "lo", "up"][..], &mount(RUNTIME), &mount(NSPAWN)] {
        if !Command::new(words[0]).args(&words[1..]).status()?.success() {
            return Err(Failed::new(format!("{words:?} failed")));
        }
    }
    let groups = Groups::named(name);
    groups.make()?;
    let mut is_met = true;
    for road in &options.roads {
        let folder = folder_of(kept, name).join(road.name());
        fs::create_dir_all(&folder)?;
        let place = Place { folder, project: project.to_owned(), environment: kept.join("peers"), groups: groups.clone(), road: *road };
        place.furnish()?;
        let samples = rounds(&place, &kept.join("image"), options)?;
        println!("\n== {}\n", words(*road));
        KINDS.iter().for_each(|kind| println!("{}", table(&samples, kind)));
        let (text, all) = goals(&samples);
        println!("goals\n{text}");
        is_met &= all;
    }
    Ok(is_met)
}

fn words(road: Road) -> &'static str {
    match road {
        Road::Bastion => "nine hosts through the tenth, which is their bastion",
        Road::Direct => "ten hosts, each reached directly",
    }
}

fn rounds(place: &Place, image: &Path, options: &Options) -> Result<Samples, Failed> {
    let mut samples = Samples::new();
    for round in 0..options.rounds {
        let mut turn = options.contenders.clone();
        let first = round % turn.len();
        turn.rotate_left(first);
        for contender in turn {
            eprintln!("round {} of {}, {}: {}", round + 1, options.rounds, place.road.name(), contender.name());
            let _ = fs::remove_dir_all(place.folder.join("state"));
            let machines = Machines::boot(&place.folder, image, &place.groups)?;
            let mut measured = |kind: &'static str, contender: Contender| -> Result<(), Failed> {
                let sample = measure(place, &machines, contender)?;
                samples.entry((kind, contender)).or_default().push(sample);
                Ok(())
            };
            measured(KINDS[0], contender)?;
            check(place, &machines, contender)?;
            for _ in 0..contender.repeats() {
                measured(KINDS[1], contender)?;
                if contender == Contender::Floor {
                    measured(KINDS[1], Contender::Login)?;
                }
            }
            check(place, &machines, contender)?;
            for (host, _) in HOSTS {
                machines.inside(host, TAMPER)?;
            }
            measured(KINDS[2], contender)?;
            check(place, &machines, contender)?;
        }
    }
    Ok(samples)
}

/// Runs a contender once over all hosts, and counts until everybody rests again.
fn measure(place: &Place, machines: &Machines<'_>, contender: Contender) -> Result<Sample, Failed> {
    place.groups.rest()?;
    let sessions = machines.sessions()?;
    place.groups.rest()?;
    let before = place.groups.usage()?;
    let log = place.folder.join("said");
    let said = File::create(&log)?;
    let begun = Instant::now();
    let status = place.command(contender)?.stdout(said.try_clone()?).stderr(said).status()?;
    let wall = begun.elapsed();
    if !status.success() {
        let said = fs::read_to_string(&log).unwrap_or_default();
        return Err(Failed::new(format!("{} failed:\n{said}", contender.name())));
    }
    place.groups.rest()?;
    let after = place.groups.usage()?;
    let sessions = difference(&sessions, &machines.sessions()?);
    Ok(Sample { total: after.total - before.total, controller: after.controller - before.controller, wall, sessions })
}

fn difference(before: &[Sessions], after: &[Sessions]) -> Sessions {
    let each = before.iter().zip(after).map(|(before, after)| (after.logins - before.logins, after.commands - before.commands));
    each.fold(Sessions::default(), |sum, (logins, commands)| Sessions {
        logins: sum.logins + logins,
        commands: sum.commands + commands,
        most_logins: sum.most_logins.max(logins),
        most_commands: sum.most_commands.max(commands),
    })
}

/// Whoever says that it is done is not believed: the machines are asked.
fn check(place: &Place, machines: &Machines<'_>, contender: Contender) -> Result<(), Failed> {
    for (host, stand) in machines.stand()? {
        let wanted = place.wanted(host)?;
        if stand != wanted {
            let differs: Vec<&str> = stand.lines().filter(|line| !wanted.lines().any(|other| other == *line)).collect();
            let missing: Vec<&str> = wanted.lines().filter(|line| !stand.lines().any(|other| other == *line)).collect();
            return Err(Failed::new(format!("{} left {host} otherwise: it has {differs:#?} instead of {missing:#?}", contender.name())));
        }
    }
    Ok(())
}
