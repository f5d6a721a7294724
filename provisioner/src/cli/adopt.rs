use std::collections::BTreeMap;

use toml_edit::{DocumentMut, Item, Table, TableLike};

use crate::cli::exit::{Exit, Stop};
use crate::cli::prepare::Prepared;
use crate::cli::workspace::Workspace;
use crate::config::Configuration;
use crate::model::{Diagnostic, ResourceAddress, Value};
use crate::plan::{Difference, DriftKind, Drifted};
use crate::view::{AdoptedValue, AdoptedView, NotAdopted};

/// The keys of a database by the attribute they decide.
const DATABASE_KEYS: [(&str, &str); 7] = [
    ("storage_gib", "storage_gib"),
    ("storage_type", "storage_type"),
    ("instance_class", "instance_class"),
    ("backup_days", "backup_days"),
    ("is_multi_az", "multi_az"),
    ("engine_version", "version"),
    ("deletion_protection", "deletion_protection"),
];
/// The roles that every environment has beside the blueprint's.
const MONITORING_ROLES: [&str; 3] = ["icinga", "cacti", "elk"];

/// Writes into the environment's own file what was changed outside and has a place there; returns whether something has none.
///
/// # Errors
/// When the file cannot be written, or would no longer be valid: then it stays as it was.
pub fn adopt(workspace: &Workspace<'_>, prepared: &Prepared, drift: &[Drifted]) -> Result<bool, Stop> {
    let mut values: BTreeMap<Vec<String>, (toml_edit::Value, Vec<ResourceAddress>)> = BTreeMap::new();
    let mut others = Vec::new();
    for drifted in drift {
        let whole = (drifted.kind != DriftKind::Changed).then(|| NotAdopted {
            address: drifted.address.clone(),
            attribute: None,
            why: whole_object(drifted.kind).to_owned(),
        });
        others.extend(whole);
        for found in &drifted.differences {
            match place(prepared, &drifted.address, found) {
                Ok((path, value)) => values.entry(path).or_insert_with(|| (value, Vec::new())).1.push(drifted.address.clone()),
                Err(why) => {
                    others.push(NotAdopted { address: drifted.address.clone(), attribute: Some(found.attribute.clone()), why });
                }
            }
        }
    }
    let name = &prepared.scope.environment;
    if !values.is_empty() {
        write(workspace, name, &values)?;
    }
    let written: Vec<AdoptedValue> = values
        .into_iter()
        .map(|(path, (value, addresses))| AdoptedValue { key: path.join("."), value: value.to_string().trim().to_owned(), addresses })
        .collect();
    workspace.output.data(&AdoptedView {
        environment: name,
        cloud: &prepared.cloud.name.to_string(),
        file: &format!("environments/{name}.toml"),
        written: &written,
        others: &others,
    });
    Ok(!others.is_empty())
}

fn whole_object(kind: DriftKind) -> &'static str {
    match kind {
        DriftKind::Gone => "a deleted object has no place in the file; `--repair` makes it again, or take out what asks for it",
        DriftKind::Unknown => "an object that no command made has no place in the file; `up` takes it over or removes it",
        DriftKind::Twice => "a second object has no place in the file; `up` removes the one that nothing uses",
        DriftKind::Changed => "",
    }
}

/// Where the environment file decides the attribute, and what would stand there; or why it has no place.
fn place(prepared: &Prepared, address: &ResourceAddress, found: &Difference) -> Result<(Vec<String>, toml_edit::Value), String> {
    if let Some(key) = found.tag() {
        return tag(prepared, key, found);
    }
    let value = |value: &Value| match value {
        Value::Integer(number) => Ok(toml_edit::Value::from(*number)),
        Value::Bool(claim) => Ok(toml_edit::Value::from(*claim)),
        Value::Text(text) => Ok(toml_edit::Value::from(text.as_str())),
        _ => Err("the file has no word for this value".to_owned()),
    };
    match (address.kind(), found.attribute.as_str()) {
        ("instance", "instance_type") => {
            of_role(prepared, address, found, "", "instance_type").and_then(|path| Ok((path, value(&found.after)?)))
        }
        ("volume", "size_gib") => {
            of_role(prepared, address, found, "-data", "data_volume_gib").and_then(|path| Ok((path, value(&found.after)?)))
        }
        ("db-instance", attribute) => {
            let key =
                DATABASE_KEYS.iter().find(|(name, _)| *name == attribute).map(|(_, key)| *key).ok_or_else(|| nowhere(address, found))?;
            let after = match (key, found.after.as_text()) {
                ("version", Some(version)) => Value::Text(version.split('.').take(2).collect::<Vec<_>>().join(".")),
                _ => found.after.clone(),
            };
            Ok((path(&["databases", address.name(), key]), value(&after)?))
        }
        _ => Err(nowhere(address, found)),
    }
}

fn nowhere(address: &ResourceAddress, found: &Difference) -> String {
    format!("the environment file has no place for `{}` of {address}; `--repair` puts it back", found.attribute)
}

fn path(segments: &[&str]) -> Vec<String> {
    segments.iter().map(|segment| (*segment).to_owned()).collect()
}

