use crate::config::{Blueprint, Environment, MonitoringRole, PlacementKind, Role};
use crate::model::Layer;
use crate::topology::{AddressPlan, BASTION, Tier};

/// The image of the hosts that no blueprint describes.
const PLATFORM_IMAGE: &str = "debian-13";

/// The size of the bastion's root volume in GiB: it stores nothing but its logs.
const BASTION_ROOT_VOLUME_GIB: u32 = 10;

/// Where the monitoring hosts mount the volume for what must outlive them.
const MONITORING_MOUNT: &str = "/srv";

/// Everything about a role that its hosts take over, whatever describes it.
pub(super) struct RolePlan {
    pub name: String,
    pub tier: Tier,
    /// How many hosts there are now; none where the role does not exist in this environment.
    pub count: u16,
    /// How many hosts there may ever be.
    pub maximum: u16,
    pub instance_type: String,
    pub image: String,
    pub root_volume_gib: u32,
    pub data_volume_gib: Option<u32>,
    pub data_volume_mount: Option<String>,
    pub has_elastic_ip: bool,
    pub is_stateful: bool,
    pub layer: Layer,
}

impl RolePlan {
    /// Every role that may exist in any environment of these blueprints, in the order in which addresses are reserved.
    pub(super) fn all(environment: &Environment, blueprints: &[Blueprint]) -> Vec<Self> {
        let roles = blueprints.iter().flat_map(|blueprint| &blueprint.roles);
        let monitoring = MonitoringRole::ALL.into_iter().filter_map(|role| Self::of_monitoring(role, environment));
        std::iter::once(Self::of_bastion(environment))
            .chain(roles.map(|role| Self::of_blueprint(role, environment)))
            .chain(monitoring)
            .collect()
    }

    /// The addresses of all these roles.
    pub(super) fn reserve(roles: &[Self]) -> AddressPlan {
        AddressPlan::reserve(roles.iter().map(|role| (role.name.as_str(), role.tier, role.maximum.into())))
    }

    /// Whether the role has hosts in this environment.
    pub(super) fn exists(&self) -> bool {
        self.count > 0
    }

    fn of_bastion(environment: &Environment) -> Self {
        Self {
            name: BASTION.to_owned(),
            tier: Tier::Public,
            count: (environment.bastion.placement.kind() == PlacementKind::Vpc).into(),
            maximum: 1,
            instance_type: environment.bastion.instance_type.clone(),
            image: PLATFORM_IMAGE.to_owned(),
            root_volume_gib: BASTION_ROOT_VOLUME_GIB,
            data_volume_gib: None,
            data_volume_mount: None,
            has_elastic_ip: true,
            is_stateful: false,
            layer: Layer::Hosts,
        }
    }

    fn of_blueprint(role: &Role, environment: &Environment) -> Self {
        let settings = environment.nodes.get(&role.name).cloned().unwrap_or_default();
        let exists = role.when.as_ref().is_none_or(|condition| condition.holds(environment));
        let data_volume = role.data_volume.as_ref();
        Self {
            name: role.name.clone(),
            tier: role.tier.into(),
            count: if exists { settings.count.unwrap_or(role.count.default) } else { 0 },
            maximum: role.count.max,
            instance_type: settings.instance_type.unwrap_or_else(|| role.instance_type.clone()),
            image: role.image.clone(),
            root_volume_gib: settings.root_volume_gib.unwrap_or(role.root_volume_gib),
            data_volume_gib: data_volume.map(|volume| settings.data_volume_gib.unwrap_or(volume.size_gib)),
            data_volume_mount: data_volume.map(|volume| volume.mount.clone()),
            has_elastic_ip: role.has_elastic_ip,
            is_stateful: role.is_stateful,
            layer: Layer::Hosts,
        }
    }

    fn of_monitoring(role: MonitoringRole, environment: &Environment) -> Option<Self> {
        let node = environment.monitoring.nodes.get(&role)?;
        let data_volume_gib = (node.data_volume_gib > 0).then_some(node.data_volume_gib);
        Some(Self {
            name: role.word().to_owned(),
            tier: Tier::Monitoring,
            count: environment.monitoring.is_enabled.into(),
            maximum: 1,
            instance_type: node.instance_type.clone(),
            image: PLATFORM_IMAGE.to_owned(),
            root_volume_gib: node.root_volume_gib,
            data_volume_gib,
            data_volume_mount: data_volume_gib.map(|_| MONITORING_MOUNT.to_owned()),
            has_elastic_ip: false,
            // Logs, graphs and the history of checks are nowhere else.
            is_stateful: data_volume_gib.is_some(),
            layer: Layer::Monitoring,
        })
    }
}
