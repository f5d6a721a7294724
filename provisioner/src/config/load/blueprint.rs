use crate::config::keys::{BLUEPRINT, Form, Shape};
use crate::config::load::conditions::condition;
use crate::config::load::links::{WORDS, links};
use crate::config::load::moved::moved;
use crate::config::load::{Values, in_order, walk};
use crate::config::syntax::{Place, SourceFile, nearest, parse};
use crate::config::{
    Blueprint, Bucket, Class, Constraint, Count, DataVolume, Database, HostName, Input, InputType, Project, Role, Tier, codes,
};
use crate::model::Report;

/// Tables that stand in the blueprint's `software.toml`.
const ELSEWHERE: [&str; 5] = ["files", "steps", "checks", "software", "services"];

impl Blueprint {
    /// Reads a blueprint: the project's own file, or else the built-in one. Says every problem at once.
    ///
    /// There is a blueprint only where the report has no errors.
    pub fn load(project: &Project, name: &str) -> (Option<Self>, Report) {
        let names = project.blueprint_names();
        let asset = if names.contains(name) { project.asset(&format!("blueprints/{name}"), "blueprint.toml") } else { Ok(None) };
        let file = match asset {
            Ok(Some(asset)) => SourceFile::from_bytes(&asset.shown, &asset.bytes),
            Ok(None) => {
                let diagnostic =
                    codes::UNKNOWN_BLUEPRINT.error().note(format!("there is no `blueprints/{}/blueprint.toml`", name.escape_debug()));
                return (
                    None,
                    match nearest(name, names.iter().map(String::as_str)) {
                        Some(meant) => diagnostic.help(format!("did you mean `{meant}`?")).into(),
                        None => diagnostic.into(),
                    },
                );
            }
            Err(error) => Err(codes::UNREADABLE.error().note(format!("blueprints/{name}/blueprint.toml: {error}")).into()),
        };
        let file = match file {
            Ok(file) => file,
            Err(report) => return (None, report),
        };
        let (mut table, mut report) = parse(&file);
        for elsewhere in ELSEWHERE {
            if let Some(tree) = table.remove(elsewhere) {
                let diagnostic = codes::UNKNOWN_KEY.error().at(tree.key.span(), "what is installed stands in a file of its own");
                report.push(diagnostic.help(format!("write [{elsewhere}] in blueprints/{name}/software.toml")));
            }
        }
        let (values, problems) = walk(&table, &Shape::of(BLUEPRINT), Class::Production, &Place { file, range: 0..0 });
        report.extend(problems);
        let blueprint = read(&values, &mut report);
        if let Some(written) = values.text("blueprint.name")
            && written != name
        {
            report.push(values.mark(codes::NAME_MISMATCH.error(), "blueprint.name", format!("the folder is called `{name}`")));
        }
        let report = in_order(&report);
        if report.has_errors() { (None, report) } else { (blueprint, report) }
    }
}

fn read(values: &Values, report: &mut Report) -> Option<Blueprint> {
    let inputs: Vec<_> = values.names("inputs").iter().filter_map(|name| input(values, name, report)).collect();
    let roles: Vec<_> = values.names("roles").iter().filter_map(|name| role(values, name, &inputs, report)).collect();
    let each = |table: &'static str| values.names(table).iter();
    for (table, name) in ["databases", "buckets"].into_iter().flat_map(|table| each(table).map(move |name| (table, name))) {
        if !Form::Name.fits(name) {
            let diagnostic = values.mark_name(codes::MALFORMED.error(), &format!("{table}.{name}"), "it becomes part of a name on AWS");
            report.push(diagnostic.note(format!("expected {}", Form::Name.words())));
        }
    }
    let databases = each("databases").filter_map(|name| {
        let at = |key: &str| format!("databases.{name}.{key}");
        Some(Database { name: name.clone(), schemas: values.owned_texts(&at("schemas")), doc: values.owned(&at("doc"))? })
    });
    let buckets = each("buckets").filter_map(|name| {
        let at = |key: &str| format!("buckets.{name}.{key}");
        Some(Bucket {
            name: name.clone(),
            purpose: values.owned(&at("purpose"))?,
            is_locked: values.boolean(&at("locked"))?,
            is_versioned: values.boolean(&at("versioned"))?,
        })
    });
    let mut blueprint = Blueprint {
        name: values.owned("blueprint.name").unwrap_or_default(),
        version: values.owned("blueprint.version").unwrap_or_default(),
        summary: values.owned("blueprint.summary").unwrap_or_default(),
        roles,
        links: Vec::new(),
        inputs,
        databases: databases.collect(),
        buckets: buckets.collect(),
        host_names: Vec::new(),
        boot_order: values.owned_texts("blueprint.boot_order"),
        constraints: Vec::new(),
        moved: moved(values, report),
    };
    blueprint.links = links(values, &blueprint, report);
    blueprint.host_names = host_names(values, &blueprint, report);
    blueprint.constraints = constraints(values, &blueprint, report);
    boot_order(values, &blueprint, report);
    Some(blueprint)
}

