use crate::config::AlertingKind;

/// Who is told, and how the mail leaves (MCS-27, MCS-28).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alerting {
    /// How the mail leaves.
    pub mode: AlertingMode,
    /// The sender; `alerts@<domain>` where the file does not say.
    pub from: String,
    /// Who is told; may be empty while nothing is watched.
    pub recipients: Vec<String>,
    /// Whether SES keeps mail back from a server without TLS.
    pub requires_tls: bool,
}

/// How alert mail leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlertingMode {
    /// By Amazon SES's API, with the instance role.
    Ses,
    /// By the customer's own server.
    Smtp(Smtp),
}

impl AlertingMode {
    /// The mode without its particulars, as conditions name it.
    pub fn kind(&self) -> AlertingKind {
        match self {
            Self::Ses => AlertingKind::Ses,
            Self::Smtp(_) => AlertingKind::Smtp,
        }
    }
}

/// A mail server with authentication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smtp {
    /// Its host name.
    pub host: String,
    /// Its submission port, 587 where the file does not say.
    pub port: u16,
    /// The user.
    pub user: String,
    /// The NAME of the password in the environment's secrets; never the password.
    pub secret: String,
}
