use std::fmt;

/// A value that a blueprint asks of the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its name below `[inputs]`.
    pub name: String,
    /// What it may be.
    pub kind: InputType,
    /// What it is where the environment does not say; none: the environment must say.
    pub default: Option<InputValue>,
    /// What it does, for the operator.
    pub doc: String,
}

/// What an input may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputType {
    /// `true` or `false`.
    Boolean,
    /// A whole number within bounds, both included.
    Integer {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// A text of at most this many characters, on one line.
    Text {
        /// How many characters at most.
        max_length: usize,
    },
    /// One of these words.
    Choice {
        /// The words.
        choices: Vec<String>,
    },
}

/// The value of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputValue {
    /// A claim.
    Boolean(bool),
    /// A whole number; its unit is in the input's name.
    Integer(i64),
    /// A text, or the chosen word.
    Text(String),
}

impl fmt::Display for InputValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(claim) => write!(formatter, "{claim}"),
            Self::Integer(number) => write!(formatter, "{number}"),
            Self::Text(text) => formatter.pad(text),
        }
    }
}
