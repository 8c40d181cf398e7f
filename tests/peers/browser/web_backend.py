"""The example of a web back end in a browser."""

import re

from playwright.sync_api import expect


def bank_to_entries(page, given):
    """From "Connect my bank" to a list of categorised entries, as a person clicks through."""
    page.page.goto(given["url"])
    page.shows("Your accounts")
    page.click("Connect my bank")
    page.shows("Conecte a sua conta")
    page.click("Continuar")
    page.fill("CPF ou CNPJ", "123.456.789-09")
    page.click("Continuar")
    page.click("Itaú (mock)")
    page.click("Continuar em Itaú (mock)")
    page.fill("Senha", "segredo")
    page.click("Entrar")
    page.click("Autorizar")
    page.click("Autorizar o repasse")
    page.shows("Conta conectada")
    page.click("Concluir")
    page.shows("Your entries")
    expect(page.page.get_by_role("status")).to_have_text(re.compile(r"^1 bank is connected\. \d+ entries\.$"))
    rows = page.page.locator("tbody tr").all()
    rows = [row.locator("td").all_inner_texts() for row in rows]
    days = [row[0] for row in rows]
    assert days == sorted(days, reverse=True), days
    page.click("Your accounts")
    page.shows("Your accounts")
    expect(page.page.get_by_text("1 bank is connected.")).to_be_visible()
    return {"rows": rows}


def refused_at_the_bank(page, given):
    """Who does not agree is told so and can try again."""
    page.page.goto(given["url"])
    page.click("Connect my bank")
    page.click("Continuar")
    page.fill("CPF ou CNPJ", "123.456.789-09")
    page.click("Continuar")
    page.click("Itaú (mock)")
    page.click("Continuar em Itaú (mock)")
    page.fill("Senha", "segredo")
    page.click("Entrar")
    page.click("Recusar")
    page.click("Voltar ao aplicativo")
    page.shows("Not connected")
    expect(page.page.get_by_text("you did not agree")).to_be_visible()
    page.click("Try again")
    page.shows("Conecte a sua conta")
