use super::grouping::{Grouping, all, is_read, same};

impl Grouping<'_> {
    /// RDS has no condition on the tags of an object that is being made, but names are ours to choose.
    pub(super) fn rds(&mut self) {
        self.add("RdsRead", "looks at databases; lists cannot be limited to some", "rds", is_read, all(), self.in_region());
        let prefix = self.prefix().to_lowercase();
        let ours = ["db", "subgrp", "pg", "snapshot"].map(|kind| self.arn("rds", &format!("{kind}:{prefix}-*")));
        // A database has RDS's own option group.
        let resources = ours.into_iter().chain([self.arn("rds", "og:default:*")]);
        self.add(
            "RdsOwn",
            "makes, changes and deletes databases by this environment's names",
            "rds",
            |action| !is_read(action),
            resources,
            same,
        );
        let secrets = [self.arn("secretsmanager", "secret:rds!*")];
        self.add("RdsSecret", "lets RDS make and keep the master passwords", "secretsmanager", |_| true, secrets, same);
    }
}
