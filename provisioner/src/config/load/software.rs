use std::collections::BTreeMap;

use crate::config::keys::{SOFTWARE, Shape};
use crate::config::load::conditions::condition;
use crate::config::load::{Values, in_order, walk};
use crate::config::syntax::{Place, SourceFile, nearest, parse};
use crate::config::{
    Blueprint, Check, Class, File, Input, LinkEnd, MonitoringRole, Project, Software, SoftwareCatalogue, Step, Syntax, Template, User,
    Wait, codes,
};
use crate::model::Report;

/// The file that says what is installed.
const NAME: &str = "software.toml";

impl SoftwareCatalogue {
    /// Reads what the monitoring and these blueprints install: the project's own files, or else the built-in ones.
    ///
    /// There is a catalogue only where the report has no errors.
    pub fn load(project: &Project, blueprints: &[Blueprint]) -> (Option<Self>, Report) {
        let mut loading = Loading { project, blueprints, catalogue: Self::default(), report: Report::default(), order: Vec::new() };
        let monitoring = project.monitoring_names().into_iter().map(|name| format!("monitoring/{name}"));
        let folders = blueprints.iter().map(|blueprint| format!("blueprints/{}", blueprint.name));
        for folder in folders.chain(monitoring) {
            loading.folder(&folder);
        }
        loading.check_order();
        let report = in_order(&loading.report);
        if report.has_errors() { (None, report) } else { (Some(loading.catalogue), report) }
    }

    /// The ids of all software, each after what it has to come after.
    pub fn in_order(&self) -> Vec<&str> {
        let mut ordered: Vec<&str> = Vec::new();
        let mut waiting: Vec<&str> = self.software.keys().map(String::as_str).collect();
        while !waiting.is_empty() {
            let is_ready = |id: &&str| self.software[*id].after.iter().all(|other| ordered.contains(&other.as_str()));
            let (ready, rest): (Vec<&str>, Vec<&str>) = waiting.iter().copied().partition(is_ready);
            if ready.is_empty() {
                // A circle was refused when the files were read.
                ordered.extend(rest);
                break;
            }
            ordered.extend(ready);
            waiting = rest;
        }
        ordered
    }
}

struct Loading<'a> {
    project: &'a Project,
    blueprints: &'a [Blueprint],
    catalogue: SoftwareCatalogue,
    report: Report,
    /// Every word of `after`, with the values it was read from.
    order: Vec<(String, Values)>,
}

