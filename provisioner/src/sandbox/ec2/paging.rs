use std::ops::RangeInclusive;

use aws_sdk_ec2::types::Filter;
use sha2::{Digest, Sha256};

use super::filter::Filters;
use crate::sandbox::call::{Call, not_found};
use crate::sandbox::object::Record;
use crate::sandbox::refusal::Refusal;

/// What a Describe asks for.
pub(crate) struct Query<'a> {
    pub(crate) ids: &'a [String],
    pub(crate) filters: &'a [Filter],
    /// The filter names that the operation knows, those of tags aside.
    pub(crate) names: &'a [&'a str],
    pub(crate) max_results: Option<i32>,
    pub(crate) next_token: Option<&'a str>,
    /// The page sizes that the operation takes.
    pub(crate) sizes: RangeInclusive<i32>,
    /// Whether the operation refuses an id list together with a page size.
    pub(crate) excludes_ids: bool,
}

/// One page of objects, and where the next one starts.
#[derive(Debug)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next_token: Option<String>,
}

/// Selects the objects of a type that a Describe asks for.
///
/// A page is cut before it is filtered, as EC2 does it: a filtered page may be empty and still have a next one.
pub(crate) fn select<T: Record>(
    call: &Call<'_>,
    query: &Query<'_>,
    values: impl Fn(&Call<'_>, &T, &str) -> Vec<String>,
) -> Result<Page<T>, Refusal> {
    let filters = Filters::checked(query.filters, query.names)?;
    let mut objects = call.visible::<T>();
    if !query.ids.is_empty() {
        if query.excludes_ids && query.max_results.is_some() {
            return Err(Refusal::combination("A list of IDs cannot be used with the parameter maxResults"));
        }
        if let Some(unknown) = query.ids.iter().find(|id| !objects.iter().any(|object| object.id() == id.as_str())) {
            return Err(not_found::<T>(unknown));
        }
        objects.retain(|object| query.ids.iter().any(|id| id == object.id()));
    }
    let mut page = cut(objects, query, Record::id)?;
    page.items.retain(|object| filters.keep(object.tags(), |name| values(call, object, name)));
    Ok(page)
}

/// Cuts the page that a query asks for out of things that are in the order of their ids.
pub(crate) fn cut<T>(things: Vec<T>, query: &Query<'_>, id: impl Fn(&T) -> &str) -> Result<Page<T>, Refusal> {
    let fingerprint = fingerprint(query);
    let mut rest = things;
    if let Some(token) = query.next_token.filter(|token| !token.is_empty()) {
        let last = token
            .strip_prefix(fingerprint.as_str())
            .ok_or_else(|| Refusal::new("InvalidNextToken", format!("The token '{token}' is invalid")))?;
        rest.retain(|thing| id(thing) > last);
    }
    let Some(size) = query.max_results else { return Ok(Page { items: rest, next_token: None }) };
    if !query.sizes.contains(&size) {
        let (least, most) = (query.sizes.start(), query.sizes.end());
        return Err(Refusal::value(format!(
            "Value ( {size} ) for parameter maxResults is invalid. Expecting a value between {least} and {most}."
        )));
    }
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let has_more = rest.len() > size;
    rest.truncate(size);
    let next_token = rest.last().filter(|_| has_more).map(|last| format!("{fingerprint}{}", id(last)));
    Ok(Page { items: rest, next_token })
}

/// Ties a token to the query that it continues.
fn fingerprint(query: &Query<'_>) -> String {
    let mut hasher = Sha256::new();
    hasher.update(format!("{:?}{:?}", query.ids, query.filters));
    let mut digits = format!("{:x}", hasher.finalize());
    digits.truncate(16);
    digits
}
