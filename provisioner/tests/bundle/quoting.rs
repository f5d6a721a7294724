use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use proptest::prelude::*;
use provisioner::bundle::quote;
use provisioner::config::Syntax;

use super::tools::{Daemon, are_there, check_nrpe, expect, free_port, nrpe, scratch, text, write};

/// What has broken out of some configuration language somewhere.
const PIECES: [&str; 44] = [
    "\"",
    "'",
    "\\",
    "\\\\",
    "$",
    "$$",
    "${",
    "$(",
    "}",
    "`",
    "%",
    "%s",
    "#",
    ";",
    "{",
    "{{",
    "}}",
    "(",
    "&",
    "&amp;",
    "<",
    ">",
    "]]>",
    "<!--",
    "|",
    "!",
    "*",
    "~",
    " ",
    "a",
    "0",
    "$host.name$",
    "$ARG1$",
    "$dollar",
    "\\n",
    "\\u0041",
    "é",
    "😀",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\t",
    "\n",
    "\r",
];

/// Many values at once: a parser is started for all of them.
fn values() -> impl Strategy<Value = Vec<String>> {
    let pieces = prop::collection::vec(prop::sample::select(&PIECES[..]), 0..8).prop_map(|pieces| pieces.concat());
    let any_text = prop::collection::vec(any::<char>(), 0..12).prop_map(|letters| letters.into_iter().collect::<String>());
    prop::collection::vec(prop_oneof![3 => pieces, 1 => any_text], 40)
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() }
}

/// The values that the syntax can hold with their literals; it refuses only what `may_refuse` names.
fn quoted(syntax: Syntax, values: &[String], may_refuse: impl Fn(char) -> bool) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for value in values {
        match quote(syntax, value) {
            Ok(literal) => all.push((value.clone(), literal)),
            Err(why) => assert!(value.contains(|letter| letter == '\0' || may_refuse(letter)), "{value:?}: {why}"),
        }
    }
    all
}

fn is_line_break(letter: char) -> bool {
    ['\n', '\r'].contains(&letter)
}

fn assert_same(all: &[(String, String)], read: &[String]) {
    assert_eq!(all.len(), read.len());
    for ((value, literal), read) in all.iter().zip(read) {
        assert_eq!(value, read, "written as {literal}");
    }
}

fn from_hexadecimal(digits: &str) -> String {
    let byte = |index: usize| u8::from_str_radix(&digits[index..index + 2], 16).expect("digits");
    String::from_utf8((0..digits.len()).step_by(2).map(byte).collect()).expect("UTF-8")
}

/// What a program in Python says of a file: a line of hexadecimal digits for each value.
fn python(program: &str, lines: &str) -> Vec<String> {
    let folder = scratch();
    let path = write(folder.path(), "values", lines);
    let output = expect(Command::new("python3").args(["-c", program]).arg(path).env("PYTHONUTF8", "1"));
    text(&output.stdout).lines().map(from_hexadecimal).collect()
}

