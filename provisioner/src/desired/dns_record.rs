use serde::{Deserialize, Serialize};

/// A record that the customer publishes in his own DNS. Nothing waits for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsRecord {
    /// Its full name, without a dot at the end.
    pub name: String,
    /// `CNAME`, `MX` or `TXT`.
    pub record_type: String,
    /// Its value, as a zone file has it; a text without its quotation marks.
    pub value: String,
    /// What it is for, in a few words.
    pub why: String,
}

/// The records by which SES may send mail for `domain`, signed with the keys behind `tokens`, with bounces returning to `mail_from_domain`.
///
/// Pure. In order: a CNAME for each token, the MX and the SPF record of the MAIL FROM domain, and a DMARC policy that only asks for reports,
/// as a suggestion (SES Developer Guide, "Easy DKIM in Amazon SES", "Using a custom MAIL FROM domain", "Complying with DMARC").
pub fn mail_records(domain: &str, tokens: &[String], region: &str, mail_from_domain: &str) -> Vec<DnsRecord> {
    let record = |name: String, record_type: &str, value: String, why: &str| DnsRecord {
        name,
        record_type: record_type.to_owned(),
        value,
        why: why.to_owned(),
    };
    let keys = tokens.iter().map(|token| {
        record(
            format!("{token}._domainkey.{domain}"),
            "CNAME",
            format!("{token}.dkim.amazonses.com"),
            "proves the domain and signs mail (DKIM)",
        )
    });
    let feedback = format!("10 feedback-smtp.{region}.amazonses.com");
    keys.chain([
        record(mail_from_domain.to_owned(), "MX", feedback, "lets bounces return"),
        record(mail_from_domain.to_owned(), "TXT", "v=spf1 include:amazonses.com ~all".to_owned(), "says who may send (SPF)"),
        record(
            format!("_dmarc.{domain}"),
            "TXT",
            "v=DMARC1; p=none;".to_owned(),
            "asks receivers to check both (DMARC); make it stricter later",
        ),
    ])
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_needs_three_keys_and_the_way_back() {
        let tokens = ["a", "b", "c"].map(str::to_owned);
        let records = mail_records("emm.example.com", &tokens, "eu-west-1", "bounce.emm.example.com");
        let lines: Vec<String> = records.iter().map(|record| format!("{} {} {}", record.name, record.record_type, record.value)).collect();
        assert_eq!(
            lines,
            [
                "a._domainkey.emm.example.com CNAME a.dkim.amazonses.com",
                "b._domainkey.emm.example.com CNAME b.dkim.amazonses.com",
                "c._domainkey.emm.example.com CNAME c.dkim.amazonses.com",
                "bounce.emm.example.com MX 10 feedback-smtp.eu-west-1.amazonses.com",
                "bounce.emm.example.com TXT v=spf1 include:amazonses.com ~all",
                "_dmarc.emm.example.com TXT v=DMARC1; p=none;",
            ]
        );
    }
}
