use aws_smithy_runtime_api::client::interceptors::context::{Input, Output};

use super::*;
use crate::sandbox::operation::{Effect, Operation};

/// Declares the operations: the SDK's module and input, whether the operation reads or writes, the function that serves it.
macro_rules! operations {
    ($($module:ident $input:ident $effect:ident $handler:path;)*) => {
        /// Finds the RDS operation that takes this input; `None` for one that is not simulated.
        pub(crate) fn operation(input: &Input) -> Option<Operation> {
            $(if let Some(input) = input.downcast_ref::<aws_sdk_rds::operation::$module::$input>() {
                let input = input.clone();
                return Some(Operation::new(Effect::$effect, false, move |call| $handler(call, &input).map(Output::erase)));
            })*
            None
        }
    };
}

operations! {
    create_db_subnet_group CreateDbSubnetGroupInput Writes subnet_group::create;
    delete_db_subnet_group DeleteDbSubnetGroupInput Writes subnet_group::delete;
    describe_db_subnet_groups DescribeDbSubnetGroupsInput Reads subnet_group::describe;
    modify_db_subnet_group ModifyDbSubnetGroupInput Writes subnet_group::modify;
    create_db_parameter_group CreateDbParameterGroupInput Writes parameter_group::create;
    delete_db_parameter_group DeleteDbParameterGroupInput Writes parameter_group::delete;
    describe_db_parameter_groups DescribeDbParameterGroupsInput Reads parameter_group::describe;
    describe_db_parameters DescribeDbParametersInput Reads parameter_group::describe_parameters;
    modify_db_parameter_group ModifyDbParameterGroupInput Writes parameter_group::modify;
    reset_db_parameter_group ResetDbParameterGroupInput Writes parameter_group::reset;
    create_db_instance CreateDbInstanceInput Writes db_instance::create;
    delete_db_instance DeleteDbInstanceInput Writes db_instance::delete;
    describe_db_instances DescribeDbInstancesInput Reads db_instance::describe;
    modify_db_instance ModifyDbInstanceInput Writes db_instance::modify;
    reboot_db_instance RebootDbInstanceInput Writes db_instance::reboot;
    restore_db_instance_from_db_snapshot RestoreDbInstanceFromDbSnapshotInput Writes db_instance::restore;
    create_db_snapshot CreateDbSnapshotInput Writes snapshot::create;
    delete_db_snapshot DeleteDbSnapshotInput Writes snapshot::delete;
    describe_db_snapshots DescribeDbSnapshotsInput Reads snapshot::describe;
    add_tags_to_resource AddTagsToResourceInput Writes tag::add;
    remove_tags_from_resource RemoveTagsFromResourceInput Writes tag::remove;
    list_tags_for_resource ListTagsForResourceInput Reads tag::list;
    describe_db_engine_versions DescribeDbEngineVersionsInput Reads engine::describe;
    describe_orderable_db_instance_options DescribeOrderableDbInstanceOptionsInput Reads orderable::describe;
}
