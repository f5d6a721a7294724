use async_trait::async_trait;
use aws_sdk_ec2::types::{KeyPairInfo as Listed, ResourceType as Taggable};
use aws_smithy_types::Blob;

use crate::aws::client::{Connection, required};
use crate::aws::error::gone_is_success;
use crate::aws::request::{observed, request_text, wanted};
use crate::aws::tags::{filter, is_same_object, read_tags, repair_tags, scope_filters, tags_at_creation};
use crate::aws::taken::{Holder, refusal, taken};
use crate::desired::KeyPair;
use crate::model::{Observed, RemoteId, Scope, Status};
use crate::provider::{Calls, Create, Delete, Depth, ProviderError, ResourceType, Update};

const LIST: &str = "DescribeKeyPairs";

/// EC2's key pairs.
pub(super) struct KeyPairType {
    connection: Connection,
}

impl KeyPairType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    /// Who has the pair's name.
    async fn holder(&self, specification: &KeyPair, request: &Create<'_>) -> Result<Holder, ProviderError> {
        let list = self.connection.ec2().describe_key_pairs().filters(filter("key-name", &specification.key_name));
        let answer = self.connection.call(LIST, list.send()).await?;
        let is_ours = |pair: &Listed| is_same_object(&read_tags(pair.tags()), request.tags);
        Ok(Holder::among(answer.key_pairs(), is_ours, Listed::key_pair_id))
    }
}

/// Type and base64, without the comment: EC2 answers with one of its own.
fn without_comment(public_key: &str) -> String {
    public_key.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

fn observe_one(pair: &Listed, scope: &Scope) -> Result<Option<Observed>, ProviderError> {
    let tags = read_tags(pair.tags());
    let Some(address) = scope.address_in(&tags) else { return Ok(None) };
    let specification = KeyPair {
        key_name: required(LIST, "keyName", pair.key_name())?.to_owned(),
        public_key: without_comment(required(LIST, "publicKey", pair.public_key())?),
    };
    let id = RemoteId::new(required(LIST, "keyPairId", pair.key_pair_id())?);
    observed(LIST, address, id, Status::Ready, &specification, tags).map(Some)
}

#[async_trait]
impl ResourceType for KeyPairType {
    fn kind(&self) -> &'static str {
        "key-pair"
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let list = self.connection.ec2().describe_key_pairs().include_public_key(true).set_filters(Some(scope_filters(scope)));
        let answer = self.connection.call(LIST, list.send()).await?;
        answer.key_pairs().iter().filter_map(|pair| observe_one(pair, scope).transpose()).collect()
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "ImportKeyPair";
        let specification: KeyPair = wanted(OPERATION, request.attributes)?;
        let token = calls.intend(OPERATION, &request.text()).await?;
        let call = self
            .connection
            .ec2()
            .import_key_pair()
            .key_name(&specification.key_name)
            .public_key_material(Blob::new(specification.public_key.as_bytes()))
            .tag_specifications(tags_at_creation(Taggable::KeyPair, request.tags, &token));
        let answer = self.connection.call(OPERATION, call.send()).await;
        if let Some(refusal) = refusal(&answer, "InvalidKeyPair.Duplicate") {
            return taken(refusal, self.holder(&specification, &request).await);
        }
        Ok(RemoteId::new(required(OPERATION, "keyPairId", answer?.key_pair_id)?))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        repair_tags(&self.connection, &request, calls).await
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteKeyPair";
        let specification: KeyPair = wanted(OPERATION, &request.observed.attributes)?;
        calls.intend(OPERATION, &request_text(&request.observed.id)).await?;
        let call = self.connection.ec2().delete_key_pair().key_name(&specification.key_name);
        gone_is_success(self.connection.call(OPERATION, call.send()).await)
    }
}
