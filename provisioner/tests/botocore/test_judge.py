#!/usr/bin/env python3
"""Tests of the judge: what botocore itself writes is read back whole, and what is wrong is seen."""

import base64
import datetime
import unittest
from urllib.parse import urlencode

from botocore.serialize import create_serializer

from validate import Models, judge
from wire import decode

MODELS = Models()

# One request at least of every protocol and every place a member can have.
RIGHT = [
    ("EC2", "CreateVpc", {"CidrBlock": "10.0.0.0/16", "TagSpecifications": [{"ResourceType": "vpc", "Tags": [{"Key": "a", "Value": ""}]}]}),
    ("EC2", "DescribeVpcs", {"Filters": [{"Name": "tag:a", "Values": ["b", "c"]}], "MaxResults": 1000}),
    ("EC2", "CreateNatGateway", {"SubnetId": "subnet-1", "ConnectivityType": "public", "ClientToken": "t"}),
    ("EC2", "RunInstances", {"MinCount": 1, "MaxCount": 1, "UserData": "I2Nsb3VkLWNvbmZpZwo=", "MetadataOptions": {"HttpTokens": "required"}}),
    ("STS", "GetCallerIdentity", {}),
    ("IAM", "CreateRole", {"RoleName": "r", "Path": "/p/", "AssumeRolePolicyDocument": "{}", "Tags": [{"Key": "a", "Value": "b"}]}),
    ("IAM", "SimulatePrincipalPolicy", {"PolicySourceArn": "arn:aws:iam::123456789012:role/r", "ActionNames": ["s3:GetObject"]}),
    ("RDS", "CreateDBInstance", {"DBInstanceIdentifier": "d", "DBInstanceClass": "db.t4g.micro", "Engine": "mysql", "MultiAZ": False,
                                 "VpcSecurityGroupIds": ["sg-1"], "Tags": [{"Key": "a", "Value": "b"}], "AllocatedStorage": 20}),
    ("RDS", "ModifyDBParameterGroup", {"DBParameterGroupName": "g", "Parameters": [{"ParameterName": "p", "ParameterValue": "1"}]}),
    ("KMS", "CreateKey", {"Description": "d", "Tags": [{"TagKey": "a", "TagValue": "b"}]}),
    ("Service Quotas", "GetServiceQuota", {"ServiceCode": "ec2", "QuotaCode": "L-0263D0A3"}),
    ("SESv2", "CreateEmailIdentity", {"EmailIdentity": "example.com", "Tags": [{"Key": "a", "Value": "b"}]}),
    ("SESv2", "GetEmailIdentity", {"EmailIdentity": "example.com"}),
    ("SESv2", "ListEmailIdentities", {"PageSize": 10, "NextToken": "t"}),
    ("SESv2", "CreateConfigurationSetEventDestination", {"ConfigurationSetName": "c", "EventDestinationName": "e",
     "EventDestination": {"Enabled": True, "MatchingEventTypes": ["BOUNCE"]}}),
    ("S3", "ListBuckets", {"Prefix": "a"}),
    ("S3", "CreateBucket", {"Bucket": "bucket", "ObjectLockEnabledForBucket": True,
                            "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1", "Tags": [{"Key": "a", "Value": "b"}]}}),
    ("S3", "PutBucketTagging", {"Bucket": "bucket", "Tagging": {"TagSet": [{"Key": "a", "Value": "b"}]}}),
    ("S3", "PutBucketPolicy", {"Bucket": "bucket", "Policy": "{}"}),
    ("S3", "PutBucketLifecycleConfiguration", {"Bucket": "bucket", "LifecycleConfiguration": {"Rules": [
        {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 3}}]}}),
    ("S3", "DeleteObjects", {"Bucket": "bucket", "BypassGovernanceRetention": True, "Delete": {"Objects": [{"Key": "k", "VersionId": "v"}]}}),
    ("S3", "ListObjectVersions", {"Bucket": "bucket", "MaxKeys": 5}),
    ("S3", "PutObject", {"Bucket": "bucket", "Key": "a/b c", "Body": b"text", "IfNoneMatch": "*", "Metadata": {"x": "y"},
                         "ObjectLockRetainUntilDate": datetime.datetime(2027, 1, 1, tzinfo=datetime.timezone.utc)}),
]


def written(service, name, parameters):
    """A request as botocore writes it, in the form of a captured line."""
    operation = MODELS.operation(service, name)
    protocol = operation.service_model.metadata["protocol"]
    wire = create_serializer(protocol, include_validation=False).serialize_to_request(parameters, operation)
    body, query = wire["body"], wire["query_string"]
    if isinstance(body, dict):
        body = urlencode(body)
    if isinstance(body, bytes):
        body = body.decode()
    path = wire["url_path"]
    uri = "https://host.amazonaws.com" + path + (("&" if "?" in path else "?") + urlencode(query) if query else "")
    return {"service": service, "operation": name, "method": wire["method"], "uri": uri, "headers": dict(wire["headers"]), "body": body}


def verdict(request):
    return " ".join(judge(MODELS, request)[0])


