use aws_sdk_kms::operation::disable_key_rotation::{DisableKeyRotationInput, DisableKeyRotationOutput};
use aws_sdk_kms::operation::enable_key_rotation::{EnableKeyRotationInput, EnableKeyRotationOutput};
use aws_sdk_kms::operation::get_key_rotation_status::{GetKeyRotationStatusInput, GetKeyRotationStatusOutput};

use super::KmsKey;
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// How often a key is renewed where nothing is said (KMS API Reference, `EnableKeyRotation`).
const PERIOD_DAYS: i32 = 365;

/// `GetKeyRotationStatus`: false while the key waits for its deletion (KMS API Reference, `GetKeyRotationStatus`).
pub(super) fn get(call: &mut Call<'_>, input: &GetKeyRotationStatusInput) -> Result<GetKeyRotationStatusOutput, Refusal> {
    let key = KmsKey::named(call, input.key_id())?;
    let is_rotated = key.is_rotated && key.deletion.is_none();
    let answer = GetKeyRotationStatusOutput::builder().key_id(&key.id).key_rotation_enabled(is_rotated);
    Ok(answer.set_rotation_period_in_days(is_rotated.then_some(PERIOD_DAYS)).build())
}

/// `EnableKeyRotation`, every year.
pub(super) fn enable(call: &mut Call<'_>, input: &EnableKeyRotationInput) -> Result<EnableKeyRotationOutput, Refusal> {
    if input.rotation_period_in_days().is_some_and(|days| days != PERIOD_DAYS) {
        return Err(Refusal::unsimulated("RotationPeriodInDays"));
    }
    turn(call, input.key_id(), true)?;
    Ok(EnableKeyRotationOutput::builder().build())
}

/// `DisableKeyRotation`.
pub(super) fn disable(call: &mut Call<'_>, input: &DisableKeyRotationInput) -> Result<DisableKeyRotationOutput, Refusal> {
    turn(call, input.key_id(), false)?;
    Ok(DisableKeyRotationOutput::builder().build())
}

fn turn(call: &mut Call<'_>, id: Option<&str>, is_rotated: bool) -> Result<(), Refusal> {
    let mut key = KmsKey::usable(call, id)?;
    if !key.is_enabled {
        return Err(Refusal::new("DisabledException", format!("{} is disabled.", key.arn)));
    }
    key.is_rotated = is_rotated;
    call.put(key);
    Ok(())
}
