use aws_sdk_kms::types::KeyState;

use super::{KmsAlias, KmsKey};
use crate::sandbox::call::Call;

/// How a key stands that another service is asked to encrypt with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum InService {
    /// It is there and enabled: its ARN.
    Usable(String),
    /// It is there, and disabled or waiting for its deletion: its ARN.
    Unusable(String),
    /// There is no such key in the account and region.
    Missing,
}

/// The ARN of the account's key that AWS made for a service, such as `ebs`.
pub(crate) fn managed_by_aws(call: &Call<'_>, service: &str) -> String {
    format!("arn:{}:kms:{}:{}:key/aws-{service}", call.partition(), call.region, call.account())
}

/// What another service finds under a key's id, ARN, alias or alias's ARN (KMS Developer Guide, "Key identifiers (KeyId)").
///
/// The keys that AWS makes for a service are always there.
pub(crate) fn in_service(call: &Call<'_>, name: &str) -> InService {
    if name.contains(":key/aws-") || name.contains("alias/aws/") {
        return InService::Usable(name.to_owned());
    }
    let alias = name.rsplit_once(":alias/").map(|(_, rest)| format!("alias/{rest}")).unwrap_or_else(|| name.to_owned());
    let target = call.get::<KmsAlias>(&alias).map(|alias| alias.target);
    match KmsKey::named(call, Some(target.as_deref().unwrap_or(name))) {
        Ok(key) if key.state() == KeyState::Enabled => InService::Usable(key.arn),
        Ok(key) => InService::Unusable(key.arn),
        Err(_) => InService::Missing,
    }
}
