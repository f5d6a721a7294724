use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use ssh_key::{Algorithm, LineEnding, PrivateKey, PublicKey};

use crate::cli::exit::{Exit, Stop};
use crate::model::Diagnostic;

/// The operator's public key, and where its private half was put if it was made just now.
#[derive(Debug)]
pub struct OperatorKey {
    /// `ssh-ed25519 AAAA…`, without a comment.
    pub public_key: String,
    /// The file of the private half.
    pub made: Option<PathBuf>,
}

impl OperatorKey {
    /// The key that is named or pinned, or the one made for this machine earlier, or a new one.
    ///
    /// # Errors
    /// When the named key is no public key, or the file cannot be read or made.
    pub fn obtain(named: Option<&str>, root: &Path, environment: &str) -> Result<Self, Stop> {
        if let Some(text) = named {
            let key = PublicKey::from_openssh(text)
                .map_err(|error| refuse(format!("[bastion] operator_key is no OpenSSH public key: {error}")))?;
            return Ok(Self { public_key: without_comment(&key)?, made: None });
        }
        let path = root.join(".provision").join("keys").join(environment);
        let (key, made) = match fs::read_to_string(&path) {
            Ok(text) => (PrivateKey::from_openssh(text).map_err(|error| refuse(format!("{}: {error}", path.display())))?, None),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => (make(&path)?, Some(path)),
            Err(error) => return Err(refuse(format!("{}: {error}", path.display()))),
        };
        Ok(Self { public_key: without_comment(key.public_key())?, made })
    }
}

fn make(path: &Path) -> Result<PrivateKey, Stop> {
    let refuse_file = |error: std::io::Error| refuse(format!("{}: {error}", path.display()));
    let key = PrivateKey::random(&mut ssh_key::rand_core::OsRng, Algorithm::Ed25519).map_err(|error| refuse(error.to_string()))?;
    let text = key.to_openssh(LineEnding::LF).map_err(|error| refuse(error.to_string()))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(refuse_file)?;
    // It gets its name when it is whole, and only if no other process was first.
    let fresh = path.with_extension(format!("{}.new", std::process::id()));
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh).map_err(refuse_file)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(refuse_file)?;
    fs::hard_link(&fresh, path).and_then(|()| fs::remove_file(&fresh)).map_err(refuse_file)?;
    Ok(key)
}

fn without_comment(key: &PublicKey) -> Result<String, Stop> {
    let mut key = key.clone();
    key.set_comment("");
    Ok(key.to_openssh().map_err(|error| refuse(error.to_string()))?.trim().to_owned())
}

fn refuse(why: String) -> Stop {
    let diagnostic = Diagnostic::error("E0213", "the operator's key cannot be used")
        .note(why)
        .help("name a public key as [bastion] operator_key = \"ssh-ed25519 AAAA…\" in the environment file");
    Stop::new(Exit::Usage, diagnostic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_only_its_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let first = OperatorKey::obtain(None, folder.path(), "prod").expect("made");
        let again = OperatorKey::obtain(None, folder.path(), "prod").expect("read");
        assert_eq!(first.public_key, again.public_key);
        assert!(again.made.is_none() && first.public_key.starts_with("ssh-ed25519 "));
        let mode = fs::metadata(first.made.expect("made")).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
