use serde::Serialize;

use crate::view::text::{harmless_line, pad, width};
use crate::view::{Look, Tint};

/// A record of the customer's DNS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MailRecord {
    /// Its full name.
    pub name: String,
    /// `CNAME`, `MX` or `TXT`.
    #[serde(rename = "type")]
    pub record_type: String,
    /// Its value.
    pub value: String,
    /// What it is for.
    pub why: String,
}

/// How far the domain that mail is sent from is known to the world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MailDomain {
    /// The domain.
    pub domain: String,
    /// Whether SES has seen every record that it looks for.
    pub is_verified: bool,
    /// What is still to be published; nothing once it is verified.
    pub records: Vec<MailRecord>,
}

impl MailDomain {
    /// A line while SES has seen everything, or a table of what to publish.
    pub(super) fn human(&self, look: &Look) -> String {
        let domain = harmless_line(&self.domain);
        if self.is_verified {
            return format!("mail is sent from {domain}, which SES has verified\n");
        }
        let heading = format!("SES waits for these records in the DNS of {domain} (it may take up to 72 hours to see them):");
        let mut text = format!("{}\n", look.paint(Tint::Attention, &heading));
        let names = self.records.iter().map(|record| width(&record.name)).max().unwrap_or(0);
        let types = self.records.iter().map(|record| width(&record.record_type)).max().unwrap_or(0);
        for record in &self.records {
            let (name, kind) = (pad(&harmless_line(&record.name), names), pad(&harmless_line(&record.record_type), types));
            text.push_str(&format!("  {name}  {kind}  {}\n", harmless_line(&record.value)));
        }
        text
    }
}
