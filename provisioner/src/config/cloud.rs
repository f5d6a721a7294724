/// Where the environment lives: account and region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cloud {
    /// The region, for example `eu-west-1`.
    pub region: String,
    /// The twelve digits of the account; other credentials are refused.
    pub account: String,
    /// How many availability zones are used, 1 to 4.
    ///
    /// The databases' subnet group covers two even where this is 1 (RDS `CreateDBSubnetGroup`).
    pub availability_zones: u8,
}
