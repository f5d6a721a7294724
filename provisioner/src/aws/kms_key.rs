use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_kms::types::{AliasListEntry, KeyMetadata, KeyState, Tag};
use futures::future::{try_join, try_join_all};

use crate::aws::client::{Connection, required};
use crate::aws::error::gone_is_success;
use crate::aws::iam::{last_part, unless_gone};
use crate::aws::policy_document::{attribute, document, put};
use crate::aws::request::{leaving, observed, pending, request_text, wanted};
use crate::aws::tag_changes::{TagChanges, with_token};
use crate::aws::taken::{Holder, refusal, taken};
use crate::desired::{KmsKey, Policy};
use crate::model::{Observed, RemoteId, Scope, Status, Tags, Value};
use crate::provider::{Calls, Create, Delete, Depth, ErrorKind, ProviderError, ResourceType, Update};

const LIST: &str = "ListAliases";
/// How many keys without any alias are asked for their tags, where no alias of ours is found.
const SCANNED: usize = 100;
/// How long a deleted key waits: as long as KMS can (KMS `ScheduleKeyDeletion`), because nothing brings back what it encrypted.
const WAITING_DAYS: i32 = 30;

/// The customer's own keys in KMS.
///
/// Keys have no list by tag: ours are found by the alias of the environment's name, and a key that has no alias yet among those without one.
/// A key that waits for its deletion counts as gone, and is never taken over: a new environment gets a new key.
pub(super) struct KmsKeyType {
    connection: Connection,
}

/// A key that may be ours, and the alias it was found by.
struct Candidate {
    key: String,
    alias: Option<String>,
}

