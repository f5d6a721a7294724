use std::time::Duration;

use aws_sdk_ec2::operation::create_vpc_endpoint::{CreateVpcEndpointInput, CreateVpcEndpointOutput};
use aws_sdk_ec2::operation::delete_vpc_endpoints::{DeleteVpcEndpointsInput, DeleteVpcEndpointsOutput};
use aws_sdk_ec2::operation::describe_vpc_endpoints::{DescribeVpcEndpointsInput, DescribeVpcEndpointsOutput};
use aws_sdk_ec2::operation::modify_vpc_endpoint::{ModifyVpcEndpointInput, ModifyVpcEndpointOutput};
use aws_sdk_ec2::types::{ResourceType, Route, RouteOrigin, RouteState, State, VpcEndpointType};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::paging::{Query, select};
use super::unsuccessful::unsuccessful;
use super::{RouteTable, Vpc, tag, token};
use crate::sandbox::call::{Call, not_found};
use crate::sandbox::faults::StuckOutcome;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::{Record, Tags};
use crate::sandbox::refusal::Refusal;

/// How long a gateway endpoint is `pending`, and `deleting`.
const CHANGING: Duration = Duration::from_secs(10);

const FILTERS: [&str; 7] =
    ["ip-address-type", "service-name", "service-region", "vpc-endpoint-id", "vpc-endpoint-state", "vpc-endpoint-type", "vpc-id"];

/// A gateway endpoint: a prefix list's route in each of its route tables.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct VpcEndpoint {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) available_at: Moment,
    pub(crate) has_failed: bool,
    pub(crate) deleted_at: Option<Moment>,
    pub(crate) vpc: String,
    pub(crate) service: String,
    pub(crate) policy: String,
    pub(crate) route_tables: Vec<String>,
}

impl VpcEndpoint {
    /// The state as the wire has it: in lower case, unlike the SDK's own names of the states.
    pub(crate) fn state(&self, now: Moment) -> &'static str {
        match self.deleted_at {
            Some(end) if now < end => "deleting",
            Some(_) => "deleted",
            None if now < self.available_at => "pending",
            None if self.has_failed => "failed",
            None => "available",
        }
    }

    /// Whether it is deleted and only still listed.
    pub(crate) fn is_deleted(&self, now: Moment) -> bool {
        self.deleted_at.is_some_and(|end| end <= now)
    }

    /// The prefix list of its service, one for each service and region.
    fn prefix_list(&self) -> String {
        let digits = format!("{:x}", Sha256::digest(self.service.as_bytes()));
        format!("pl-{}", &digits[..8])
    }

    /// The routes that endpoints put into a table; nobody else can make or remove them.
    pub(crate) fn routes_in(call: &Call<'_>, table: &str) -> Vec<Route> {
        let leads = |endpoint: &&VpcEndpoint| endpoint.deleted_at.is_none() && endpoint.route_tables.iter().any(|id| id == table);
        let routes = call.iter::<VpcEndpoint>().filter(leads).map(|endpoint| {
            Route::builder()
                .destination_prefix_list_id(endpoint.prefix_list())
                .gateway_id(&endpoint.id)
                .origin(RouteOrigin::CreateRoute)
                .state(RouteState::Active)
                .build()
        });
        routes.collect()
    }

    /// Forgets a route table that is deleted.
    pub(crate) fn let_go(call: &mut Call<'_>, table: &str) {
        let leads = |endpoint: &&VpcEndpoint| endpoint.route_tables.iter().any(|id| id == table);
        let leading: Vec<String> = call.iter::<VpcEndpoint>().filter(leads).map(|endpoint| endpoint.id.clone()).collect();
        for id in leading {
            call.update::<VpcEndpoint>(&id, |endpoint| endpoint.route_tables.retain(|id| id != table));
        }
    }

    fn to_sdk(&self, call: &Call<'_>) -> aws_sdk_ec2::types::VpcEndpoint {
        aws_sdk_ec2::types::VpcEndpoint::builder()
            .vpc_endpoint_id(&self.id)
            .vpc_endpoint_type(VpcEndpointType::Gateway)
            .vpc_id(&self.vpc)
            .service_name(&self.service)
            .state(State::from(self.state(call.now)))
            .policy_document(&self.policy)
            .set_route_table_ids(Some(self.route_tables.clone()))
            .set_subnet_ids(Some(Vec::new()))
            .set_groups(Some(Vec::new()))
            .set_network_interface_ids(Some(Vec::new()))
            .private_dns_enabled(false)
            .requester_managed(false)
            .owner_id(call.account())
            .creation_timestamp(self.created.to_sdk())
            .set_tags(Some(tag::to_sdk(&self.tags)))
            .build()
    }

    /// Checks that the tables are the VPC's, and that none leads to the service already.
    fn check_tables(&self, call: &Call<'_>, tables: &[String]) -> Result<(), Refusal> {
        for id in tables {
            let table: RouteTable = call.named(Some(id), "RouteTableIds")?;
            if table.vpc != self.vpc {
                return Err(Refusal::value(format!("Route table {id} belongs to a different VPC than {}", self.vpc)));
            }
            let leads = |other: &VpcEndpoint| {
                other.deleted_at.is_none() && other.service == self.service && other.id != self.id && other.route_tables.contains(id)
            };
            if call.iter::<VpcEndpoint>().any(leads) {
                let message = format!("route table {id} already has a route with destination-prefix-list-id {}", self.prefix_list());
                return Err(Refusal::new("RouteAlreadyExists", message));
            }
        }
        Ok(())
    }
}

