"""Verifies a forwarded entry with the official library of Standard Webhooks.

Reads {"key", "headers", "body"} from standard input; exit 0 where the library accepts it, 1 where it does not.
"""

import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

message = json.load(sys.stdin)
try:
    Webhook(message["key"]).verify(message["body"], message["headers"])
except WebhookVerificationError as error:
    print(error)
    sys.exit(1)
