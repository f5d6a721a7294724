use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ssh_key::certificate::{Builder, CertType};
use ssh_key::public::KeyData;
use ssh_key::rand_core::OsRng;
use ssh_key::{Algorithm, Certificate, PrivateKey, PublicKey};

use crate::hosts::codes;
use crate::model::Diagnostic;
use crate::secrets::{Secret, SecretName, SecretStore};

/// How far a certificate begins in the past, for machines whose clocks are behind.
const SKEW: Duration = Duration::from_secs(60);

/// The environment's SSH authority: what it signs is trusted by every host, and by this program.
///
/// After a rotation the earlier key counts as well, until every host knows the new one.
#[derive(Clone)]
pub struct Authority {
    key: PrivateKey,
    earlier: Option<PrivateKey>,
    generation: i64,
}

/// Why the authority cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// The secrets have none.
    #[error("the environment's secrets hold no SSH authority")]
    Missing,
    /// It is no Ed25519 private key.
    #[error("the SSH authority is no Ed25519 private key in OpenSSH's form")]
    NoKey,
    /// A key cannot be certified.
    #[error("a key cannot be certified: {0}")]
    NotSigned(#[source] ssh_key::Error),
}

impl AuthorityError {
    /// What the operator sees.
    pub fn diagnostic(&self) -> Diagnostic {
        codes::AUTHORITY.error().note(self.to_string()).help("put back the committed secrets/<environment>.age")
    }
}

impl Authority {
    /// Takes the authority and the one before its last rotation.
    ///
    /// # Errors
    /// When one of them is no Ed25519 private key.
    pub fn new(current: &Secret, earlier: Option<&Secret>) -> Result<Self, AuthorityError> {
        Ok(Self { key: parse(current)?, earlier: earlier.map(parse).transpose()?, generation: 1 })
    }

    /// The authority among an environment's secrets.
    ///
    /// # Errors
    /// When there is none, or it is no Ed25519 private key.
    pub fn of(store: &SecretStore) -> Result<Self, AuthorityError> {
        let name = SecretName::ssh_authority();
        let authority = Self::new(store.get(&name).ok_or(AuthorityError::Missing)?, store.earlier(&name))?;
        Ok(Self { generation: store.generation(&name).map_or(1, i64::from), ..authority })
    }

    /// How many authorities there were, with this one.
    pub fn generation(&self) -> i64 {
        self.generation
    }

    /// The generation of a key among those that count; none for any other key.
    pub fn generation_of(&self, key: &KeyData) -> Option<i64> {
        let is = |own: &PrivateKey| own.public_key().key_data() == key;
        if is(&self.key) { Some(self.generation) } else { self.earlier.as_ref().filter(|earlier| is(earlier)).map(|_| self.generation - 1) }
    }

    /// The public half as one line: `ssh-ed25519 AAAA…`; no secret.
    pub fn public_line(&self) -> String {
        line(&self.key)
    }

    /// The public half, and that of the earlier authority after it.
    pub fn public_lines(&self) -> Vec<String> {
        self.keys().map(line).collect()
    }

    /// Certifies a user's key, with the right to a terminal and to forward ports (which hosts but the bastion refuse).
    ///
    /// There is one certificate by each authority that counts, the newest first.
    ///
    /// # Errors
    /// When the key cannot be certified.
    pub fn certify_user(&self, public: &PublicKey, principals: &[&str], valid_for: Duration) -> Result<Vec<Certificate>, AuthorityError> {
        self.keys().map(|key| certify(key, CertType::User, public, principals, valid_for)).collect()
    }

    /// Certifies a host's key for the names it is known by.
    ///
    /// # Errors
    /// When the key cannot be certified.
    pub fn certify_host(&self, public: &PublicKey, principals: &[&str], valid_for: Duration) -> Result<Certificate, AuthorityError> {
        certify(&self.key, CertType::Host, public, principals, valid_for)
    }

    /// Whether the authority itself, not the earlier one, signed a certificate that is whole.
    pub fn has_signed(&self, certificate: &Certificate) -> bool {
        certificate.signature_key() == self.key.public_key().key_data() && certificate.verify_signature().is_ok()
    }

    /// Whether the authority or the earlier one signed a certificate that is whole.
    pub fn has_ever_signed(&self, certificate: &Certificate) -> bool {
        self.keys().any(|key| certificate.signature_key() == key.public_key().key_data()) && certificate.verify_signature().is_ok()
    }

