use crate::config::Syntax;

/// The value as one literal of the syntax: whatever it holds, the target's own parser reads the same value back.
///
/// # Errors
/// Says what the syntax cannot hold.
pub fn quote(syntax: Syntax, value: &str) -> Result<String, &'static str> {
    if value.contains('\0') {
        return Err("no file of any syntax may hold a NUL");
    }
    match syntax {
        Syntax::Plain if is_plain(value) => Ok(value.to_owned()),
        Syntax::Plain => Err("a file without a syntax takes only letters, digits, spaces and `._:/@,+=%-`; name its syntax"),
        Syntax::Shell => Ok(in_shell(value)),
        // nginx could read it; in a header it would end the header.
        Syntax::Nginx if value.contains(['\n', '\r']) => Err("a value for nginx is one line"),
        Syntax::Nginx => Ok(between_quotes(value, |letter, text| match letter {
            '"' | '\\' => text.extend(['\\', letter]),
            '$' => text.push_str("${dollar}"),
            _ => text.push(letter),
        })),
        Syntax::Icinga => Ok(between_quotes(value, |letter, text| match letter {
            '"' | '\\' => text.extend(['\\', letter]),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            _ => text.push(letter),
        })),
        Syntax::Nrpe if value.contains(['\n', '\r']) => Err("a command of NRPE is one line"),
        Syntax::Nrpe => Ok(in_shell(value).replace('$', "$$")),
        Syntax::Json => Ok(in_json(value)),
        Syntax::Xml if value.chars().any(is_not_xml) => Err("XML has no way to write a control character"),
        Syntax::Xml => Ok(in_xml(value)),
    }
}

/// Whether a value means itself wherever it stands.
pub(super) fn is_plain(value: &str) -> bool {
    value.chars().all(|letter| letter.is_ascii_alphanumeric() || " ._:/@,+=%-".contains(letter))
}

fn in_shell(value: &str) -> String {
    format!("'{}'", value.replace('\'', "'\\''"))
}

fn between_quotes(value: &str, mut add: impl FnMut(char, &mut String)) -> String {
    let mut text = String::from("\"");
    value.chars().for_each(|letter| add(letter, &mut text));
    text.push('"');
    text
}

/// JSON that is YAML as well: what YAML takes for a line break, or not at all, is written as its number (YAML 1.1, 5.1 and 5.4).
fn in_json(value: &str) -> String {
    let mut text = String::new();
    for letter in serde_json::Value::from(value).to_string().chars() {
        match letter {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                text.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            _ => text.push(letter),
        }
    }
    text
}

/// XML 1.0, 2.2: the characters that no document may hold, by number or otherwise.
fn is_not_xml(letter: char) -> bool {
    matches!(letter, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

fn in_xml(value: &str) -> String {
    let mut text = String::new();
    for letter in value.chars() {
        match letter {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\'' => text.push_str("&apos;"),
            '\n' | '\r' | '\t' => text.push_str(&format!("&#{};", u32::from(letter))),
            _ => text.push(letter),
        }
    }
    text
}
