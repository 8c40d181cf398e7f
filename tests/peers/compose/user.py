"""A user of the back end in Chromium, by the addresses that the README names.

user.py BACKEND CONSOLE   prints {"used": [...], "reports": [...], "deliveries": ...} as JSON
"""

import json
import os
import shutil
import sys
import time
from urllib.parse import urlsplit

from playwright.sync_api import expect, sync_playwright

backend, console = sys.argv[1:]
chromium = os.environ.get("KLAVI_TEST_CHROMIUM") or shutil.which("chromium")

with sync_playwright() as playwright:
    # Root, as in a container, has no sandbox.
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    context = browser.new_context(locale="en-US")
    context.set_default_timeout(30_000)
    page = context.new_page()
    origins = set()
    page.on("request", lambda request: origins.add("{0.scheme}://{0.netloc}".format(urlsplit(request.url))))

    def click(name):
        named = page.get_by_role("link", name=name, exact=True).or_(page.get_by_role("button", name=name, exact=True))
        named.click()

    page.goto(backend)
    click("Connect my bank")
    expect(page.get_by_role("heading", level=1)).to_have_text("Conecte a sua conta")
    click("Continuar")
    page.get_by_label("CPF ou CNPJ", exact=True).fill("123.456.789-09")
    click("Continuar")
    click("Itaú (mock)")
    click("Continuar em Itaú (mock)")
    page.get_by_label("Senha", exact=True).fill("segredo")
    click("Entrar")
    click("Autorizar")
    click("Autorizar o repasse")
    click("Concluir")
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome back")

    # The report comes by webhook: from the mock to the receiver, from there to the back end.
    reports, until = [], time.monotonic() + 60
    while not reports:
        assert time.monotonic() < until, "no report arrived"
        page.goto(backend)
        reports = json.loads(page.request.get(f"{backend}/reports.json").body())
    expect(page.get_by_role("listitem")).to_have_count(len(reports))

    answer = page.goto(console)
    assert answer.ok, f"{console}: {answer.status}"
    # The console speaks the browser's language.
    expect(page.locator("html")).to_have_attribute("lang", "en")
    browser.close()

print(json.dumps({"used": [backend, console], "origins": sorted(origins), "reports": reports}))
