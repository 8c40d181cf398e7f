"""A partner's back end in Python with requests, written from the description of Belvo's API alone: links with each kind of
second factor, their webhooks, and their end. It knows nothing of this project.

    BELVO_BASE_URL=… BELVO_SECRET_ID=… BELVO_SECRET_PASSWORD=… BELVO_WEBHOOK_AUTHORIZATION=… \\
        python client.py INSTITUTION PASSWORD USERNAME…

Prints a line of JSON for each step. Somebody who reads them sets the address of the step "hook" in the dashboard, and
answers what the steps "hook", "asked" and "foreign" wait for: a line on standard input, empty where there is no token.
"""

import base64
import hmac
import json
import os
import queue
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import requests

BASE = os.environ["BELVO_BASE_URL"]
KEYS = (os.environ["BELVO_SECRET_ID"], os.environ["BELVO_SECRET_PASSWORD"])
AUTHORIZATION = os.environ["BELVO_WEBHOOK_AUTHORIZATION"]
INSTITUTION, PASSWORD, *USERNAMES = sys.argv[1:]
EXTERNAL_ID = "user-7f3a"

webhooks = queue.Queue()
foreign = queue.Queue()


def say(step, **what):
    print(json.dumps({"step": step, **what}), flush=True)


def answer():
    return sys.stdin.readline().strip()


class Webhook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        # Belvo signs nothing: the value that was set in the dashboard comes back letter by letter.
        known = hmac.compare_digest(self.headers.get("Authorization", ""), AUTHORIZATION)
        self.send_response(200 if known else 401)
        self.send_header("content-length", "0")
        self.end_headers()
        (webhooks if known else foreign).put(json.loads(body))

    def log_message(self, *_):
        pass


def wait_for(what):
    """Takes webhooks until one is what is waited for."""
    while not what(webhook := webhooks.get(timeout=60)):
        pass
    return webhook


def call(method, path, keys=KEYS, **options):
    url = path if path.startswith("http") else BASE + path
    if urlsplit(url)[:2] != urlsplit(BASE)[:2]:
        raise RuntimeError(f"the keys are not for {urlsplit(url).netloc}")
    # A login takes up to five minutes.
    return requests.request(method, url, auth=keys, timeout=310, **options)


def problem(response):
    """The first of the errors, which come as an array."""
    return response.json()[0]


def pages(path, **params):
    while path:
        page = call("GET", path, params=params).json()
        yield page
        # The address of the next page repeats the filters.
        path, params = page["next"], None


server = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
threading.Thread(target=server.serve_forever, daemon=True).start()
say("hook", url=f"http://127.0.0.1:{server.server_address[1]}/belvo")
answer()

refused = call("GET", "/api/links/", keys=(KEYS[0], "wrong"))
say("refused", status=refused.status_code, code=problem(refused)["code"])

links = []
for username in USERNAMES:
    registered = call("POST", "/api/links/", json={
        "institution": INSTITUTION,
        "username": username,
        "password": PASSWORD,
        "external_id": EXTERNAL_ID,
        "access_mode": "single",
        "fetch_resources": ["ACCOUNTS", "TRANSACTIONS"],
    })
    assert registered.status_code == 428, registered.text
    challenge = problem(registered)
    data = challenge["token_generation_data"]
    picture = data["type"] == "qr" and base64.b64decode(data["value"], validate=True)
    say(
        "asked",
        code=challenge["code"],
        type=data["type"],
        value=None if picture else data["value"],
        picture=picture and picture.startswith(b"\x89PNG"),
        expiry=int(challenge["expiry"]),
        expects=data.get("expects_user_input", True),
    )
    token = answer()
    body = {"session": challenge["session"], "link": challenge["link"], **({"token": token} if token else {})}
    resumed = call("PATCH", "/api/links/", json=body)
    assert resumed.status_code in (200, 201), resumed.text
    link = resumed.json()
    again = call("PATCH", "/api/links/", json=body)
    say(
        "linked",
        status=link["status"],
        same=link["id"] == challenge["link"],
        external_id=link["external_id"],
        again=[again.status_code, problem(again)["code"]],
    )
    links.append(link["id"])

    if len(links) == 1:
        # Somebody else's: the dashboard has another value yet.
        say("foreign", type=foreign.get(timeout=60)["webhook_type"], taken=webhooks.qsize())
        answer()
    update = wait_for(lambda webhook: webhook["link_id"] == link["id"] and webhook["webhook_type"] == "TRANSACTIONS")
    say("webhook", code=update["webhook_code"], total=update["data"]["total_transactions"], external_id=update["external_id"])

listed = list(pages("/api/links/", external_id=EXTERNAL_ID, status="valid", page_size=3))
found = [link["id"] for page in listed for link in page["results"]]
say("listed", pages=[len(page["results"]) for page in listed], count=listed[0]["count"], same=set(found) == set(links))

detail = call("GET", f"/api/links/{links[0]}/").json()
user = detail["institution_user_id"]
say("detail", institution=detail["institution"], access_mode=detail["access_mode"], user=len(user))

deleted = call("DELETE", f"/api/links/{links[0]}/")
gone = call("GET", f"/api/links/{links[0]}/")
say("deleted", status=deleted.status_code, gone=[gone.status_code, problem(gone)["code"]])
for link_id in links[1:]:
    accepted = call("DELETE", f"/api/links/{link_id}/", headers={"X-Belvo-Request-Mode": "async"})
    told = wait_for(lambda webhook: webhook["webhook_code"] == "link_deleted")
    say("told", status=accepted.status_code, type=told["webhook_type"], same=told["link_id"] == link_id)
say("left", count=call("GET", "/api/links/").json()["count"])
