use super::grouping::{Grouping, all, same};

impl Grouping<'_> {
    /// A bucket's ARN has neither region nor account; `*` also stands for the objects in it.
    pub(super) fn s3(&mut self) {
        self.add("S3List", "lists the names of buckets", "s3", |action| action == "s3:ListAllMyBuckets", all(), same);
        let prefix = self.prefix().to_lowercase();
        let others = self.place.buckets.iter().filter(|name| !name.starts_with(&format!("{prefix}-")));
        let names: Vec<String> = others.map(|name| format!("{name}*")).chain([format!("{prefix}-*")]).collect();
        let partition = self.partition();
        let resources = names.into_iter().map(|name| format!("arn:{partition}:s3:::{name}"));
        self.add(
            "S3Own",
            "makes, changes and deletes this environment's buckets",
            "s3",
            |action| action != "s3:ListAllMyBuckets",
            resources,
            same,
        );
    }
}
