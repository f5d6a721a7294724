use std::path::{Path, PathBuf};

use toml_edit::DocumentMut;

use crate::cli::exit::{Exit, Stop};
use crate::desired::Lookups;
use crate::model::{CloudName, Diagnostic};

/// What was looked up once for an environment and stays: `environments/<env>.lock`, one table per cloud.
#[derive(Clone, Debug)]
pub struct LockFile {
    path: PathBuf,
    document: DocumentMut,
}

const HEAD: &str = "\
# What was looked up once and stays until somebody asks for newer: machine images, zones, the public keys of the operator
# and of the SSH authority.
# Written by provision; commit it beside the environment.

version = 1
";

impl LockFile {
    /// Reads the file beside the environment, or begins one.
    ///
    /// # Errors
    /// When it cannot be read, or is not what this program writes.
    pub fn read(root: &Path, environment: &str) -> Result<Self, Stop> {
        let path = root.join("environments").join(format!("{environment}.lock"));
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => HEAD.to_owned(),
            Err(error) => return Err(refuse(&path, &error.to_string())),
        };
        let document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| refuse(&path, &error.to_string()))?;
        match document.get("version").and_then(toml_edit::Item::as_integer) {
            Some(1) => Ok(Self { path, document }),
            Some(newer) => Err(refuse(&path, &format!("its version is {newer}; this program knows 1"))),
            None => Err(refuse(&path, "it has no `version`")),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is pinned for a cloud; nothing yet is nothing pinned.
    ///
    /// # Errors
    /// When the table is not what this program writes.
    pub fn pins(&self, cloud: &CloudName) -> Result<Lookups, Stop> {
        let Some(table) = self.document.get(&cloud.to_string()) else { return Ok(Lookups::default()) };
        let mut alone = DocumentMut::new();
        for (key, item) in table.as_table().into_iter().flat_map(toml_edit::Table::iter) {
            alone.insert(key, item.clone());
        }
        toml::from_str(&alone.to_string()).map_err(|error| refuse(&self.path, error.message()))
    }

    /// Pins, and writes the file if that changes it; returns whether it did.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn pin(&mut self, cloud: &CloudName, pins: &Lookups) -> Result<bool, Stop> {
        if self.path.exists() && self.pins(cloud)? == *pins {
            return Ok(false);
        }
        let text = toml::to_string(pins).map_err(|error| refuse(&self.path, &error.to_string()))?;
        let table: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| refuse(&self.path, &error.to_string()))?;
        self.document.insert(&cloud.to_string(), toml_edit::Item::Table(table.as_table().clone()));
        let fresh = self.path.with_extension("lock.new");
        std::fs::write(&fresh, self.document.to_string())
            .and_then(|()| std::fs::rename(&fresh, &self.path))
            .map_err(|error| refuse(&self.path, &error.to_string()))?;
        Ok(true)
    }
}

fn refuse(path: &Path, why: &str) -> Stop {
    let diagnostic = Diagnostic::error("E0212", "the lock file cannot be used")
        .note(format!("{}: {why}", path.display()))
        .help("put back the committed version; or move the file away, and newer images may be chosen");
    Stop::new(Exit::Usage, diagnostic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desired::PinnedImage;

    #[test]
    fn pins_of_one_cloud_survive_those_of_another() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("environments")).expect("a folder");
        let image =
            PinnedImage { id: "ami-1".into(), name: "debian".into(), owner: "136693071363".into(), root_device: "/dev/xvda".into() };
        let pins = Lookups {
            zones: vec!["eu-west-1a".into()],
            public_key: "ssh-ed25519 AAAA".into(),
            ssh_authority: "ssh-ed25519 BBBB".into(),
            images: [("debian-13".into(), image)].into(),
        };
        let other = Lookups { zones: vec!["eu-west-1b".into()], ..pins.clone() };
        let mut file = LockFile::read(folder.path(), "prod").expect("begins");
        assert!(file.pin(&CloudName::Sandbox, &pins).expect("writes"));
        assert!(file.pin(&CloudName::Aws, &other).expect("writes"));
        let mut again = LockFile::read(folder.path(), "prod").expect("reads");
        assert_eq!(again.pins(&CloudName::Sandbox).expect("whole"), pins);
        assert_eq!(again.pins(&CloudName::Aws).expect("whole"), other);
        assert!(!again.pin(&CloudName::Aws, &other).expect("nothing to write"));
    }
}
