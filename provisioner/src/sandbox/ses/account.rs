use aws_sdk_sesv2::operation::get_account::{GetAccountInput, GetAccountOutput};
use aws_sdk_sesv2::types::SendQuota;

use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// `GetAccount`: an account that nobody has asked production access for: 200 mails in 24 hours, one a second, to verified recipients
/// (SES Developer Guide, "Request production access").
pub(super) fn get(_call: &mut Call<'_>, _input: &GetAccountInput) -> Result<GetAccountOutput, Refusal> {
    let quota = SendQuota::builder().max24_hour_send(200.0).max_send_rate(1.0).sent_last24_hours(0.0).build();
    let answer = GetAccountOutput::builder().production_access_enabled(false).sending_enabled(true).enforcement_status("HEALTHY");
    Ok(answer.send_quota(quota).build())
}