proptest! {
    #![proptest_config(cases(4))]

    #[test]
    fn any_value_is_one_word_of_the_shell(values in values()) {
        let all = quoted(Syntax::Shell, &values, |_| false);
        let folder = scratch();
        let lines: String = all.iter().map(|(_, literal)| format!("printf '%s\\0' {literal}\n")).collect();
        let output = expect(Command::new("sh").arg(write(folder.path(), "script", &lines)));
        let read: Vec<String> = text(&output.stdout).split_terminator('\0').map(str::to_owned).collect();
        assert_same(&all, &read);
    }

    #[test]
    fn any_value_is_one_text_of_json_and_of_yaml(values in values()) {
        if are_there("json and yaml", &["python3", "/usr/lib/python3/dist-packages/yaml"]) {
            let all = quoted(Syntax::Json, &values, |_| false);
            let lines: String = all.iter().map(|(_, literal)| format!("{{\"value\": {literal}}}\n")).collect();
            const READ: &str = "import sys\nfor line in open(sys.argv[1], newline='\\n'):\n    print(load(line)['value'].encode().hex())";
            assert_same(&all, &python(&format!("from json import loads as load\n{READ}"), &lines));
            assert_same(&all, &python(&format!("from yaml import safe_load as load\n{READ}"), &lines));
        }
    }

    #[test]
    fn any_value_is_text_of_xml(values in values()) {
        if are_there("xml", &["python3"]) {
            let is_refused = |letter: char| letter.is_control() && !['\t', '\n', '\r'].contains(&letter) || ['\u{fffe}', '\u{ffff}'].contains(&letter);
            let all = quoted(Syntax::Xml, &values, is_refused);
            let mut lines = String::from("<all>\n");
            all.iter().for_each(|(_, literal)| writeln!(lines, "<it as=\"{literal}\">{literal}</it>").expect("a String"));
            lines.push_str("</all>");
            const READ: &str = "import sys, xml.etree.ElementTree as tree\nfor it in tree.parse(sys.argv[1]).getroot():\n    \
                assert it.get('as') == (it.text or ''), it.text\n    print((it.text or '').encode().hex())";
            assert_same(&all, &python(READ, &lines));
        }
    }

    #[test]
    fn any_value_is_one_text_of_icinga(values in values()) {
        if are_there("icinga", &["icinga2"]) {
            let all = quoted(Syntax::Icinga, &values, |_| false);
            let literals: Vec<&str> = all.iter().map(|(_, literal)| literal.as_str()).collect();
            let output = expect(Command::new("icinga2").args(["console", "--eval", &format!("Json.encode([{}])", literals.join(", "))]));
            // The console shows a text as Icinga would write it, which is how JSON writes it.
            let encoded: String = serde_json::from_slice(&output.stdout).expect("a text");
            let read: Vec<String> = serde_json::from_str(&encoded).expect("a list of texts");
            assert_same(&all, &read);
        }
    }
}

proptest! {
    #![proptest_config(cases(2))]

    #[test]
    fn any_value_is_one_text_of_nginx(values in values()) {
        if are_there("nginx", &["nginx"]) {
            let all = quoted(Syntax::Nginx, &values, is_line_break);
            let read = through_nginx(&all);
            assert_same(&all, &read);
        }
    }

    #[test]
    fn any_value_is_one_argument_of_a_command_of_nrpe(values in values()) {
        if are_there("nrpe", &["nrpe", "/usr/lib/nagios/plugins/check_nrpe"]) {
            let all = quoted(Syntax::Nrpe, &values, is_line_break);
            let folder = scratch();
            let plugin = write(folder.path(), "plugin", "#!/bin/sh\nprintf %s \"$1\" | od -An -v -tx1 | tr -d ' \\n'\necho .\n");
            std::fs::set_permissions(&plugin, std::fs::Permissions::from_mode(0o755)).expect("permissions");
            let mut commands = String::new();
            for (index, (_, literal)) in all.iter().enumerate() {
                writeln!(commands, "command[v{index}]={} {literal} ", plugin.display()).expect("a String");
            }
            let (_daemon, port) = nrpe(folder.path(), &commands);
            let read: Vec<String> = (0..all.len())
                .map(|index| {
                    let (said, code) = check_nrpe(port, &["-c", &format!("v{index}")]);
                    let digits = said.trim_end().strip_suffix('.');
                    from_hexadecimal(digits.unwrap_or_else(|| panic!("{:?}: {said} ({code})", all[index])))
                })
                .collect();
            assert_same(&all, &read);
        }
    }
}

/// What nginx answers for each value.
fn through_nginx(all: &[(String, String)]) -> Vec<String> {
    let folder = scratch();
    let port = free_port();
    let mut places = String::new();
    for (index, (_, literal)) in all.iter().enumerate() {
        writeln!(places, "location = /{index} {{ return 200 {literal}; }}").expect("a String");
    }
    let configuration = super::judges::nginx_around(folder.path(), &format!("server {{ listen 127.0.0.1:{port}; {places} }}"));
    let path = write(folder.path(), "nginx.conf", &configuration);
    let mut command = Command::new("/usr/sbin/nginx");
    command.arg("-p").arg(folder.path()).arg("-c").arg(path).args(["-e", "stderr", "-g", "daemon off; master_process off;"]);
    let _daemon = Daemon::listening(&mut command, port);
    (0..all.len()).map(|index| get(port, &format!("/{index}"))).collect()
}

/// The body of what a server answers.
pub fn get(port: u16, path: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    write!(stream, "GET {path} HTTP/1.0\r\nHost: example\r\n\r\n").expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    let answer = String::from_utf8(answer).expect("UTF-8");
    answer.split_once("\r\n\r\n").map_or_else(|| panic!("{answer}"), |(_, body)| body.to_owned())
}
