use crate::model::RemoteId;
use crate::provider::{ErrorKind, ProviderError};

/// Who has the name, or the place, for which a call was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Holder<T = RemoteId> {
    /// The very object that is wanted: an earlier call made it, and its answer was lost.
    Ours(T),
    /// Somebody else's.
    Foreign,
    /// Nobody that a look shows yet: lists and reads may be behind ("Eventual consistency in the Amazon EC2 API").
    Unseen,
}

impl Holder {
    /// Who of those found has the name: ours before all others; one without an id is not there yet.
    pub(super) fn among<'a, L: 'a>(
        found: impl IntoIterator<Item = &'a L>,
        is_ours: impl Fn(&L) -> bool,
        id: impl Fn(&'a L) -> Option<&'a str>,
    ) -> Self {
        let mut holder = Self::Unseen;
        for one in found {
            if is_ours(one) {
                return id(one).map_or(Self::Unseen, |id| Self::Ours(RemoteId::new(id)));
            }
            holder = Self::Foreign;
        }
        holder
    }
}

impl<T: PartialEq> Holder<T> {
    /// Ours if what a look showed is what is wanted, which is already known by its id.
    pub(super) fn if_it_is(shown: Option<T>, wanted: &T) -> Self {
        match shown {
            Some(shown) if shown == *wanted => Self::Ours(shown),
            Some(_) => Self::Foreign,
            None => Self::Unseen,
        }
    }
}

/// The refusal with this code, if that is the answer.
pub(super) fn refusal<A>(answer: &Result<A, ProviderError>, code: &str) -> Option<ProviderError> {
    answer.as_ref().err().filter(|error| error.code.as_deref() == Some(code)).cloned()
}

/// What becomes of a call that was refused because something is there already.
///
/// # Errors
/// The refusal itself where somebody else has the name; [`ErrorKind::Busy`] where nobody is seen to have it, so that the call is repeated until
/// a look shows who; the look's own error.
pub(super) fn taken<T>(refusal: ProviderError, holder: Result<Holder<T>, ProviderError>) -> Result<T, ProviderError> {
    match holder {
        Ok(Holder::Ours(ours)) => Ok(ours),
        Ok(Holder::Foreign) => Err(refusal),
        Ok(Holder::Unseen) => Err(unseen(refusal)),
        Err(error) if error.kind == ErrorKind::NotFound => Err(unseen(refusal)),
        Err(error) => Err(error),
    }
}

fn unseen(refusal: ProviderError) -> ProviderError {
    let message = format!("{} (what is there already is not shown yet)", refusal.message);
    ProviderError { kind: ErrorKind::Busy, message, ..refusal }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused() -> ProviderError {
        let code = Some("InvalidGroup.Duplicate".to_owned());
        ProviderError { code, ..ProviderError::new(ErrorKind::Foreign, "CreateSecurityGroup", "it exists") }
    }

    #[test]
    fn a_name_that_is_taken_is_adopted_refused_or_waited_for() {
        let kind = |holder: Result<Holder, ProviderError>| taken(refused(), holder).map_err(|error| error.kind);
        assert_eq!(kind(Ok(Holder::Ours(RemoteId::new("sg-1")))), Ok(RemoteId::new("sg-1")));
        assert_eq!(kind(Ok(Holder::Foreign)), Err(ErrorKind::Foreign));
        assert_eq!(kind(Ok(Holder::Unseen)), Err(ErrorKind::Busy));
        let look = |kind| Err(ProviderError::new(kind, "DescribeSecurityGroups", "no"));
        assert_eq!(kind(look(ErrorKind::NotFound)), Err(ErrorKind::Busy));
        assert_eq!(kind(look(ErrorKind::Denied)), Err(ErrorKind::Denied));
    }

    #[test]
    fn ours_is_found_among_others() {
        let holder = |found: &[&'static str]| Holder::among(found, |one| one.starts_with("our"), |one| Some(one));
        assert_eq!(holder(&[]), Holder::Unseen);
        assert_eq!(holder(&["theirs"]), Holder::Foreign);
        assert_eq!(holder(&["theirs", "ours"]), Holder::Ours(RemoteId::new("ours")));
    }

    #[test]
    fn only_the_code_that_was_asked_about_is_a_refusal() {
        let answer: Result<(), ProviderError> = Err(refused());
        assert_eq!(refusal(&answer, "InvalidGroup.Duplicate"), Some(refused()));
        assert_eq!(refusal(&answer, "InvalidGroup.NotFound"), None);
        assert_eq!(refusal(&Ok(()), "InvalidGroup.Duplicate"), None);
    }
}
