//! From bytes to a tree of values that know where they stand.

mod character;
mod parse;
mod source;
mod suggest;
mod tree;

pub(super) use parse::{parse, parse_value};
pub(super) use source::{Place, SourceFile};
pub(super) use suggest::nearest;
pub(super) use tree::{Node, Table, Tree, find, merge};