/// The services with a gateway endpoint (VPC User Guide, "Gateway endpoints").
fn checked_service(call: &Call<'_>, name: Option<&str>) -> Result<String, Refusal> {
    let name = name.ok_or_else(|| Refusal::missing("ServiceName"))?;
    let region = call.region;
    if [format!("com.amazonaws.{region}.s3"), format!("com.amazonaws.{region}.dynamodb")].iter().any(|known| known == name) {
        return Ok(name.to_owned());
    }
    Err(Refusal::new("InvalidServiceName", format!("The Vpc Endpoint Service '{name}' does not exist")))
}

/// `CreateVpcEndpoint`, of which gateway endpoints are simulated.
pub(crate) fn create(call: &mut Call<'_>, input: &CreateVpcEndpointInput) -> Result<CreateVpcEndpointOutput, Refusal> {
    let operation = "CreateVpcEndpoint";
    let made = token::made_before(call, operation, input.client_token(), input, "")?;
    if let Some(id) = made.as_ref().and_then(|ids| ids.first()) {
        let endpoint: VpcEndpoint = call.get(id).ok_or_else(|| not_found::<VpcEndpoint>(id))?;
        return Ok(answer(call, input, &endpoint));
    }
    refuse_unsimulated(input)?;
    let vpc: Vpc = call.named(input.vpc_id(), "VpcId")?;
    let service = checked_service(call, input.service_name())?;
    let tags = tag::for_new(call, input.tag_specifications(), ResourceType::VpcEndpoint)?;
    let present = call.iter::<VpcEndpoint>().filter(|endpoint| endpoint.deleted_at.is_none()).count();
    if present >= call.options().quotas.gateway_endpoints {
        return Err(Refusal::new("VpcEndpointLimitExceeded", "The maximum number of VPC endpoints has been reached."));
    }
    let full_access = r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;
    let mut route_tables = input.route_table_ids().to_vec();
    route_tables.sort();
    route_tables.dedup();
    let endpoint = VpcEndpoint {
        id: call.new_id("vpce"),
        created: call.now,
        available_at: call.ready_at::<VpcEndpoint>(&tags, CHANGING),
        has_failed: call.stuck::<VpcEndpoint>(&tags) == Some(StuckOutcome::Fails),
        deleted_at: None,
        tags,
        vpc: vpc.id,
        service,
        policy: input.policy_document().unwrap_or(full_access).to_owned(),
        route_tables: route_tables.clone(),
    };
    endpoint.check_tables(call, &route_tables)?;
    call.put(endpoint.clone());
    token::remember(call, operation, input.client_token(), input, "", vec![endpoint.id.clone()]);
    Ok(answer(call, input, &endpoint))
}

fn answer(call: &Call<'_>, input: &CreateVpcEndpointInput, endpoint: &VpcEndpoint) -> CreateVpcEndpointOutput {
    CreateVpcEndpointOutput::builder().vpc_endpoint(endpoint.to_sdk(call)).set_client_token(input.client_token.clone()).build()
}

/// Nothing that the cloud does not simulate is quietly ignored.
fn refuse_unsimulated(input: &CreateVpcEndpointInput) -> Result<(), Refusal> {
    let unsimulated = [
        ("VpcEndpointType", input.vpc_endpoint_type().is_some_and(|kind| *kind != VpcEndpointType::Gateway)),
        ("SubnetIds", !input.subnet_ids().is_empty()),
        ("SecurityGroupIds", !input.security_group_ids().is_empty()),
        ("IpAddressType", input.ip_address_type.is_some()),
        ("DnsOptions", input.dns_options.is_some()),
        ("PrivateDnsEnabled", input.private_dns_enabled == Some(true)),
        ("SubnetConfigurations", !input.subnet_configurations().is_empty()),
        ("ServiceNetworkArn", input.service_network_arn.is_some()),
        ("ResourceConfigurationArn", input.resource_configuration_arn.is_some()),
        ("ServiceRegion", input.service_region.is_some()),
    ];
    match unsimulated.iter().find(|(_, is_given)| *is_given) {
        Some((name, _)) => Err(Refusal::unsimulated(name)),
        None => Ok(()),
    }
}

