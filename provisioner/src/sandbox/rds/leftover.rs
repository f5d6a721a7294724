use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::DbInstance;
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;

/// What is retained of a deleted instance for point-in-time restore; it expires by itself
/// (RDS User Guide, "Retaining automated backups").
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AutomatedBackup {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) db_instance: String,
    pub(crate) resource_id: String,
    pub(crate) expires_at: Moment,
}

impl AutomatedBackup {
    /// Retains what an instance had.
    pub(super) fn retain(call: &mut Call<'_>, instance: &DbInstance) {
        let days = u64::try_from(instance.backup_days).unwrap_or_default();
        let backup = AutomatedBackup {
            id: format!("ab-{}", call.new_digits(26)),
            tags: Tags::new(),
            created: call.now,
            db_instance: instance.id.clone(),
            resource_id: instance.resource_id.clone(),
            expires_at: call.now.plus(Duration::from_secs(days * 24 * 3600)),
        };
        call.put(backup);
    }
}

/// A log group of CloudWatch that RDS makes and nobody deletes
/// (RDS User Guide, "Publishing database logs to Amazon CloudWatch Logs"). Its id is its name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LogGroup {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
}

impl LogGroup {
    /// Makes the groups that an instance writes to, where they are missing.
    pub(super) fn make_for(call: &mut Call<'_>, instance: &DbInstance) {
        let exported = instance.logs.iter().map(|log| format!("/aws/rds/instance/{}/{log}", instance.id));
        let measured = (instance.monitoring_seconds > 0).then(|| "RDSOSMetrics".to_owned());
        for id in exported.chain(measured) {
            if call.peek::<LogGroup>(&id).is_none() {
                call.put(LogGroup { id, tags: Tags::new(), created: call.now });
            }
        }
    }
}
