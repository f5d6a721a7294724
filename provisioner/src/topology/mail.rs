use serde::{Deserialize, Serialize};

use crate::config::{AlertingMode, Environment};

/// How alert mail leaves, and who gets it (MCS-27, MCS-28).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The way it leaves.
    pub mode: MailMode,
    /// The sender.
    pub from: String,
    /// Who gets it.
    pub recipients: Vec<String>,
    /// Whether SES keeps it back from a server without TLS.
    pub requires_tls: bool,
}

/// The way mail leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailMode {
    /// By Amazon SES's API, with the instance role.
    Ses {
        /// The domain that is verified: the environment's own, so that a clone never deletes production's.
        identity: String,
    },
    /// By the customer's own server, with authentication.
    Smtp {
        /// Its host name.
        host: String,
        /// Its submission port.
        port: u16,
        /// The user.
        user: String,
        /// The NAME of the password in the environment's secrets; never the password.
        secret: String,
    },
}

impl Mail {
    pub(super) fn of(environment: &Environment) -> Self {
        let mode = match &environment.alerting.mode {
            AlertingMode::Ses => MailMode::Ses { identity: environment.domain.clone() },
            AlertingMode::Smtp(smtp) => {
                MailMode::Smtp { host: smtp.host.clone(), port: smtp.port, user: smtp.user.clone(), secret: smtp.secret.clone() }
            }
        };
        let alerting = &environment.alerting;
        Self { mode, from: alerting.from.clone(), recipients: alerting.recipients.clone(), requires_tls: alerting.requires_tls }
    }
}
