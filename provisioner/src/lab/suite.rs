use serde::{Deserialize, Serialize};

use super::LabError;

/// A release of Debian that machines are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Suite {
    /// Debian 12.
    Bookworm,
    /// Debian 13.
    Trixie,
}

impl Suite {
    /// The release that an image's name begins with: `debian-13-amd64-20251117-2299`.
    ///
    /// # Errors
    /// When it is of another release.
    pub fn of_image(image: &str) -> Result<Suite, LabError> {
        match image.split('-').take(2).collect::<Vec<_>>().as_slice() {
            ["debian", "12"] => Ok(Suite::Bookworm),
            ["debian", "13"] => Ok(Suite::Trixie),
            _ => Err(LabError::UnknownImage { image: image.to_owned() }),
        }
    }

    /// Its number.
    pub fn number(self) -> u8 {
        match self {
            Suite::Bookworm => 12,
            Suite::Trixie => 13,
        }
    }

    /// Its name in Debian's archive.
    pub fn name(self) -> &'static str {
        match self {
            Suite::Bookworm => "bookworm",
            Suite::Trixie => "trixie",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_is_in_the_images_name() {
        assert_eq!(Suite::of_image("debian-13-amd64-20251117-2299").unwrap(), Suite::Trixie);
        assert_eq!(Suite::of_image("debian-12-arm64-20251112-2294").unwrap(), Suite::Bookworm);
        assert!(Suite::of_image("al2023-ami-2023.9.20251110.1-kernel-6.1-x86_64").is_err());
    }
}
