/// The form of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A name of ours: lower-case letters, digits and single `-`, a letter first.
    Name,
    /// A name of an input or schema: lower-case letters, digits and `_`, a letter first.
    Identifier,
    /// One line of text.
    Line,
    Domain,
    /// A host name or an IPv4 address.
    Host,
    Account,
    Region,
    InstanceType,
    DatabaseClass,
    /// Two or three numbers with dots.
    Version,
    Mail,
    SshPublicKey,
    AgeRecipient,
    TransitGateway,
    VpnGateway,
    /// An absolute path.
    Path,
    /// `MCS-14`, `EMM-05`.
    Requirement,
    /// The end of a link.
    LinkEnd,
    /// A role, a database or a bucket, with its table.
    MovedPlace,
    /// A text that becomes the description of a security group's rule.
    RuleDescription,
    /// A Debian package.
    Package,
    /// A systemd service, without its ending.
    Unit,
    /// A shell command, which may name values; several lines.
    Script,
    /// The name of a file, without a folder above it.
    FileName,
    /// Permissions in octal digits.
    Mode,
    /// One argument of a command, which may name values.
    Argument,
}

impl Form {
    /// What the text is, in words and with an example.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Name => "a name of lower-case letters, digits and single `-`, a letter first",
            Self::Identifier => "a name of lower-case letters, digits and `_`, a letter first",
            Self::Line => "one line of text",
            Self::Domain => "a domain such as \"emm.example.com\"",
            Self::Host => "a host name or an IPv4 address",
            Self::Account => "the twelve digits of an account, in quotes",
            Self::Region => "a region such as \"eu-west-1\"",
            Self::InstanceType => "an instance type such as \"m6i.large\"",
            Self::DatabaseClass => "a database class such as \"db.m6g.large\"",
            Self::Version => "a version such as \"8.4\"",
            Self::Mail => "a mail address such as \"oncall@example.com\"",
            Self::SshPublicKey => "an OpenSSH public key such as \"ssh-ed25519 AAAA… name\"",
            Self::AgeRecipient => "an age recipient such as \"age1…\"",
            Self::TransitGateway => "a transit gateway such as \"tgw-0123456789abcdef0\"",
            Self::VpnGateway => "a virtual private gateway such as \"vgw-0123456789abcdef0\"",
            Self::Path => "an absolute path such as \"/var/lib/data\"",
            Self::Requirement => "a requirement such as \"MCS-14\"",
            Self::LinkEnd => "an end of a link such as \"every-host\", \"monitoring.icinga\", \"database.core\"",
            Self::MovedPlace => "a role, a database or a bucket such as \"roles.app\"",
            Self::RuleDescription => "up to 255 characters of a-zA-Z0-9 ._-:/()#,@[]+=&;{}!$*",
            Self::Package => "a Debian package such as \"nginx-light\"",
            Self::Unit => "a systemd service such as \"nginx\"",
            Self::Script => "a shell command",
            Self::FileName => "a file name such as \"nginx.conf.hbs\"",
            Self::Mode => "permissions such as \"0640\"",
            Self::Argument => "one argument of a command",
        }
    }

    /// The pattern of JSON Schema; it may let more pass than [`Self::fits`].
    pub(crate) fn pattern(self) -> &'static str {
        match self {
            Self::Name => "^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
            Self::Identifier => "^[a-z][a-z0-9_]*$",
            Self::Line => "^[^\\n\\r]+$",
            Self::Domain => "^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]([a-z0-9-]*[a-z0-9])$",
            Self::Host => "^[A-Za-z0-9.-]+$",
            Self::Account => "^[0-9]{12}$",
            Self::Region => "^[a-z]{2}(-[a-z]+)+-[0-9]+$",
            Self::InstanceType => "^[a-z][a-z0-9-]*\\.[a-z0-9-]+$",
            Self::DatabaseClass => "^db\\.[a-z][a-z0-9-]*\\.[a-z0-9-]+$",
            Self::Version => "^[0-9]+(\\.[0-9]+){1,2}$",
            Self::Mail => "^[^@\\s]+@[^@\\s]+$",
            Self::SshPublicKey => "^(ssh-ed25519|ecdsa-sha2-nistp256|ecdsa-sha2-nistp384|ssh-rsa|sk-ssh-ed25519@openssh\\.com) ",
            Self::AgeRecipient => "^age1[a-z0-9]+$",
            Self::TransitGateway => "^tgw-[0-9a-f]{8,17}$",
            Self::VpnGateway => "^vgw-[0-9a-f]{8,17}$",
            Self::Path => "^/[^\\s]*$",
            Self::Requirement => "^[A-Z]{3}-[0-9A-Z]+$",
            Self::LinkEnd => "^[a-z][a-z0-9.-]*$",
            Self::MovedPlace => "^(roles|databases|buckets)\\.[a-z][a-z0-9]*(-[a-z0-9]+)*$",
            Self::RuleDescription => "^[a-zA-Z0-9 ._\\-:/()#,@\\[\\]+=&;{}!$*]{1,255}$",
            Self::Package => "^[a-z0-9][a-z0-9+.-]+$",
            Self::Unit => "^[a-zA-Z0-9@._-]+$",
            Self::Script => "^[^\\u0000]+$",
            Self::FileName => "^[a-zA-Z0-9._/-]+$",
            Self::Mode => "^0[0-7]{3}$",
            Self::Argument => "^[^\\n\\r]+$",
        }
    }

    /// Whether the text has the form.
    pub(crate) fn fits(self, text: &str) -> bool {
        match self {
            Self::Name => is_name(text),
            Self::Identifier => {
                text.starts_with(|first: char| first.is_ascii_lowercase()) && all(text, |byte| is_lower_or_digit(byte) || byte == b'_')
            }
            Self::Line => !text.trim().is_empty() && text.len() <= 500 && !text.chars().any(char::is_control),
            Self::Domain => {
                is_domain(text)
                    && text.contains('.')
                    && text.rsplit('.').next().is_some_and(|top| top.starts_with(|first: char| first.is_ascii_lowercase()))
            }
            Self::Host => text.parse::<std::net::Ipv4Addr>().is_ok() || is_domain(&text.to_ascii_lowercase()),
            Self::Account => text.len() == 12 && all(text, |byte| byte.is_ascii_digit()),
            Self::Region => is_region(text),
            Self::InstanceType => is_type(text),
            Self::DatabaseClass => text.strip_prefix("db.").is_some_and(is_type),
            Self::Version => {
                let parts: Vec<_> = text.split('.').collect();
                (2..=3).contains(&parts.len())
                    && parts.iter().all(|part| (1..=4).contains(&part.len()) && all(part, |byte| byte.is_ascii_digit()))
            }
            Self::Mail => is_mail(text),
            Self::SshPublicKey => text.parse::<ssh_key::PublicKey>().is_ok() || is_foreign_key(text),
            Self::AgeRecipient => text.parse::<age::x25519::Recipient>().is_ok(),
            Self::TransitGateway => has_id(text, "tgw-"),
            Self::VpnGateway => has_id(text, "vgw-"),
            Self::Path => text.starts_with('/') && !text.contains("..") && text.len() <= 200 && all(text, |byte| byte.is_ascii_graphic()),
            Self::Requirement => text.split_once('-').is_some_and(|(area, number)| {
                area.len() == 3
                    && all(area, |byte| byte.is_ascii_uppercase())
                    && !number.is_empty()
                    && all(number, |byte| byte.is_ascii_alphanumeric())
            }),
            Self::LinkEnd => !text.is_empty() && text.len() <= 80,
            Self::MovedPlace => {
                text.split_once('.').is_some_and(|(table, name)| ["roles", "databases", "buckets"].contains(&table) && is_name(name))
            }
            Self::RuleDescription => {
                (1..=255).contains(&text.len())
                    && all(text, |byte| byte.is_ascii_alphanumeric() || b" ._-:/()#,@[]+=&;{}!$*".contains(&byte))
            }
            Self::Package => {
                (2..=80).contains(&text.len())
                    && text.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
                    && all(text, |byte| is_lower_or_digit(byte) || b"+.-".contains(&byte))
            }
            Self::Unit => {
                (1..=80).contains(&text.len())
                    && !text.starts_with('-')
                    && all(text, |byte| byte.is_ascii_alphanumeric() || b"@._-".contains(&byte))
            }
            Self::Script => {
                !text.trim().is_empty()
                    && text.len() <= 8192
                    && !text.chars().any(|letter| letter.is_control() && letter != '\n' && letter != '\t')
            }
            Self::FileName => {
                (1..=120).contains(&text.len())
                    && text.split('/').all(|part| {
                        !part.is_empty()
                            && !part.starts_with('.')
                            && all(part, |byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
                    })
            }
            Self::Mode => text.len() == 4 && text.starts_with('0') && all(text, |byte| (b'0'..=b'7').contains(&byte)),
            Self::Argument => !text.is_empty() && text.len() <= 500 && !text.chars().any(char::is_control),
        }
    }
}

