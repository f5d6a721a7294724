use crate::model::{Observed, OnChange, Resource, ResourceAddress, Schema, Value};
use crate::plan::planner::Planner;
use crate::plan::{Action, Difference, Refusal};

/// The attribute by which an object says that it may not be deleted.
const PROTECTION: &str = "deletion_protection";

impl Planner<'_> {
    /// Why a change of a wanted object is not allowed.
    pub(super) fn refusal(
        &self,
        resource: &Resource,
        schema: &Schema,
        before: Option<&Observed>,
        action: Action,
        found: &[Difference],
    ) -> Option<Refusal> {
        let address = &resource.address;
        if let (Action::Replace, Some(before)) = (action, before)
            && let Some(refusal) = self.protection(before)
        {
            return Some(refusal);
        }
        if action == Action::Replace && schema.holds_data && !self.input.options.replace_data.contains(address) {
            return Some(Refusal {
                why: format!("replacing {address} deletes what is stored on it"),
                instead: format!("if that is meant: provision up --env {} --replace-data {address}", self.input.scope.environment),
            });
        }
        let shrunk = found.iter().find(|difference| {
            let is_smaller =
                matches!((&difference.before, &difference.after), (Value::Integer(before), Value::Integer(after)) if after < before);
            schema.on_change(&difference.attribute) == OnChange::Grow && is_smaller
        })?;
        Some(Refusal {
            why: format!("{} of {address} can only grow", shrunk.attribute),
            instead: "put the old value back, or make a new object and move the data".to_owned(),
        })
    }

    /// Why an object may not go: the files protect it; or, where they speak of it no longer, the cloud does.
    pub(super) fn protection(&self, observed: &Observed) -> Option<Refusal> {
        let address = &observed.address;
        let wanted = self.input.desired.get(address).or_else(|| self.input.desired.get(self.input.moved.get(address)?));
        let attributes = wanted.map_or(&observed.attributes, |wanted| &wanted.attributes);
        if attributes.get(PROTECTION) != Some(&Value::Bool(true)) {
            return None;
        }
        let environment = &self.input.scope.environment;
        let instead = match wanted {
            Some(wanted) => format!(
                "in environments/{environment}.toml write `{PROTECTION} = false` {}; `down` then works at once",
                place(&wanted.address)
            ),
            None => format!(
                "if it shall go, take it back into the files, write `{PROTECTION} = false` {}, run `up`, and take it out again",
                place(address)
            ),
        };
        Some(Refusal { why: format!("{address} is protected from deletion"), instead })
    }
}

/// Where the environment file says it.
fn place(address: &ResourceAddress) -> String {
    match address.kind() {
        "db-instance" => format!("in [databases], or in [databases.{}] for this one alone", address.name()),
        _ => "for it".to_owned(),
    }
}
