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
        Syntax::Nginx if value.contains(['\n', '\r']) => Err("nginx reads no value over several lines"),
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
            '$' => text.push_str("$$"),
            _ => text.push(letter),
        })),
        Syntax::Nrpe if value.contains(['\n', '\r']) => Err("a command of NRPE is one line"),
        Syntax::Nrpe => Ok(in_shell(value).replace('$', "$$")),
        Syntax::Json => Ok(serde_json::Value::from(value).to_string()),
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
