use std::time::Duration;

/// Makes text from elsewhere harmless on a terminal: control characters show as their pictures, characters that turn the reading
/// direction around or take no room show as `�`. Line ends and tabs stay.
pub fn harmless(text: &str) -> String {
    text.chars().filter_map(harmless_character).collect()
}

/// Like [`harmless`], on one line.
pub fn harmless_line(text: &str) -> String {
    text.chars().map(|character| if matches!(character, '\n' | '\t') { ' ' } else { character }).filter_map(harmless_character).collect()
}

fn harmless_character(character: char) -> Option<char> {
    match character {
        '\n' | '\t' => Some(character),
        // A carriage return before a line end says nothing; alone it would overwrite the line.
        '\r' => None,
        '\u{7f}' => Some('␡'),
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)),
        _ if is_deceptive(character) => Some('\u{fffd}'),
        _ => Some(character),
    }
}

/// C1 controls, bidirectional controls (Unicode UAX #9), characters without width, line separators, tag characters.
pub(super) fn is_deceptive(character: char) -> bool {
    matches!(character, '\u{80}'..='\u{9f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// How many columns the text takes; escape sequences of colours take none.
pub fn width(text: &str) -> usize {
    let mut is_escape = false;
    let mut width = 0;
    for character in text.chars() {
        match character {
            '\u{1b}' => is_escape = true,
            'm' if is_escape => is_escape = false,
            _ if is_escape => {}
            '\u{300}'..='\u{36f}' => {}
            '\u{1100}'..='\u{115f}'
            | '\u{2e80}'..='\u{a4cf}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe6f}'
            | '\u{ff00}'..='\u{ff60}'
            | '\u{1f300}'..='\u{1faff}'
            | '\u{20000}'..='\u{3fffd}' => width += 2,
            _ => width += 1,
        }
    }
    width
}

/// Fills the text up with spaces to `columns`.
pub fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Cuts uncoloured text to at most `columns`, with `…` at the end of what was cut.
pub fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    for character in text.chars() {
        if width(&kept) + width(character.encode_utf8(&mut [0; 4])) > columns.saturating_sub(1) {
            break;
        }
        kept.push(character);
    }
    format!("{}…", kept.trim_end())
}

/// Breaks text between words so that no line is wider than `columns`; a line that is indented is a command and stays whole.
pub fn wrap(text: &str, columns: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        if paragraph.starts_with(' ') || width(paragraph) <= columns {
            lines.push(paragraph.to_owned());
            continue;
        }
        let mut line = String::new();
        for word in paragraph.split(' ') {
            if !line.is_empty() && width(&line) + 1 + width(word) > columns {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines.join("\n")
}

/// A duration in words, in the two largest units: `45 s`, `3 min 20 s`, `1 h 5 min`.
pub fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs() + u64::from(duration.subsec_millis() >= 500);
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, 0) if !duration.is_zero() => "less than 1 s".to_owned(),
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, 0, _) => format!("{hours} h"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

/// A running clock: `02:12`, `1:02:12`.
pub fn clock(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds / 3600 {
        0 => format!("{:02}:{:02}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
    }
}

/// A number and its noun: `1 object`, `2 objects`.
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_elsewhere_moves_the_cursor_or_turns_the_text_around() {
        assert_eq!(harmless("a\u{1b}[2Jb\r\n\u{202e}c\u{7f}\u{9b}1m"), "a␛[2Jb\n�c␡�1m");
        assert_eq!(harmless_line("a\nb\tc"), "a b c");
    }

    #[test]
    fn durations_are_said_in_two_units() {
        let words: Vec<String> = [0, 300, 1_000, 200_000, 180_000, 3_900_000, 7_200_000]
            .map(|milliseconds| duration(Duration::from_millis(milliseconds)))
            .into();
        assert_eq!(words, ["0 s", "less than 1 s", "1 s", "3 min 20 s", "3 min", "1 h 5 min", "2 h"]);
        assert_eq!(clock(Duration::from_secs(132)), "02:12");
        assert_eq!(clock(Duration::from_secs(3732)), "1:02:12");
    }

    #[test]
    fn cut_and_padded_text_has_the_width_asked_for() {
        assert_eq!(cut("a description", 9), "a descri…");
        assert_eq!(width(&cut("日本語日本語", 5)), 5);
        assert_eq!(pad("é", 3), "é  ");
        assert_eq!(width("\u{1b}[32mok\u{1b}[0m"), 2);
    }

    #[test]
    fn wrapping_breaks_between_words_and_leaves_commands_whole() {
        assert_eq!(wrap("one two three\n    provision up --env prod", 8), "one two\nthree\n    provision up --env prod");
    }
}
