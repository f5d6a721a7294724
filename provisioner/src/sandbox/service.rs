use super::refusal::Refusal;

/// A service of the simulated cloud, and how it speaks on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Service {
    Ec2,
    Iam,
    Kms,
    Quotas,
    Rds,
    S3,
    Ses,
    Sts,
}

impl Service {
    /// The service by the name in the SDK's metadata; `None` for one that is not simulated.
    pub(crate) fn of(name: &str) -> Option<Service> {
        Some(match name {
            "EC2" => Service::Ec2,
            "IAM" => Service::Iam,
            "KMS" => Service::Kms,
            "Service Quotas" => Service::Quotas,
            "RDS" => Service::Rds,
            "S3" => Service::S3,
            "SESv2" => Service::Ses,
            "STS" => Service::Sts,
            _ => return None,
        })
    }

    /// The service's prefix in IAM actions (Service Authorization Reference).
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Service::Ec2 => "ec2",
            Service::Iam => "iam",
            Service::Kms => "kms",
            Service::Quotas => "servicequotas",
            Service::Rds => "rds",
            Service::S3 => "s3",
            Service::Ses => "ses",
            Service::Sts => "sts",
        }
    }

    /// The IAM action that an operation needs; `None` for one that anybody with credentials may call.
    pub(crate) fn action(self, operation: &str) -> Option<String> {
        match self {
            // STS API Reference, GetCallerIdentity: "No permissions are required to perform this operation."
            Service::Sts => None,
            Service::S3 => Some(super::s3::action(operation)),
            _ => Some(format!("{}:{operation}", self.prefix())),
        }
    }

    /// The refusal of a caller without the action.
    pub(crate) fn denied(self, caller: &str, action: &str) -> Refusal {
        let message =
            format!("User: {caller} is not authorized to perform: {action} because no identity-based policy allows the {action} action");
        match self {
            Service::Ec2 => Refusal::with_status("UnauthorizedOperation", message, 403),
            Service::Kms | Service::Quotas | Service::Ses => Refusal::with_status("AccessDeniedException", message, 400),
            Service::Iam | Service::Rds | Service::S3 | Service::Sts => Refusal::with_status("AccessDenied", message, 403),
        }
    }

    /// The refusal of credentials whose time is over.
    pub(crate) fn expired(self) -> Refusal {
        let message = "The security token included in the request is expired";
        match self {
            Service::Ec2 => Refusal::new("RequestExpired", "Request has expired."),
            Service::S3 => Refusal::new("ExpiredToken", "The provided token has expired."),
            Service::Iam | Service::Rds | Service::Sts => Refusal::with_status("ExpiredToken", message, 403),
            Service::Kms | Service::Quotas | Service::Ses => Refusal::new("ExpiredTokenException", message),
        }
    }

    /// The refusal of a caller who asks too often.
    pub(crate) fn throttled(self) -> Refusal {
        match self {
            Service::Ec2 => Refusal::with_status("RequestLimitExceeded", "Request limit exceeded.", 503),
            Service::S3 => Refusal::with_status("SlowDown", "Please reduce your request rate.", 503),
            Service::Ses => Refusal::with_status("TooManyRequestsException", "Too many requests.", 429),
            Service::Kms => Refusal::new(
                "ThrottlingException",
                "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.",
            ),
            Service::Quotas => Refusal::with_status("TooManyRequestsException", "Rate exceeded", 400),
            Service::Iam | Service::Rds | Service::Sts => Refusal::new("Throttling", "Rate exceeded"),
        }
    }

    /// The refusal of a service that is out of order inside, HTTP 500.
    pub(crate) fn internal_error(self) -> Refusal {
        let message = "We encountered an internal error. Please try again.";
        match self {
            Service::Ec2 | Service::S3 => Refusal::with_status("InternalError", message, 500),
            Service::Kms => Refusal::with_status("KMSInternalException", message, 500),
            Service::Quotas => Refusal::with_status("ServiceException", message, 500),
            Service::Ses => Refusal::with_status("InternalServiceErrorException", message, 500),
            Service::Iam => Refusal::with_status("ServiceFailure", message, 500),
            Service::Rds | Service::Sts => Refusal::with_status("InternalFailure", message, 500),
        }
    }

    /// The refusal of a service that cannot answer now, HTTP 503.
    pub(crate) fn unavailable(self) -> Refusal {
        let code = if self == Service::Ec2 { "Unavailable" } else { "ServiceUnavailable" };
        Refusal::with_status(code, "The server is overloaded and can't handle the request.", 503)
    }

    /// An error as the service writes it: the body, and the header that names it where the service has one.
    pub(crate) fn error_body(self, refusal: &Refusal, request_id: &str) -> String {
        let code = escape(&refusal.code);
        let message = escape(&refusal.message);
        match self {
            // EC2 API Reference, "Error codes for the Amazon EC2 API".
            Service::Ec2 => format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors><RequestID>{request_id}</RequestID></Response>"
            ),
            // S3 API Reference, "Error responses".
            Service::S3 => format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message><RequestId>{request_id}</RequestId></Error>"
            ),
            // The query protocol (STS API Reference, "Common errors").
            Service::Iam | Service::Rds | Service::Sts => format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
            ),
            Service::Kms | Service::Quotas | Service::Ses => {
                serde_json::json!({ "__type": refusal.code, "message": refusal.message }).to_string()
            }
        }
    }
}

/// Escapes text for XML; characters that XML 1.0 cannot hold become U+FFFD.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\t' | '\n' | '\r' => escaped.push(character),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            character if character < ' ' => escaped.push('\u{fffd}'),
            character => escaped.push(character),
        }
    }
    escaped
}
