/// The candidate that was probably meant.
pub(crate) fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Distances of texts longer than any name are of no use and cost their product in time.
    if written.len() > 80 {
        return None;
    }
    let folded = written.to_lowercase().replace(['_', ' '], "-");
    candidates
        .into_iter()
        .map(|candidate| {
            let folded_candidate = candidate.replace('_', "-");
            let distance = strsim::damerau_levenshtein(&folded, &folded_candidate);
            // `storage` for `storage_gib` is far by letters and near by meaning.
            let is_part = folded.len() >= 3 && (folded_candidate.starts_with(&folded) || folded.starts_with(&folded_candidate));
            (if is_part { distance.min(1) } else { distance }, candidate)
        })
        .filter(|(distance, candidate)| *distance <= (candidate.len().max(written.len()) / 3).max(1))
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_names_are_suggested_and_far_ones_are_not() {
        let names = ["storage_gib", "backup_days", "engine"];
        assert_eq!(nearest("storage", names), Some("storage_gib"));
        assert_eq!(nearest("backup-day", names), Some("backup_days"));
        assert_eq!(nearest("Engine", names), Some("engine"));
        assert_eq!(nearest("colour", names), None);
    }
}
