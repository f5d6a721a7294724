use std::path::Path;

use crate::cli::args::UpArgs;
use crate::cli::exit::{Exit, Stop, exit_of};
use crate::cli::interrupt::listen;
use crate::cli::prepare::{Prepared, Reading};
use crate::cli::run::{Run, ask};
use crate::cli::workspace::Workspace;
use crate::model::Diagnostic;
use crate::plan::{ApprovedPlan, Basis, Plan, PlanOptions};
use crate::view::{PlanView, Work};

/// Brings the environment up.
pub async fn run(workspace: &Workspace<'_>, args: UpArgs) -> Result<Exit, Stop> {
    let name = &args.env.env;
    let options = PlanOptions {
        targets: args.target.iter().cloned().collect(),
        replace_data: args.replace_data.iter().cloned().collect(),
        ..PlanOptions::default()
    };
    let lock = workspace.lock(name, "up")?;
    let signals = listen();
    let prepared = Prepared::read(workspace, name, Reading::Change, &options).await?;
    let plan = match &args.plan {
        Some(path) => saved(path, &prepared)?,
        None => prepared.plan(&options)?,
    };
    workspace.output.data(&PlanView::new(&plan));
    prepared.refuse_if_refused(&plan)?;
    if !plan.is_empty() {
        prepared.preflight().await?;
        ask(workspace, &prepared, &plan, args.yes)?;
    }
    let approved = ApprovedPlan::new(plan).map_err(|_| Stop::new(Exit::Refused, Diagnostic::error("E0320", "the plan is refused")))?;
    let begun = std::time::Instant::now();
    let run = Run { workspace, prepared: &prepared, lock: &lock, command: "up" };
    let outcome = run.apply(&approved, &signals).await?;
    Ok(signals.exit(exit_of(&outcome)))
}

fn saved(path: &Path, prepared: &Prepared) -> Result<Plan, Stop> {
    let refuse = |why: String| Stop::new(Exit::Usage, Diagnostic::error("E0321", "the saved plan cannot be read").note(why).help("make it again: provision plan --out FILE"));
    let text = std::fs::read(path).map_err(|error| refuse(format!("{}: {error}", path.display())))?;
    let plan: Plan = serde_json::from_slice(&text).map_err(|error| refuse(format!("{}: {error}", path.display())))?;
    let generation = prepared.stored.state.as_ref().map(|state| state.generation.clone());
    let now = Basis::new(generation, &prepared.observed);
    if plan.scope != prepared.scope || plan.cloud != prepared.cloud.name.to_string() {
        return Err(Stop::new(
            Exit::Refused,
            Diagnostic::error("E0322", "the saved plan is for something else")
                .note(format!("it is for {} of {} in {}", plan.scope.environment, plan.scope.project, plan.cloud)),
        ));
    }
    if plan.basis != now {
        return Err(Stop::new(
            Exit::Refused,
            Diagnostic::error("E0323", "the saved plan is stale")
                .note("the environment or its recorded state has changed since the plan was made, so it may no longer do what was approved")
                .help(format!("look again: provision plan --env {} --out FILE", plan.scope.environment)),
        ));
    }
    Ok(plan)
}
