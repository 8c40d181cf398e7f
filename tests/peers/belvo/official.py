"""Belvo's official client for Python, as it is: institutions, links with an MFA challenge, widget tokens.

    BELVO_BASE_URL=… BELVO_SECRET_ID=… BELVO_SECRET_PASSWORD=… python official.py

Prints a line of JSON for each step.
"""

import json
import os
import warnings

from belvo.client import Client
from belvo.enums import AccessMode
from belvo.exceptions import BelvoAPIException, RequestError

BASE, ID, PASSWORD = (os.environ[f"BELVO_{name}"] for name in ("BASE_URL", "SECRET_ID", "SECRET_PASSWORD"))
GONE = "00000000-0000-4000-8000-000000000000"


def say(step, **what):
    print(json.dumps({"step": step, **what}), flush=True)


def refused(call, *arguments, **named):
    """Status and codes of a call that is to fail."""
    try:
        call(*arguments, raise_exception=True, **named)
    except RequestError as error:
        return [error.status_code, [problem["code"] for problem in error.detail]]
    return None


try:
    Client(ID, "wrong", BASE)
    say("strangers", refused=False)
except BelvoAPIException as error:
    say("strangers", refused=str(error))
client = Client(ID, PASSWORD, BASE)

banks = list(client.Institutions.list(country_code="MX", type="bank", page_size=2))
one = client.Institutions.get(banks[0]["id"])
say("institutions", names=[bank["name"] for bank in banks], same=one["name"] == banks[0]["name"])

link = client.Links.create(
    "erebor_mx_retail", "bnk100", "full", access_mode=AccessMode.SINGLE, external_id="user-7f3a", raise_exception=True
)
say("registered", status=link["status"], mode=link["access_mode"], external_id=link["external_id"])
say("refused", wrong=refused(client.Links.create, "erebor_mx_retail", "bnk100", "pass_invalid"),
    unknown=refused(client.Links.create, "nobody_mx_retail", "bnk100", "full"),
    plain=client.Links.create("erebor_mx_retail", "bnk100", "pass_invalid")[0]["code"])

asked = client.Links.create("heimdall_mx_retail", "mfa_default", "pass_valid")[0]
say("asked", code=asked["code"], link=client.Links.get(asked["link"])["status"])
resumed = client.Links.resume(asked["session"], "123456", link=asked["link"], raise_exception=True)
say("resumed", same=resumed["id"] == asked["link"], status=resumed["status"],
    again=refused(client.Links.resume, asked["session"], "123456", link=asked["link"]))

say("listed", all=len(list(client.Links.list(page_size=1))),
    own=[one["id"] == link["id"] for one in client.Links.list(external_id="user-7f3a", institution__in="erebor_mx_retail")],
    none=list(client.Links.list(status="invalid")))
say("updated", status=client.Links.update(link["id"], password="other", raise_exception=True)["status"],
    mode=client.Links.patch(link["id"], access_mode=AccessMode.RECURRENT, raise_exception=True)["access_mode"],
    unknown=refused(client.Links.update, GONE, password="other"))

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    older = client.Links.token(link["id"], "read_institutions,write_links,read_links", raise_exception=True)
tokens = [
    client.WidgetToken.create(raise_exception=True),
    client.WidgetToken.create(link=link["id"], raise_exception=True),
    client.WidgetToken.create(widget={"branding": {"company_name": "Partner"}}, raise_exception=True),
    older,
]
say("tokens", keys=[sorted(token) for token in tokens], scopes=refused(client.WidgetToken.create, scopes="read_everything"),
    unknown=refused(client.WidgetToken.create, link=GONE))

say("unserved", accounts=refused(client.Accounts.create, link["id"]), owners=refused(client.Owners.create, link["id"]))
say("deleted", gone=client.Links.delete(link["id"]), again=client.Links.delete(link["id"]))
