//! Files, keys and names: E0100 to E0117.

use crate::config::Code;

pub(crate) const UNREADABLE: Code = Code {
    code: "E0100",
    summary: "a file cannot be read",
    explanation: "The file does not exist, or this user may not read it.",
    example: "provision validate --env prod   # environments/prod.toml is not there",
    fix: "create the file, or name one that `provision env list` shows",
};
pub(crate) const SYNTAX: Code = Code {
    code: "E0101",
    summary: "this is not TOML",
    explanation: "The file breaks the grammar of TOML 1.1 (https://toml.io). What stands on the marked line is not judged further.",
    example: "port = 40022 # fine\ninstance_type = t3.micro",
    fix: "instance_type = \"t3.micro\"",
};
pub(crate) const DUPLICATE_KEY: Code = Code {
    code: "E0102",
    summary: "a key stands twice",
    explanation: "A key may stand once in a table, and a table once in a file: otherwise it is a matter of luck which value counts.",
    example: "[network]\nnat = \"single\"\nnat = \"per-zone\"",
    fix: "keep one of the two",
};
pub(crate) const UNKNOWN_KEY: Code = Code {
    code: "E0103",
    summary: "unknown key",
    explanation: "The key means nothing here. A misspelt key that was passed over in silence would leave its default in force.",
    example: "[cloud]\nreigon = \"eu-west-1\"",
    fix: "region = \"eu-west-1\"",
};
pub(crate) const WRONG_TYPE: Code = Code {
    code: "E0104",
    summary: "a value of the wrong type",
    explanation: "The key takes another type of value. Units stand in the key's name and never in the value.",
    example: "storage_gib = \"100 GiB\"",
    fix: "storage_gib = 100",
};
pub(crate) const OUT_OF_RANGE: Code = Code {
    code: "E0105",
    summary: "a number out of range",
    explanation: "The number is less or more than what is possible; the bounds come from AWS, or from what the product can do.",
    example: "storage_gib = 10",
    fix: "storage_gib = 20",
};
pub(crate) const MISSING_KEY: Code = Code {
    code: "E0106",
    summary: "a key is missing",
    explanation: "The key has no default: only a person can know its value.",
    example: "[cloud]\nregion = \"eu-west-1\"",
    fix: "account = \"123456789012\"",
};
pub(crate) const UNKNOWN_WORD: Code = Code {
    code: "E0107",
    summary: "an unknown word",
    explanation: "The key takes one word of a closed list.",
    example: "nat = \"per-az\"",
    fix: "nat = \"per-zone\"",
};
pub(crate) const MALFORMED: Code = Code {
    code: "E0108",
    summary: "a malformed value",
    explanation: "The text does not have the form that the key needs.",
    example: "account = \"12345\"",
    fix: "account = \"123456789012\"",
};
pub(crate) const NOT_TEXT: Code = Code {
    code: "E0109",
    summary: "this is no text file",
    explanation: "Files are UTF-8 text of at most 1 MiB.",
    example: "a picture called prod.toml",
    fix: "save the file as UTF-8",
};
pub(crate) const HIDDEN_CHARACTER: Code = Code {
    code: "E0110",
    summary: "a hidden character",
    explanation: "The file holds a character that editors do not show, or that changes the order in which they show text: what a reader approves might not be what is read.",
    example: "name = \"prod<U+202E>\"",
    fix: "delete the character",
};
pub(crate) const TOO_DEEP: Code = Code {
    code: "E0111",
    summary: "tables nest too deep",
    explanation: "No key lies so deep.",
    example: "a.b.c.d.e.f.g.h.i.j.k.l.m = 1",
    fix: "remove it",
};
pub(crate) const NOT_YET: Code = Code {
    code: "E0112",
    summary: "not supported yet",
    explanation: "The design has a place for it, and this version does not do it.",
    example: "[state]\nkind = \"s3\"",
    fix: "kind = \"local\"",
};
pub(crate) const NO_PROJECT: Code = Code {
    code: "E0113",
    summary: "no project found",
    explanation: "Neither this folder nor one above it has `provision.toml` or `environments/`.",
    example: "cd /; provision validate",
    fix: "cd to the project, or name it with `--root DIR`",
};
pub(crate) const UNKNOWN_ENVIRONMENT: Code = Code {
    code: "E0114",
    summary: "no such environment",
    explanation: "The project has no file `environments/<name>.toml`.",
    example: "provision plan --env prodd",
    fix: "provision plan --env prod",
};
pub(crate) const NAME_MISMATCH: Code = Code {
    code: "E0115",
    summary: "the name is not the file's",
    explanation: "The file's stem, `[environment] name` and `--env` are one word: otherwise a command meant for one environment might reach another.",
    example: "# environments/prod.toml\nname = \"production\"",
    fix: "name = \"prod\"",
};
pub(crate) const BAD_PARENT: Code = Code {
    code: "E0116",
    summary: "inheritance leads nowhere",
    explanation: "`inherits` names an environment that does not exist, or one that inherits from this one.",
    example: "# dev.toml\ninherits = \"dev\"",
    fix: "inherits = \"prod\"",
};
pub(crate) const NAME_TOO_LONG: Code = Code {
    code: "E0117",
    summary: "a name is too long for AWS",
    explanation: "Physical names are `<project>-<environment>-<name>`; for buckets the account and the region follow. S3 allows 63 characters (CreateBucket).",
    example: "name = \"pre-production-emea-2\"",
    fix: "name = \"pre-prod\"",
};
