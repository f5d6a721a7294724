use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Display};
use std::time::Duration;

/// Nodes and what each of them waits for.
#[derive(Clone, Debug)]
pub struct Graph<N> {
    waits_for: BTreeMap<N, BTreeSet<N>>,
}

/// Nodes that wait for each other in a ring.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these wait for each other: {}", members.join(" → "))]
pub struct Cycle {
    /// The ring, in order; the first is repeated at the end.
    pub members: Vec<String>,
}

/// The chain of nodes that takes longest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LongestPath<N> {
    /// How long it takes.
    pub duration: Duration,
    /// Its nodes, in the order they run.
    pub nodes: Vec<N>,
}

impl<N> Default for Graph<N> {
    fn default() -> Self {
        Self { waits_for: BTreeMap::new() }
    }
}

impl<N: Ord + Clone + Debug + Display> Graph<N> {
    /// Adds a node.
    pub fn insert(&mut self, node: N) {
        self.waits_for.entry(node).or_default();
    }

    /// Makes `node` wait for `first`; an edge to a node that is not in the graph, or to itself, is none.
    pub fn wait(&mut self, node: &N, first: &N) {
        if node != first
            && self.waits_for.contains_key(first)
            && let Some(edges) = self.waits_for.get_mut(node)
        {
            edges.insert(first.clone());
        }
    }

    /// The nodes, in order of their names.
    pub fn nodes(&self) -> impl Iterator<Item = &N> + '_ {
        self.waits_for.keys()
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.waits_for.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.waits_for.is_empty()
    }

    /// What a node waits for.
    pub fn waits_for(&self, node: &N) -> impl Iterator<Item = &N> + '_ {
        self.waits_for.get(node).into_iter().flatten()
    }

    /// For each node those that wait for it.
    pub fn dependants(&self) -> BTreeMap<&N, Vec<&N>> {
        let mut dependants: BTreeMap<&N, Vec<&N>> = self.waits_for.keys().map(|node| (node, Vec::new())).collect();
        for (node, edges) in &self.waits_for {
            for first in edges {
                dependants.entry(first).or_default().push(node);
            }
        }
        dependants
    }

    /// The nodes so that each comes after what it waits for; among equals by name.
    ///
    /// # Errors
    /// When nodes wait for each other.
    pub fn order(&self) -> Result<Vec<N>, Cycle> {
        let dependants = self.dependants();
        let mut open: BTreeMap<&N, usize> = self.waits_for.iter().map(|(node, edges)| (node, edges.len())).collect();
        let mut ready: BTreeSet<&N> = open.iter().filter(|(_, count)| **count == 0).map(|(node, _)| *node).collect();
        let mut order = Vec::with_capacity(self.len());
        while let Some(node) = ready.pop_first() {
            order.push(node.clone());
            for dependant in &dependants[node] {
                if let Some(count) = open.get_mut(dependant) {
                    *count -= 1;
                    if *count == 0 {
                        ready.insert(dependant);
                    }
                }
            }
        }
        if order.len() == self.len() { Ok(order) } else { Err(self.find_cycle(&order)) }
    }

    fn find_cycle(&self, ordered: &[N]) -> Cycle {
        let ordered: BTreeSet<&N> = ordered.iter().collect();
        let mut path: Vec<&N> = self.waits_for.keys().find(|node| !ordered.contains(node)).into_iter().collect();
        while let Some(node) = path.last() {
            let Some(next) = self.waits_for[*node].iter().find(|next| !ordered.contains(next)) else { break };
            if let Some(start) = path.iter().position(|seen| *seen == next) {
                let ring = path[start..].iter().chain([&next]);
                return Cycle { members: ring.map(ToString::to_string).collect() };
            }
            path.push(next);
        }
        Cycle { members: Vec::new() }
    }

    /// For each node how long it takes from its start until the last node that waits for it is done.
    ///
    /// # Errors
    /// When nodes wait for each other.
    pub fn remaining(&self, duration_of: impl Fn(&N) -> Duration) -> Result<BTreeMap<N, Duration>, Cycle> {
        let mut remaining: BTreeMap<N, Duration> = BTreeMap::new();
        for node in self.order()?.into_iter().rev() {
            let own = remaining.get(&node).copied().unwrap_or_default() + duration_of(&node);
            for first in self.waits_for(&node) {
                let longest = remaining.entry(first.clone()).or_default();
                *longest = (*longest).max(own);
            }
            remaining.insert(node, own);
        }
        Ok(remaining)
    }

    /// The chain that takes longest; nothing for an empty graph.
    ///
    /// # Errors
    /// When nodes wait for each other.
    pub fn longest_path(&self, duration_of: impl Fn(&N) -> Duration) -> Result<LongestPath<N>, Cycle> {
        let remaining = self.remaining(&duration_of)?;
        let dependants = self.dependants();
        let longest = |nodes: &mut dyn Iterator<Item = &N>| nodes.max_by_key(|node| remaining[*node]).cloned();
        let mut nodes = Vec::new();
        let mut next = longest(&mut self.waits_for.iter().filter(|(_, edges)| edges.is_empty()).map(|(node, _)| node));
        while let Some(node) = next {
            next = longest(&mut dependants[&node].iter().copied());
            nodes.push(node);
        }
        let duration = nodes.first().map_or(Duration::ZERO, |node| remaining[node]);
        Ok(LongestPath { duration, nodes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(&'static str, &[&'static str])]) -> Graph<&'static str> {
        let mut graph = Graph::default();
        edges.iter().for_each(|(node, _)| graph.insert(*node));
        for (node, firsts) in edges {
            firsts.iter().for_each(|first| graph.wait(node, first));
        }
        graph
    }

    #[test]
    fn what_is_waited_for_comes_first() {
        let order = graph(&[("a", &["c"]), ("b", &[]), ("c", &["b"])]).order().expect("no ring");
        assert_eq!(order, ["b", "c", "a"]);
    }

    #[test]
    fn a_ring_is_named_by_its_members() {
        let cycle = graph(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"])]).order().expect_err("a ring");
        assert_eq!(cycle.members, ["b", "c", "b"]);
    }

    #[test]
    fn the_longest_path_counts_durations_and_not_nodes() {
        let graph = graph(&[("vpc", &[]), ("nat", &["vpc"]), ("subnet", &["vpc"]), ("group", &["subnet"])]);
        let path = graph.longest_path(|node| Duration::from_secs(if *node == "nat" { 115 } else { 1 })).expect("no ring");
        assert_eq!((path.duration.as_secs(), path.nodes), (116, vec!["vpc", "nat"]));
    }
}
