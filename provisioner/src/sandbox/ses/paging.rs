use crate::sandbox::refusal::Refusal;

/// Cuts a page of names out of names in order; a page has 1000 unless told.
pub(super) fn cut(mut names: Vec<String>, token: Option<&str>, size: Option<i32>) -> Result<(Vec<String>, Option<String>), Refusal> {
    let size = usize::try_from(size.filter(|size| *size != 0).unwrap_or(1000)).ok().filter(|size| *size <= 1000);
    let size = size.ok_or_else(|| bad_request("The page size is at most 1000."))?;
    if let Some(token) = token {
        names.retain(|name| name.as_str() > token);
    }
    let has_more = names.len() > size;
    names.truncate(size);
    let next = names.last().filter(|_| has_more).cloned();
    Ok((names, next))
}

/// SES's refusal of a request that is wrong in itself.
pub(super) fn bad_request(message: impl Into<String>) -> Refusal {
    Refusal::new("BadRequestException", message)
}

/// SES's refusal for a name that does not exist.
pub(super) fn not_found(message: impl Into<String>) -> Refusal {
    Refusal::with_status("NotFoundException", message, 404)
}
