use std::fmt::{Debug, Formatter, Result as FmtResult};
use std::sync::Arc;

use aws_smithy_runtime_api::client::interceptors::context::{Input, Output};

use super::call::Call;
use super::refusal::Refusal;
use super::{ec2, iam, kms, quotas, rds, s3, ses, sts};

type Handler = dyn Fn(&mut Call<'_>) -> Result<Output, Refusal> + Send + Sync;

/// Whether an operation changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Reads,
    Writes,
}

/// One operation with its input, ready to be carried out once per attempt.
#[derive(Clone)]
pub(crate) struct Operation {
    pub(crate) effect: Effect,
    pub(crate) is_dry: bool,
    handler: Arc<Handler>,
}

impl Operation {
    pub(crate) fn new(
        effect: Effect,
        is_dry: bool,
        handler: impl Fn(&mut Call<'_>) -> Result<Output, Refusal> + Send + Sync + 'static,
    ) -> Operation {
        Operation { effect, is_dry, handler: Arc::new(handler) }
    }

    /// Finds the operation that takes this input; `None` for one that is not simulated.
    pub(crate) fn of(input: &Input) -> Option<Operation> {
        ec2::operation(input)
            .or_else(|| rds::operation(input))
            .or_else(|| s3::operation(input))
            .or_else(|| ses::operation(input))
            .or_else(|| iam::operation(input))
            .or_else(|| kms::operation(input))
            .or_else(|| quotas::operation(input))
            .or_else(|| sts::operation(input))
    }

    /// Carries the operation out.
    ///
    /// With DryRun it is carried out and forgotten: EC2 answers `DryRunOperation`, HTTP 412, for what would have succeeded
    /// (EC2 API Reference, "Common query parameters").
    pub(crate) fn perform(&self, call: &mut Call<'_>) -> Result<Output, Refusal> {
        let mark = call.mark();
        let answer = (self.handler)(call);
        if answer.is_err() || self.is_dry {
            call.roll_back(mark);
        }
        match answer {
            Ok(_) if self.is_dry => {
                Err(Refusal::with_status("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412))
            }
            answer => answer,
        }
    }
}

impl Debug for Operation {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> FmtResult {
        formatter.debug_struct("Operation").field("effect", &self.effect).finish_non_exhaustive()
    }
}

/// Declares a service's operations: its SDK, and for each operation the SDK's module and input, whether it reads or writes, and the function
/// that serves it.
macro_rules! operations {
    ($sdk:ident: $($module:ident $input:ident $effect:ident $handler:path;)*) => {
        /// Finds the operation of the service that takes this input; `None` for one that is not simulated.
        pub(crate) fn operation(input: &aws_smithy_runtime_api::client::interceptors::context::Input) -> Option<$crate::sandbox::operation::Operation> {
            use $crate::sandbox::operation::{Effect, Operation};
            $(if let Some(input) = input.downcast_ref::<$sdk::operation::$module::$input>() {
                let input = input.clone();
                let handler = move |call: &mut $crate::sandbox::call::Call<'_>| {
                    $handler(call, &input).map(aws_smithy_runtime_api::client::interceptors::context::Output::erase)
                };
                return Some(Operation::new(Effect::$effect, false, handler));
            })*
            None
        }
    };
}
pub(crate) use operations;
