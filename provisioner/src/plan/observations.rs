use std::collections::BTreeMap;

use crate::model::{Observed, ResourceAddress, Status};

/// Every object of an environment as the cloud shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observations {
    /// The live objects.
    pub objects: BTreeMap<ResourceAddress, Observed>,
    /// Objects that are being deleted.
    pub deleting: BTreeMap<ResourceAddress, Observed>,
    /// Further live objects with an address that another one has.
    pub duplicates: Vec<Observed>,
}

impl Observations {
    /// Whose every id is.
    pub fn names(&self) -> BTreeMap<String, ResourceAddress> {
        self.objects.values().map(|object| (object.id.to_string(), object.address.clone())).collect()
    }

    /// Sorts what was listed; what is gone is left out.
    pub fn new(listed: impl IntoIterator<Item = Observed>) -> Self {
        let mut observations = Self::default();
        let mut listed: Vec<Observed> = listed.into_iter().collect();
        listed.sort_by(|left, right| (&left.address, &left.id).cmp(&(&right.address, &right.id)));
        for observed in listed {
            let address = observed.address.clone();
            match observed.status {
                Status::Gone => {}
                Status::Deleting => {
                    observations.deleting.insert(address, observed);
                }
                Status::Ready | Status::Pending { .. } | Status::Failed { .. } => match observations.objects.entry(address) {
                    std::collections::btree_map::Entry::Vacant(place) => {
                        place.insert(observed);
                    }
                    std::collections::btree_map::Entry::Occupied(_) => observations.duplicates.push(observed),
                },
            }
        }
        observations
    }
}