impl KmsKeyType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    async fn aliases(&self) -> Result<Vec<AliasListEntry>, ProviderError> {
        let list = self.connection.kms().list_aliases();
        let pages = self.connection.pages(LIST, list.into_paginator().page_size(100).send()).await?;
        Ok(pages.into_iter().flat_map(|page| page.aliases.unwrap_or_default()).collect())
    }

    /// The keys that no alias points at; AWS's own keys all have one.
    async fn without_alias(&self, aliases: &[AliasListEntry]) -> Result<Vec<Candidate>, ProviderError> {
        const OPERATION: &str = "ListKeys";
        let named: BTreeSet<&str> = aliases.iter().filter_map(AliasListEntry::target_key_id).collect();
        let pages = self.connection.pages(OPERATION, self.connection.kms().list_keys().into_paginator().page_size(1000).send()).await?;
        let keys = pages.iter().flat_map(|page| page.keys()).filter_map(|key| key.key_id());
        let keys: Vec<Candidate> =
            keys.filter(|key| !named.contains(key)).map(|key| Candidate { key: key.to_owned(), alias: None }).collect();
        if keys.len() > SCANNED {
            let message =
                format!("{} keys in this region have no alias, too many to look for ours among them: give them aliases", keys.len());
            return Err(ProviderError::new(ErrorKind::Refused, OPERATION, message));
        }
        Ok(keys)
    }

    /// A key's tags; nothing for one that is gone or may not be looked at, which is somebody else's.
    async fn tags(&self, key: &str) -> Result<Option<Tags>, ProviderError> {
        let list = self.connection.kms().list_resource_tags().key_id(key).limit(50);
        match unless_gone(self.connection.call("ListResourceTags", list.send()).await) {
            Ok(found) => Ok(found.map(|found| read_tags(found.tags()))),
            Err(error) if error.kind == ErrorKind::Denied => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn metadata(&self, key: &str) -> Result<Option<KeyMetadata>, ProviderError> {
        let describe = self.connection.kms().describe_key().key_id(key);
        Ok(unless_gone(self.connection.call("DescribeKey", describe.send()).await)?.and_then(|answer| answer.key_metadata))
    }

    async fn look(&self, candidate: &Candidate, scope: &Scope, depth: Depth) -> Result<Option<Observed>, ProviderError> {
        let Some(tags) = self.tags(&candidate.key).await? else { return Ok(None) };
        let Some(address) = scope.address_in(&tags) else { return Ok(None) };
        let Some(metadata) = self.metadata(&candidate.key).await? else { return Ok(None) };
        let id = RemoteId::new(required("DescribeKey", "Arn", metadata.arn())?);
        let status = match metadata.key_state() {
            Some(KeyState::PendingDeletion | KeyState::PendingReplicaDeletion) => {
                return Ok(Some(leaving(address, id, Status::Gone, tags)));
            }
            Some(KeyState::Enabled) | None => Status::Ready,
            Some(KeyState::Disabled) => {
                let reason = "the key is disabled: somebody turned it off (KMS `EnableKey` turns it on)".to_owned();
                Status::Failed { reason }
            }
            Some(state) => pending(state.as_str()),
        };
        let specification = KmsKey {
            alias: candidate.alias.clone().unwrap_or_default(),
            description: metadata.description().unwrap_or_default().to_owned(),
            policy: Policy::default(),
            is_rotated: false,
        };
        let mut found = observed(LIST, address, id, status, &specification, tags)?;
        found.attributes.retain(|name, _| ["alias", "description"].contains(&name.as_str()));
        if depth == Depth::Full {
            let (policy, is_rotated) = try_join(self.policy(&candidate.key), self.is_rotated(&candidate.key)).await?;
            put(&mut found.attributes, "policy", attribute(&policy));
            put(&mut found.attributes, "is_rotated", Value::Bool(is_rotated));
        }
        Ok(Some(found))
    }

    async fn policy(&self, key: &str) -> Result<String, ProviderError> {
        const OPERATION: &str = "GetKeyPolicy";
        let get = self.connection.kms().get_key_policy().key_id(key).policy_name("default");
        required(OPERATION, "Policy", self.connection.call(OPERATION, get.send()).await?.policy)
    }

    async fn is_rotated(&self, key: &str) -> Result<bool, ProviderError> {
        let get = self.connection.kms().get_key_rotation_status().key_id(key);
        Ok(self.connection.call("GetKeyRotationStatus", get.send()).await?.key_rotation_enabled())
    }

    async fn repair_tags(&self, request: &Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        let (key, changes) = (last_part(request.observed.id.as_str()), TagChanges::of(request));
        if !changes.written.is_empty() {
            const OPERATION: &str = "TagResource";
            calls.intend(OPERATION, &request_text(&(key, &changes.written))).await?;
            let call = self.connection.kms().tag_resource().key_id(key).set_tags(Some(written(OPERATION, &changes.written)?));
            self.connection.call(OPERATION, call.send()).await?;
        }
        if !changes.removed.is_empty() {
            const OPERATION: &str = "UntagResource";
            calls.intend(OPERATION, &request_text(&(key, &changes.removed))).await?;
            let call = self.connection.kms().untag_resource().key_id(key).set_tag_keys(Some(changes.removed));
            self.connection.call(OPERATION, call.send()).await?;
        }
        Ok(())
    }

    /// Names the key. An alias that still hangs on a key of ours that waits for its deletion is taken from it.
    async fn put_alias(&self, alias: &str, key: &RemoteId, tags: &Tags, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "CreateAlias";
        calls.intend(OPERATION, &request_text(&(alias, key))).await?;
        let call = self.connection.kms().create_alias().alias_name(alias).target_key_id(last_part(key.as_str()));
        let answer = self.connection.call(OPERATION, call.send()).await;
        let Some(refusal) = refusal(&answer, "AlreadyExistsException") else { return answer.map(drop) };
        taken(refusal, self.holder(alias, key, tags).await)?;
        self.move_alias(alias, key, calls).await
    }

    /// Whose the key is that has the alias.
    async fn holder(&self, alias: &str, key: &RemoteId, tags: &Tags) -> Result<Holder<()>, ProviderError> {
        let Some(found) = self.metadata(alias).await? else { return Ok(Holder::Unseen) };
        let waits = found.key_state() == Some(&KeyState::PendingDeletion);
        let found_tags = self.tags(found.key_id()).await?.unwrap_or_default();
        let is_ours = found.arn() == Some(key.as_str()) || waits && crate::aws::tags::is_same_object(&found_tags, tags);
        Ok(if is_ours { Holder::Ours(()) } else { Holder::Foreign })
    }

    async fn move_alias(&self, alias: &str, key: &RemoteId, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "UpdateAlias";
        calls.intend(OPERATION, &request_text(&(alias, key))).await?;
        let call = self.connection.kms().update_alias().alias_name(alias).target_key_id(last_part(key.as_str()));
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    async fn put_policy(&self, key: &str, policy: &Policy, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "PutKeyPolicy";
        let policy = document(OPERATION, policy)?;
        calls.intend(OPERATION, &request_text(&(key, &policy))).await?;
        let call = self.connection.kms().put_key_policy().key_id(key).policy_name("default").policy(policy);
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    async fn turn_rotation(&self, key: &str, is_rotated: bool, calls: &dyn Calls) -> Result<(), ProviderError> {
        let operation = if is_rotated { "EnableKeyRotation" } else { "DisableKeyRotation" };
        calls.intend(operation, &request_text(&key)).await?;
        if is_rotated {
            self.connection.call(operation, self.connection.kms().enable_key_rotation().key_id(key).send()).await.map(drop)
        } else {
            self.connection.call(operation, self.connection.kms().disable_key_rotation().key_id(key).send()).await.map(drop)
        }
    }
}

fn read_tags(tags: &[Tag]) -> Tags {
    tags.iter().map(|tag| (tag.tag_key().to_owned(), tag.tag_value().to_owned())).collect()
}

fn written(operation: &'static str, tags: &Tags) -> Result<Vec<Tag>, ProviderError> {
    let tags = tags.iter().map(|(key, value)| Tag::builder().tag_key(key).tag_value(value).build());
    tags.collect::<Result<_, _>>().map_err(|error| ProviderError::new(ErrorKind::Refused, operation, error.to_string()))
}

#[async_trait]
impl ResourceType for KmsKeyType {
    fn kind(&self) -> &'static str {
        "kms-key"
    }

    fn reads_details(&self) -> bool {
        true
    }

    async fn observe(&self, scope: &Scope, depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let aliases = self.aliases().await?;
        let name = format!("alias/{}-{}", scope.project, scope.environment);
        let named = aliases.iter().find(|alias| alias.alias_name() == Some(&name));
        let named = named.and_then(AliasListEntry::target_key_id).map(|key| Candidate { key: key.to_owned(), alias: Some(name) });
        let mut found = match &named {
            Some(candidate) => self.look(candidate, scope, depth).await?.into_iter().collect(),
            None => Vec::new(),
        };
        if !found.iter().any(Observed::is_live) {
            let candidates = self.without_alias(&aliases).await?;
            let further = try_join_all(candidates.iter().map(|candidate| self.look(candidate, scope, depth))).await?;
            found.extend(further.into_iter().flatten());
        }
        Ok(found)
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "CreateKey";
        let specification: KmsKey = wanted(OPERATION, request.attributes)?;
        let policy = document(OPERATION, &specification.policy)?;
        let token = calls.intend(OPERATION, &request.text()).await?;
        let call = self.connection.kms_once().create_key().description(&specification.description).policy(policy);
        let call = call.set_tags(Some(written(OPERATION, &with_token(request.tags, &token))?));
        let metadata = required(OPERATION, "KeyMetadata", self.connection.call(OPERATION, call.send()).await?.key_metadata)?;
        Ok(RemoteId::new(required(OPERATION, "Arn", metadata.arn)?))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        if request.is_about_tags_alone() {
            return self.repair_tags(&request, calls).await;
        }
        let specification: KmsKey = wanted("CreateAlias", request.attributes)?;
        let id = &request.observed.id;
        self.repair_tags(&request, calls).await?;
        if request.observed.attributes.get("alias").and_then(Value::as_text).is_none_or(str::is_empty) {
            self.put_alias(&specification.alias, id, request.tags, calls).await?;
        }
        if request.differs("policy") {
            self.put_policy(last_part(id.as_str()), &specification.policy, calls).await?;
        }
        if request.differs("is_rotated") {
            self.turn_rotation(last_part(id.as_str()), specification.is_rotated, calls).await?;
        }
        Ok(())
    }

    /// The key first and its alias last: as long as the alias is there, an interrupted deletion is found again.
    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const SCHEDULE: &str = "ScheduleKeyDeletion";
        const ALIAS: &str = "DeleteAlias";
        let id = last_part(request.observed.id.as_str());
        calls.intend(SCHEDULE, &request_text(&id)).await?;
        let call = self.connection.kms().schedule_key_deletion().key_id(id).pending_window_in_days(WAITING_DAYS);
        let answer = self.connection.call(SCHEDULE, call.send()).await;
        let waits = matches!(self.metadata(id).await?.as_ref().and_then(|key| key.key_state()), None | Some(KeyState::PendingDeletion));
        if !waits {
            return gone_is_success(answer);
        }
        let Some(alias) = request.observed.attributes.get("alias").and_then(Value::as_text).filter(|alias| !alias.is_empty()) else {
            return Ok(());
        };
        calls.intend(ALIAS, &request_text(&alias)).await?;
        gone_is_success(self.connection.call(ALIAS, self.connection.kms().delete_alias().alias_name(alias).send()).await)
    }
}
