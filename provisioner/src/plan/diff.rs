use crate::model::{Attributes, OnChange, Schema, TAG_RETAINED, TAG_TOKEN, Tags, Value};
use crate::plan::Difference;
use crate::provider::Depth;

/// The value with every list in it sorted, so that sorting what holds lists says nothing of their order.
fn in_order(value: &Value) -> Value {
    match value {
        Value::List(items) => {
            let mut items: Vec<Value> = items.iter().map(in_order).collect();
            items.sort();
            Value::List(items)
        }
        Value::Map(entries) => Value::Map(entries.iter().map(|(key, entry)| (key.clone(), in_order(entry))).collect()),
        other => other.clone(),
    }
}

/// Whether an observed value is what is wanted.
///
/// A wanted map is matched by its own keys only, so that a cloud may show more. Lists are sets: their order says nothing.
pub fn matches(wanted: &Value, observed: &Value) -> bool {
    match (wanted, observed) {
        (Value::Map(wanted), Value::Map(observed)) => {
            wanted.iter().all(|(key, value)| observed.get(key).map_or(*value == Value::Null, |found| matches(value, found)))
        }
        (Value::List(wanted), Value::List(observed)) => {
            let sorted = |items: &[Value]| {
                let mut items: Vec<Value> = items.iter().map(in_order).collect();
                items.sort();
                items
            };
            wanted.len() == observed.len()
                && sorted(wanted).iter().zip(&sorted(observed)).all(|(wanted, observed)| matches(wanted, observed))
        }
        (wanted, observed) => wanted == observed,
    }
}

/// Whether an observed version is the wanted one, one of those that a shorter one stands for, or a newer one of the same release.
fn is_version(wanted: &Value, observed: &Value) -> bool {
    let numbers = |value: &Value| value.as_text()?.split('.').map(|part| part.parse::<u64>().ok()).collect::<Option<Vec<_>>>();
    let (Some(wanted), Some(observed)) = (numbers(wanted), numbers(observed)) else { return wanted == observed };
    // The first two numbers are the release: no cloud goes beyond it by itself, and none goes back.
    let is_same_release = wanted.iter().zip(&observed).take(2).all(|(wanted, observed)| wanted == observed);
    is_same_release && observed.get(2..).unwrap_or_default() >= wanted.get(2..).unwrap_or_default()
}

/// What must change for `observed` to become `wanted`, by attribute name.
///
/// With [`Depth::Fast`] an attribute that was not read is taken for right.
pub fn differences(schema: &Schema, wanted: &Attributes, observed: &Attributes, depth: Depth) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (name, after) in wanted {
        let on_change = schema.on_change(name);
        if on_change == OnChange::Fixed {
            continue;
        }
        let before = match (observed.get(name), depth) {
            (Some(before), _) => before,
            (None, Depth::Full) => &Value::Null,
            (None, Depth::Fast) => continue,
        };
        let is_as_wanted = match on_change {
            OnChange::Version(_) => is_version(after, before),
            _ => matches(after, before),
        };
        if !is_as_wanted {
            let forces_replacement = on_change == OnChange::Replace || on_change == OnChange::Once && *before != Value::Null;
            differences.push(Difference { attribute: name.clone(), before: before.clone(), after: after.clone(), forces_replacement });
        }
    }
    differences
}