fn all(text: &str, is_allowed: impl Fn(u8) -> bool) -> bool {
    text.bytes().all(is_allowed)
}

fn is_lower_or_digit(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

fn is_name(text: &str) -> bool {
    text.len() <= 40
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && !text.ends_with('-')
        && !text.contains("--")
        && all(text, |byte| is_lower_or_digit(byte) || byte == b'-')
}

/// RFC 1035: labels of at most 63 characters, 253 in all.
fn is_domain(text: &str) -> bool {
    text.len() <= 253
        && text.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && all(label, |byte| is_lower_or_digit(byte) || byte == b'-')
        })
}

fn is_region(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let [area, middle @ .., number] = parts.as_slice() else { return false };
    area.len() == 2
        && !middle.is_empty()
        && text.len() <= 20
        && middle.iter().chain([area]).all(|part| !part.is_empty() && all(part, |byte| byte.is_ascii_lowercase()))
        && !number.is_empty()
        && all(number, |byte| byte.is_ascii_digit())
}

fn is_type(text: &str) -> bool {
    text.len() <= 40
        && text.split_once('.').is_some_and(|(family, size)| {
            let is_word = |word: &str| !word.is_empty() && all(word, |byte| is_lower_or_digit(byte) || byte == b'-');
            family.starts_with(|first: char| first.is_ascii_lowercase()) && is_word(family) && is_word(size)
        })
}

fn is_mail(text: &str) -> bool {
    text.len() <= 254
        && text.split_once('@').is_some_and(|(user, domain)| {
            let is_user = !user.is_empty()
                && user.len() <= 64
                && all(user, |byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte));
            is_user && domain.contains('.') && is_domain(&domain.to_ascii_lowercase())
        })
}

/// Keys of algorithms that this build does not decode: the algorithm's name and base64 must be there.
fn is_foreign_key(text: &str) -> bool {
    let mut words = text.split_ascii_whitespace();
    let (algorithm, blob) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let is_known = ["ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "sk-ssh-ed25519@openssh.com"].contains(&algorithm);
    is_known
        && blob.starts_with("AAAA")
        && blob.len() > 60
        && !text.contains('\n')
        && all(blob, |byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
}

fn has_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix)
        .is_some_and(|id| (8..=17).contains(&id.len()) && all(id, |byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)))
}
