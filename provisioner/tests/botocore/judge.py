"""Judges an operation's parameters by botocore's model of it: with botocore's own validator, and with a pass over what that one leaves out."""

import base64

import regex
from botocore.validate import ParamValidator

# RunInstances takes 16 KB of user data before its encoding (EC2 User Guide, "Run commands when you launch an instance").
USER_DATA_BYTES = 16 * 1024


def problems(operation, parameters):
    """What is wrong with the parameters, a sentence each; nothing where AWS would take their form."""
    shape = operation.input_shape
    if shape is None:
        return []
    report = ParamValidator().validate(parameters, shape)
    found = [report.generate_report()] if report.has_errors() else []
    _look(shape, parameters, operation.name, found)
    if operation.name == "RunInstances" and "UserData" in parameters:
        _look_at_user_data(parameters["UserData"], found)
    return found


def _look(shape, value, where, found):
    if shape.type_name == "structure":
        for name in shape.required_members:
            if name not in value:
                found.append("%s.%s is required" % (where, name))
        if getattr(shape, "is_tagged_union", False) and len(value) != 1:
            found.append("%s: exactly one of its members is needed" % where)
        for name, member in value.items():
            if name in shape.members:
                _look(shape.members[name], member, where + "." + name, found)
            else:
                found.append("%s.%s is unknown" % (where, name))
    elif shape.type_name == "list":
        _within(shape, len(value), "entries", where, found)
        for item in value:
            _look(shape.member, item, where + "[]", found)
    elif shape.type_name == "map":
        _within(shape, len(value), "entries", where, found)
        for key, item in value.items():
            _look(shape.key, key, where + " (key)", found)
            _look(shape.value, item, where + "." + key, found)
    elif shape.type_name == "string":
        _look_at_text(shape, value, where, found)
    elif shape.type_name == "blob":
        _within(shape, len(value), "bytes", where, found)
    elif shape.type_name in ("integer", "long", "float", "double"):
        _within(shape, value, "", where, found)


def _within(shape, number, unit, where, found):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and number < least:
        found.append("%s: %s %s, at least %s" % (where, number, unit, least))
    if most is not None and number > most:
        found.append("%s: %s %s, at most %s" % (where, number, unit, most))


def _look_at_text(shape, text, where, found):
    _within(shape, len(text), "characters", where, found)
    allowed = shape.metadata.get("enum")
    if allowed and text not in allowed:
        found.append("%s: `%s` is none of %s" % (where, text, ", ".join(allowed[:12])))
    pattern = shape.metadata.get("pattern")
    # Patterns in these models hold for the whole text.
    if pattern and not regex.fullmatch(pattern, text):
        found.append("%s: `%s` does not match %s" % (where, text, pattern))


def _look_at_user_data(text, found):
    try:
        size = len(base64.b64decode(text, validate=True))
    except ValueError:
        found.append("RunInstances.UserData is not Base64")
        return
    if size > USER_DATA_BYTES:
        found.append("RunInstances.UserData: %d bytes, at most %d" % (size, USER_DATA_BYTES))
