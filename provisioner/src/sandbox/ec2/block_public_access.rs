use aws_sdk_ec2::operation::describe_vpc_block_public_access_options::{
    DescribeVpcBlockPublicAccessOptionsInput, DescribeVpcBlockPublicAccessOptionsOutput,
};
use aws_sdk_ec2::types::{
    InternetGatewayBlockMode, ManagedBy, VpcBlockPublicAccessExclusionsAllowed, VpcBlockPublicAccessOptions, VpcBlockPublicAccessState,
};

use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// `DescribeVpcBlockPublicAccessOptions`: a region where nobody ever blocked anything.
pub(crate) fn describe(
    call: &mut Call<'_>,
    _input: &DescribeVpcBlockPublicAccessOptionsInput,
) -> Result<DescribeVpcBlockPublicAccessOptionsOutput, Refusal> {
    let options = VpcBlockPublicAccessOptions::builder()
        .aws_account_id(call.account())
        .aws_region(call.region)
        .state(VpcBlockPublicAccessState::DefaultState)
        .internet_gateway_block_mode(InternetGatewayBlockMode::Off)
        .managed_by(ManagedBy::Account)
        .exclusions_allowed(VpcBlockPublicAccessExclusionsAllowed::Allowed)
        .build();
    Ok(DescribeVpcBlockPublicAccessOptionsOutput::builder().vpc_block_public_access_options(options).build())
}
