use super::Group;
use crate::desired::{Policy, Statement};

/// How many characters a managed policy has at most; white space is not counted (IAM User Guide, "IAM and AWS STS quotas").
pub const DOCUMENT_CHARACTERS: usize = 6144;

/// The groups in as many documents as AWS's limit asks for; a group that is too long for one is cut in two.
pub fn documents(groups: &[Group]) -> Vec<Policy> {
    let mut documents: Vec<Policy> = Vec::new();
    for statement in groups.iter().flat_map(|group| pieces(&group.statement)) {
        if let Some(last) = documents.last_mut() {
            last.statements.push(statement.clone());
            if size(last) <= DOCUMENT_CHARACTERS {
                continue;
            }
            last.statements.pop();
        }
        documents.push(Policy { statements: vec![statement] });
    }
    documents
}

fn pieces(statement: &Statement) -> Vec<Statement> {
    if statement.actions.len() < 2 || size(&Policy { statements: vec![statement.clone()] }) <= DOCUMENT_CHARACTERS {
        return vec![statement.clone()];
    }
    let (first, second) = statement.actions.split_at(statement.actions.len() / 2);
    let half = |number: u8, actions: &[String]| {
        pieces(&Statement { sid: format!("{}{number}", statement.sid), actions: actions.to_vec(), ..statement.clone() })
    };
    [half(1, first), half(2, second)].concat()
}

/// A document's length as AWS counts it.
pub fn size(policy: &Policy) -> usize {
    let document = policy.document().expect("the statements hold no references");
    document.chars().filter(|character| !character.is_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::cli::least_policy::{Place, groups};
    use crate::model::Scope;

    #[test]
    fn documents_are_within_the_limit_and_hold_every_action() {
        let names: Vec<String> = (0..900).map(|number| format!("ec2:DoSomethingVerySpecial{number}")).collect();
        let actions: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        let scope = Scope { project: "acme".to_owned(), environment: "prod".to_owned() };
        let place =
            Place { scope: &scope, region: "eu-west-1", account: "123456789012", gateway: None, buckets: Vec::new(), domains: Vec::new() };
        let documents = documents(&groups(&actions, &place));
        assert!(documents.len() > 1 && documents.iter().all(|document| size(document) <= DOCUMENT_CHARACTERS));
        let written: BTreeSet<&str> =
            documents.iter().flat_map(|document| &document.statements).flat_map(|one| &one.actions).map(String::as_str).collect();
        assert_eq!(written, actions);
        let mut sids: Vec<&str> = documents.iter().flat_map(|document| &document.statements).map(|one| one.sid.as_str()).collect();
        let count = sids.len();
        sids.dedup();
        assert_eq!(sids.len(), count);
    }
}
