use std::time::Duration;

use aws_sdk_kms::operation::cancel_key_deletion::{CancelKeyDeletionInput, CancelKeyDeletionOutput};
use aws_sdk_kms::operation::schedule_key_deletion::{ScheduleKeyDeletionInput, ScheduleKeyDeletionOutput};

use super::KmsKey;
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// `ScheduleKeyDeletion`: after 7 to 30 days, 30 unless told. The days are the cloud's own, so that they are scaled like all its time.
pub(super) fn schedule(call: &mut Call<'_>, input: &ScheduleKeyDeletionInput) -> Result<ScheduleKeyDeletionOutput, Refusal> {
    let mut key = KmsKey::usable(call, input.key_id())?;
    let days = input.pending_window_in_days().unwrap_or(30);
    let count = u32::try_from(days).ok().filter(|days| (7..=30).contains(days));
    let count = count.ok_or_else(|| Refusal::new("ValidationException", "PendingWindowInDays must be between 7 and 30"))?;
    // A cloud that waits for nothing would have no keys that wait.
    let window = DAY * count;
    let deletion = if call.options().speed <= 0.0 { call.now.plus(window) } else { call.after(window) };
    key.deletion = Some(deletion);
    key.is_enabled = false;
    let answer = ScheduleKeyDeletionOutput::builder().key_id(&key.arn).key_state(key.state()).pending_window_in_days(days);
    call.put(key);
    Ok(answer.deletion_date(deletion.to_sdk()).build())
}

/// `CancelKeyDeletion`: the key is there again, and disabled.
pub(super) fn cancel(call: &mut Call<'_>, input: &CancelKeyDeletionInput) -> Result<CancelKeyDeletionOutput, Refusal> {
    let mut key = KmsKey::named(call, input.key_id())?;
    if key.deletion.take().is_none() {
        return Err(Refusal::new("KMSInvalidStateException", format!("{} is not pending deletion.", key.arn)));
    }
    let answer = CancelKeyDeletionOutput::builder().key_id(&key.arn).build();
    call.put(key);
    Ok(answer)
}
