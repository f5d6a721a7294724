use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::operation::create_role::{CreateRoleInput, CreateRoleOutput};
use aws_sdk_iam::operation::delete_role::{DeleteRoleInput, DeleteRoleOutput};
use aws_sdk_iam::operation::get_role::{GetRoleInput, GetRoleOutput};
use aws_sdk_iam::operation::list_roles::{ListRolesInput, ListRolesOutput};
use aws_sdk_iam::operation::update_assume_role_policy::{UpdateAssumeRolePolicyInput, UpdateAssumeRolePolicyOutput};
use aws_sdk_iam::types::Role as SdkRole;
use serde::{Deserialize, Serialize};

use super::document::{self, Purpose};
use super::instance_profile::InstanceProfile;
use super::paging::cut;
use super::tag;
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::{Record, Tags};
use crate::sandbox::refusal::Refusal;

/// How many roles an account has at most, unless raised (IAM User Guide, "IAM and AWS STS quotas").
const MOST_ROLES: usize = 1000;
/// The size of a trust policy (same page).
const TRUST_SIZE: usize = 2048;
/// How long a role stays signed in; what `CreateRole` sets where nothing is said.
const SESSION_SECONDS: i32 = 3600;

/// A role; its key is its name, which is unique in the account whatever its path.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Role {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) path: String,
    pub(crate) arn: String,
    pub(crate) unique_id: String,
    pub(crate) description: Option<String>,
    pub(crate) trust: String,
    /// The inline policies, by name.
    pub(crate) inline: BTreeMap<String, String>,
    /// The ARNs of the managed policies that are attached.
    pub(crate) managed: BTreeSet<String>,
}

/// The refusal for a name that does not exist.
pub(super) fn no_such_entity(message: String) -> Refusal {
    Refusal::with_status("NoSuchEntity", message, 404)
}

/// An object that a request names: the object, or IAM's refusal when it is not there or not visible yet.
pub(super) fn named<T: Record>(call: &Call<'_>, name: Option<&str>, parameter: &str, noun: &str) -> Result<T, Refusal> {
    let name = name.filter(|name| !name.is_empty()).ok_or_else(|| Refusal::new("ValidationError", format!("{parameter} is required")))?;
    call.named::<T>(Some(name), parameter).map_err(|_| no_such_entity(format!("{noun} {name} cannot be found.")))
}

impl Role {
    /// The role that a request names.
    pub(super) fn named(call: &Call<'_>, name: Option<&str>) -> Result<Role, Refusal> {
        named(call, name, "RoleName", "The role with name")
    }

    /// The role as the SDK has it; a list leaves tags out (IAM API Reference, `ListRoles`).
    pub(super) fn to_sdk(&self, includes_tags: bool) -> Result<SdkRole, Refusal> {
        let tags = if includes_tags { Some(tag::to_sdk(&self.tags)?) } else { None };
        Ok(SdkRole::builder()
            .path(&self.path)
            .role_name(&self.id)
            .role_id(&self.unique_id)
            .arn(&self.arn)
            .create_date(self.created.to_sdk())
            .assume_role_policy_document(document::encoded(&self.trust))
            .set_description(self.description.clone())
            .max_session_duration(SESSION_SECONDS)
            .set_tags(tags)
            .build()?)
    }
}

/// A new name: letters, digits and `_+=,.@-` (IAM API Reference, `CreateRole`, `CreateInstanceProfile`).
pub(super) fn new_name(name: Option<&str>, parameter: &str, longest: usize) -> Result<String, Refusal> {
    let name = name.unwrap_or_default();
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || "_+=,.@-".contains(character);
    if name.is_empty() || name.len() > longest || !name.chars().all(is_allowed) {
        let message =
            format!("The specified value for {parameter} is invalid. It must have 1 to {longest} alphanumeric characters or '+=,.@_-'");
        return Err(Refusal::new("ValidationError", message));
    }
    Ok(name.to_owned())
}

/// A path: `/`, or a text between two slashes, at most 512 characters.
pub(super) fn new_path(path: Option<&str>) -> Result<String, Refusal> {
    let path = path.unwrap_or("/");
    let is_allowed = path.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
    if path.len() > 512 || !is_allowed || !path.starts_with('/') || !path.ends_with('/') {
        return Err(Refusal::new(
            "ValidationError",
            "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.",
        ));
    }
    Ok(path.to_owned())
}

