use crate::config::{Condition, LinkEnd, Ports};

/// One row of the who-may-talk-to-whom matrix: one ingress rule and its mirrored egress (`from` reaches `to` on `ports`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its name, unique among the links of every blueprint of an environment.
    pub id: String,
    /// Who is reached.
    pub to: LinkEnd,
    /// On which ports.
    pub ports: Ports,
    /// By which protocol.
    pub protocol: Protocol,
    /// Who reaches.
    pub from: LinkEnd,
    /// When it counts; none: always.
    pub when: Option<Condition>,
    /// Why, in words that also become the rule's description on AWS.
    pub why: String,
    /// The requirements it comes from: `MCS-14`.
    pub requirements: Vec<String>,
}

/// A transport protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// ICMP.
    Icmp,
}

impl Protocol {
    /// EC2's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Icmp => "icmp",
        }
    }
}
