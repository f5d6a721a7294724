use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_rds::operation::create_db_parameter_group::{CreateDbParameterGroupInput, CreateDbParameterGroupOutput};
use aws_sdk_rds::operation::delete_db_parameter_group::{DeleteDbParameterGroupInput, DeleteDbParameterGroupOutput};
use aws_sdk_rds::operation::describe_db_parameter_groups::{DescribeDbParameterGroupsInput, DescribeDbParameterGroupsOutput};
use aws_sdk_rds::operation::describe_db_parameters::{DescribeDbParametersInput, DescribeDbParametersOutput};
use aws_sdk_rds::operation::modify_db_parameter_group::{ModifyDbParameterGroupInput, ModifyDbParameterGroupOutput};
use aws_sdk_rds::operation::reset_db_parameter_group::{ResetDbParameterGroupInput, ResetDbParameterGroupOutput};
use aws_sdk_rds::types::{ApplyMethod, Parameter as SdkParameter};
use serde::{Deserialize, Serialize};

use super::engine::VERSIONS;
use super::paging::{Page, USUAL, cut};
use super::parameter::{PARAMETERS, Parameter};
use super::{DbInstance, arn, name, named, tag};
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// How long a change takes to reach the instances.
const APPLYING: Duration = Duration::from_secs(30);
/// The most parameters of one request (RDS API Reference, `ModifyDBParameterGroup`, `ResetDBParameterGroup`).
const MAX_CHANGES: usize = 20;

/// What instances of one family are set to. Its id is its name in lower case.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DbParameterGroup {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) family: String,
    pub(crate) description: String,
    /// What is not as RDS has it by itself.
    pub(crate) parameters: BTreeMap<String, String>,
}

impl DbParameterGroup {
    fn to_sdk(&self, call: &Call<'_>) -> aws_sdk_rds::types::DbParameterGroup {
        aws_sdk_rds::types::DbParameterGroup::builder()
            .db_parameter_group_name(&self.id)
            .db_parameter_group_family(&self.family)
            .description(&self.description)
            .db_parameter_group_arn(arn(call, "pg", &self.id))
            .build()
    }

    fn shown(&self, parameter: Parameter) -> SdkParameter {
        let value = self.parameters.get(parameter.name);
        SdkParameter::builder()
            .parameter_name(parameter.name)
            .set_parameter_value(value.cloned())
            .source(if value.is_some() { "user" } else { "engine-default" })
            .apply_type(parameter.apply_type())
            .data_type(parameter.data_type)
            .set_allowed_values(parameter.allowed())
            .is_modifiable(true)
            .apply_method(if parameter.is_static { ApplyMethod::PendingReboot } else { ApplyMethod::Immediate })
            .build()
    }

    /// Tells the instances that a parameter changed.
    fn tell(&self, call: &mut Call<'_>, waits_for_reboot: bool) {
        let until = call.after(APPLYING);
        for mut instance in call.all::<DbInstance>().into_iter().filter(|instance| instance.parameter_group == self.id) {
            instance.needs_reboot |= waits_for_reboot;
            instance.parameters_applied_at = until;
            call.put(instance);
        }
    }
}

/// The group that an instance names; the family's default group is not simulated, so that it must be named.
pub(super) fn for_instance(call: &Call<'_>, name: Option<&str>, family: &str) -> Result<DbParameterGroup, Refusal> {
    if name.is_none() {
        return Err(Refusal::unsimulated("DBParameterGroupName left out"));
    }
    let group: DbParameterGroup = named(call, name, "DBParameterGroupName")?;
    if group.family != family {
        return Err(Refusal::combination(format!(
            "The parameter group {} with DBParameterGroupFamily {} can't be used for this instance. Use a parameter group with DBParameterGroupFamily {family}.",
            group.id, group.family
        )));
    }
    Ok(group)
}

/// `CreateDBParameterGroup`.
pub(super) fn create(call: &mut Call<'_>, input: &CreateDbParameterGroupInput) -> Result<CreateDbParameterGroupOutput, Refusal> {
    let id = name::identifier(input.db_parameter_group_name(), "DBParameterGroupName", 255)?;
    let family = input.db_parameter_group_family().ok_or_else(|| Refusal::missing("DBParameterGroupFamily"))?;
    let description = input.description().filter(|text| !text.is_empty()).ok_or_else(|| Refusal::missing("Description"))?;
    if !VERSIONS.iter().any(|version| version.family() == family) {
        return Err(Refusal::value(format!("ParameterGroupFamily {family} is not a valid parameter group family")));
    }
    let tags = tag::for_new(call, input.tags())?;
    if call.peek::<DbParameterGroup>(&id).is_some() {
        return Err(Refusal::new("DBParameterGroupAlreadyExists", format!("Parameter group {id} already exists")));
    }
    // RDS User Guide, "Quotas and constraints for Amazon RDS".
    if call.iter::<DbParameterGroup>().count() >= 50 {
        return Err(Refusal::new("DBParameterGroupQuotaExceeded", "The maximum number of DB parameter groups has been reached."));
    }
    let group = DbParameterGroup {
        id,
        tags,
        created: call.now,
        family: family.to_owned(),
        description: description.to_owned(),
        parameters: BTreeMap::new(),
    };
    call.put(group.clone());
    Ok(CreateDbParameterGroupOutput::builder().db_parameter_group(group.to_sdk(call)).build())
}

