//! The typed middle: what is compiled from an environment and its blueprints.

mod addresses;
mod document;
mod facts;
mod fixture;
mod lints;
mod readable;
mod shipped;
