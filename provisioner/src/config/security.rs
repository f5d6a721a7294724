/// What protects the stored data (EMM and MCS ask for encryption at rest; whose key it is, is the environment's choice).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Security {
    /// Whose key it is.
    pub kms: KeyOwner,
}

/// Whose key encrypts volumes, databases and buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyOwner {
    /// AWS's own, one per service and account.
    Aws,
    /// One that is made for the environment in the customer's account.
    Customer,
}
