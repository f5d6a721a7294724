use super::grouping::{Grouping, all, same};
use crate::desired::Statement;

impl Grouping<'_> {
    /// A key has no name; it is known by its tags, and an alias by its name.
    pub(super) fn kms(&mut self) {
        const USES: [&str; 4] = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"];
        let is_alias = |action: &str| matches!(action, "kms:CreateAlias" | "kms:DeleteAlias");
        let is_list = |action: &str| matches!(action, "kms:ListAliases" | "kms:ListKeys");
        let is_making = |action: &str| matches!(action, "kms:CreateKey" | "kms:TagResource");
        let keys = [self.arn("kms", "key/*")];
        let aliases = [self.arn("kms", &format!("alias/{}*", self.prefix()))];
        let services: Vec<String> =
            ["ec2", "rds", "s3", "secretsmanager"].iter().map(|name| format!("{name}.{}.amazonaws.com", self.place.region)).collect();
        self.add("KmsList", "lists the names of keys", "kms", is_list, all(), same);
        self.add("KmsMake", "makes a key that carries this environment's tags", "kms", is_making, all(), self.ours("aws:RequestTag"));
        self.add(
            "KmsOwn",
            "looks at and changes the key that carries this environment's tags",
            "kms",
            |action| !is_list(action) && action != "kms:CreateKey",
            keys.clone(),
            self.ours("aws:ResourceTag"),
        );
        self.add("KmsAlias", "names the key", "kms", is_alias, aliases, same);
        let through = |statement: Statement| statement.when("StringEquals", "kms:ViaService", services);
        self.add(
            "KmsUse",
            "lets volumes, databases, buckets and passwords be encrypted with keys, AWS's own among them",
            "kms",
            |action| USES.contains(&action),
            keys,
            through,
        );
    }
}
