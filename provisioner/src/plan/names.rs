use std::collections::BTreeMap;

use crate::model::ResourceAddress;
use crate::plan::graph::unambiguous;
use crate::plan::{Change, Observations};

/// The addresses of objects that stay as they are and that a difference names by their id.
pub(super) fn names(changes: &[Change], observed: &Observations) -> BTreeMap<String, ResourceAddress> {
    let by_id = unambiguous(observed.objects.values().map(|object| (object.id.as_str(), &object.address)));
    let mut names = BTreeMap::new();
    for difference in changes.iter().flat_map(|change| &change.differences) {
        for value in [&difference.before, &difference.after] {
            value.visit_texts(&mut |text| names.extend(by_id.get(text).map(|address| (text.to_owned(), (*address).clone()))));
        }
    }
    names
}
