//! Directed acyclic graphs: order, longest path, and the walk that hands out what is ready.

mod dag;
mod walk;

pub use dag::{Cycle, Graph, LongestPath};
pub use walk::Walk;
