use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_iam::types::Role as Listed;
use futures::future::{try_join, try_join_all};

use crate::aws::client::Connection;
use crate::aws::error::gone_is_success;
use crate::aws::iam::{address_in, name_of, path, read_tags, unless_gone, written};
use crate::aws::policy_document::{attribute, decoded, document, put};
use crate::aws::request::{observed, request_text, wanted};
use crate::aws::tag_changes::{TagChanges, with_token};
use crate::aws::tags::is_same_object;
use crate::aws::taken::{Holder, refusal, taken};
use crate::desired::{IamRole, Policy};
use crate::model::{Observed, RemoteId, ResourceAddress, Scope, Status, Tags, Value};
use crate::provider::{Calls, Create, Delete, Depth, ErrorKind, Look, ProviderError, ResourceType, Update};

const LIST: &str = "ListRoles";

/// IAM's roles below the environment's path.
pub(super) struct IamRoleType {
    connection: Connection,
}

/// What a list leaves out of a role's policies.
#[derive(Default)]
struct Policies {
    /// The names of its inline policies.
    inline: Vec<String>,
    managed: Vec<String>,
    /// The document of ours.
    policy: Option<String>,
}

impl IamRoleType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    async fn tags(&self, name: &str) -> Result<Tags, ProviderError> {
        let list = self.connection.iam().list_role_tags().role_name(name).max_items(100);
        Ok(read_tags(self.connection.call("ListRoleTags", list.send()).await?.tags()))
    }

    async fn inline(&self, name: &str) -> Result<Vec<String>, ProviderError> {
        let list = self.connection.iam().list_role_policies().role_name(name);
        let pages = self.connection.pages("ListRolePolicies", list.into_paginator().send()).await?;
        Ok(pages.iter().flat_map(|page| page.policy_names()).cloned().collect())
    }

    async fn managed(&self, name: &str) -> Result<Vec<String>, ProviderError> {
        let list = self.connection.iam().list_attached_role_policies().role_name(name);
        let pages = self.connection.pages("ListAttachedRolePolicies", list.into_paginator().send()).await?;
        Ok(pages.iter().flat_map(|page| page.attached_policies()).filter_map(|policy| policy.policy_arn()).map(str::to_owned).collect())
    }

    /// A role's policies: two reads, and a third where there is one of ours. Nothing for a role that is gone.
    async fn policies(&self, name: &str) -> Result<Option<Policies>, ProviderError> {
        let Some((inline, managed)) = unless_gone(try_join(self.inline(name), self.managed(name)).await)? else {
            return Ok(None);
        };
        let policy = if inline.iter().any(|policy| policy == IamRole::POLICY) {
            let get = self.connection.iam().get_role_policy().role_name(name).policy_name(IamRole::POLICY);
            let found = unless_gone(self.connection.call("GetRolePolicy", get.send()).await)?;
            found.map(|found| decoded(found.policy_document()))
        } else {
            None
        };
        Ok(Some(Policies { inline, managed, policy }))
    }

    async fn look(&self, role: &Listed, scope: &Scope, depth: Depth) -> Result<Option<Observed>, ProviderError> {
        let name = role.role_name();
        if let (Depth::Fast, Some(address)) = (depth, address_in(scope, "iam-role", name)) {
            return fast(role, address, Tags::new()).map(Some);
        }
        if depth == Depth::Fast {
            let tags = unless_gone(self.tags(name).await)?.unwrap_or_default();
            return scope.address_in(&tags).map(|address| fast(role, address, tags)).transpose();
        }
        let Some((tags, Some(policies))) = unless_gone(try_join(self.tags(name), self.policies(name)).await)? else { return Ok(None) };
        scope.address_in(&tags).map(|address| full(role, address, tags, policies)).transpose()
    }

    /// Who has the role's name.
    async fn holder(&self, specification: &IamRole, request: &Create<'_>) -> Result<Holder, ProviderError> {
        let get = self.connection.iam().get_role().role_name(&specification.role_name);
        let answer = self.connection.call("GetRole", get.send()).await?;
        let is_ours = |role: &Listed| role.path() == specification.path && is_same_object(&read_tags(role.tags()), request.tags);
        Ok(Holder::among(&answer.role, is_ours, |role| Some(role.arn())))
    }

    async fn repair_tags(&self, request: &Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        let (name, changes) = (name_of(&request.observed.id), TagChanges::of(request));
        if !changes.written.is_empty() {
            const OPERATION: &str = "TagRole";
            calls.intend(OPERATION, &request_text(&(name, &changes.written))).await?;
            let call = self.connection.iam().tag_role().role_name(name).set_tags(Some(written(OPERATION, &changes.written)?));
            self.connection.call(OPERATION, call.send()).await?;
        }
        if !changes.removed.is_empty() {
            const OPERATION: &str = "UntagRole";
            calls.intend(OPERATION, &request_text(&(name, &changes.removed))).await?;
            let call = self.connection.iam().untag_role().role_name(name).set_tag_keys(Some(changes.removed));
            self.connection.call(OPERATION, call.send()).await?;
        }
        Ok(())
    }

    async fn put_trust(&self, name: &str, trust: &Policy, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "UpdateAssumeRolePolicy";
        let trust = document(OPERATION, trust)?;
        calls.intend(OPERATION, &request_text(&(name, &trust))).await?;
        let call = self.connection.iam().update_assume_role_policy().role_name(name).policy_document(trust);
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    async fn put_policy(&self, name: &str, policy: Option<&Policy>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "PutRolePolicy";
        let Some(policy) = policy else { return self.delete_policy(name, IamRole::POLICY, calls).await };
        let policy = document(OPERATION, policy)?;
        calls.intend(OPERATION, &request_text(&(name, &policy))).await?;
        let call = self.connection.iam().put_role_policy().role_name(name).policy_name(IamRole::POLICY).policy_document(policy);
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    async fn delete_policy(&self, name: &str, policy: &str, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteRolePolicy";
        calls.intend(OPERATION, &request_text(&(name, policy))).await?;
        let call = self.connection.iam().delete_role_policy().role_name(name).policy_name(policy);
        gone_is_success(self.connection.call(OPERATION, call.send()).await)
    }

    async fn attach(&self, name: &str, arn: &str, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "AttachRolePolicy";
        calls.intend(OPERATION, &request_text(&(name, arn))).await?;
        let call = self.connection.iam().attach_role_policy().role_name(name).policy_arn(arn);
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    async fn detach(&self, name: &str, arn: &str, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DetachRolePolicy";
        calls.intend(OPERATION, &request_text(&(name, arn))).await?;
        let call = self.connection.iam().detach_role_policy().role_name(name).policy_arn(arn);
        gone_is_success(self.connection.call(OPERATION, call.send()).await)
    }

    /// Takes the role out of every profile that still hands it out.
    async fn leave_profiles(&self, name: &str, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "RemoveRoleFromInstanceProfile";
        let list = self.connection.iam().list_instance_profiles_for_role().role_name(name);
        let pages = self.connection.pages("ListInstanceProfilesForRole", list.into_paginator().send()).await?;
        for profile in pages.iter().flat_map(|page| page.instance_profiles()) {
            let profile = profile.instance_profile_name();
            calls.intend(OPERATION, &request_text(&(profile, name))).await?;
            let call = self.connection.iam().remove_role_from_instance_profile().instance_profile_name(profile).role_name(name);
            gone_is_success(self.connection.call(OPERATION, call.send()).await)?;
        }
        Ok(())
    }
}

fn trust_of(role: &Listed) -> Value {
    attribute(&decoded(role.assume_role_policy_document().unwrap_or_default()))
}

/// What the list shows: a fast look leaves the rest out.
fn fast(role: &Listed, address: ResourceAddress, tags: Tags) -> Result<Observed, ProviderError> {
    let mut found = full(role, address, tags, Policies::default())?;
    found.attributes.retain(|name, _| ["role_name", "path", "description", "trust"].contains(&name.as_str()));
    Ok(found)
}

fn full(role: &Listed, address: ResourceAddress, tags: Tags, policies: Policies) -> Result<Observed, ProviderError> {
    let specification = IamRole {
        role_name: role.role_name().to_owned(),
        path: role.path().to_owned(),
        description: role.description().unwrap_or_default().to_owned(),
        trust: Policy::default(),
        policy: None,
        managed_policies: policies.managed,
        other_policies: policies.inline.into_iter().filter(|name| name != IamRole::POLICY).collect(),
    };
    let mut found = observed(LIST, address, RemoteId::new(role.arn()), Status::Ready, &specification, tags)?;
    put(&mut found.attributes, "trust", trust_of(role));
    if let Some(policy) = policies.policy {
        put(&mut found.attributes, "policy", attribute(&policy));
    }
    Ok(found)
}

/// The texts of an observed list; nothing where a fast look left it out.
fn texts(observed: &Observed, attribute: &str) -> Option<BTreeSet<String>> {
    match observed.attributes.get(attribute) {
        Some(Value::List(items)) => Some(items.iter().filter_map(Value::as_text).map(str::to_owned).collect()),
        _ => None,
    }
}

#[async_trait]
impl ResourceType for IamRoleType {
    fn kind(&self) -> &'static str {
        "iam-role"
    }

    fn reads_details(&self) -> bool {
        true
    }

    async fn observe(&self, scope: &Scope, depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let list = self.connection.iam().list_roles().path_prefix(path(scope));
        let pages = self.connection.pages(LIST, list.into_paginator().page_size(1000).send()).await?;
        let looks = pages.iter().flat_map(|page| page.roles()).map(|role| self.look(role, scope, depth));
        Ok(try_join_all(looks).await?.into_iter().flatten().collect())
    }

    async fn read_one(&self, scope: &Scope, id: &RemoteId) -> Result<Look, ProviderError> {
        let get = self.connection.iam().get_role().role_name(name_of(id));
        let found = unless_gone(self.connection.call("GetRole", get.send()).await)?;
        let Some(role) = found.and_then(|found| found.role) else { return Ok(Look::Absent) };
        let tags = read_tags(role.tags());
        let Some(address) = scope.address_in(&tags) else { return Ok(Look::Absent) };
        let Some(policies) = self.policies(role.role_name()).await? else { return Ok(Look::Absent) };
        full(&role, address, tags, policies).map(|observed| Look::Found(Box::new(observed)))
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "CreateRole";
        let specification: IamRole = wanted(OPERATION, request.attributes)?;
        let trust = document(OPERATION, &specification.trust)?;
        let token = calls.intend(OPERATION, &request.text()).await?;
        let call = self
            .connection
            .iam()
            .create_role()
            .role_name(&specification.role_name)
            .path(&specification.path)
            .description(&specification.description)
            .assume_role_policy_document(trust)
            .set_tags(Some(written(OPERATION, &with_token(request.tags, &token))?));
        let answer = self.connection.call(OPERATION, call.send()).await;
        if let Some(refusal) = refusal(&answer, "EntityAlreadyExists") {
            return taken(refusal, self.holder(&specification, &request).await);
        }
        let role = answer?.role.ok_or_else(|| ProviderError::new(ErrorKind::Unknown, OPERATION, "the answer lacks `Role`"))?;
        Ok(RemoteId::new(role.arn()))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        let specification: IamRole = wanted("PutRolePolicy", request.attributes)?;
        let name = name_of(&request.observed.id);
        self.repair_tags(&request, calls).await?;
        if request.differs("trust") {
            self.put_trust(name, &specification.trust, calls).await?;
        }
        if request.differs("policy") {
            self.put_policy(name, specification.policy.as_ref(), calls).await?;
        }
        let wanted: BTreeSet<String> = specification.managed_policies.into_iter().collect();
        let attached = texts(request.observed, "managed_policies").unwrap_or_default();
        for arn in wanted.difference(&attached) {
            self.attach(name, arn, calls).await?;
        }
        for arn in attached.difference(&wanted) {
            self.detach(name, arn, calls).await?;
        }
        for policy in texts(request.observed, "other_policies").unwrap_or_default() {
            self.delete_policy(name, &policy, calls).await?;
        }
        Ok(())
    }

    /// Policies go first, then the profiles' hold on the role (IAM `DeleteRole`: each of them is a `DeleteConflict`).
    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteRole";
        let name = name_of(&request.observed.id);
        for arn in unless_gone(self.managed(name).await)?.unwrap_or_default() {
            self.detach(name, &arn, calls).await?;
        }
        for policy in unless_gone(self.inline(name).await)?.unwrap_or_default() {
            self.delete_policy(name, &policy, calls).await?;
        }
        unless_gone(self.leave_profiles(name, calls).await)?;
        calls.intend(OPERATION, &request_text(&name)).await?;
        gone_is_success(self.connection.call(OPERATION, self.connection.iam().delete_role().role_name(name).send()).await)
    }
}
