use std::collections::BTreeSet;

use crate::model::{Catalogue, Resource, ResourceAddress};
use crate::plan::Observations;

/// The copies that were made of objects that are still there: none of them is an object's last state once it is written to again.
pub fn copies_of_the_living(catalogue: &Catalogue, observed: &Observations) -> BTreeSet<ResourceAddress> {
    let mut copies = BTreeSet::new();
    for object in observed.objects.values() {
        let Some(last_copy) = catalogue.get(object.address.kind()).and_then(|schema| schema.last_copy) else { continue };
        let places = numbered(last_copy(object)).map(|copy| copy.address);
        copies.extend(places.take_while(|address| observed.objects.contains_key(address)));
    }
    copies
}

/// The places of a last copy: the first is named as the copy is, the next ones are numbered; those of older copies are taken.
pub(super) fn numbered(copy: Resource) -> impl Iterator<Item = Resource> {
    (1..).map(move |number| {
        let mut copy = copy.clone();
        if number > 1 {
            copy.address = ResourceAddress::new(copy.address.kind(), format!("{}-{number}", copy.address.name()));
        }
        copy
    })
}