impl Loading<'_> {
    fn folder(&mut self, folder: &str) {
        let file = match self.project.asset(folder, NAME) {
            Ok(None) => return,
            Ok(Some(asset)) => SourceFile::from_bytes(&asset.shown, &asset.bytes),
            Err(error) => Err(codes::UNREADABLE.error().note(format!("{folder}/{NAME}: {error}")).into()),
        };
        let file = match file {
            Ok(file) => file,
            Err(report) => return self.report.extend(report),
        };
        let (table, report) = parse(&file);
        self.report.extend(report);
        let (values, problems) = walk(&table, &Shape::of(SOFTWARE), Class::Production, &Place { file, range: 0..0 });
        self.report.extend(problems);
        self.templates(folder);
        for id in values.names("software") {
            let path = format!("software.{id}");
            if self.catalogue.software.contains_key(id) {
                self.report.push(values.mark_name(codes::SOFTWARE_REFERENCE.error(), &path, "other software has this id"));
            }
            if let Some(software) = self.software(&values, folder, &path) {
                self.catalogue.software.insert(id.clone(), software);
            }
        }
        for id in values.names("checks") {
            let path = format!("checks.{id}");
            if self.catalogue.checks.contains_key(id) {
                self.report.push(values.mark_name(codes::SOFTWARE_REFERENCE.error(), &path, "another check has this id"));
            }
            if let Some(check) = self.check(&values, folder, &path) {
                self.catalogue.checks.insert(id.clone(), check);
            }
        }
        self.order.push((folder.to_owned(), values));
    }

    fn templates(&mut self, folder: &str) {
        for name in self.project.asset_files(folder) {
            let Some(file) = name.strip_prefix("files/") else { continue };
            match self.project.asset(folder, &name) {
                Ok(Some(asset)) => match String::from_utf8(asset.bytes.into_owned()) {
                    Ok(text) => {
                        self.catalogue.templates.insert(format!("{folder}/{file}"), Template { shown: asset.shown, text });
                    }
                    Err(_) => self.report.push(codes::NOT_TEXT.error().note(format!("{}: not UTF-8", asset.shown.display()))),
                },
                Ok(None) => {}
                Err(error) => self.report.push(codes::UNREADABLE.error().note(format!("{folder}/{name}: {error}"))),
            }
        }
    }

    fn inputs(&self) -> Vec<Input> {
        self.blueprints.iter().flat_map(|blueprint| blueprint.inputs.iter().cloned()).collect()
    }

    fn software(&mut self, values: &Values, folder: &str, path: &str) -> Option<Software> {
        let at = |key: &str| format!("{path}.{key}");
        let inputs = self.inputs();
        Some(Software {
            folder: folder.to_owned(),
            doc: values.owned(&at("doc"))?,
            on: self.hosts(values, &at("on")),
            when: condition(values, path, &inputs, &mut self.report),
            after: after(values, path),
            packages: values.owned_texts(&at("packages")),
            users: each(values, &at("users"), |below| {
                Some(User { home: values.owned(&format!("{below}.home"))?, groups: values.owned_texts(&format!("{below}.groups")) })
            }),
            files: self.files(values, folder, &at("files")),
            validate: values.owned(&at("validate")),
            steps: sequence(values, &at("steps"), |id, at| {
                Some(Step {
                    id,
                    doc: values.owned(&at("doc"))?,
                    check: values.owned(&at("check")),
                    apply: values.owned(&at("apply"))?,
                    seconds: values.number(&at("seconds"))?,
                })
            }),
            services: values.owned_texts(&at("services")),
            keeps_data: values.boolean(&at("keeps_data"))?,
            waits: sequence(values, &at("waits"), |id, at| {
                Some(Wait {
                    id,
                    doc: values.owned(&at("doc"))?,
                    check: values.owned(&at("check"))?,
                    seconds: values.number(&at("seconds"))?,
                })
            }),
            verify: sequence(values, &at("verify"), |id, at| {
                Some(Wait {
                    id,
                    doc: values.owned(&at("doc"))?,
                    check: values.owned(&at("check"))?,
                    seconds: values.number(&at("seconds"))?,
                })
            }),
            requirements: values.owned_texts(&at("requirements")),
        })
    }

    fn check(&mut self, values: &Values, folder: &str, path: &str) -> Option<Check> {
        let at = |key: &str| format!("{path}.{key}");
        let inputs = self.inputs();
        Some(Check {
            folder: folder.to_owned(),
            doc: values.owned(&at("doc"))?,
            on: self.hosts(values, &at("on")),
            when: condition(values, path, &inputs, &mut self.report),
            is_each_service: values.text(&at("each")) == Some("service"),
            command: values.owned_texts(&at("command")),
            every_seconds: values.number(&at("every_seconds"))?,
            requirements: values.owned_texts(&at("requirements")),
        })
    }

    fn files(&mut self, values: &Values, folder: &str, path: &str) -> BTreeMap<String, File> {
        let mut files = BTreeMap::new();
        for on_host in values.names(path) {
            let at = |key: &str| format!("{path}.{on_host}.{key}");
            let Some(template) = values.owned(&at("template")) else { continue };
            if !self.catalogue.templates.contains_key(&format!("{folder}/{template}")) {
                let diagnostic =
                    values.mark(codes::SOFTWARE_REFERENCE.error(), &at("template"), format!("there is no {folder}/files/{template}"));
                let beside = format!("{folder}/");
                let known = self.catalogue.templates.keys().filter_map(|name| name.strip_prefix(&beside));
                self.report.push(match nearest(&template, known) {
                    Some(meant) => diagnostic.help(format!("did you mean \"{meant}\"?")),
                    None => diagnostic,
                });
            }
            let file = File {
                template,
                syntax: values.text(&at("syntax")).and_then(Syntax::from_word).unwrap_or(Syntax::Plain),
                mode: values.owned(&at("mode")).unwrap_or_default(),
                owner: values.owned(&at("owner")).unwrap_or_default(),
                group: values.owned(&at("group")).unwrap_or_default(),
            };
            files.insert(on_host.clone(), file);
        }
        files
    }

    /// The ends of a list that are hosts; a role may be any blueprint's.
    fn hosts(&mut self, values: &Values, path: &str) -> Vec<LinkEnd> {
        let mut ends = Vec::new();
        for item in values.texts(path) {
            let end = match item.value.as_str() {
                "bastion" => Some(LinkEnd::Bastion),
                "every-host" => Some(LinkEnd::EveryHost),
                "every-host-but-bastion" => Some(LinkEnd::EveryHostButBastion),
                "every-host-with-data" => Some(LinkEnd::EveryHostWithData),
                other => match other.strip_prefix("monitoring.") {
                    Some(name) => MonitoringRole::from_word(name).map(LinkEnd::Monitoring),
                    None => self.blueprints.iter().find_map(|blueprint| blueprint.role(other)).map(|role| LinkEnd::Role(role.name.clone())),
                },
            };
            match end {
                Some(end) => ends.push(end),
                None => {
                    let roles = self.blueprints.iter().flat_map(|blueprint| &blueprint.roles).map(|role| role.name.as_str());
                    let known = roles.chain([
                        "bastion",
                        "every-host",
                        "every-host-but-bastion",
                        "every-host-with-data",
                        "monitoring.icinga",
                        "monitoring.cacti",
                        "monitoring.elk",
                    ]);
                    let diagnostic = values.mark(codes::SOFTWARE_REFERENCE.error(), path, format!("`{}` is no host", item.value));
                    self.report.push(match nearest(&item.value, known) {
                        Some(meant) => diagnostic.help(format!("did you mean \"{meant}\"?")),
                        None => diagnostic,
                    });
                }
            }
        }
        ends
    }

    /// Says which words of `after` name nothing, or run in a circle.
    fn check_order(&mut self) {
        for (_, values) in &self.order {
            for id in values.names("software") {
                let path = format!("software.{id}.after");
                for item in values.texts(&path) {
                    if !self.catalogue.software.contains_key(&item.value) {
                        let diagnostic =
                            values.mark(codes::SOFTWARE_REFERENCE.error(), &path, format!("there is no software `{}`", item.value));
                        self.report.push(match nearest(&item.value, self.catalogue.software.keys().map(String::as_str)) {
                            Some(meant) => diagnostic.help(format!("did you mean \"{meant}\"?")),
                            None => diagnostic,
                        });
                    } else if reaches(&self.catalogue.software, &item.value, id, 0) {
                        self.report.push(values.mark(
                            codes::SOFTWARE_REFERENCE.error(),
                            &path,
                            format!("`{}` comes after `{id}` itself", item.value),
                        ));
                    }
                }
            }
        }
    }
}

