use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use crate::graph::Graph;
use crate::model::{Attributes, Effect, Layer, ResourceAddress, TAG_COPY_OF};
use crate::plan::{Action, Change, Plan, Reason};

/// Which half of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The deletion.
    Delete,
    /// The creation or the update.
    Apply,
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    /// The object.
    pub address: ResourceAddress,
    /// Which half.
    pub phase: Phase,
}

impl fmt::Display for Node {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.phase {
            Phase::Delete => write!(formatter, "{} (delete)", self.address),
            Phase::Apply => write!(formatter, "{}", self.address),
        }
    }
}

impl Plan {
    /// The steps of the plan and what each waits for.
    ///
    /// Making goes from what is needed to what needs it; deleting goes the other way; an object that stops using another is updated before that other goes;
    /// machines of one role reboot one after another.
    pub fn graph(&self) -> Graph<Node> {
        let phases = |change: &Change| match change.action {
            Action::Create | Action::Update => &[Phase::Apply][..],
            Action::Delete => &[Phase::Delete][..],
            Action::Replace => &[Phase::Delete, Phase::Apply][..],
            Action::NoOp | Action::Forget => &[][..],
        };
        let node = |address: &ResourceAddress, phase| Node { address: address.clone(), phase };
        let mut graph = Graph::default();
        for change in &self.changes {
            phases(change).iter().for_each(|phase| graph.insert(node(&change.address, *phase)));
        }
        let by_id = unambiguous(self.changes.iter().filter_map(|change| Some((change.before.as_ref()?.id.as_str(), &change.address))));
        for change in &self.changes {
            let apply = node(&change.address, Phase::Apply);
            graph.wait(&apply, &node(&change.address, Phase::Delete));
            for dependency in &change.dependencies {
                graph.wait(&apply, &node(dependency, Phase::Apply));
                if change.vanishes_with.as_ref() != Some(dependency) {
                    graph.wait(&node(dependency, Phase::Delete), &node(&change.address, Phase::Delete));
                }
            }
            if let Some(parent) = &change.vanishes_with {
                graph.wait(&node(&change.address, Phase::Delete), &node(parent, Phase::Delete));
            }
            // What the object uses now may only go when the object no longer does.
            let used: BTreeSet<&ResourceAddress> = change.before.iter().flat_map(|before| used_ids(&before.attributes, &by_id)).collect();
            for address in used.into_iter().filter(|address| **address != change.address && change.vanishes_with.as_ref() != Some(*address))
            {
                let gone = node(address, Phase::Delete);
                graph.wait(&gone, &node(&change.address, Phase::Delete));
                let is_recreated = graph.nodes().any(|other| *other == node(address, Phase::Apply));
                if change.action == Action::Update && !is_recreated {
                    graph.wait(&gone, &apply);
                }
            }
        }
        self.order_last_copies(&mut graph, &by_id);
        self.order_reboots(&mut graph);
        graph
    }

    /// A last copy is made when nothing writes any more, and before its original goes.
    fn order_last_copies(&self, graph: &mut Graph<Node>, by_id: &BTreeMap<&str, &ResourceAddress>) {
        let node = |address: &ResourceAddress, phase| Node { address: address.clone(), phase };
        for change in self.changes.iter().filter(|change| change.reason == Reason::Keep && !change.marks_as_kept()) {
            let copy = node(&change.address, Phase::Apply);
            for original in &copied_by(change, by_id) {
                graph.wait(&node(original, Phase::Delete), &copy);
                for user in &self.changes {
                    // A machine reaches databases that no attribute of its names.
                    let is_machine = user.layer == Layer::Hosts;
                    let uses = is_machine || user.before.iter().any(|before| used_ids(&before.attributes, by_id).contains(&original));
                    if uses && user.address != *original {
                        graph.wait(&copy, &node(&user.address, Phase::Delete));
                    }
                }
            }
        }
    }

    /// Machines of one role stop one after another, so that the others answer meanwhile.
    fn order_reboots(&self, graph: &mut Graph<Node>) {
        let role = |change: &Change| change.address.name().rsplit_once('-').map(|(role, _)| role.to_owned());
        let stops = |change: &&Change| change.action == Action::Update && change.effect == Some(Effect::Reboot);
        let stopping: Vec<&Change> = self.changes.iter().filter(stops).collect();
        for pair in stopping
            .windows(2)
            .filter(|pair| pair[0].address.kind() == pair[1].address.kind() && role(pair[0]).is_some() && role(pair[0]) == role(pair[1]))
        {
            let node = |change: &Change| Node { address: change.address.clone(), phase: Phase::Apply };
            graph.wait(&node(pair[1]), &node(pair[0]));
        }
    }

    /// How long a step usually takes.
    pub fn expected_of(&self, node: &Node) -> Duration {
        let position = self.changes.binary_search_by(|change| change.address.cmp(&node.address));
        let Ok(change) = position.map(|position| &self.changes[position]) else { return Duration::ZERO };
        Duration::from_secs(match node.phase {
            Phase::Delete => change.deletion_seconds,
            Phase::Apply => change.expected_seconds - change.deletion_seconds,
        })
    }
}

/// The objects by their ids; two kinds may give their objects the same name, and then the name tells nothing.
pub(super) fn unambiguous<'a>(named: impl Iterator<Item = (&'a str, &'a ResourceAddress)>) -> BTreeMap<&'a str, &'a ResourceAddress> {
    let mut by_id: BTreeMap<&str, Option<&ResourceAddress>> = BTreeMap::new();
    for (id, address) in named {
        by_id.entry(id).and_modify(|other| *other = None).or_insert(Some(address));
    }
    by_id.into_iter().filter_map(|(id, address)| Some((id, address?))).collect()
}

/// What a last copy is made of: as its tag says, or else as its attributes do.
fn copied_by(copy: &Change, by_id: &BTreeMap<&str, &ResourceAddress>) -> BTreeSet<ResourceAddress> {
    let Some(after) = &copy.after else { return BTreeSet::new() };
    match after.tags.get(TAG_COPY_OF).and_then(|address| address.parse().ok()) {
        Some(original) => BTreeSet::from([original]),
        None => used_ids(&after.attributes, by_id).into_iter().cloned().collect(),
    }
}

fn used_ids<'a>(attributes: &Attributes, by_id: &BTreeMap<&str, &'a ResourceAddress>) -> Vec<&'a ResourceAddress> {
    let mut used = Vec::new();
    for value in attributes.values() {
        value.visit_texts(&mut |text| used.extend(by_id.get(text).copied()));
    }
    used
}
