use std::collections::{BTreeMap, BTreeSet};

use provisioner::sandbox::{DumpedObject, Sandbox, SandboxOptions};
use serde_json::Value;

use super::findings::Findings;
use super::project::{Project, UP};

/// One live object of the cloud's own table, which the program under test never writes by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    pub kind: String,
    pub id: String,
    pub state: String,
    pub tags: BTreeMap<String, String>,
    pub made_by: Option<String>,
    pub attributes: BTreeMap<String, Value>,
}

impl Object {
    /// Its `provision:address`, if it carries this environment's tags.
    pub fn address(&self) -> Option<&str> {
        let is_ours = self.tags.get("provision:project").is_some_and(|project| project == "small")
            && self.tags.get("provision:env").is_some_and(|environment| environment == "small");
        self.tags.get("provision:address").filter(|_| is_ours).map(String::as_str)
    }

    pub fn is_retained(&self) -> bool {
        self.tags.contains_key("provision:retained")
    }

    fn is_made_by_cloud(&self) -> bool {
        self.made_by.as_deref() == Some("aws")
    }

    fn mentions(&self, ids: &BTreeSet<&str>) -> bool {
        self.attributes.values().any(|value| any_text(value, &|text| ids.contains(text)))
    }
}

fn any_text(value: &Value, is: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => is(text),
        Value::Array(items) => items.iter().any(|item| any_text(item, is)),
        Value::Object(fields) => fields.values().any(|field| any_text(field, is)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Everything that is alive in a project's cloud: what `provision sandbox dump` prints.
pub fn dump(project: &Project) -> Vec<Object> {
    let sandbox =
        Sandbox::open(&project.path(".provision/sandbox"), SandboxOptions { speed: project.speed(), ..SandboxOptions::default() })
            .expect("the cloud's files are whole");
    let object = |DumpedObject { service, object_type, id, state, tags, made_by, attributes, .. }| Object {
        kind: object_type,
        // The provider knows by its ARN what IAM's table knows by its name.
        id: if service == "iam" { attributes["arn"].as_str().expect("an ARN").to_owned() } else { id },
        state,
        tags,
        made_by,
        attributes,
    };
    sandbox.dump().expect("the cloud's files are whole").into_iter().map(object).collect()
}

/// I1: no two live objects have one address.
pub fn no_duplicates(objects: &[Object], findings: &mut Findings) {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for object in objects {
        let Some(address) = object.address() else { continue };
        if let Some(other) = seen.insert(address, &object.id) {
            findings.add(format!("I1: {address} is both {other} and {}", object.id));
        }
    }
}

/// I2: whatever carries our tags, or belongs to what does, is recorded, kept on purpose, or made by the cloud itself; and what is recorded is there.
pub fn nothing_untracked(objects: &[Object], recorded: &BTreeMap<String, String>, findings: &mut Findings) {
    let ours: BTreeSet<&str> = objects.iter().filter(|object| object.address().is_some()).map(|object| object.id.as_str()).collect();
    for object in objects.iter().filter(|object| !object.is_retained()) {
        match object.address() {
            Some(address) => {
                let is_recorded = recorded.get(address) == Some(&object.id);
                findings.expect(is_recorded, || format!("I2: {address} ({}) is recorded as {:?}", object.id, recorded.get(address)));
            }
            None if object.is_made_by_cloud() => {}
            None => {
                findings.expect(!object.mentions(&ours), || format!("I2: {} {} belongs to ours, and has no tags", object.kind, object.id))
            }
        }
    }
    // What has no id of its own is named by its parent's and a key: `rtb-1:0.0.0.0/0`; software by its machine's: `host/i-1`.
    for (address, id) in recorded {
        let parent = id.split(':').next().unwrap_or(id);
        let parent = parent.strip_prefix("host/").unwrap_or(parent);
        findings.expect(objects.iter().any(|object| object.id == *id || object.id == parent), || {
            format!("I2: {address} is recorded as {id}, which is not there")
        });
    }
}

/// Every mutating call had a durable intent: what was made carries a token that a journal holds.
pub fn nothing_without_intent(project: &Project, objects: &[Object], findings: &mut Findings) {
    let text: String = project.state_files().values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    for object in objects.iter().filter(|object| object.address().is_some()) {
        let Some(token) = object.tags.get("provision:token") else { continue };
        findings.expect(text.contains(token.as_str()), || format!("{} was made by a call that no journal announces", object.id));
    }
}

/// I3: a second `up` finds nothing to do, and neither the cloud nor the state notices it.
pub fn second_up_changes_nothing(project: &Project, findings: &mut Findings) {
    // In a cloud where things take time, states and attributes change by themselves: a database is backed up.
    let is_still = project.speed() == 0.0;
    let table = || {
        let still = |object| Object { state: String::new(), ..object };
        let named = |object| Object { attributes: BTreeMap::new(), ..still(object) };
        let ours = dump(project).into_iter().filter(|object| is_still || !object.is_made_by_cloud());
        ours.map(|object| if is_still { still(object) } else { named(object) }).collect::<Vec<_>>()
    };
    let log = || is_still.then(|| project.cloud_log());
    let before = (table(), log(), project.state_files());
    let again = project.run(UP);
    findings.expect(again.code == Some(0) && again.stdout.contains("No changes."), || format!("I3: the second up: {again:#?}"));
    let after = (table(), log(), project.state_files());
    findings.expect(before.0 == after.0, || "I3: the second up changed an object".to_owned());
    findings.expect(before.1 == after.1, || "I3: the second up changed the cloud".to_owned());
    findings.expect(before.2 == after.2, || "I3: the second up wrote the state".to_owned());
}

/// I4: of what had settled before, nothing was made anew.
pub fn nothing_lost(settled: &BTreeMap<String, String>, recorded: &BTreeMap<String, String>, findings: &mut Findings) {
    for (address, id) in settled {
        findings.expect(recorded.get(address) == Some(id), || format!("I4: {address} was {id} and is {:?}", recorded.get(address)));
    }
}

/// All that must hold of an environment that was brought up, whatever happened on the way.
pub fn is_up(project: &Project, settled: &BTreeMap<String, String>, findings: &mut Findings) {
    let objects = dump(project);
    let recorded = project.recorded();
    no_duplicates(&objects, findings);
    nothing_untracked(&objects, &recorded, findings);
    nothing_lost(settled, &recorded, findings);
    let expected = super::OBJECTS;
    let kept = objects.iter().filter(|object| object.is_retained()).count();
    let is_copy = |address: &str| address.starts_with("snapshot.") || address.starts_with("db-snapshot.");
    let count = recorded.keys().filter(|address| !is_copy(address)).count();
    findings.expect(count == expected, || format!("{count} objects are recorded instead of {expected}, {kept} are kept"));
    second_up_changes_nothing(project, findings);
}

/// All that must hold of an environment that was taken down: nothing is left but what is kept on purpose (I6), and nothing else is recorded.
pub fn is_down(project: &Project, findings: &mut Findings) {
    let objects = dump(project);
    no_duplicates(&objects, findings);
    for object in objects.iter().filter(|object| object.address().is_some() && !object.is_retained()) {
        findings.add(format!("{} {} is left", object.kind, object.id));
    }
    for object in objects.iter().filter(|object| object.is_retained()) {
        let complete = match object.kind.as_str() {
            "snapshot" => "completed",
            "bucket" | "db-snapshot" => "available",
            kind => return findings.add(format!("{kind} {} is kept", object.id)),
        };
        findings.expect(object.state == complete, || format!("I6: {} is {}", object.id, object.state));
    }
    nothing_untracked(&objects, &project.recorded(), findings);
    for stray in objects.iter().filter(|object| object.attributes.get("vpc").is_some_and(Value::is_string)) {
        findings.add(format!("{} {} is left in a network", stray.kind, stray.id));
    }
}

/// The ids of the snapshots of a volume.
pub fn copies_of<'a>(objects: &'a [Object], volume: &str) -> Vec<&'a Object> {
    objects.iter().filter(|object| object.kind == "snapshot" && object.attributes["volume"] == volume).collect()
}

/// The id of the data volume.
pub fn data_volume(objects: &[Object]) -> Option<&str> {
    objects.iter().find(|object| object.kind == "volume" && object.address().is_some()).map(|object| object.id.as_str())
}
