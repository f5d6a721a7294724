/// The partition that a region belongs to, with which ARNs begin: `aws`, `aws-cn`, `aws-us-gov`, … (AWS General Reference, "ARNs"; the regions
/// are those of the SDKs' table of partitions).
pub fn partition(region: &str) -> &'static str {
    const PREFIXES: [(&str, &str); 7] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("eu-isoe-", "aws-iso-e"),
        ("us-isof-", "aws-iso-f"),
        ("eusc-", "aws-eusc"),
    ];
    PREFIXES.iter().find(|(prefix, _)| region.starts_with(prefix)).map_or("aws", |(_, partition)| partition)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_stand_in_their_partitions() {
        let found = ["eu-west-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "eusc-de-east-1"].map(partition);
        assert_eq!(found, ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-eusc"]);
    }
}