fn role(values: &Values, name: &str, inputs: &[Input], report: &mut Report) -> Option<Role> {
    let path = format!("roles.{name}");
    let at = |key: &str| format!("{path}.{key}");
    if WORDS.contains(&name) || ["icinga", "cacti", "elk", "monitoring", "database"].contains(&name) || !Form::Name.fits(name) {
        report.push(values.mark(codes::RESERVED_NAME.error(), &path, "another word for this role is needed"));
    }
    let when = condition(values, &path, inputs, report);
    let count = Count {
        default: values.number(&at("count.default"))?,
        min: values.number(&at("count.min"))?,
        max: values.number(&at("count.max"))?,
    };
    if count.min > count.default || count.default > count.max {
        report.push(values.mark(
            codes::ROLE_COUNT.error(),
            &at("count"),
            format!("min {}, default {}, max {}", count.min, count.default, count.max),
        ));
    }
    let data_volume = if values.has_table(&at("data_volume")) {
        Some(DataVolume { size_gib: values.number(&at("data_volume.size_gib"))?, mount: values.owned(&at("data_volume.mount"))? })
    } else {
        None
    };
    Some(Role {
        name: name.to_owned(),
        doc: values.owned(&at("doc"))?,
        tier: if values.text(&at("tier"))? == "public" { Tier::Public } else { Tier::Private },
        count,
        instance_type: values.owned(&at("instance_type"))?,
        root_volume_gib: values.number(&at("root_volume_gib"))?,
        data_volume,
        when,
        has_elastic_ip: values.boolean(&at("elastic_ip"))?,
        image: values.owned(&at("image"))?,
        is_stateful: values.boolean(&at("stateful"))?,
    })
}

fn input(values: &Values, name: &str, report: &mut Report) -> Option<Input> {
    let path = format!("inputs.{name}");
    let at = |key: &str| format!("{path}.{key}");
    let word = values.text(&at("type"))?;
    let allowed: &[&str] = match word {
        "integer" => &["min", "max"],
        "text" => &["max_length"],
        "choice" => &["choices"],
        _ => &[],
    };
    for key in ["min", "max", "max_length", "choices"] {
        if values.found(&at(key)).is_some() && !allowed.contains(&key) {
            report.push(values.mark(codes::INPUT_SHAPE.error(), &at(key), format!("`{key}` means nothing for a {word}")));
        }
    }
    let kind = match word {
        "boolean" => InputType::Boolean,
        "integer" => InputType::Integer {
            min: values.number(&at("min")).unwrap_or(0),
            max: values.number(&at("max")).unwrap_or(i64::from(i32::MAX)),
        },
        "text" => InputType::Text { max_length: values.number(&at("max_length")).unwrap_or(200) },
        _ => InputType::Choice { choices: values.owned_texts(&at("choices")) },
    };
    match &kind {
        InputType::Integer { min, max } if min > max => report.push(values.mark(codes::INPUT_SHAPE.error(), &path, "min is above max")),
        InputType::Choice { choices } if choices.is_empty() => {
            report.push(values.mark(codes::INPUT_SHAPE.error(), &path, "`choices` is not there, or empty"))
        }
        _ => {}
    }
    let default = values.input(&at("default"));
    if let Some(reason) = default.as_ref().and_then(|value| kind.refuses(value)) {
        report.push(values.mark(codes::INPUT_SHAPE.error(), &at("default"), reason));
    }
    Some(Input { name: name.to_owned(), kind, default, doc: values.owned(&at("doc"))? })
}

/// Says that the text at `path` is no role of the blueprint, unless it is one.
fn check_role(values: &Values, path: &str, name: &str, blueprint: &Blueprint, report: &mut Report) {
    // A role with problems of its own is not in the blueprint, and has been spoken of.
    if blueprint.role(name).is_none() && !values.names("roles").iter().any(|role| role == name) {
        let diagnostic = values.mark(codes::ROLE_REFERENCE.error(), path, format!("the blueprint has no role `{name}`"));
        report.push(match nearest(name, blueprint.roles.iter().map(|role| role.name.as_str())) {
            Some(meant) => diagnostic.help(format!("did you mean \"{meant}\"?")),
            None => diagnostic,
        });
    }
}

fn host_names(values: &Values, blueprint: &Blueprint, report: &mut Report) -> Vec<HostName> {
    let mut names = Vec::new();
    for id in values.names("host_names") {
        let path = format!("host_names.{id}");
        let at = |key: &str| format!("{path}.{key}");
        let when = condition(values, &path, &blueprint.inputs, report);
        if let (Some(name), Some(role)) = (values.owned(&at("name")), values.owned(&at("role"))) {
            check_role(values, &at("role"), &role, blueprint, report);
            names.push(HostName { name, role, when });
        }
    }
    names
}

fn constraints(values: &Values, blueprint: &Blueprint, report: &mut Report) -> Vec<Constraint> {
    let mut constraints = Vec::new();
    for id in values.names("constraints") {
        let path = format!("constraints.{id}");
        let at = |key: &str| format!("{path}.{key}");
        let when = condition(values, &path, &blueprint.inputs, report);
        if let (Some(role), Some(at_most), Some(why)) = (values.owned(&at("role")), values.number(&at("at_most")), values.owned(&at("why")))
        {
            check_role(values, &at("role"), &role, blueprint, report);
            constraints.push(Constraint {
                id: id.clone(),
                role,
                at_most,
                when,
                why,
                requirements: values.owned_texts(&at("requirements")),
            });
        }
    }
    constraints
}

fn boot_order(values: &Values, blueprint: &Blueprint, report: &mut Report) {
    let order = values.texts("blueprint.boot_order");
    for (index, item) in order.iter().enumerate() {
        let mut found = Report::default();
        check_role(values, "blueprint.boot_order", &item.value, blueprint, &mut found);
        if order[..index].iter().any(|earlier| earlier.value == item.value) {
            found.push(values.mark(codes::ROLE_REFERENCE.error(), "blueprint.boot_order", format!("`{}` stands twice", item.value)));
        }
        report.extend(found);
    }
    for role in &blueprint.roles {
        if !order.iter().any(|item| item.value == role.name) {
            let label = format!("`{}` has no place in the order", role.name);
            report.push(values.mark(codes::ROLE_REFERENCE.error(), "blueprint.boot_order", label));
        }
    }
}
