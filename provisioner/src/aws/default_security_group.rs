use async_trait::async_trait;
use aws_sdk_ec2::types::SecurityGroup as Listed;

use crate::aws::client::{Connection, required};
use crate::aws::request::{known, wanted};
use crate::aws::security_group::observe_groups;
use crate::aws::security_group_rules::{Direction, revoke, rules_in};
use crate::aws::tags::{adopt, filter, repair_tags};
use crate::desired::DefaultSecurityGroup;
use crate::model::{Observed, RemoteId, Scope};
use crate::provider::{Calls, Create, Delete, Depth, ErrorKind, ProviderError, ResourceType, Update};

const LIST: &str = "DescribeSecurityGroups";

/// The group that EC2 makes with every VPC; listed by `security-group` once it carries our tags.
pub(super) struct DefaultSecurityGroupType {
    connection: Connection,
}

impl DefaultSecurityGroupType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }
}

#[async_trait]
impl ResourceType for DefaultSecurityGroupType {
    fn kind(&self) -> &'static str {
        "default-security-group"
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let mut objects = observe_groups(&self.connection, scope).await?;
        objects.retain(|object| object.address.kind() == self.kind());
        Ok(objects)
    }

    /// Puts our tags on the group of the VPC; `update` empties it.
    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        let specification: DefaultSecurityGroup = wanted(LIST, request.attributes)?;
        let vpc = known(LIST, &specification.vpc)?;
        let list = self.connection.ec2().describe_security_groups().filters(filter("vpc-id", vpc)).filters(filter("group-name", "default"));
        let answer = self.connection.call(LIST, list.send()).await?;
        let Some(group) = answer.security_groups().first() else {
            return Err(ProviderError::new(ErrorKind::NotFound, LIST, format!("{vpc} shows no default group yet")));
        };
        let id = RemoteId::new(required(LIST, "groupId", Listed::group_id(group))?);
        adopt(&self.connection, &id, &request, calls).await?;
        Ok(id)
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        let id = &request.observed.id;
        repair_tags(&self.connection, &request, calls).await?;
        let (ingress, egress) = rules_in(&request.observed.attributes)?;
        for (direction, rules) in [(Direction::Ingress, &ingress), (Direction::Egress, &egress)] {
            revoke(&self.connection, id.as_str(), direction, &rules.iter().collect::<Vec<_>>(), calls).await?;
        }
        Ok(())
    }

    /// Nothing: the group goes with its VPC.
    async fn delete(&self, _request: Delete<'_>, _calls: &dyn Calls) -> Result<(), ProviderError> {
        Ok(())
    }
}
