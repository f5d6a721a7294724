use std::fmt;

/// The ports one link opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ports {
    /// One port.
    Single(u16),
    /// From the first to the last, both included: `"4000-4200"`.
    Range(u16, u16),
    /// ICMP echo request: `"echo"`.
    Echo,
    /// The bastion's port, from the environment: `"bastion-port"`.
    BastionPort,
    /// The port of the SMTP server, from the environment: `"smtp-port"`.
    SmtpPort,
}

impl fmt::Display for Ports {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Single(port) => write!(formatter, "{port}"),
            Self::Range(first, last) => write!(formatter, "{first}-{last}"),
            Self::Echo => formatter.pad("echo"),
            Self::BastionPort => formatter.pad("bastion-port"),
            Self::SmtpPort => formatter.pad("smtp-port"),
        }
    }
}
