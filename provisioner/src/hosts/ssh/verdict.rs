use crate::hosts::ssh::{Hop, IdentityProblem, SshError, shown};

/// The most characters of the client's words that are told.
const TOLD: usize = 600;

/// Words of the OpenSSH client (its `sshconnect.c`, `sshkey.c`, `packet.c`), the gravest first: whoever speaks on the wire before it is
/// known can add words, and never take away the client's own.
const IDENTITY: &[(&str, IdentityProblem)] = &[
    ("REVOKED HOST KEY DETECTED", IdentityProblem::Revoked),
    (" revoked by file ", IdentityProblem::Revoked),
    ("Certificate invalid: expired", IdentityProblem::ExpiredCertificate),
    ("Certificate invalid: not yet valid", IdentityProblem::ExpiredCertificate),
    ("Certificate invalid: name is not a listed principal", IdentityProblem::WrongPrincipal),
    ("Certificate lacks principal list", IdentityProblem::WrongPrincipal),
    ("Certificate invalid: ", IdentityProblem::WrongAuthority),
    ("REMOTE HOST IDENTIFICATION HAS CHANGED", IdentityProblem::ChangedKey),
    ("no matching host key type found", IdentityProblem::NoCertificate),
    ("no matching key exchange method found", IdentityProblem::WeakAlgorithms),
    ("no matching cipher found", IdentityProblem::WeakAlgorithms),
    ("no matching MAC found", IdentityProblem::WeakAlgorithms),
    ("host key is known for ", IdentityProblem::WrongAuthority),
    ("Host key verification failed", IdentityProblem::WrongAuthority),
];

const LOGIN: &[&str] = &["Permission denied", "Too many authentication failures", "No more authentication methods"];

/// What the client's words mean, for a connection that did not come about.
pub(super) fn judge(words: &[u8], hop: &Hop, is_foreign_bastion: bool) -> SshError {
    let text = String::from_utf8_lossy(words);
    let (hop, said) = (hop.clone(), shown(words, TOLD));
    if let Some((_, problem)) = IDENTITY.iter().find(|(phrase, _)| text.contains(phrase)) {
        let problem = if is_foreign_bastion { IdentityProblem::UnknownBastion } else { *problem };
        return SshError::RefusedIdentity { hop, problem, said };
    }
    if LOGIN.iter().any(|phrase| text.contains(phrase)) {
        return SshError::RefusedLogin { hop, said };
    }
    SshError::Unreachable { hop, said }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hop() -> Hop {
        Hop { name: "worker-1".to_owned(), is_bastion: false }
    }

    #[test]
    fn identity_comes_before_everything_else() {
        let words = b"Permission denied\nConnection refused\nHost key verification failed.\n";
        assert!(matches!(judge(words, &hop(), false), SshError::RefusedIdentity { problem: IdentityProblem::WrongAuthority, .. }));
        let words = b"Certificate invalid: expired\nNo ED25519 host key is known for i-1 and you have requested strict checking.\n";
        assert!(matches!(judge(words, &hop(), false), SshError::RefusedIdentity { problem: IdentityProblem::ExpiredCertificate, .. }));
    }

    #[test]
    fn silence_and_the_unknown_are_unreachable() {
        for words in [&b""[..], b"ssh: connect to host 10.0.0.1 port 22: Connection refused\n", b"\x1b[2J\xff"] {
            let SshError::Unreachable { said, .. } = judge(words, &hop(), false) else { panic!("not unreachable") };
            assert!(!said.contains('\x1b'));
        }
    }

    #[test]
    fn a_foreign_bastion_is_the_operators_to_judge() {
        let error = judge(b"Host key verification failed.", &hop(), true);
        assert!(matches!(error, SshError::RefusedIdentity { problem: IdentityProblem::UnknownBastion, .. }));
    }
}
