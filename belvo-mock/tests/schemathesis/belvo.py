"""What the generated requests hold, so that they mean something and nothing leaves this machine.

The description says some rules in words alone: members that need or exclude each other, ids that there are. A right request
is made to keep them here, so that the mock gets to its work; a wrong one stays as wrong as it was.
"""

import datetime
import itertools
import os

import schemathesis
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.generation.meta import TestPhase

# Nobody listens there. The mock under test sends to this machine alone as well.
WEBHOOKS = ["http://127.0.0.1:9/hook", "http://localhost:9/", "http://[::1]:9/a?b=c"]
schemathesis.openapi.format("webhook", st.sampled_from(WEBHOOKS))
schemathesis.openapi.format("http-url", st.sampled_from(WEBHOOKS))
schemathesis.openapi.format("byte", st.sampled_from(["Y2VydGlmaWNhdGU=", "a2V5"]))
# The clock goes from 2000 to the end of 2099.
FIRST, LAST = datetime.date(2000, 1, 2), datetime.date(2099, 12, 30)
schemathesis.openapi.format("date-time", st.dates(FIRST, LAST).map(lambda day: f"{day}T12:30:00Z"))

LINKS = os.environ["KLAVI_LINKS"].split()
USERS = itertools.count()


def link(body):
    """At an institution that takes a login, by a user of its own; the rest as it came, in about every other request."""
    size = len(str(body["username"]))
    body = {**body, "institution": "erebor_mx_retail", "username": f"user-{next(USERS)}", "password": "full"}
    for name in ("username_type", "fetch_resources", "credentials_storage", "certificate", "private_key"):
        if size % 2:
            body.pop(name, None)
    return body


def token(body):
    keys = {"id": os.environ["KLAVI_SECRET_ID"], "password": os.environ["KLAVI_SECRET_PASSWORD"]}
    body = {**body, **keys, "scopes": "read_institutions,write_links"}
    return {key: value for key, value in body.items() if key != "link_id"}


def turn(body):
    if body.get("followMachine"):
        return {"followMachine": True}
    body = {key: value for key, value in body.items() if value is not None and key != "followMachine"}
    if "advanceSeconds" in body:
        body = {**body, "advanceSeconds": min(body["advanceSeconds"], 3600)}
        body.pop("now", None)
    return body or {"advanceSeconds": 60}


def fault(body):
    does = any(body.get(name) not in (None, "") for name in ("status", "body", "retryAfter", "cut", "delayMs"))
    return body if does and body.get("delayMs") != 0 else {**body, "status": 503}


def webhook(body):
    return {**body, "url": WEBHOOKS[0]} if body.get("url") else body


RULES = {"registerLink": link, "setWebhook": webhook, "createToken": token, "turnClock": turn, "armFault": fault}


@schemathesis.hook
def before_call(context, case, kwargs):
    right = case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE
    operation = case.operation.definition.raw["operationId"]
    if not right:
        return
    # In a sequence the calls before it say what there is. Nothing else is deleted, so that the links stay.
    parameters = case.path_parameters or {}
    if case.meta.phase.name != TestPhase.STATEFUL and operation != "deleteLink" and "id" in parameters:
        if isinstance(parameters["id"], str) and len(parameters["id"]) % 2:
            case.path_parameters = {**parameters, "id": LINKS[len(parameters["id"]) % len(LINKS)]}
    if operation in RULES and isinstance(case.body, dict):
        case.body = RULES[operation](case.body)
