"""The mock's console in a browser. `given["url"]` is the console's address."""

import re

from playwright.sync_api import expect


def entry(page, name):
    """The list entry of that name."""
    return page.page.get_by_role("listitem").filter(has_text=name)


def console(page, given):
    """From the credentials to a consent that is authorised by its button, and a delivery that is sent again."""
    page.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.page.goto(given["url"])
    page.shows("Visão geral")
    page.click("Copiar secretKey")
    told = page.page.get_by_role("status")
    expect(told).to_have_text("Copiado: secretKey")
    secret_key = page.page.evaluate("navigator.clipboard.readText()")
    consent = entry(page, "AWAITING_AUTHORISATION")
    consent.get_by_role("button", name="Autorizar", exact=True).click()
    expect(told).to_have_text("O consentimento mudou.")
    authorised = page.page.get_by_role("region", name="Conexões mais novas").get_by_role("listitem")
    expect(authorised.get_by_text("AUTHORISED", exact=True)).to_be_visible()
    # The button that had the focus is gone.
    expect(authorised).to_be_focused()
    expect(authorised.get_by_role("button", name="Autorizar", exact=True)).to_have_count(0)
    delivery = entry(page, "consent_authorised")
    expect(delivery).to_contain_text("entregue")
    page.click("+1 dia")
    expect(told).to_have_text("O relógio mudou.")
    expect(page.page.get_by_role("region", name="Relógio")).to_contain_text("adiantado 1 d")
    page.shows("Visão geral")
    page.click("Voltar à hora da máquina")
    expect(page.page.get_by_role("region", name="Relógio")).to_contain_text("hora da máquina")

    page.click("Conexões")
    page.shows("Conexões")
    page.click("Entregas")
    page.shows("Entregas")
    title = delivery.get_by_role("link").inner_text()
    delivery.get_by_role("link").click()
    page.click("Cabeçalhos enviados")
    expect(page.page.get_by_text("x-klavi-signature")).to_be_visible()
    expect(page.page.locator("#body-text")).to_contain_text('"consent_authorised"')
    page.shows(title)
    first = page.page.url
    page.page.get_by_role("button", name="Enviar de novo", exact=True).click()
    page.page.wait_for_url(re.compile(r"/deliveries/(?!%s)\d+$" % first.rsplit("/")[-1]))
    expect(page.page.get_by_text("Tentativa 1", exact=True)).to_be_visible()
    return {"secretKey": secret_key, "resent": page.page.url.rsplit("/", 1)[-1]}


def console_in_english(page, given):
    """The switch holds from page to page; behaviour, a fault, an outage, an event on demand, and a fresh start."""
    page.page.goto(given["url"])
    page.click("English")
    page.shows("Overview")
    told = page.page.get_by_role("status")
    page.click("Settings")
    page.shows("Settings")
    page.page.get_by_label("In disorder").check()
    page.fill("Duplicates", "2")
    page.click("Save the behaviour")
    expect(told).to_have_text("The behaviour holds from now on.")
    page.click("Arm a fault")
    page.shows("Settings")
    arm = page.page.get_by_role("button", name="Arm", exact=True).click
    page.fill("Path", "data")
    arm()
    expect(told).to_contain_text("The mock refused: there can be no such fault")
    page.fill("Path", "/data/v1/auth")
    arm()
    expect(told).to_have_text("The fault is armed.")
    fault = entry(page, "* /data/v1/auth")
    expect(fault).to_contain_text("503")
    entry(page, "Itaú (mock)").get_by_role("button", name="Take out of service").click()
    expect(entry(page, "Itaú (mock)")).to_contain_text("out of service")
    page.shows("Settings")
    fault.get_by_role("button", name="Take away").click()
    expect(fault).to_have_count(0)

    page.click("Deliveries")
    page.click("Send an event or a report")
    page.page.get_by_label("What", exact=True).select_option("product:pf_balance")
    page.shows("Deliveries")
    page.page.get_by_role("button", name="Send", exact=True).click()
    expect(told).to_have_text("Sending has begun.")
    expect(entry(page, "pf_balance")).to_contain_text("3 attempts")
    page.click("Overview")
    page.shows("Overview")
    page.click("Calls")
    page.shows("Calls")
    expect(page.page.get_by_role("region", name="Warnings")).to_contain_text("colour")
    page.page.get_by_role("link", name="POST /data/v1/links").first.click()
    page.shows("POST /data/v1/links")
    page.click("Settings")
    page.click("Start over from nothing…")
    page.shows("Start over from nothing?")
    page.click("Start over from nothing")
    page.shows("Overview")
    expect(told).to_have_text("Everything is as at the start.")
    expect(page.page.get_by_role("region", name="Newest deliveries").get_by_text("None yet.", exact=True)).to_be_visible()


def console_looks_again(page, given):
    """What happens shows by itself, unless it is told to pause; details that are open stay open."""
    page.page.goto(f"{given['url']}/deliveries")
    page.click("Enviar um evento ou um relatório")
    expect(entry(page, "link_created")).to_be_visible()
    page.page.request.get(f"{given['partner']}/seen")
    expect(entry(page, "consent_authorised")).to_be_visible()
    expect(page.page.get_by_label("O quê", exact=True)).to_be_visible()
    page.tab_to("Pausar a atualização")
    page.page.keyboard.press("Space")
    expect(page.page.get_by_role("button", name="Pausar a atualização", pressed=True)).to_be_visible()


def console_without_script(page, given):
    """Nothing but forms and links."""
    page.page.goto(given["url"])
    expect(page.page.get_by_role("button", name="Copiar secretKey")).to_be_hidden()
    page.page.get_by_role("button", name="Autorizar", exact=True).click()
    expect(page.page.get_by_role("status")).to_have_text("O consentimento mudou.")
    page.click("Entregas")
    page.page.get_by_role("link", name="consent_authorised").click()
    page.page.get_by_role("button", name="Com assinatura errada", exact=True).click()
    expect(page.page.get_by_role("status")).to_have_text("O envio começou.")
    page.click("Atualizar")
    expect(page.page.get_by_text("401", exact=True).first).to_be_visible()
    page.click("Visão geral")
    page.fill("Adiantar, em segundos", "1800")
    page.click("Adiantar")
    expect(page.page.get_by_role("status")).to_have_text("O relógio mudou.")


console_without_script.script = False