/// The tags that must be written, and those that were ours and must go.
///
/// Tags that others put on the object are theirs. The token says which intent made the object and is never compared. What is wanted is no
/// longer kept on purpose: that tag goes, whatever is recorded.
pub fn tag_differences(wanted: &Tags, observed: &Tags, recorded: Option<&Tags>) -> Vec<Difference> {
    let difference = |key: &str, before: Option<&String>, after: Option<&String>| Difference {
        attribute: format!("tags.{key}"),
        before: before.map_or(Value::Null, |text| Value::Text(text.clone())),
        after: after.map_or(Value::Null, |text| Value::Text(text.clone())),
        forces_replacement: false,
    };
    let written = wanted
        .iter()
        .filter(|(key, value)| observed.get(*key) != Some(value))
        .map(|(key, value)| difference(key, observed.get(key), Some(value)));
    let removed = recorded.into_iter().flatten().filter(|(key, value)| {
        *key != TAG_TOKEN && !key.starts_with("provision:") && !wanted.contains_key(*key) && observed.get(*key) == Some(value)
    });
    let mark = observed.get_key_value(TAG_RETAINED).filter(|(key, _)| !wanted.contains_key(*key));
    written.chain(removed.chain(mark).map(|(key, value)| difference(key, Some(value), None))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, Typical};

    static SCHEMA: Schema = Schema {
        kind: "sample",
        listed_by: "sample",
        layer: Layer::Network,
        identity: IdentityClass::TagOnly,
        is_taggable: true,
        holds_data: false,
        is_permanent: false,
        attributes: &[
            AttributeSchema { name: "size", on_change: OnChange::Update(Effect::InPlace) },
            AttributeSchema { name: "zone", on_change: OnChange::Replace },
            AttributeSchema { name: "name", on_change: OnChange::Fixed },
            AttributeSchema { name: "parent", on_change: OnChange::Once },
        ],
        outlives_down: false,
        last_copy: None,
        restores_from: None,
        vanishes_with: None,
        typical: Typical::QUICK,
        permissions: &[],
    };

    fn attributes(entries: &[(&str, Value)]) -> Attributes {
        entries.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    #[test]
    fn lists_are_compared_without_their_order_and_maps_by_the_wanted_keys() {
        let list = |items: &[&str]| Value::List(items.iter().map(|item| Value::from(*item)).collect());
        assert!(matches(&list(&["a", "b"]), &list(&["b", "a"])));
        assert!(!matches(&list(&["a"]), &list(&["a", "a"])));
        let entry = |words: &[&str], name: &str| Value::Map(attributes(&[("a", list(words)), ("b", name.into())]));
        let one = Value::List(vec![entry(&["x", "y"], "1"), entry(&["x", "z"], "2")]);
        let other = Value::List(vec![entry(&["z", "x"], "2"), entry(&["y", "x"], "1")]);
        assert!(matches(&one, &other));
        let wanted = Value::Map(attributes(&[("subnet", "s-1".into())]));
        let shown = Value::Map(attributes(&[("subnet", "s-1".into()), ("network_interface", "eni-1".into())]));
        assert!(matches(&wanted, &shown));
        assert!(!matches(&shown, &wanted));
    }

    #[test]
    fn a_fixed_attribute_never_differs_and_a_replacing_one_says_so() {
        let wanted = attributes(&[("size", Value::Integer(2)), ("zone", "b".into()), ("name", "new".into())]);
        let observed = attributes(&[("size", Value::Integer(1)), ("zone", "a".into()), ("name", "old".into())]);
        let found: Vec<_> = differences(&SCHEMA, &wanted, &observed, Depth::Full)
            .into_iter()
            .map(|found| (found.attribute, found.forces_replacement))
            .collect();
        assert_eq!(found, [("size".to_owned(), false), ("zone".to_owned(), true)]);
    }

    #[test]
    fn a_short_version_stands_for_all_of_its_release_and_a_newer_patch_is_no_step_back() {
        let is_wanted = |wanted: &str, observed: &str| is_version(&wanted.into(), &observed.into());
        assert!(is_wanted("8.4", "8.4.6") && is_wanted("8.4.5", "8.4.6") && is_wanted("8.4.6", "8.4.6"));
        assert!(!is_wanted("8.4.7", "8.4.6") && !is_wanted("8.4", "8.0.40") && !is_wanted("9.7", "8.4.6"));
    }

    #[test]
    fn what_is_set_once_is_set_by_an_update_and_changed_by_a_new_object() {
        let wanted = attributes(&[("parent", "new".into())]);
        let forces = |observed: &Attributes| differences(&SCHEMA, &wanted, observed, Depth::Full)[0].forces_replacement;
        assert!(!forces(&Attributes::new()));
        assert!(forces(&attributes(&[("parent", "old".into())])));
    }

    #[test]
    fn what_a_fast_read_left_out_is_taken_for_right() {
        let wanted = attributes(&[("size", Value::Integer(2))]);
        assert!(differences(&SCHEMA, &wanted, &Attributes::new(), Depth::Fast).is_empty());
        assert_eq!(differences(&SCHEMA, &wanted, &Attributes::new(), Depth::Full).len(), 1);
    }

    #[test]
    fn foreign_tags_stay_and_our_own_old_ones_go() {
        let tags =
            |entries: &[(&str, &str)]| -> Tags { entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect() };
        let found = tag_differences(&tags(&[("a", "1")]), &tags(&[("a", "0"), ("theirs", "x"), ("b", "2")]), Some(&tags(&[("b", "2")])));
        let names: Vec<_> = found.iter().map(|difference| difference.attribute.as_str()).collect();
        assert_eq!(names, ["tags.a", "tags.b"]);
    }

    #[test]
    fn what_is_wanted_again_loses_the_mark_of_what_is_kept() {
        let marked = Tags::from([(TAG_RETAINED.to_owned(), "down".to_owned())]);
        let found = tag_differences(&Tags::new(), &marked, None);
        assert_eq!(
            found.iter().map(|difference| (difference.tag(), &difference.after)).collect::<Vec<_>>(),
            [(Some(TAG_RETAINED), &Value::Null)]
        );
        assert!(tag_differences(&marked, &marked, None).is_empty());
    }
}
