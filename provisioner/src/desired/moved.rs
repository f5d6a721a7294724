use std::collections::BTreeMap;

use crate::model::ResourceAddress;
use crate::topology::{Moved, MovedKind, Topology};

/// Of these addresses those that have another name now, each with its new one.
///
/// What belongs to a renamed thing is named after it: a role's group, its hosts with all that is theirs; a database with its group.
pub fn moved<'a>(
    topology: &Topology,
    addresses: impl IntoIterator<Item = &'a ResourceAddress>,
) -> BTreeMap<ResourceAddress, ResourceAddress> {
    let new_name = |address: &ResourceAddress| topology.moved.iter().find_map(|moved| name(moved, address));
    addresses.into_iter().filter_map(|address| Some((address.clone(), ResourceAddress::new(address.kind(), new_name(address)?)))).collect()
}

fn name(moved: &Moved, address: &ResourceAddress) -> Option<String> {
    let is_itself = address.name() == moved.from;
    let to = || moved.to.clone();
    match moved.kind {
        MovedKind::Role if address.kind() == "bucket" || address.kind().starts_with("db-") => None,
        MovedKind::Role => {
            if is_itself {
                Some(to())
            } else {
                moved.host(address.name())
            }
        }
        MovedKind::Database if address.kind().starts_with("db-") => is_itself.then(to),
        MovedKind::Database => (address.name() == format!("database-{}", moved.from)).then(|| format!("database-{}", moved.to)),
        MovedKind::Bucket => (is_itself && address.kind() == "bucket").then(to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new_name(kind: MovedKind, address: &str) -> Option<String> {
        let moved = Moved { kind, from: "worker".to_owned(), to: "app".to_owned() };
        name(&moved, &address.parse().expect("an address"))
    }

    #[test]
    fn what_is_named_after_a_role_goes_with_it_and_nothing_else() {
        let of_role = |address| new_name(MovedKind::Role, address);
        assert_eq!(of_role("security-group.worker").as_deref(), Some("app"));
        assert_eq!(of_role("instance.worker-2").as_deref(), Some("app-2"));
        assert_eq!(of_role("volume.worker-2-data").as_deref(), Some("app-2-data"));
        assert_eq!(of_role("subnet.worker-a"), None);
        assert_eq!(of_role("instance.workers-1"), None);
        assert_eq!(of_role("bucket.worker"), None);
    }

    #[test]
    fn a_database_takes_its_group_along_and_a_bucket_stands_alone() {
        assert_eq!(new_name(MovedKind::Database, "db-instance.worker").as_deref(), Some("app"));
        assert_eq!(new_name(MovedKind::Database, "security-group-rules.database-worker").as_deref(), Some("database-app"));
        assert_eq!(new_name(MovedKind::Database, "security-group.worker"), None);
        assert_eq!(new_name(MovedKind::Bucket, "bucket.worker").as_deref(), Some("app"));
        assert_eq!(new_name(MovedKind::Bucket, "instance.worker-1"), None);
    }
}
