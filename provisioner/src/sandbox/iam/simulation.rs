use aws_sdk_iam::operation::simulate_principal_policy::{SimulatePrincipalPolicyInput, SimulatePrincipalPolicyOutput};
use aws_sdk_iam::types::{EvaluationResult, PolicyEvaluationDecisionType};

use super::paging::cut;
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// `SimulatePrincipalPolicy` of the caller: what the rehearsal allows is allowed, whatever the object and the
/// context, for its permissions know neither. Other principals are not simulated.
pub(super) fn simulate(call: &mut Call<'_>, input: &SimulatePrincipalPolicyInput) -> Result<SimulatePrincipalPolicyOutput, Refusal> {
    let source = input.policy_source_arn().unwrap_or_default();
    if !source.contains(":iam:") {
        return Err(Refusal::new("InvalidInput", format!("Invalid Entity Arn: {source} does not clearly define entity type and name.")));
    }
    if source != call.caller() {
        return Err(Refusal::with_status("NoSuchEntity", format!("The entity {source} cannot be found."), 404));
    }
    let lists = [
        (input.policy_input_list().is_empty(), "PolicyInputList"),
        (input.permissions_boundary_policy_input_list().is_empty(), "PermissionsBoundaryPolicyInputList"),
        (input.resource_policy().is_none(), "ResourcePolicy"),
        (input.caller_arn().is_none(), "CallerArn"),
    ];
    if input.resource_arns().iter().any(|arn| !arn.starts_with("arn:")) {
        return Err(Refusal::new("InvalidInput", "Invalid Entity Arn"));
    }
    if let Some((_, parameter)) = lists.iter().find(|(is_absent, _)| !is_absent) {
        return Err(Refusal::unsimulated(parameter));
    }
    let mut actions = input.action_names().to_vec();
    actions.sort();
    actions.dedup();
    let page = cut(actions, input.marker(), input.max_items(), String::as_str)?;
    let truncated = page.is_truncated();
    let results = page.items.iter().map(|action| decision(call, action)).collect::<Result<Vec<_>, _>>()?;
    let answer = SimulatePrincipalPolicyOutput::builder().set_evaluation_results(Some(results));
    Ok(answer.is_truncated(truncated).set_marker(page.marker).build())
}

fn decision(call: &Call<'_>, action: &str) -> Result<EvaluationResult, Refusal> {
    let is_allowed = call.options().permissions.as_ref().is_none_or(|allowed| allowed.contains(action));
    let decision = if is_allowed { PolicyEvaluationDecisionType::Allowed } else { PolicyEvaluationDecisionType::ImplicitDeny };
    Ok(EvaluationResult::builder().eval_action_name(action).eval_resource_name("*").eval_decision(decision).build()?)
}
