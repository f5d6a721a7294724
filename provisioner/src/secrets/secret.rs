use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// A value that is never printed: it has no `Display` and no `Serialize`, `Debug` hides it, and its memory is wiped.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes a value in.
    pub fn new(value: String) -> Self {
        Self(value.into())
    }

    /// The value in clear, for the one place that needs it: a file on its host, a signature.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debugging_hides_the_value() {
        let secret = Secret::new("correct horse".to_owned());
        assert_eq!(format!("{secret:?} {:#?}", Some(&secret)).matches("horse").count(), 0);
        assert_eq!(secret.expose(), "correct horse");
    }
}
