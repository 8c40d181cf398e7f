"""A partner's back end in Python with requests, written from the description of Klavi's API alone: from /auth to a
report that came signed. It knows nothing of this project.

    KLAVI_BASE_URL=… KLAVI_ACCESS_KEY=… KLAVI_SECRET_KEY=… python client.py CPF INSTITUTION PRODUCT

Prints a line of JSON for each step. A browser has to open the address of the step "open".
"""

import hashlib
import hmac
import json
import os
import queue
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

BASE = os.environ["KLAVI_BASE_URL"] + "/data/v1"
ACCESS_KEY = os.environ["KLAVI_ACCESS_KEY"]
SECRET_KEY = os.environ["KLAVI_SECRET_KEY"]
CPF, INSTITUTION, PRODUCT = sys.argv[1:4]

deliveries = queue.Queue()


def say(step, **what):
    print(json.dumps({"step": step, **what}), flush=True)


class Webhook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        mac = hmac.new(SECRET_KEY.encode(), body, hashlib.sha256).hexdigest()
        valid = hmac.compare_digest(mac, self.headers.get("X-Klavi-Signature", ""))
        self.send_response(200 if valid else 401)
        self.send_header("content-length", "0")
        self.end_headers()
        if valid:
            deliveries.put(json.loads(body))

    def log_message(self, *_):
        pass


def wait_for(what):
    """Takes deliveries until one is what is waited for."""
    while True:
        delivery = deliveries.get(timeout=60)
        # Events come as an array of one, reports as an object.
        for one in delivery if isinstance(delivery, list) else [delivery]:
            if what(one):
                return one


def call(method, path, token=None, **options):
    headers = {"Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    answer = requests.request(method, BASE + path, headers=headers, timeout=30, **options)
    if answer.status_code == 416:
        raise RuntimeError(f"business code {answer.json()['statusCode']}: {answer.json()['message']}")
    answer.raise_for_status()
    return answer.json()


server = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
threading.Thread(target=server.serve_forever, daemon=True).start()
hook = f"http://127.0.0.1:{server.server_address[1]}/klavi"

token = call("POST", "/auth", json={"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY})["accessToken"]
refreshed = call("GET", "/refresh", token)
token = refreshed["accessToken"]
say("auth", expireIn=int(refreshed["expireIn"]))

try:
    call("POST", "/auth", json={"accessKey": ACCESS_KEY, "secretKey": "wrong"})
except requests.HTTPError as error:
    body = error.response.json()
    say("refused", status=error.response.status_code, code=body["statusCode"], message=body["message"])

link = call("POST", "/links", token, json={
    "personalTaxId": CPF,
    "redirectURL": "https://partner.example/back?session=9",
    "productsCallbackURL": {"all": hook},
    "externalInfo": {"client": "python"},
})
banks = call("GET", "/links/institutions", link["linkToken"])
say("institutions", codes=[bank["institutionCode"] for bank in banks])

consent = call("POST", "/consents", link["linkToken"], json={
    "personalTaxId": CPF,
    "institutionCode": INSTITUTION,
    "redirectURL": "https://partner.example/back?session=9",
    "externalTrackId": str(uuid.uuid4()),
    "validityPeriod": 12,
})
consent_id = consent["consentId"]
say("open", url=consent["consentRedirectURL"], consentId=consent_id)
while (state := call("GET", f"/consents/{consent_id}", token))["status"] != "AUTHORISED":
    assert state["status"].startswith("AWAITING") or state["status"] == "STARTED", state
    time.sleep(0.05)
selected = call("GET", "/links/institutions/status", link["linkToken"])
say("authorised", selected=[(bank["institutionCode"], bank["status"]) for bank in selected])

accepted = call("POST", "/personal/institution-data", token, json={
    "taxId": CPF,
    "institutionCode": INSTITUTION,
    "consentIds": [consent_id],
    "products": [PRODUCT],
    "productsCallbackURL": {PRODUCT: hook},
})
report = wait_for(lambda one: one.get("requestId") == accepted["requestId"] and one.get("productName") == PRODUCT)
say("report", code=report["code"], links=len(report["links"]), externalInfo=report["externalInfo"])

try:
    call("POST", "/personal/institution-data", token, json={"taxId": CPF, "institutionCode": INSTITUTION, "products": []})
except RuntimeError as error:
    say("business", message=str(error))

listed = call("GET", "/consents", token, params={"personalTaxId": CPF})
call("DELETE", f"/consents/{consent_id}/revoke", token)
revoked = call("GET", f"/consents/{consent_id}", token)
say("revoked", listed=[consent["consentId"] for consent in listed], status=revoked["status"])
