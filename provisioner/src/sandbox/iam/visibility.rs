use std::time::Duration;

use super::{InstanceProfile, Role};
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// How long EC2 does not know a new instance profile (EC2 User Guide, "Troubleshoot IAM roles": the propagation takes seconds; ten is what is
/// commonly seen).
const PROFILE_LAG: Duration = Duration::from_secs(10);
/// How long other services do not know a new role (IAM User Guide, "Changes that I make are not always immediately visible").
const ROLE_LAG: Duration = Duration::from_secs(8);

/// The instance profile that EC2 is given by its name or its ARN.
///
/// # Errors
/// EC2's refusal when there is none, when it is so new that EC2 does not see it, and when it has no role.
#[cfg_attr(not(test), expect(dead_code, reason = "for the services that are handed profiles"))]
pub(crate) fn visible_profile(call: &Call<'_>, name_or_arn: &str) -> Result<InstanceProfile, Refusal> {
    let is_arn = name_or_arn.starts_with("arn:");
    let is_it = |profile: &&InstanceProfile| if is_arn { profile.arn == name_or_arn } else { profile.id == name_or_arn };
    let found = call.iter::<InstanceProfile>().find(is_it).filter(|profile| call.has_passed(profile.created, PROFILE_LAG));
    let Some(profile) = found else {
        let (parameter, noun) = if is_arn { ("arn", "ARN") } else { ("name", "name") };
        let message =
            format!("Value ({name_or_arn}) for parameter iamInstanceProfile.{parameter} is invalid. Invalid IAM Instance Profile {noun}");
        return Err(Refusal::value(message));
    };
    if profile.role.is_none() {
        return Err(Refusal::value(format!("IAM Instance Profile \"{}\" has no associated IAM Roles", profile.arn)));
    }
    Ok(profile.clone())
}

/// Whether another service may take the role with this ARN already.
#[cfg_attr(not(test), expect(dead_code, reason = "for the services that are handed roles"))]
pub(crate) fn usable_role(call: &Call<'_>, arn: &str) -> bool {
    call.iter::<Role>().any(|role| role.arn == arn && call.has_passed(role.created, ROLE_LAG))
}