fn new_trust(trust: Option<&str>) -> Result<String, Refusal> {
    let trust = trust.ok_or_else(|| Refusal::new("ValidationError", "assumeRolePolicyDocument is required"))?;
    document::check(trust, Purpose::Trust)?;
    if document::size(trust) > TRUST_SIZE {
        return Err(Refusal::with_status("LimitExceeded", format!("Cannot exceed quota for ACLSizePerRole: {TRUST_SIZE}"), 409));
    }
    Ok(trust.to_owned())
}

/// `CreateRole`; its tags need `iam:TagRole` besides (IAM User Guide, "Tag IAM roles").
pub(super) fn create(call: &mut Call<'_>, input: &CreateRoleInput) -> Result<CreateRoleOutput, Refusal> {
    if input.permissions_boundary().is_some() {
        return Err(Refusal::unsimulated("PermissionsBoundary"));
    }
    if input.max_session_duration().is_some_and(|seconds| seconds != SESSION_SECONDS) {
        return Err(Refusal::unsimulated("MaxSessionDuration"));
    }
    let name = new_name(input.role_name(), "roleName", 64)?;
    let path = new_path(input.path())?;
    let trust = new_trust(input.assume_role_policy_document())?;
    let tags = tag::read(input.tags())?;
    if !tags.is_empty() {
        call.needs("iam:TagRole")?;
    }
    if call.iter::<Role>().any(|role| role.id.eq_ignore_ascii_case(&name)) {
        return Err(Refusal::with_status("EntityAlreadyExists", format!("Role with name {name} already exists."), 409));
    }
    if call.iter::<Role>().count() >= MOST_ROLES {
        return Err(Refusal::with_status("LimitExceeded", format!("Cannot exceed quota for RolesPerAccount: {MOST_ROLES}"), 409));
    }
    let role = Role {
        arn: format!("arn:{}:iam::{}:role{path}{name}", call.partition(), call.account()),
        unique_id: format!("AROA{}", call.new_digits(17).to_uppercase()),
        id: name,
        tags,
        created: call.now,
        path,
        description: input.description().map(str::to_owned),
        trust,
        inline: BTreeMap::new(),
        managed: BTreeSet::new(),
    };
    call.put(role.clone());
    Ok(CreateRoleOutput::builder().role(role.to_sdk(true)?).build())
}

/// `GetRole`.
pub(super) fn get(call: &mut Call<'_>, input: &GetRoleInput) -> Result<GetRoleOutput, Refusal> {
    Ok(GetRoleOutput::builder().role(Role::named(call, input.role_name())?.to_sdk(true)?).build())
}

/// `ListRoles`.
pub(super) fn list(call: &mut Call<'_>, input: &ListRolesInput) -> Result<ListRolesOutput, Refusal> {
    let prefix = input.path_prefix().unwrap_or("/");
    let mut roles = call.visible::<Role>();
    roles.retain(|role| role.path.starts_with(prefix));
    let page = cut(roles, input.marker(), input.max_items(), |role| &role.id)?;
    let truncated = page.is_truncated();
    let roles = page.items.iter().map(|role| role.to_sdk(false)).collect::<Result<_, _>>()?;
    Ok(ListRolesOutput::builder().set_roles(Some(roles)).is_truncated(truncated).set_marker(page.marker).build()?)
}

/// `UpdateAssumeRolePolicy`.
pub(super) fn update_trust(call: &mut Call<'_>, input: &UpdateAssumeRolePolicyInput) -> Result<UpdateAssumeRolePolicyOutput, Refusal> {
    let mut role = Role::named(call, input.role_name())?;
    role.trust = new_trust(input.policy_document())?;
    call.put(role);
    Ok(UpdateAssumeRolePolicyOutput::builder().build())
}

/// `DeleteRole`: only without policies and profiles (IAM API Reference, `DeleteRole`).
pub(super) fn delete(call: &mut Call<'_>, input: &DeleteRoleInput) -> Result<DeleteRoleOutput, Refusal> {
    let role = Role::named(call, input.role_name())?;
    let conflict = |message: &str| Err(Refusal::with_status("DeleteConflict", message, 409));
    if !role.managed.is_empty() {
        return conflict("Cannot delete entity, must detach all policies first.");
    }
    if !role.inline.is_empty() {
        return conflict("Cannot delete entity, must delete policies first.");
    }
    if call.iter::<InstanceProfile>().any(|profile| profile.role.as_ref() == Some(&role.id)) {
        return conflict("Cannot delete entity, must remove roles from instance profile first.");
    }
    call.remove::<Role>(&role.id);
    Ok(DeleteRoleOutput::builder().build())
}
