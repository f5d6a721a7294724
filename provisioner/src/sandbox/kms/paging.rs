use crate::sandbox::refusal::Refusal;

/// One page of things, and where the next one starts.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) marker: Option<String>,
}

/// Cuts a page out of things in the order of their ids; `usual` is the size where nothing is said, `most` the largest.
pub(super) fn cut<T>(
    mut things: Vec<T>,
    marker: Option<&str>,
    limit: Option<i32>,
    (usual, most): (i32, i32),
    id: impl Fn(&T) -> &str,
) -> Result<Page<T>, Refusal> {
    let size = usize::try_from(limit.unwrap_or(usual)).ok().filter(|_| (1..=most).contains(&limit.unwrap_or(usual)));
    let size = size.ok_or_else(|| Refusal::new("ValidationException", format!("Value at 'limit' must be between 1 and {most}")))?;
    if let Some(marker) = marker {
        things.retain(|thing| id(thing) > marker);
    }
    let has_more = things.len() > size;
    things.truncate(size);
    let marker = things.last().filter(|_| has_more).map(|last| id(last).to_owned());
    Ok(Page { items: things, marker })
}
