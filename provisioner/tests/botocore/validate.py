#!/usr/bin/env python3
"""Judges every request of a test run by AWS's own service models, as botocore carries them; offline.

    validate.py FOLDER     judges what PROVISION_CAPTURE_REQUESTS=FOLDER left there

Ends with 1 when a request is wrong, or when there were fewer than this file says: a run that captures nothing proves nothing.
"""

import json
import sys
from pathlib import Path

import botocore.session
from botocore.exceptions import UnknownServiceError
from botocore.model import OperationNotFoundError

from judge import problems
from wire import Wrong, decode

# The least that a whole run of ./test sends: requests that differ in more than their identifiers, operations, and sets of parameters.
LEAST_REQUESTS = 1300
LEAST_OPERATIONS = 150
LEAST_SHAPES = 185

# How the SDK for Rust names a service, and how botocore does.
SERVICES = {
    "EC2": "ec2",
    "IAM": "iam",
    "KMS": "kms",
    "RDS": "rds",
    "S3": "s3",
    "SESv2": "sesv2",
    "Service Quotas": "service-quotas",
    "STS": "sts",
}


class Models:
    """botocore's service models, each loaded once."""

    def __init__(self):
        self._session = botocore.session.Session()
        self._services = {}

    def operation(self, service, name):
        """The model of an operation; Wrong where there is none."""
        if service not in SERVICES:
            raise Wrong("no service is called %s" % service)
        if service not in self._services:
            self._services[service] = self._session.get_service_model(SERVICES[service])
        try:
            return self._services[service].operation_model(name)
        except (OperationNotFoundError, UnknownServiceError) as error:
            raise Wrong("%s has no operation %s" % (service, name)) from error


def paths(value, prefix=""):
    """The names of all members that are set, lists without their numbers."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from paths(member, "%s.%s" % (prefix, name))
    elif isinstance(value, list):
        for item in value:
            yield from paths(item, prefix + "[]")
    else:
        yield prefix


def captured(folder):
    """Every captured request once; the last line of a process that was killed may be cut off."""
    lines = set()
    for file in sorted(Path(folder).glob("*.jsonl")):
        for line in file.read_text().splitlines(keepends=True):
            if line.endswith("\n"):
                lines.add(line)
    return [json.loads(line) for line in sorted(lines)]


def judge(models, request):
    """What is wrong with a request, and its parameters as far as they could be read."""
    try:
        operation = models.operation(request["service"], request["operation"])
        parameters = decode(operation, request)
    except Wrong as wrong:
        return [str(wrong)], {}
    return problems(operation, parameters), parameters


def main(folder):
    models, operations, shapes, wrong = Models(), set(), set(), {}
    requests = captured(folder)
    for request in requests:
        name = "%s %s" % (request["service"], request["operation"])
        found, parameters = judge(models, request)
        operations.add(name)
        shapes.add((name, frozenset(paths(parameters))))
        for problem in found:
            wrong.setdefault((name, problem), request)
    for (name, problem), request in sorted(wrong.items(), key=lambda item: item[0]):
        print("%s: %s\n    %s" % (name, problem, json.dumps(request)[:1000]), file=sys.stderr)
    counts = ((len(requests), LEAST_REQUESTS), (len(operations), LEAST_OPERATIONS), (len(shapes), LEAST_SHAPES))
    print("%d requests, %d operations, %d sets of parameters, %d wrong" % (*(count for count, _ in counts), len(wrong)))
    too_few = any(count < least for count, least in counts)
    if too_few:
        print("too few: at least %d, %d, %d are expected" % tuple(least for _, least in counts), file=sys.stderr)
    return 1 if wrong or too_few else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
