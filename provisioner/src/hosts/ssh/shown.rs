/// What a machine said, as it may stand in a message: at most `most` characters of its end, without anything a terminal obeys.
///
/// Control characters, invisible ones and those that turn the direction of writing become `�`.
pub fn shown(bytes: &[u8], most: usize) -> String {
    // A character has at most four bytes.
    let end = &bytes[bytes.len().saturating_sub(most.saturating_mul(4))..];
    let text: Vec<char> = String::from_utf8_lossy(end).trim().chars().filter(|character| *character != '\r').collect();
    let kept = &text[text.len().saturating_sub(most)..];
    kept.iter().map(|character| if is_harmless(*character) { *character } else { '\u{fffd}' }).collect()
}

fn is_harmless(character: char) -> bool {
    let deceives = matches!(character, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    character == '\n' || (!character.is_control() && !deceives)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_taken_out() {
        let hostile = "ok\x1b]0;title\x07\x1b[2J\u{202e}txet\r\nnext \u{9b}31m\0";
        let text = shown(hostile.as_bytes(), 1000);
        assert!(text.chars().all(is_harmless) && text.starts_with("ok") && text.contains("\nnext"), "{text:?}");
    }

    #[test]
    fn the_end_is_kept_and_half_a_character_does_no_harm() {
        assert_eq!(shown("äöü the end".as_bytes(), 7), "the end");
        assert_eq!(shown(&"é".repeat(100).as_bytes()[1..], 2), "éé");
        assert_eq!(shown(&[0xff, 0xfe], 10), "\u{fffd}\u{fffd}");
    }
}
