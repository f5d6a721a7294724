use aws_sdk_ec2::types::UnsuccessfulItem;

use crate::aws::error::kind_of;
use crate::provider::{ErrorKind, ProviderError};

/// Makes an error of what an answer names as not done, although the answer itself is none (EC2 `UnsuccessfulItem`).
///
/// # Errors
/// With the first of them.
pub(super) fn all_done(operation: &'static str, items: &[UnsuccessfulItem]) -> Result<(), ProviderError> {
    let Some(item) = items.first() else { return Ok(()) };
    let code = item.error().and_then(|error| error.code());
    let message = item.error().and_then(|error| error.message()).unwrap_or("the cloud did not do it, without a reason");
    let kind = code.map_or(ErrorKind::Refused, kind_of);
    let error = ProviderError::new(kind, operation, message);
    Err(ProviderError { code: code.map(str::to_owned), ..error })
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::UnsuccessfulItemError;

    use super::*;

    #[test]
    fn what_was_not_done_is_an_error_of_its_own_kind() {
        let item = |code: &str| {
            let error = UnsuccessfulItemError::builder().code(code).message("no").build();
            UnsuccessfulItem::builder().resource_id("vpce-1").error(error).build()
        };
        assert!(all_done("DeleteVpcEndpoints", &[]).is_ok());
        let error = all_done("DeleteVpcEndpoints", &[item("InvalidVpcEndpoint.NotFound")]).expect_err("one is left");
        assert_eq!((error.kind, error.message.as_str()), (ErrorKind::NotFound, "no"));
        let error = all_done("CreateFlowLogs", &[item("LogDestinationNotFound")]).expect_err("none was made");
        assert_eq!(error.code.as_deref(), Some("LogDestinationNotFound"));
    }
}
