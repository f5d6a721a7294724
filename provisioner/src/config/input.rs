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

impl InputType {
    /// Why a value is not one of this type; none: it is one.
    pub(crate) fn refuses(&self, value: &InputValue) -> Option<String> {
        match (self, value) {
            (Self::Boolean, InputValue::Boolean(_)) => None,
            (Self::Integer { min, max }, InputValue::Integer(number)) => {
                (!(*min..=*max).contains(number)).then(|| format!("{min} to {max}, not {number}"))
            }
            (Self::Text { max_length }, InputValue::Text(text)) => {
                if text.chars().any(char::is_control) {
                    Some("one line, without control characters".to_owned())
                } else {
                    let length = text.chars().count();
                    (length > *max_length).then(|| format!("at most {max_length} characters, not {length}"))
                }
            }
            (Self::Choice { choices }, InputValue::Text(text)) if choices.contains(text) => None,
            (expected, _) => Some(format!("expected {expected}")),
        }
    }
}

impl fmt::Display for InputType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => formatter.write_str("true or false"),
            Self::Integer { min, max } => write!(formatter, "a whole number from {min} to {max}"),
            Self::Text { max_length } => write!(formatter, "a text of at most {max_length} characters"),
            Self::Choice { choices } => {
                let quoted: Vec<_> = choices.iter().map(|choice| format!("\"{choice}\"")).collect();
                write!(formatter, "one of {}", quoted.join(", "))
            }
        }
    }
}
