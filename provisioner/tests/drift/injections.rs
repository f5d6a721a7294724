use aws_sdk_ec2::types::{Filter, RuleAction, Tag};
use aws_sdk_rds::types::{ApplyMethod, Parameter};
use aws_types::SdkConfig;

/// The clients with which somebody works behind the program's back.
pub struct Clients {
    pub ec2: aws_sdk_ec2::Client,
    pub iam: aws_sdk_iam::Client,
    pub rds: aws_sdk_rds::Client,
    pub s3: aws_sdk_s3::Client,
    pub ses: aws_sdk_sesv2::Client,
    pub account: String,
}

/// What was done, and where it must be seen.
pub struct Injection {
    pub what: &'static str,
    /// The object that differs.
    pub address: &'static str,
    /// What of it, as `drift` says it.
    pub shows: &'static str,
}

/// What is changed by hand in `dev`, and how it must be told.
pub const INJECTIONS: &[Injection] = &[
    Injection { what: "a rule added", address: "security-group-rules.worker", shows: "0.0.0.0/0" },
    Injection { what: "an instance stopped", address: "instance.worker-1", shows: "is_running" },
    Injection { what: "a tag removed", address: "subnet.private-a", shows: "tags.Name" },
    Injection { what: "a bucket made public", address: "bucket.artefacts", shows: "blocks_public_access" },
    Injection { what: "a parameter changed", address: "db-parameter-group.mysql-8-4", shows: "require_secure_transport" },
    Injection { what: "a route deleted", address: "route.private-a-internet", shows: "route.private-a-internet" },
    Injection { what: "the flow log deleted", address: "flow-log.main", shows: "flow-log.main" },
    Injection { what: "backups shortened", address: "db-instance.core", shows: "backup_days" },
    Injection { what: "a role made powerful", address: "iam-role.host", shows: "AdministratorAccess" },
    Injection { what: "the databases' access list opened", address: "network-acl.database", shows: "entries" },
];

impl Clients {
    /// Clients of one cloud; for SES a cloud of its own where it has one.
    pub fn new(config: &SdkConfig, ses: &SdkConfig, interceptor: Option<aws_sdk_ec2::config::SharedInterceptor>, account: &str) -> Self {
        macro_rules! client {
            ($service:ident, $config:expr) => {{
                let mut builder = $service::config::Builder::from($config);
                builder.set_interceptors(Vec::new());
                if let Some(interceptor) = &interceptor {
                    builder.push_interceptor(interceptor.clone());
                }
                $service::Client::from_conf(builder.build())
            }};
        }
        Self {
            ec2: client!(aws_sdk_ec2, config),
            iam: client!(aws_sdk_iam, config),
            rds: client!(aws_sdk_rds, config),
            s3: client!(aws_sdk_s3, config),
            ses: client!(aws_sdk_sesv2, ses),
            account: account.to_owned(),
        }
    }

    /// Does all of [`INJECTIONS`] to the environment `dev`.
    pub async fn inject_all(&self, project: &str) {
        let group = self.group("security-group.worker").await;
        let open = self.ec2.authorize_security_group_ingress().group_id(group).ip_protocol("tcp").from_port(22).to_port(22);
        open.cidr_ip("0.0.0.0/0").send().await.unwrap();
        self.ec2.stop_instances().instance_ids(self.machine("instance.worker-1").await).send().await.unwrap();
        let name = Tag::builder().key("Name").build();
        self.ec2.delete_tags().resources(self.subnet("subnet.private-a").await).tags(name).send().await.unwrap();
        let bucket = format!("{project}-dev-artefacts-{}-eu-west-1-an", self.account);
        self.s3.delete_public_access_block().bucket(bucket).send().await.unwrap();
        self.open_the_databases_to_plain_text(project).await;
        let table = self.table("route-table.private-a").await;
        self.ec2.delete_route().route_table_id(table).destination_cidr_block("0.0.0.0/0").send().await.unwrap();
        let logs = self.ec2.describe_flow_logs().filter(of_address("flow-log.main")).send().await.unwrap();
        let log = logs.flow_logs()[0].flow_log_id().unwrap();
        self.ec2.delete_flow_logs().flow_log_ids(log).send().await.unwrap();
        let shorten = self.rds.modify_db_instance().db_instance_identifier(format!("{project}-dev-core")).backup_retention_period(2);
        shorten.apply_immediately(true).send().await.unwrap();
        let attach = self.iam.attach_role_policy().role_name(format!("{project}-dev-host"));
        attach.policy_arn("arn:aws:iam::aws:policy/AdministratorAccess").send().await.unwrap();
        let list = self.list("network-acl.database").await;
        let entry = self.ec2.create_network_acl_entry().network_acl_id(list).egress(false).rule_number(50).protocol("-1");
        entry.rule_action(RuleAction::Allow).cidr_block("0.0.0.0/0").send().await.unwrap();
    }

    async fn open_the_databases_to_plain_text(&self, project: &str) {
        let parameter = Parameter::builder().parameter_name("require_secure_transport").parameter_value("0");
        let parameter = parameter.apply_method(ApplyMethod::Immediate).build();
        let group = format!("{project}-dev-mysql-8-4");
        self.rds.modify_db_parameter_group().db_parameter_group_name(group).parameters(parameter).send().await.unwrap();
    }

    async fn group(&self, address: &str) -> String {
        let found = self.ec2.describe_security_groups().filters(of_address(address)).send().await.unwrap();
        found.security_groups()[0].group_id().unwrap().to_owned()
    }

    async fn machine(&self, address: &str) -> String {
        let found = self.ec2.describe_instances().filters(of_address(address)).send().await.unwrap();
        found.reservations()[0].instances()[0].instance_id().unwrap().to_owned()
    }

    async fn subnet(&self, address: &str) -> String {
        let found = self.ec2.describe_subnets().filters(of_address(address)).send().await.unwrap();
        found.subnets()[0].subnet_id().unwrap().to_owned()
    }

    async fn table(&self, address: &str) -> String {
        let found = self.ec2.describe_route_tables().filters(of_address(address)).send().await.unwrap();
        found.route_tables()[0].route_table_id().unwrap().to_owned()
    }

    async fn list(&self, address: &str) -> String {
        let found = self.ec2.describe_network_acls().filters(of_address(address)).send().await.unwrap();
        found.network_acls()[0].network_acl_id().unwrap().to_owned()
    }
}

fn of_address(address: &str) -> Filter {
    Filter::builder().name("tag:provision:address").values(address).build()
}
