"""Reads a request's wire form back into the parameters of its operation: the inverse of botocore's serializers, driven by the same models.

Every part of the request that no member of the model accounts for is an error; so is a text that is not of its member's type.
"""

import base64
import json
import re
import xml.etree.ElementTree as ElementTree
from urllib.parse import parse_qsl, unquote, urlsplit

from dateutil.parser import isoparse


class Wrong(Exception):
    """A request that is not one of its operation."""


def decode(operation, request):
    """The parameters of a request."""
    headers = {name.lower(): value for name, value in request["headers"].items()}
    if "smithy-protocol" in headers:
        raise Wrong("the protocol %s is not read" % headers["smithy-protocol"])
    protocol = operation.service_model.metadata["protocol"]
    if protocol in ("ec2", "query"):
        return _form(operation, request, protocol)
    if protocol == "json":
        return _json(operation, request, headers)
    return _rest(operation, request, headers, protocol)


# Scalars ------------------------------------------------------------------------------------------------------------------------------

def _scalar(shape, text, where):
    kind = shape.type_name
    try:
        if kind in ("integer", "long"):
            return int(text)
        if kind in ("float", "double"):
            return float(text)
        if kind == "boolean":
            return {"true": True, "false": False}[text]
        if kind == "timestamp":
            return isoparse(text)
        if kind == "blob":
            return base64.b64decode(text, validate=True)
    except (KeyError, ValueError) as error:
        raise Wrong("%s: `%s` is no %s" % (where, text, kind)) from error
    if kind not in ("string", "character"):
        raise Wrong("%s: a %s cannot be the text `%s`" % (where, kind, text))
    return text


# ec2 and query: a form --------------------------------------------------------------------------------------------------------------------

def _form(operation, request, protocol):
    if request["method"] != "POST" or urlsplit(request["uri"]).path != "/":
        raise Wrong("a form is posted to /")
    tree = {}
    for key, value in parse_qsl(request["body"], keep_blank_values=True, strict_parsing=True):
        node = tree
        for part in key.split("."):
            node = node.setdefault(part, {})
        if "" in node:
            raise Wrong("%s is there twice" % key)
        node[""] = value
    for key, expected in (("Action", operation.name), ("Version", operation.service_model.api_version)):
        if tree.pop(key, {}).get("") != expected:
            raise Wrong("%s is not %s" % (key, expected))
    if operation.input_shape is None:
        return _nothing_left(tree, {})
    return _form_value(operation.input_shape, tree, protocol, operation.name)


def _form_value(shape, node, protocol, where):
    if shape.type_name == "structure":
        return _form_structure(shape, node, protocol, where)
    if shape.type_name == "list":
        return _form_list(shape, node, protocol, where)
    if shape.type_name == "map":
        return _form_map(shape, node, protocol, where)
    if set(node) != {""}:
        raise Wrong("%s: a %s has members: %s" % (where, shape.type_name, ", ".join(sorted(node))))
    return _scalar(shape, node[""], where)


def _form_name(member, name, protocol):
    serialization = member.serialization
    if protocol == "ec2":
        if "queryName" in serialization:
            return serialization["queryName"]
        name = serialization.get("name", name)
        return name[0].upper() + name[1:]
    if member.type_name == "list" and serialization.get("flattened"):
        return member.member.serialization.get("name") or serialization.get("name", name)
    return serialization.get("name", name)


def _form_structure(shape, node, protocol, where):
    node, found = dict(node), {}
    for name, member in shape.members.items():
        child = node.pop(_form_name(member, name, protocol), None)
        if child is not None:
            found[name] = _form_value(member, child, protocol, where + "." + name)
    return _nothing_left(node, found, where)


def _nothing_left(node, found, where=""):
    if node:
        raise Wrong("%s: unknown: %s" % (where, ", ".join(sorted(node))))
    return found


def _numbered(node, where):
    if any(not key.isdigit() for key in node) or sorted(map(int, node)) != list(range(1, len(node) + 1)):
        raise Wrong("%s: a list is numbered from 1 without gaps, not %s" % (where, ", ".join(sorted(node))))
    return [node[str(number)] for number in range(1, len(node) + 1)]


def _form_list(shape, node, protocol, where):
    if node == {"": ""}:
        if protocol == "ec2":
            raise Wrong("%s: an empty list cannot be written" % where)
        return []
    if protocol == "query" and not shape.serialization.get("flattened"):
        inner = shape.member.serialization.get("name", "member")
        if set(node) != {inner}:
            raise Wrong("%s: unknown: %s" % (where, ", ".join(sorted(node))))
        node = node[inner]
    return [_form_value(shape.member, item, protocol, where + "[]") for item in _numbered(node, where)]


