use std::fmt;
use std::sync::Arc;

/// Who hears what a laboratory does when it takes long.
#[derive(Clone)]
pub(super) struct Tell(Arc<dyn Fn(&str) + Send + Sync>);

impl Tell {
    /// Nobody.
    pub(super) fn nobody() -> Tell {
        Tell(Arc::new(|_| {}))
    }

    /// Whoever this reaches.
    pub(super) fn to(hear: impl Fn(&str) + Send + Sync + 'static) -> Tell {
        Tell(Arc::new(hear))
    }

    /// Says one sentence.
    pub(super) fn say(&self, words: &str) {
        (self.0)(words);
    }
}

impl fmt::Debug for Tell {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Tell")
    }
}
