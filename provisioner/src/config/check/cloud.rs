use crate::config::check::{Subject, offline};
use crate::config::codes;
use crate::config::syntax::nearest;
use crate::model::Report;

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let values = subject.values;
    for path in ["cloud.region", "backup.region"] {
        let Some(region) = values.text(path) else { continue };
        if offline::zones(region).is_none() {
            let diagnostic = values.mark(codes::REGION.warning(), path, "not in the built-in list; only AWS knows");
            report.push(match nearest(region, offline::REGIONS.iter().map(|(name, _)| *name)) {
                Some(meant) => diagnostic.help(format!("did you mean \"{meant}\"?")),
                None => diagnostic.help("`provision up` asks AWS before anything is made"),
            });
        }
    }
    if let (Some(region), Some(wanted)) = (values.text("cloud.region"), values.number::<u8>("cloud.availability_zones"))
        && let Some(zones) = offline::zones(region)
        && wanted > zones
    {
        let path = if values.place("cloud.availability_zones").is_some() { "cloud.availability_zones" } else { "cloud.region" };
        let diagnostic = values.mark(codes::ZONES.warning(), path, format!("{region} is known to have {zones} for everyone, not {wanted}"));
        report.push(diagnostic.help("`provision up` asks AWS before anything is made"));
    }
    if let (Some(region), Some(copies)) = (values.text("cloud.region"), values.text("backup.region"))
        && region == copies
    {
        let diagnostic = values.mark(codes::REGION_COPY.warning(), "backup.region", "the environment itself is there");
        report.push(diagnostic.help("choose another region, or leave it out"));
    }
    check_types(subject, report);
}

fn check_types(subject: &Subject<'_>, report: &mut Report) {
    let values = subject.values;
    let nodes = values.names("nodes").iter().map(|name| format!("nodes.{name}.instance_type"));
    let monitoring = ["icinga", "cacti", "elk"].map(|name| format!("monitoring.nodes.{name}.instance_type"));
    let databases = values.names("databases").iter().map(|name| format!("databases.{name}.instance_class"));
    let fixed = ["bastion.instance_type".to_owned(), "databases.instance_class".to_owned()];
    for path in fixed.into_iter().chain(nodes).chain(monitoring).chain(databases) {
        let Some(written) = values.text(&path).filter(|_| values.place(&path).is_some()) else { continue };
        let (family, size) = written.trim_start_matches("db.").split_once('.').unwrap_or((written, ""));
        let label = if !offline::FAMILIES.contains(&family) {
            format!("`{family}` is no family of the built-in list; only AWS knows")
        } else if !offline::SIZES.contains(&size) {
            format!("`{size}` is no size of the built-in list; only AWS knows")
        } else {
            continue;
        };
        let diagnostic = values.mark(codes::INSTANCE_TYPE.warning(), &path, label);
        let near = nearest(family, offline::FAMILIES.iter().copied()).filter(|near| *near != family);
        report.push(match near {
            Some(near) => diagnostic.help(format!("did you mean the family `{near}`?")),
            None => diagnostic.help("`provision up` asks AWS before anything is made"),
        });
    }
}
