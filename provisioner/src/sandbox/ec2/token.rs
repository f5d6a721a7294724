use std::fmt::Debug;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// The longest client token (EC2 API Reference, "Ensuring idempotency": up to 64 ASCII characters).
const MAX_LENGTH: usize = 64;

/// A client token that a call has used, with the parameters it came with and what the call made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Token {
    /// The operation and the token.
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    digest: String,
    /// The ids of the objects that the first call made.
    pub(crate) made: Vec<String>,
}

/// Returns what an earlier call with the same token made; `None` for a token that is new, or absent.
///
/// The same token with other parameters is refused with `IdempotentParameterMismatch`
/// (EC2 API Reference, "Ensuring idempotency in Amazon EC2 API requests").
pub(crate) fn made_before(
    call: &Call<'_>,
    operation: &str,
    token: Option<&str>,
    parameters: &impl Debug,
    hidden: &str,
) -> Result<Option<Vec<String>>, Refusal> {
    let Some(token) = token.filter(|token| !token.is_empty()) else { return Ok(None) };
    if token.len() > MAX_LENGTH || !token.is_ascii() {
        return Err(Refusal::value(format!("Invalid value '{token}' for clientToken: at most {MAX_LENGTH} ASCII characters")));
    }
    match call.peek::<Token>(&format!("{operation}/{token}")) {
        None => Ok(None),
        Some(known) if known.digest == digest(parameters, hidden) => Ok(Some(known.made.clone())),
        Some(_) => Err(Refusal::new(
            "IdempotentParameterMismatch",
            format!("Arguments on this idempotent request are inconsistent with arguments used in previous request(s): {token}"),
        )),
    }
}

/// Remembers what a call with a token made. `hidden` are parameters that the SDK's debug form leaves out as sensitive.
pub(crate) fn remember(
    call: &mut Call<'_>,
    operation: &str,
    token: Option<&str>,
    parameters: &impl Debug,
    hidden: &str,
    made: Vec<String>,
) {
    if let Some(token) = token.filter(|token| !token.is_empty()) {
        let id = format!("{operation}/{token}");
        let token = Token { id, tags: Tags::new(), created: call.now, digest: digest(parameters, hidden), made };
        call.put(token);
    }
}

fn digest(parameters: &impl Debug, hidden: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(format!("{parameters:?}"));
    hasher.update(hidden);
    format!("{:x}", hasher.finalize())
}
