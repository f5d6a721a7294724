use async_trait::async_trait;
use aws_sdk_iam::types::InstanceProfile as Listed;
use futures::future::try_join_all;

use crate::aws::client::{Connection, required};
use crate::aws::error::gone_is_success;
use crate::aws::iam::{address_in, last_part, name_of, path, read_tags, unless_gone, written};
use crate::aws::request::{known, observed, request_text, wanted};
use crate::aws::tag_changes::{TagChanges, with_token};
use crate::aws::tags::is_same_object;
use crate::aws::taken::{Holder, refusal, taken};
use crate::desired::InstanceProfile;
use crate::model::{Observed, RemoteId, ResourceAddress, Scope, Status, Tags, Value};
use crate::provider::{Calls, Create, Delete, Depth, Look, ProviderError, ResourceType, Update};

const LIST: &str = "ListInstanceProfiles";

/// IAM's instance profiles below the environment's path.
pub(super) struct InstanceProfileType {
    connection: Connection,
}

impl InstanceProfileType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    async fn look(&self, profile: &Listed, scope: &Scope, depth: Depth) -> Result<Option<Observed>, ProviderError> {
        let name = profile.instance_profile_name();
        let (address, tags) = match (depth, address_in(scope, "instance-profile", name)) {
            (Depth::Fast, Some(address)) => (Some(address), Tags::new()),
            _ => {
                let get = self.connection.iam().get_instance_profile().instance_profile_name(name);
                let found = unless_gone(self.connection.call("GetInstanceProfile", get.send()).await)?;
                let tags = found.and_then(|found| found.instance_profile).map(|found| read_tags(found.tags())).unwrap_or_default();
                (scope.address_in(&tags), tags)
            }
        };
        address.map(|address| observe_one(profile, address, tags)).transpose()
    }

    /// Who has the profile's name.
    async fn holder(&self, specification: &InstanceProfile, request: &Create<'_>) -> Result<Holder, ProviderError> {
        let get = self.connection.iam().get_instance_profile().instance_profile_name(&specification.profile_name);
        let answer = self.connection.call("GetInstanceProfile", get.send()).await?;
        let is_ours = |profile: &Listed| profile.path() == specification.path && is_same_object(&read_tags(profile.tags()), request.tags);
        Ok(Holder::among(&answer.instance_profile, is_ours, |profile| Some(profile.arn())))
    }

    async fn repair_tags(&self, request: &Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        let (name, changes) = (name_of(&request.observed.id), TagChanges::of(request));
        if !changes.written.is_empty() {
            const OPERATION: &str = "TagInstanceProfile";
            calls.intend(OPERATION, &request_text(&(name, &changes.written))).await?;
            let tags = written(OPERATION, &changes.written)?;
            let call = self.connection.iam().tag_instance_profile().instance_profile_name(name).set_tags(Some(tags));
            self.connection.call(OPERATION, call.send()).await?;
        }
        if !changes.removed.is_empty() {
            const OPERATION: &str = "UntagInstanceProfile";
            calls.intend(OPERATION, &request_text(&(name, &changes.removed))).await?;
            let call = self.connection.iam().untag_instance_profile().instance_profile_name(name).set_tag_keys(Some(changes.removed));
            self.connection.call(OPERATION, call.send()).await?;
        }
        Ok(())
    }

    /// A profile takes one role, and this one has one that the look did not show: ours is success, another one goes, and the next look
    /// tells that ours is missing.
    async fn accept_role(&self, refusal: ProviderError, profile: &str, role: &str, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "GetInstanceProfile";
        let get = self.connection.iam().get_instance_profile().instance_profile_name(profile);
        let found = self.connection.call(OPERATION, get.send()).await.map(|answer| {
            let roles = answer.instance_profile.map(|found| found.roles).unwrap_or_default();
            roles.into_iter().next().map(|found| found.role_name)
        });
        match found {
            Ok(Some(other)) if other != role => self.remove_role(profile, &other, calls).await,
            found => taken(refusal, found.map(|shown| Holder::if_it_is(shown, &role.to_owned()))).map(drop),
        }
    }

    async fn remove_role(&self, profile: &str, role: &str, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "RemoveRoleFromInstanceProfile";
        calls.intend(OPERATION, &request_text(&(profile, role))).await?;
        let call = self.connection.iam().remove_role_from_instance_profile().instance_profile_name(profile).role_name(role);
        gone_is_success(self.connection.call(OPERATION, call.send()).await)
    }
}

