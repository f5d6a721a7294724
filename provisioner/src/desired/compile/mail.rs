use super::{Compiler, MAIN};
use crate::desired::{SesConfigurationSet, SesIdentity};
use crate::model::RefOr;
use crate::topology::MailMode;

/// The configuration set that alerts are sent with.
const ALERTS: &str = "alerts";

impl Compiler<'_> {
    pub(super) fn mail(&mut self) {
        let MailMode::Ses { identity } = &self.topology.mail.mode else { return };
        let texts = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let set = SesConfigurationSet {
            set_name: self.alert_set_name(),
            requires_tls: self.topology.mail.requires_tls,
            is_sending: true,
            has_reputation_metrics: true,
            suppresses: texts(&["BOUNCE", "COMPLAINT"]),
            counted_events: texts(&["BOUNCE", "COMPLAINT", "DELIVERY_DELAY", "REJECT"]),
        };
        self.add("ses-configuration-set", ALERTS, &set, []);
        let identity = SesIdentity {
            domain: identity.clone(),
            dkim_key_length: "RSA_2048_BIT".to_owned(),
            is_signed: true,
            mail_from_domain: format!("bounce.{identity}"),
            configuration_set: RefOr::id("ses-configuration-set", ALERTS),
        };
        self.add("ses-identity", MAIN, &identity, []);
    }

    pub(super) fn alert_set_name(&self) -> String {
        self.scope.physical_name(ALERTS)
    }
}
