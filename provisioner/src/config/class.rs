use std::fmt;

/// What an environment is for; it chooses the defaults for protection, backups and monitoring (MCS-02, MCS-41).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Serves customers: everything redundant, protected, backed up and watched.
    Production,
    /// The last rehearsal before production.
    PreProduction,
    /// Where testers work.
    Test,
    /// Where developers work.
    Development,
}

impl Class {
    /// Every class, in the order of the defaults tables.
    pub const ALL: [Self; 4] = [Self::Production, Self::PreProduction, Self::Test, Self::Development];

    /// The word in environment files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::PreProduction => "pre-production",
            Self::Test => "test",
            Self::Development => "development",
        }
    }

    /// The class with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.word() == word)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.word())
    }
}
