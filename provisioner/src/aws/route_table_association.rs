use async_trait::async_trait;
use aws_sdk_ec2::types::RouteTable as Listed;

use crate::aws::client::{Connection, required};
use crate::aws::error::gone_is_success;
use crate::aws::request::{known, request_text, wanted};
use crate::aws::route_table::{LIST, association_id, observe_tables};
use crate::aws::tags::filter;
use crate::aws::taken::{Holder, refusal, taken};
use crate::desired::RouteTableAssociation;
use crate::model::{Observed, RemoteId, Scope, Value};
use crate::provider::{Calls, Create, Delete, Depth, ProviderError, ResourceType, Update};

/// Which of EC2's route tables a subnet has; listed by `route-table`. Its id is the subnet's.
pub(super) struct RouteTableAssociationType {
    connection: Connection,
}

impl RouteTableAssociationType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    /// The table that the subnet has already.
    async fn table_of(&self, subnet: &str) -> Result<Option<String>, ProviderError> {
        let list = self.connection.ec2().describe_route_tables().filters(filter("association.subnet-id", subnet));
        let answer = self.connection.call(LIST, list.send()).await?;
        Ok(answer.route_tables().first().and_then(Listed::route_table_id).map(str::to_owned))
    }
}

/// EC2's own id of the association.
fn own_id<'a>(operation: &'static str, observed: &'a Observed) -> Result<&'a str, ProviderError> {
    required(operation, "routeTableAssociationId", observed.attributes.get("association").and_then(Value::as_text))
}

#[async_trait]
impl ResourceType for RouteTableAssociationType {
    fn kind(&self) -> &'static str {
        "route-table-association"
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let mut objects = observe_tables(&self.connection, scope).await?;
        objects.retain(|object| object.address.kind() == self.kind());
        Ok(objects)
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "AssociateRouteTable";
        let specification: RouteTableAssociation = wanted(OPERATION, request.attributes)?;
        let (table, subnet) = (known(OPERATION, &specification.route_table)?, known(OPERATION, &specification.subnet)?);
        calls.intend(OPERATION, &request_text(request.attributes)).await?;
        let call = self.connection.ec2().associate_route_table().route_table_id(table).subnet_id(subnet);
        let answer = self.connection.call(OPERATION, call.send()).await;
        if let Some(refusal) = refusal(&answer, "Resource.AlreadyAssociated") {
            let shown = self.table_of(subnet).await;
            let found = shown.as_ref().ok().and_then(Option::as_deref).unwrap_or("a table");
            let refusal = ProviderError { message: format!("{subnet} already has {found}"), ..refusal };
            taken(refusal, shown.map(|shown| Holder::if_it_is(shown, &table.to_owned())))?;
            return Ok(association_id(subnet));
        }
        answer.map(|_| association_id(subnet))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "ReplaceRouteTableAssociation";
        if !request.differs("route_table") {
            return Ok(());
        }
        let specification: RouteTableAssociation = wanted(OPERATION, request.attributes)?;
        let association = own_id(OPERATION, request.observed)?;
        let table = known(OPERATION, &specification.route_table)?;
        calls.intend(OPERATION, &request_text(&(association, table))).await?;
        let call = self.connection.ec2().replace_route_table_association().association_id(association).route_table_id(table);
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DisassociateRouteTable";
        let association = own_id(OPERATION, request.observed)?;
        calls.intend(OPERATION, &request_text(&association)).await?;
        let call = self.connection.ec2().disassociate_route_table().association_id(association);
        gone_is_success(self.connection.call(OPERATION, call.send()).await)
    }
}
