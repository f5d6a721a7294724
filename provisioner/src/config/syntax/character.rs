/// Says what is hidden about a character, if anything.
///
/// Control characters are refused by TOML itself; the others are those of Unicode's UAX 9 that change the order in which a text
/// is shown, and those that are not shown at all.
pub(crate) fn hidden(at: usize, character: char) -> Option<&'static str> {
    match character {
        '\0' => Some("the NUL character"),
        '\t' | '\n' | '\r' => None,
        '\u{feff}' if at == 0 => None,
        '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some("a character that changes the order in which text is shown")
        }
        '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{00ad}' | '\u{2028}' | '\u{2029}' => {
            Some("a character that is not shown")
        }
        other if other.is_control() => Some("a control character"),
        _ => None,
    }
}
