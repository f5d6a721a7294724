use std::net::Ipv4Addr;

use aws_sdk_s3::types::BucketNamespace;

use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// How names may not begin (S3 User Guide, "General purpose bucket naming rules").
const RESERVED_PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
/// How names may not end (the same page).
const RESERVED_SUFFIXES: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];
/// The regions without account namespaces (S3 User Guide, "Namespaces for general purpose buckets").
const WITHOUT_NAMESPACES: [&str; 2] = ["me-south-1", "me-central-1"];

/// Refuses a name that breaks the rules, or does not belong to the namespace it is asked in.
pub(super) fn check(call: &Call<'_>, name: &str, namespace: Option<&BucketNamespace>) -> Result<(), Refusal> {
    if !is_well_formed(name) {
        return Err(invalid());
    }
    match namespace {
        Some(BucketNamespace::AccountRegional) => in_account(call, name),
        // S3 User Guide, "General purpose bucket naming rules": only names in an account's namespace end in `-an`.
        _ if name.ends_with("-an") => Err(invalid()),
        _ => Ok(()),
    }
}

fn in_account(call: &Call<'_>, name: &str) -> Result<(), Refusal> {
    if WITHOUT_NAMESPACES.contains(&call.region) {
        return Err(Refusal::new("InvalidRequest", "Account regional namespaces are not supported in this Region."));
    }
    let suffix = format!("-{}-{}-an", call.account(), call.region);
    if name.len() > suffix.len() && name.ends_with(&suffix) {
        return Ok(());
    }
    let message = format!("The requested bucket name did not include the account-regional namespace suffix {suffix}.");
    Err(Refusal::new("InvalidNamespaceHeader", message))
}

fn is_well_formed(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (3..=63).contains(&name.len())
        && name.bytes().all(|byte| is_plain(byte) || matches!(byte, b'.' | b'-'))
        && name.bytes().next().is_some_and(is_plain)
        && name.bytes().last().is_some_and(is_plain)
        && !name.contains("..")
        && name.parse::<Ipv4Addr>().is_err()
        && !RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        && !RESERVED_SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

fn invalid() -> Refusal {
    Refusal::new("InvalidBucketName", "The specified bucket is not valid.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rules() {
        for name in ["logs", "a.b-c", "acme-prod-backups-123456789012-eu-west-1-an"] {
            assert!(is_well_formed(name), "{name}");
        }
        for name in ["ab", "Logs", "a..b", "-logs", "logs-", "192.168.5.4", "xn--logs", "logs-s3alias", "log_s", &"a".repeat(64)] {
            assert!(!is_well_formed(name), "{name}");
        }
    }
}
