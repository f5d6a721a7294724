use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::model::RefOr;

/// The version of the policy language (IAM User Guide, "IAM JSON policy elements: Version").
const VERSION: &str = "2012-10-17";

/// A policy document of AWS. What may be one text or several is always a list here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Its statements; their order says nothing.
    pub statements: Vec<Statement>,
}

/// One statement of a policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Statement {
    /// Its name in the document: letters and digits.
    pub sid: String,
    /// `Allow` or `Deny`.
    pub effect: String,
    /// Who it is about; empty in a policy that belongs to somebody.
    pub principals: Vec<Principal>,
    /// `s3:GetObject`, …
    pub actions: Vec<String>,
    /// ARNs; empty in a trust policy.
    pub resources: Vec<RefOr>,
    /// What must hold besides.
    pub conditions: Vec<Condition>,
}

/// Who a statement is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Principal {
    /// `Service` or `AWS`.
    pub kind: String,
    /// `ec2.amazonaws.com`; the ARN of an account; `*`.
    pub names: Vec<String>,
}

/// What must hold for a statement to count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Condition {
    /// `StringEquals`, `Bool`, …
    pub operator: String,
    /// `aws:SourceAccount`, …
    pub key: String,
    /// Any of these.
    pub values: Vec<RefOr>,
}

impl Statement {
    /// A statement that allows.
    pub fn allow(sid: &str, actions: &[&str], resources: impl IntoIterator<Item = impl Into<RefOr>>) -> Self {
        Self::new("Allow", sid, actions, resources)
    }

    /// A statement that forbids.
    pub fn deny(sid: &str, actions: &[&str], resources: impl IntoIterator<Item = impl Into<RefOr>>) -> Self {
        Self::new("Deny", sid, actions, resources)
    }

    fn new(effect: &str, sid: &str, actions: &[&str], resources: impl IntoIterator<Item = impl Into<RefOr>>) -> Self {
        Self {
            sid: sid.to_owned(),
            effect: effect.to_owned(),
            principals: Vec::new(),
            actions: actions.iter().map(|action| (*action).to_owned()).collect(),
            resources: resources.into_iter().map(Into::into).collect(),
            conditions: Vec::new(),
        }
    }

    /// The same about somebody, also.
    #[must_use]
    pub fn of(mut self, kind: &str, name: &str) -> Self {
        match self.principals.iter_mut().find(|principal| principal.kind == kind) {
            Some(principal) => principal.names.push(name.to_owned()),
            None => self.principals.push(Principal { kind: kind.to_owned(), names: vec![name.to_owned()] }),
        }
        self
    }

    /// The same under a condition.
    #[must_use]
    pub fn when(mut self, operator: &str, key: &str, values: impl IntoIterator<Item = impl Into<RefOr>>) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        self.conditions.push(Condition { operator: operator.to_owned(), key: key.to_owned(), values });
        self
    }
}

impl Policy {
    /// The document as AWS takes it; `None` while a reference is not resolved.
    pub fn document(&self) -> Option<String> {
        let statements = self.statements.iter().map(written).collect::<Option<Vec<_>>>()?;
        Some(json!({ "Version": VERSION, "Statement": statements }).to_string())
    }

    /// Reads a document as AWS gives it back; `None` for one that says more than this form can hold.
    pub fn parse(document: &str) -> Option<Self> {
        let document: Json = serde_json::from_str(document).ok()?;
        let statements = many(document.get("Statement")?);
        Some(Self { statements: statements.iter().map(read).collect::<Option<_>>()? })
    }
}

impl Policy {
    /// The same in one order, so that two policies that say the same are equal.
    #[must_use]
    pub fn in_order(&self) -> Self {
        let mut statements = self.statements.clone();
        for statement in &mut statements {
            statement.principals.iter_mut().for_each(|principal| principal.names.sort());
            statement.principals.sort();
            statement.actions.sort();
            statement.resources.sort();
            statement.conditions.iter_mut().for_each(|condition| condition.values.sort());
            statement.conditions.sort();
        }
        statements.sort();
        Self { statements }
    }
}