/// A key of a role holds for all of its machines, so that all of them must have the value.
fn of_role(prepared: &Prepared, address: &ResourceAddress, found: &Difference, suffix: &str, key: &str) -> Result<Vec<String>, String> {
    let host = address.name().strip_suffix(suffix).and_then(|name| prepared.topology.hosts.get(name));
    let role = &host.ok_or("the files no longer ask for this machine")?.role;
    let shown = |name: &String| {
        let address = ResourceAddress::new(address.kind(), format!("{name}{suffix}"));
        prepared.observed.objects.get(&address).and_then(|object| object.attributes.get(&found.attribute))
    };
    let of_role = prepared.topology.hosts.iter().filter(|(_, host)| host.role == *role).map(|(name, _)| name);
    if !of_role.into_iter().all(|name| shown(name) == Some(&found.after)) {
        return Err(format!("not every machine of the role {role} has this value, and the file has one for all of them"));
    }
    Ok(match role.as_str() {
        crate::topology::BASTION => path(&["bastion", key]),
        role if MONITORING_ROLES.contains(&role) => path(&["monitoring", "nodes", role, key]),
        role => path(&["nodes", role, key]),
    })
}

/// An operator's tag is on every object, so that every object must have the value.
fn tag(prepared: &Prepared, key: &str, found: &Difference) -> Result<(Vec<String>, toml_edit::Value), String> {
    let Some(text) = found.after.as_text().filter(|_| prepared.topology.tags.contains_key(key)) else {
        return Err("only a changed tag of [tags] has a place in the file; `--repair` puts this one back".to_owned());
    };
    let tagged = prepared.desired.values().filter(|resource| !resource.tags.is_empty());
    let shown = tagged.filter_map(|resource| prepared.observed.objects.get(&resource.address));
    let takes_tags = |kind: &str| prepared.cloud.catalogue.get(kind).is_some_and(|schema| schema.is_taggable);
    let is_everywhere =
        shown.filter(|object| takes_tags(object.address.kind())).all(|object| object.tags.get(key).is_some_and(|other| other == text));
    if !is_everywhere {
        return Err("not every object has this value, and [tags] has one for all of them".to_owned());
    }
    Ok((path(&["tags", key]), text.into()))
}

fn write(
    workspace: &Workspace<'_>,
    name: &str,
    values: &BTreeMap<Vec<String>, (toml_edit::Value, Vec<ResourceAddress>)>,
) -> Result<(), Stop> {
    let file = workspace.project.root.join("environments").join(format!("{name}.toml"));
    let refuse = |why: String| {
        Stop::new(
            Exit::Failed,
            Diagnostic::error("E0330", "the environment file cannot be written").note(format!("{}: {why}", file.display())),
        )
    };
    let old = std::fs::read_to_string(&file).map_err(|error| refuse(error.to_string()))?;
    let mut document: DocumentMut = old.parse().map_err(|error: toml_edit::TomlError| refuse(error.to_string()))?;
    for (path, (value, _)) in values {
        set(document.as_table_mut(), path, value).ok_or_else(|| refuse(format!("{} is no table there", path.join("."))))?;
    }
    let put = |text: &str| {
        let fresh = file.with_extension("toml.new");
        std::fs::write(&fresh, text).and_then(|()| std::fs::rename(&fresh, &file)).map_err(|error| refuse(error.to_string()))
    };
    put(&document.to_string())?;
    match Configuration::load(&workspace.project, name) {
        (Some(_), _) => Ok(()),
        (None, report) => {
            put(&old)?;
            Err(Stop::usage(report))
        }
    }
}

/// Writes one value, with the comment that stands beside it; nothing if something that is no table is in the way.
fn set(table: &mut dyn TableLike, path: &[String], value: &toml_edit::Value) -> Option<()> {
    let (first, rest) = path.split_first()?;
    if !rest.is_empty() {
        let new = || {
            let mut table = Table::new();
            table.set_implicit(true);
            Item::Table(table)
        };
        return set(table.entry(first).or_insert_with(new).as_table_like_mut()?, rest, value);
    }
    match table.get_mut(first) {
        Some(Item::Value(old)) => {
            let decor = old.decor().clone();
            *old = value.clone();
            *old.decor_mut() = decor;
        }
        _ => drop(table.insert(first, Item::Value(value.clone()))),
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, key: &[&str], value: toml_edit::Value) -> String {
        let mut document: DocumentMut = text.parse().expect("TOML");
        set(document.as_table_mut(), &path(key), &value).expect("tables all the way");
        document.to_string()
    }

    #[test]
    fn a_value_is_changed_in_its_place_and_comments_stay() {
        let text = "# the workers\n[nodes.worker]\ncount = 2 # two\ninstance_type = \"a\"   # large\n";
        let wanted = "# the workers\n[nodes.worker]\ncount = 2 # two\ninstance_type = \"b\"   # large\n";
        assert_eq!(written(text, &["nodes", "worker", "instance_type"], "b".into()), wanted);
    }

    #[test]
    fn a_table_that_is_missing_comes_at_the_end() {
        let wanted = "[bastion]\nport = 1\n\n[nodes.worker]\ninstance_type = \"b\"\n";
        assert_eq!(written("[bastion]\nport = 1\n", &["nodes", "worker", "instance_type"], "b".into()), wanted);
    }

    #[test]
    fn a_value_in_a_tables_place_is_not_overwritten() {
        let mut document: DocumentMut = "nodes = 1\n".parse().expect("TOML");
        assert_eq!(set(document.as_table_mut(), &path(&["nodes", "worker"]), &2.into()), None);
    }
}
