use std::collections::BTreeSet;

use aws_sdk_iam::types::{ContextEntry, ContextKeyTypeEnum, PolicyEvaluationDecisionType};

use crate::aws::lookup::Lookup;
use crate::model::partition;
use crate::provider::{ErrorKind, ProviderError};

/// How many actions are asked for at once.
const ACTIONS: usize = 100;

/// What a simulated call is about: nothing in particular by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// ARNs of objects, without wildcards; none stands for any.
    pub resources: Vec<String>,
    /// Keys of conditions and what they are in the call: `aws:RequestedRegion`, `eu-west-1`.
    pub context: Vec<(String, Vec<String>)>,
}

impl Lookup {
    /// Those of the actions that IAM would deny whoever we are. What an organisation or an object's own policy forbids is not always seen
    /// (IAM `SimulatePrincipalPolicy`).
    ///
    /// # Errors
    /// When the cloud refuses, or who we are has no policies that could be asked, such as the account's root.
    pub async fn denied_actions(&self, actions: &BTreeSet<String>, of: &Circumstances) -> Result<BTreeSet<String>, ProviderError> {
        const OPERATION: &str = "SimulatePrincipalPolicy";
        let source = self.policy_source().await?;
        let context = of.context.iter().map(|(key, values)| {
            let kind = if values.len() > 1 { ContextKeyTypeEnum::StringList } else { ContextKeyTypeEnum::String };
            ContextEntry::builder().context_key_name(key).set_context_key_values(Some(values.clone())).context_key_type(kind).build()
        });
        let context: Vec<ContextEntry> = context.collect();
        let resources = Some(of.resources.clone()).filter(|resources| !resources.is_empty());
        let all: Vec<&String> = actions.iter().collect();
        let mut allowed = BTreeSet::new();
        for some in all.chunks(ACTIONS) {
            let names = some.iter().map(|action| (*action).clone()).collect();
            let simulate = self.connection().iam().simulate_principal_policy().policy_source_arn(&source).set_action_names(Some(names));
            let simulate = simulate.set_resource_arns(resources.clone());
            let simulate = simulate.set_context_entries(Some(context.clone()).filter(|context| !context.is_empty()));
            let pages = self.connection().pages(OPERATION, simulate.into_paginator().page_size(1000).send()).await?;
            let results = pages.iter().flat_map(|page| page.evaluation_results());
            let granted = results.filter(|result| *result.eval_decision() == PolicyEvaluationDecisionType::Allowed);
            allowed.extend(granted.map(|result| result.eval_action_name().to_owned()));
        }
        Ok(actions.difference(&allowed).cloned().collect())
    }

    /// The ARN whose policies are asked: a session of a role asks for its role, whose path IAM tells by its name.
    async fn policy_source(&self) -> Result<String, ProviderError> {
        const OPERATION: &str = "GetRole";
        let identity = self.connection().identity().await?;
        let Some((name, at_the_root)) = role_of(&identity.arn, self.connection().region()) else { return Ok(identity.arn) };
        match self.connection().call(OPERATION, self.connection().iam().get_role().role_name(name).send()).await {
            Ok(answer) => Ok(answer.role.map_or(at_the_root, |role| role.arn)),
            // Who may not look takes it to be without a path, as roles are that nobody gave one.
            Err(error) if error.kind == ErrorKind::Denied => Ok(at_the_root),
            Err(error) => Err(error),
        }
    }
}

/// The name of the role that a session is of, and the role's ARN if it has no path.
///
/// `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION` does not tell the role's path (IAM User Guide, "IAM identifiers"); its name is the only
/// one in the account.
fn role_of<'a>(arn: &'a str, region: &str) -> Option<(&'a str, String)> {
    let (start, rest) = arn.split_once(":assumed-role/")?;
    let (account, name) = (start.rsplit(':').next()?, rest.split('/').next()?);
    Some((name, format!("arn:{}:iam::{account}:role/{name}", partition(region))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_asks_for_its_role() {
        let source = |arn| role_of(arn, "eu-west-1");
        let role = ("ops", "arn:aws:iam::123456789012:role/ops".to_owned());
        assert_eq!(source("arn:aws:sts::123456789012:assumed-role/ops/alice"), Some(role));
        assert_eq!(source("arn:aws:iam::123456789012:user/ops"), None);
    }
}