class Judged(unittest.TestCase):
    def refused(self, service, name, parameters, words):
        self.assertIn(words, verdict(written(service, name, parameters)))

    def test_what_botocore_writes_is_read_back_whole(self):
        for service, name, parameters in RIGHT:
            with self.subTest(operation=name):
                request = written(service, name, parameters)
                self.assertEqual(decode(MODELS.operation(service, name), request), parameters)
                self.assertEqual(verdict(request), "")

    def test_a_bucket_in_the_host_is_read_like_one_in_the_path(self):
        request = written("S3", "PutBucketPolicy", {"Bucket": "bucket", "Policy": "{}"})
        request["uri"] = "https://my.bucket.s3.eu-west-1.amazonaws.com/?policy"
        self.assertEqual(decode(MODELS.operation("S3", "PutBucketPolicy"), request), {"Bucket": "my.bucket", "Policy": "{}"})

    def test_a_value_outside_an_enumeration_is_seen(self):
        self.refused("EC2", "CreateNatGateway", {"SubnetId": "s", "ConnectivityType": "banana"}, "none of private, public")
        self.refused("SESv2", "CreateConfigurationSet", {"ConfigurationSetName": "c", "DeliveryOptions": {"TlsPolicy": "banana"}}, "banana")
        self.refused("S3", "PutBucketVersioning", {"Bucket": "b", "VersioningConfiguration": {"Status": "banana"}}, "banana")
        self.refused("KMS", "CreateKey", {"KeySpec": "banana"}, "banana")

    def test_a_text_that_is_too_long_or_too_short_is_seen(self):
        self.refused("IAM", "GetRole", {"RoleName": "r" * 65}, "at most 64")
        self.refused("IAM", "GetRole", {"RoleName": ""}, "at least 1")

    def test_a_text_against_its_pattern_is_seen(self):
        self.refused("IAM", "GetRole", {"RoleName": "a role"}, "does not match")
        self.refused("Service Quotas", "GetServiceQuota", {"ServiceCode": "ec2", "QuotaCode": "L 1"}, "does not match")

    def test_a_number_outside_its_bounds_is_seen(self):
        self.refused("EC2", "DescribeNatGateways", {"MaxResults": 1001}, "at most 1000")
        self.refused("EC2", "DescribeNatGateways", {"MaxResults": 4}, "5")

    def test_a_missing_member_is_seen(self):
        for service, name in (("EC2", "AttachVolume"), ("RDS", "CreateDBInstance"), ("KMS", "DescribeKey"), ("SESv2", "CreateEmailIdentity")):
            with self.subTest(operation=name):
                self.refused(service, name, {}, "required")

    def test_an_unknown_member_is_seen_in_every_protocol(self):
        for service, name, parameters in RIGHT:
            if name in ("PutObject", "PutBucketPolicy"):
                continue
            with self.subTest(operation=name):
                request = written(service, name, parameters)
                if request["headers"].get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
                    request["body"] += "&Banana=1"
                elif (request["body"] or "").startswith("{"):
                    request["body"] = request["body"].replace("{", '{"Banana": 1' + (", " if request["body"] != "{}" else ""), 1)
                elif request["body"]:
                    request["body"] = request["body"].replace("><", "><Banana>1</Banana><", 1)
                else:
                    request["uri"] += ("&" if "?" in request["uri"] else "?") + "banana=1"
                self.assertRegex(verdict(request), "[Bb]anana")

    def test_an_unknown_member_deep_within_is_seen(self):
        request = written("EC2", "DescribeVpcs", {"Filters": [{"Name": "a", "Values": ["b"]}]})
        request["body"] = request["body"].replace("Filter.1.Name", "Filter.1.Nom")
        self.assertIn("unknown: Nom", verdict(request))

    def test_a_text_of_the_wrong_type_is_seen(self):
        request = written("EC2", "DescribeVpcs", {"MaxResults": 5})
        request["body"] = request["body"].replace("MaxResults=5", "MaxResults=five")
        self.assertIn("is no integer", verdict(request))

    def test_a_list_with_a_gap_is_seen(self):
        request = written("EC2", "DescribeVpcs", {"VpcIds": ["a", "b"]})
        request["body"] = request["body"].replace("VpcId.2", "VpcId.3")
        self.assertIn("without gaps", verdict(request))

    def test_another_operation_or_version_or_method_is_seen(self):
        request = written("EC2", "DescribeVpcs", {})
        self.assertIn("Version", verdict({**request, "body": request["body"].replace("2016-11-15", "2016-11-16")}))
        self.assertIn("Action", verdict({**request, "operation": "DescribeSubnets"}))
        self.assertIn("no operation", verdict({**request, "operation": "DescribeBananas"}))
        self.assertIn("x-amz-target", verdict({**written("KMS", "ListKeys", {}), "operation": "ListAliases"}))
        self.assertIn("method", verdict({**written("SESv2", "GetAccount", {}), "method": "POST"}))

    def test_user_data_that_is_too_long_or_not_encoded_is_seen(self):
        for text, words in (("#cloud-config\n", "not Base64"), (base64.b64encode(b"x" * 16385).decode(), "at most 16384")):
            self.refused("EC2", "RunInstances", {"MinCount": 1, "MaxCount": 1, "UserData": text}, words)


if __name__ == "__main__":
    unittest.main()
