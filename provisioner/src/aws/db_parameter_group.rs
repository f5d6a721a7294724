use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use aws_sdk_rds::types::{ApplyMethod, DbParameterGroup as Listed, Parameter};
use futures::future::try_join_all;

use crate::aws::client::{Connection, required};
use crate::aws::db_tags;
use crate::aws::error::gone_is_success;
use crate::aws::request::{observed, request_text, wanted};
use crate::aws::tags::is_same_object;
use crate::aws::taken::{Holder, refusal, taken};
use crate::desired::DbParameterGroup;
use crate::model::{Observed, RemoteId, Scope, Status, Value};
use crate::provider::{Calls, Create, Delete, Depth, ProviderError, ResourceType, Update};

const KIND: &str = "db-parameter-group";
const LIST: &str = "DescribeDBParameterGroups";
const PARAMETERS: &str = "DescribeDBParameters";
/// The most parameters that one `ModifyDBParameterGroup` takes.
const AT_ONCE: usize = 20;

/// RDS's groups of parameters.
pub(super) struct DbParameterGroupType {
    connection: Connection,
}

impl DbParameterGroupType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    /// The list shows no tags: they are read for the groups whose names are of the scope.
    async fn observe_one(&self, group: &Listed, scope: &Scope, depth: Depth) -> Result<Option<Observed>, ProviderError> {
        let arn = required(LIST, "DBParameterGroupArn", group.db_parameter_group_arn())?;
        let tags = db_tags::list(&self.connection, arn).await?;
        let Some(address) = db_tags::address_of(KIND, scope, &tags) else { return Ok(None) };
        let name = required(LIST, "DBParameterGroupName", group.db_parameter_group_name())?;
        let parameters = match depth {
            Depth::Full => self.parameters(name, Some("user")).await?.into_iter().filter_map(name_and_value).collect(),
            Depth::Fast => BTreeMap::new(),
        };
        let specification = DbParameterGroup {
            group_name: name.to_owned(),
            family: required(LIST, "DBParameterGroupFamily", group.db_parameter_group_family())?.to_owned(),
            description: group.description().unwrap_or_default().to_owned(),
            parameters,
        };
        let mut observed = observed(LIST, address, RemoteId::new(name), Status::Ready, &specification, tags)?;
        if depth == Depth::Fast {
            observed.attributes.remove("parameters");
        }
        db_tags::note_arn(&mut observed, Some(arn));
        Ok(Some(observed))
    }

    /// The parameters of a group that come from `source`, or all of the family's.
    async fn parameters(&self, group: &str, source: Option<&str>) -> Result<Vec<Parameter>, ProviderError> {
        let list = self.connection.rds().describe_db_parameters().db_parameter_group_name(group).set_source(source.map(str::to_owned));
        let pages = self.connection.pages(PARAMETERS, list.into_paginator().page_size(100).send()).await?;
        Ok(pages.into_iter().flat_map(|page| page.parameters.unwrap_or_default()).collect())
    }

    /// Who has the name.
    async fn holder(&self, name: &str, request: &Create<'_>) -> Result<Holder, ProviderError> {
        let list = self.connection.rds().describe_db_parameter_groups().db_parameter_group_name(name);
        let answer = self.connection.call(LIST, list.send()).await?;
        let Some(group) = answer.db_parameter_groups().first() else { return Ok(Holder::Unseen) };
        let tags = db_tags::list(&self.connection, required(LIST, "DBParameterGroupArn", group.db_parameter_group_arn())?).await?;
        Ok(Holder::among([group], |_| is_same_object(&tags, request.tags), Listed::db_parameter_group_name))
    }
}

fn name_and_value(parameter: Parameter) -> Option<(String, String)> {
    Some((parameter.parameter_name?, parameter.parameter_value?))
}

