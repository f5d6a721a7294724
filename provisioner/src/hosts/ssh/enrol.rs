use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ssh_key::certificate::CertType;
use ssh_key::{Certificate, PublicKey};
use tokio::time::Instant;

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

/// Installs what comes on standard input: a line with the certificate, then the authorities' lines, then a mark that all of it came.
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

/// Prints the certificate that the host shows.
const SHOW: &str = "cat /etc/ssh/ssh_host_ed25519_key-cert.pub";

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

    /// Renews a host's certificate when fewer than 30 days of it are left, or when it is by an earlier authority; returns whether it did.
    ///
    /// # Errors
    /// When the host cannot be reached, or does not take its certificate.
    pub async fn renew(&self, target: &Target) -> Result<bool, SshError> {
        let shown_by_host = self.run(target, SHOW, Vec::new(), INSTALLING).await?;
        let wrong = |problem| SshError::RefusedIdentity { hop: self.hop(target), problem, said: String::new() };
        let text = String::from_utf8_lossy(&shown_by_host.stdout);
        let certificate = Certificate::from_openssh(text.trim()).map_err(|_| wrong(IdentityProblem::NoCertificate))?;
        if !self.authority.has_ever_signed(&certificate) || certificate.cert_type() != CertType::Host {
            return Err(wrong(IdentityProblem::WrongAuthority));
        }
        if !certificate.valid_principals().iter().any(|principal| principal == target.alias.as_str()) {
            return Err(wrong(IdentityProblem::WrongPrincipal));
        }
        if self.authority.has_signed(&certificate) && days_left(&certificate) >= RENEWED_BEFORE {
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

    /// The certificate, the authorities and the mark of the end.
    fn parcel(&self, target: &Target, key: &PublicKey) -> Result<Vec<u8>, SshError> {
        let principals = [target.alias.as_str(), target.name.as_str()];
        let certificate = self.authority.certify_host(key, &principals, Duration::from_secs(HOST_CERTIFICATE_DAYS * DAY))?;
        let certificate = certificate.to_openssh().map_err(SshError::local)?;
        Ok(format!("{}\n{}\n# end\n", certificate.trim(), self.authority.public_lines().join("\n")).into_bytes())
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
