use aws_sdk_kms::operation::create_key::{CreateKeyInput, CreateKeyOutput};
use aws_sdk_kms::operation::describe_key::{DescribeKeyInput, DescribeKeyOutput};
use aws_sdk_kms::operation::enable_key::{EnableKeyInput, EnableKeyOutput};
use aws_sdk_kms::operation::list_keys::{ListKeysInput, ListKeysOutput};
use aws_sdk_kms::types::{EncryptionAlgorithmSpec, KeyListEntry, KeyManagerType, KeyMetadata, KeySpec, KeyState, KeyUsageType, OriginType};
use serde::{Deserialize, Serialize};

use super::paging::cut;
use super::{KmsAlias, key_policy, tag};
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// A symmetric key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KmsKey {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) arn: String,
    pub(crate) description: String,
    pub(crate) policy: String,
    pub(crate) is_rotated: bool,
    pub(crate) is_enabled: bool,
    /// When it will be deleted, while it waits for that.
    pub(crate) deletion: Option<Moment>,
}

impl KmsKey {
    /// The key that a request names by its id or its ARN.
    pub(super) fn named(call: &Call<'_>, id: Option<&str>) -> Result<KmsKey, Refusal> {
        let text = id.filter(|id| !id.is_empty()).ok_or_else(|| Refusal::new("ValidationException", "KeyId is required"))?;
        let id = text.rsplit_once(":key/").map_or(text, |(_, id)| id);
        let found = call.named::<KmsKey>(Some(id), "KeyId").ok().filter(|key| text == key.id || text == key.arn);
        found.ok_or_else(|| not_found(call, "Key", text))
    }

    /// The same for operations that refuse a key that waits for its deletion (KMS Developer Guide, "Key states of AWS KMS keys").
    pub(super) fn usable(call: &Call<'_>, id: Option<&str>) -> Result<KmsKey, Refusal> {
        let key = KmsKey::named(call, id)?;
        if key.deletion.is_some() {
            return Err(Refusal::new("KMSInvalidStateException", format!("{} is pending deletion.", key.arn)));
        }
        Ok(key)
    }

    /// Its state.
    pub(super) fn state(&self) -> KeyState {
        match (self.deletion, self.is_enabled) {
            (Some(_), _) => KeyState::PendingDeletion,
            (None, true) => KeyState::Enabled,
            (None, false) => KeyState::Disabled,
        }
    }

    fn metadata(&self, call: &Call<'_>) -> Result<KeyMetadata, Refusal> {
        Ok(KeyMetadata::builder()
            .aws_account_id(call.account())
            .key_id(&self.id)
            .arn(&self.arn)
            .creation_date(self.created.to_sdk())
            .enabled(self.state() == KeyState::Enabled)
            .description(&self.description)
            .key_usage(KeyUsageType::EncryptDecrypt)
            .key_state(self.state())
            .set_deletion_date(self.deletion.map(Moment::to_sdk))
            .origin(OriginType::AwsKms)
            .key_manager(KeyManagerType::Customer)
            .key_spec(KeySpec::SymmetricDefault)
            .encryption_algorithms(EncryptionAlgorithmSpec::SymmetricDefault)
            .multi_region(false)
            .build()?)
    }
}

/// The refusal for what does not exist: `noun` is `Key` or `Alias`.
pub(super) fn not_found(call: &Call<'_>, noun: &str, text: &str) -> Refusal {
    let arn = if text.starts_with("arn:") {
        text.to_owned()
    } else {
        let separator = if noun == "Key" { "key/" } else { "" };
        format!("arn:{}:kms:{}:{}:{separator}{text}", call.partition(), call.region, call.account())
    };
    Refusal::new("NotFoundException", format!("{noun} '{arn}' does not exist"))
}

/// `CreateKey`: symmetric keys with KMS's own material. Tags need `kms:TagResource` besides (KMS API Reference, `CreateKey`).
pub(super) fn create(call: &mut Call<'_>, input: &CreateKeyInput) -> Result<CreateKeyOutput, Refusal> {
    let others = [
        (input.key_usage().is_none_or(|usage| *usage == KeyUsageType::EncryptDecrypt), "KeyUsage"),
        (input.key_spec().is_none_or(|spec| *spec == KeySpec::SymmetricDefault), "KeySpec"),
        (input.origin().is_none_or(|origin| *origin == OriginType::AwsKms), "Origin"),
        (input.custom_key_store_id().is_none(), "CustomKeyStoreId"),
        (input.xks_key_id().is_none(), "XksKeyId"),
        (input.multi_region() != Some(true), "MultiRegion"),
        (input.bypass_policy_lockout_safety_check() != Some(true), "BypassPolicyLockoutSafetyCheck"),
    ];
    if let Some((_, parameter)) = others.iter().find(|(is_usual, _)| !is_usual) {
        return Err(Refusal::unsimulated(parameter));
    }
    let tags = tag::read(input.tags())?;
    if !tags.is_empty() {
        call.needs("kms:TagResource")?;
    }
    let policy = match input.policy() {
        Some(policy) => key_policy::checked(call, policy)?,
        None => key_policy::default_of(call),
    };
    let digits = call.new_digits(32);
    let id = format!("{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]);
    let key = KmsKey {
        arn: format!("arn:{}:kms:{}:{}:key/{id}", call.partition(), call.region, call.account()),
        id,
        tags,
        created: call.now,
        description: input.description().unwrap_or_default().to_owned(),
        policy,
        is_rotated: false,
        is_enabled: true,
        deletion: None,
    };
    let metadata = key.metadata(call)?;
    call.put(key);
    Ok(CreateKeyOutput::builder().key_metadata(metadata).build())
}

/// `DescribeKey`, which takes an alias too.
pub(super) fn describe(call: &mut Call<'_>, input: &DescribeKeyInput) -> Result<DescribeKeyOutput, Refusal> {
    let text = input.key_id().unwrap_or_default();
    let alias = text.rsplit_once(":alias/").map(|(_, name)| format!("alias/{name}")).unwrap_or_else(|| text.to_owned());
    let key = if alias.starts_with("alias/") {
        let found = call.get::<KmsAlias>(&alias).ok_or_else(|| not_found(call, "Alias", text))?;
        KmsKey::named(call, Some(&found.target))?
    } else {
        KmsKey::named(call, input.key_id())?
    };
    Ok(DescribeKeyOutput::builder().key_metadata(key.metadata(call)?).build())
}

/// `ListKeys`: 100 on a page unless told, at most 1000.
pub(super) fn list(call: &mut Call<'_>, input: &ListKeysInput) -> Result<ListKeysOutput, Refusal> {
    let page = cut(call.visible::<KmsKey>(), input.marker(), input.limit(), (100, 1000), |key| &key.id)?;
    let keys = page.items.iter().map(|key| KeyListEntry::builder().key_id(&key.id).key_arn(&key.arn).build()).collect();
    Ok(ListKeysOutput::builder().set_keys(Some(keys)).truncated(page.marker.is_some()).set_next_marker(page.marker).build())
}

/// `EnableKey`.
pub(super) fn enable(call: &mut Call<'_>, input: &EnableKeyInput) -> Result<EnableKeyOutput, Refusal> {
    let mut key = KmsKey::usable(call, input.key_id())?;
    key.is_enabled = true;
    call.put(key);
    Ok(EnableKeyOutput::builder().build())
}
