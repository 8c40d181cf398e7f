"""A partner's receiver and a sender in Python, with nothing but the standard library: an independent reading of
"HMAC-SHA-256 over the raw body, keyed with the secretKey as text, hexadecimal".

    KLAVI_SECRET_KEY=… python3 klavi_peer.py receive        prints {"port": N}, then one line for each delivery
    KLAVI_SECRET_KEY=… python3 klavi_peer.py send URL FILE  posts the file signed, prints {"status": N}
"""

import hashlib
import hmac
import json
import os
import sys
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

SECRET_KEY = os.environ["KLAVI_SECRET_KEY"].encode()


def sign(body):
    return hmac.new(SECRET_KEY, body, hashlib.sha256).hexdigest()


def say(line):
    print(json.dumps(line), flush=True)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        valid = hmac.compare_digest(sign(body), self.headers.get("x-klavi-signature", ""))
        root = json.loads(body) if valid else None
        name = root[0].get("eventName") if isinstance(root, list) else (root or {}).get("productName")
        self.send_response(200 if valid else 401)
        self.send_header("content-length", "0")
        self.end_headers()
        say({"valid": valid, "name": name, "bytes": len(body)})

    def log_message(self, *_):
        pass


def receive():
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    say({"port": server.server_address[1]})
    server.serve_forever()


def send(url, file):
    with open(file, "rb") as opened:
        body = opened.read()
    headers = {"content-type": "application/json", "x-klavi-signature": sign(body)}
    try:
        status = urllib.request.urlopen(urllib.request.Request(url, body, headers)).status
    except urllib.error.HTTPError as error:
        status = error.code
    say({"status": status})


if __name__ == "__main__":
    receive() if sys.argv[1] == "receive" else send(sys.argv[2], sys.argv[3])
