use async_trait::async_trait;
use aws_sdk_rds::types::DbSubnetGroup as Listed;
use futures::future::try_join_all;

use crate::aws::client::{Connection, required};
use crate::aws::db_tags;
use crate::aws::error::gone_is_success;
use crate::aws::request::{known_sorted, observed, pending, request_text, wanted};
use crate::aws::tags::is_same_object;
use crate::aws::taken::{Holder, refusal, taken};
use crate::desired::DbSubnetGroup;
use crate::model::{Observed, RefOr, RemoteId, Scope, Status};
use crate::provider::{Calls, Create, Delete, Depth, ProviderError, ResourceType, Update};

const KIND: &str = "db-subnet-group";
const LIST: &str = "DescribeDBSubnetGroups";

/// RDS's groups of subnets.
pub(super) struct DbSubnetGroupType {
    connection: Connection,
}

impl DbSubnetGroupType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    /// The list shows no tags: they are read for the groups whose names are of the scope.
    async fn observe_one(&self, group: &Listed, scope: &Scope) -> Result<Option<Observed>, ProviderError> {
        let arn = required(LIST, "DBSubnetGroupArn", group.db_subnet_group_arn())?;
        let tags = db_tags::list(&self.connection, arn).await?;
        let Some(address) = db_tags::address_of(KIND, scope, &tags) else { return Ok(None) };
        let name = required(LIST, "DBSubnetGroupName", group.db_subnet_group_name())?;
        let mut subnets: Vec<&str> = group.subnets().iter().filter_map(|subnet| subnet.subnet_identifier()).collect();
        subnets.sort_unstable();
        let specification = DbSubnetGroup {
            group_name: name.to_owned(),
            description: group.db_subnet_group_description().unwrap_or_default().to_owned(),
            vpc: required(LIST, "VpcId", group.vpc_id())?.into(),
            subnets: subnets.into_iter().map(RefOr::from).collect(),
        };
        let status = match group.subnet_group_status() {
            Some("Complete") | None => Status::Ready,
            Some(word) => pending(word),
        };
        let mut observed = observed(LIST, address, RemoteId::new(name), status, &specification, tags)?;
        db_tags::note_arn(&mut observed, Some(arn));
        Ok(Some(observed))
    }

    /// Who has the name.
    async fn holder(&self, name: &str, request: &Create<'_>) -> Result<Holder, ProviderError> {
        let answer =
            self.connection.call(LIST, self.connection.rds().describe_db_subnet_groups().db_subnet_group_name(name).send()).await?;
        let Some(group) = answer.db_subnet_groups().first() else { return Ok(Holder::Unseen) };
        let tags = db_tags::list(&self.connection, required(LIST, "DBSubnetGroupArn", group.db_subnet_group_arn())?).await?;
        Ok(Holder::among([group], |_| is_same_object(&tags, request.tags), Listed::db_subnet_group_name))
    }
}

#[async_trait]
impl ResourceType for DbSubnetGroupType {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let list = self.connection.rds().describe_db_subnet_groups().into_paginator();
        let pages = self.connection.pages(LIST, list.page_size(100).send()).await?;
        let prefix = db_tags::prefix(scope);
        let ours = pages.iter().flat_map(|page| page.db_subnet_groups());
        let ours = ours.filter(|group| group.db_subnet_group_name().is_some_and(|name| name.starts_with(&prefix)));
        Ok(try_join_all(ours.map(|group| self.observe_one(group, scope))).await?.into_iter().flatten().collect())
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "CreateDBSubnetGroup";
        let specification: DbSubnetGroup = wanted(OPERATION, request.attributes)?;
        let token = calls.intend(OPERATION, &request.text()).await?;
        let call = self
            .connection
            .rds()
            .create_db_subnet_group()
            .db_subnet_group_name(&specification.group_name)
            .db_subnet_group_description(&specification.description)
            .set_subnet_ids(Some(known_sorted(OPERATION, &specification.subnets)?))
            .set_tags(Some(db_tags::at_creation(request.tags, &token)));
        let answer = self.connection.call(OPERATION, call.send()).await;
        if let Some(refusal) = refusal(&answer, "DBSubnetGroupAlreadyExists") {
            return taken(refusal, self.holder(&specification.group_name, &request).await);
        }
        let group = required(OPERATION, "DBSubnetGroup", answer?.db_subnet_group)?;
        Ok(RemoteId::new(required(OPERATION, "DBSubnetGroupName", group.db_subnet_group_name)?))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "ModifyDBSubnetGroup";
        db_tags::repair(&self.connection, &request, calls).await?;
        let specification: DbSubnetGroup = wanted(OPERATION, request.attributes)?;
        if request.has_same_ids("subnets", &specification.subnets)? {
            return Ok(());
        }
        let id = request.observed.id.as_str();
        let subnets = known_sorted(OPERATION, &specification.subnets)?;
        calls.intend(OPERATION, &request_text(&(id, &subnets))).await?;
        let call = self.connection.rds().modify_db_subnet_group().db_subnet_group_name(id).set_subnet_ids(Some(subnets));
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteDBSubnetGroup";
        let id = request.observed.id.as_str();
        calls.intend(OPERATION, &request_text(&id)).await?;
        let call = self.connection.rds().delete_db_subnet_group().db_subnet_group_name(id);
        gone_is_success(self.connection.call(OPERATION, call.send()).await)
    }
}
