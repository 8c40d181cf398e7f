"""Plays one scenario in Chromium.

    browse.py SCENARIO   reads {"url", "partner", "screenshots", "width"} from standard input, prints what the scenario
                         found as JSON; exit 1 with the complaints where there are any

Needs Debian's chromium (or KLAVI_TEST_CHROMIUM), and playwright and axe-playwright-python from PyPI.
"""

import json
import os
import shutil
import sys
from urllib.parse import urlsplit

import console
import logins
import web_backend
import white_label
from playwright.sync_api import sync_playwright
from watched import Watched

name = sys.argv[1]
[scenario] = [getattr(module, name) for module in (white_label, logins, web_backend, console) if hasattr(module, name)]
given = json.load(sys.stdin)
chromium = os.environ.get("KLAVI_TEST_CHROMIUM") or shutil.which("chromium")
mock = "{0.scheme}://{0.netloc}/".format(urlsplit(given["url"]))

with sync_playwright() as playwright:
    # Root, as in a container, has no sandbox.
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    context = browser.new_context(
        viewport={"width": given["width"], "height": 740},
        # The console speaks the browser's language, the user's pages do not.
        locale="pt-BR" if scenario.__module__ == "console" else "en-US",
        java_script_enabled=getattr(scenario, "script", True),
    )
    context.set_default_timeout(20_000)
    page = Watched(context.new_page(), [mock, f"{given['partner']}/"], given["screenshots"], name)
    found = scenario(page, given)
    browser.close()

if page.complaints:
    sys.exit("\n".join(page.complaints))
print(json.dumps(found))
