use std::collections::{BTreeMap, BTreeSet};

use super::{Compiler, MAIN};
use crate::desired::{AccessLog, Bucket, DbInstance, DbParameterGroup, DbSubnetGroup, Lifecycle, Policy, Statement};
use crate::model::RefOr;
use crate::topology::{Database, Tier};

/// The bucket that takes access logs and flow logs; it logs nothing itself, for that would never end.
pub(super) const LOGS: &str = "logs";
/// The role that measures the databases' machines.
pub(super) const DATABASE_MONITORING: &str = "database-monitoring";

/// Logs are kept for a year and a month.
const LOG_DAYS: i32 = 400;
/// For how long the older versions of objects are kept.
const OLD_VERSION_DAYS: i32 = 30;
/// After how long an upload in parts counts as given up.
const UPLOAD_DAYS: i32 = 7;
/// The first user of every database; RDS reserves `admin` and `root` is everybody's first guess.
const MASTER_USER: &str = "clusteradmin";
/// Backups are made before the maintenance begins, at night in Europe; the two may not overlap (RDS `CreateDBInstance`).
const BACKUP_WINDOW: &str = "01:00-02:00";
const MAINTENANCE_WINDOW: &str = "sun:03:00-sun:04:00";
/// The logs of MySQL that RDS can hand to CloudWatch and that are worth it.
const EXPORTED_LOGS: [&str; 2] = ["error", "slowquery"];

