use std::collections::BTreeMap;
use std::path::PathBuf;

use ipnet::Ipv4Net;
use provisioner::config::{
    Alerting, AlertingMode, Backup, Bastion, Blueprint, Class, Clause, Cloud, Condition, Count, DataVolume, Database, DatabaseSettings,
    Engine, Environment, Gateway, HostName, InputValue, KeyOwner, Link, LinkEnd, Monitoring, MonitoringNode, MonitoringRole, Nat, Network,
    NodeSettings, Placement, PlacementKind, Ports, Protocol, Retention, Role, Schedule, Security, StorageType, Threshold, Thresholds, Tier,
};
use provisioner::model::{Report, SourceSpan, Tags};
use provisioner::topology::{Topology, compile};

pub fn net(text: &str) -> Ipv4Net {
    text.parse().expect("a network")
}

/// A production environment of [`blueprints`]; every list of networks has a span of its own.
pub fn environment() -> Environment {
    let threshold = Threshold { warning: 80, critical: 90 };
    let node = MonitoringNode { instance_type: "t3.large".to_owned(), root_volume_gib: 20, data_volume_gib: 100 };
    let paths = ["environment.blueprints", "network.cidr", "network.public_cidrs", "network.corporate_cidrs", "network.operator_cidrs"];
    Environment {
        name: "prod".to_owned(),
        class: Class::Production,
        inherits: Vec::new(),
        blueprints: vec!["product".to_owned()],
        domain: "emm.example.com".to_owned(),
        cloud: Cloud { region: "eu-west-1".to_owned(), account: "123456789012".to_owned(), availability_zones: 2 },
        network: Network {
            cidr: net("10.20.0.0/16"),
            operator_cidrs: vec![net("198.51.100.0/28")],
            public_cidrs: vec![net("0.0.0.0/0")],
            corporate_cidrs: Vec::new(),
            nat: Nat::PerZone,
        },
        bastion: Bastion { placement: Placement::Vpc, port: 40022, instance_type: "t3.micro".to_owned(), operator_key: None },
        databases: BTreeMap::from([("core".to_owned(), database_settings())]),
        inputs: BTreeMap::from([("manager_exposure".to_owned(), InputValue::Text("private".to_owned()))]),
        nodes: BTreeMap::from([("worker".to_owned(), NodeSettings { count: Some(2), ..NodeSettings::default() })]),
        monitoring: Monitoring {
            is_enabled: true,
            dashboard_cidrs: Vec::new(),
            thresholds: Thresholds {
                disk_percent: threshold,
                memory_percent: threshold,
                swap_percent: threshold,
                load_percent: threshold,
                jvm_heap_percent: threshold,
                certificate_days: Threshold { warning: 30, critical: 7 },
            },
            nodes: MonitoringRole::ALL.map(|role| (role, node.clone())).into(),
        },
        alerting: Alerting {
            mode: AlertingMode::Ses,
            from: "alerts@emm.example.com".to_owned(),
            recipients: Vec::new(),
            requires_tls: true,
        },
        security: Security { kms: KeyOwner::Aws },
        backup: Backup { schedule: Schedule::Daily, retention: Retention { daily: 7, weekly: 4, monthly: 12 }, region: None },
        tags: Tags::new(),
        secret_recipients: Vec::new(),
        spans: paths.iter().map(|path| ((*path).to_owned(), span(path))).collect(),
    }
}

/// The environment with its bastion in the customer's data centre.
pub fn environment_of_data_centre() -> Environment {
    let mut environment = environment();
    environment.bastion.placement = Placement::Datacenter {
        cidr: net("172.16.0.0/12"),
        host: "jump.example.com".to_owned(),
        gateway: Gateway::Transit("tgw-0abc".to_owned()),
    };
    environment
}

/// The place of a value whose whole file is its path.
pub fn span(path: &str) -> SourceSpan {
    SourceSpan { path: PathBuf::from("environments/prod.toml"), text: path.into(), range: 0..path.len() }
}

fn database_settings() -> DatabaseSettings {
    DatabaseSettings {
        engine: Engine::Mysql,
        version: "8.4".to_owned(),
        instance_class: "db.m6g.large".to_owned(),
        storage_type: StorageType::Gp3,
        storage_gib: 100,
        is_multi_az: true,
        backup_days: 14,
        has_deletion_protection: true,
        has_extended_support: false,
    }
}

