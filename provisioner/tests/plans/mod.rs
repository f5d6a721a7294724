//! What an operator approves: the plans of the shipped environments, and of every change that is usual.

mod changes;
mod refusals;
mod shipped;
