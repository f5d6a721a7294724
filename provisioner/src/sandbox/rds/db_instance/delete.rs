use std::time::Duration;

use aws_sdk_rds::operation::delete_db_instance::{DeleteDbInstanceInput, DeleteDbInstanceOutput};

use super::{DbInstance, network};
use crate::sandbox::call::Call;
use crate::sandbox::rds::{AutomatedBackup, named};
use crate::sandbox::refusal::Refusal;

/// How long an instance is `deleting`.
const DELETING: Duration = Duration::from_secs(180);
/// How much longer its interfaces stay.
const LINGERING: Duration = Duration::from_secs(60);

/// `DeleteDBInstance`: refused while it is protected; a final snapshot is not simulated, for the last copy is made before.
pub(crate) fn delete(call: &mut Call<'_>, input: &DeleteDbInstanceInput) -> Result<DeleteDbInstanceOutput, Refusal> {
    let mut instance: DbInstance = named(call, input.db_instance_identifier(), "DBInstanceIdentifier")?;
    match (input.skip_final_snapshot, input.final_db_snapshot_identifier()) {
        (Some(true), Some(_)) => {
            return Err(Refusal::combination(
                "FinalDBSnapshotIdentifier can not be specified when deleting a instance and skipping the final snapshot.",
            ));
        }
        (Some(true), None) => {}
        (_, None) => return Err(Refusal::combination("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.")),
        (_, Some(_)) => return Err(Refusal::unsimulated("FinalDBSnapshotIdentifier")),
    }
    if instance.deleted_at.is_some() {
        return Err(Refusal::new("InvalidDBInstanceState", format!("Instance {} is already being deleted.", instance.id)));
    }
    if instance.is_protected {
        return Err(Refusal::combination("Cannot delete protected DB Instance, please disable deletion protection and try again."));
    }
    if input.delete_automated_backups == Some(false) && instance.backed_up_at.is_some_and(|at| at <= call.now) {
        AutomatedBackup::retain(call, &instance);
    }
    instance.deleted_at = Some(call.after(DELETING));
    // The secret goes with its instance (RDS User Guide, "Password management with Amazon RDS and AWS Secrets Manager").
    instance.secret = None;
    let subnets = instance.subnets.clone();
    network::release(call, &instance.resource_id, &subnets, call.after(DELETING + LINGERING));
    call.put(instance.clone());
    Ok(DeleteDbInstanceOutput::builder().db_instance(instance.to_sdk(call)).build())
}
