use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Display};
use std::time::Duration;

use crate::graph::{Cycle, Graph};

/// Hands out the nodes of a graph as they become ready, those on the longest path first.
#[derive(Debug)]
pub struct Walk<N> {
    open: BTreeMap<N, usize>,
    dependants: BTreeMap<N, Vec<N>>,
    remaining: BTreeMap<N, Duration>,
    ready: BTreeSet<N>,
}

impl<N: Ord + Clone + Debug + Display> Walk<N> {
    /// Begins a walk; `duration_of` tells how long a node usually takes.
    ///
    /// # Errors
    /// When nodes wait for each other.
    pub fn new(graph: &Graph<N>, duration_of: impl Fn(&N) -> Duration) -> Result<Self, Cycle> {
        let remaining = graph.remaining(duration_of)?;
        let open: BTreeMap<N, usize> = graph.nodes().map(|node| (node.clone(), graph.waits_for(node).count())).collect();
        let ready = open.iter().filter(|(_, count)| **count == 0).map(|(node, _)| node.clone()).collect();
        let dependants =
            graph.dependants().into_iter().map(|(node, dependants)| (node.clone(), dependants.into_iter().cloned().collect())).collect();
        Ok(Self { open, dependants, remaining, ready })
    }

    /// Takes the ready node with the longest way still before it.
    pub fn take(&mut self) -> Option<N> {
        let node = self.ready.iter().rev().max_by_key(|node| self.remaining[*node]).cloned()?;
        self.ready.remove(&node);
        Some(node)
    }

    /// How long the longest way from the beginning of this node to the end usually takes.
    pub fn remaining(&self, node: &N) -> Duration {
        self.remaining.get(node).copied().unwrap_or_default()
    }

    /// Marks a node as done, so that what waited for it may become ready.
    pub fn finish(&mut self, node: &N) {
        for dependant in self.dependants.get(node).cloned().unwrap_or_default() {
            if let Some(count) = self.open.get_mut(&dependant) {
                *count -= 1;
                if *count == 0 {
                    self.ready.insert(dependant);
                }
            }
        }
    }

    /// Everything that can no longer run because `node` failed, directly or through others.
    pub fn blocked_by(&self, node: &N) -> BTreeSet<N> {
        let mut blocked = BTreeSet::new();
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            for dependant in self.dependants.get(node).into_iter().flatten() {
                if blocked.insert(dependant.clone()) {
                    open.push(dependant);
                }
            }
        }
        blocked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_way_is_taken_first_and_a_failure_blocks_what_waits() {
        let mut graph = Graph::default();
        for node in ["a-quick", "b-slow", "c-after-slow"] {
            graph.insert(node);
        }
        graph.wait(&"c-after-slow", &"b-slow");
        let mut walk = Walk::new(&graph, |node| Duration::from_secs(if *node == "b-slow" { 9 } else { 1 })).expect("no ring");
        assert_eq!(walk.take(), Some("b-slow"));
        assert_eq!(walk.blocked_by(&"b-slow"), BTreeSet::from(["c-after-slow"]));
        assert_eq!(walk.take(), Some("a-quick"));
        assert_eq!(walk.take(), None);
        walk.finish(&"b-slow");
        assert_eq!(walk.take(), Some("c-after-slow"));
    }
}