    fn keys(&self) -> impl Iterator<Item = &PrivateKey> {
        std::iter::once(&self.key).chain(&self.earlier)
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Authority").field(&self.public_line()).finish()
    }
}

fn parse(secret: &Secret) -> Result<PrivateKey, AuthorityError> {
    let key = PrivateKey::from_openssh(secret.expose()).map_err(|_| AuthorityError::NoKey)?;
    if key.algorithm() == Algorithm::Ed25519 && !key.is_encrypted() { Ok(key) } else { Err(AuthorityError::NoKey) }
}

fn line(key: &PrivateKey) -> String {
    let mut public = key.public_key().clone();
    public.set_comment("");
    public.to_openssh().map(|text| text.trim().to_owned()).expect("an Ed25519 key has a text")
}

/// Certificates are as PROTOCOL.certkeys of OpenSSH has them; the serial is random, so that one can be revoked alone.
fn certify(
    authority: &PrivateKey,
    kind: CertType,
    public: &PublicKey,
    principals: &[&str],
    valid_for: Duration,
) -> Result<Certificate, AuthorityError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let (begin, end) = (now.saturating_sub(SKEW).as_secs(), (now + valid_for).as_secs());
    let mut builder =
        Builder::new_with_random_nonce(&mut OsRng, public.key_data().clone(), begin, end).map_err(AuthorityError::NotSigned)?;
    let mut fill = || -> ssh_key::Result<()> {
        builder.serial(rand::random::<u64>() >> 1)?.cert_type(kind)?.key_id(principals.join(","))?;
        for principal in principals {
            builder.valid_principal(*principal)?;
        }
        if kind == CertType::User {
            builder.extension("permit-port-forwarding", "")?.extension("permit-pty", "")?;
        }
        Ok(())
    };
    fill().map_err(AuthorityError::NotSigned)?;
    builder.sign(authority).map_err(AuthorityError::NotSigned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        let key = PrivateKey::random(&mut OsRng, Algorithm::Ed25519).expect("made");
        Secret::new(key.to_openssh(ssh_key::LineEnding::LF).expect("text").as_str().to_owned())
    }

    fn key() -> PublicKey {
        PrivateKey::random(&mut OsRng, Algorithm::Ed25519).expect("made").public_key().clone()
    }

    #[test]
    fn a_host_certificate_names_its_principals_and_begins_a_little_earlier() {
        let authority = Authority::new(&secret(), None).expect("a key");
        let certificate = authority.certify_host(&key(), &["i-1", "worker-1"], Duration::from_secs(100)).expect("signed");
        assert_eq!(certificate.valid_principals(), ["i-1", "worker-1"]);
        assert_eq!(certificate.valid_before() - certificate.valid_after(), 160);
        assert!(certificate.cert_type() == CertType::Host && certificate.extensions().is_empty());
        assert!(authority.has_signed(&certificate));
    }

    #[test]
    fn a_certificate_without_principals_is_not_made() {
        let authority = Authority::new(&secret(), None).expect("a key");
        assert!(authority.certify_host(&key(), &[], Duration::from_secs(100)).is_err());
    }

    #[test]
    fn serials_differ() {
        let authority = Authority::new(&secret(), None).expect("a key");
        let serial = || authority.certify_host(&key(), &["a"], Duration::from_secs(9)).expect("signed").serial();
        assert_ne!(serial(), serial());
    }

    #[test]
    fn after_a_rotation_the_earlier_authority_counts_and_signs_no_hosts() {
        let earlier = secret();
        let (before, after) = (Authority::new(&earlier, None).expect("a key"), Authority::new(&secret(), Some(&earlier)).expect("keys"));
        assert_eq!(after.public_lines(), [after.public_line(), before.public_line()]);
        let users = after.certify_user(&key(), &["provision"], Duration::from_secs(9)).expect("signed");
        assert!(users.len() == 2 && after.has_signed(&users[0]) && before.has_signed(&users[1]));
        let host = before.certify_host(&key(), &["i-1"], Duration::from_secs(9)).expect("signed");
        assert!(after.has_ever_signed(&host) && !after.has_signed(&host));
        assert!(after.has_signed(&after.certify_host(&key(), &["i-1"], Duration::from_secs(9)).expect("signed")));
    }

    #[test]
    fn what_is_no_key_is_refused_without_a_word_of_it() {
        let error = Authority::new(&Secret::new("correct horse".into()), None).expect_err("no key");
        assert!(!format!("{error:?} {error}").contains("horse"));
    }
}
