"""Starts ministack, with the four settings of a mail domain that it does not know.

ministack 1.5.33 answers 404 to PutEmailIdentityDkimAttributes, PutEmailIdentityDkimSigningAttributes, PutEmailIdentityMailFromAttributes and
PutEmailIdentityConfigurationSetAttributes (SES API v2 Reference). Here what they say is kept, in the form in which it came, so that the whole
program can run; about these four settings ministack is no second opinion.
"""

import json
import re
import sys
from urllib.parse import unquote

from ministack.app import main
from ministack.services import ses_v2

SETTING = re.compile(r"^(?:/v[12]/email)?/identities/([^/]+)/(dkim|dkim/signing|mail-from|configuration-set)/?$")
answer = ses_v2.handle_request


def keep(identity, setting, said):
    dkim, mail_from = identity["DkimAttributes"], identity["MailFromAttributes"]
    if setting == "dkim":
        dkim["SigningEnabled"] = bool(said.get("SigningEnabled"))
    elif setting == "dkim/signing":
        length = said.get("SigningAttributes", {}).get("NextSigningKeyLength", "RSA_2048_BIT")
        dkim.update(SigningEnabled=True, NextSigningKeyLength=length, CurrentSigningKeyLength=length)
    elif setting == "mail-from":
        behavior = said.get("BehaviorOnMxFailure", "USE_DEFAULT_VALUE")
        mail_from.update(MailFromDomain=said.get("MailFromDomain", ""), MailFromDomainStatus="PENDING", BehaviorOnMxFailure=behavior)
    else:
        identity["ConfigurationSetName"] = said.get("ConfigurationSetName", "")


async def handle_request(method, path, headers, body, query_params):
    found = SETTING.match(path)
    identity = ses_v2._identities.get(unquote(found.group(1))) if found and method == "PUT" else None
    if identity is not None:
        keep(identity, found.group(2), json.loads(body or b"{}"))
        return ses_v2.json_response({})
    return await answer(method, path, headers, body, query_params)


ses_v2.handle_request = handle_request

if __name__ == "__main__":
    sys.exit(main())
