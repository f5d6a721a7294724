"""Starts moto's server, with the answers put right without which the whole program cannot be told from a wrong one.

moto 5.2.5
* writes the answer of GetBucketVersioning below `GetBucketVersioningResponse`; S3 writes `VersioningConfiguration`, and the Rust SDK takes
  nothing else (S3 API Reference, GetBucketVersioning);
* forgets the ICMP type and code of an entry in a network ACL (EC2 API Reference, CreateNetworkAclEntry, Icmp);
* takes the folder of a flow log's destination for a part of the bucket's name (EC2 API Reference, CreateFlowLogs, LogDestination);
* wants the statement that lets access logs in to name one resource as text, with one of three endings; S3 takes every form of a policy
  (S3 User Guide, "Enabling Amazon S3 server access logging").
"""

import json
import sys
from fnmatch import fnmatchcase

from moto.ec2.responses import EC2Response
from moto.ec2.responses.network_acls import NetworkACLs
from moto.s3.models import FakeBucket, S3Backend
from moto.s3.responses import S3Response
from moto.server import main

LOGGING = "logging.s3.amazonaws.com"


def get_bucket_versioning(self):
    status = self.backend.get_bucket_versioning(self.bucket_name)
    inner = f"<Status>{status}</Status>" if status else ""
    namespace = "http://s3.amazonaws.com/doc/2006-03-01/"
    return 200, {"content-type": "application/xml"}, f'<VersioningConfiguration xmlns="{namespace}">{inner}</VersioningConfiguration>'


def with_icmp(read):
    """The same reading of parameters, with ICMP's under the name that the parsed request has."""

    def read_parameter(self, name, *default, **named):
        return read(self, name.replace("Icmp.", "IcmpTypeCode."), *default, **named)

    return read_parameter


def without_folder(find):
    """The same search for a bucket, by what stands before the first slash."""

    def find_bucket(self, name):
        return find(self, name.split("/", 1)[0])

    return find_bucket


def listed(value):
    return value if isinstance(value, list) else [value]


def lets_access_logs_in(target_bucket, target_prefix):
    if not target_bucket.policy:
        return False
    target = f"arn:aws:s3:::{target_bucket.name}/{target_prefix or ''}"
    return any(
        statement.get("Effect") == "Allow"
        and isinstance(statement.get("Principal"), dict)
        and LOGGING in listed(statement["Principal"].get("Service", []))
        and "s3:PutObject" in listed(statement.get("Action", []))
        and any(fnmatchcase(target + "log", resource) for resource in listed(statement.get("Resource", [])))
        for statement in json.loads(target_bucket.policy.decode())["Statement"]
    )


S3Response.get_bucket_versioning = get_bucket_versioning
NetworkACLs._get_param = with_icmp(EC2Response._get_param)
S3Backend.get_bucket = without_folder(S3Backend.get_bucket)
FakeBucket._log_permissions_enabled_policy = staticmethod(lets_access_logs_in)

if __name__ == "__main__":
    sys.exit(main())
