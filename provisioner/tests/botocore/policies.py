#!/usr/bin/env python3
"""Judges the policies of `provision permissions --format json` (standard input) by AWS's Service Authorization Reference, as cfn-lint carries it.

Ends with 1 when an action does not exist, when a resource is of a type that none of the statement's actions knows, when an action is limited to
resources it does not support, when a condition's key belongs to none of the resource types, or when a document is too long.
"""

import json
import re
import sys
from importlib.resources import files

LONGEST = 6144
# Keys of every request (IAM User Guide, "AWS global condition context keys"), and those of actions, which the data leaves out.
GLOBAL = re.compile(r"aws:(RequestedRegion|ResourceTag/.+|RequestTag/.+|TagKeys|SourceAccount)|kms:ViaService|ec2:CreateAction|iam:PassedToService|iam:AWSServiceName")
REFERENCE = json.loads(files("cfnlint.data.AdditionalSpecs").joinpath("Policies.json").read_text())


def as_list(value):
    return value if isinstance(value, list) else [value]


def types_of(arn, service):
    """The resource types of a service that an ARN with wildcards may stand for."""
    parts = arn.split(":", 5)
    found = set()
    for name, resource in REFERENCE[service]["Resources"].items():
        for form in as_list(resource["ARNFormats"]):
            wanted = form.split(":", 5)[-1].split("/")[0].split(":")[0]
            given = parts[5].split("/")[0].split(":")[0] if len(parts) == 6 else ""
            if given == "*" or wanted == given or wanted == ".*":
                found.add(name.lower())
    return found


def problems_of(statement):
    found = []
    resources = as_list(statement["Resource"])
    for action in statement["Action"]:
        service, name = action.split(":")
        entry = REFERENCE.get(service, {}).get("Actions", {}).get(name.lower())
        if entry is None:
            found.append("%s does not exist" % action)
            continue
        if resources == ["*"]:
            continue
        # The data writes one and the same type in two ways: Secret, secret.
        supported = {name.lower() for name in as_list(entry.get("Resources") or [])}
        meant = set().union(*(types_of(arn, service) for arn in resources))
        if not supported & meant:
            found.append("%s: %s cannot be limited to %s" % (statement["Sid"], action, ", ".join(resources)))
    for operator, keys in statement.get("Condition", {}).items():
        for key in keys:
            if not GLOBAL.fullmatch(key) and not is_known(key, statement["Action"]):
                found.append("%s: no action knows %s" % (statement["Sid"], key))
    return found


def is_known(key, actions):
    for action in actions:
        service = REFERENCE[action.split(":")[0]]
        entry = service["Actions"].get(action.split(":")[1].lower(), {})
        known = set(as_list(entry.get("ConditionKeys") or []))
        for resource in as_list(entry.get("Resources") or []):
            known |= set(as_list(service["Resources"].get(resource, {}).get("ConditionKeys") or []))
        if any(re.fullmatch(re.sub(r"\\\$\\{\w+\\}", ".+", re.escape(one)), key) for one in known):
            return True
    return False


def main(name):
    lines = [json.loads(line) for line in sys.stdin]
    documents = [line["policy"] for line in lines if line["type"] == "policy"]
    found, actions = [], set()
    for document in documents:
        length = len(re.sub(r"\s", "", json.dumps(document)))
        if length > LONGEST:
            found.append("a document has %d characters" % length)
        for statement in document["Statement"]:
            actions.update(statement["Action"])
            found += problems_of(statement)
    for problem in found:
        print("%s: %s" % (name, problem), file=sys.stderr)
    print("%s: %d documents, %d actions, %d wrong" % (name, len(documents), len(actions), len(found)))
    return 1 if found or len(actions) < 50 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "policy"))
