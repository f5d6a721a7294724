use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use jiff::Timestamp;
use rand::RngCore;
use sha2::{Digest, Sha256};

use crate::engine::{Event, Observer, StepPhase};
use crate::model::ResourceAddress;
use crate::plan::Node;
use crate::provider::{Calls, ErrorKind, ProviderError, Token};
use crate::state::{Entry, Intent, Journal, Operation};

/// Journals the calls of one step.
pub(super) struct StepCalls<'a> {
    journal: &'a Journal,
    address: &'a ResourceAddress,
    operation: Operation,
    /// Intents of an earlier run that were cut off, each to be used once more.
    earlier: Mutex<Vec<Intent>>,
    /// The last intent of each operation of this run.
    made: Mutex<Vec<Intent>>,
    /// Those of them that are to be repeated with the same token.
    repeated: Mutex<Vec<Intent>>,
    /// Who hears of the progress of a long call.
    told: Option<(&'a dyn Observer, &'a Node)>,
}

impl<'a> StepCalls<'a> {
    pub(super) fn new(journal: &'a Journal, address: &'a ResourceAddress, operation: Operation) -> Self {
        // Asked of the journal now: a deletion that came first, in a replacement, settled what was pending before it.
        let earlier = journal.pending(address).into_iter().filter(|intent| intent.operation == operation).collect();
        Self { journal, address, operation, earlier: Mutex::new(earlier), made: Mutex::default(), repeated: Mutex::default(), told: None }
    }

    /// Tells the progress of long calls of this node.
    pub(super) fn telling(self, observer: &'a dyn Observer, node: &'a Node) -> Self {
        Self { told: Some((observer, node)), ..self }
    }

    /// Lets the call that was made last be repeated under its own token: its outcome is unknown, or that of one before it is.
    pub(super) fn repeat(&self) {
        let made = std::mem::take(&mut *locked(&self.made));
        locked(&self.repeated).extend(made);
    }

    /// Forgets the tokens that were used: they can no longer be answered.
    pub(super) fn spend(&self) {
        locked(&self.made).clear();
        locked(&self.repeated).clear();
    }
}

fn locked(intents: &Mutex<Vec<Intent>>) -> MutexGuard<'_, Vec<Intent>> {
    intents.lock().expect("never poisoned: nothing panics while it is held")
}

/// Takes the latest intent for this very request out.
fn take(intents: &Mutex<Vec<Intent>>, call: &str, digest: &str) -> Option<Intent> {
    let mut intents = locked(intents);
    let position = intents.iter().rposition(|intent| intent.call == call && intent.digest == digest)?;
    Some(intents.remove(position))
}

#[async_trait]
impl Calls for StepCalls<'_> {
    async fn intend(&self, operation: &'static str, request: &str) -> Result<Token, ProviderError> {
        let digest = digest_of(request);
        let again = take(&self.repeated, operation, &digest).or_else(|| take(&self.earlier, operation, &digest));
        let intent = Intent {
            address: self.address.clone(),
            operation: self.operation,
            call: operation.to_owned(),
            token: again.map_or_else(new_token, |again| again.token),
            digest,
            // A call that is repeated may be applied now: how long it is looked for counts from here.
            at: Timestamp::now(),
        };
        let refuse = |error: crate::state::StateError| ProviderError::new(ErrorKind::Journal, operation, error.to_string());
        self.journal.append(Entry::Started(intent.clone())).await.map_err(refuse)?;
        let token = intent.token.clone();
        let mut made = locked(&self.made);
        made.retain(|other| other.call != intent.call);
        made.push(intent);
        Ok(token)
    }

    fn progress(&self, words: &str) {
        if let Some((observer, node)) = self.told {
            observer.event(&Event::Phase { node: node.clone(), phase: StepPhase::Waiting(words.to_owned()) });
        }
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
