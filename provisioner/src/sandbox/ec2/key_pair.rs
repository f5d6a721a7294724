use aws_sdk_ec2::operation::delete_key_pair::{DeleteKeyPairInput, DeleteKeyPairOutput};
use aws_sdk_ec2::operation::describe_key_pairs::{DescribeKeyPairsInput, DescribeKeyPairsOutput};
use aws_sdk_ec2::operation::import_key_pair::{ImportKeyPairInput, ImportKeyPairOutput};
use aws_sdk_ec2::types::{KeyPairInfo, KeyType, ResourceType};
use serde::{Deserialize, Serialize};
use ssh_key::{Algorithm, HashAlg, PublicKey};

use super::paging::{Query, select};
use super::tag;
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// The longest name (EC2 API Reference, `CreateKeyPair`: up to 255 ASCII characters).
const MAX_NAME: usize = 255;

/// A key pair, of which the cloud has the public half.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KeyPair {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) name: String,
    pub(crate) is_rsa: bool,
    pub(crate) fingerprint: String,
    pub(crate) public_key: String,
}

impl KeyPair {
    /// The key pair with a name.
    pub(crate) fn with_name(call: &Call<'_>, name: &str) -> Result<KeyPair, Refusal> {
        let found = call.iter::<KeyPair>().find(|pair| pair.name == name).cloned();
        found.ok_or_else(|| Refusal::new("InvalidKeyPair.NotFound", format!("The key pair '{name}' does not exist")))
    }

    fn to_sdk(&self, includes_key: bool) -> KeyPairInfo {
        KeyPairInfo::builder()
            .key_pair_id(&self.id)
            .key_name(&self.name)
            .key_type(if self.is_rsa { KeyType::Rsa } else { KeyType::Ed25519 })
            .key_fingerprint(&self.fingerprint)
            .create_time(self.created.to_sdk())
            .set_public_key(includes_key.then(|| self.public_key.clone()))
            .set_tags(Some(tag::to_sdk(&self.tags)))
            .build()
    }
}

/// `ImportKeyPair`: RSA or Ed25519, in OpenSSH's form. The other forms that EC2 takes are not simulated.
///
/// The fingerprint is that of EC2 for Ed25519, base64 of SHA-256 with its padding; for RSA EC2 gives an MD5, here it is the SHA-256 too.
pub(crate) fn import(call: &mut Call<'_>, input: &ImportKeyPairInput) -> Result<ImportKeyPairOutput, Refusal> {
    let name = input.key_name().filter(|name| !name.is_empty()).ok_or_else(|| Refusal::missing("KeyName"))?;
    if name.len() > MAX_NAME || !name.is_ascii() {
        return Err(Refusal::value(format!("Value ({name}) for parameter KeyName is invalid. At most 255 ASCII characters")));
    }
    let material = input.public_key_material().ok_or_else(|| Refusal::missing("PublicKeyMaterial"))?;
    let invalid = || Refusal::new("InvalidKey.Format", "Key is not in valid OpenSSH public key format");
    let text = std::str::from_utf8(material.as_ref()).map_err(|_| invalid())?.trim();
    let key = PublicKey::from_openssh(text).map_err(|_| invalid())?;
    let is_rsa = match key.algorithm() {
        Algorithm::Ed25519 => false,
        Algorithm::Rsa { .. } => true,
        _ => return Err(invalid()),
    };
    let tags = tag::for_new(call, input.tag_specifications(), ResourceType::KeyPair)?;
    if call.iter::<KeyPair>().any(|pair| pair.name == name) {
        return Err(Refusal::new("InvalidKeyPair.Duplicate", format!("The keypair '{name}' already exists.")));
    }
    let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
    let unpadded = fingerprint.strip_prefix("SHA256:").unwrap_or(&fingerprint);
    let pair = KeyPair {
        id: call.new_id("key"),
        tags,
        created: call.now,
        name: name.to_owned(),
        is_rsa,
        fingerprint: format!("{unpadded}="),
        public_key: text.to_owned(),
    };
    call.put(pair.clone());
    Ok(ImportKeyPairOutput::builder()
        .key_pair_id(&pair.id)
        .key_name(&pair.name)
        .key_fingerprint(&pair.fingerprint)
        .set_tags(Some(tag::to_sdk(&pair.tags)))
        .build())
}

/// `DeleteKeyPair`: succeeds for a name that does not exist; instances keep the key they booted with.
pub(crate) fn delete(call: &mut Call<'_>, input: &DeleteKeyPairInput) -> Result<DeleteKeyPairOutput, Refusal> {
    let found = match (input.key_pair_id(), input.key_name()) {
        (None, None) => return Err(Refusal::missing("KeyName or KeyPairId")),
        (Some(id), _) => call.iter::<KeyPair>().find(|pair| pair.id == id),
        (None, Some(name)) => call.iter::<KeyPair>().find(|pair| pair.name == name),
    };
    let id = found.map(|pair| pair.id.clone());
    if let Some(id) = &id {
        call.remove::<KeyPair>(id);
    }
    Ok(DeleteKeyPairOutput::builder().r#return(true).set_key_pair_id(id).build())
}

/// `DescribeKeyPairs`, which has no paging.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeKeyPairsInput) -> Result<DescribeKeyPairsOutput, Refusal> {
    let query = Query {
        ids: input.key_pair_ids(),
        filters: input.filters(),
        names: &["fingerprint", "key-name", "key-pair-id"],
        max_results: None,
        next_token: None,
        sizes: 1..=1000,
        excludes_ids: false,
    };
    let page = select::<KeyPair>(call, &query, |_, pair, name| {
        vec![match name {
            "fingerprint" => pair.fingerprint.clone(),
            "key-name" => pair.name.clone(),
            _ => pair.id.clone(),
        }]
    })?;
    for name in input.key_names() {
        if !call.visible::<KeyPair>().iter().any(|pair| pair.name == *name) {
            return Err(Refusal::new("InvalidKeyPair.NotFound", format!("The key pair '{name}' does not exist")));
        }
    }
    let includes_key = input.include_public_key == Some(true);
    let is_named = |pair: &&KeyPair| input.key_names().is_empty() || input.key_names().contains(&pair.name);
    let pairs = page.items.iter().filter(is_named).map(|pair| pair.to_sdk(includes_key)).collect();
    Ok(DescribeKeyPairsOutput::builder().set_key_pairs(Some(pairs)).build())
}
