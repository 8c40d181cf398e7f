"""A back end in Python beside `klavi receive`: it creates links, and gets what Klavi pushes as HTTP posts of its own.

The receiver verifies, deduplicates and stores what Klavi sends, and forwards it here, signed after Standard Webhooks.

    GET /               a button, and the reports so far
    POST /connect       creates a link and sends the browser to its page
    GET /back           where the user comes back to
    POST /klavi         takes what the receiver forwards
    GET /reports.json   the reports so far: product, and size in bytes

Settings: KLAVI_BASE_URL, KLAVI_ACCESS_KEY and KLAVI_SECRET_KEY to call Klavi, KLAVI_FORWARD_SECRET to check what is
forwarded, BACKEND_URL for where browsers find this server, BACKEND_LISTEN (0.0.0.0:3000).

It keeps everything in memory; a real back end uses its database. It needs nothing but Python.
"""

import base64
import hashlib
import hmac
import html
import json
import os
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KLAVI = os.environ["KLAVI_BASE_URL"] + "/data/v1"
KEYS = {"accessKey": os.environ["KLAVI_ACCESS_KEY"], "secretKey": os.environ["KLAVI_SECRET_KEY"]}
FORWARD_KEY = base64.b64decode(os.environ["KLAVI_FORWARD_SECRET"].removeprefix("whsec_"))
OWN_URL = os.environ["BACKEND_URL"]
PRODUCTS = ["pf_categorized_checking_l3"]

# A signature counts for as long as Standard Webhooks recommends, and a report of 64 MiB is the receiver's largest.
TOLERANCE_SECONDS = 300
LARGEST = 64 << 20


class Klavi:
    """Calls Klavi's API with a token that is renewed before it expires."""

    def __init__(self):
        self.lock = threading.Lock()
        self.token, self.until = "", 0.0

    def create_link(self):
        return self._post("/links", {"redirectURL": f"{OWN_URL}/back"})["linkURL"]

    def request_reports(self, tax_id, institution_code):
        body = {"taxId": tax_id, "institutionCode": institution_code, "products": PRODUCTS}
        self._post("/personal/institution-data", body)

    def _post(self, path, body):
        return post(KLAVI + path, body, {"Authorization": f"Bearer {self._token()}"})

    def _token(self):
        with self.lock:
            if time.monotonic() > self.until:
                answer = post(f"{KLAVI}/auth", KEYS, {})
                self.token = answer["accessToken"]
                self.until = time.monotonic() + float(answer["expireIn"]) - 60
            return self.token


def post(url, body, headers):
    headers = {"Content-Type": "application/json", **headers}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


class Reports:
    """What has been forwarded. The receiver may forward an entry twice: `webhook-id` says which one it is."""

    def __init__(self):
        self.lock = threading.Lock()
        self.seen, self.reports = set(), []

    def is_new(self, id):
        with self.lock:
            return id not in self.seen

    def add(self, id, report):
        with self.lock:
            if id not in self.seen:
                self.seen.add(id)
                if report:
                    self.reports.append(report)

    def all(self):
        with self.lock:
            return list(self.reports)


def is_signed(headers, body):
    """Whether the receiver has signed it, lately."""
    id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    expected = hmac.digest(FORWARD_KEY, f"{id}.{timestamp}.".encode() + body, hashlib.sha256)
    expected = "v1," + base64.b64encode(expected).decode()
    given = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(expected.encode(), signature.encode()) for signature in given)


klavi, reports = Klavi(), Reports()


def take(headers, body):
    """Handles one forwarded entry. An exception makes the receiver forward it again later."""
    id, entry = headers["webhook-id"], json.loads(body)
    if not reports.is_new(id):
        return
    report = None
    if headers.get("inbox-kind") == "report":
        report = {"product": headers.get("inbox-name"), "bytes": len(body)}
    elif headers.get("inbox-name") == "consent_authorised":
        payload = entry["payload"]
        consents = payload["consents"] if isinstance(payload["consents"], list) else [payload["consents"]]
        for consent in consents:
            klavi.request_reports(payload["personalTaxId"], consent["institutionCode"])
    reports.add(id, report)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path == "/":
            self._page("Reports")
        elif path == "/back":
            self._page("Welcome back")
        elif path == "/reports.json":
            self._answer(200, json.dumps(reports.all()), "application/json")
        else:
            self._answer(404)

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        if length > LARGEST:
            self.close_connection = True
            return self._answer(413)
        body = self.rfile.read(length)
        if self.path == "/connect":
            self._answer(303, location=klavi.create_link())
        elif self.path != "/klavi":
            self._answer(404)
        elif not is_signed(self.headers, body):
            self._answer(401)
        else:
            take(self.headers, body)
            self._answer(204)

    def _page(self, title):
        rows = "".join(f"<li>{html.escape(str(report['product']))}, {report['bytes']} bytes" for report in reports.all())
        self._answer(
            200,
            f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><h1>{title}</h1>"
            f"<form method=post action=/connect><button>Connect my bank</button></form><ul>{rows}</ul>",
            "text/html; charset=utf-8",
        )

    def _answer(self, status, body="", content_type="text/plain", location=None):
        data = body.encode()
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        if status != 204:
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if status != 204:
            self.wfile.write(data)

    def log_message(self, format, *arguments):
        """Without the query, in which Klavi's pages send ids back."""
        status = arguments[1] if len(arguments) > 1 else ""
        print(self.command, self.path.partition("?")[0], status, flush=True)


if __name__ == "__main__":
    host, _, port = os.environ.get("BACKEND_LISTEN", "0.0.0.0:3000").rpartition(":")
    ThreadingHTTPServer((host, int(port)), Handler).serve_forever()