/// `ModifyVpcEndpoint`, of which the route tables are simulated.
pub(crate) fn modify(call: &mut Call<'_>, input: &ModifyVpcEndpointInput) -> Result<ModifyVpcEndpointOutput, Refusal> {
    let mut endpoint: VpcEndpoint = call.named(input.vpc_endpoint_id(), "VpcEndpointId")?;
    let has_other = input.reset_policy.is_some()
        || input.policy_document.is_some()
        || !input.add_subnet_ids().is_empty()
        || !input.remove_subnet_ids().is_empty()
        || !input.add_security_group_ids().is_empty()
        || !input.remove_security_group_ids().is_empty()
        || input.ip_address_type.is_some()
        || input.dns_options.is_some()
        || input.private_dns_enabled.is_some()
        || !input.subnet_configurations().is_empty();
    if has_other {
        return Err(Refusal::unsimulated("of ModifyVpcEndpoint other than AddRouteTableIds and RemoveRouteTableIds"));
    }
    if endpoint.deleted_at.is_some() {
        return Err(not_found::<VpcEndpoint>(&endpoint.id));
    }
    endpoint.check_tables(call, input.add_route_table_ids())?;
    endpoint.route_tables.retain(|table| !input.remove_route_table_ids().contains(table));
    endpoint.route_tables.extend(input.add_route_table_ids().iter().cloned());
    endpoint.route_tables.sort();
    endpoint.route_tables.dedup();
    call.put(endpoint);
    Ok(ModifyVpcEndpointOutput::builder().r#return(true).build())
}

/// `DeleteVpcEndpoints`: what cannot be deleted is named in an answer that is no error.
pub(crate) fn delete(call: &mut Call<'_>, input: &DeleteVpcEndpointsInput) -> Result<DeleteVpcEndpointsOutput, Refusal> {
    if input.vpc_endpoint_ids().is_empty() {
        return Err(Refusal::missing("VpcEndpointId"));
    }
    let mut failed = Vec::new();
    for id in input.vpc_endpoint_ids() {
        match call.named::<VpcEndpoint>(Some(id), "VpcEndpointId") {
            Ok(endpoint) if endpoint.deleted_at.is_none() => {
                let deleted_at = Some(call.after(CHANGING));
                call.put(VpcEndpoint { deleted_at, ..endpoint });
            }
            Ok(endpoint) if !endpoint.is_deleted(call.now) => {}
            _ => {
                let message = format!("The {} '{id}' does not exist", VpcEndpoint::NOUN);
                failed.push(unsuccessful(id, &Refusal::new("InvalidVpcEndpoint.NotFound", message)));
            }
        }
    }
    Ok(DeleteVpcEndpointsOutput::builder().set_unsuccessful(Some(failed)).build())
}

/// Forgets deleted endpoints about an hour later.
pub(crate) fn settle(call: &mut Call<'_>) {
    let ghost_life = call.options().ghost_life();
    let is_over = |endpoint: &&VpcEndpoint| endpoint.deleted_at.is_some_and(|end| end.plus(ghost_life) <= call.now);
    let over: Vec<String> = call.iter::<VpcEndpoint>().filter(is_over).map(|endpoint| endpoint.id.clone()).collect();
    for id in over {
        call.remove::<VpcEndpoint>(&id);
    }
}

/// `DescribeVpcEndpoints`.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeVpcEndpointsInput) -> Result<DescribeVpcEndpointsOutput, Refusal> {
    let query = Query {
        ids: input.vpc_endpoint_ids(),
        filters: input.filters(),
        names: &FILTERS,
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeVpcEndpoints: at most 1000.
        sizes: 1..=1000,
        excludes_ids: false,
    };
    let page = select::<VpcEndpoint>(call, &query, |call, endpoint, name| {
        vec![match name {
            "service-name" => endpoint.service.clone(),
            "service-region" => call.region.to_owned(),
            "vpc-endpoint-id" => endpoint.id.clone(),
            "vpc-endpoint-state" => endpoint.state(call.now).to_owned(),
            "vpc-endpoint-type" => "Gateway".to_owned(),
            "vpc-id" => endpoint.vpc.clone(),
            _ => return Vec::new(),
        }]
    })?;
    let endpoints = page.items.iter().map(|endpoint| endpoint.to_sdk(call)).collect();
    Ok(DescribeVpcEndpointsOutput::builder().set_vpc_endpoints(Some(endpoints)).set_next_token(page.next_token).build())
}
