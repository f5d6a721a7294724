//! Every kind of problem in what is rendered for hosts; `provision explain` prints them.

use crate::config::Code;

pub(crate) const TEMPLATE: Code = Code {
    code: "E0370",
    summary: "the template cannot be rendered",
    explanation: "Templates are strict: a value that is not there is an error, never an empty text.",
    example: "server {{roles.wroker.0.address}};",
    fix: "server {{roles.worker.0.address}};",
};
pub(crate) const QUOTING: Code = Code {
    code: "E0371",
    summary: "the value cannot stand there",
    explanation: "`{{value}}` is quoted for the file's syntax. `{{{value}}}` stands as it is, and takes only values of letters, digits, spaces and `._:/@,+=%-`.",
    example: "# syntax = \"shell\"\nNAME={{{inputs.company_name}}}",
    fix: "NAME={{inputs.company_name}}",
};
pub(crate) const TWICE: Code = Code {
    code: "E0372",
    summary: "one host would have the same thing twice",
    explanation: "A file, a user or a step of a host belongs to one piece of software.",
    example: "[software.one.files.\"/etc/app.conf\"]\n[software.two.files.\"/etc/app.conf\"]",
    fix: "write the file in one of them",
};

/// Every code of this layer, in order.
pub const CODES: &[Code] = &[TEMPLATE, QUOTING, TWICE];
