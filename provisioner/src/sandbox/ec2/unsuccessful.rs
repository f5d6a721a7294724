use aws_sdk_ec2::types::{UnsuccessfulItem, UnsuccessfulItemError};

use crate::sandbox::refusal::Refusal;

/// One of several objects that a call could not serve, in an answer that is no error (EC2 API Reference, `UnsuccessfulItem`).
pub(crate) fn unsuccessful(id: &str, refusal: &Refusal) -> UnsuccessfulItem {
    let error = UnsuccessfulItemError::builder().code(&refusal.code).message(&refusal.message).build();
    UnsuccessfulItem::builder().resource_id(id).error(error).build()
}
