use crate::sandbox::refusal::Refusal;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAY: u32 = 24 * 60;
const WEEK: u32 = 7 * DAY;

/// Minutes from the week's beginning, and how many follow.
#[derive(Clone, Copy)]
struct Span {
    start: u32,
    length: u32,
}

impl Span {
    fn overlaps(self, other: Span) -> bool {
        let gap = (other.start + WEEK - self.start) % WEEK;
        gap < self.length || WEEK - gap < other.length
    }
}

/// Checks the two windows: their forms, at least 30 minutes each, and apart from each other
/// (RDS API Reference, `CreateDBInstance`, PreferredBackupWindow and PreferredMaintenanceWindow).
pub(super) fn check(backup: &str, maintenance: &str) -> Result<(), Refusal> {
    let daily = daily(backup).ok_or_else(|| {
        Refusal::value(format!(
            "Invalid backup window format: {backup}. Should be specified as a range hh24:mi-hh24:mi (24H Clock UTC), at least 30 minutes."
        ))
    })?;
    let weekly = weekly(maintenance).ok_or_else(|| Refusal::value(format!("Invalid maintenance window format: {maintenance}. Should be specified as a range ddd:hh24:mi-ddd:hh24:mi (24H Clock UTC), at least 30 minutes.")))?;
    let is_in_conflict = (0..7).any(|day| Span { start: (daily.start + day * DAY) % WEEK, ..daily }.overlaps(weekly));
    if is_in_conflict {
        return Err(Refusal::value("The backup window and maintenance window must not overlap."));
    }
    Ok(())
}

fn daily(text: &str) -> Option<Span> {
    let (from, to) = text.split_once('-')?;
    span(minute(from)?, minute(to)?, DAY)
}

fn weekly(text: &str) -> Option<Span> {
    let (from, to) = text.split_once('-')?;
    let at = |text: &str| {
        let (day, time) = text.split_once(':')?;
        let day = DAYS.iter().position(|name| *name == day)?;
        Some(u32::try_from(day).ok()? * DAY + minute(time)?)
    };
    span(at(from)?, at(to)?, WEEK)
}

fn span(start: u32, end: u32, cycle: u32) -> Option<Span> {
    let length = (end + cycle - start) % cycle;
    (length >= 30).then_some(Span { start, length })
}

fn minute(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    if hour.len() != 2 || minute.len() != 2 {
        return None;
    }
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_have_a_form_a_length_and_no_common_minute() {
        assert!(check("01:00-02:00", "sun:03:00-sun:04:00").is_ok());
        assert!(check("23:45-00:30", "sun:03:00-sun:04:00").is_ok());
        for (backup, maintenance) in [
            ("1:00-2:00", "sun:03:00-sun:04:00"),
            ("01:00-01:20", "sun:03:00-sun:04:00"),
            ("01:00-02:00", "Sun:03:00-Sun:04:00"),
            ("03:30-04:30", "sun:03:00-sun:04:00"),
            ("23:45-00:30", "sun:23:30-mon:00:10"),
        ] {
            assert!(check(backup, maintenance).is_err(), "{backup} {maintenance}");
        }
    }
}
