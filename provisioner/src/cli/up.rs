use std::path::Path;

use crate::cli::args::UpArgs;
use crate::cli::exit::{Exit, Stop, exit_of};
use crate::cli::hosts::{self, Until};
use crate::cli::interrupt::{Signals, listen};
use crate::cli::mail_domain::{KIND, mail_domain};
use crate::cli::prepare::{Prepared, Reading};
use crate::cli::run::{Run, ask};
use crate::cli::verify::{self, Patience};
use crate::cli::warnings::warnings;
use crate::cli::workspace::Workspace;
use crate::model::Diagnostic;
use crate::plan::{Action, ApprovedPlan, Basis, Change, DesiredState, Plan, PlanOptions};
use crate::state::Lock;
use crate::view::{Ending, PlanView, Work, command};

/// The kind of resource that opens ports.
const RULES: &str = "security-group-rules";

/// Brings the environment up.
pub async fn run(workspace: &Workspace<'_>, args: &UpArgs) -> Result<Exit, Stop> {
    let mut options = PlanOptions {
        targets: args.target.iter().cloned().collect(),
        replace_data: args.replace_data.iter().cloned().collect(),
        fresh_data: args.fresh_data.iter().cloned().collect(),
        enrol: args.enrol.iter().cloned().collect(),
        ..PlanOptions::default()
    };
    let lock = workspace.lock(&args.env.env, "up")?;
    let signals = listen();
    let prepared = Prepared::read(workspace, &args.env.env, Reading::Change, &options, hosts::reach(args.until)).await?;
    options.later = hosts::hosts_after(&prepared.topology, args.until);
    let up = Up { workspace, args, options, lock, signals };
    let ended = up.carry_on(&prepared).await;
    prepared.cloud.room.hosts().close().await;
    match ended? {
        Exit::Done if up.is_moving(&prepared) => up.leave_the_former_port(&prepared).await,
        exit => Ok(exit),
    }
}

/// One run of `up`.
struct Up<'u, 'o> {
    workspace: &'u Workspace<'o>,
    args: &'u UpArgs,
    options: PlanOptions,
    lock: Lock,
    signals: Signals,
}

impl Up<'_, '_> {
    /// Plans, has the plan approved and carried out, and proves what came of it.
    async fn carry_on(&self, prepared: &Prepared) -> Result<Exit, Stop> {
        let plan = match &self.args.plan {
            Some(path) => saved(path, prepared)?,
            None => prepared.plan(&self.options)?,
        };
        self.workspace.output.data(&PlanView { plan: &plan, catalogue: &prepared.cloud.catalogue });
        hosts::tell_texts(self.workspace, prepared, &plan);
        warnings(prepared).iter().for_each(|warning| self.workspace.output.diagnostic(warning));
        let exit = self.apply(prepared, plan, self.args.yes).await?;
        if exit != Exit::Done {
            return Ok(exit);
        }
        hosts::forget_earlier_secrets(self.workspace, prepared)?;
        let is_proved = self.args.until == Until::Verified && self.args.target.is_empty();
        if is_proved { proved(self.workspace, prepared).await } else { Ok(exit) }
    }

    async fn apply(&self, prepared: &Prepared, plan: Plan, is_approved: bool) -> Result<Exit, Stop> {
        let run = Run { workspace: self.workspace, prepared, lock: &self.lock, command: "up" };
        carry_out(&run, plan, &self.signals, is_approved).await
    }

    /// Whether hosts were logged in to and the bastion has a port to leave.
    fn is_moving(&self, prepared: &Prepared) -> bool {
        prepared.topology.access.former_port.is_some() && self.args.target.is_empty() && self.args.until >= Until::Hosts
    }

    /// Closes the port that the bastion has left. It was part of what was approved; anything else is left to another `up`.
    async fn leave_the_former_port(&self, before: &Prepared) -> Result<Exit, Stop> {
        let name = &self.args.env.env;
        let prepared = Prepared::read(self.workspace, name, Reading::Change, &self.options, hosts::reach(self.args.until)).await?;
        let ended = async {
            let plan = prepared.plan(&self.options)?;
            let is_expected =
                |change: &Change| change.action == Action::NoOp || change.address.kind() == RULES && change.action == Action::Update;
            let is_reached = prepared.cloud.room.unreachable().is_empty();
            if prepared.topology.access.former_port.is_some() || !is_reached || !plan.changes.iter().all(is_expected) {
                let again = command(&prepared.cloud.name.to_string(), &format!("up --env {name}"));
                self.workspace.output.message(&format!("the bastion's former port is still open; close it:\n    {again}"));
                return Ok(Exit::Partial);
            }
            let (former, port) = (before.topology.access.former_port.unwrap_or_default(), prepared.topology.access.port);
            self.workspace.output.message(&format!("the bastion listens on {port}: closing {former}"));
            self.apply(&prepared, plan, true).await
        };
        let ended = ended.await;
        prepared.cloud.room.hosts().close().await;
        ended
    }
}

