use crate::sandbox::refusal::Refusal;

/// Words that MySQL on RDS keeps to itself (RDS API Reference, `CreateDBInstance`, MasterUsername: "Can't be a reserved word").
const RESERVED_USERS: [&str; 9] =
    ["rdsadmin", "rdsrepladmin", "rds_superuser_role", "mysql", "select", "table", "user", "database", "schema"];

/// An identifier in lower case: letters, digits and hyphens, a letter first, no hyphen at the end, no two in a row
/// (RDS API Reference, `CreateDBInstance`, `CreateDBParameterGroup`, `CreateDBSnapshot`).
pub(super) fn identifier(value: Option<&str>, parameter: &str, longest: usize) -> Result<String, Refusal> {
    let name = value.filter(|name| !name.is_empty()).ok_or_else(|| Refusal::missing(parameter))?;
    let is_allowed = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if name.len() > longest || !starts_with_letter(name) || !is_allowed || name.ends_with('-') || name.contains("--") {
        return Err(Refusal::value(format!(
            "The parameter {parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens."
        )));
    }
    Ok(name.to_ascii_lowercase())
}

/// The name of a subnet group in lower case: also periods, underscores and spaces, and not `default` (RDS API Reference, `CreateDBSubnetGroup`).
pub(super) fn subnet_group(value: Option<&str>) -> Result<String, Refusal> {
    const PARAMETER: &str = "DBSubnetGroupName";
    let name = value.filter(|name| !name.is_empty()).ok_or_else(|| Refusal::missing(PARAMETER))?;
    let is_allowed = name.chars().all(|character| character.is_ascii_alphanumeric() || "._- ".contains(character));
    if name.len() > 255 || !starts_with_letter(name) || !is_allowed || name.eq_ignore_ascii_case("default") {
        return Err(Refusal::value(format!(
            "The parameter {PARAMETER} must be a letter followed by at most 254 letters, digits, periods, underscores, spaces, or hyphens and must not be \"default\"."
        )));
    }
    Ok(name.to_ascii_lowercase())
}

/// The first user: 1 to 16 letters, digits and underscores, a letter first, no reserved word (RDS API Reference, `CreateDBInstance`).
pub(super) fn master_user(value: Option<&str>) -> Result<String, Refusal> {
    const PARAMETER: &str = "MasterUsername";
    let name = value.filter(|name| !name.is_empty()).ok_or_else(|| Refusal::missing(PARAMETER))?;
    let is_allowed = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if name.len() > 16 || !starts_with_letter(name) || !is_allowed {
        return Err(Refusal::value(format!(
            "The parameter {PARAMETER} is not valid: 1 to 16 letters, numbers, or underscores, a letter first."
        )));
    }
    if RESERVED_USERS.contains(&name.to_ascii_lowercase().as_str()) {
        return Err(Refusal::value(format!("{PARAMETER} {name} cannot be used as it is a reserved word used by the engine")));
    }
    Ok(name.to_owned())
}

fn starts_with_letter(name: &str) -> bool {
    name.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
}
