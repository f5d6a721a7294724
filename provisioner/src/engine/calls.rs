use std::sync::Mutex;

use async_trait::async_trait;
use jiff::Timestamp;
use rand::RngCore;
use sha2::{Digest, Sha256};

use crate::model::ResourceAddress;
use crate::provider::{Calls, ErrorKind, ProviderError, Token};
use crate::state::{Entry, Intent, Journal, Operation};

/// Journals the calls of one step.
pub(super) struct StepCalls<'a> {
    journal: &'a Journal,
    address: &'a ResourceAddress,
    operation: Operation,
    /// Intents of an earlier run that were cut off, each to be used once more.
    earlier: Mutex<Vec<Intent>>,
    /// The intents of this run whose outcome is unknown, to be repeated with the same token.
    repeated: Mutex<Vec<Intent>>,
}

impl<'a> StepCalls<'a> {
    pub(super) fn new(journal: &'a Journal, address: &'a ResourceAddress, operation: Operation) -> Self {
        // Asked of the journal now: a deletion that came first, in a replacement, settled what was pending before it.
        let earlier = journal.pending(address).into_iter().filter(|intent| intent.operation == operation).collect();
        Self { journal, address, operation, earlier: Mutex::new(earlier), repeated: Mutex::new(Vec::new()) }
    }

    /// Lets the call that was made last be repeated under its own token: its outcome is unknown.
    pub(super) fn repeat_unknown(&self) {
        let repeated = std::mem::take(&mut *self.repeated.lock().expect("never poisoned: nothing panics while it is held"));
        self.earlier.lock().expect("never poisoned: nothing panics while it is held").extend(repeated);
    }

    /// Forgets the tokens that were used: they can no longer be answered.
    pub(super) fn spend(&self) {
        self.repeated.lock().expect("never poisoned: nothing panics while it is held").clear();
    }

    fn take_earlier(&self, call: &str, digest: &str) -> Option<Intent> {
        let mut earlier = self.earlier.lock().expect("never poisoned: nothing panics while it is held");
        let position = earlier.iter().rposition(|intent| intent.call == call && intent.digest == digest)?;
        Some(earlier.swap_remove(position))
    }
}

#[async_trait]
impl Calls for StepCalls<'_> {
    async fn intend(&self, operation: &'static str, request: &str) -> Result<Token, ProviderError> {
        let digest = digest_of(request);
        let intent = Intent {
            address: self.address.clone(),
            operation: self.operation,
            call: operation.to_owned(),
            token: self.take_earlier(operation, &digest).map_or_else(new_token, |earlier| earlier.token),
            digest,
            // A call that is repeated may be applied now: how long it is looked for counts from here.
            at: Timestamp::now(),
        };
        let refuse = |error: crate::state::StateError| ProviderError::new(ErrorKind::Journal, operation, error.to_string());
        self.journal.append(Entry::Started(intent.clone())).await.map_err(refuse)?;
        let token = intent.token.clone();
        let mut repeated = self.repeated.lock().expect("never poisoned: nothing panics while it is held");
        repeated.retain(|other| other.call != intent.call);
        repeated.push(intent);
        Ok(token)
    }
}

fn digest_of(request: &str) -> String {
    Sha256::digest(request)[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// 128 random bits: 34 characters, below the 64 that EC2 allows.
fn new_token() -> Token {
    let mut bytes = [0; 16];
    rand::rng().fill_bytes(&mut bytes);
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Token::new(format!("p-{hex}"))
}