/// What is installed before it; before what keeps data, the data volume is mounted.
fn after(values: &Values, path: &str) -> Vec<String> {
    let mut after = values.owned_texts(&format!("{path}.after"));
    if values.boolean(&format!("{path}.keeps_data")) == Some(true) && !after.iter().any(|id| id == Software::DATA_VOLUME) {
        after.push(Software::DATA_VOLUME.to_owned());
    }
    after
}

/// Whether `from` comes, directly or by way of others, after `to`.
fn reaches(software: &BTreeMap<String, Software>, from: &str, to: &str, depth: usize) -> bool {
    let after = software.get(from).map(|software| software.after.as_slice()).unwrap_or_default();
    from == to || (depth < software.len() && after.iter().any(|other| reaches(software, other, to, depth + 1)))
}

fn each<T>(values: &Values, path: &str, read: impl Fn(&str) -> Option<T>) -> BTreeMap<String, T> {
    values.names(path).iter().filter_map(|name| Some((name.clone(), read(&format!("{path}.{name}"))?))).collect()
}

/// The tables below `path` in the order of the file.
fn sequence<T>(values: &Values, path: &str, read: impl Fn(String, &dyn Fn(&str) -> String) -> Option<T>) -> Vec<T> {
    values.names(path).iter().filter_map(|name| read(name.clone(), &|key: &str| format!("{path}.{name}.{key}"))).collect()
}
