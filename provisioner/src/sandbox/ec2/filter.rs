use aws_sdk_ec2::types::Filter;

use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// The most values that one filter may have (EC2 User Guide, "Filter your resources": 200 per request).
const MAX_VALUES: usize = 200;

/// The filters of a Describe, with names that the operation knows.
pub(crate) struct Filters<'a>(Vec<(&'a str, &'a [String])>);

impl<'a> Filters<'a> {
    /// Checks the filters of a request against the names that the operation knows; `tag:KEY` and `tag-key` are always known.
    pub(crate) fn checked(filters: &'a [Filter], names: &[&str]) -> Result<Filters<'a>, Refusal> {
        let mut checked = Vec::new();
        for filter in filters {
            let name = filter.name().unwrap_or_default();
            let is_tag = name == "tag-key" || name.strip_prefix("tag:").is_some_and(|key| !key.is_empty());
            if !is_tag && !names.contains(&name) {
                return Err(Refusal::value(format!("The filter '{name}' is invalid")));
            }
            if filter.values().is_empty() {
                return Err(Refusal::value(format!("The filter '{name}' has no values")));
            }
            if filter.values().len() > MAX_VALUES {
                return Err(Refusal::new("FilterLimitExceeded", format!("The filter '{name}' has more than {MAX_VALUES} values")));
            }
            checked.push((name, filter.values()));
        }
        Ok(Filters(checked))
    }

    /// Whether an object passes: every filter has a value that matches one of the object's.
    pub(crate) fn keep(&self, tags: &Tags, values: impl Fn(&str) -> Vec<String>) -> bool {
        self.0.iter().all(|(name, patterns)| {
            let found = match name.strip_prefix("tag:") {
                Some(key) => tags.get(key).cloned().into_iter().collect(),
                None if *name == "tag-key" => tags.keys().cloned().collect(),
                None => values(name),
            };
            patterns.iter().any(|pattern| found.iter().any(|value| matches(pattern, value)))
        })
    }
}

/// Whether a value matches a filter's pattern: `*` is any text, `?` any character, a backslash takes the next one literally
/// (EC2 User Guide, "Filter your resources").
pub(crate) fn matches(pattern: &str, value: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let value: Vec<char> = value.chars().collect();
    // The classic two-pointer match: on a mismatch, the last star takes one more character.
    let (mut at, mut seen) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while seen < value.len() {
        let is_escape = pattern.get(at) == Some(&'\\') && at + 1 < pattern.len();
        let literal = if is_escape { pattern.get(at + 1) } else { pattern.get(at) };
        if !is_escape && literal == Some(&'*') {
            star = Some((at, seen));
            at += 1;
        } else if literal == Some(&value[seen]) || (!is_escape && literal == Some(&'?')) {
            at += if is_escape { 2 } else { 1 };
            seen += 1;
        } else if let Some((star_at, star_seen)) = star {
            star = Some((star_at, star_seen + 1));
            at = star_at + 1;
            seen = star_seen + 1;
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|character| *character == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_ec2_documents() {
        assert!(matches("debian-13-amd64-*", "debian-13-amd64-20251006-2257"));
        assert!(matches("*", ""));
        assert!(matches("a?c*e", "abcdde"));
        assert!(matches("\\*amazon\\?\\\\", "*amazon?\\"));
        assert!(!matches("a?c", "ac"));
        assert!(!matches("debian", "debian-13"));
        assert!(!matches("\\*x", "yx"));
    }

    #[test]
    fn an_unknown_filter_is_refused_by_name() {
        let filter = Filter::builder().name("colour").values("red").build();
        let filters = [filter];
        let refusal = Filters::checked(&filters, &["state"]).err();
        assert_eq!(refusal.map(|refusal| refusal.code), Some("InvalidParameterValue".to_owned()));
    }
}
