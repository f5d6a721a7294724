use crate::cli::cloud::Cloud;
use crate::cli::doctor::checks::{Patient, unproved};
use crate::cli::mail_domain::{KIND, mail_domain};
use crate::model::Observed;
use crate::provider::{Depth, ProviderError};
use crate::topology::MailMode;
use crate::view::{Check, MailDomain, Verdict, command};

const DNS: &str = "dns";

/// Whether alerts would leave, and arrive.
pub async fn checks(patient: Patient<'_>, cloud: &Cloud) -> Vec<Check> {
    match &patient.topology.mail.mode {
        MailMode::Smtp { host, .. } => {
            vec![Check::new("mail", Verdict::Unproved, format!("whether {host} takes alerts"))]
        }
        MailMode::Ses { identity } => {
            let status = command(&cloud.name.to_string(), &format!("status --env {}", patient.scope.environment));
            let found = match identity_of(patient, cloud).await {
                Ok(found) => found.map(|found| mail_domain(&found, patient.topology)),
                Err(error) => return vec![account(patient).await, unproved(DNS, &error)],
            };
            vec![account(patient).await, records(identity, found.as_ref(), &status)]
        }
    }
}

async fn identity_of(patient: Patient<'_>, cloud: &Cloud) -> Result<Option<Observed>, ProviderError> {
    let Some(identities) = cloud.registry.get(KIND) else { return Ok(None) };
    Ok(identities.observe(patient.scope, Depth::Full).await?.into_iter().next())
}

/// Whether SES sends to anybody. Out of its sandbox only a support request helps (SES Developer Guide, "Request production access").
async fn account(patient: Patient<'_>) -> Check {
    const NAME: &str = "mail";
    let region = &patient.topology.environment.region;
    match patient.lookup.mail_account().await {
        Err(error) => unproved(NAME, &error),
        Ok(account) if !account.is_sending => {
            let found = format!("SES has stopped sending for this account in {region}: no alert would leave");
            Check::new(NAME, Verdict::Failed, found).next("see why: aws sesv2 get-account")
        }
        Ok(account) if !account.has_production_access => {
            let found = format!(
                "SES keeps this account in its sandbox in {region}: {:.0} mails in 24 hours, and only to recipients that are verified one by one",
                account.daily_quota
            );
            Check::new(NAME, Verdict::Warning, found)
                .next("verify the recipients (aws sesv2 create-email-identity --email-identity ADDRESS), or ask AWS for production access in the SES console")
        }
        Ok(account) => Check::new(NAME, Verdict::Ok, format!("SES sends to anybody, {:.0} mails in 24 hours", account.daily_quota)),
    }
}

/// Whether SES has seen the records that the customer publishes.
fn records(domain: &str, found: Option<&MailDomain>, status: &str) -> Check {
    match found {
        None => Check::new(DNS, Verdict::Unproved, format!("SES does not know {domain} yet; the records to publish are known after `up`"))
            .next(format!("after `up`: {status}")),
        Some(found) if found.is_verified => Check::new(DNS, Verdict::Ok, format!("SES has seen the mail records of {domain}")),
        Some(found) => {
            let lines: Vec<String> =
                found.records.iter().map(|record| format!("{} {} {}", record.name, record.record_type, record.value)).collect();
            let found = format!("SES has not seen the mail records of {domain}; to be published: {}", lines.join("; "));
            Check::new(DNS, Verdict::Warning, found).next(format!("a table of them: {status}"))
        }
    }
}
