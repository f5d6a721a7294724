use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ssh_key::certificate::CertType;
use ssh_key::public::KeyData;
use ssh_key::{Certificate, PublicKey};
use tokio::time::Instant;

use crate::desired::authority_words;
use crate::hosts::HostReport;
use crate::hosts::ssh::connect::Limited;
use crate::hosts::ssh::written::Trust;
use crate::hosts::ssh::{IdentityProblem, Limits, Output, Ssh, SshError, Target, shown};

/// How long a host's certificate lasts.
pub const HOST_CERTIFICATE_DAYS: u64 = 90;
/// How many days may be left before it is renewed.
const RENEWED_BEFORE: u64 = 30;
const DAY: u64 = 24 * 60 * 60;
/// What installing a certificate may take.
const INSTALLING: Limits = Limits { time: Duration::from_secs(60), output_bytes: 64 * 1024 };
/// How long a host's SSH server may take to show its new certificate.
const RELOADING: Duration = Duration::from_secs(15);

/// Installs what comes on standard input: a line with the certificate, then the authority's line, then a mark that all of it came.
/// The SSH server is told only if it takes its new configuration; otherwise everything is as before.
const INSTALL: &str = r##"exec sudo -n /bin/sh -c 'set -eu
umask 022
cd /etc/ssh
IFS= read -r certificate
printf "%s\n" "$certificate" >provision-certificate.new
cat >provision-authority.new
test "$(tail -n 1 provision-authority.new)" = "# end"
ssh-keygen -L -f provision-certificate.new >/dev/null
printf "HostCertificate %s\n" /etc/ssh/ssh_host_ed25519_key-cert.pub >provision-certificate.conf
mv -f provision-certificate.new ssh_host_ed25519_key-cert.pub
mv -f provision-authority.new provision-authority.pub
mv -f provision-certificate.conf sshd_config.d/20-provision-certificate.conf
if ! sshd -t; then rm -f sshd_config.d/20-provision-certificate.conf; exit 1; fi
systemctl reload ssh'"##;

/// What a plan says of a host that is known, or lets people in, by a key that is none of the environment's authorities.
const FOREIGN: &str = "another authority";

impl Ssh {
    /// Makes a host one of the environment: one login in which it is known by the key on its console, the certificate is installed, and
    /// it is logged in again by the authority alone. May be done again at any time.
    ///
    /// # Errors
    /// When the host cannot be reached before the deadline, has another key, or does not take its certificate.
    pub async fn enrol(
        &self,
        target: &Target,
        pinned: &PublicKey,
        deadline: Instant,
        progress: &(dyn Fn(&str) + Sync),
    ) -> Result<(), SshError> {
        let line = openssh(pinned)?;
        self.folder.write(&format!("{}.pinned", target.alias), format!("{} {line}\n", target.alias).as_bytes()).map_err(SshError::local)?;
        let output = self.patiently(deadline, progress, || self.install_pinned(target, pinned, deadline)).await?;
        self.expect_installed(target, &output)?;
        self.log_in_anew(target).await
    }

    /// By whom a host is known and whom it trusts, from what it says of itself: `certificate` and `trusts`, both `authority 2` when all is
    /// well. Nothing for a host that was never enrolled.
    pub fn identity(&self, report: &HostReport) -> BTreeMap<String, String> {
        let Some(certificate) = report.certificate.as_deref() else { return BTreeMap::new() };
        let words = |key: &KeyData| self.authority.generation_of(key).map_or_else(|| FOREIGN.to_owned(), authority_words);
        let known = match Certificate::from_openssh(certificate) {
            Ok(certificate) if self.authority.has_signed(&certificate) && days_left(&certificate) < RENEWED_BEFORE => {
                format!("ends in {} days", days_left(&certificate))
            }
            Ok(certificate) => words(certificate.signature_key()),
            Err(_) => FOREIGN.to_owned(),
        };
        let trusts: BTreeSet<String> = report
            .authorities
            .iter()
            .map(|line| PublicKey::from_openssh(line).map_or_else(|_| FOREIGN.to_owned(), |key| words(key.key_data())))
            .collect();
        let trusts: Vec<String> = trusts.into_iter().collect();
        BTreeMap::from([("certificate".to_owned(), known), ("trusts".to_owned(), trusts.join(", "))])
    }

