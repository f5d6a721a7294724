use aws_sdk_servicequotas::operation::get_aws_default_service_quota::{GetAwsDefaultServiceQuotaInput, GetAwsDefaultServiceQuotaOutput};
use aws_sdk_servicequotas::operation::get_service_quota::{GetServiceQuotaInput, GetServiceQuotaOutput};
use aws_sdk_servicequotas::types::ServiceQuota;

use crate::sandbox::Quotas;
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// A quota by its service and code (VPC User Guide, "Amazon VPC quotas"; EC2 User Guide, "Amazon EC2 service quotas"; AWS General Reference, RDS).
fn found(quotas: &Quotas, service: &str, code: &str) -> Option<(&'static str, usize)> {
    Some(match (service, code) {
        ("ec2", "L-0263D0A3") => ("EC2-VPC Elastic IPs", quotas.addresses),
        ("ec2", "L-1216C47A") => ("Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", quotas.vcpus),
        ("vpc", "L-F678F1CE") => ("VPCs per Region", quotas.vpcs),
        ("vpc", "L-407747CB") => ("Subnets per VPC", quotas.subnets_per_vpc),
        ("vpc", "L-FE5A380F") => ("NAT gateways per Availability Zone", quotas.nat_gateways_per_zone),
        ("vpc", "L-A4707A72") => ("Internet gateways per Region", quotas.internet_gateways),
        ("vpc", "L-589F43AA") => ("Route tables per VPC", quotas.route_tables_per_vpc),
        ("vpc", "L-93826ACB") => ("Routes per route table", quotas.routes_per_table),
        ("vpc", "L-E79EC296") => ("VPC security groups per Region", quotas.security_groups),
        ("vpc", "L-0EA8095F") => ("Inbound or outbound rules per security group", quotas.rules_per_group),
        ("vpc", "L-2AFB9258") => ("Security groups per network interface", quotas.groups_per_interface),
        ("rds", "L-7B6409FD") => ("DB instances", quotas.db_instances),
        ("rds", "L-272F1212") => ("Manual DB instance snapshots", quotas.db_snapshots),
        _ => return None,
    })
}

fn quota(quotas: &Quotas, service: Option<&str>, code: Option<&str>) -> Result<ServiceQuota, Refusal> {
    let (service, code) = (service.unwrap_or_default(), code.unwrap_or_default());
    let (name, value) = found(quotas, service, code)
        .ok_or_else(|| Refusal::new("NoSuchResourceException", "The request failed because the specified service does not exist."))?;
    let value = u32::try_from(value).map_or(f64::from(u32::MAX), f64::from);
    Ok(ServiceQuota::builder().service_code(service).quota_code(code).quota_name(name).value(value).adjustable(true).build())
}

/// `GetServiceQuota`: what applies to the account.
pub(super) fn applied(call: &mut Call<'_>, input: &GetServiceQuotaInput) -> Result<GetServiceQuotaOutput, Refusal> {
    if input.context_id().is_some() {
        return Err(Refusal::unsimulated("ContextId"));
    }
    let quota = quota(&call.options().quotas, input.service_code(), input.quota_code())?;
    Ok(GetServiceQuotaOutput::builder().quota(quota).build())
}

/// `GetAWSDefaultServiceQuota`: what a new account starts with.
pub(super) fn default_of(_call: &mut Call<'_>, input: &GetAwsDefaultServiceQuotaInput) -> Result<GetAwsDefaultServiceQuotaOutput, Refusal> {
    let quota = quota(&Quotas::new_account(), input.service_code(), input.quota_code())?;
    Ok(GetAwsDefaultServiceQuotaOutput::builder().quota(quota).build())
}
