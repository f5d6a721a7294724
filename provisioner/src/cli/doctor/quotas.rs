use std::collections::BTreeMap;

use crate::aws::{InUse, QuotaCode, Usage, standard_vcpus};
use crate::cli::doctor::checks::{Patient, unproved};
use crate::provider::{ProviderError, TypeFacts};
use crate::topology::Topology;
use crate::view::{Check, Verdict};

const NAME: &str = "quotas";

/// Something the account has a limit of.
struct Need {
    quota: QuotaCode,
    /// One of it.
    noun: &'static str,
    /// Of which kind, or where.
    which: String,
    /// How many the whole environment has.
    wanted: u64,
    /// What there is.
    used: Usage,
    /// When it is met.
    verdict: Verdict,
}

impl Need {
    fn new(quota: QuotaCode, noun: &'static str, wanted: u64, used: Usage) -> Self {
        Self { quota, noun, which: String::new(), wanted, used, verdict: Verdict::Failed }
    }

    /// `2 more Elastic IPs`, `1 more NAT gateway in eu-west-1a`.
    fn words(&self) -> String {
        let noun = if self.more() == 1 { self.noun.to_owned() } else { format!("{}s", self.noun) };
        format!("{} more {noun}{}", self.more(), self.which)
    }

    /// How many are needed beyond what the environment has already.
    fn more(&self) -> u64 {
        self.wanted.saturating_sub(self.used.ours)
    }

    fn is_within(&self, limit: u64) -> bool {
        self.used.total + self.more() <= limit
    }
}

/// What the environment needs beyond what it has, against what the account may have.
pub async fn checks(patient: Patient<'_>) -> Vec<Check> {
    let needs = match needs(patient).await {
        Ok(needs) => needs,
        Err(error) => return vec![unproved(NAME, &error)],
    };
    let (mut fine, mut checks) = (Vec::new(), Vec::new());
    for need in needs {
        match patient.lookup.quota(need.quota).await {
            Err(error) => checks.push(unproved(NAME, &error).next(ask(&need, &patient.topology.environment.region))),
            Ok(limit) => {
                let limit = whole(limit);
                match need.is_within(limit) {
                    true => fine.push(format!("{} ({} of {limit} used)", need.words(), need.used.total)),
                    false => checks.push(too_few(&need, limit, &patient.topology.environment.region)),
                }
            }
        }
    }
    if !fine.is_empty() {
        checks.insert(0, Check::new(NAME, Verdict::Ok, format!("there is room for {}", fine.join(", "))));
    }
    checks
}

async fn needs(patient: Patient<'_>) -> Result<Vec<Need>, ProviderError> {
    let Patient { lookup, topology, scope, zones } = patient;
    let used = lookup.in_use(scope).await?;
    let sizes = topology.hosts.values().map(|host| host.instance_type.clone()).collect();
    Ok(needs_of(topology, zones, &used, &lookup.type_offering(&sizes).await?.facts))
}

fn needs_of(topology: &Topology, zones: &[String], used: &InUse, facts: &BTreeMap<String, TypeFacts>) -> Vec<Need> {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let gateways = &topology.network.nat_gateways;
    let with_address = topology.hosts.values().filter(|host| host.has_elastic_ip).count();
    let mut needs = vec![
        Need::new(QuotaCode::VPCS, "VPC", 1, used.vpcs),
        Need::new(QuotaCode::ELASTIC_IPS, "Elastic IP", count(gateways.len() + with_address), used.elastic_ips),
        Need::new(
            QuotaCode::VCPUS,
            "vCPU",
            standard_vcpus(topology.hosts.values().map(|host| host.instance_type.as_str()), facts),
            used.vcpus,
        ),
    ];
    let of_zone = |gateway: &crate::topology::NatGateway| {
        let zone = zones.get(usize::from(gateway.zone.index()))?;
        let used = used.nat_gateways.get(zone).copied().unwrap_or_default();
        let wanted = gateways.values().filter(|other| other.zone == gateway.zone).count();
        Some(Need { which: format!(" in {zone}"), ..Need::new(QuotaCode::NAT_GATEWAYS, "NAT gateway", count(wanted), used) })
    };
    // The limit is the same in every zone: the fullest one tells.
    needs.extend(gateways.values().filter_map(of_zone).max_by_key(|need| need.used.total + need.more()));
    let databases = count(topology.databases.len());
    if databases > 0 {
        needs.push(Need::new(QuotaCode::DATABASES, "database", databases, used.databases));
        // Every `down` makes one of each database; `up` makes none.
        let copies = Usage { ours: 0, ..used.database_snapshots };
        let copies = Need::new(QuotaCode::DATABASE_SNAPSHOTS, "database snapshot", databases, copies);
        needs.push(Need { verdict: Verdict::Warning, which: " for a `down`".to_owned(), ..copies });
    }
    needs
}

