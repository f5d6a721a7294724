"""Starts moto's server, with the answers put right without which the whole program cannot be told from a wrong one.

moto 5.2.5
* writes the answer of GetBucketVersioning below `GetBucketVersioningResponse`; S3 writes `VersioningConfiguration`, and the Rust SDK takes
  nothing else (S3 API Reference, GetBucketVersioning);
* forgets the ICMP type and code of an entry in a network ACL (EC2 API Reference, CreateNetworkAclEntry, Icmp);
* takes the folder of a flow log's destination for a part of the bucket's name (EC2 API Reference, CreateFlowLogs, LogDestination);
* wants the statement that lets access logs in to name one resource as text, with one of three endings; S3 takes every form of a policy
  (S3 User Guide, "Enabling Amazon S3 server access logging");
* lacks the operation that lists the versions of an engine (RDS API Reference, DescribeDBEngineVersions, DBEngineVersion); here it knows two
  versions of MySQL 8.0 and of 8.4, whose third numbers are examples;
* offers no size of machine for MySQL, and does not read which one is asked for (RDS API Reference, DescribeOrderableDBInstanceOptions,
  OrderableDBInstanceOption); here it offers those of the environments in every zone, and lets a request choose among them.
"""

import json
import sys
from fnmatch import fnmatchcase

from moto.core.responses import ActionResult
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.ec2.responses import EC2Response
from moto.ec2.responses.network_acls import NetworkACLs
from moto.rds.responses import RDSResponse
from moto.s3.models import FakeBucket, S3Backend
from moto.s3.responses import S3Response
from moto.server import main

LOGGING = "logging.s3.amazonaws.com"
MYSQL_VERSIONS = ["8.0.44", "8.0.45", "8.4.7", "8.4.8"]
# RDS User Guide, "Supported DB engines for DB instance classes".
MYSQL_CLASSES = ["db.m6g.large", "db.m6g.xlarge", "db.r6g.large", "db.r6g.xlarge", "db.t4g.medium", "db.t4g.large"]
# RDS User Guide, "Amazon RDS DB instance storage".
STORAGE_TYPES = ["gp2", "gp3", "io1", "io2"]


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


def release(version):
    """The first two numbers: `8.4` of `8.4.8`."""
    return ".".join(version.split(".")[:2])


def chosen(offers, params, names):
    """The offers that have every member that is asked for by name."""
    return [offer for offer in offers if all(params.get(name) in (None, offer[name]) for name in names)]


def describe_db_engine_versions(self):
    known = [
        {
            "Engine": "mysql",
            "EngineVersion": version,
            "MajorEngineVersion": release(version),
            "DBParameterGroupFamily": f"mysql{release(version)}",
            "DBEngineDescription": "MySQL Community Edition",
            "Status": "available",
        }
        for version in MYSQL_VERSIONS
    ]
    versions = chosen(known, self.params, ["Engine", "DBParameterGroupFamily"])
    wanted = self.params.get("EngineVersion")
    versions = [found for found in versions if wanted in (None, found["EngineVersion"], found["MajorEngineVersion"])]
    return ActionResult({"DBEngineVersions": versions})


def with_mysql(describe):
    """The same list of options, and MySQL's."""

    def describe_orderable_db_instance_options(self):
        if self.params.get("Engine") != "mysql":
            return describe(self)
        zones = [{"Name": zone.name} for zone in RegionsAndZonesBackend.zones[self.region]]
        options = [
            {
                "Engine": "mysql",
                "EngineVersion": version,
                "DBInstanceClass": instance_class,
                "LicenseModel": "general-public-license",
                "AvailabilityZones": zones,
                "MultiAZCapable": True,
                "Vpc": True,
                "StorageType": storage_type,
                "SupportsStorageEncryption": True,
                "SupportsEnhancedMonitoring": True,
            }
            for version in MYSQL_VERSIONS
            for instance_class in MYSQL_CLASSES
            for storage_type in STORAGE_TYPES
        ]
        return ActionResult({"OrderableDBInstanceOptions": chosen(options, self.params, ["EngineVersion", "DBInstanceClass", "LicenseModel", "Vpc"])})

    return describe_orderable_db_instance_options


RDSResponse.describe_db_engine_versions = describe_db_engine_versions
RDSResponse.describe_orderable_db_instance_options = with_mysql(RDSResponse.describe_orderable_db_instance_options)
S3Response.get_bucket_versioning = get_bucket_versioning
NetworkACLs._get_param = with_icmp(EC2Response._get_param)
S3Backend.get_bucket = without_folder(S3Backend.get_bucket)
FakeBucket._log_permissions_enabled_policy = staticmethod(lets_access_logs_in)

if __name__ == "__main__":
    sys.exit(main())