/// The links of every environment and a small clustered product.
pub fn blueprints() -> Vec<Blueprint> {
    let common = Blueprint {
        links: vec![
            when(link("ssh", LinkEnd::EveryHostButBastion, 22, LinkEnd::Bastion), Clause::Bastion(PlacementKind::Vpc)),
            link("ssh-dc", LinkEnd::EveryHostButBastion, 22, LinkEnd::Datacenter),
            Link { ports: Ports::BastionPort, ..link("entry", LinkEnd::Bastion, 0, LinkEnd::Operators) },
            link("nrpe", LinkEnd::EveryHost, 5666, LinkEnd::Monitoring(MonitoringRole::Icinga)),
            Link {
                ports: Ports::Echo,
                protocol: Protocol::Icmp,
                ..link("ping", LinkEnd::EveryHost, 0, LinkEnd::Monitoring(MonitoringRole::Icinga))
            },
            link("out", LinkEnd::Internet, 443, LinkEnd::EveryHost),
            Link { ports: Ports::SmtpPort, ..link("mail", LinkEnd::Internet, 0, LinkEnd::Monitoring(MonitoringRole::Icinga)) },
        ],
        ..empty(Blueprint::BASE)
    };
    let [lb, internal_lb, manager, worker] = ["lb", "internal-lb", "manager", "worker"].map(|name| LinkEnd::Role(name.to_owned()));
    let members = |id, to: &LinkEnd, from: &LinkEnd| Link { ports: Ports::Range(4000, 4200), ..link(id, to.clone(), 0, from.clone()) };
    let product = Blueprint {
        roles: vec![
            Role { tier: Tier::Public, has_elastic_ip: true, ..role("lb", 1, 2) },
            Role { when: Some(exposure("private")), ..role("internal-lb", 1, 2) },
            Role { data_volume: Some(DataVolume { size_gib: 50, mount: "/srv".to_owned() }), is_stateful: true, ..role("manager", 1, 4) },
            role("worker", 2, 40),
        ],
        links: vec![
            link("users", lb.clone(), 443, LinkEnd::Public),
            link("staff", internal_lb.clone(), 443, LinkEnd::Corporate),
            link("lb-worker", worker.clone(), 9443, lb.clone()),
            Link { when: Some(exposure("private")), ..link("lb-manager", manager.clone(), 9443, internal_lb) },
            Link { when: Some(exposure("public")), ..link("lb-manager-public", manager.clone(), 9443, lb) },
            members("mm", &manager, &manager),
            members("mw", &manager, &worker),
            members("wm", &worker, &manager),
            members("ww", &worker, &worker),
            link("db", LinkEnd::Database("core".to_owned()), 3306, manager),
            link("db-w", LinkEnd::Database("core".to_owned()), 3306, worker),
        ],
        databases: vec![Database { name: "core".to_owned(), schemas: vec!["core".to_owned()], doc: String::new() }],
        host_names: vec![
            HostName { name: "mgt".to_owned(), role: "internal-lb".to_owned(), when: Some(exposure("private")) },
            HostName { name: "mgt".to_owned(), role: "lb".to_owned(), when: Some(exposure("public")) },
        ],
        boot_order: ["lb", "internal-lb", "manager", "worker"].map(str::to_owned).to_vec(),
        ..empty("product")
    };
    vec![common, product]
}

/// A role in the private tier.
pub fn role(name: &str, default: u16, max: u16) -> Role {
    Role {
        name: name.to_owned(),
        doc: String::new(),
        tier: Tier::Private,
        count: Count { default, min: 1, max },
        instance_type: "m6i.large".to_owned(),
        root_volume_gib: 20,
        data_volume: None,
        when: None,
        has_elastic_ip: false,
        image: "debian-13".to_owned(),
        is_stateful: false,
    }
}

/// A link over TCP that always counts.
pub fn link(id: &str, to: LinkEnd, port: u16, from: LinkEnd) -> Link {
    let (id, why) = (id.to_owned(), format!("Why {id} is open."));
    Link { id, to, ports: Ports::Single(port), protocol: Protocol::Tcp, from, when: None, why, requirements: Vec::new() }
}

fn when(link: Link, clause: Clause) -> Link {
    Link { when: Some(Condition { clauses: vec![clause] }), ..link }
}

fn exposure(is: &str) -> Condition {
    Condition { clauses: vec![Clause::Input { name: "manager_exposure".to_owned(), is: InputValue::Text(is.to_owned()) }] }
}

fn empty(name: &str) -> Blueprint {
    Blueprint {
        name: name.to_owned(),
        version: "1.0.0".to_owned(),
        summary: String::new(),
        roles: Vec::new(),
        links: Vec::new(),
        inputs: Vec::new(),
        databases: Vec::new(),
        buckets: Vec::new(),
        host_names: Vec::new(),
        boot_order: Vec::new(),
        constraints: Vec::new(),
        moved: Vec::new(),
    }
}

/// Compiles what must compile without a word.
pub fn compiled(environment: &Environment, blueprints: &[Blueprint]) -> Topology {
    let (topology, report) = compile("provision", environment, blueprints);
    assert!(report.is_empty(), "{report:?}");
    topology.expect("no errors, so a topology")
}

/// The code, the marked path and the label of each diagnostic.
pub fn findings(report: &Report) -> Vec<(&'static str, String, String)> {
    let marked = |span: &Option<SourceSpan>| span.as_ref().map(|span| span.text.to_string()).unwrap_or_default();
    report.iter().map(|found| (found.code, marked(&found.span), found.label.clone().unwrap_or_default())).collect()
}
