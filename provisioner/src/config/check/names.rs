use crate::config::check::Subject;
use crate::config::codes;
use crate::model::Report;

/// How many characters an environment's name may have, whatever else is in the physical names.
const NAME_LIMIT: usize = 16;
/// How many characters the name of a bucket may have (S3 `CreateBucket`).
const BUCKET_LIMIT: usize = 63;
/// How many tags an operator may choose: AWS allows 50 on an object (EC2 `CreateTags`), some of them ours.
const TAG_LIMIT: usize = 40;
/// How many characters the identifier of a database may have (RDS `CreateDBInstance`).
const DATABASE_LIMIT: usize = 63;

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let values = subject.values;
    if let Some(written) = values.text("environment.name") {
        if written != subject.name {
            let diagnostic =
                values.mark(codes::NAME_MISMATCH.error(), "environment.name", format!("the file is called `{}.toml`", subject.name));
            report.push(diagnostic.help(format!("write name = \"{}\", or rename the file to `{written}.toml`", subject.name)));
        }
        check_length(subject, written, report);
    }
    let blueprints = values.texts("environment.blueprints");
    if blueprints.len() > 1 {
        report.push(values.mark(codes::NOT_YET.error(), "environment.blueprints", "one blueprint for each environment, for now"));
    }
    if blueprints.is_empty() && values.found("environment.blueprints").is_some() {
        report.push(values.mark(codes::MISSING_KEY.error(), "environment.blueprints", "an environment is made of a blueprint"));
    }
    if values.names("tags").len() > TAG_LIMIT {
        let label = format!("{} tags; at most {TAG_LIMIT}", values.names("tags").len());
        report.push(values.mark(codes::OUT_OF_RANGE.error(), "tags", label).note("AWS allows 50 on an object, and ours are among them"));
    }
    for name in values.names("tags") {
        check_tag(subject, name, report);
    }
}

/// Holds the name to the strictest physical name that is made of it.
fn check_length(subject: &Subject<'_>, name: &str, report: &mut Report) {
    let values = subject.values;
    let project = &subject.project.name;
    let too_long = |label: String| values.mark(codes::NAME_TOO_LONG.error(), "environment.name", label);
    if name.len() > NAME_LIMIT {
        let diagnostic = too_long(format!("{} characters; at most {NAME_LIMIT}", name.len()));
        report.push(
            diagnostic.note(format!("it is part of bucket names (`{project}-{name}-…`), which S3 limits to {BUCKET_LIMIT} characters")),
        );
        return;
    }
    let (Some(account), Some(region)) = (values.text("cloud.account"), values.text("cloud.region")) else { return };
    // A bucket of the account's own namespace ends in `-<account>-<region>-an` (S3 `CreateBucket`, BucketNamespace).
    let buckets = subject.blueprints.iter().flat_map(|blueprint| &blueprint.buckets);
    let longest_bucket = buckets.map(|bucket| (format!("{project}-{name}-{}-{account}-{region}-an", bucket.name), BUCKET_LIMIT, "S3"));
    let databases = subject.blueprints.iter().flat_map(|blueprint| &blueprint.databases);
    let longest_database = databases.map(|database| (format!("{project}-{name}-{}", database.name), DATABASE_LIMIT, "RDS"));
    let worst = longest_bucket.chain(longest_database).max_by_key(|(physical, limit, _)| physical.len().saturating_sub(*limit));
    if let Some((physical, limit, service)) = worst
        && physical.len() > limit
    {
        let surplus = physical.len() - limit;
        let diagnostic = too_long(format!("{} characters; at most {}", name.len(), name.len().saturating_sub(surplus)));
        report.push(diagnostic.note(format!("`{physical}` would have {} characters, and {service} allows {limit}", physical.len())));
    }
}

/// AWS's rules for tags: 128 characters, letters, digits, space and `_.:/=+-@`; `aws:` is theirs, `provision:` is ours.
fn check_tag(subject: &Subject<'_>, name: &str, report: &mut Report) {
    let path = format!("tags.{name}");
    let refuse = |label: &str| subject.values.mark(codes::MALFORMED.error(), &path, label);
    let refuse_key = |label: &str| subject.values.mark_name(codes::MALFORMED.error(), &path, label);
    let is_allowed = |text: &str| text.chars().all(|character| character.is_alphanumeric() || " _.:/=+-@".contains(character));
    let lower = name.to_lowercase();
    if lower.starts_with("aws:") || lower.starts_with("provision:") || lower == "name" {
        report.push(
            refuse("this tag is not for operators to write")
                .note("`aws:` belongs to AWS; `provision:` and `Name` are how this program knows its own objects"),
        );
    } else if name.is_empty() || name.chars().count() > 128 || !is_allowed(name) {
        report.push(refuse_key("a tag's key has 1 to 128 letters, digits, spaces and _.:/=+-@"));
    }
    if let Some(value) = subject.values.text(&path)
        && (value.chars().count() > 256 || !is_allowed(value))
    {
        report.push(refuse("a tag's value has up to 256 letters, digits, spaces and _.:/=+-@"));
    }
}
