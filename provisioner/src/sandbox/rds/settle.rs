use super::{AutomatedBackup, db_instance};
use crate::sandbox::call::Call;

/// Brings RDS up to the present.
pub(crate) fn settle(call: &mut Call<'_>) {
    db_instance::settle(call);
    let now = call.now;
    let expired: Vec<String> =
        call.iter::<AutomatedBackup>().filter(|backup| backup.expires_at <= now).map(|backup| backup.id.clone()).collect();
    for id in expired {
        call.remove::<AutomatedBackup>(&id);
    }
}
