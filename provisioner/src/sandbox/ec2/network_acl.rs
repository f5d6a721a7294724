use serde::{Deserialize, Serialize};

use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;

/// A VPC's default network ACL, which AWS makes and deletes with the VPC.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct NetworkAcl {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) vpc: String,
}
