use super::grouping::{Grouping, all, same};

impl Grouping<'_> {
    pub(super) fn ses(&mut self) {
        let is_account = |action: &str| action.starts_with("ses:List") || action == "ses:GetAccount";
        self.add("SesList", "lists what mail is sent from", "ses", is_account, all(), same);
        let domains = self.place.domains.iter().map(|domain| format!("identity/{domain}"));
        let sets = [format!("configuration-set/{}-*", self.prefix())];
        let resources: Vec<String> = domains.chain(sets).map(|path| self.arn("ses", &path)).collect();
        self.add(
            "SesOwn",
            "makes, changes and deletes the mail identity of this environment and how it sends",
            "ses",
            |action| !is_account(action),
            resources,
            same,
        );
    }
}
