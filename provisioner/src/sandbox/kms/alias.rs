use aws_sdk_kms::operation::create_alias::{CreateAliasInput, CreateAliasOutput};
use aws_sdk_kms::operation::delete_alias::{DeleteAliasInput, DeleteAliasOutput};
use aws_sdk_kms::operation::list_aliases::{ListAliasesInput, ListAliasesOutput};
use aws_sdk_kms::operation::update_alias::{UpdateAliasInput, UpdateAliasOutput};
use aws_sdk_kms::types::AliasListEntry;
use serde::{Deserialize, Serialize};

use super::KmsKey;
use super::key::not_found;
use super::paging::cut;
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// A key's second name, `alias/…`; it has no tags.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KmsAlias {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    /// The id of its key.
    pub(crate) target: String,
}

fn new_name(name: Option<&str>) -> Result<String, Refusal> {
    let name = name.unwrap_or_default();
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || ":/_-".contains(character);
    if name.len() > 256 || !name.chars().all(is_allowed) {
        return Err(Refusal::new("ValidationException", format!("Value '{name}' at 'aliasName' is not a name")));
    }
    if !name.starts_with("alias/") || name == "alias/" {
        return Err(Refusal::new(
            "ValidationException",
            "Alias must start with the prefix \"alias/\". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
        ));
    }
    if name.starts_with("alias/aws/") {
        return Err(Refusal::new("NotAuthorizedException", "The prefix alias/aws/ is reserved."));
    }
    Ok(name.to_owned())
}

fn arn(call: &Call<'_>, name: &str) -> String {
    format!("arn:{}:kms:{}:{}:{name}", call.partition(), call.region, call.account())
}

/// `CreateAlias`: one of a name per account and region.
pub(super) fn create(call: &mut Call<'_>, input: &CreateAliasInput) -> Result<CreateAliasOutput, Refusal> {
    let name = new_name(input.alias_name())?;
    let target = KmsKey::usable(call, input.target_key_id())?.id;
    if call.get::<KmsAlias>(&name).is_some() {
        let message = format!("An alias with the name {} already exists", arn(call, &name));
        return Err(Refusal::new("AlreadyExistsException", message));
    }
    let created = call.now;
    call.put(KmsAlias { id: name, tags: Tags::new(), created, target });
    Ok(CreateAliasOutput::builder().build())
}

/// `UpdateAlias`: hangs the name on another key.
pub(super) fn update(call: &mut Call<'_>, input: &UpdateAliasInput) -> Result<UpdateAliasOutput, Refusal> {
    let name = input.alias_name().unwrap_or_default();
    let mut alias = call.get::<KmsAlias>(name).ok_or_else(|| not_found(call, "Alias", name))?;
    alias.target = KmsKey::usable(call, input.target_key_id())?.id;
    call.put(alias);
    Ok(UpdateAliasOutput::builder().build())
}

/// `DeleteAlias`; the key stays.
pub(super) fn delete(call: &mut Call<'_>, input: &DeleteAliasInput) -> Result<DeleteAliasOutput, Refusal> {
    let name = input.alias_name().unwrap_or_default();
    call.get::<KmsAlias>(name).ok_or_else(|| not_found(call, "Alias", name))?;
    call.remove::<KmsAlias>(name);
    Ok(DeleteAliasOutput::builder().build())
}

/// `ListAliases`: 50 on a page unless told, at most 100; of one key, or all.
pub(super) fn list(call: &mut Call<'_>, input: &ListAliasesInput) -> Result<ListAliasesOutput, Refusal> {
    let mut aliases = call.visible::<KmsAlias>();
    if let Some(id) = input.key_id() {
        let key = KmsKey::named(call, Some(id))?;
        aliases.retain(|alias| alias.target == key.id);
    }
    let page = cut(aliases, input.marker(), input.limit(), (50, 100), |alias| &alias.id)?;
    let entry = |alias: &KmsAlias| {
        let entry = AliasListEntry::builder().alias_name(&alias.id).alias_arn(arn(call, &alias.id)).target_key_id(&alias.target);
        entry.creation_date(alias.created.to_sdk()).build()
    };
    let aliases = page.items.iter().map(entry).collect();
    Ok(ListAliasesOutput::builder().set_aliases(Some(aliases)).truncated(page.marker.is_some()).set_next_marker(page.marker).build())
}