fn observe_one(profile: &Listed, address: ResourceAddress, tags: Tags) -> Result<Observed, ProviderError> {
    let specification = InstanceProfile {
        profile_name: profile.instance_profile_name().to_owned(),
        path: profile.path().to_owned(),
        // Without a role it is a text that no ARN is.
        role: profile.roles().first().map(|role| role.arn()).unwrap_or_default().into(),
    };
    observed(LIST, address, RemoteId::new(profile.arn()), Status::Ready, &specification, tags)
}

/// The name of the role that a profile was seen with.
fn role_seen(observed: &Observed) -> Option<&str> {
    observed.attributes.get("role").and_then(Value::as_text).map(last_part).filter(|name| !name.is_empty())
}

#[async_trait]
impl ResourceType for InstanceProfileType {
    fn kind(&self) -> &'static str {
        "instance-profile"
    }

    fn reads_details(&self) -> bool {
        true
    }

    async fn observe(&self, scope: &Scope, depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let list = self.connection.iam().list_instance_profiles().path_prefix(path(scope));
        let pages = self.connection.pages(LIST, list.into_paginator().page_size(1000).send()).await?;
        let looks = pages.iter().flat_map(|page| page.instance_profiles()).map(|profile| self.look(profile, scope, depth));
        Ok(try_join_all(looks).await?.into_iter().flatten().collect())
    }

    async fn read_one(&self, scope: &Scope, id: &RemoteId) -> Result<Look, ProviderError> {
        let get = self.connection.iam().get_instance_profile().instance_profile_name(name_of(id));
        let found = unless_gone(self.connection.call("GetInstanceProfile", get.send()).await)?;
        let Some(profile) = found.and_then(|found| found.instance_profile) else { return Ok(Look::Absent) };
        let tags = read_tags(profile.tags());
        scope.address_in(&tags).map(|address| observe_one(&profile, address, tags)).transpose().map(Look::from)
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "CreateInstanceProfile";
        let specification: InstanceProfile = wanted(OPERATION, request.attributes)?;
        let token = calls.intend(OPERATION, &request.text()).await?;
        let call = self
            .connection
            .iam()
            .create_instance_profile()
            .instance_profile_name(&specification.profile_name)
            .path(&specification.path)
            .set_tags(Some(written(OPERATION, &with_token(request.tags, &token))?));
        let answer = self.connection.call(OPERATION, call.send()).await;
        if let Some(refusal) = refusal(&answer, "EntityAlreadyExists") {
            return taken(refusal, self.holder(&specification, &request).await);
        }
        let profile = required(OPERATION, "InstanceProfile", answer?.instance_profile)?;
        Ok(RemoteId::new(profile.arn()))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "AddRoleToInstanceProfile";
        self.repair_tags(&request, calls).await?;
        if !request.differs("role") {
            return Ok(());
        }
        let specification: InstanceProfile = wanted(OPERATION, request.attributes)?;
        let (name, role) = (name_of(&request.observed.id), last_part(known(OPERATION, &specification.role)?));
        if let Some(old) = role_seen(request.observed) {
            self.remove_role(name, old, calls).await?;
        }
        calls.intend(OPERATION, &request_text(&(name, role))).await?;
        let call = self.connection.iam().add_role_to_instance_profile().instance_profile_name(name).role_name(role);
        let answer = self.connection.call(OPERATION, call.send()).await.map(drop);
        match refusal(&answer, "LimitExceeded") {
            Some(refusal) => self.accept_role(refusal, name, role, calls).await,
            None => answer,
        }
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteInstanceProfile";
        let name = name_of(&request.observed.id);
        if let Some(role) = role_seen(request.observed) {
            self.remove_role(name, role, calls).await?;
        }
        calls.intend(OPERATION, &request_text(&name)).await?;
        let call = self.connection.iam().delete_instance_profile().instance_profile_name(name);
        gone_is_success(self.connection.call(OPERATION, call.send()).await)
    }
}
