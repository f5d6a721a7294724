use crate::sandbox::refusal::Refusal;

/// One page of things, and where the next one starts.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) marker: Option<String>,
}

impl<T> Page<T> {
    /// Whether there is more.
    pub(super) fn is_truncated(&self) -> bool {
        self.marker.is_some()
    }
}

/// Cuts a page out of things in the order of their names: 100 unless told, at most 1000 (IAM API Reference, `ListRoles`).
pub(super) fn cut<T>(
    mut things: Vec<T>,
    marker: Option<&str>,
    max_items: Option<i32>,
    name: impl Fn(&T) -> &str,
) -> Result<Page<T>, Refusal> {
    let size = max_items.unwrap_or(100);
    let size = usize::try_from(size).ok().filter(|size| (1..=1000).contains(size));
    let size = size.ok_or_else(|| Refusal::new("ValidationError", "Value at 'maxItems' failed to satisfy constraint: 1 to 1000"))?;
    if let Some(marker) = marker {
        things.retain(|thing| name(thing) > marker);
    }
    let has_more = things.len() > size;
    things.truncate(size);
    let marker = things.last().filter(|_| has_more).map(|last| name(last).to_owned());
    Ok(Page { items: things, marker })
}
