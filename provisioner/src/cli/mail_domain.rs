use crate::desired::mail_records;
use crate::model::{Observed, Value};
use crate::topology::Topology;
use crate::view::{MailDomain, MailRecord};

/// The kind of the domain that mail is sent from.
pub const KIND: &str = "ses-identity";

/// SES's word for records that it has seen (SES API v2, `DkimAttributes`, `MailFromAttributes`).
const SEEN: &str = "SUCCESS";

/// What SES has seen of a domain's records, and what is still to be published; `observed` is the identity.
pub fn mail_domain(observed: &Observed, topology: &Topology) -> MailDomain {
    let text = |name: &str| observed.attributes.get(name).and_then(Value::as_text).unwrap_or_default();
    let tokens: Vec<String> = match observed.attributes.get("dkim_tokens") {
        Some(Value::List(tokens)) => tokens.iter().filter_map(Value::as_text).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let has_keys = text("dkim_status") == SEEN && observed.attributes.get("is_verified") == Some(&Value::Bool(true));
    let has_way_back = text("mail_from_status") == SEEN;
    let (domain, way_back) = (text("domain"), text("mail_from_domain"));
    let records = mail_records(domain, &tokens, &topology.environment.region, way_back);
    let is_missing = |name: &str| match name {
        name if name == way_back => !has_way_back,
        name if name.contains("._domainkey.") => !has_keys,
        // SES does not look for a policy; it is suggested together with the others.
        _ => !(has_keys && has_way_back),
    };
    let missing = records.into_iter().filter(|record| is_missing(&record.name));
    MailDomain {
        domain: domain.to_owned(),
        is_verified: has_keys && has_way_back,
        records: missing
            .map(|record| MailRecord { name: record.name, record_type: record.record_type, value: record.value, why: record.why })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::config::{Configuration, Project};
    use crate::model::{RemoteId, Status, Tags};
    use crate::topology::compile;

    fn topology() -> Topology {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let (project, _) = Project::find(Some(root), root);
        let project = project.expect("the repository is a project");
        let (configuration, _) = Configuration::load(&project, "dev");
        let Configuration { environment, blueprints, .. } = configuration.expect("dev is right");
        compile(&project.name, &environment, &blueprints).0.expect("dev compiles")
    }

    fn identity(dkim: &str, mail_from: &str) -> Observed {
        let texts =
            [("domain", "a.example"), ("mail_from_domain", "bounce.a.example"), ("dkim_status", dkim), ("mail_from_status", mail_from)];
        let mut attributes: BTreeMap<String, Value> = texts.into_iter().map(|(name, text)| (name.to_owned(), Value::from(text))).collect();
        attributes.insert("is_verified".to_owned(), Value::Bool(dkim == SEEN));
        attributes.insert("dkim_tokens".to_owned(), Value::List(["x", "y", "z"].map(Value::from).into()));
        let address = "ses-identity.main".parse().expect("an address");
        Observed { address, id: RemoteId::new("a.example"), status: Status::Ready, attributes, tags: Tags::new() }
    }

    #[test]
    fn what_ses_has_seen_is_not_asked_for_again() {
        let topology = topology();
        let asked = |dkim, mail_from| {
            let found = mail_domain(&identity(dkim, mail_from), &topology);
            (found.is_verified, found.records.into_iter().map(|record| record.record_type).collect::<Vec<_>>())
        };
        let words = |types: &[&str]| types.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(asked("PENDING", "PENDING"), (false, words(&["CNAME", "CNAME", "CNAME", "MX", "TXT", "TXT"])));
        assert_eq!(asked(SEEN, "FAILED"), (false, words(&["MX", "TXT", "TXT"])));
        assert_eq!(asked("NOT_STARTED", SEEN), (false, words(&["CNAME", "CNAME", "CNAME", "TXT"])));
        assert_eq!(asked(SEEN, SEEN), (true, Vec::new()));
    }
}
