use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::cli::args::DownArgs;
use crate::cli::exit::{Exit, Stop, exit_of};
use crate::cli::interrupt::listen;
use crate::cli::prepare::{Prepared, Reading};
use crate::cli::run::{Run, ask};
use crate::cli::up::approve;
use crate::cli::workspace::Workspace;
use crate::engine::observe;
use crate::hosts::Reach;
use crate::model::{Observed, ResourceAddress, TAG_COPY_OF, TAG_RETAINED, Value};
use crate::plan::PlanOptions;
use crate::provider::Depth;
use crate::view::{Ending, Kept, PlanView, Work};

/// Destroys the environment, then looks whether anything is left.
pub async fn run(workspace: &Workspace<'_>, args: &DownArgs) -> Result<Exit, Stop> {
    let name = &args.env.env;
    let options = PlanOptions { destroy: true, discard_data: args.discard_data, ..PlanOptions::default() };
    let lock = workspace.lock(name, "down")?;
    let signals = listen();
    let prepared = Prepared::read(workspace, name, Reading::Change, &options, Reach::Remember).await?;
    let plan = prepared.plan(&options)?;
    workspace.output.data(&PlanView { plan: &plan, catalogue: &prepared.cloud.catalogue });
    if plan.changes.is_empty() && prepared.observed.duplicates.is_empty() && !prepared.stored.was_cut_off() {
        return Ok(Exit::Done);
    }
    prepared.refuse_if_refused(&plan)?;
    if !plan.is_empty() {
        ask(workspace, &prepared, &plan, args.yes)?;
    }
    let approved = approve(plan)?;
    let begun = std::time::Instant::now();
    let run = Run { workspace, prepared: &prepared, lock: &lock, command: "down" };
    let outcome = run.apply(&approved, &signals).await?;
    let exit = signals.exit(exit_of(&outcome));
    prepared.tell_requests(workspace);
    if approved.plan().is_empty() {
        return Ok(exit);
    }
    let (leaked, kept) = if outcome.is_complete() { left(&prepared).await? } else { (Vec::new(), Vec::new()) };
    let again = format!("up --env {name}");
    let ending = Ending {
        work: Work::Down,
        environment: name,
        cloud: &prepared.cloud.name.to_string(),
        outcome: &outcome,
        objects: leaked.len() + kept.len(),
        wanted: 0,
        elapsed: begun.elapsed(),
        leaked: &leaked,
        kept: &kept,
        next: &[&again],
    };
    workspace.output.end(&ending);
    Ok(if exit == Exit::Done && !leaked.is_empty() { Exit::Partial } else { exit })
}

/// What is still there: what was forgotten, and what is kept on purpose.
async fn left(prepared: &Prepared) -> Result<(Vec<Observed>, Vec<Kept>), Stop> {
    let kinds: BTreeSet<&'static str> = prepared.cloud.catalogue.iter().map(|schema| schema.listed_by).collect();
    let observed = observe(&prepared.cloud.registry, &prepared.scope, &kinds, Depth::Full).await?;
    let (kept, leaked): (Vec<Observed>, Vec<Observed>) =
        observed.objects.into_values().chain(observed.duplicates).partition(|object| object.tags.contains_key(TAG_RETAINED));
    let today = Timestamp::now();
    let kept = kept.into_iter().map(|object| {
        let what = object.attributes.get("description").and_then(Value::as_text).map(str::to_owned);
        let (until, then) = (locked_until(prepared, &object, today), next(prepared, &object));
        Kept { address: object.address, id: object.id.to_string(), what, until, then }
    });
    Ok((leaked, kept.collect()))
}

/// The day until which what was written into the object last stays locked.
fn locked_until(prepared: &Prepared, object: &Observed, today: Timestamp) -> Option<String> {
    // The leak check looks fast; what it leaves out was read before.
    let before = prepared.observed.objects.get(&object.address)?;
    let Some(Value::Integer(days)) = before.attributes.get("lock_days") else { return None };
    let until = today.checked_add(SignedDuration::from_hours(days.checked_mul(24)?)).ok()?;
    Some(until.strftime("%Y-%m-%d").to_string())
}

/// What the next `up` does with what is kept.
fn next(prepared: &Prepared, object: &Observed) -> String {
    let schema = |address: &ResourceAddress| prepared.cloud.catalogue.get(address.kind());
    let original = object.tags.get(TAG_COPY_OF).and_then(|text| text.parse::<ResourceAddress>().ok());
    if schema(&object.address).is_some_and(|schema| schema.outlives_down) {
        return "the next `up` takes it over".to_owned();
    }
    match original.filter(|original| schema(original).is_some_and(|schema| schema.restores_from.is_some())) {
        Some(original) => format!("the next `up` makes {original} from it, if it is the newest"),
        None => "the next `up` leaves it alone".to_owned(),
    }
}
