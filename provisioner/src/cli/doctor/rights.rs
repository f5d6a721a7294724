use std::collections::BTreeSet;

use crate::aws::{Circumstances, Lookup};
use crate::cli::doctor::checks::{Patient, unproved};
use crate::cli::least_policy::Group;
use crate::model::RefOr;
use crate::provider::ProviderError;
use crate::view::{Check, Verdict, count};

const NAME: &str = "permissions";

/// Whether EC2 would allow a handful of creations.
pub async fn creations(patient: Patient<'_>) -> Check {
    let zone = patient.zones.first().map_or("", String::as_str);
    let answers = match patient.lookup.dry_runs(patient.scope, zone).await {
        Ok(answers) => answers,
        Err(error) => return unproved(NAME, &error),
    };
    let denied: Vec<&str> = answers.iter().filter(|(_, refusal)| refusal.is_some()).map(|(action, _)| *action).collect();
    if denied.is_empty() {
        let asked: Vec<&str> = answers.iter().map(|(action, _)| *action).collect();
        return Check::new(NAME, Verdict::Ok, format!("EC2 would allow {} (dry runs)", asked.join(", ")));
    }
    Check::new(NAME, Verdict::Failed, format!("EC2 denies {}", denied.join(", "))).next(attach(patient))
}

/// Whether IAM would allow everything else that the least policy names.
///
/// Each action is simulated as if it were about anything; what is denied then is simulated again about an object and under the conditions
/// of the least policy, so that whoever has exactly that policy passes.
pub async fn others(patient: Patient<'_>, groups: &[Group]) -> Vec<Check> {
    let all = groups.iter().flat_map(|group| &group.statement.actions);
    let asked: BTreeSet<String> = all.filter(|action| !Lookup::DRY_RUNS.contains(&action.as_str())).cloned().collect();
    let found = match denied(patient.lookup, &asked, groups).await {
        Err(error) => {
            let others = unproved(NAME, &error);
            let found = format!("{}; so that nothing is known of {}", others.found, count(asked.len(), "other action"));
            return vec![Check { found, ..others }.next(format!("compare with what is attached: {}", command(patient)))];
        }
        Ok(denied) if denied.is_empty() => {
            Check::new(NAME, Verdict::Ok, format!("IAM would allow the other {} (simulated)", count(asked.len(), "action")))
        }
        Ok(denied) => {
            let names = denied.into_iter().collect::<Vec<_>>().join(", ");
            Check::new(NAME, Verdict::Failed, format!("IAM denies {names} (simulated)")).next(attach(patient))
        }
    };
    let unseen = "what an organisation's policies, or those of buckets and keys, deny: a simulation may not see them";
    vec![found, Check::new(NAME, Verdict::Unproved, unseen)]
}

async fn denied(lookup: &Lookup, asked: &BTreeSet<String>, groups: &[Group]) -> Result<BTreeSet<String>, ProviderError> {
    let mut denied = lookup.denied_actions(asked, &Circumstances::default()).await?;
    for group in groups {
        let of_group: BTreeSet<String> = group.statement.actions.iter().filter(|action| denied.contains(*action)).cloned().collect();
        if of_group.is_empty() {
            continue;
        }
        let still = lookup.denied_actions(&of_group, &circumstances(group)).await?;
        denied.retain(|action| !of_group.contains(action) || still.contains(action));
    }
    Ok(denied)
}

/// A call as a statement of the least policy allows it.
fn circumstances(group: &Group) -> Circumstances {
    let texts = |values: &[RefOr]| values.iter().filter_map(RefOr::known).map(str::to_owned).collect::<Vec<_>>();
    let resources = texts(&group.statement.resources);
    let conditions = group.statement.conditions.iter().filter(|condition| condition.operator == "StringEquals");
    Circumstances {
        resources: resources.iter().filter(|arn| *arn != "*").map(|arn| example(arn)).collect(),
        context: conditions.map(|condition| (condition.key.clone(), texts(&condition.values))).collect(),
    }
}

/// An ARN that a pattern stands for.
fn example(pattern: &str) -> String {
    pattern.replace(":*/*", ":vpc/vpc-00000000000000000").replace('*', "example")
}

fn attach(patient: Patient<'_>) -> String {
    format!("attach what this prints: {}", command(patient))
}

fn command(patient: Patient<'_>) -> String {
    format!("provision permissions --env {}", patient.scope.environment)
}
