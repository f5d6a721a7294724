use aws_sdk_ec2::types::{IamInstanceProfileAssociationState as State, IamInstanceProfileSpecification};

use crate::aws::client::Connection;
use crate::aws::request::request_text;
use crate::aws::tags::filter;
use crate::provider::{Calls, ErrorKind, ProviderError};

/// A profile by its ARN.
pub(super) fn named(arn: &str) -> IamInstanceProfileSpecification {
    IamInstanceProfileSpecification::builder().arn(arn).build()
}

/// Makes EC2's refusal of a profile that it does not know yet a thing that passes: IAM's answers reach EC2 some seconds later
/// (IAM User Guide, "Changes that I make are not always immediately visible").
pub(super) fn not_seen_yet(error: ProviderError) -> ProviderError {
    let is_profile = error.code.as_deref() == Some("InvalidParameterValue") && error.message.contains("Invalid IAM Instance Profile");
    if is_profile { ProviderError { kind: ErrorKind::Propagating, ..error } } else { error }
}

/// Gives a machine this profile, in the place of the one it has.
pub(super) async fn set(connection: &Connection, instance: &str, arn: &str, calls: &dyn Calls) -> Result<(), ProviderError> {
    let ec2 = connection.ec2();
    match present(connection, instance).await? {
        Some(association) => {
            const OPERATION: &str = "ReplaceIamInstanceProfileAssociation";
            calls.intend(OPERATION, &request_text(&(&association, arn))).await?;
            let call = ec2.replace_iam_instance_profile_association().association_id(association).iam_instance_profile(named(arn));
            connection.call(OPERATION, call.send()).await.map(drop).map_err(not_seen_yet)
        }
        None => {
            const OPERATION: &str = "AssociateIamInstanceProfile";
            calls.intend(OPERATION, &request_text(&(instance, arn))).await?;
            let call = ec2.associate_iam_instance_profile().instance_id(instance).iam_instance_profile(named(arn));
            connection.call(OPERATION, call.send()).await.map(drop).map_err(not_seen_yet)
        }
    }
}

/// The association by which a machine has its profile.
async fn present(connection: &Connection, instance: &str) -> Result<Option<String>, ProviderError> {
    const OPERATION: &str = "DescribeIamInstanceProfileAssociations";
    let list = connection.ec2().describe_iam_instance_profile_associations().filters(filter("instance-id", instance));
    let pages = connection.pages(OPERATION, list.into_paginator().page_size(1000).send()).await?;
    let associations = pages.iter().flat_map(|page| page.iam_instance_profile_associations());
    let mut living = associations.filter(|one| matches!(one.state(), None | Some(State::Associated | State::Associating)));
    Ok(living.find_map(|one| one.association_id()).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_profile_that_is_not_seen_yet_is_waited_for() {
        let refused = |code: &str, message: &str| {
            let error = ProviderError::new(ErrorKind::Refused, "RunInstances", message);
            not_seen_yet(ProviderError { code: Some(code.to_owned()), ..error }).kind
        };
        let name = "Value (x) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name";
        assert_eq!(refused("InvalidParameterValue", name), ErrorKind::Propagating);
        assert_eq!(refused("InvalidParameterValue", "Invalid IAM Instance Profile ARN"), ErrorKind::Propagating);
        assert_eq!(refused("InvalidParameterValue", "Invalid value 'x' for InstanceType."), ErrorKind::Refused);
        assert_eq!(refused("UnauthorizedOperation", name), ErrorKind::Refused);
    }
}
