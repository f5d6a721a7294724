use super::{alias, deletion, key, key_policy, rotation, tag};
use crate::sandbox::operation::operations;

operations! { aws_sdk_kms:
    create_key CreateKeyInput Writes key::create;
    describe_key DescribeKeyInput Reads key::describe;
    list_keys ListKeysInput Reads key::list;
    enable_key EnableKeyInput Writes key::enable;
    create_alias CreateAliasInput Writes alias::create;
    update_alias UpdateAliasInput Writes alias::update;
    delete_alias DeleteAliasInput Writes alias::delete;
    list_aliases ListAliasesInput Reads alias::list;
    get_key_policy GetKeyPolicyInput Reads key_policy::get;
    put_key_policy PutKeyPolicyInput Writes key_policy::put;
    get_key_rotation_status GetKeyRotationStatusInput Reads rotation::get;
    enable_key_rotation EnableKeyRotationInput Writes rotation::enable;
    disable_key_rotation DisableKeyRotationInput Writes rotation::disable;
    list_resource_tags ListResourceTagsInput Reads tag::list;
    tag_resource TagResourceInput Writes tag::write;
    untag_resource UntagResourceInput Writes tag::remove;
    schedule_key_deletion ScheduleKeyDeletionInput Writes deletion::schedule;
    cancel_key_deletion CancelKeyDeletionInput Writes deletion::cancel;
}
