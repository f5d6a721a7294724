//! What every host shall have, rendered: packages, files, services and steps, host by host.
//!
//! Pure: a topology and the catalogue of software go in, one [`Bundle`] for each host or diagnostics come out. Values that AWS assigns and
//! secrets stay places in the text until the moment a file is sent.

mod checks;
mod codes;
mod compile;
mod content;
mod context;
mod data_volume;
mod quote;
mod render;
mod unit;

pub use codes::CODES;
pub use compile::compile;
pub use content::{Content, Piece, Source};
pub use quote::quote;
pub use unit::{Bundle, BundleFile, BundleStep, BundleWait, Unit};
