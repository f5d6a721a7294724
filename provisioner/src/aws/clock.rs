use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use aws_sdk_ec2::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// Compares the date of every answer with this machine's clock; AWS refuses requests that are signed some minutes off.
#[derive(Clone, Debug, Default)]
pub(super) struct ClockWatch(Arc<Mutex<Option<i64>>>);

impl ClockWatch {
    /// By how many seconds this machine is ahead, by the last dated answer.
    pub(super) fn is_ahead(&self) -> Option<i64> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, date: &str, now: SystemTime) {
        if let Ok(date) = DateTime::from_str(date, Format::HttpDate) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(DateTime::from(now).secs() - date.secs());
        }
    }
}

impl Intercept for ClockWatch {
    fn name(&self) -> &'static str {
        "clock-watch"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(date) = context.response().headers().get("date") {
            self.note(date, SystemTime::now());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn a_dated_answer_tells_how_far_the_clock_is_off() {
        let watch = ClockWatch::default();
        watch.note("no date", UNIX_EPOCH);
        assert_eq!(watch.is_ahead(), None);
        watch.note("Thu, 01 Jan 1970 00:01:00 GMT", UNIX_EPOCH + Duration::from_secs(90));
        assert_eq!(watch.is_ahead(), Some(30));
    }
}
