//! What `doctor` asks of an account: how much it may have, and what it forbids.

use crate::aws::client::required;
use crate::aws::lookup::Lookup;
use crate::provider::{ErrorKind, ProviderError};

/// A quota, by service and code as Service Quotas has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct QuotaCode {
    /// The service: `ec2`, `vpc`, `rds`.
    pub service: &'static str,
    /// The code: `L-0263D0A3`.
    pub code: &'static str,
}

impl QuotaCode {
    /// Elastic IP addresses per region.
    pub const ELASTIC_IPS: Self = Self { service: "ec2", code: "L-0263D0A3" };
    /// Virtual processors of running on-demand machines of the standard families.
    pub const VCPUS: Self = Self { service: "ec2", code: "L-1216C47A" };
    /// VPCs per region.
    pub const VPCS: Self = Self { service: "vpc", code: "L-F678F1CE" };
    /// NAT gateways per availability zone.
    pub const NAT_GATEWAYS: Self = Self { service: "vpc", code: "L-FE5A380F" };
    /// Database instances per region.
    pub const DATABASES: Self = Self { service: "rds", code: "L-7B6409FD" };
    /// Snapshots of database instances that were made by hand.
    pub const DATABASE_SNAPSHOTS: Self = Self { service: "rds", code: "L-272F1212" };

    /// All that an environment may meet.
    pub const ALL: [Self; 6] = [Self::ELASTIC_IPS, Self::VCPUS, Self::VPCS, Self::NAT_GATEWAYS, Self::DATABASES, Self::DATABASE_SNAPSHOTS];
}

/// What an account may send with SES in its region (SES API v2 `GetAccount`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MailAccount {
    /// Whether mail may go to anybody; otherwise to verified recipients alone.
    pub has_production_access: bool,
    /// Whether SES sends for the account at all.
    pub is_sending: bool,
    /// Mails in 24 hours; -1 for no limit.
    pub daily_quota: f64,
}

/// What a region keeps from the internet (EC2 `DescribeVpcBlockPublicAccessOptions`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicAccess {
    /// Nothing.
    Open,
    /// What comes in; hosts behind NAT gateways still reach out.
    InboundBlocked,
    /// Everything.
    Blocked,
}

impl Lookup {
    /// The limit that applies to the account; where it has none of its own, the one that every account starts with.
    ///
    /// # Errors
    /// When the cloud refuses, or knows no such quota.
    pub async fn quota(&self, quota: QuotaCode) -> Result<f64, ProviderError> {
        const APPLIED: &str = "GetServiceQuota";
        const DEFAULT: &str = "GetAWSDefaultServiceQuota";
        let client = self.connection().quotas();
        let applied = client.get_service_quota().service_code(quota.service).quota_code(quota.code);
        let found = match self.connection().call(APPLIED, applied.send()).await {
            Ok(answer) => answer.quota,
            Err(error) if error.kind == ErrorKind::NotFound => {
                let default = client.get_aws_default_service_quota().service_code(quota.service).quota_code(quota.code);
                self.connection().call(DEFAULT, default.send()).await?.quota
            }
            Err(error) => return Err(error),
        };
        required(APPLIED, "Quota.Value", found.and_then(|quota| quota.value))
    }

    /// What the account may send.
    ///
    /// # Errors
    /// When the cloud refuses.
    pub async fn mail_account(&self) -> Result<MailAccount, ProviderError> {
        let answer = self.connection().call("GetAccount", self.connection().ses().get_account().send()).await?;
        Ok(MailAccount {
            has_production_access: answer.production_access_enabled(),
            is_sending: answer.sending_enabled(),
            daily_quota: answer.send_quota().map(|quota| quota.max24_hour_send()).unwrap_or_default(),
        })
    }

    /// Whether the region keeps the internet out of every VPC.
    ///
    /// # Errors
    /// When the cloud refuses.
    pub async fn public_access(&self) -> Result<PublicAccess, ProviderError> {
        const OPERATION: &str = "DescribeVpcBlockPublicAccessOptions";
        let answer = self.connection().call(OPERATION, self.connection().ec2().describe_vpc_block_public_access_options().send()).await?;
        let mode = answer.vpc_block_public_access_options().and_then(|options| options.internet_gateway_block_mode());
        Ok(match mode.map(|mode| mode.as_str()) {
            Some("block-bidirectional") => PublicAccess::Blocked,
            Some("block-ingress") => PublicAccess::InboundBlocked,
            _ => PublicAccess::Open,
        })
    }
}
