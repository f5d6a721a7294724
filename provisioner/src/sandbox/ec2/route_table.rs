use aws_sdk_ec2::operation::create_route_table::{CreateRouteTableInput, CreateRouteTableOutput};
use aws_sdk_ec2::operation::delete_route_table::{DeleteRouteTableInput, DeleteRouteTableOutput};
use aws_sdk_ec2::operation::describe_route_tables::{DescribeRouteTablesInput, DescribeRouteTablesOutput};
use aws_sdk_ec2::types::{ResourceType, RouteTableAssociation, RouteTableAssociationState, RouteTableAssociationStateCode};
use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use super::paging::{Query, select};
use super::route::{Route, Target};
use super::{Vpc, VpcEndpoint, tag, token};
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

const FILTERS: [&str; 15] = [
    "association.gateway-id",
    "association.main",
    "association.route-table-association-id",
    "association.route-table-id",
    "association.subnet-id",
    "owner-id",
    "route-table-id",
    "route.destination-cidr-block",
    "route.gateway-id",
    "route.nat-gateway-id",
    "route.origin",
    "route.state",
    "route.transit-gateway-id",
    "vpc-id",
    "route.instance-id",
];

/// A route table with its routes and associations.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RouteTable {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) vpc: String,
    pub(crate) routes: Vec<Route>,
    pub(crate) associations: Vec<Association>,
}

/// What uses a route table: a subnet, or the whole VPC for the main one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Association {
    pub(crate) id: String,
    /// The subnet; none is the VPC's main association.
    pub(crate) subnet: Option<String>,
}

impl RouteTable {
    /// Makes the main route table of a new VPC.
    pub(crate) fn make_main(call: &mut Call<'_>, vpc: &str, cidr: Ipv4Net) {
        let main = Association { id: call.new_id("rtbassoc"), subnet: None };
        let table = RouteTable {
            id: call.new_id("rtb"),
            tags: Tags::new(),
            created: call.now,
            vpc: vpc.to_owned(),
            routes: vec![Route { destination: cidr, target: Target::Local }],
            associations: vec![main],
        };
        call.put(table);
    }

    /// Whether subnets without an association use this table.
    pub(crate) fn is_main(&self) -> bool {
        self.associations.iter().any(|association| association.subnet.is_none())
    }

    pub(crate) fn to_sdk(&self, call: &Call<'_>) -> aws_sdk_ec2::types::RouteTable {
        let associations = self.associations.iter().map(|association| {
            RouteTableAssociation::builder()
                .route_table_association_id(&association.id)
                .route_table_id(&self.id)
                .main(association.subnet.is_none())
                .set_subnet_id(association.subnet.clone())
                .association_state(associated())
                .build()
        });
        let routes = self.routes.iter().map(|route| route.to_sdk(call)).chain(VpcEndpoint::routes_in(call, &self.id));
        aws_sdk_ec2::types::RouteTable::builder()
            .route_table_id(&self.id)
            .vpc_id(&self.vpc)
            .owner_id(call.account())
            .set_associations(Some(associations.collect()))
            .set_routes(Some(routes.collect()))
            .set_propagating_vgws(Some(Vec::new()))
            .set_tags(Some(tag::to_sdk(&self.tags)))
            .build()
    }
}

pub(crate) fn associated() -> RouteTableAssociationState {
    RouteTableAssociationState::builder().state(RouteTableAssociationStateCode::Associated).build()
}

/// `CreateRouteTable`: the table starts with the VPC's local route.
pub(crate) fn create(call: &mut Call<'_>, input: &CreateRouteTableInput) -> Result<CreateRouteTableOutput, Refusal> {
    let made = token::made_before(call, "CreateRouteTable", input.client_token(), input, "")?;
    if let Some(id) = made.as_ref().and_then(|ids| ids.first()) {
        let table: RouteTable = call.get(id).ok_or_else(|| crate::sandbox::call::not_found::<RouteTable>(id))?;
        return Ok(CreateRouteTableOutput::builder().route_table(table.to_sdk(call)).set_client_token(input.client_token.clone()).build());
    }
    let vpc: Vpc = call.named(input.vpc_id(), "vpcId")?;
    let tags = tag::for_new(call, input.tag_specifications(), ResourceType::RouteTable)?;
    if call.iter::<RouteTable>().filter(|table| table.vpc == vpc.id).count() >= call.options().quotas.route_tables_per_vpc {
        return Err(Refusal::new("RouteTableLimitExceeded", "The maximum number of route tables has been reached."));
    }
    let table = RouteTable {
        id: call.new_id("rtb"),
        tags,
        created: call.now,
        vpc: vpc.id,
        routes: vec![Route { destination: vpc.cidr, target: Target::Local }],
        associations: Vec::new(),
    };
    call.put(table.clone());
    token::remember(call, "CreateRouteTable", input.client_token(), input, "", vec![table.id.clone()]);
    Ok(CreateRouteTableOutput::builder().route_table(table.to_sdk(call)).set_client_token(input.client_token.clone()).build())
}

/// `DeleteRouteTable`: refused for a main table and while a subnet is associated.
pub(crate) fn delete(call: &mut Call<'_>, input: &DeleteRouteTableInput) -> Result<DeleteRouteTableOutput, Refusal> {
    let table: RouteTable = call.named(input.route_table_id(), "routeTableId")?;
    if !table.associations.is_empty() {
        return Err(Refusal::dependency(format!("The routeTable '{}' has dependencies and cannot be deleted.", table.id)));
    }
    VpcEndpoint::let_go(call, &table.id);
    call.remove::<RouteTable>(&table.id);
    Ok(DeleteRouteTableOutput::builder().build())
}

/// `DescribeRouteTables`.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeRouteTablesInput) -> Result<DescribeRouteTablesOutput, Refusal> {
    let query = Query {
        ids: input.route_table_ids(),
        filters: input.filters(),
        names: &FILTERS,
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeRouteTables: 5 to 100.
        sizes: 5..=100,
        excludes_ids: false,
    };
    let page = select::<RouteTable>(call, &query, |call, table, name| {
        let of_routes = |wanted: fn(&Target) -> Option<&str>| -> Vec<String> {
            table.routes.iter().filter_map(|route| wanted(&route.target)).map(str::to_owned).collect()
        };
        match name {
            "route-table-id" => vec![table.id.clone()],
            "vpc-id" => vec![table.vpc.clone()],
            "owner-id" => vec![call.account().to_owned()],
            "association.main" => table.associations.iter().map(|association| association.subnet.is_none().to_string()).collect(),
            "association.route-table-association-id" => table.associations.iter().map(|association| association.id.clone()).collect(),
            "association.route-table-id" => table.associations.iter().map(|_| table.id.clone()).collect(),
            "association.subnet-id" => table.associations.iter().filter_map(|association| association.subnet.clone()).collect(),
            "route.destination-cidr-block" => table.routes.iter().map(|route| route.destination.to_string()).collect(),
            "route.gateway-id" => of_routes(Target::gateway),
            "route.nat-gateway-id" => of_routes(Target::nat_gateway),
            "route.transit-gateway-id" => of_routes(Target::transit_gateway),
            "route.origin" => table.routes.iter().map(|route| route.origin().as_str().to_owned()).collect(),
            "route.state" => table.routes.iter().map(|route| route.state(call).as_str().to_owned()).collect(),
            _ => Vec::new(),
        }
    })?;
    let tables = page.items.iter().map(|table| table.to_sdk(call)).collect();
    Ok(DescribeRouteTablesOutput::builder().set_route_tables(Some(tables)).set_next_token(page.next_token).build())
}
