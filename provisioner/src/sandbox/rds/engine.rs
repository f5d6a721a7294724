use aws_sdk_rds::operation::describe_db_engine_versions::{DescribeDbEngineVersionsInput, DescribeDbEngineVersionsOutput};
use aws_sdk_rds::types::{DbEngineVersion, UpgradeTarget};

use super::paging::{Page, USUAL, cut};
use super::unsimulated;
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// The one engine that is simulated.
pub(super) const ENGINE: &str = "mysql";

/// A version of MySQL that instances can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version {
    /// All its numbers: `8.4.7`.
    pub(super) number: &'static str,
    /// The first two: `8.4`.
    pub(super) major: &'static str,
    /// Whether it is past its standard support: MySQL 8.0 since 2026-07-31 (RDS User Guide, "Supported MySQL major versions on Amazon RDS").
    pub(super) needs_extended_support: bool,
}

/// Two of every major version, so that upgrades can be rehearsed; the third numbers are examples. The last of each is the default.
pub(super) const VERSIONS: [Version; 6] = [
    Version { number: "8.0.44", major: "8.0", needs_extended_support: true },
    Version { number: "8.0.45", major: "8.0", needs_extended_support: true },
    Version { number: "8.4.7", major: "8.4", needs_extended_support: false },
    Version { number: "8.4.8", major: "8.4", needs_extended_support: false },
    Version { number: "9.7.0", major: "9.7", needs_extended_support: false },
    Version { number: "9.7.1", major: "9.7", needs_extended_support: false },
];

impl Version {
    /// The version that a request names: in full, by its major version, or not at all.
    pub(super) fn named(engine: &str, text: Option<&str>) -> Result<Version, Refusal> {
        if engine != ENGINE {
            return Err(Refusal::unsimulated("Engine other than mysql"));
        }
        let text = text.unwrap_or("8.4");
        let found = VERSIONS.iter().rev().find(|version| version.number == text || version.major == text);
        found.copied().ok_or_else(|| Refusal::combination(format!("Cannot find version {text} for {engine}")))
    }

    /// The family of its parameter groups.
    pub(super) fn family(self) -> String {
        format!("{ENGINE}{}", self.major)
    }

    fn place(self) -> usize {
        VERSIONS.iter().position(|version| *version == self).unwrap_or_default()
    }

    /// Whether an instance can be taken from this version to another: forwards, by one major version at most.
    pub(super) fn upgrades_to(self, other: Version) -> bool {
        let majors = ["8.0", "8.4", "9.7"];
        let major = |version: Version| majors.iter().position(|major| *major == version.major).unwrap_or_default();
        other.place() > self.place() && major(other) <= major(self) + 1
    }
}

/// `DescribeDBEngineVersions`.
pub(super) fn describe(_call: &mut Call<'_>, input: &DescribeDbEngineVersionsInput) -> Result<DescribeDbEngineVersionsOutput, Refusal> {
    unsimulated!(input: list_supported_character_sets list_supported_timezones include_all);
    if !input.filters().is_empty() {
        return Err(Refusal::unsimulated("Filters"));
    }
    let is_wanted = |version: &&Version| {
        input.engine().is_none_or(|engine| engine == ENGINE)
            && input.engine_version().is_none_or(|text| text == version.number || text == version.major)
            && input.db_parameter_group_family().is_none_or(|family| family == version.family())
            && (input.default_only != Some(true) || Version::named(ENGINE, Some(version.major)).as_ref() == Ok(version))
    };
    let found = VERSIONS.iter().filter(is_wanted).copied().collect();
    let page = Page { max_records: input.max_records, marker: input.marker(), sizes: USUAL };
    let (versions, marker) = cut(found, &page, |version: &Version| version.number.to_owned())?;
    let versions = versions.into_iter().map(to_sdk).collect();
    Ok(DescribeDbEngineVersionsOutput::builder().set_db_engine_versions(Some(versions)).set_marker(marker).build())
}

fn to_sdk(version: Version) -> DbEngineVersion {
    let targets = VERSIONS.iter().filter(|other| version.upgrades_to(**other)).map(|other| {
        let is_major = other.major != version.major;
        UpgradeTarget::builder()
            .engine(ENGINE)
            .engine_version(other.number)
            .is_major_version_upgrade(is_major)
            .auto_upgrade(!is_major)
            .build()
    });
    DbEngineVersion::builder()
        .engine(ENGINE)
        .engine_version(version.number)
        .major_engine_version(version.major)
        .db_parameter_group_family(version.family())
        .db_engine_description("MySQL Community Edition")
        .set_valid_upgrade_target(Some(targets.collect()))
        .set_exportable_log_types(Some(super::setting::LOGS.map(str::to_owned).to_vec()))
        .supports_log_exports_to_cloudwatch_logs(true)
        .status("available")
        .build()
}
