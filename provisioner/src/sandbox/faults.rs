use std::time::Duration;

use sha2::{Digest, Sha256};

/// What goes wrong in a rehearsal, decided by a seed and the number of the call.
///
/// The number counts the attempts that one [`super::Sandbox`] value has served, so that the same program run twice meets the same faults.
#[derive(Clone, Debug, PartialEq)]
pub struct Faults {
    /// The seed of all decisions.
    pub seed: u64,
    /// The share of attempts refused with `RequestLimitExceeded`, 0 to 1.
    pub throttle: f64,
    /// The share of attempts refused with `InternalError` (500) or `Unavailable` (503), 0 to 1.
    pub error: f64,
    /// The share of attempts that are carried out but whose answer never arrives, 0 to 1.
    pub lost_answer: f64,
    /// How far reads are behind writes.
    pub lag: Option<Duration>,
    /// After how many attempts the credentials expire for the rest of the process, if they do.
    pub expires_after: Option<u64>,
    /// The share of attempts whose request arrives twice: the second is carried out as well, and its answer is the one that is given, 0 to 1.
    pub duplicate: f64,
    /// Objects whose first transition does not end well.
    pub stuck: Vec<StuckRule>,
}

impl Faults {
    /// Nothing goes wrong.
    pub fn none() -> Faults {
        Faults { seed: 0, throttle: 0.0, error: 0.0, lost_answer: 0.0, lag: None, expires_after: None, duplicate: 0.0, stuck: Vec::new() }
    }

    /// Decides what happens to the attempt with this number.
    pub(crate) fn decide(&self, number: u64) -> Fault {
        if self.expires_after.is_some_and(|last| number > last) {
            return Fault::Expired;
        }
        let before = self.draw(number, "before");
        if before < self.throttle {
            return Fault::Throttle;
        }
        if before < self.throttle + self.error {
            let is_internal = self.draw(number, "kind") < 0.5;
            return if is_internal { Fault::InternalError } else { Fault::Unavailable };
        }
        if self.draw(number, "after") < self.lost_answer {
            return Fault::LostAnswer;
        }
        if self.draw(number, "twice") < self.duplicate {
            return Fault::Duplicate;
        }
        Fault::None
    }

    /// Returns a number in `[0, 1)` that depends on nothing but the seed and the arguments.
    fn draw(&self, number: u64, purpose: &str) -> f64 {
        let mut hasher = Sha256::new();
        hasher.update(self.seed.to_be_bytes());
        hasher.update(number.to_be_bytes());
        hasher.update(purpose.as_bytes());
        let digest = hasher.finalize();
        let bits = digest.iter().take(4).fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte));
        f64::from(bits) / (f64::from(u32::MAX) + 1.0)
    }
}

impl Default for Faults {
    fn default() -> Faults {
        Faults::none()
    }
}

/// One attempt's fate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    Throttle,
    InternalError,
    Unavailable,
    LostAnswer,
    Duplicate,
    Expired,
}

/// A rule by which the first transition of some objects never ends, or ends in failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StuckRule {
    /// The type as `dump` names it, such as `nat-gateway`.
    pub object_type: String,
    /// A tag that the object was created with; none means every object of the type.
    pub tag: Option<(String, String)>,
    /// How the transition ends.
    pub outcome: StuckOutcome,
}

/// How a stuck transition ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StuckOutcome {
    /// It does not: the object stays in its first state.
    NeverReady,
    /// The object fails: a NAT gateway becomes `failed`, an instance `terminated`, a volume or snapshot `error`, a database `failed`.
    Fails,
    /// A database comes to this status of RDS's: `storage-full`, `incompatible-parameters`.
    Becomes(&'static str),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_decides_the_same_fate_twice() {
        let faults = Faults { seed: 7, throttle: 0.3, error: 0.2, lost_answer: 0.2, duplicate: 0.2, ..Faults::none() };
        let first: Vec<Fault> = (0..200).map(|number| faults.decide(number)).collect();
        let second: Vec<Fault> = (0..200).map(|number| faults.decide(number)).collect();
        assert_eq!(first, second);
        for fate in [Fault::None, Fault::Throttle, Fault::InternalError, Fault::Unavailable, Fault::LostAnswer, Fault::Duplicate] {
            assert!(first.contains(&fate), "{fate:?} never happens");
        }
    }

    #[test]
    fn expired_credentials_stay_expired() {
        let faults = Faults { expires_after: Some(3), ..Faults::none() };
        let fates: Vec<Fault> = (1..=5).map(|number| faults.decide(number)).collect();
        assert_eq!(fates, [Fault::None, Fault::None, Fault::None, Fault::Expired, Fault::Expired]);
    }

    #[test]
    fn without_faults_every_attempt_is_served() {
        assert!((0..1000).all(|number| Faults::none().decide(number) == Fault::None));
    }
}
