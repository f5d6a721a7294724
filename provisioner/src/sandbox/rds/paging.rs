use std::ops::RangeInclusive;

use crate::sandbox::refusal::Refusal;

/// How many records most lists of RDS give at a time (RDS API Reference: "Minimum 20, maximum 100").
pub(super) const USUAL: RangeInclusive<i32> = 20..=100;

/// Which page a request asks for.
pub(super) struct Page<'a> {
    pub(super) max_records: Option<i32>,
    pub(super) marker: Option<&'a str>,
    pub(super) sizes: RangeInclusive<i32>,
}

/// Cuts a page out of things that are in the order of their keys, and says where the next one begins.
pub(super) fn cut<T>(things: Vec<T>, page: &Page<'_>, key: impl Fn(&T) -> String) -> Result<(Vec<T>, Option<String>), Refusal> {
    // The default is 100 in every list.
    let size = page.max_records.unwrap_or(100);
    if !page.sizes.contains(&size) {
        let (least, most) = (page.sizes.start(), page.sizes.end());
        return Err(Refusal::value(format!("Invalid value {size} for MaxRecords. Must be between {least} and {most}")));
    }
    let mut rest: Vec<T> = match page.marker.filter(|marker| !marker.is_empty()) {
        None => things,
        Some(marker) => things.into_iter().filter(|thing| key(thing).as_str() > marker).collect(),
    };
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let has_more = rest.len() > size;
    rest.truncate(size);
    let marker = rest.last().filter(|_| has_more).map(key);
    Ok((rest, marker))
}
