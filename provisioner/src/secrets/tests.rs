use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use age::x25519::Identity;
use secrecy::ExposeSecret;
use tempfile::TempDir;

use crate::secrets::{Keys, Kind, SecretError, SecretName, SecretStore};

const PASSWORD: Kind = Kind::Password { length: 32 };

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("secrets/prod.age")
    }

    fn own(&self) -> PathBuf {
        self.folder.path().join(".provision/keys/prod.age-identity")
    }

    fn open(&self, named: &[String]) -> Result<SecretStore, SecretError> {
        self.open_as(named, None)
    }

    fn open_as(&self, named: &[String], variable: Option<&Path>) -> Result<SecretStore, SecretError> {
        SecretStore::open(&self.store(), Keys::find(named, variable, &self.own(), &self.store())?)
    }

    /// An operator's identity file, and its recipient.
    fn operator(&self, name: &str) -> (PathBuf, String) {
        let identity = Identity::generate();
        let path = self.folder.path().join(name);
        fs::write(&path, format!("# created: today\n{}\n", identity.to_string().expose_secret())).expect("written");
        (path, identity.to_public().to_string())
    }
}

fn name(text: &str) -> SecretName {
    text.parse().expect("a name")
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("there").permissions().mode() & 0o777
}

#[test]
fn a_secret_is_made_once_and_read_back() {
    let place = Place::new();
    let mut store = place.open(&[]).expect("begins");
    assert_eq!(store.keys().made(), Some(place.own().as_path()));
    let value = store.ensure(&name("snmp"), PASSWORD).expect("made").expose().to_owned();
    assert!(store.save().expect("saved") && !store.save().expect("nothing to save"));
    let mut again = place.open(&[]).expect("opens");
    assert!(again.keys().made().is_none());
    assert_eq!(again.ensure(&name("snmp"), PASSWORD).expect("there").expose(), value);
    assert_eq!(again.generation(&name("snmp")), Some(1));
    assert!(!again.save().expect("nothing to save"));
    assert_eq!((mode(&place.own()), mode(&place.store())), (0o600, 0o600));
}

#[test]
fn no_value_is_on_disk_in_the_clear_and_nothing_is_left_beside_the_file() {
    let place = Place::new();
    let mut store = place.open(&[]).expect("begins");
    let value = store.ensure(&name("snmp"), PASSWORD).expect("made").expose().to_owned();
    store.save().expect("saved");
    store.rotate(&name("snmp")).expect("rotated");
    store.save().expect("saved");
    let files: Vec<_> = fs::read_dir(place.store().parent().expect("a folder")).expect("a folder").flatten().collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let bytes = fs::read(place.store()).expect("readable");
    for hidden in [value.as_bytes(), b"snmp", b"generation"] {
        assert!(!bytes.windows(hidden.len()).any(|window| window == hidden));
    }
    assert!(!format!("{store:?}").contains(&value));
}

#[test]
fn rotation_keeps_the_earlier_value_until_it_is_forgotten() {
    let place = Place::new();
    let mut store = place.open(&[]).expect("begins");
    let first = store.ensure(&name("snmp"), PASSWORD).expect("made").expose().to_owned();
    assert_eq!(store.rotate(&name("snmp")).expect("rotated"), 2);
    store.save().expect("saved");
    let mut store = place.open(&[]).expect("opens");
    assert_eq!(store.earlier(&name("snmp")).expect("kept").expose(), first);
    assert_ne!(store.get(&name("snmp")).expect("there").expose(), first);
    let listed = store.list();
    assert_eq!((listed[0].generation, listed[0].has_earlier), (2, true));
    store.forget_earlier(&name("snmp"));
    assert!(store.save().expect("saved") && place.open(&[]).expect("opens").earlier(&name("snmp")).is_none());
    assert!(matches!(store.rotate(&name("other")), Err(SecretError::Unknown { .. })));
}

#[test]
fn each_recipient_opens_it_and_a_stranger_does_not() {
    let place = Place::new();
    let ((first, recipient), (second, other), (stranger, _)) = (place.operator("a"), place.operator("b"), place.operator("c"));
    let named = [recipient, other];
    let mut store = place.open_as(&named, Some(&first)).expect("begins");
    let value = store.ensure(&name("snmp"), PASSWORD).expect("made").expose().to_owned();
    store.save().expect("saved");
    let second = place.open_as(&named, Some(&second)).expect("opens");
    assert_eq!(second.get(&name("snmp")).expect("there").expose(), value);
    let Err(error @ SecretError::NoIdentity { .. }) = place.open_as(&named, Some(&stranger)) else { panic!("a stranger opened it") };
    let said = format!("{:?}", error.diagnostic());
    assert!(said.contains(stranger.to_str().expect("text")) && said.contains("prod.age-identity") && said.contains("age1"), "{said}");
    assert!(!place.own().exists());
}

