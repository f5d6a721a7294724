use crate::config::check::Subject;
use crate::config::codes;
use crate::model::Report;

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let values = subject.values;
    let mode = values.text("alerting.mode");
    if mode == Some("smtp") && !values.has_table("alerting.smtp") {
        let diagnostic = values.mark(codes::SMTP.error(), "alerting.mode", "there is no [alerting.smtp]");
        report.push(diagnostic.help("write host, user and secret in [alerting.smtp], or mode = \"ses\""));
    }
    if mode == Some("ses") && values.has_table("alerting.smtp") {
        let diagnostic = values.mark(codes::CONTRADICTION.error(), "alerting.smtp", "a mail server means nothing with mode = \"ses\"");
        report.push(diagnostic.help("write mode = \"smtp\", or remove the table"));
    }
    if let (Some("ses"), Some(from), Some(domain)) = (mode, values.text("alerting.from"), values.text("environment.domain")) {
        let sender = from.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
        if sender != domain && !sender.ends_with(&format!(".{domain}")) {
            let diagnostic =
                values.mark(codes::FOREIGN_SENDER.error(), "alerting.from", format!("SES would verify `{domain}`, and this is `{sender}`"));
            report.push(diagnostic.help(format!("write from = \"alerts@{domain}\", or leave it out")));
        }
    }
    if values.boolean("monitoring.enabled") == Some(true)
        && values.found("alerting.recipients").is_some()
        && values.texts("alerting.recipients").is_empty()
    {
        let path = if values.place("alerting.recipients").is_some() { "alerting.recipients" } else { "monitoring.enabled" };
        let diagnostic = values.mark(codes::NOBODY_TOLD.warning(), path, "monitoring is on, and `[alerting] recipients` is empty");
        report.push(diagnostic.help("write recipients = [\"oncall@example.com\"] in [alerting]"));
    }
}
