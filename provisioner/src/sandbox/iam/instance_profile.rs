use aws_sdk_iam::operation::add_role_to_instance_profile::{AddRoleToInstanceProfileInput, AddRoleToInstanceProfileOutput};
use aws_sdk_iam::operation::create_instance_profile::{CreateInstanceProfileInput, CreateInstanceProfileOutput};
use aws_sdk_iam::operation::delete_instance_profile::{DeleteInstanceProfileInput, DeleteInstanceProfileOutput};
use aws_sdk_iam::operation::get_instance_profile::{GetInstanceProfileInput, GetInstanceProfileOutput};
use aws_sdk_iam::operation::list_instance_profiles::{ListInstanceProfilesInput, ListInstanceProfilesOutput};
use aws_sdk_iam::operation::list_instance_profiles_for_role::{ListInstanceProfilesForRoleInput, ListInstanceProfilesForRoleOutput};
use aws_sdk_iam::operation::remove_role_from_instance_profile::{RemoveRoleFromInstanceProfileInput, RemoveRoleFromInstanceProfileOutput};
use aws_sdk_iam::types::InstanceProfile as SdkProfile;
use serde::{Deserialize, Serialize};

use super::Role;
use super::paging::cut;
use super::role::{named, new_name, new_path, no_such_entity};
use super::tag;
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// How many instance profiles an account has at most, unless raised (IAM User Guide, "IAM and AWS STS quotas").
const MOST: usize = 1000;

/// An instance profile; its key is its name, which is unique in the account whatever its path.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct InstanceProfile {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) path: String,
    pub(crate) arn: String,
    pub(crate) unique_id: String,
    /// The name of its role; a profile holds one.
    pub(crate) role: Option<String>,
}

impl InstanceProfile {
    /// The profile that a request names.
    pub(super) fn named(call: &Call<'_>, name: Option<&str>) -> Result<InstanceProfile, Refusal> {
        named(call, name, "InstanceProfileName", "Instance Profile")
    }

    /// The profile as the SDK has it; a list leaves tags out (IAM API Reference, `ListInstanceProfiles`).
    fn to_sdk(&self, call: &Call<'_>, includes_tags: bool) -> Result<SdkProfile, Refusal> {
        let tags = if includes_tags { Some(tag::to_sdk(&self.tags)?) } else { None };
        let role = self.role.as_ref().and_then(|name| call.peek::<Role>(name)).map(|role| role.to_sdk(false)).transpose()?;
        Ok(SdkProfile::builder()
            .path(&self.path)
            .instance_profile_name(&self.id)
            .instance_profile_id(&self.unique_id)
            .arn(&self.arn)
            .create_date(self.created.to_sdk())
            .set_roles(Some(role.into_iter().collect()))
            .set_tags(tags)
            .build()?)
    }
}

/// `CreateInstanceProfile`; its tags need `iam:TagInstanceProfile` besides (IAM User Guide, "Tag instance profiles for Amazon EC2 roles").
pub(super) fn create(call: &mut Call<'_>, input: &CreateInstanceProfileInput) -> Result<CreateInstanceProfileOutput, Refusal> {
    let name = new_name(input.instance_profile_name(), "instanceProfileName", 128)?;
    let path = new_path(input.path())?;
    let tags = tag::read(input.tags())?;
    if !tags.is_empty() {
        call.needs("iam:TagInstanceProfile")?;
    }
    if call.iter::<InstanceProfile>().any(|profile| profile.id.eq_ignore_ascii_case(&name)) {
        return Err(Refusal::with_status("EntityAlreadyExists", format!("Instance Profile {name} already exists."), 409));
    }
    if call.iter::<InstanceProfile>().count() >= MOST {
        return Err(Refusal::with_status("LimitExceeded", format!("Cannot exceed quota for InstanceProfilesPerAccount: {MOST}"), 409));
    }
    let profile = InstanceProfile {
        arn: format!("arn:{}:iam::{}:instance-profile{path}{name}", call.partition(), call.account()),
        unique_id: format!("AIPA{}", call.new_digits(17).to_uppercase()),
        id: name,
        tags,
        created: call.now,
        path,
        role: None,
    };
    call.put(profile.clone());
    Ok(CreateInstanceProfileOutput::builder().instance_profile(profile.to_sdk(call, true)?).build())
}