#[test]
fn without_an_identity_no_key_is_made_where_others_have_the_secrets() {
    let place = Place::new();
    let (_, recipient) = place.operator("a");
    assert!(matches!(place.open(&[recipient]), Err(SecretError::NoIdentity { .. })));
    fs::create_dir_all(place.store().parent().expect("a folder")).expect("made");
    fs::write(place.store(), "sealed for others").expect("written");
    assert!(matches!(place.open(&[]), Err(SecretError::NoIdentity { .. })));
    assert!(!place.own().exists());
}

#[test]
fn a_recipient_who_joins_or_leaves_has_it_sealed_anew() {
    let place = Place::new();
    let ((first, recipient), (second, other)) = (place.operator("a"), place.operator("b"));
    let alone = [recipient.clone()];
    let mut store = place.open_as(&alone, Some(&first)).expect("begins");
    store.ensure(&name("snmp"), PASSWORD).expect("made");
    store.save().expect("saved");
    assert!(matches!(place.open_as(&alone, Some(&second)), Err(SecretError::NoIdentity { .. })));
    let both = [recipient, other];
    assert!(place.open_as(&both, Some(&first)).expect("opens").save().expect("sealed anew"));
    assert!(!place.open_as(&both, Some(&second)).expect("opens").save().expect("as it was"));
    // Without named recipients those it was sealed for stay.
    assert!(!place.open_as(&[], Some(&second)).expect("opens").save().expect("as it was"));
    assert!(place.open_as(&alone, Some(&first)).expect("opens").save().expect("sealed anew"));
    assert!(matches!(place.open_as(&alone, Some(&second)), Err(SecretError::NoIdentity { .. })));
}

#[test]
fn a_changed_file_is_refused_without_a_word_of_it() {
    let place = Place::new();
    let mut store = place.open(&[]).expect("begins");
    store.ensure(&name("snmp"), PASSWORD).expect("made");
    store.save().expect("saved");
    let whole = fs::read(place.store()).expect("readable");
    for position in [0, whole.len() / 2, whole.len() - 1] {
        let mut bytes = whole.clone();
        bytes[position] ^= 1;
        fs::write(place.store(), bytes).expect("written");
        assert!(place.open(&[]).is_err(), "byte {position}");
    }
    for length in [0, 10, whole.len() / 2, whole.len() - 1] {
        fs::write(place.store(), &whole[..length]).expect("written");
        assert!(matches!(place.open(&[]), Err(SecretError::Damaged { .. })), "{length} bytes");
    }
}

#[test]
fn two_commands_do_not_overwrite_each_other() {
    let place = Place::new();
    let (mut one, mut other) = (place.open(&[]).expect("begins"), place.open(&[]).expect("begins"));
    for store in [&mut one, &mut other] {
        store.ensure(&name("snmp"), PASSWORD).expect("made");
    }
    assert!(one.save().expect("saved"));
    assert!(matches!(other.save(), Err(SecretError::Overtaken { .. })));
    let mut late = place.open(&[]).expect("opens");
    one.rotate(&name("snmp")).expect("rotated");
    late.rotate(&name("snmp")).expect("rotated");
    assert!(one.save().expect("saved"));
    assert!(matches!(late.save(), Err(SecretError::Overtaken { .. })));
}

#[test]
fn what_is_no_recipient_or_identity_is_refused_by_name() {
    let place = Place::new();
    assert!(matches!(place.open(&["age1qqq".to_owned()]), Err(SecretError::BadRecipient { .. })));
    let path = place.folder.path().join("identity");
    for text in ["", "# nothing\n", "AGE-SECRET-KEY-1QQQ\n"] {
        fs::write(&path, text).expect("written");
        let Err(error @ SecretError::BadIdentity { .. }) = place.open_as(&[], Some(&path)) else { panic!("`{text}` was taken") };
        assert!(!error.to_string().contains("SECRET-KEY"), "{error}");
    }
    assert!(matches!(place.open_as(&[], Some(Path::new("/nowhere"))), Err(SecretError::File { .. })));
}