fn too_few(need: &Need, limit: u64, region: &str) -> Check {
    let verb = if need.more() == 1 { "is" } else { "are" };
    let found = format!("{} {verb} needed, and {} of {limit} are used (quota {})", need.words(), need.used.total, need.quota.code);
    Check::new(NAME, need.verdict, found).next(ask(need, region))
}

/// How to ask AWS for as many as there would be.
fn ask(need: &Need, region: &str) -> String {
    format!(
        "aws service-quotas request-service-quota-increase --service-code {} --quota-code {} --desired-value {} --region {region}",
        need.quota.service,
        need.quota.code,
        need.used.total + need.more()
    )
}

/// A limit as a number of things: Service Quotas tells fractions.
fn whole(limit: f64) -> u64 {
    // Casts from floats saturate, and no limit is negative.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates, and no limit is negative")]
    let whole = limit.floor() as u64;
    whole
}

#[cfg(all(test, feature = "sandbox"))]
mod tests {
    use super::*;
    use crate::aws::{Connection, Lookup};
    use crate::config::{Configuration, Project};
    use crate::model::Scope;
    use crate::sandbox::{Quotas, Sandbox, SandboxOptions};
    use crate::topology::compile;

    async fn checks_of(environment: &str, quotas: Quotas) -> Vec<Check> {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let (project, _) = Project::find(Some(root), root);
        let project = project.expect("the repository is a project");
        let (configuration, _) = Configuration::load(&project, environment);
        let Configuration { environment, blueprints, .. } = configuration.expect("it is right");
        let topology = compile(&project.name, &environment, &blueprints).0.expect("it compiles");
        let sandbox = Sandbox::in_memory(SandboxOptions { speed: 0.0, quotas, ..SandboxOptions::default() });
        let lookup = Lookup::new(&Connection::new(sandbox.sdk_config("eu-west-1"), Some(sandbox.interceptor()), 0.0));
        let scope = Scope { project: project.name, environment: environment.name };
        let zones = lookup.zones().await.expect("zones").names;
        checks(Patient { lookup: &lookup, topology: &topology, scope: &scope, zones: &zones }).await
    }

    #[tokio::test]
    async fn a_new_account_has_too_few_of_what_production_needs() {
        let checks = checks_of("prod", Quotas::new_account()).await;
        let failed: Vec<&str> =
            checks.iter().filter(|check| check.verdict == Verdict::Failed).filter_map(|check| check.next.as_deref()).collect();
        assert!(failed.iter().any(|next| next.contains("--quota-code L-1216C47A --desired-value")), "{checks:#?}");
        let settings = crate::view::DoctorView { environment: "prod", cloud: "aws", checks: &checks };
        let lines = crate::view::View::json(&settings).join("\n");
        insta::with_settings!({snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/cli"), prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("doctor-new-account", lines);
        });
    }

    #[tokio::test]
    async fn a_raised_account_has_room() {
        let checks = checks_of("prod", Quotas::default()).await;
        assert!(checks.len() == 1 && checks[0].verdict == Verdict::Ok, "{checks:#?}");
    }
}
