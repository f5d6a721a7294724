use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;

use crate::provider::{ErrorKind, ProviderError};

/// What the SDK reports, in the engine's words.
pub(super) fn provider_error<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> ProviderError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let code = error.code().map(str::to_owned);
    let status = error.raw_response().map(|response| response.status().as_u16());
    let kind = match error {
        SdkError::ServiceError(_) => service_error_kind(code.as_deref(), status),
        SdkError::ConstructionFailure(_) if lacks_credentials(error) => ErrorKind::Denied,
        SdkError::ConstructionFailure(_) => ErrorKind::Refused,
        _ if lacks_credentials(error) => ErrorKind::Denied,
        // A timeout, a broken connection, an answer nobody can read: the call may have been applied.
        _ => ErrorKind::Unknown,
    };
    let message = match (error.message(), error, status) {
        (Some(message), ..) => message.to_owned(),
        // What an answer holds beyond code and message is not repeated.
        (None, SdkError::ServiceError(_), Some(status)) => format!("the cloud answered {status} without a reason"),
        _ => causes(error),
    };
    ProviderError { kind, operation, code, message, request_id: error.request_id().map(str::to_owned), diagnostic: None }
}

fn causes(error: &(dyn Error + 'static)) -> String {
    std::iter::successors(Some(error), |cause| (*cause).source()).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn service_error_kind(code: Option<&str>, status: Option<u16>) -> ErrorKind {
    match (code.map(kind_of), status) {
        (Some(ErrorKind::Refused) | None, Some(500..)) => ErrorKind::Unknown,
        (Some(kind), _) => kind,
        (None, _) => ErrorKind::Refused,
    }
}

/// Without credentials nothing was sent, although the SDK reports it like a broken connection.
fn lacks_credentials(error: &(dyn Error + 'static)) -> bool {
    std::iter::successors(Some(error), |cause| (*cause).source()).any(|cause| cause.is::<CredentialsError>())
}

/// What an error code asks of the engine (EC2 API reference, "Error codes for the Amazon EC2 API"; RDS API Reference, per operation).
pub(super) fn kind_of(code: &str) -> ErrorKind {
    match code {
        "RequestLimitExceeded"
        | "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "TooManyRequestsException"
        | "BandwidthLimitExceeded"
        | "EC2ThrottledException"
        | "SlowDown"
        | "PriorRequestNotComplete"
        | "SnapshotCreationPerVolumeRateExceeded"
        | "Unavailable"
        | "ServiceUnavailable" => ErrorKind::Throttled,
        "InternalError"
        | "InternalFailure"
        | "RequestTimeout"
        | "RequestTimeoutException"
        | "ServiceFailure"
        | "ServiceException"
        | "KMSInternalException"
        | "DependencyTimeoutException"
        | "InternalServiceErrorException" => ErrorKind::Unknown,
        "IdempotentInstanceTerminated" | "IdempotentParameterMismatch" => ErrorKind::TokenSpent,
        "UnauthorizedOperation"
        | "AuthFailure"
        | "AccessDenied"
        | "AccessDeniedException"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "RequestExpired"
        | "InvalidClientTokenId"
        | "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "IncompleteSignature"
        | "MissingAuthenticationToken"
        | "UnrecognizedClientException"
        | "OptInRequired"
        | "Blocked"
        | "PendingVerification" => ErrorKind::Denied,
        "DependencyViolation"
        | "VolumeInUse"
        | "ResourceInUseException"
        | "DeleteConflict"
        | "InvalidDBSubnetGroupStateFault"
        | "InvalidDBParameterGroupState" => ErrorKind::InUse,
        "IncorrectState"
        | "IncorrectInstanceState"
        | "IncorrectModificationState"
        | "IncorrectStateException"
        | "InvalidState"
        | "ResourceBusy"
        | "Resource.Busy"
        | "ConcurrentTagAccess"
        | "OperationAborted"
        | "BucketNotEmpty"
        | "Gateway.NotAttached"
        | "ConcurrentModification"
        | "ConcurrentModificationException"
        | "EntityTemporarilyUnmodifiable"
        | "InvalidDBInstanceState"
        | "InvalidDBSnapshotState" => ErrorKind::Busy,
        // A wrong image never becomes visible by waiting.
        "InvalidAMIID.NotFound" | "InvalidAMIID.Malformed" | "InvalidAMIID.Unavailable" => ErrorKind::Refused,
        "NatGatewayNotFound" | "NoSuchEntity" | "NotFoundException" | "NoSuchResourceException" => ErrorKind::NotFound,
        "DBInstanceNotFound" | "DBParameterGroupNotFound" | "DBSnapshotNotFound" | "DBSubnetGroupNotFoundFault" => ErrorKind::NotFound,
        "NoSuchBucket" | "NoSuchKey" | "NoSuchVersion" | "NoSuchUpload" | "NotFound" => ErrorKind::NotFound,
        "TooManyBuckets" | "VolumeModificationRateExceeded" | "InsufficientFreeAddressesInSubnet" => ErrorKind::Capacity,
        "AlreadyExistsException"
        | "Resource.AlreadyAssociated"
        | "InvalidSubnet.Conflict"
        | "DuplicateTransitGatewayAttachment"
        | "BucketAlreadyOwnedByYou" => ErrorKind::Foreign,
        _ if code.ends_with(".NotFound") || code.ends_with("ID.Malformed") || code.ends_with("Id.Malformed") => ErrorKind::NotFound,
        _ if code.ends_with(".InUse") => ErrorKind::InUse,
        _ if code.ends_with(".Duplicate") || code.ends_with("AlreadyExists") => ErrorKind::Foreign,
        "LimitExceededException" => ErrorKind::Capacity,
        _ if ["LimitExceeded", "QuotaExceeded", "QuotaExceededFault"].iter().any(|end| code.ends_with(end)) => ErrorKind::Capacity,
        _ if code.starts_with("Insufficient") && code.ends_with("Capacity") => ErrorKind::Capacity,
        _ => ErrorKind::Refused,
    }
}

/// Makes "it is not there" a success.
pub(super) fn gone_is_success<T>(result: Result<T, ProviderError>) -> Result<(), ProviderError> {
    match result {
        Ok(_) => Ok(()),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Whether the cloud answered with this code.
pub(super) fn has_code<T>(result: &Result<T, ProviderError>, code: &str) -> bool {
    matches!(result, Err(error) if error.code.as_deref() == Some(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_asks_for_the_right_reaction() {
        let table = [
            ("RequestLimitExceeded", ErrorKind::Throttled),
            ("Unavailable", ErrorKind::Throttled),
            ("InternalError", ErrorKind::Unknown),
            ("InvalidVpcID.NotFound", ErrorKind::NotFound),
            ("InvalidGroup.NotFound", ErrorKind::NotFound),
            ("InvalidInstanceID.NotFound", ErrorKind::NotFound),
            ("InvalidInstanceID.Malformed", ErrorKind::NotFound),
            ("InvalidGroupId.Malformed", ErrorKind::NotFound),
            ("NatGatewayNotFound", ErrorKind::NotFound),
            ("InvalidAMIID.NotFound", ErrorKind::Refused),
            ("DependencyViolation", ErrorKind::InUse),
            ("VolumeInUse", ErrorKind::InUse),
            ("InvalidIPAddress.InUse", ErrorKind::InUse),
            ("InvalidNetworkInterface.InUse", ErrorKind::InUse),
            ("InvalidGroup.InUse", ErrorKind::InUse),
            ("IncorrectState", ErrorKind::Busy),
            ("IncorrectInstanceState", ErrorKind::Busy),
            ("Gateway.NotAttached", ErrorKind::Busy),
            ("IdempotentInstanceTerminated", ErrorKind::TokenSpent),
            ("IdempotentParameterMismatch", ErrorKind::TokenSpent),
            ("InvalidGroup.Duplicate", ErrorKind::Foreign),
            ("InvalidKeyPair.Duplicate", ErrorKind::Foreign),
            ("InvalidSubnet.Conflict", ErrorKind::Foreign),
            ("RouteAlreadyExists", ErrorKind::Foreign),
            ("InvalidNetworkAclEntry.NotFound", ErrorKind::NotFound),
            ("InvalidAssociationID.NotFound", ErrorKind::NotFound),
            ("InvalidVpcEndpointId.NotFound", ErrorKind::NotFound),
            ("InvalidVpcEndpoint.NotFound", ErrorKind::NotFound),
            ("InvalidFlowLogId.NotFound", ErrorKind::NotFound),
            ("FlowLogAlreadyExists", ErrorKind::Foreign),
            ("NetworkAclEntryAlreadyExists", ErrorKind::Foreign),
            ("NetworkAclEntryLimitExceeded", ErrorKind::Capacity),
            ("FlowLogsLimitExceeded", ErrorKind::Capacity),
            ("VpcEndpointLimitExceeded", ErrorKind::Capacity),
            ("InvalidServiceName", ErrorKind::Refused),
            ("LogDestinationNotFound", ErrorKind::Refused),
            ("VpcLimitExceeded", ErrorKind::Capacity),
            ("AddressLimitExceeded", ErrorKind::Capacity),
            ("InstanceLimitExceeded", ErrorKind::Capacity),
            ("InsufficientInstanceCapacity", ErrorKind::Capacity),
            ("UnauthorizedOperation", ErrorKind::Denied),
            ("AuthFailure", ErrorKind::Denied),
            ("ExpiredToken", ErrorKind::Denied),
            ("InvalidParameterValue", ErrorKind::Refused),
            ("InvalidVpc.Range", ErrorKind::Refused),
            ("OperationNotPermitted", ErrorKind::Refused),
            ("OperationAborted", ErrorKind::Busy),
            ("BucketNotEmpty", ErrorKind::Busy),
            ("NoSuchBucket", ErrorKind::NotFound),
            ("NoSuchUpload", ErrorKind::NotFound),
            ("NotFound", ErrorKind::NotFound),
            ("TooManyBuckets", ErrorKind::Capacity),
            ("BucketAlreadyExists", ErrorKind::Foreign),
            ("BucketAlreadyOwnedByYou", ErrorKind::Foreign),
            ("SlowDown", ErrorKind::Throttled),
            ("InvalidBucketState", ErrorKind::Refused),
            ("MalformedPolicy", ErrorKind::Refused),
            ("NoSuchEntity", ErrorKind::NotFound),
            ("EntityAlreadyExists", ErrorKind::Foreign),
            ("DeleteConflict", ErrorKind::InUse),
            ("EntityTemporarilyUnmodifiable", ErrorKind::Busy),
            ("ConcurrentModification", ErrorKind::Busy),
            ("LimitExceeded", ErrorKind::Capacity),
            ("ServiceFailure", ErrorKind::Unknown),
            ("MalformedPolicyDocument", ErrorKind::Refused),
            ("NotFoundException", ErrorKind::NotFound),
            ("AlreadyExistsException", ErrorKind::Foreign),
            ("ConcurrentModificationException", ErrorKind::Busy),
            ("LimitExceededException", ErrorKind::Capacity),
            ("KMSInternalException", ErrorKind::Unknown),
            ("DependencyTimeoutException", ErrorKind::Unknown),
            ("KMSInvalidStateException", ErrorKind::Refused),
            ("InternalServiceErrorException", ErrorKind::Unknown),
            ("TooManyRequestsException", ErrorKind::Throttled),
            ("NoSuchResourceException", ErrorKind::NotFound),
            ("ServiceException", ErrorKind::Unknown),
            ("DBInstanceAlreadyExists", ErrorKind::Foreign),
            ("DBInstanceNotFound", ErrorKind::NotFound),
            ("DBParameterGroupNotFound", ErrorKind::NotFound),
            ("DBSnapshotNotFound", ErrorKind::NotFound),
            ("DBSubnetGroupNotFoundFault", ErrorKind::NotFound),
            ("InvalidDBInstanceState", ErrorKind::Busy),
            ("InvalidDBSnapshotState", ErrorKind::Busy),
            ("InvalidDBSubnetGroupStateFault", ErrorKind::InUse),
            ("InvalidDBParameterGroupState", ErrorKind::InUse),
            ("InvalidVPCNetworkStateFault", ErrorKind::Refused),
            ("InstanceQuotaExceeded", ErrorKind::Capacity),
            ("SnapshotQuotaExceeded", ErrorKind::Capacity),
            ("DBSubnetQuotaExceededFault", ErrorKind::Capacity),
            ("InsufficientDBInstanceCapacity", ErrorKind::Capacity),
            ("DBSubnetGroupDoesNotCoverEnoughAZs", ErrorKind::Refused),
            ("SubnetAlreadyInUse", ErrorKind::Refused),
        ];
        for (code, kind) in table {
            assert_eq!(kind_of(code), kind, "{code}");
        }
    }

    #[test]
    fn a_server_error_without_a_known_code_leaves_the_outcome_open() {
        assert_eq!(service_error_kind(None, Some(500)), ErrorKind::Unknown);
        assert_eq!(service_error_kind(Some("Whatever"), Some(502)), ErrorKind::Unknown);
        assert_eq!(service_error_kind(Some("RequestLimitExceeded"), Some(503)), ErrorKind::Throttled);
        assert_eq!(service_error_kind(Some("InvalidParameterValue"), Some(400)), ErrorKind::Refused);
    }
}
