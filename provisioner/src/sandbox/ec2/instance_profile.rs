use aws_sdk_ec2::operation::associate_iam_instance_profile::{AssociateIamInstanceProfileInput, AssociateIamInstanceProfileOutput};
use aws_sdk_ec2::operation::describe_iam_instance_profile_associations::{
    DescribeIamInstanceProfileAssociationsInput, DescribeIamInstanceProfileAssociationsOutput,
};
use aws_sdk_ec2::operation::disassociate_iam_instance_profile::{
    DisassociateIamInstanceProfileInput, DisassociateIamInstanceProfileOutput,
};
use aws_sdk_ec2::operation::replace_iam_instance_profile_association::{
    ReplaceIamInstanceProfileAssociationInput, ReplaceIamInstanceProfileAssociationOutput,
};
use aws_sdk_ec2::types::{
    IamInstanceProfile, IamInstanceProfileAssociation, IamInstanceProfileAssociationState, IamInstanceProfileSpecification,
    InstanceStateName,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Instance;
use super::filter::Filters;
use super::paging::{Query, cut};
use crate::sandbox::call::Call;
use crate::sandbox::iam::visible_profile;
use crate::sandbox::refusal::Refusal;

/// The instance profile of a machine, and the association by which it has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub(crate) arn: String,
    pub(crate) association: String,
}

impl Profile {
    /// The profile as `DescribeInstances` shows it.
    pub(crate) fn to_sdk(&self) -> IamInstanceProfile {
        let digits = format!("{:X}", Sha256::digest(self.arn.as_bytes()));
        IamInstanceProfile::builder().arn(&self.arn).id(format!("AIPA{}", &digits[..17])).build()
    }

    fn association(&self, instance: &str, state: IamInstanceProfileAssociationState) -> IamInstanceProfileAssociation {
        IamInstanceProfileAssociation::builder()
            .association_id(&self.association)
            .instance_id(instance)
            .iam_instance_profile(self.to_sdk())
            .state(state)
            .build()
    }

    /// Reads the profile that a request names, by its ARN or by its name; nothing when it names none.
    ///
    /// Whoever gives a machine a profile passes its role on (EC2 User Guide, "IAM roles for Amazon EC2").
    pub(crate) fn read(call: &mut Call<'_>, wanted: Option<&IamInstanceProfileSpecification>) -> Result<Option<Profile>, Refusal> {
        let Some(wanted) = wanted else { return Ok(None) };
        let arn = match (wanted.arn(), wanted.name()) {
            (Some(_), Some(_)) => {
                return Err(Refusal::combination(
                    "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
                ));
            }
            (Some(named), None) | (None, Some(named)) => visible_profile(call, named)?.arn,
            (None, None) => return Ok(None),
        };
        call.needs("iam:PassRole")?;
        Ok(Some(Profile { arn, association: call.new_id("iip-assoc") }))
    }
}

fn required(call: &mut Call<'_>, wanted: Option<&IamInstanceProfileSpecification>) -> Result<Profile, Refusal> {
    Profile::read(call, wanted)?.ok_or_else(|| Refusal::missing("IamInstanceProfile"))
}

/// The machine with an association.
fn holder(call: &Call<'_>, association: Option<&str>) -> Result<(Instance, Profile), Refusal> {
    let id = association.ok_or_else(|| Refusal::missing("AssociationId"))?;
    let found = call.all::<Instance>().into_iter().filter(|instance| !instance.is_ending()).find_map(|instance| {
        let profile = instance.profile.clone().filter(|profile| profile.association == id)?;
        Some((instance, profile))
    });
    found.ok_or_else(|| Refusal::new("InvalidAssociationID.NotFound", format!("An invalid association-id of '{id}' was given")))
}

