use super::{instance_profile, role, role_policy, simulation, tag};
use crate::sandbox::operation::operations;

operations! { aws_sdk_iam:
    create_role CreateRoleInput Writes role::create;
    get_role GetRoleInput Reads role::get;
    list_roles ListRolesInput Reads role::list;
    delete_role DeleteRoleInput Writes role::delete;
    update_assume_role_policy UpdateAssumeRolePolicyInput Writes role::update_trust;
    put_role_policy PutRolePolicyInput Writes role_policy::put;
    get_role_policy GetRolePolicyInput Reads role_policy::get;
    list_role_policies ListRolePoliciesInput Reads role_policy::list;
    delete_role_policy DeleteRolePolicyInput Writes role_policy::delete;
    attach_role_policy AttachRolePolicyInput Writes role_policy::attach;
    detach_role_policy DetachRolePolicyInput Writes role_policy::detach;
    list_attached_role_policies ListAttachedRolePoliciesInput Reads role_policy::list_attached;
    tag_role TagRoleInput Writes tag::tag_role;
    untag_role UntagRoleInput Writes tag::untag_role;
    list_role_tags ListRoleTagsInput Reads tag::list_of_role;
    create_instance_profile CreateInstanceProfileInput Writes instance_profile::create;
    get_instance_profile GetInstanceProfileInput Reads instance_profile::get;
    list_instance_profiles ListInstanceProfilesInput Reads instance_profile::list;
    list_instance_profiles_for_role ListInstanceProfilesForRoleInput Reads instance_profile::list_for_role;
    delete_instance_profile DeleteInstanceProfileInput Writes instance_profile::delete;
    add_role_to_instance_profile AddRoleToInstanceProfileInput Writes instance_profile::add_role;
    remove_role_from_instance_profile RemoveRoleFromInstanceProfileInput Writes instance_profile::remove_role;
    tag_instance_profile TagInstanceProfileInput Writes tag::tag_profile;
    untag_instance_profile UntagInstanceProfileInput Writes tag::untag_profile;
    list_instance_profile_tags ListInstanceProfileTagsInput Reads tag::list_of_profile;
    simulate_principal_policy SimulatePrincipalPolicyInput Reads simulation::simulate;
}
