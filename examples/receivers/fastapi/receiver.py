"""Receives Klavi's deliveries with FastAPI: verifies the raw body, stores it, answers 200.

KLAVI_SECRET_KEY=… INBOX=inbox uvicorn receiver:app --host 127.0.0.1 --port 8000
"""

import hashlib
import hmac
import os
import re
import uuid
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

SECRET_KEY = os.environ["KLAVI_SECRET_KEY"].encode()
INBOX = Path(os.environ.get("INBOX", "inbox"))
INBOX.mkdir(parents=True, exist_ok=True)
# A year of a busy account has tens of megabytes.
LARGEST = 64 * 1024 * 1024

app = FastAPI(openapi_url=None)


def is_authentic(body: bytes, signatures: list[str]) -> bool:
    if len(signatures) != 1 or not re.fullmatch("[0-9a-fA-F]{64}", signatures[0]):
        return False
    expected = hmac.new(SECRET_KEY, body, hashlib.sha256).digest()
    return hmac.compare_digest(expected, bytes.fromhex(signatures[0]))


def store(body: bytes) -> None:
    """The body is on the disk when this returns. The same body has the same name, so a duplicate changes nothing."""
    partial = INBOX / f"{uuid.uuid4()}.partial"
    with partial.open("xb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(INBOX / f"{hashlib.sha256(body).hexdigest()}.json")
    folder = os.open(INBOX, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@app.api_route("/klavi", methods=["GET", "HEAD"])
async def probe() -> Response:
    return Response(status_code=200)


@app.post("/klavi")
async def receive(request: Request) -> Response:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST:
                return Response(status_code=413)
    except ClientDisconnect:
        # The connection is gone, and nothing was stored.
        return Response(status_code=400)
    # The connectivity test of Klavi's Console has no body and no signature.
    if not body:
        return Response(status_code=200)
    if not is_authentic(bytes(body), request.headers.getlist("x-klavi-signature")):
        return Response(status_code=401)
    # An error becomes 500, and Klavi retries.
    await run_in_threadpool(store, bytes(body))
    return Response(status_code=200)