/// `GetInstanceProfile`.
pub(super) fn get(call: &mut Call<'_>, input: &GetInstanceProfileInput) -> Result<GetInstanceProfileOutput, Refusal> {
    let profile = InstanceProfile::named(call, input.instance_profile_name())?;
    Ok(GetInstanceProfileOutput::builder().instance_profile(profile.to_sdk(call, true)?).build())
}

/// `ListInstanceProfiles`.
pub(super) fn list(call: &mut Call<'_>, input: &ListInstanceProfilesInput) -> Result<ListInstanceProfilesOutput, Refusal> {
    let prefix = input.path_prefix().unwrap_or("/");
    let mut profiles = call.visible::<InstanceProfile>();
    profiles.retain(|profile| profile.path.starts_with(prefix));
    let page = cut(profiles, input.marker(), input.max_items(), |profile| &profile.id)?;
    let truncated = page.is_truncated();
    let profiles = page.items.iter().map(|profile| profile.to_sdk(call, false)).collect::<Result<_, _>>()?;
    Ok(ListInstanceProfilesOutput::builder()
        .set_instance_profiles(Some(profiles))
        .is_truncated(truncated)
        .set_marker(page.marker)
        .build()?)
}

/// `ListInstanceProfilesForRole`.
pub(super) fn list_for_role(
    call: &mut Call<'_>,
    input: &ListInstanceProfilesForRoleInput,
) -> Result<ListInstanceProfilesForRoleOutput, Refusal> {
    let role = Role::named(call, input.role_name())?;
    let mut profiles = call.visible::<InstanceProfile>();
    profiles.retain(|profile| profile.role.as_ref() == Some(&role.id));
    let page = cut(profiles, input.marker(), input.max_items(), |profile| &profile.id)?;
    let truncated = page.is_truncated();
    let profiles = page.items.iter().map(|profile| profile.to_sdk(call, false)).collect::<Result<_, _>>()?;
    let answer = ListInstanceProfilesForRoleOutput::builder().set_instance_profiles(Some(profiles));
    Ok(answer.is_truncated(truncated).set_marker(page.marker).build()?)
}

/// `DeleteInstanceProfile`: only without a role (IAM API Reference, `DeleteInstanceProfile`). IAM does not look for machines that use it.
pub(super) fn delete(call: &mut Call<'_>, input: &DeleteInstanceProfileInput) -> Result<DeleteInstanceProfileOutput, Refusal> {
    let profile = InstanceProfile::named(call, input.instance_profile_name())?;
    if profile.role.is_some() {
        return Err(Refusal::with_status("DeleteConflict", "Cannot delete entity, must remove roles from instance profile first.", 409));
    }
    call.remove::<InstanceProfile>(&profile.id);
    Ok(DeleteInstanceProfileOutput::builder().build())
}

/// `AddRoleToInstanceProfile`; it hands the role on, which needs `iam:PassRole` (Service Authorization Reference, IAM).
pub(super) fn add_role(call: &mut Call<'_>, input: &AddRoleToInstanceProfileInput) -> Result<AddRoleToInstanceProfileOutput, Refusal> {
    let mut profile = InstanceProfile::named(call, input.instance_profile_name())?;
    let role = Role::named(call, input.role_name())?;
    call.needs("iam:PassRole")?;
    if profile.role.is_some() {
        return Err(Refusal::with_status("LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1", 409));
    }
    profile.role = Some(role.id);
    call.put(profile);
    Ok(AddRoleToInstanceProfileOutput::builder().build())
}

/// `RemoveRoleFromInstanceProfile`.
pub(super) fn remove_role(
    call: &mut Call<'_>,
    input: &RemoveRoleFromInstanceProfileInput,
) -> Result<RemoveRoleFromInstanceProfileOutput, Refusal> {
    let mut profile = InstanceProfile::named(call, input.instance_profile_name())?;
    let name = input.role_name().unwrap_or_default();
    if profile.role.as_deref() != Some(name) {
        return Err(no_such_entity(format!("The role with name {name} cannot be found in the instance profile.")));
    }
    profile.role = None;
    call.put(profile);
    Ok(RemoveRoleFromInstanceProfileOutput::builder().build())
}
