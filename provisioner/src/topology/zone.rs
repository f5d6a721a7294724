use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An availability zone by its place in the environment's list: `a` is the first.
///
/// Which real zone stands behind a letter is looked up later and pinned; a topology is the same in every region and account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zone(u8);

/// Tells that a text names no zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no zone; zones are a, b, c and d")]
pub struct ZoneError(String);

impl Zone {
    /// Every zone that subnets are carved for, from the first day, so that another zone renumbers nothing.
    pub const ALL: [Self; 4] = [Self(0), Self(1), Self(2), Self(3)];

    /// The first `count` zones; more than four are four.
    pub fn first(count: usize) -> &'static [Self] {
        &Self::ALL[..count.min(Self::ALL.len())]
    }

    /// Its place in the list, from 0.
    pub fn index(self) -> u8 {
        self.0
    }

    /// Its letter.
    pub fn letter(self) -> char {
        char::from(b'a' + self.0)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.letter().encode_utf8(&mut [0; 4]))
    }
}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(text: &str) -> Result<Self, ZoneError> {
        let mut zones = Self::ALL.into_iter();
        zones.find(|zone| text.chars().eq([zone.letter()])).ok_or_else(|| ZoneError(text.to_owned()))
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zone_survives_a_round_trip_through_text() {
        for zone in Zone::ALL {
            assert_eq!(zone.to_string().parse(), Ok(zone));
        }
        for text in ["", "e", "A", "ab"] {
            assert!(text.parse::<Zone>().is_err(), "{text}");
        }
    }
}
