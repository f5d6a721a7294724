//! The rehearsal cloud: a small, strict, persistent AWS inside the program.
//!
//! It plugs in at the AWS SDK's own seam: [`Sandbox::interceptor`] reads an operation's typed input and sets its typed output, and the HTTP client
//! of [`Sandbox::sdk_config`] answers errors in each service's own form, so that the SDK's retries see what they would see from AWS. No socket is opened.
//! The choice against a wire-level server: no request has to be parsed, while the bytes of every request still exist and can be captured.

mod call;
mod clock;
mod dump;
mod ec2;
mod faults;
mod iam;
mod kms;
mod machines;
mod moment;
mod object;
mod operation;
mod options;
mod quotas;
mod rds;
mod refusal;
mod rehearsal;
mod s3;
mod seam;
mod service;
mod ses;
mod store;
mod sts;
#[cfg(test)]
mod tests;
mod world;

pub use clock::{Clock, SystemClock, TokioClock};
pub use dump::DumpedObject;
pub use faults::{Faults, StuckOutcome, StuckRule};
pub use machines::{Machine, MachineGroup, MachineRule, MachineState, Machines, Traffic, TrafficPeer, Volume, WayOut};
pub use options::{Quotas, SandboxOptions};
pub use rehearsal::{RecordedCall, Sandbox};
pub use store::SandboxError;

/// Brings a region up to the present: what ended since the last call gives back what it held.
fn settle(call: &mut call::Call<'_>) {
    ec2::settle(call);
    rds::settle(call);
    s3::settle(call);
    ses::settle(call);
    iam::settle(call);
    kms::settle(call);
}
