"""Starts moto's server, with one answer put right.

moto 5.2.5 writes the answer of GetBucketVersioning below the element `GetBucketVersioningResponse`; S3 writes `VersioningConfiguration` (S3 API
Reference, GetBucketVersioning), and the Rust SDK takes nothing else.
"""

import sys

from moto.s3.responses import S3Response
from moto.server import main


def get_bucket_versioning(self):
    status = self.backend.get_bucket_versioning(self.bucket_name)
    inner = f"<Status>{status}</Status>" if status else ""
    namespace = "http://s3.amazonaws.com/doc/2006-03-01/"
    return 200, {"content-type": "application/xml"}, f'<VersioningConfiguration xmlns="{namespace}">{inner}</VersioningConfiguration>'


S3Response.get_bucket_versioning = get_bucket_versioning

if __name__ == "__main__":
    sys.exit(main())
