use crate::config::Class;
use crate::config::keys::Form;

/// One key a person may write.
#[derive(Debug)]
pub(crate) struct Key {
    /// Its dotted path; `*` stands for a name that the person chooses.
    pub(crate) path: &'static str,
    pub(crate) kind: Kind,
    pub(crate) presence: Presence,
    /// What it means, in one sentence for the operator.
    pub(crate) doc: &'static str,
}

/// The type of a key's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Boolean,
    /// A whole number within bounds, both included.
    Integer {
        min: i64,
        max: i64,
        unit: &'static str,
    },
    Text(Form),
    /// One word of a closed list.
    Word(&'static [&'static str]),
    /// An IPv4 network.
    Network,
    Networks,
    Texts(Form),
    /// Boolean, integer or text: the blueprint, or another key, says which.
    Any,
    /// A port or a text that names ports.
    Ports,
}

/// Whether a key must be written, and what holds where it is not.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Presence {
    /// It must be written, in the file or in one that the file inherits.
    Required,
    /// It must be written where its table is.
    Needed,
    /// It may be left out; then it says nothing.
    Optional,
    /// This, as TOML.
    Default(&'static str),
    /// By class, in the order of [`Class::ALL`], as TOML.
    ByClass([&'static str; 4]),
}

impl Presence {
    /// The default of a class, as TOML.
    pub(crate) fn default_for(self, class: Class) -> Option<&'static str> {
        match self {
            Self::Default(literal) => Some(literal),
            Self::ByClass(literals) => Some(literals[class as usize]),
            Self::Required | Self::Needed | Self::Optional => None,
        }
    }
}

impl Kind {
    /// What the value is, in words.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Boolean => "true or false".to_owned(),
            Self::Integer { unit: "", .. } => "a whole number".to_owned(),
            Self::Integer { unit, .. } => format!("a whole number ({unit})"),
            Self::Text(form) => form.words().to_owned(),
            Self::Word(words) => format!("one of {}", words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")),
            Self::Network => "a network such as \"10.20.0.0/16\"".to_owned(),
            Self::Networks => "a list of networks such as [\"198.51.100.0/28\"]".to_owned(),
            Self::Texts(form) => format!("a list, each item {}", form.words()),
            Self::Any => "true or false, a whole number, or a text".to_owned(),
            Self::Ports => "a port such as 443, or \"4000-4200\", \"echo\", \"bastion-port\", \"smtp-port\"".to_owned(),
        }
    }
}
