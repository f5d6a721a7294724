use std::collections::BTreeMap;

/// Tags by key, in order.
pub type Tags = BTreeMap<String, String>;

/// The tag that carries the project's name.
pub const TAG_PROJECT: &str = "provision:project";
/// The tag that carries the environment's name.
pub const TAG_ENVIRONMENT: &str = "provision:env";
/// The tag that carries the object's [`crate::model::ResourceAddress`].
pub const TAG_ADDRESS: &str = "provision:address";
/// The tag that carries the nonce of the intent that created the object.
pub const TAG_TOKEN: &str = "provision:token";
/// The tag on what `down` keeps on purpose.
pub const TAG_RETAINED: &str = "provision:retained";
/// The tag on a last copy that names the address of what it was copied from.
pub const TAG_COPY_OF: &str = "provision:copy-of";