def _form_map(shape, node, protocol, where):
    if not shape.serialization.get("flattened"):
        if set(node) != {"entry"}:
            raise Wrong("%s: unknown: %s" % (where, ", ".join(sorted(node))))
        node = node["entry"]
    found = {}
    key_name = shape.key.serialization.get("name", "key")
    value_name = shape.value.serialization.get("name", "value")
    for entry in _numbered(node, where):
        if set(entry) != {key_name, value_name}:
            raise Wrong("%s: unknown: %s" % (where, ", ".join(sorted(entry))))
        key = _form_value(shape.key, entry[key_name], protocol, where)
        found[key] = _form_value(shape.value, entry[value_name], protocol, where + "." + key)
    return found


# json -------------------------------------------------------------------------------------------------------------------------------------

def _json(operation, request, headers):
    expected = "%s.%s" % (operation.service_model.metadata["targetPrefix"], operation.name)
    if headers.get("x-amz-target") != expected:
        raise Wrong("x-amz-target is not %s" % expected)
    body = _document(request["body"] or "{}")
    return _json_value(operation.input_shape, body, operation.name) if operation.input_shape else _nothing_left(body, {})


def _document(text):
    try:
        return json.loads(text)
    except ValueError as error:
        raise Wrong("the body is no JSON") from error


def _json_value(shape, value, where):
    kind = shape.type_name
    if getattr(shape, "is_document_type", False):
        return value
    if kind == "structure" and isinstance(value, dict):
        return _json_structure(shape, value, where)
    if kind == "list" and isinstance(value, list):
        return [_json_value(shape.member, item, where + "[]") for item in value]
    if kind == "map" and isinstance(value, dict):
        return {key: _json_value(shape.value, item, where + "." + key) for key, item in value.items()}
    if kind == "timestamp" and isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if kind in ("blob", "timestamp") and isinstance(value, str):
        return _scalar(shape, value, where)
    expected = {"string": str, "character": str, "boolean": bool, "integer": int, "long": int, "float": (int, float), "double": (int, float)}
    if kind not in expected or not isinstance(value, expected[kind]) or (kind != "boolean" and isinstance(value, bool)):
        raise Wrong("%s: %r is no %s" % (where, value, kind))
    return value


def _json_structure(shape, value, where):
    value, found = dict(value), {}
    for name, member in shape.members.items():
        if "location" in member.serialization:
            continue
        key = member.serialization.get("name", name)
        if key in value:
            found[name] = _json_value(member, value.pop(key), where + "." + name)
    return _nothing_left(value, found, where)


# rest-json and rest-xml -------------------------------------------------------------------------------------------------------------------

# What the SDK adds to a request of its own accord; checksums are S3's, and no member of most operations.
OF_THE_SDK = re.compile(r"content-type|x-amz-(content-sha256|decoded-content-length|checksum-.*|sdk-checksum-algorithm|trailer)")


def _rest(operation, request, headers, protocol):
    shape = operation.input_shape
    address = urlsplit(request["uri"])
    path, query = address.path, parse_qsl(address.query, keep_blank_values=True)
    if operation.service_model.service_name == "s3":
        path, query = _path_of_s3(address.netloc, path), [pair for pair in query if pair[0] != "x-id"]
    if request["method"] != operation.http["method"]:
        raise Wrong("the method is not %s" % operation.http["method"])
    found = {}
    members = shape.members if shape else {}
    labels, fixed = _labels(operation.http["requestUri"], path)
    for pair in fixed:
        if pair not in query:
            raise Wrong("the query lacks %s" % pair[0])
        query.remove(pair)
    headers = {name: value for name, value in headers.items()}
    for name, member in members.items():
        serialization = member.serialization
        wire_name, location = serialization.get("name", name), serialization.get("location")
        where = "%s.%s" % (operation.name, name)
        if location == "uri":
            found[name] = _scalar(member, labels.pop(wire_name), where)
        elif location == "querystring":
            found.update(_from_query(name, member, wire_name, query, where))
        elif location == "header" and wire_name.lower() in headers:
            found[name] = _header(member, headers.pop(wire_name.lower()), where)
        elif location == "headers":
            taken = [key for key in headers if key.startswith(wire_name.lower())]
            if taken:
                found[name] = {key[len(wire_name):]: headers.pop(key) for key in taken}
    unknown = [key for key in headers if not OF_THE_SDK.fullmatch(key)] + [key for key, _ in query] + sorted(labels)
    if unknown:
        raise Wrong("%s: unknown: %s" % (operation.name, ", ".join(unknown)))
    found.update(_body(operation, shape, request.get("body"), protocol))
    return found


