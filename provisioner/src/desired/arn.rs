/// The part of AWS that a region belongs to, as ARNs name it (IAM User Guide, "Amazon Resource Names", "partition").
pub(super) fn partition(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}
