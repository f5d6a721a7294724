use std::time::Duration;

use aws_sdk_rds::operation::reboot_db_instance::{RebootDbInstanceInput, RebootDbInstanceOutput};

use super::DbInstance;
use crate::sandbox::call::Call;
use crate::sandbox::rds::{named, unsimulated};
use crate::sandbox::refusal::Refusal;

/// How long an instance is `rebooting`.
const REBOOTING: Duration = Duration::from_secs(60);

/// `RebootDBInstance`: static parameters come into force.
pub(crate) fn reboot(call: &mut Call<'_>, input: &RebootDbInstanceInput) -> Result<RebootDbInstanceOutput, Refusal> {
    unsimulated!(input: force_failover);
    let mut instance: DbInstance = named(call, input.db_instance_identifier(), "DBInstanceIdentifier")?;
    if !matches!(instance.status(call.now).as_str(), "available" | "storage-optimization" | "incompatible-parameters") {
        return Err(Refusal::new("InvalidDBInstanceState", "Database instance is not in available state."));
    }
    let end = call.after(REBOOTING);
    instance.goes_through(&[("rebooting", end)]);
    instance.needs_reboot = false;
    instance.parameters_applied_at = end;
    call.put(instance.clone());
    Ok(RebootDbInstanceOutput::builder().db_instance(instance.to_sdk(call)).build())
}
