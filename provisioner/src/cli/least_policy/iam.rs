use super::grouping::{Grouping, all, same};
use crate::desired::Statement;
use crate::model::Scope;

impl Grouping<'_> {
    /// Roles and profiles have a path of their own. IAM is in no region.
    pub(super) fn iam(&mut self) {
        let Scope { project, environment } = self.place.scope;
        let arn = |path: &str| format!("arn:{}:iam::{}:{path}", self.partition(), self.place.account);
        let roles = arn(&format!("role/provision/{project}/{environment}/*"));
        let own = [roles.clone(), arn(&format!("instance-profile/provision/{project}/{environment}/*"))];
        let linked = [arn("role/aws-service-role/rds.amazonaws.com/*")];
        let is_list = |action: &str| matches!(action, "iam:ListRoles" | "iam:ListInstanceProfiles");
        let is_special = move |action: &str| {
            is_list(action) || matches!(action, "iam:PassRole" | "iam:CreateServiceLinkedRole" | "iam:SimulatePrincipalPolicy")
        };
        self.add("IamList", "lists roles and profiles, which cannot be limited to some", "iam", is_list, all(), same);
        self.add("IamOwn", "makes, changes and deletes the roles of this environment", "iam", |action| !is_special(action), own, same);
        let to_services = |statement: Statement| {
            statement.when("StringEquals", "iam:PassedToService", ["ec2.amazonaws.com", "monitoring.rds.amazonaws.com"])
        };
        self.add(
            "IamPass",
            "hands these roles to machines and databases, and to nothing else",
            "iam",
            |action| action == "iam:PassRole",
            [roles],
            to_services,
        );
        let of_rds = |statement: Statement| statement.when("StringEquals", "iam:AWSServiceName", ["rds.amazonaws.com"]);
        self.add(
            "IamLinked",
            "makes RDS's own role with the account's first database",
            "iam",
            |action| action == "iam:CreateServiceLinkedRole",
            linked,
            of_rds,
        );
    }
}
