use super::data::DATABASE_MONITORING;
use super::{Compiler, MAIN};
use crate::desired::{IamRole, InstanceProfile, KmsKey, Policy, Statement};
use crate::model::RefOr;
use crate::topology::{BASTION, Host, MailMode, Tier};

/// The role of the machines, and of those that watch and alert.
const HOST: &str = "host";
const MONITORING: &str = "monitoring";
/// The bucket with the product's distribution, and the one with the backups.
const ARTEFACTS: &str = "artefacts";
const BACKUPS: &str = "backups";

impl Compiler<'_> {
    pub(super) fn roles(&mut self) {
        let trust =
            Policy { statements: vec![Statement::allow("Machines", &["sts:AssumeRole"], NO_RESOURCE).of("Service", "ec2.amazonaws.com")] };
        let used = |name: &str| self.topology.hosts.values().any(|host| self.profile_of(host) == Some(name));
        let (has_hosts, has_monitoring) = (used(HOST), used(MONITORING));
        if has_hosts {
            let statements = self.host_statements();
            self.role(HOST, "What every machine may do", trust.clone(), statements, &[]);
            self.profile(HOST);
        }
        if has_monitoring {
            let statements = [self.host_statements(), self.monitoring_statements()].concat();
            self.role(MONITORING, "What the machines that watch and alert may do", trust, statements, &[]);
            self.profile(MONITORING);
        }
        if !self.topology.databases.is_empty() {
            let trust = self.measuring_databases();
            let managed = format!("arn:{}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole", self.partition());
            self.role(DATABASE_MONITORING, "Measures the machines below the databases", trust, Vec::new(), &[managed]);
        }
    }

    /// The profile of a machine; the bastion has none, for what stands in the internet needs nothing of AWS.
    pub(super) fn profile_of(&self, host: &Host) -> Option<&'static str> {
        let tier = self.topology.network.subnets.get(&host.subnet).map(|subnet| subnet.tier);
        match tier {
            _ if host.role == BASTION => None,
            Some(Tier::Monitoring) => Some(MONITORING),
            _ => Some(HOST),
        }
    }

    fn role(&mut self, name: &str, description: &str, trust: Policy, statements: Vec<Statement>, managed: &[String]) {
        let role = IamRole {
            role_name: self.scope.physical_name(name),
            path: self.iam_path(),
            description: description.to_owned(),
            trust,
            policy: (!statements.is_empty()).then_some(Policy { statements }),
            managed_policies: managed.to_vec(),
            other_policies: Vec::new(),
        };
        self.add("iam-role", name, &role, []);
    }

    fn profile(&mut self, name: &str) {
        let profile =
            InstanceProfile { profile_name: self.scope.physical_name(name), path: self.iam_path(), role: RefOr::id("iam-role", name) };
        self.add("instance-profile", name, &profile, []);
    }

    /// Everything of the environment in IAM stands below its own path.
    fn iam_path(&self) -> String {
        format!("/provision/{}/{}/", self.scope.project, self.scope.environment)
    }

    /// A machine fetches the product and hands in backups; it can neither read nor delete those.
    fn host_statements(&self) -> Vec<Statement> {
        let mut statements = Vec::new();
        let mut is_storing = false;
        if self.topology.buckets.contains_key(ARTEFACTS) {
            let arn = self.bucket_arn(&self.bucket_name(ARTEFACTS));
            statements.push(Statement::allow("ReadArtefacts", &["s3:GetObject"], [format!("{arn}/*")]));
            statements.push(Statement::allow("ListArtefacts", &["s3:ListBucket"], [arn]));
            is_storing = true;
        }
        if self.topology.buckets.contains_key(BACKUPS) {
            let arn = self.bucket_arn(&self.bucket_name(BACKUPS));
            statements.push(Statement::allow("WriteBackups", &["s3:PutObject"], [format!("{arn}/hosts/*")]));
            is_storing = true;
        }
        if let Some(key) = self.kms_key().filter(|_| is_storing) {
            statements.push(Statement::allow("UseKey", &["kms:Decrypt", "kms:GenerateDataKey"], [key]));
        }
        statements
    }

    /// Alert mail from the one sender, and the databases' figures, which AWS does not let anybody limit to some of them.
    fn monitoring_statements(&self) -> Vec<Statement> {
        let environment = &self.topology.environment;
        let mut statements = vec![Statement::allow("ReadMetrics", &["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"], ["*"]).when(
            "StringEquals",
            "aws:RequestedRegion",
            [environment.region.as_str()],
        )];
        if let MailMode::Ses { identity } = &self.topology.mail.mode {
            let arn = |what: String| format!("arn:{}:ses:{}:{}:{what}", self.partition(), environment.region, environment.account);
            let resources = [arn(format!("identity/{identity}")), arn(format!("configuration-set/{}", self.alert_set_name()))];
            let send = Statement::allow("SendAlerts", &["ses:SendEmail", "ses:SendRawEmail"], resources);
            statements.push(send.when("StringEquals", "ses:FromAddress", [self.topology.mail.from.as_str()]));
        }
        statements
    }

    /// Only RDS, and only for this environment's databases (RDS User Guide, "Setting up and enabling Enhanced Monitoring").
    fn measuring_databases(&self) -> Policy {
        let environment = &self.topology.environment;
        let databases =
            format!("arn:{}:rds:{}:{}:db:{}", self.partition(), environment.region, environment.account, self.scope.physical_name("*"));
        let statement = Statement::allow("Measure", &["sts:AssumeRole"], NO_RESOURCE)
            .of("Service", "monitoring.rds.amazonaws.com")
            .when("StringEquals", "aws:SourceAccount", [environment.account.as_str()])
            .when("ArnLike", "aws:SourceArn", [databases]);
        Policy { statements: vec![statement] }
    }

    /// The customer's own key: administered by the account, used by whom its policies allow.
    pub(super) fn key(&mut self) {
        if self.kms_key().is_none() {
            return;
        }
        let root = format!("arn:{}:iam::{}:root", self.partition(), self.topology.environment.account);
        let key = KmsKey {
            alias: format!("alias/{}-{}", self.scope.project, self.scope.environment),
            description: format!("Data of {}", self.scope.environment),
            policy: Policy { statements: vec![Statement::allow("Account", &["kms:*"], ["*"]).of("AWS", &root)] },
            is_rotated: true,
        };
        self.add("kms-key", MAIN, &key, []);
    }
}

/// A trust policy names no resource: it belongs to the role.
const NO_RESOURCE: [&str; 0] = [];