    /// Gives a host a certificate by the authority when its own has fewer than 30 days left or is by the earlier one, and has it trust
    /// the authority alone; returns whether anything was to be done.
    ///
    /// # Errors
    /// When the host says that it is another one, cannot be reached, or does not take its certificate.
    pub async fn renew(&self, target: &Target, report: &HostReport) -> Result<bool, SshError> {
        let wrong = |problem| SshError::RefusedIdentity { hop: self.hop(target), problem, said: String::new() };
        let certificate = report.certificate.as_deref().and_then(|line| Certificate::from_openssh(line).ok());
        let certificate = certificate.ok_or_else(|| wrong(IdentityProblem::NoCertificate))?;
        if !self.authority.has_ever_signed(&certificate) || certificate.cert_type() != CertType::Host {
            return Err(wrong(IdentityProblem::WrongAuthority));
        }
        if !certificate.valid_principals().iter().any(|principal| principal == target.alias.as_str()) {
            return Err(wrong(IdentityProblem::WrongPrincipal));
        }
        let right = authority_words(self.authority.generation());
        if self.identity(report).values().all(|words| *words == right) {
            return Ok(false);
        }
        let key = PublicKey::from(certificate.public_key().clone());
        let output = self.run(target, INSTALL, self.parcel(target, &key)?, INSTALLING).await?;
        self.expect_installed(target, &output)?;
        self.log_in_anew(target).await?;
        Ok(true)
    }

    async fn install_pinned(&self, target: &Target, pinned: &PublicKey, deadline: Instant) -> Result<Output, SshError> {
        let deadline = deadline.min(Instant::now() + INSTALLING.time);
        self.write_configuration(target, Trust::Pinned)?;
        self.connect_bastion(target, deadline).await?;
        let parcel = self.parcel(target, pinned)?;
        self.run_by(target, Trust::Pinned, INSTALL, parcel, Limited { limits: INSTALLING, deadline }, &|_| {}).await
    }

    /// The certificate, the authority and the mark of the end. An earlier authority is not trusted any more: this program shows
    /// certificates by both as long as some host knows the earlier one alone.
    fn parcel(&self, target: &Target, key: &PublicKey) -> Result<Vec<u8>, SshError> {
        let principals = [target.alias.as_str(), target.name.as_str()];
        let certificate = self.authority.certify_host(key, &principals, Duration::from_secs(HOST_CERTIFICATE_DAYS * DAY))?;
        let certificate = certificate.to_openssh().map_err(SshError::local)?;
        Ok(format!("{}\n{}\n# end\n", certificate.trim(), self.authority.public_line()).into_bytes())
    }

    fn expect_installed(&self, target: &Target, output: &Output) -> Result<(), SshError> {
        match output.status {
            0 => Ok(()),
            _ => Err(SshError::NotEnrolled { hop: self.hop(target), said: shown(&output.stderr, 600) }),
        }
    }

    /// From now on the certificate alone counts. The server needs a moment to read it.
    async fn log_in_anew(&self, target: &Target) -> Result<(), SshError> {
        self.end_master(target).await;
        let deadline = Instant::now() + RELOADING;
        loop {
            let passes = |error: &SshError| {
                let is_old = matches!(error, SshError::RefusedIdentity { problem: IdentityProblem::NoCertificate, .. });
                error.is_passing() || is_old
            };
            match self.connect(target, deadline).await {
                Err(error) if passes(&error) && Instant::now() < deadline => tokio::time::sleep(Duration::from_millis(200)).await,
                ended => return ended,
            }
        }
    }
}

fn openssh(key: &PublicKey) -> Result<String, SshError> {
    let mut key = key.clone();
    key.set_comment("");
    key.to_openssh().map(|text| text.trim().to_owned()).map_err(SshError::local)
}

fn days_left(certificate: &Certificate) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    certificate.valid_before().saturating_sub(now) / DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_one_quoted_word() {
        let script = INSTALL.strip_prefix("exec sudo -n /bin/sh -c '").and_then(|rest| rest.strip_suffix('\'')).expect("quoted");
        assert!(!script.contains('\''));
    }
}
