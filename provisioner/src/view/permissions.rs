use serde::Serialize;
use serde_json::Value;

use crate::view::text::{count, pad, width};
use crate::view::{Look, Tint, View, json};

/// One document of a policy, as AWS takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyDocument {
    /// Its JSON.
    pub text: String,
    /// How long it is as AWS counts: without white space.
    pub characters: usize,
}

/// Actions under one limit, and what they are for.
#[derive(Clone, Copy, Debug)]
pub struct PolicyGroup<'a> {
    /// The name of its statement.
    pub sid: &'a str,
    /// What it is for.
    pub purpose: &'a str,
    /// Its actions.
    pub actions: &'a [String],
}

/// `permissions`: the documents, ready for a file.
#[derive(Clone, Copy, Debug)]
pub struct PermissionsView<'a> {
    /// The environment.
    pub environment: &'a str,
    /// The documents; all of them together are the policy.
    pub documents: &'a [PolicyDocument],
    /// What they are made of.
    pub groups: &'a [PolicyGroup<'a>],
    /// How many characters a document may have.
    pub limit: usize,
}

impl<'a> PermissionsView<'a> {
    /// What a person should know beside the documents.
    pub fn remarks(&self) -> PermissionsRemarks<'a> {
        PermissionsRemarks(*self)
    }
}

impl View for PermissionsView<'_> {
    fn human(&self, _look: &Look) -> String {
        let pretty = |document: &PolicyDocument| serde_json::to_string_pretty(&parsed(document)).expect("JSON is JSON") + "\n";
        self.documents.iter().map(pretty).collect()
    }

    fn json(&self) -> Vec<String> {
        #[derive(Serialize)]
        struct Body<'a> {
            environment: &'a str,
            document: usize,
            documents: usize,
            characters: usize,
            policy: Value,
        }
        #[derive(Serialize)]
        struct Purpose<'a> {
            environment: &'a str,
            sid: &'a str,
            purpose: &'a str,
            actions: &'a [String],
        }
        let of_document = |(index, document): (usize, &PolicyDocument)| {
            let (environment, documents, characters) = (self.environment, self.documents.len(), document.characters);
            json::line("policy", &Body { environment, document: index + 1, documents, characters, policy: parsed(document) })
        };
        let of_group = |group: &PolicyGroup<'_>| {
            let body = Purpose { environment: self.environment, sid: group.sid, purpose: group.purpose, actions: group.actions };
            json::line("policy-statement", &body)
        };
        self.documents.iter().enumerate().map(of_document).chain(self.groups.iter().map(of_group)).collect()
    }
}

fn parsed(document: &PolicyDocument) -> Value {
    serde_json::from_str(&document.text).expect("a document is JSON")
}

/// What a person should know beside the documents: how many there are, and with `-v` what each statement is for.
#[derive(Clone, Copy, Debug)]
pub struct PermissionsRemarks<'a>(PermissionsView<'a>);

impl View for PermissionsRemarks<'_> {
    fn human(&self, look: &Look) -> String {
        let PermissionsView { environment, documents, groups, limit } = self.0;
        let actions: std::collections::BTreeSet<&String> = groups.iter().flat_map(|group| group.actions).collect();
        let sizes: Vec<String> = documents.iter().map(|document| document.characters.to_string()).collect();
        let mut text = format!(
            "the least policy of {environment}: {} in {} ({} of at most {limit} characters)\n",
            count(actions.len(), "action"),
            count(documents.len(), "document"),
            sizes.join(" and ")
        );
        if documents.len() > 1 {
            text.push_str("AWS takes no longer document: attach all of them, each as a managed policy of its own\n");
        }
        if look.is_verbose {
            let columns = groups.iter().map(|group| width(group.sid)).max().unwrap_or(0);
            for group in groups {
                text.push_str(&format!("  {}  {}\n", look.paint(Tint::Heading, &pad(group.sid, columns)), group.purpose));
            }
        }
        text
    }

    fn json(&self) -> Vec<String> {
        Vec::new()
    }
}
