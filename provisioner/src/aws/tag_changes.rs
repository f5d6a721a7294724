use crate::model::{TAG_TOKEN, Tags};
use crate::provider::{Token, Update};

/// What all of our own tag keys begin with; nobody else writes such keys.
const OURS: &str = "provision:";

/// What must be done about the tags of an object.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TagChanges {
    /// Tags that are missing or have another value.
    pub(super) written: Tags,
    /// Keys of ours that nobody wants any more; tags of other people stay.
    pub(super) removed: Vec<String>,
}

impl TagChanges {
    /// What an update asks for.
    pub(super) fn of(request: &Update<'_>) -> Self {
        let Update { observed, tags: wanted, stale_tags, .. } = request;
        let written = wanted.iter().filter(|(key, value)| observed.tags.get(*key) != Some(value));
        let is_left_over =
            |key: &&String| stale_tags.contains(*key) || (key.starts_with(OURS) && *key != TAG_TOKEN && !wanted.contains_key(*key));
        Self {
            written: written.map(|(key, value)| (key.clone(), value.clone())).collect(),
            removed: observed.tags.keys().filter(is_left_over).cloned().collect(),
        }
    }
}

/// The tags that an object gets in the call that makes it: those wanted, and the token of the intent.
pub(super) fn with_token(tags: &Tags, token: &Token) -> Tags {
    let mut tags = tags.clone();
    tags.insert(TAG_TOKEN.to_owned(), token.to_string());
    tags
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::{Attributes, Observed, RemoteId, ResourceAddress, Status};

    #[test]
    fn our_old_tags_go_those_of_others_stay() {
        let tags =
            |entries: &[(&str, &str)]| -> Tags { entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect() };
        let observed = Observed {
            address: ResourceAddress::new("iam-role", "hosts"),
            id: RemoteId::new("arn"),
            status: Status::Ready,
            attributes: Attributes::new(),
            tags: tags(&[("Name", "old"), ("provision:retained", "x"), ("provision:token", "t"), ("theirs", "y"), ("cost", "z")]),
        };
        let (wanted, stale) = (tags(&[("Name", "new")]), BTreeSet::from(["cost".to_owned()]));
        let request = Update { observed: &observed, attributes: &Attributes::new(), tags: &wanted, stale_tags: &stale };
        let changes = TagChanges::of(&request);
        assert_eq!(changes.written, tags(&[("Name", "new")]));
        assert_eq!(changes.removed, ["cost", "provision:retained"]);
    }
}