/// The parameters that are not as wanted.
fn differing(request: &Update<'_>, wanted: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let found = match request.observed.attributes.get("parameters") {
        Some(Value::Map(found)) => found.clone(),
        _ => BTreeMap::new(),
    };
    let differs = |(name, value): &(&String, &String)| found.get(*name).and_then(Value::as_text) != Some(value.as_str());
    wanted.iter().filter(differs).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// A change that is in force at once where RDS allows that, and after a restart where the parameter is static.
fn change(name: &str, value: &str, statics: &BTreeSet<String>) -> Parameter {
    let method = if statics.contains(name) { ApplyMethod::PendingReboot } else { ApplyMethod::Immediate };
    Parameter::builder().parameter_name(name).parameter_value(value).apply_method(method).build()
}

#[async_trait]
impl ResourceType for DbParameterGroupType {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn reads_details(&self) -> bool {
        true
    }

    async fn observe(&self, scope: &Scope, depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let list = self.connection.rds().describe_db_parameter_groups().into_paginator();
        let pages = self.connection.pages(LIST, list.page_size(100).send()).await?;
        let prefix = db_tags::prefix(scope);
        let ours = pages.iter().flat_map(|page| page.db_parameter_groups());
        let ours = ours.filter(|group| group.db_parameter_group_name().is_some_and(|name| name.starts_with(&prefix)));
        Ok(try_join_all(ours.map(|group| self.observe_one(group, scope, depth))).await?.into_iter().flatten().collect())
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "CreateDBParameterGroup";
        let specification: DbParameterGroup = wanted(OPERATION, request.attributes)?;
        let token = calls.intend(OPERATION, &request.text()).await?;
        let call = self
            .connection
            .rds()
            .create_db_parameter_group()
            .db_parameter_group_name(&specification.group_name)
            .db_parameter_group_family(&specification.family)
            .description(&specification.description)
            .set_tags(Some(db_tags::at_creation(request.tags, &token)));
        let answer = self.connection.call(OPERATION, call.send()).await;
        if let Some(refusal) = refusal(&answer, "DBParameterGroupAlreadyExists") {
            return taken(refusal, self.holder(&specification.group_name, &request).await);
        }
        let group = required(OPERATION, "DBParameterGroup", answer?.db_parameter_group)?;
        Ok(RemoteId::new(required(OPERATION, "DBParameterGroupName", group.db_parameter_group_name)?))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "ModifyDBParameterGroup";
        db_tags::repair(&self.connection, &request, calls).await?;
        let specification: DbParameterGroup = wanted(OPERATION, request.attributes)?;
        let differing = differing(&request, &specification.parameters);
        if differing.is_empty() {
            return Ok(());
        }
        let id = request.observed.id.as_str();
        let all = self.parameters(id, None).await?;
        let statics: BTreeSet<String> = all
            .into_iter()
            .filter(|parameter| parameter.apply_type() == Some("static"))
            .filter_map(|parameter| parameter.parameter_name)
            .collect();
        let changes: Vec<(&String, &String)> = differing.iter().collect();
        for changes in changes.chunks(AT_ONCE) {
            calls.intend(OPERATION, &request_text(&(id, changes))).await?;
            let parameters = changes.iter().map(|(name, value)| change(name, value, &statics)).collect();
            let call = self.connection.rds().modify_db_parameter_group().db_parameter_group_name(id).set_parameters(Some(parameters));
            self.connection.call(OPERATION, call.send()).await?;
        }
        Ok(())
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteDBParameterGroup";
        let id = request.observed.id.as_str();
        calls.intend(OPERATION, &request_text(&id)).await?;
        let call = self.connection.rds().delete_db_parameter_group().db_parameter_group_name(id);
        gone_is_success(self.connection.call(OPERATION, call.send()).await)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn static_parameters_wait_for_a_restart_and_others_do_not() {
        let statics = BTreeSet::from(["tls_version".to_owned()]);
        assert_eq!(change("tls_version", "TLSv1.3", &statics).apply_method(), Some(&ApplyMethod::PendingReboot));
        assert_eq!(change("max_connections", "500", &statics).apply_method(), Some(&ApplyMethod::Immediate));
    }
}
