//! What was measured, and whether the goals are met.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::contenders::Contender;
use crate::machines::Sessions;
use crate::run::{HOSTS, TASKS};

/// One run of a contender over all hosts.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// CPU time here and on all machines.
    pub total: Duration,
    /// CPU time here.
    pub controller: Duration,
    /// From its start to its end.
    pub wall: Duration,
    /// What the machines' servers saw of it.
    pub sessions: Sessions,
}

/// Samples by what was to do, and by contender.
pub type Samples = BTreeMap<(&'static str, Contender), Vec<Sample>>;

/// What is to reach: at most so much of another's CPU time in the second run.
const GOALS: [(Contender, f64, &str); 3] = [
    (Contender::Floor, 1.3, "1.3 x one script per host"),
    (Contender::Pyinfra, 0.5, "1/2 of pyinfra"),
    (Contender::Ansible, 1.0 / 30.0, "1/30 of Ansible"),
];
/// The run with nothing to do.
pub const SECOND: &str = "second run";

/// The table of one kind of run.
pub fn table(samples: &Samples, kind: &str) -> String {
    let mut text = format!(
        "{kind}\n  {:<20} {:>22} {:>12} {:>10} {:>8} {:>10} {:>13} {:>8}\n",
        "", "CPU ms per host*task", "least-most", "controller", "wall s", "logins", "commands", "/ floor"
    );
    let floor = samples.get(&(key(kind), Contender::Floor)).map(|samples| per_task(samples));
    for ((of, contender), samples) in samples {
        if *of != kind {
            continue;
        }
        let each: Vec<f64> = samples.iter().map(|sample| milliseconds(sample.total)).collect();
        let controller = median(samples.iter().map(|sample| milliseconds(sample.controller)).collect());
        let wall = median(samples.iter().map(|sample| sample.wall.as_secs_f64()).collect());
        let sessions = samples[samples.len() - 1].sessions;
        let ratio = floor.map_or(String::new(), |floor| format!("{:.2}", per_task(samples) / floor));
        let range = format!("{:.2}-{:.2}", each.iter().copied().fold(f64::INFINITY, f64::min), each.iter().copied().fold(0.0, f64::max));
        text.push_str(&format!(
            "  {:<20} {:>22.2} {:>12} {:>10.2} {:>8.1} {:>10} {:>13} {:>8}\n",
            contender.name(),
            median(each),
            range,
            controller,
            wall,
            format!("{} (<={})", sessions.logins, sessions.most_logins),
            format!("{} (<={})", sessions.commands, sessions.most_commands),
            ratio
        ));
    }
    text
}

/// The goals with what came of each, and whether all are met; a goal whose contender did not take part is not judged.
pub fn goals(samples: &Samples) -> (String, bool) {
    let Some(ours) = samples.get(&(SECOND, Contender::Ours)) else { return (String::new(), true) };
    let (mut text, mut all) = (String::new(), true);
    let mut say = |what: String, is_met: bool| {
        all &= is_met;
        text.push_str(&format!("  {} {what}\n", if is_met { "met   " } else { "MISSED" }));
    };
    for (other, most, words) in GOALS {
        if let Some(theirs) = samples.get(&(SECOND, other)) {
            let ratio = per_task(ours) / per_task(theirs);
            say(format!("CPU of the second run at most {words}: {ratio:.3}, {most:.3} allowed"), ratio <= most);
        }
    }
    let most = |of: fn(&Sessions) -> usize| ours.iter().map(|sample| of(&sample.sessions)).max().unwrap_or(0);
    let (logins, commands) = (most(|sessions| sessions.most_logins), most(|sessions| sessions.most_commands));
    say(format!("one login per host: {logins}"), logins == 1);
    say(format!("at most two commands per host: {commands}"), commands <= 2);
    (text, all)
}

fn key(kind: &str) -> &'static str {
    KINDS.into_iter().find(|known| *known == kind).unwrap_or(SECOND)
}

/// What runs are for.
pub const KINDS: [&str; 3] = ["first run", SECOND, "repair of what was changed behind its back"];

fn per_task(samples: &[Sample]) -> f64 {
    median(samples.iter().map(|sample| milliseconds(sample.total)).collect())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0 / (HOSTS.len() * TASKS) as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 }
}
