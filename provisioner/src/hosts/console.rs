use ssh_key::{Algorithm, PublicKey};

use crate::hosts::codes;
use crate::model::Diagnostic;

const BEGIN: &str = "-----BEGIN SSH HOST KEY KEYS-----";
const END: &str = "-----END SSH HOST KEY KEYS-----";

/// Why a console shows no key that could be pinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConsoleError {
    /// The block is not there, or not whole yet: the first boot is still under way.
    #[error("the console does not show the machine's SSH key yet")]
    NotYet,
    /// The newest block has no Ed25519 key, or more than one.
    #[error("the newest block of keys on the console does not hold exactly one Ed25519 key")]
    NotOne,
}

impl ConsoleError {
    /// What the operator sees.
    pub fn diagnostic(self) -> Diagnostic {
        codes::CONSOLE.error().note(self.to_string()).help("run the same command again; EC2 shows a console up to some minutes late")
    }
}

/// The Ed25519 key that a machine itself has written to its console, between cloud-init's marks; of several boots the last.
///
/// Lines may carry the kernel's or a logger's prefix and may end in CR LF (EC2 `GetConsoleOutput`, cloud-init's
/// `write-ssh-key-fingerprints`).
///
/// # Errors
/// When the newest block is missing, cut, or holds anything but one Ed25519 key.
pub fn host_key_on_console(text: &str) -> Result<PublicKey, ConsoleError> {
    let (_, block) = text.rsplit_once(BEGIN).ok_or(ConsoleError::NotYet)?;
    let (block, _) = block.split_once(END).ok_or(ConsoleError::NotYet)?;
    let mut keys = block.lines().filter_map(ed25519);
    match (keys.next(), keys.next()) {
        (Some(Some(key)), None) => Ok(key),
        _ => Err(ConsoleError::NotOne),
    }
}

/// The key of a line that speaks of an Ed25519 key; `None` within if it is none.
fn ed25519(line: &str) -> Option<Option<PublicKey>> {
    let mut words = line.split_ascii_whitespace().skip_while(|word| *word != "ssh-ed25519");
    let algorithm = words.next()?;
    let key = words.next().and_then(|blob| PublicKey::from_openssh(&format!("{algorithm} {blob}")).ok());
    Some(key.filter(|key| key.algorithm() == Algorithm::Ed25519))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";
    const OTHER: &str = "AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";

    fn block(key: &str) -> String {
        format!("{BEGIN}\necdsa-sha2-nistp256 AAAAE2Vj root@ip\nssh-ed25519 {key} root@ip\n{END}\n")
    }

    fn read(text: &str) -> Result<String, ConsoleError> {
        host_key_on_console(text).map(|key| key.to_openssh().expect("text"))
    }

    #[test]
    fn the_key_is_found_among_a_boots_lines() {
        let text = format!("[    0.0] Linux\nci-info: ssh-ed25519 {OTHER} elsewhere\n{}\nlogin: ", block(ONE));
        assert_eq!(read(&text), Ok(format!("ssh-ed25519 {ONE}")));
    }

    #[test]
    fn prefixes_and_carriage_returns_do_not_matter() {
        let text = block(ONE).lines().map(|line| format!("[   12.345678] cloud-init[513]: {line}\r\n")).collect::<String>();
        assert_eq!(read(&text), Ok(format!("ssh-ed25519 {ONE}")));
    }

    #[test]
    fn the_last_boot_counts() {
        assert_eq!(read(&(block(ONE) + "reboot\n" + &block(OTHER))), Ok(format!("ssh-ed25519 {OTHER}")));
        let cut = block(OTHER);
        assert_eq!(read(&(block(ONE) + &cut[..cut.len() - 10])), Err(ConsoleError::NotYet));
    }

    #[test]
    fn anything_else_is_refused() {
        assert_eq!(read(""), Err(ConsoleError::NotYet));
        assert_eq!(read(&format!("ssh-ed25519 {ONE} root@ip\n")), Err(ConsoleError::NotYet));
        assert_eq!(read(&format!("{END}\nssh-ed25519 {ONE}\n{BEGIN}")), Err(ConsoleError::NotYet));
        let wrong = [
            format!("{BEGIN}\n{END}"),
            format!("{BEGIN}\nssh-ed25519\n{END}"),
            format!("{BEGIN}\nssh-ed25519 {}\n{END}", &ONE[..40]),
            format!("{BEGIN}\nssh-ed25519 {ONE}\nssh-ed25519 {OTHER}\n{END}"),
            format!("{BEGIN}\nssh-ed25519 {}\nssh-ed25519 {OTHER}\n{END}", &ONE[..40]),
            format!("{BEGIN}\nssh-ed25519-cert-v01@openssh.com {ONE}\n{END}"),
        ];
        assert!(wrong.iter().all(|text| read(text) == Err(ConsoleError::NotOne)));
    }
}