fn written(statement: &Statement) -> Option<Json> {
    let texts = |values: &[RefOr]| values.iter().map(|value| value.known().map(str::to_owned)).collect::<Option<Vec<_>>>();
    let mut entry = Map::new();
    entry.insert("Sid".to_owned(), json!(statement.sid));
    entry.insert("Effect".to_owned(), json!(statement.effect));
    if !statement.principals.is_empty() {
        let principals: Map<String, Json> = statement.principals.iter().map(|one| (one.kind.clone(), json!(one.names))).collect();
        entry.insert("Principal".to_owned(), Json::Object(principals));
    }
    entry.insert("Action".to_owned(), json!(statement.actions));
    if !statement.resources.is_empty() {
        entry.insert("Resource".to_owned(), json!(texts(&statement.resources)?));
    }
    let mut conditions: Map<String, Json> = Map::new();
    for condition in &statement.conditions {
        let of_operator = conditions.entry(condition.operator.clone()).or_insert_with(|| json!({}));
        of_operator[&condition.key] = json!(texts(&condition.values)?);
    }
    if !conditions.is_empty() {
        entry.insert("Condition".to_owned(), Json::Object(conditions));
    }
    Some(Json::Object(entry))
}

fn read(statement: &Json) -> Option<Statement> {
    const KNOWN: [&str; 6] = ["Sid", "Effect", "Principal", "Action", "Resource", "Condition"];
    let entry = statement.as_object().filter(|entry| entry.keys().all(|key| KNOWN.contains(&key.as_str())))?;
    let mut conditions = Vec::new();
    for (operator, keys) in entry.get("Condition").and_then(Json::as_object).into_iter().flatten() {
        for (key, values) in keys.as_object()? {
            let values = texts(values)?.into_iter().map(RefOr::from).collect();
            conditions.push(Condition { operator: operator.clone(), key: key.clone(), values });
        }
    }
    let principals = match entry.get("Principal") {
        None => Vec::new(),
        // "*" and {"AWS": "*"} say the same (IAM User Guide, "AWS JSON policy elements: Principal").
        Some(Json::String(all)) => vec![Principal { kind: "AWS".to_owned(), names: vec![all.clone()] }],
        Some(kinds) => {
            let kinds = kinds.as_object()?.iter();
            kinds.map(|(kind, names)| Some(Principal { kind: kind.clone(), names: texts(names)? })).collect::<Option<_>>()?
        }
    };
    Some(Statement {
        sid: entry.get("Sid").and_then(Json::as_str).unwrap_or_default().to_owned(),
        effect: entry.get("Effect")?.as_str()?.to_owned(),
        principals,
        actions: texts(entry.get("Action")?)?,
        resources: entry.get("Resource").map_or(Some(Vec::new()), texts)?.into_iter().map(RefOr::from).collect(),
        conditions,
    })
}

fn many(value: &Json) -> Vec<Json> {
    match value {
        Json::Array(items) => items.clone(),
        one => vec![one.clone()],
    }
}

/// One text or several; AWS also writes numbers and claims in conditions as texts.
fn texts(value: &Json) -> Option<Vec<String>> {
    many(value)
        .iter()
        .map(|item| match item {
            Json::String(text) => Some(text.clone()),
            Json::Bool(claim) => Some(claim.to_string()),
            Json::Number(number) => Some(number.to_string()),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Policy {
        let deny = Statement::deny("Tls", &["s3:*"], ["arn:aws:s3:::b"]).of("AWS", "*").when("Bool", "aws:SecureTransport", ["false"]);
        let allow = Statement::allow("Read", &["s3:GetObject", "s3:ListBucket"], ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]);
        Policy { statements: vec![deny, allow] }
    }

    #[test]
    fn a_policy_survives_the_way_to_the_cloud_and_back() {
        let document = sample().document().expect("all is known");
        assert_eq!(Policy::parse(&document), Some(sample()));
    }

    #[test]
    fn one_text_and_a_list_of_one_are_the_same() {
        let short = r#"{"Statement": {"Sid": "Tls", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b",
            "Condition": {"Bool": {"aws:SecureTransport": false}}}}"#;
        assert_eq!(Policy::parse(short).expect("it is valid").statements, sample().statements[..1]);
    }

    #[test]
    fn two_services_may_be_named_and_order_says_nothing() {
        let of = |first: &str, second: &str| {
            let allow = Statement::allow("Logs", &["s3:PutObject"], ["arn:aws:s3:::b/*"]).of("Service", first).of("Service", second);
            Policy { statements: vec![allow] }
        };
        let policy = of("a.amazonaws.com", "b.amazonaws.com");
        assert_eq!(Policy::parse(&policy.document().expect("all is known")), Some(policy.clone()));
        assert_eq!(of("b.amazonaws.com", "a.amazonaws.com").in_order(), policy.in_order());
    }

    #[test]
    fn a_document_that_says_more_is_not_taken_for_one_that_says_less() {
        assert_eq!(Policy::parse(r#"{"Statement": [{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}]}"#), None);
        let pending = Policy { statements: vec![Statement::allow("Key", &["kms:Decrypt"], [RefOr::id("kms-key", "main")])] };
        assert_eq!(pending.document(), None);
    }
}
