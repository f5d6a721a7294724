//! What this version knows of AWS without asking; it serves warnings only.

/// Regions that every account can use, and how many zones each offers to everyone (AWS, "Regions and Availability Zones").
pub(super) const REGIONS: [(&str, u8); 30] = [
    ("af-south-1", 3),
    ("ap-east-1", 3),
    ("ap-northeast-1", 3),
    ("ap-northeast-2", 4),
    ("ap-northeast-3", 3),
    ("ap-south-1", 3),
    ("ap-south-2", 3),
    ("ap-southeast-1", 3),
    ("ap-southeast-2", 3),
    ("ap-southeast-3", 3),
    ("ap-southeast-4", 3),
    ("ap-southeast-5", 3),
    ("ap-southeast-7", 3),
    ("ca-central-1", 3),
    ("ca-west-1", 3),
    ("eu-central-1", 3),
    ("eu-central-2", 3),
    ("eu-north-1", 3),
    ("eu-south-1", 3),
    ("eu-south-2", 3),
    ("eu-west-1", 3),
    ("eu-west-2", 3),
    ("eu-west-3", 3),
    ("il-central-1", 3),
    ("mx-central-1", 3),
    ("sa-east-1", 3),
    ("us-east-1", 6),
    ("us-east-2", 3),
    ("us-west-1", 2),
    ("us-west-2", 4),
];

/// Families on the Nitro system, which the hosts need, and those of RDS (EC2 and RDS user guides).
pub(super) const FAMILIES: [&str; 49] = [
    "t3", "t3a", "t4g", "m5", "m5a", "m5d", "m5n", "m6a", "m6g", "m6gd", "m6i", "m6id", "m7a", "m7g", "m7gd", "m7i", "m7i-flex", "m8g",
    "m8i", "m8i-flex", "c5", "c5a", "c5d", "c5n", "c6a", "c6g", "c6gd", "c6i", "c6id", "c7a", "c7g", "c7i", "c7i-flex", "c8g", "r5", "r5a",
    "r5b", "r5d", "r6a", "r6g", "r6gd", "r6i", "r6id", "r7a", "r7g", "r7i", "r8g", "x2g", "x2iedn",
];

/// Sizes within families.
pub(super) const SIZES: [&str; 16] = [
    "nano", "micro", "small", "medium", "large", "xlarge", "2xlarge", "3xlarge", "4xlarge", "6xlarge", "8xlarge", "9xlarge", "12xlarge",
    "16xlarge", "24xlarge", "32xlarge",
];

/// How many zones a region offers to everyone; none: the region is not known.
pub(super) fn zones(region: &str) -> Option<u8> {
    REGIONS.iter().find(|(name, _)| *name == region).map(|(_, zones)| *zones)
}
