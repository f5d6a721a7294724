use sha2::{Digest, Sha256};

use crate::bundle::quote;
use crate::config::Syntax;
use crate::model::Reference;

/// A rendered text with places for what is not known yet or must not be seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// The text, in order.
    pub pieces: Vec<Piece>,
}

/// A stretch of text, or a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text as it is.
    Text(String),
    /// What is put there when the file is sent.
    Place {
        /// Where the value comes from.
        source: Source,
        /// How it is quoted; none means as it is.
        quoted: Option<Syntax>,
    },
}

/// Where a value comes from that no template can know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// AWS assigns it.
    Assigned(Reference),
    /// The environment's secret of that name.
    Secret(String),
}

impl Content {
    /// The text with every place filled by `value`, which gives the bare value.
    ///
    /// # Errors
    /// When a value is not known, or when the file's syntax cannot hold it.
    pub fn filled(&self, value: &impl Fn(&Source) -> Option<String>) -> Result<String, String> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(known) => text.push_str(known),
                Piece::Place { source, quoted } => {
                    let found = value(source).ok_or_else(|| format!("{} is not known", source.words()))?;
                    match quoted {
                        Some(syntax) => text.push_str(&quote(*syntax, &found).map_err(|why| format!("{}: {why}", source.words()))?),
                        None => text.push_str(&found),
                    }
                }
            }
        }
        Ok(text)
    }

    /// The text for people: what AWS has yet to assign and what is secret is named, not shown.
    pub fn shown(&self, known: &impl Fn(&Reference) -> Option<String>) -> String {
        let show = |source: &Source| match source {
            Source::Assigned(reference) => {
                known(reference).unwrap_or_else(|| format!("<known after apply: {}.{}>", reference.address, reference.attribute))
            }
            Source::Secret(name) => format!("<secret: {name}>"),
        };
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Place { source, .. } => show(source),
            })
            .collect()
    }

    /// Every place in it.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Place { source, .. } => Some(source),
            Piece::Text(_) => None,
        })
    }

    /// Whether a secret is written into it.
    pub fn is_secret(&self) -> bool {
        self.sources().any(|source| matches!(source, Source::Secret(_)))
    }

    /// A short digest of the text with its places, which changes when any of it does; no value is in it.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for piece in &self.pieces {
            let (kind, text) = match piece {
                Piece::Text(text) => ("text".to_owned(), text.clone()),
                Piece::Place { source, quoted } => (format!("{quoted:?}"), source.words()),
            };
            hash.update(format!("{kind}\0{}\0{text}", text.len()));
        }
        hash.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Source {
    /// The place in words: `database.core.endpoint`, `the secret snmp-auth`.
    pub fn words(&self) -> String {
        match self {
            Self::Assigned(reference) => format!("{}.{}", reference.address, reference.attribute),
            Self::Secret(name) => format!("the secret {name}"),
        }
    }
}
