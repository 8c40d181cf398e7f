"""What the generated requests hold, so that they mean something and nothing leaves this machine.

The description says some rules in words alone: check digits, members that need or exclude each other. A right request is
made to keep them here, so that the mock has to take every right request; a wrong one stays as wrong as it was.
"""

import datetime
import itertools
import os
import re

import schemathesis
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.generation.meta import TestPhase

# Synthetic, with valid check digits: those that have authorised consents in the mock under test.
CPFS = ["12345678909", "52998224725"]
CNPJS = ["11222333000181"]
# Nobody listens there. The mock under test sends to this machine alone as well.
WEBHOOKS = ["http://127.0.0.1:9/hook", "http://localhost:9/", "http://[::1]:9/a?b=c"]
ADDRESSES = [*WEBHOOKS, "https://partner.example/back", "app://back", "com.partner.app:/back"]

FORMATS = {"cpf": CPFS, "cnpj": CNPJS, "webhook": WEBHOOKS, "http-url": WEBHOOKS, "url": ADDRESSES}
for name, values in FORMATS.items():
    schemathesis.openapi.format(name, st.sampled_from(values))

# The clock goes from 2000 to the end of 2099.
FIRST, LAST = datetime.date(2000, 1, 2), datetime.date(2099, 12, 30)
schemathesis.openapi.format("date-time", st.dates(FIRST, LAST).map(lambda day: f"{day}T12:30:00Z"))

# The patterns of the description. A text that fits its own is no mistake: here it gets what the pattern cannot say.
FITS = [
    (re.compile(r"[0-9]{11}"), CPFS, {"personalTaxId", "personal_tax_id", "taxId"}),
    (re.compile(r"[0-9A-Z]{12}[0-9]{2}"), CNPJS, {"businessTaxId", "business_tax_id", "taxId"}),
    (re.compile(r"https?://.*", re.S), WEBHOOKS, {"to"}),
    (re.compile(r"https://.*", re.S), WEBHOOKS, {"consoleWebhook", "products_callback_url"}),
    (
        re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S*"),
        ADDRESSES,
        {"redirectURL", "appLink", "applicationLink", "redirect_url", "application_link"},
    ),
]


def meant(name, value):
    """The value, or one that means something where it has the form of one."""
    if isinstance(value, str):
        for form, values, names in FITS:
            if name in names and form.fullmatch(value) and value not in values:
                return values[0]
    if name == "productsCallbackURL" and isinstance(value, dict):
        # Whatever the product is called.
        return {key: meant("consoleWebhook", address) for key, address in value.items()}
    return value


# What the mock under test has.
KNOWN = {
    "consentId": os.environ["KLAVI_CONSENTS"].split(),
    "taskId": os.environ["KLAVI_TASKS"].split(),
    "yourAppId": [os.environ["KLAVI_APP_ID"]],
    "id": [1, 2, 3],
    "code": ["341"],
    "institutionCode": ["341"],
    "institution_code": ["341"],
    "accessKey": ["access"],
    "secretKey": ["secret"],
}
MFA_IDS = dict(zip(KNOWN["taskId"], [22, 30, 32, 51]))


def known(name, value):
    """About every other value becomes one that the mock has: the rest asks for what there is not."""
    size = len(value) if isinstance(value, str) else value
    if name not in KNOWN or not isinstance(size, int) or size % 2:
        return value
    return KNOWN[name][size // 2 % len(KNOWN[name])]


def some(members, *names):
    return any(members.get(name) not in (None, "", []) for name in names)


def without(members, name):
    return {key: value for key, value in members.items() if key != name}


def link(body):
    if some(body, "appLink") and not some(body, "appRedirectURLKey"):
        body = {**body, "appRedirectURLKey": "back"}
    # Of no connection.
    return without(body, "connectionKey")


TRACKS = itertools.count()


def consent(body):
    """The tracking value is of this call alone, in about every other request."""
    if len(body["externalTrackId"]) % 2:
        body = {**body, "externalTrackId": f"hook-{next(TRACKS)}"}
    return body if some(body, "personalTaxId", "businessTaxId") else {**body, "personalTaxId": CPFS[0]}


def entries(body):
    """Amounts have 28 digits at most, and no exponent."""
    details = body.get("transactionDetails", [])
    rounded = [{**entry, "amount": round(entry["amount"] % 1_000_000, 2)} for entry in details]
    return {**body, "transactionDetails": rounded}


def user_data(body):
    """As the body, or as the part of a form."""
    if "file" in body:
        return {"file": user_data(body["file"])} if isinstance(body["file"], dict) else body
    parts = ("accounts", "creditCardsAccounts", "personalCustomerIdentification")
    return body if some(body, *parts) else {**body, "accounts": [{"accountId": "1"}]}


def reports(body):
    """Of the right kind of person, in about every other request."""
    kind = "pf" if len(body["taxId"]) == 11 else "pj"
    return body if len(body["products"]) % 2 else {**body, "products": [f"{kind}_balance"]}


def turn(body):
    if body.get("followMachine"):
        return {"followMachine": True}
    if body.get("advanceSeconds"):
        body = {**body, "advanceSeconds": min(body["advanceSeconds"], 3600)}
    if some(body, "advanceSeconds", "now") or body.get("frozen") is not None:
        return without(body, "now") if body.get("advanceSeconds") is not None else body
    return {**body, "advanceSeconds": 60}


def fault(body):
    does = some(body, "status", "body", "retryAfter", "cut") or body.get("delayMs")
    return body if does else {**body, "status": 503}


def order(body):
    """An event or a product by its name; of reports no large ones, whose bounds have tests of their own."""
    body = {**body, "transactions": min(body["transactions"], 100)} if body.get("transactions") else body
    body = {**body, "times": min(body["times"], 3)} if body.get("times") else body
    if some(body, "event"):
        return {**without(without(body, "product"), "transactions"), "event": "consent_authorised"}
    return {**without(body, "event"), "product": "pf_checking_account"}


RULES = {
    "createLink": link,
    "createConsent": consent,
    "categorize": entries,
    "analyse": user_data,
    "requestPersonalInstitutionReports": reports,
    "requestBusinessInstitutionReports": reports,
    "turnClock": turn,
    "armFault": fault,
    "trigger": order,
}


@schemathesis.hook
def before_call(context, case, kwargs):
    # The answer itself is judged, not the page that it leads to.
    kwargs["allow_redirects"] = False
    right = case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE
    operation = case.operation.definition.raw["operationId"]
    # In a sequence the calls before it say what there is.
    if right and case.meta.phase.name != TestPhase.STATEFUL:
        case.path_parameters = {name: known(name, value) for name, value in (case.path_parameters or {}).items()}
        if isinstance(case.body, dict):
            case.body = {name: known(name, value) for name, value in case.body.items()}
    if isinstance(case.query, dict):
        case.query = {name: meant(name, value) for name, value in case.query.items()}
        if right and operation == "listConsents" and not some(case.query, "personalTaxId", "businessTaxId", "linkId"):
            case.query["personalTaxId"] = CPFS[0]
    if isinstance(case.body, dict):
        case.body = {name: meant(name, value) for name, value in case.body.items()}
        if right and operation == "submitMfa":
            # That of the factor for which the task waits.
            case.body["mfaId"] = MFA_IDS.get(case.path_parameters["taskId"], case.body["mfaId"])
        if right and operation in RULES:
            case.body = RULES[operation](case.body)
