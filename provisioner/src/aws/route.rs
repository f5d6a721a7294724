use async_trait::async_trait;

use crate::aws::client::Connection;
use crate::aws::error::{gone_is_success, has_code};
use crate::aws::request::{known, request_text, wanted};
use crate::aws::route_table::{observe_tables, route_id};
use crate::desired::Route;
use crate::model::{Observed, RemoteId, Scope};
use crate::provider::{Calls, Create, Delete, Depth, ErrorKind, ProviderError, ResourceType, Update};

/// The routes of EC2's route tables; listed by `route-table`.
pub(super) struct RouteType {
    connection: Connection,
}

/// Which parameter names the gateway.
enum Gateway<'a> {
    Internet(&'a str),
    Nat(&'a str),
    Transit(&'a str),
}

impl<'a> Gateway<'a> {
    fn of(operation: &'static str, id: &'a str) -> Result<Self, ProviderError> {
        match id.split_once('-').map(|(prefix, _)| prefix) {
            // A virtual private gateway goes where the internet gateway goes (EC2 `CreateRoute`).
            Some("igw" | "vgw") => Ok(Self::Internet(id)),
            Some("nat") => Ok(Self::Nat(id)),
            Some("tgw") => Ok(Self::Transit(id)),
            _ => Err(ProviderError::new(ErrorKind::Refused, operation, format!("`{id}` is no gateway that a route may have"))),
        }
    }
}

impl RouteType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }
}

#[async_trait]
impl ResourceType for RouteType {
    fn kind(&self) -> &'static str {
        "route"
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let mut objects = observe_tables(&self.connection, scope).await?;
        objects.retain(|object| object.address.kind() == self.kind());
        Ok(objects)
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "CreateRoute";
        let specification: Route = wanted(OPERATION, request.attributes)?;
        let table = known(OPERATION, &specification.route_table)?;
        let gateway = Gateway::of(OPERATION, known(OPERATION, &specification.gateway)?)?;
        calls.intend(OPERATION, &request_text(request.attributes)).await?;
        let call = self.connection.ec2().create_route().route_table_id(table);
        let call = call.destination_cidr_block(specification.destination.to_string());
        let call = match gateway {
            Gateway::Internet(id) => call.gateway_id(id),
            Gateway::Nat(id) => call.nat_gateway_id(id),
            Gateway::Transit(id) => call.transit_gateway_id(id),
        };
        let answer = self.connection.call(OPERATION, call.send()).await;
        // The table is ours, and so are its routes; where the existing one leads elsewhere, `update` turns it.
        if !has_code(&answer, "RouteAlreadyExists") {
            answer?;
        }
        Ok(route_id(table, specification.destination))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "ReplaceRoute";
        if !request.differs("gateway") {
            return Ok(());
        }
        let specification: Route = wanted(OPERATION, request.attributes)?;
        let gateway = Gateway::of(OPERATION, known(OPERATION, &specification.gateway)?)?;
        calls.intend(OPERATION, &request_text(request.attributes)).await?;
        let call = self.connection.ec2().replace_route().route_table_id(known(OPERATION, &specification.route_table)?);
        let call = call.destination_cidr_block(specification.destination.to_string());
        let call = match gateway {
            Gateway::Internet(id) => call.gateway_id(id),
            Gateway::Nat(id) => call.nat_gateway_id(id),
            Gateway::Transit(id) => call.transit_gateway_id(id),
        };
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteRoute";
        let specification: Route = wanted(OPERATION, &request.observed.attributes)?;
        let destination = specification.destination.to_string();
        calls.intend(OPERATION, &request_text(&request.observed.id)).await?;
        let call = self.connection.ec2().delete_route().route_table_id(known(OPERATION, &specification.route_table)?);
        gone_is_success(self.connection.call(OPERATION, call.destination_cidr_block(destination).send()).await)
    }
}
