use crate::config::check::Subject;
use crate::config::codes;
use crate::model::Report;

/// Where a larger number is worse; of `certificate_days` the smaller one is.
const RISING: [&str; 5] = ["disk_percent", "memory_percent", "swap_percent", "load_percent", "jvm_heap_percent"];

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let values = subject.values;
    if !values.networks("monitoring.dashboard_cidrs").is_empty() {
        let diagnostic = values.mark(codes::NOT_YET.warning(), "monitoring.dashboard_cidrs", "nothing opens a path from there yet");
        report.push(diagnostic.note("operators reach the dashboards through the bastion's tunnel").help("leave it empty"));
    }
    for name in RISING.into_iter().chain(["certificate_days"]) {
        let path = format!("monitoring.thresholds.{name}");
        let (Some(warning), Some(critical)) =
            (values.number::<u16>(&format!("{path}.warning")), values.number::<u16>(&format!("{path}.critical")))
        else {
            continue;
        };
        let is_rising = name != "certificate_days";
        if (is_rising && warning >= critical) || (!is_rising && warning <= critical) {
            let diagnostic = values.mark(codes::THRESHOLDS.error(), &path, format!("warning {warning}, critical {critical}"));
            let order =
                if is_rising { "the warning is the smaller number" } else { "the warning is the larger number: more days are left" };
            report.push(diagnostic.note(order));
        }
    }
}