def _path_of_s3(host, path):
    """The bucket's name is in the host (`name.s3.region.amazonaws.com`), or in the path."""
    bucket = re.match(r"(.+)\.s3[.-]", host) or re.match(r"(.+)\.localhost(:|$)", host)
    return "/%s%s" % (bucket[1], "" if path == "/" else path) if bucket else path


def _labels(template, path):
    """The labels of `/{Bucket}/{Key+}?tagging` in a path, and the fixed part of the query."""
    template, _, fixed = template.partition("?")
    names = re.findall(r"{(\w+)\+?}", template)
    pattern = re.sub(r"\\{(\w+)(\\\+)?\\}", lambda match: "(.+)" if match[2] else "([^/]+)", re.escape(template.rstrip("/")))
    match = re.fullmatch(pattern + "/?", path)
    if not match:
        raise Wrong("the path %s is not %s" % (path, template))
    return dict(zip(names, map(unquote, match.groups()))), parse_qsl(fixed, keep_blank_values=True)


def _from_query(name, member, wire_name, query, where):
    values = [value for key, value in query if key == wire_name]
    if not values:
        return {}
    query[:] = [pair for pair in query if pair[0] != wire_name]
    if member.type_name == "list":
        return {name: [_scalar(member.member, value, where) for value in values]}
    if len(values) > 1:
        raise Wrong("%s is there twice" % where)
    return {name: _scalar(member, values[0], where)}


def _header(member, text, where):
    if member.type_name == "list":
        return [_scalar(member.member, part.strip(), where) for part in text.split(",")]
    if member.type_name == "timestamp":
        from email.utils import parsedate_to_datetime
        try:
            return parsedate_to_datetime(text)
        except ValueError:
            return _scalar(member, text, where)
    return _scalar(member, text, where)


def _body(operation, shape, body, protocol):
    payload = shape.serialization.get("payload") if shape else None
    member = shape.members[payload] if payload else None
    if member is not None and member.type_name in ("blob", "string"):
        return {} if body is None else {payload: body.encode() if member.type_name == "blob" else body}
    if not body:
        return {}
    if protocol == "rest-json":
        document = _document(body)
        return {payload: _json_value(member, document, operation.name)} if payload else _json_structure(shape, document, operation.name)
    if shape is None:
        raise Wrong("%s has no body" % operation.name)
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise Wrong("the body is no XML") from error
    target = member if payload else shape
    expected = target.serialization.get("name") if payload else (shape.serialization.get("name") or operation.name + "Request")
    if expected and _local(root.tag) != expected:
        raise Wrong("the body is %s, not %s" % (_local(root.tag), expected))
    value = _xml_structure(target, root, operation.name, is_input=not payload)
    return {payload: value} if payload else value


def _local(tag):
    return tag.rpartition("}")[2]


def _xml_value(shape, elements, where):
    if shape.type_name == "list":
        if not shape.serialization.get("flattened"):
            (elements,) = (list(element) for element in _one(elements, where))
            name = shape.member.serialization.get("name", "member")
            if any(_local(element.tag) != name for element in elements):
                raise Wrong("%s: unknown beside %s" % (where, name))
        return [_xml_value(shape.member, [element], where + "[]") for element in elements]
    (element,) = _one(elements, where)
    if shape.type_name == "structure":
        return _xml_structure(shape, element, where)
    if shape.type_name == "map":
        raise Wrong("%s: a map in XML is not read" % where)
    if len(element):
        raise Wrong("%s: a %s has members" % (where, shape.type_name))
    return _scalar(shape, element.text or "", where)


def _one(elements, where):
    if len(elements) != 1:
        raise Wrong("%s is there %d times" % (where, len(elements)))
    return elements


def _xml_structure(shape, element, where, is_input=False):
    children, attributes, found = {}, {_local(key): value for key, value in element.attrib.items()}, {}
    for child in element:
        children.setdefault(_local(child.tag), []).append(child)
    for name, member in shape.members.items():
        serialization = member.serialization
        if is_input and "location" in serialization:
            continue
        wire_name = serialization.get("name", name)
        if member.type_name == "list" and serialization.get("flattened"):
            wire_name = serialization.get("name") or member.member.serialization.get("name", name)
        if serialization.get("xmlAttribute"):
            key = wire_name.rpartition(":")[2]
            if key in attributes:
                found[name] = attributes.pop(key)
        elif wire_name in children:
            found[name] = _xml_value(member, children.pop(wire_name), where + "." + name)
    return _nothing_left({**children, **attributes}, found, where)