fn check_method(parameter: Parameter, method: Option<&ApplyMethod>) -> Result<bool, Refusal> {
    match method {
        None => Err(Refusal::value("The parameter ApplyMethod must be provided and must not be blank.")),
        Some(ApplyMethod::Immediate) if parameter.is_static => {
            Err(Refusal::combination("cannot use immediate apply method for static parameter"))
        }
        Some(method) => Ok(*method == ApplyMethod::PendingReboot),
    }
}

/// `ModifyDBParameterGroup`: at most 20 parameters; a static one is in force after a restart.
pub(super) fn modify(call: &mut Call<'_>, input: &ModifyDbParameterGroupInput) -> Result<ModifyDbParameterGroupOutput, Refusal> {
    let mut group: DbParameterGroup = named(call, input.db_parameter_group_name(), "DBParameterGroupName")?;
    let mut waits_for_reboot = false;
    if input.parameters().is_empty() || input.parameters().len() > MAX_CHANGES {
        return Err(Refusal::value(format!("1 to {MAX_CHANGES} parameters can be modified in a request.")));
    }
    for change in input.parameters() {
        let parameter = Parameter::named(change.parameter_name().unwrap_or_default())?;
        let value = change.parameter_value().ok_or_else(|| Refusal::value("The parameter ParameterValue must be provided."))?;
        parameter.check(value)?;
        waits_for_reboot |= check_method(parameter, change.apply_method())?;
        group.parameters.insert(parameter.name.to_owned(), value.to_owned());
    }
    group.tell(call, waits_for_reboot);
    let id = group.id.clone();
    call.put(group);
    Ok(ModifyDbParameterGroupOutput::builder().db_parameter_group_name(id).build())
}

/// `ResetDBParameterGroup`: some parameters, or all of them.
pub(super) fn reset(call: &mut Call<'_>, input: &ResetDbParameterGroupInput) -> Result<ResetDbParameterGroupOutput, Refusal> {
    let mut group: DbParameterGroup = named(call, input.db_parameter_group_name(), "DBParameterGroupName")?;
    let mut waits_for_reboot = false;
    if input.reset_all_parameters == Some(true) {
        waits_for_reboot = group.parameters.keys().filter_map(|name| Parameter::named(name).ok()).any(|parameter| parameter.is_static);
        group.parameters.clear();
    } else if input.parameters().is_empty() || input.parameters().len() > MAX_CHANGES {
        return Err(Refusal::value(format!("1 to {MAX_CHANGES} parameters can be reset in a request.")));
    }
    for change in input.parameters() {
        let parameter = Parameter::named(change.parameter_name().unwrap_or_default())?;
        waits_for_reboot |= check_method(parameter, change.apply_method())?;
        group.parameters.remove(parameter.name);
    }
    group.tell(call, waits_for_reboot);
    let id = group.id.clone();
    call.put(group);
    Ok(ResetDbParameterGroupOutput::builder().db_parameter_group_name(id).build())
}

/// `DeleteDBParameterGroup`: refused while an instance has it.
pub(super) fn delete(call: &mut Call<'_>, input: &DeleteDbParameterGroupInput) -> Result<DeleteDbParameterGroupOutput, Refusal> {
    let group: DbParameterGroup = named(call, input.db_parameter_group_name(), "DBParameterGroupName")?;
    if call.iter::<DbInstance>().any(|instance| instance.parameter_group == group.id) {
        let message = format!(
            "One or more database instances are still members of this parameter group {}, so the group cannot be deleted",
            group.id
        );
        return Err(Refusal::new("InvalidDBParameterGroupState", message));
    }
    call.remove::<DbParameterGroup>(&group.id);
    Ok(DeleteDbParameterGroupOutput::builder().build())
}

/// `DescribeDBParameterGroups`.
pub(super) fn describe(call: &mut Call<'_>, input: &DescribeDbParameterGroupsInput) -> Result<DescribeDbParameterGroupsOutput, Refusal> {
    if !input.filters().is_empty() {
        return Err(Refusal::unsimulated("Filters"));
    }
    let groups = match input.db_parameter_group_name() {
        Some(_) => vec![named::<DbParameterGroup>(call, input.db_parameter_group_name(), "DBParameterGroupName")?],
        None => call.visible::<DbParameterGroup>(),
    };
    let page = Page { max_records: input.max_records, marker: input.marker(), sizes: USUAL };
    let (groups, marker) = cut(groups, &page, |group| group.id.clone())?;
    let groups = groups.iter().map(|group| group.to_sdk(call)).collect();
    Ok(DescribeDbParameterGroupsOutput::builder().set_db_parameter_groups(Some(groups)).set_marker(marker).build())
}

/// `DescribeDBParameters`, by source where one is asked for.
pub(super) fn describe_parameters(call: &mut Call<'_>, input: &DescribeDbParametersInput) -> Result<DescribeDbParametersOutput, Refusal> {
    let group: DbParameterGroup = named(call, input.db_parameter_group_name(), "DBParameterGroupName")?;
    if !input.filters().is_empty() {
        return Err(Refusal::unsimulated("Filters"));
    }
    if let Some(source) = input.source()
        && !["user", "system", "engine-default"].contains(&source)
    {
        return Err(Refusal::value(format!("Invalid source: {source}")));
    }
    let all = PARAMETERS.iter().map(|parameter| group.shown(*parameter));
    let found = all.filter(|shown| input.source().is_none_or(|source| shown.source() == Some(source))).collect();
    let page = Page { max_records: input.max_records, marker: input.marker(), sizes: USUAL };
    let (parameters, marker) = cut(found, &page, |shown: &SdkParameter| shown.parameter_name().unwrap_or_default().to_owned())?;
    Ok(DescribeDbParametersOutput::builder().set_parameters(Some(parameters)).set_marker(marker).build())
}
