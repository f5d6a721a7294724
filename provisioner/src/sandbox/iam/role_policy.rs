use aws_sdk_iam::operation::attach_role_policy::{AttachRolePolicyInput, AttachRolePolicyOutput};
use aws_sdk_iam::operation::delete_role_policy::{DeleteRolePolicyInput, DeleteRolePolicyOutput};
use aws_sdk_iam::operation::detach_role_policy::{DetachRolePolicyInput, DetachRolePolicyOutput};
use aws_sdk_iam::operation::get_role_policy::{GetRolePolicyInput, GetRolePolicyOutput};
use aws_sdk_iam::operation::list_attached_role_policies::{ListAttachedRolePoliciesInput, ListAttachedRolePoliciesOutput};
use aws_sdk_iam::operation::list_role_policies::{ListRolePoliciesInput, ListRolePoliciesOutput};
use aws_sdk_iam::operation::put_role_policy::{PutRolePolicyInput, PutRolePolicyOutput};
use aws_sdk_iam::types::AttachedPolicy;

use super::Role;
use super::document::{self, Purpose};
use super::paging::cut;
use super::role::{new_name, no_such_entity};
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// The size of all inline policies of a role together (IAM User Guide, "IAM and AWS STS quotas").
const INLINE_SIZE: usize = 10_240;
/// How many managed policies a role has at most, unless raised (same page).
const MOST_MANAGED: usize = 10;

/// `PutRolePolicy`: adds the policy or replaces it.
pub(super) fn put(call: &mut Call<'_>, input: &PutRolePolicyInput) -> Result<PutRolePolicyOutput, Refusal> {
    let mut role = Role::named(call, input.role_name())?;
    let name = new_name(input.policy_name(), "policyName", 128)?;
    let document = input.policy_document().unwrap_or_default();
    document::check(document, Purpose::Identity)?;
    role.inline.insert(name, document.to_owned());
    if role.inline.values().map(|document| document::size(document)).sum::<usize>() > INLINE_SIZE {
        let message = format!("Maximum policy size of {INLINE_SIZE} bytes exceeded for role {}", role.id);
        return Err(Refusal::with_status("LimitExceeded", message, 409));
    }
    call.put(role);
    Ok(PutRolePolicyOutput::builder().build())
}

/// `GetRolePolicy`.
pub(super) fn get(call: &mut Call<'_>, input: &GetRolePolicyInput) -> Result<GetRolePolicyOutput, Refusal> {
    let role = Role::named(call, input.role_name())?;
    let name = input.policy_name().unwrap_or_default();
    let document = role.inline.get(name).ok_or_else(|| no_policy(name))?;
    let encoded = document::encoded(document);
    Ok(GetRolePolicyOutput::builder().role_name(&role.id).policy_name(name).policy_document(encoded).build()?)
}

fn no_policy(name: &str) -> Refusal {
    no_such_entity(format!("The role policy with name {name} cannot be found."))
}

/// `ListRolePolicies`: the names of the inline policies.
pub(super) fn list(call: &mut Call<'_>, input: &ListRolePoliciesInput) -> Result<ListRolePoliciesOutput, Refusal> {
    let role = Role::named(call, input.role_name())?;
    let page = cut(role.inline.into_keys().collect(), input.marker(), input.max_items(), String::as_str)?;
    let truncated = page.is_truncated();
    Ok(ListRolePoliciesOutput::builder().set_policy_names(Some(page.items)).is_truncated(truncated).set_marker(page.marker).build()?)
}

/// `DeleteRolePolicy`.
pub(super) fn delete(call: &mut Call<'_>, input: &DeleteRolePolicyInput) -> Result<DeleteRolePolicyOutput, Refusal> {
    let mut role = Role::named(call, input.role_name())?;
    let name = input.policy_name().unwrap_or_default();
    role.inline.remove(name).ok_or_else(|| no_policy(name))?;
    call.put(role);
    Ok(DeleteRolePolicyOutput::builder().build())
}

/// `AttachRolePolicy`: AWS's own policies are taken by their form; a customer's own are not simulated. Attaching twice is attaching once.
pub(super) fn attach(call: &mut Call<'_>, input: &AttachRolePolicyInput) -> Result<AttachRolePolicyOutput, Refusal> {
    let mut role = Role::named(call, input.role_name())?;
    let arn = input.policy_arn().unwrap_or_default();
    if !arn.starts_with(&format!("arn:{}:iam::aws:policy/", call.partition())) {
        return Err(no_such_entity(format!("Policy {arn} does not exist or is not attachable.")));
    }
    role.managed.insert(arn.to_owned());
    if role.managed.len() > MOST_MANAGED {
        return Err(Refusal::with_status("LimitExceeded", format!("Cannot exceed quota for PoliciesPerRole: {MOST_MANAGED}"), 409));
    }
    call.put(role);
    Ok(AttachRolePolicyOutput::builder().build())
}

/// `DetachRolePolicy`.
pub(super) fn detach(call: &mut Call<'_>, input: &DetachRolePolicyInput) -> Result<DetachRolePolicyOutput, Refusal> {
    let mut role = Role::named(call, input.role_name())?;
    let arn = input.policy_arn().unwrap_or_default();
    if !role.managed.remove(arn) {
        return Err(no_such_entity(format!("Policy {arn} was not found.")));
    }
    call.put(role);
    Ok(DetachRolePolicyOutput::builder().build())
}

/// `ListAttachedRolePolicies`.
pub(super) fn list_attached(call: &mut Call<'_>, input: &ListAttachedRolePoliciesInput) -> Result<ListAttachedRolePoliciesOutput, Refusal> {
    if input.path_prefix().is_some_and(|prefix| prefix != "/") {
        return Err(Refusal::unsimulated("PathPrefix"));
    }
    let role = Role::named(call, input.role_name())?;
    let page = cut(role.managed.into_iter().collect(), input.marker(), input.max_items(), String::as_str)?;
    let truncated = page.is_truncated();
    let attached = page.items.iter().map(|arn| {
        let name = arn.rsplit('/').next().unwrap_or(arn);
        AttachedPolicy::builder().policy_arn(arn).policy_name(name).build()
    });
    let attached = attached.collect();
    Ok(ListAttachedRolePoliciesOutput::builder()
        .set_attached_policies(Some(attached))
        .is_truncated(truncated)
        .set_marker(page.marker)
        .build())
}