impl Compiler<'_> {
    pub(super) fn buckets(&mut self) {
        let buckets = &self.topology.buckets;
        for (name, bucket) in buckets {
            let bucket_name = self.bucket_name(name);
            let is_log_bucket = name == LOGS;
            let mut statements = vec![self.tls_only(&bucket_name)];
            if is_log_bucket {
                statements.extend(self.log_deliveries(&bucket_name));
            }
            let access_log = (!is_log_bucket && buckets.contains_key(LOGS))
                .then(|| AccessLog { bucket: RefOr::id("bucket", LOGS), prefix: format!("access/{name}/") });
            let specification = Bucket {
                is_versioned: bucket.is_versioned || bucket.is_locked,
                lock_days: bucket.is_locked.then(|| i32::from(self.topology.backup.daily.max(1))),
                // Access logs can only be delivered to a bucket with S3's own key (S3 User Guide, "Enabling Amazon S3 server access logging").
                kms_key: self.kms_key().filter(|_| !is_log_bucket),
                blocks_public_access: true,
                is_owner_enforced: true,
                policy: Policy { statements },
                lifecycle: Lifecycle {
                    expires_after_days: is_log_bucket.then_some(LOG_DAYS),
                    old_versions_expire_after_days: OLD_VERSION_DAYS,
                    uploads_expire_after_days: UPLOAD_DAYS,
                },
                access_log,
                bucket_name,
            };
            self.add("bucket", name, &specification, []);
        }
    }

    /// Nobody speaks to the bucket without TLS.
    fn tls_only(&self, bucket: &str) -> Statement {
        let arn = self.bucket_arn(bucket);
        Statement::deny("TlsOnly", &["s3:*"], [arn.clone(), format!("{arn}/*")]).of("AWS", "*").when(
            "Bool",
            "aws:SecureTransport",
            ["false"],
        )
    }

    /// What S3 and the flow logs need to deliver: the very statements that AWS would otherwise add to the policy by itself (VPC User Guide,
    /// "Amazon S3 bucket permissions for flow logs"; S3 User Guide, "Grant access to the logging service principal").
    fn log_deliveries(&self, bucket: &str) -> [Statement; 3] {
        const ACCESS_LOGS: &str = "logging.s3.amazonaws.com";
        const FLOW_LOGS: &str = "delivery.logs.amazonaws.com";
        let arn = self.bucket_arn(bucket);
        let (account, region) = (&self.topology.environment.account, &self.topology.environment.region);
        let senders = self.topology.buckets.keys().filter(|name| *name != LOGS).map(|name| self.bucket_arn(&self.bucket_name(name)));
        let log_sources = format!("arn:{}:logs:{region}:{account}:*", self.partition());
        let of_account = |statement: Statement| statement.when("StringEquals", "aws:SourceAccount", [account.as_str()]);
        [
            of_account(Statement::allow("AccessLogs", &["s3:PutObject"], [format!("{arn}/access/*")]).of("Service", ACCESS_LOGS).when(
                "ArnLike",
                "aws:SourceArn",
                senders.collect::<Vec<_>>(),
            )),
            of_account(
                Statement::allow(
                    "AWSLogDeliveryWrite",
                    &["s3:PutObject"],
                    [format!("{}/AWSLogs/{account}/*", self.flow_log_folder(bucket))],
                )
                .of("Service", FLOW_LOGS)
                .when("StringEquals", "s3:x-amz-acl", ["bucket-owner-full-control"])
                .when("ArnLike", "aws:SourceArn", [log_sources.as_str()]),
            ),
            of_account(Statement::allow("AWSLogDeliveryAclCheck", &["s3:GetBucketAcl"], [arn]).of("Service", FLOW_LOGS).when(
                "ArnLike",
                "aws:SourceArn",
                [log_sources.as_str()],
            )),
        ]
    }

    /// Where flow logs are delivered to.
    pub(super) fn flow_log_folder(&self, bucket: &str) -> String {
        format!("{}/flow-logs", self.bucket_arn(bucket))
    }

    pub(super) fn databases(&mut self) {
        let databases = &self.topology.databases;
        if databases.is_empty() {
            return;
        }
        let subnets = self.topology.network.subnets.iter().filter(|(_, subnet)| subnet.tier == Tier::Database);
        let group = DbSubnetGroup {
            // A database may be called `main`; no database's name has a dot.
            group_name: self.scope.physical_name("main.subnets"),
            description: format!("Databases of {}", self.scope.environment),
            vpc: RefOr::id("vpc", MAIN),
            subnets: subnets.map(|(name, _)| RefOr::id("subnet", name)).collect(),
        };
        self.add("db-subnet-group", MAIN, &group, []);
        let families: BTreeSet<(&str, String)> =
            databases.values().map(|database| (database.engine.as_str(), release(&database.version))).collect();
        for (engine, release) in families {
            let name = parameter_group(engine, &release);
            let group = DbParameterGroup {
                group_name: self.scope.physical_name(&name),
                family: format!("{engine}{release}"),
                description: format!("Databases of {}", self.scope.environment),
                parameters: parameters(),
            };
            self.add("db-parameter-group", &name, &group, []);
        }
        for (name, database) in databases {
            let specification = self.database(name, database);
            self.add("db-instance", name, &specification, []);
        }
    }

    fn database(&mut self, name: &str, database: &Database) -> DbInstance {
        let zone = self.topology.network.zones.first().filter(|_| !database.is_multi_az).map(|zone| self.zone_name(*zone));
        DbInstance {
            identifier: self.scope.physical_name(name),
            engine: database.engine.clone(),
            engine_version: database.version.clone(),
            instance_class: database.instance_class.clone(),
            storage_type: database.storage_type.clone(),
            storage_gib: i32::try_from(database.storage_gib).unwrap_or(i32::MAX),
            is_multi_az: database.is_multi_az,
            zone,
            port: database.port.into(),
            subnet_group: RefOr::id("db-subnet-group", MAIN),
            parameter_group: RefOr::id("db-parameter-group", parameter_group(&database.engine, &release(&database.version))),
            parameter_status: "in-sync".to_owned(),
            storage_status: "ok".to_owned(),
            security_groups: vec![RefOr::id("security-group", &database.security_group)],
            is_public: false,
            is_encrypted: true,
            kms_key: self.kms_key(),
            master_username: MASTER_USER.to_owned(),
            has_managed_password: true,
            backup_days: database.backup_days.into(),
            backup_window: BACKUP_WINDOW.to_owned(),
            maintenance_window: MAINTENANCE_WINDOW.to_owned(),
            copies_tags: true,
            deletion_protection: database.has_deletion_protection,
            upgrades_minor_versions: true,
            monitoring_seconds: 60,
            monitoring_role: RefOr::id("iam-role", DATABASE_MONITORING),
            exported_logs: EXPORTED_LOGS.map(str::to_owned).to_vec(),
            has_extended_support: database.has_extended_support,
            source_snapshot: None,
        }
    }
}

/// The first two numbers of a version, which parameter groups are made for: `8.4` of `8.4.6`.
fn release(version: &str) -> String {
    version.split('.').take(2).collect::<Vec<_>>().join(".")
}

fn parameter_group(engine: &str, release: &str) -> String {
    format!("{engine}-{}", release.replace('.', "-"))
}

/// All of these take effect without a restart.
fn parameters() -> BTreeMap<String, String> {
    let parameters = [("require_secure_transport", "1"), ("slow_query_log", "1"), ("long_query_time", "2"), ("log_output", "FILE")];
    parameters.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
