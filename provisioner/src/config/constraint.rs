use crate::config::Condition;

/// A rule of the product about how many hosts a role may have.
///
/// EMM-05: at most one manager while policy monitoring is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// Its name in the blueprint.
    pub id: String,
    /// The role it speaks of.
    pub role: String,
    /// How many hosts of the role there may be.
    pub at_most: u16,
    /// When it counts; none: always.
    pub when: Option<Condition>,
    /// Why, for the operator.
    pub why: String,
    /// The requirements it comes from.
    pub requirements: Vec<String>,
}
