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

/// The role with this ARN, once other services know it.
pub(crate) fn usable_role<'c>(call: &'c Call<'_>, arn: &str) -> Option<&'c Role> {
    call.iter::<Role>().find(|role| role.arn == arn && call.has_passed(role.created, ROLE_LAG))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::sandbox::SandboxOptions;
    use crate::sandbox::moment::Moment;
    use crate::sandbox::object::Tags;
    use crate::sandbox::world::World;

    fn role(created: Moment) -> Role {
        Role {
            id: "hosts".to_owned(),
            tags: Tags::new(),
            created,
            path: "/".to_owned(),
            arn: "arn:aws:iam::1:role/hosts".to_owned(),
            unique_id: String::new(),
            description: None,
            trust: String::new(),
            inline: BTreeMap::new(),
            managed: BTreeSet::new(),
        }
    }

    fn profile(created: Moment, role: Option<&str>) -> InstanceProfile {
        InstanceProfile {
            id: "hosts".to_owned(),
            tags: Tags::new(),
            created,
            path: "/".to_owned(),
            arn: "arn:aws:iam::1:instance-profile/hosts".to_owned(),
            unique_id: String::new(),
            role: role.map(str::to_owned),
        }
    }

    #[test]
    fn other_services_see_roles_and_profiles_seconds_later() {
        let (world, options) = (World::new(Duration::ZERO), SandboxOptions { speed: 1.0, ..SandboxOptions::default() });
        let born = Moment::EPOCH;
        let at = |seconds| {
            let mut call = Call::new(&world, &options, 0, born.plus(Duration::from_secs(seconds)), "eu-west-1");
            call.put(role(born));
            call.put(profile(born, Some("hosts")));
            (usable_role(&call, "arn:aws:iam::1:role/hosts").is_some(), visible_profile(&call, "hosts").is_ok())
        };
        assert_eq!((at(7), at(9), at(10)), ((false, false), (true, false), (true, true)));
        let mut call = Call::new(&world, &options, 0, born.plus(Duration::from_secs(60)), "eu-west-1");
        call.put(profile(born, None));
        let refused = visible_profile(&call, "arn:aws:iam::1:instance-profile/hosts").unwrap_err();
        assert!(refused.message.contains("no associated IAM Roles"), "{refused}");
        let unknown = visible_profile(&call, "none").unwrap_err();
        assert_eq!(unknown.code, "InvalidParameterValue");
    }
}
