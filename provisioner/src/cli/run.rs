use crate::cli::exit::{Exit, Stop};
use crate::cli::interrupt::Signals;
use crate::cli::lab::Following;
use crate::cli::prepare::Prepared;
use crate::cli::workspace::Workspace;
use crate::engine::{Event, Executor, Observer, Outcome, remove_surplus};
use crate::model::CloudName;
use crate::plan::{ApprovedPlan, Plan};
use crate::state::{Entry, Holder, Lock, StateError, StateFile};
use crate::view::{PlanView, Progress, Question};

/// One command that changes things: journal, execution, end.
pub struct Run<'r, 'o> {
    /// The project and the flags.
    pub workspace: &'r Workspace<'o>,
    /// What was read.
    pub prepared: &'r Prepared,
    /// The right to change things.
    pub lock: &'r Lock,
    /// The command.
    pub command: &'static str,
}

impl Run<'_, '_> {
    /// Carries an approved plan out.
    ///
    /// # Errors
    /// When the state cannot be written; what happened until then is in the journal.
    pub async fn apply(&self, approved: &ApprovedPlan, signals: &Signals) -> Result<Outcome, Stop> {
        let Prepared { scope, cloud, observed, store, stored, .. } = self.prepared;
        let state = stored.state.clone().unwrap_or_else(|| StateFile::empty(new_lineage()));
        let journal = store.begin(self.lock, state)?;
        // From here on calls may have been made.
        let partly = |error: StateError| Stop { exit: Exit::Partial, ..error.into() };
        let holder = Holder::this_process(self.command).to_string();
        journal.append(Entry::Run { command: self.command.to_owned(), holder }).await?;
        if let Some(words) = rehearsal(&cloud.name, self.workspace.global.sandbox_speed) {
            self.workspace.output.message(&words);
        }
        let progress = Progress::new(self.workspace.output);
        if stored.was_cut_off() {
            progress.event(&Event::Note("the last run was cut off; this one goes on from there".to_owned()));
        }
        let executor = Executor {
            registry: &cloud.registry,
            catalogue: &cloud.catalogue,
            scope,
            journal: &journal,
            observer: &progress,
            pace: cloud.pace,
            parallelism: usize::from(self.workspace.global.parallelism),
            interrupt: &signals.interrupt,
        };
        remove_surplus(&executor, observed, stored.state.as_ref()).await.map_err(partly)?;
        let following = Following::begin(self.workspace, &scope.environment)?;
        let outcome = executor.apply(approved, observed).await;
        let word = match () {
            () if outcome.is_complete() => "done",
            () if outcome.interrupted => "interrupted",
            () => "failed",
        };
        // The journal may be what failed; then the outcome says so.
        let _ = journal.append(Entry::Finished { outcome: word.to_owned() }).await;
        store.finish(self.lock, journal).map_err(partly)?;
        following.end(self.workspace).await?;
        Ok(outcome)
    }
}

/// How a rehearsal's time differs from the plan's, which is a real cloud's.
fn rehearsal(cloud: &CloudName, speed: f64) -> Option<String> {
    if *cloud != CloudName::Sandbox || speed == 1.0 {
        return None;
    }
    let pace = if speed == 0.0 { "in which nothing takes time".to_owned() } else { format!("at {speed} times the speed of a real cloud") };
    Some(format!("a rehearsal {pace}: the plan's duration is the real cloud's"))
}

/// A name for a state that no other state has.
pub fn new_lineage() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// Asks a person, unless `--yes` answered already.
///
/// # Errors
/// When the answer is no, or nobody can be asked.
pub fn ask(workspace: &Workspace<'_>, prepared: &Prepared, plan: &Plan, is_approved: bool) -> Result<(), Stop> {
    let view = PlanView { plan, catalogue: &prepared.cloud.catalogue };
    let question = Question::about_plan(&view, prepared.topology.environment.class == "production");
    question.ask(workspace.output, is_approved).map_err(|diagnostic| Stop::new(Exit::Failed, *diagnostic))
}
