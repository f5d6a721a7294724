//! Everything the operator sees. Nothing else in the program writes to the standard streams.
//!
//! A view is a value with two faces, [`View::human`] and [`View::json`]; [`Output`] picks the face and the stream.

pub mod diagnostic;
mod doctor;
mod drift;
mod ending;
mod env;
pub mod json;
mod mail;
mod output;
mod permissions;
mod plan;
mod progress;
mod question;
mod secret;
mod sentences;
mod state;
mod status;
mod style;
mod tally;
mod telling;
mod text;
mod texts;
mod value;
mod verify;
mod why;

pub use doctor::{Check, DoctorView, Verdict};
pub use drift::{AdoptedValue, AdoptedView, DriftView, NotAdopted};
pub use ending::{Ending, Kept, Work};
pub use env::{EnvironmentDiffView, EnvironmentListView, EnvironmentRow, RecordedIn, Unequal};
pub use mail::{MailDomain, MailRecord};
pub use output::{Buffer, Format, Output, Settings, Verbosity};
pub use permissions::{PermissionsRemarks, PermissionsView, PolicyDocument, PolicyGroup};
pub use plan::PlanView;
pub use progress::Progress;
pub use question::{Expected, Input, Question};
pub use secret::{SecretListView, SecretRow};
pub use sentences::command;
pub use state::{Edition, HistoryView, ResourceView, StateListView};
pub use status::{StatusView, Watch};
pub use style::{ColorChoice, Look, Surroundings, Terminal, Tint};
pub use text::{clock, count, cut, duration, harmless, harmless_line, pad, width, wrap};
pub use texts::{ChangedText, TextsView};
pub use verify::{Verified, VerifyView};

/// Something that can be shown to a person and to a program.
pub trait View {
    /// The text for a person; empty, or it ends with a line end.
    fn human(&self, look: &Look) -> String;

    /// The lines for a program: one JSON object each, made by [`json::line`].
    fn json(&self) -> Vec<String>;
}
