use aws_smithy_runtime_api::client::interceptors::context::{Input, Output};

use super::*;
use crate::sandbox::operation::{Effect, Operation};

/// Declares the operations: the SDK's module and input, whether the operation reads or writes, the function that serves it,
/// and `dry_run` where the operation has it.
macro_rules! operations {
    ($($module:ident $input:ident $effect:ident $handler:path $(, $dry_run:ident)?;)*) => {
        /// Finds the EC2 operation that takes this input; `None` for one that is not simulated.
        pub(crate) fn operation(input: &Input) -> Option<Operation> {
            $(if let Some(input) = input.downcast_ref::<aws_sdk_ec2::operation::$module::$input>() {
                let input = input.clone();
                let is_dry = false $(|| input.$dry_run == Some(true))?;
                return Some(Operation::new(Effect::$effect, is_dry, move |call| $handler(call, &input).map(Output::erase)));
            })*
            None
        }
    };
}

operations! {
    create_vpc CreateVpcInput Writes vpc::create, dry_run;
    delete_vpc DeleteVpcInput Writes vpc::delete, dry_run;
    describe_vpcs DescribeVpcsInput Reads vpc::describe, dry_run;
    modify_vpc_attribute ModifyVpcAttributeInput Writes vpc::modify_attribute;
    describe_vpc_attribute DescribeVpcAttributeInput Reads vpc::describe_attribute, dry_run;
    create_subnet CreateSubnetInput Writes subnet::create, dry_run;
    delete_subnet DeleteSubnetInput Writes subnet::delete, dry_run;
    describe_subnets DescribeSubnetsInput Reads subnet::describe, dry_run;
    modify_subnet_attribute ModifySubnetAttributeInput Writes subnet::modify_attribute;
    create_internet_gateway CreateInternetGatewayInput Writes internet_gateway::create, dry_run;
    attach_internet_gateway AttachInternetGatewayInput Writes internet_gateway::attach, dry_run;
    detach_internet_gateway DetachInternetGatewayInput Writes internet_gateway::detach, dry_run;
    delete_internet_gateway DeleteInternetGatewayInput Writes internet_gateway::delete, dry_run;
    describe_internet_gateways DescribeInternetGatewaysInput Reads internet_gateway::describe, dry_run;
    allocate_address AllocateAddressInput Writes address::allocate, dry_run;
    release_address ReleaseAddressInput Writes address::release, dry_run;
    associate_address AssociateAddressInput Writes address::associate, dry_run;
    disassociate_address DisassociateAddressInput Writes address::disassociate, dry_run;
    describe_addresses DescribeAddressesInput Reads address::describe, dry_run;
    create_nat_gateway CreateNatGatewayInput Writes nat_gateway::create, dry_run;
    delete_nat_gateway DeleteNatGatewayInput Writes nat_gateway::delete, dry_run;
    describe_nat_gateways DescribeNatGatewaysInput Reads nat_gateway::describe, dry_run;
    create_route_table CreateRouteTableInput Writes route_table::create, dry_run;
    delete_route_table DeleteRouteTableInput Writes route_table::delete, dry_run;
    describe_route_tables DescribeRouteTablesInput Reads route_table::describe, dry_run;
    create_route CreateRouteInput Writes route::create, dry_run;
    replace_route ReplaceRouteInput Writes route::replace, dry_run;
    delete_route DeleteRouteInput Writes route::delete, dry_run;
    associate_route_table AssociateRouteTableInput Writes route_table_association::associate, dry_run;
    replace_route_table_association ReplaceRouteTableAssociationInput Writes route_table_association::replace, dry_run;
    disassociate_route_table DisassociateRouteTableInput Writes route_table_association::disassociate, dry_run;
    create_security_group CreateSecurityGroupInput Writes security_group::create, dry_run;
    delete_security_group DeleteSecurityGroupInput Writes security_group::delete, dry_run;
    describe_security_groups DescribeSecurityGroupsInput Reads security_group::describe, dry_run;
    describe_security_group_rules DescribeSecurityGroupRulesInput Reads security_group_rule::describe, dry_run;
    authorize_security_group_ingress AuthorizeSecurityGroupIngressInput Writes security_group_rule::authorize_ingress, dry_run;
    authorize_security_group_egress AuthorizeSecurityGroupEgressInput Writes security_group_rule::authorize_egress, dry_run;
    revoke_security_group_ingress RevokeSecurityGroupIngressInput Writes security_group_rule::revoke_ingress, dry_run;
    revoke_security_group_egress RevokeSecurityGroupEgressInput Writes security_group_rule::revoke_egress, dry_run;
    update_security_group_rule_descriptions_ingress UpdateSecurityGroupRuleDescriptionsIngressInput Writes security_group_rule::describe_ingress_anew, dry_run;
    update_security_group_rule_descriptions_egress UpdateSecurityGroupRuleDescriptionsEgressInput Writes security_group_rule::describe_egress_anew, dry_run;
    import_key_pair ImportKeyPairInput Writes key_pair::import, dry_run;
    delete_key_pair DeleteKeyPairInput Writes key_pair::delete, dry_run;
    describe_key_pairs DescribeKeyPairsInput Reads key_pair::describe, dry_run;
    create_network_interface CreateNetworkInterfaceInput Writes network_interface::create, dry_run;
    delete_network_interface DeleteNetworkInterfaceInput Writes network_interface::delete, dry_run;
    describe_network_interfaces DescribeNetworkInterfacesInput Reads network_interface::describe, dry_run;
    modify_network_interface_attribute ModifyNetworkInterfaceAttributeInput Writes network_interface::modify_attribute, dry_run;
    run_instances RunInstancesInput Writes run_instances::run, dry_run;
    describe_instances DescribeInstancesInput Reads instance::describe, dry_run;
    get_console_output GetConsoleOutputInput Reads console::get, dry_run;
    terminate_instances TerminateInstancesInput Writes instance_state::terminate, dry_run;
    stop_instances StopInstancesInput Writes instance_state::stop, dry_run;
    start_instances StartInstancesInput Writes instance_state::start, dry_run;
    reboot_instances RebootInstancesInput Writes instance_state::reboot, dry_run;
    monitor_instances MonitorInstancesInput Writes instance_state::monitor, dry_run;
    unmonitor_instances UnmonitorInstancesInput Writes instance_state::unmonitor, dry_run;
    modify_instance_attribute ModifyInstanceAttributeInput Writes instance_attribute::modify, dry_run;
    describe_instance_attribute DescribeInstanceAttributeInput Reads instance_attribute::describe, dry_run;
    modify_instance_metadata_options ModifyInstanceMetadataOptionsInput Writes metadata_options::modify, dry_run;
    describe_instance_types DescribeInstanceTypesInput Reads instance_type::describe, dry_run;
    describe_instance_type_offerings DescribeInstanceTypeOfferingsInput Reads instance_type::describe_offerings, dry_run;
    create_volume CreateVolumeInput Writes volume::create, dry_run;
    delete_volume DeleteVolumeInput Writes volume::delete, dry_run;
    describe_volumes DescribeVolumesInput Reads volume::describe, dry_run;
    attach_volume AttachVolumeInput Writes volume_attachment::attach, dry_run;
    detach_volume DetachVolumeInput Writes volume_attachment::detach, dry_run;
    modify_volume ModifyVolumeInput Writes volume_modification::modify, dry_run;
    describe_volumes_modifications DescribeVolumesModificationsInput Reads volume_modification::describe, dry_run;
    create_snapshot CreateSnapshotInput Writes snapshot::create, dry_run;
    delete_snapshot DeleteSnapshotInput Writes snapshot::delete, dry_run;
    describe_snapshots DescribeSnapshotsInput Reads snapshot::describe, dry_run;
    describe_images DescribeImagesInput Reads image::describe, dry_run;
    describe_availability_zones DescribeAvailabilityZonesInput Reads zone::describe, dry_run;
    describe_regions DescribeRegionsInput Reads zone::describe_regions, dry_run;
    create_tags CreateTagsInput Writes tag::create, dry_run;
    delete_tags DeleteTagsInput Writes tag::delete, dry_run;
    describe_tags DescribeTagsInput Reads tag::describe, dry_run;
    create_network_acl CreateNetworkAclInput Writes network_acl::create, dry_run;
    delete_network_acl DeleteNetworkAclInput Writes network_acl::delete, dry_run;
    describe_network_acls DescribeNetworkAclsInput Reads network_acl::describe, dry_run;
    replace_network_acl_association ReplaceNetworkAclAssociationInput Writes network_acl::replace_association, dry_run;
    create_network_acl_entry CreateNetworkAclEntryInput Writes network_acl_entry::create, dry_run;
    replace_network_acl_entry ReplaceNetworkAclEntryInput Writes network_acl_entry::replace, dry_run;
    delete_network_acl_entry DeleteNetworkAclEntryInput Writes network_acl_entry::delete, dry_run;
    create_vpc_endpoint CreateVpcEndpointInput Writes vpc_endpoint::create, dry_run;
    modify_vpc_endpoint ModifyVpcEndpointInput Writes vpc_endpoint::modify, dry_run;
    delete_vpc_endpoints DeleteVpcEndpointsInput Writes vpc_endpoint::delete, dry_run;
    describe_vpc_endpoints DescribeVpcEndpointsInput Reads vpc_endpoint::describe, dry_run;
    create_flow_logs CreateFlowLogsInput Writes flow_log::create, dry_run;
    delete_flow_logs DeleteFlowLogsInput Writes flow_log::delete, dry_run;
    describe_flow_logs DescribeFlowLogsInput Reads flow_log::describe, dry_run;
    associate_iam_instance_profile AssociateIamInstanceProfileInput Writes instance_profile::associate;
    replace_iam_instance_profile_association ReplaceIamInstanceProfileAssociationInput Writes instance_profile::replace;
    disassociate_iam_instance_profile DisassociateIamInstanceProfileInput Writes instance_profile::disassociate;
    describe_iam_instance_profile_associations DescribeIamInstanceProfileAssociationsInput Reads instance_profile::describe;
    modify_transit_gateway_vpc_attachment ModifyTransitGatewayVpcAttachmentInput Writes transit_gateway::modify, dry_run;
    create_transit_gateway_vpc_attachment CreateTransitGatewayVpcAttachmentInput Writes transit_gateway::create, dry_run;
    delete_transit_gateway_vpc_attachment DeleteTransitGatewayVpcAttachmentInput Writes transit_gateway::delete, dry_run;
    describe_transit_gateway_vpc_attachments DescribeTransitGatewayVpcAttachmentsInput Reads transit_gateway::describe_attachments, dry_run;
    describe_transit_gateways DescribeTransitGatewaysInput Reads transit_gateway::describe, dry_run;
    attach_vpn_gateway AttachVpnGatewayInput Writes vpn_gateway::attach, dry_run;
    detach_vpn_gateway DetachVpnGatewayInput Writes vpn_gateway::detach, dry_run;
    describe_vpn_gateways DescribeVpnGatewaysInput Reads vpn_gateway::describe, dry_run;
    describe_vpc_block_public_access_options DescribeVpcBlockPublicAccessOptionsInput Reads block_public_access::describe, dry_run;
}