/// `AssociateIamInstanceProfile`: refused for a machine that has one.
pub(crate) fn associate(
    call: &mut Call<'_>,
    input: &AssociateIamInstanceProfileInput,
) -> Result<AssociateIamInstanceProfileOutput, Refusal> {
    let mut instance: Instance = call.named(input.instance_id(), "InstanceId")?;
    if !matches!(
        instance.state(call.now),
        InstanceStateName::Pending | InstanceStateName::Running | InstanceStateName::Stopping | InstanceStateName::Stopped
    ) {
        let message = format!("The instance '{}' is not in a valid state for this operation.", instance.id);
        return Err(Refusal::new("IncorrectInstanceState", message));
    }
    if instance.profile.is_some() {
        return Err(Refusal::new("IncorrectState", format!("There is an existing association for instance {}", instance.id)));
    }
    let profile = required(call, input.iam_instance_profile())?;
    let association = profile.association(&instance.id, IamInstanceProfileAssociationState::Associating);
    instance.profile = Some(profile);
    call.put(instance);
    Ok(AssociateIamInstanceProfileOutput::builder().iam_instance_profile_association(association).build())
}

/// `ReplaceIamInstanceProfileAssociation`: the machine need not be without a profile in between.
pub(crate) fn replace(
    call: &mut Call<'_>,
    input: &ReplaceIamInstanceProfileAssociationInput,
) -> Result<ReplaceIamInstanceProfileAssociationOutput, Refusal> {
    let (mut instance, _) = holder(call, input.association_id())?;
    let profile = required(call, input.iam_instance_profile())?;
    let association = profile.association(&instance.id, IamInstanceProfileAssociationState::Associating);
    instance.profile = Some(profile);
    call.put(instance);
    Ok(ReplaceIamInstanceProfileAssociationOutput::builder().iam_instance_profile_association(association).build())
}

/// `DisassociateIamInstanceProfile`.
pub(crate) fn disassociate(
    call: &mut Call<'_>,
    input: &DisassociateIamInstanceProfileInput,
) -> Result<DisassociateIamInstanceProfileOutput, Refusal> {
    let (mut instance, profile) = holder(call, input.association_id())?;
    let association = profile.association(&instance.id, IamInstanceProfileAssociationState::Disassociating);
    instance.profile = None;
    call.put(instance);
    Ok(DisassociateIamInstanceProfileOutput::builder().iam_instance_profile_association(association).build())
}

/// `DescribeIamInstanceProfileAssociations`: those of a launch are shown as well.
pub(crate) fn describe(
    call: &mut Call<'_>,
    input: &DescribeIamInstanceProfileAssociationsInput,
) -> Result<DescribeIamInstanceProfileAssociationsOutput, Refusal> {
    let query = Query {
        ids: input.association_ids(),
        filters: input.filters(),
        names: &["instance-id", "state"],
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeIamInstanceProfileAssociations: 5 to 1000.
        sizes: 5..=1000,
        excludes_ids: false,
    };
    let filters = Filters::checked(query.filters, query.names)?;
    let instances = call.visible::<Instance>().into_iter().filter(|instance| !instance.is_ending());
    let mut found: Vec<(String, String, Profile)> =
        instances.filter_map(|instance| instance.profile.map(|profile| (profile.association.clone(), instance.id, profile))).collect();
    if let Some(unknown) = query.ids.iter().find(|id| !found.iter().any(|(association, ..)| association == *id)) {
        return Err(Refusal::new("InvalidAssociationID.NotFound", format!("An invalid association-id of '{unknown}' was given")));
    }
    found.retain(|(association, ..)| query.ids.is_empty() || query.ids.contains(association));
    found.sort_by(|left, right| left.0.cmp(&right.0));
    let page = cut(found, &query, |(association, ..)| association)?;
    let associated = IamInstanceProfileAssociationState::Associated;
    let kept = page.items.into_iter().filter(|(_, instance, _)| {
        filters.keep(&crate::sandbox::object::Tags::new(), |name| match name {
            "instance-id" => vec![instance.clone()],
            _ => vec![associated.as_str().to_owned()],
        })
    });
    let associations = kept.map(|(_, instance, profile)| profile.association(&instance, associated.clone())).collect();
    Ok(DescribeIamInstanceProfileAssociationsOutput::builder()
        .set_iam_instance_profile_associations(Some(associations))
        .set_next_token(page.next_token)
        .build())
}
