use crate::config::keys::{Form, Key, Kind, Presence};

/// What it is, where it lives, and the ways in.
pub(super) const PLACE: &[Key] = &[
    Key {
        path: "inherits",
        kind: Kind::Text(Form::Name),
        presence: Presence::Optional,
        doc: "The environment whose values hold where this file says nothing: tables merge, lists and single values replace.",
    },
    Key {
        path: "environment.name",
        kind: Kind::Text(Form::Name),
        presence: Presence::Required,
        doc: "The name: the file's stem, and part of every physical name. It is not inherited.",
    },
    Key {
        path: "environment.class",
        kind: Kind::Word(&["production", "pre-production", "test", "development"]),
        presence: Presence::Required,
        doc: "What the environment is for; it chooses the defaults below.",
    },
    Key {
        path: "environment.blueprints",
        kind: Kind::Texts(Form::Name),
        presence: Presence::Required,
        doc: "The blueprints it is made of (one, for now); `managed-cloud` is always part of it.",
    },
    Key {
        path: "environment.domain",
        kind: Kind::Text(Form::Domain),
        presence: Presence::Required,
        doc: "The domain its names and its mail stand below; every environment has its own.",
    },
    Key {
        path: "environment.inherits",
        kind: Kind::Text(Form::Name),
        presence: Presence::Optional,
        doc: "The same as `inherits` at the top.",
    },
    Key { path: "cloud.region", kind: Kind::Text(Form::Region), presence: Presence::Required, doc: "The AWS region." },
    Key {
        path: "cloud.account",
        kind: Kind::Text(Form::Account),
        presence: Presence::Required,
        doc: "The AWS account; other credentials are refused.",
    },
    Key {
        path: "cloud.availability_zones",
        kind: Kind::Integer { min: 1, max: 4, unit: "zones" },
        presence: Presence::Default("2"),
        doc: "How many availability zones are used; addresses are reserved for four.",
    },
    Key {
        path: "network.cidr",
        kind: Kind::Network,
        presence: Presence::Required,
        doc: "The VPC's network: RFC 1918, /16 to /22, and no other environment's.",
    },
    Key {
        path: "network.operator_cidrs",
        kind: Kind::Networks,
        presence: Presence::Required,
        doc: "From where operators reach the bastion; nothing wider than /8.",
    },
    Key {
        path: "network.public_cidrs",
        kind: Kind::Networks,
        presence: Presence::Default("[\"0.0.0.0/0\"]"),
        doc: "From where devices and users reach the load balancer on 80 and 443.",
    },
    Key {
        path: "network.corporate_cidrs",
        kind: Kind::Networks,
        presence: Presence::Default("[]"),
        doc: "From where the customer's people reach what is private.",
    },
    Key {
        path: "network.nat",
        kind: Kind::Word(&["per-zone", "single"]),
        presence: Presence::ByClass(["\"per-zone\"", "\"single\"", "\"single\"", "\"single\""]),
        doc: "How many NAT gateways: `per-zone` survives the loss of a zone, `single` is cheaper.",
    },
    Key {
        path: "bastion.placement",
        kind: Kind::Word(&["vpc", "datacenter"]),
        presence: Presence::Default("\"vpc\""),
        doc: "Where the bastion stands: in the VPC's public subnet, or in the customer's data centre.",
    },
    Key {
        path: "bastion.port",
        kind: Kind::Integer { min: 1, max: 65535, unit: "" },
        presence: Presence::Default("40022"),
        doc: "The port its sshd listens on: 1024 or more.",
    },
    Key {
        path: "bastion.instance_type",
        kind: Kind::Text(Form::InstanceType),
        presence: Presence::Default("\"t3.micro\""),
        doc: "Its instance type, in the VPC.",
    },
    Key {
        path: "bastion.operator_key",
        kind: Kind::Text(Form::SshPublicKey),
        presence: Presence::Optional,
        doc: "The public SSH key of an operator who may log in; further keys are signed by the environment's SSH authority.",
    },
    Key {
        path: "bastion.datacenter_cidr",
        kind: Kind::Network,
        presence: Presence::Optional,
        doc: "The data centre's network, with `datacenter`: from here every host accepts SSH.",
    },
    Key {
        path: "bastion.host",
        kind: Kind::Text(Form::Host),
        presence: Presence::Optional,
        doc: "The bastion's name or address as operators reach it, with `datacenter`.",
    },
    Key {
        path: "bastion.transit_gateway_id",
        kind: Kind::Text(Form::TransitGateway),
        presence: Presence::Optional,
        doc: "The transit gateway that leads to the data centre, with `datacenter`.",
    },
    Key {
        path: "bastion.vpn_gateway_id",
        kind: Kind::Text(Form::VpnGateway),
        presence: Presence::Optional,
        doc: "The virtual private gateway that leads to the data centre, with `datacenter`.",
    },
];