/// Proves that what is up works, where there are machines that can be asked.
async fn proved(workspace: &Workspace<'_>, prepared: &Prepared) -> Result<Exit, Stop> {
    if prepared.cloud.room.is_real() {
        return Ok(verify::tell(workspace, prepared, &verify::prove(workspace, prepared, Patience::Full).await?));
    }
    Ok(Exit::Done)
}

/// Has a shown plan approved and carried out, and says how it ended.
///
/// # Errors
/// When a change is refused, something is in its way, or nobody approves.
pub async fn carry_out(run: &Run<'_, '_>, plan: Plan, signals: &Signals, is_approved: bool) -> Result<Exit, Stop> {
    let Run { workspace, prepared, .. } = run;
    prepared.refuse_if_refused(&plan)?;
    if plan.changes.is_empty() && prepared.observed.duplicates.is_empty() && !prepared.stored.was_cut_off() {
        return Ok(Exit::Done);
    }
    if !plan.is_empty() {
        prepared.preflight().await?;
        ask(workspace, prepared, &plan, is_approved)?;
    }
    prepared.entrust_secrets(workspace, &plan)?;
    let approved = approve(plan)?;
    let begun = std::time::Instant::now();
    let outcome = run.apply(&approved, signals).await?;
    let exit = signals.exit(exit_of(&outcome));
    prepared.tell_requests(workspace);
    if !approved.plan().is_empty() {
        let cloud = prepared.cloud.name.to_string();
        let status = format!("status --env {}", prepared.scope.environment);
        let ending = Ending {
            work: Work::Up,
            environment: &prepared.scope.environment,
            cloud: &cloud,
            outcome: &outcome,
            objects: present(approved.plan(), &prepared.desired),
            wanted: prepared.desired.len(),
            elapsed: begun.elapsed(),
            leaked: &[],
            kept: &[],
            next: &[&status],
        };
        if exit == Exit::Done && waits_for_records(approved.plan(), prepared) {
            let domain = &prepared.topology.environment.domain;
            workspace.output.message(&format!("mail: {domain} waits for records in your DNS; `provision status` lists them"));
        }
        let is_host = |change: &Change| {
            change.address.kind() == hosts::KIND && matches!(change.action, Action::Create | Action::Update | Action::Replace)
        };
        if exit == Exit::Done && !prepared.cloud.room.is_real() && approved.plan().changes.iter().any(is_host) {
            workspace.output.message("hosts: simulated, not verified (--lab runs real machines)");
        }
        workspace.output.end(&ending);
    }
    Ok(exit)
}

/// Whether the domain that mail is sent from is there now, and SES has not seen its records as far as is known.
fn waits_for_records(plan: &Plan, prepared: &Prepared) -> bool {
    let is_made =
        plan.changes.iter().any(|change| change.address.kind() == KIND && matches!(change.action, Action::Create | Action::Replace));
    let found = prepared.observed.objects.values().find(|object| object.address.kind() == KIND);
    is_made || found.is_some_and(|identity| !mail_domain(identity, &prepared.topology).is_verified)
}

/// How many wanted objects there are when all of the plan is done.
fn present(plan: &Plan, desired: &DesiredState) -> usize {
    let is_made = |change: &&Change| matches!(change.action, Action::Create | Action::Update | Action::Replace);
    let made = plan.changes.iter().filter(is_made).filter(|change| desired.contains_key(&change.address));
    plan.unchanged + made.count()
}

/// Turns a shown plan into an approved one.
pub fn approve(plan: Plan) -> Result<ApprovedPlan, Stop> {
    ApprovedPlan::new(plan).map_err(|_| Stop::new(Exit::Refused, Diagnostic::error("E0320", "the plan is refused")))
}

fn saved(path: &Path, prepared: &Prepared) -> Result<Plan, Stop> {
    let words = format!("plan --env {} --out {}", prepared.scope.environment, path.display());
    let again = command(&prepared.cloud.name.to_string(), &words);
    let unreadable = |why: String| {
        let diagnostic = Diagnostic::error("E0321", "the saved plan cannot be read")
            .note(format!("{}: {why}", path.display()))
            .help(format!("make it again:\n    {again}"));
        Stop::new(Exit::Usage, diagnostic)
    };
    let text = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let plan: Plan = serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string()))?;
    let generation = prepared.stored.state.as_ref().map(|state| state.generation.clone());
    if plan.scope != prepared.scope || plan.cloud != prepared.cloud.name.to_string() || plan.destroy {
        let diagnostic = Diagnostic::error("E0322", "the saved plan is for something else").note(format!(
            "it {} {} of {} in {}",
            if plan.destroy { "destroys" } else { "is for" },
            plan.scope.environment,
            plan.scope.project,
            plan.cloud
        ));
        return Err(Stop::new(Exit::Refused, diagnostic));
    }
    if plan.basis != Basis::new(generation, &prepared.observed) {
        let diagnostic = Diagnostic::error("E0323", "the saved plan is stale")
            .note("the environment or its recorded state has changed since the plan was made, so it may no longer do what was approved")
            .help(format!("look again:\n    {again}"));
        return Err(Stop::new(Exit::Refused, diagnostic));
    }
    Ok(plan)
}
