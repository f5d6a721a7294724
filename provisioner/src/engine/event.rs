use std::time::Duration;

use crate::model::{Diagnostic, ResourceAddress};
use crate::plan::{Action, Node};

/// What a step is busy with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepPhase {
    /// A call is on its way.
    Calling,
    /// The cloud is at work; its own word for it.
    Waiting(String),
    /// The cloud asked to slow down, or something else is still in the way; why.
    Retrying(String),
}

/// What happens while a plan is carried out.
#[derive(Clone, Debug)]
pub enum Event {
    /// It begins: so many steps, this long in all.
    Began {
        /// How many steps.
        steps: usize,
        /// How long the longest path usually takes, at this cloud's pace.
        expected: Duration,
    },
    /// A step begins.
    Started {
        /// The step.
        node: Node,
        /// What is done to the object.
        action: Action,
        /// How long it usually takes, at this cloud's pace.
        expected: Duration,
        /// How long what waits for it usually takes afterwards, on the longest path.
        rest: Duration,
    },
    /// A step is busy with something else now.
    Phase {
        /// The step.
        node: Node,
        /// With what.
        phase: StepPhase,
    },
    /// A step is done.
    Finished {
        /// The step.
        node: Node,
        /// What was done to the object.
        action: Action,
        /// How long it took.
        elapsed: Duration,
        /// The cloud's name for the object.
        id: Option<String>,
    },
    /// A step failed.
    Failed {
        /// The step.
        node: Node,
        /// Why.
        diagnostic: Box<Diagnostic>,
    },
    /// A step was not begun, because another one failed or a person asked for an end.
    Skipped {
        /// The step.
        node: Node,
    },
    /// A person asked for an end: nothing new begins, and so many steps are waited for.
    Stopping {
        /// How many steps are under way.
        running: usize,
    },
    /// Something worth telling that belongs to no step.
    Note(String),
    /// An object is there twice; the empty one is removed.
    Duplicate {
        /// The object.
        address: ResourceAddress,
        /// The one that goes.
        id: String,
    },
}

/// Somebody who wants to know what happens.
pub trait Observer: Send + Sync {
    /// Takes an event; MUST NOT block for long.
    fn event(&self, event: &Event);
}

/// Nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    fn event(&self, _event: &Event) {}
}
