use std::collections::BTreeSet;

use crate::cli::args::EnvArgs;
use crate::cli::exit::{Exit, Stop};
use crate::cli::least_policy::{DOCUMENT_CHARACTERS, Group, Place, documents, groups, is_read, size};
use crate::cli::prepare::compiled;
use crate::cli::workspace::Workspace;
use crate::desired::{self, Lookups, PinnedImage};
use crate::model::{Catalogue, Observed, RemoteId, ResourceAddress, Scope, Status, Tags};
use crate::plan::DesiredState;
use crate::topology::{Placements, RouteTarget, Topology};
use crate::view::{PermissionsView, PolicyDocument, PolicyGroup};

/// What is asked before anything is planned.
const LOOKUPS: [&str; 6] = [
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeImages",
    "ec2:DescribeInstanceTypeOfferings",
    "ec2:DescribeInstanceTypes",
    "rds:DescribeDBEngineVersions",
    "rds:DescribeOrderableDBInstanceOptions",
];
/// What `doctor` asks besides.
const CHECKS: [&str; 5] = [
    "ec2:DescribeVpcBlockPublicAccessOptions",
    "iam:SimulatePrincipalPolicy",
    "servicequotas:GetAWSDefaultServiceQuota",
    "servicequotas:GetServiceQuota",
    "ses:GetAccount",
];

/// Prints the least IAM policy that the environment needs; asks no cloud.
pub fn run(workspace: &Workspace<'_>, args: &EnvArgs) -> Result<Exit, Stop> {
    let configuration = workspace.load(&args.env)?;
    let topology = compiled(workspace, &configuration, &Placements::default())?;
    let scope = workspace.scope(&args.env);
    let groups = least_groups(&topology, &scope)?;
    let documents = documents(&groups);
    let documents: Vec<PolicyDocument> = documents
        .iter()
        .map(|policy| PolicyDocument { text: policy.document().expect("the statements hold no references"), characters: size(policy) })
        .collect();
    let groups: Vec<PolicyGroup<'_>> = groups
        .iter()
        .map(|group| PolicyGroup { sid: &group.statement.sid, purpose: group.purpose, actions: &group.statement.actions })
        .collect();
    let view = PermissionsView { environment: &args.env, documents: &documents, groups: &groups, limit: DOCUMENT_CHARACTERS };
    workspace.output.data(&view);
    if !workspace.output.is_json() {
        workspace.output.tell(&view.remarks());
    }
    Ok(Exit::Done)
}

/// The actions that the environment needs, each under its limits.
///
/// # Errors
/// When the environment cannot be compiled.
pub fn least_groups(topology: &Topology, scope: &Scope) -> Result<Vec<Group>, Stop> {
    let desired = desired::compile(topology, &placeholders(topology), scope).map_err(Stop::usage)?;
    Ok(groups_of(topology, &desired, scope))
}

fn groups_of(topology: &Topology, desired: &DesiredState, scope: &Scope) -> Vec<Group> {
    let catalogue = desired::catalogue();
    let texts = |kind: &str, attribute: &str| -> Vec<String> {
        let of_kind = desired.values().filter(|resource| resource.address.kind() == kind);
        of_kind.filter_map(|resource| resource.attributes.get(attribute)?.as_text().map(str::to_owned)).collect()
    };
    let place = Place {
        scope,
        region: &topology.environment.region,
        account: &topology.environment.account,
        gateway: topology.access.datacenter.as_ref().and_then(|datacenter| gateway(&datacenter.gateway)),
        buckets: texts("bucket", "bucket_name"),
        domains: texts("ses-identity", "domain"),
    };
    groups(&actions(&catalogue, desired), &place)
}

fn gateway(target: &RouteTarget) -> Option<String> {
    match target {
        RouteTarget::TransitGateway(id) => Some(format!("transit-gateway/{id}")),
        RouteTarget::VpnGateway(id) => Some(format!("vpn-gateway/{id}")),
        RouteTarget::InternetGateway | RouteTarget::NatGateway(_) => None,
    }
}

/// The actions that the environment needs: every type is looked at, what is wanted is also made, changed and deleted, and so are last copies.
pub fn actions(catalogue: &Catalogue, desired: &DesiredState) -> BTreeSet<&'static str> {
    let mut kinds: BTreeSet<String> = desired.keys().map(|address| address.kind().to_owned()).collect();
    let copies: Vec<String> = catalogue
        .iter()
        .filter(|schema| kinds.contains(schema.kind))
        .filter_map(|schema| Some(schema.last_copy?(&nothing(schema.kind)).address.kind().to_owned()))
        .collect();
    kinds.extend(copies);
    let needed = catalogue.iter().flat_map(|schema| {
        let is_wanted = kinds.contains(schema.kind);
        schema.permissions.iter().copied().filter(move |action| is_wanted || is_read(action))
    });
    needed.chain(LOOKUPS).chain(CHECKS).collect()
}

/// An object of a kind of which nothing is known, to ask what its last copy is.
fn nothing(kind: &str) -> Observed {
    let address = ResourceAddress::new(kind, "any");
    Observed { address, id: RemoteId::new("any"), status: Status::Ready, attributes: std::collections::BTreeMap::new(), tags: Tags::new() }
}

/// Lookups that stand for any: which kinds there are does not depend on them.
fn placeholders(topology: &Topology) -> Lookups {
    let any = |_: &String| PinnedImage { id: "ami-any".into(), name: "any".into(), owner: "any".into(), root_device: "/dev/xvda".into() };
    Lookups {
        zones: ('a'..='h').map(|letter| format!("{}{letter}", topology.environment.region)).collect(),
        public_key: String::new(),
        ssh_authority: String::new(),
        images: topology.hosts.values().map(|host| (host.image.clone(), any(&host.image))).collect(),
    }
}
