"""The WhiteLabel pages in a browser. Each function is a scenario: `page` is watched, `given` is from the test."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect


def whole_way(page, given):
    """Search, choose, bank, LGPD page, and back to the partner."""
    page.page.goto(given["url"])
    page.shows("Conecte a sua conta")
    page.click("Termos de uso")
    expect(page.page.get_by_text("Este é um ambiente de testes")).to_be_visible()
    page.click("Continuar")
    page.shows("Quem é você?")
    page.fill("CPF ou CNPJ", "123.456.789-00")
    page.click("Continuar")
    page.shows("Quem é você?")
    expect(page.page.get_by_role("alert")).to_be_focused()
    page.fill("CPF ou CNPJ", "123.456.789-09")
    page.click("Continuar")
    page.shows("Escolha a sua instituição")
    out = page.page.get_by_role("listitem").filter(has_text="Fora do ar")
    expect(out).to_contain_text("Banco Fora do Ar (mock)")
    expect(out.get_by_role("link")).to_have_count(0)
    page.fill("Buscar instituição", "ITAU")
    expect(page.page.get_by_role("status")).to_have_text("1 instituição")
    expect(page.page.get_by_role("link", name="Nubank (mock)")).to_be_hidden()
    page.fill("Buscar instituição", "nenhuma")
    expect(page.page.get_by_role("status")).to_have_text("Nenhuma instituição com esse nome")
    page.fill("Buscar instituição", "itaú")
    page.shows("Escolha a sua instituição")
    page.click("Itaú (mock)")
    page.shows("Confirme o que compartilhar")
    page.click("Continuar em Itaú (mock)")
    page.shows("Entre na sua conta")
    page.page.reload()
    page.shows("Entre na sua conta")
    page.fill("Senha", "errada")
    page.click("Entrar")
    page.shows("Entre na sua conta")
    expect(page.page.get_by_label("Senha", exact=True)).to_have_accessible_description(
        "Senha incorreta. Tente de novo. Qualquer texto serve, menos “errada”. Nunca digite uma senha verdadeira."
    )
    page.fill("Senha", "segredo")
    page.click("Entrar")
    page.shows("Autorize o compartilhamento")
    page.click("Autorizar")
    page.shows("Autorize o repasse dos dados")
    page.click("Autorizar o repasse")
    page.shows("Conta conectada")
    page.page.go_back()
    page.page.go_forward()
    page.shows("Conta conectada")
    page.click("Concluir")
    page.page.wait_for_url(f"{given['partner']}/back?*")
    return {"back": page.page.url}


def in_english(page, given):
    """The switch on the first page holds to the end."""
    page.page.goto(given["url"])
    page.click("English")
    page.shows("Connect your account")
    page.click("Continue")
    page.shows("Who are you?")
    page.fill("CPF or CNPJ", "123.456.789-09")
    page.click("Continue")
    page.fill("Search for an institution", "itau")
    page.page.get_by_role("button", name="Search").click()
    page.shows("Choose your institution")
    expect(page.page.get_by_role("status")).to_have_text("1 institution")
    page.fill("Search for an institution", "")
    expect(page.page.get_by_role("status")).to_have_text(re.compile(r"^\d+ institutions$"))
    page.click("Itaú (mock)")
    page.shows("Confirm what you share")
    page.click("Continue at Itaú (mock)")
    page.shows("Log in to your account")
    page.fill("Password", "segredo")
    page.click("Log in")
    page.shows("Authorise the sharing")
    page.click("Authorise")
    page.shows("Authorise the sharing of the data")
    page.click("Authorise the sharing")
    page.shows("Account connected")
    page.click("Connect another institution")
    expect(page.page.get_by_role("link", name="Itaú (mock) Connected")).to_be_visible()
    page.shows("Choose your institution")


def not_authorised(page, given):
    """Refused at the bank, broken at the bank, refused on the LGPD page: each time one can try again."""
    page.page.goto(given["url"])
    page.click("Continuar")
    for decisions in [["Recusar"], ["Simular uma falha do banco"], ["Autorizar", "Recusar"]]:
        page.click("Itaú (mock)")
        page.click("Continuar em Itaú (mock)")
        page.fill("Senha", "segredo")
        page.click("Entrar")
        for decision in decisions:
            page.click(decision)
        page.shows("Conta não conectada")
        page.click("Tentar de novo")
        page.shows("Escolha a sua instituição")
    page.click("Sair")
    page.page.wait_for_url(f"{given['partner']}/back?*")
    return {"back": page.page.url}


def expired(page, given):
    """A link whose time is over."""
    assert page.page.goto(given["url"]).status == 410
    page.shows("Página indisponível")
    expect(page.page.get_by_text("Este link expirou")).to_be_visible()


def api_only(page, given):
    """A consent made by the API: bank, LGPD page, and straight back to the partner."""
    page.page.goto(given["url"])
    page.shows("Entre na sua conta")
    page.fill("Senha", "segredo")
    page.click("Entrar")
    page.click("Autorizar")
    page.shows("Autorize o repasse dos dados")
    page.click("Autorizar o repasse")
    page.page.wait_for_url(f"{given['partner']}/back?*")
    return {"back": page.page.url}


def by_app(page, given):
    """From the bank to the partner's app, which opens the result."""
    page.page.goto(given["url"])
    page.click("Continuar")
    page.click("Itaú (mock)")
    page.click("Continuar em Itaú (mock)")
    page.fill("Senha", "segredo")
    page.click("Entrar")
    page.click("Autorizar")
    page.page.wait_for_url(f"{given['partner']}/back?*")
    [result] = parse_qs(urlsplit(page.page.url).query)["open"]
    page.page.goto(result)
    page.click("Autorizar o repasse")
    page.shows("Conta conectada")


def by_keyboard(page, given):
    """The whole way with Tab, Enter, Space and the arrows."""
    keys = page.page.keyboard
    title = page.page.get_by_role("heading", level=1)
    page.page.goto(given["url"])
    keys.press("Tab")
    expect(page.page.get_by_role("link", name="Ir para o conteúdo")).to_be_focused()
    keys.press("Enter")
    expect(page.page.get_by_role("main")).to_be_focused()
    page.tab_to("Política de privacidade")
    keys.press("Space")
    expect(page.page.get_by_text("Não informe dados reais")).to_be_visible()
    page.tab_to("Continuar")
    keys.press("Enter")
    expect(title).to_have_text("Quem é você?")
    page.tab_to("CPF ou CNPJ")
    keys.type("1")
    keys.press("Enter")
    expect(page.page.get_by_role("alert")).to_be_focused()
    page.tab_to("Informe um CPF ou CNPJ válido.")
    keys.press("Enter")
    expect(page.page.get_by_label("CPF ou CNPJ", exact=True)).to_be_focused()
    keys.press("ControlOrMeta+a")
    keys.type("12345678909")
    keys.press("Enter")
    expect(title).to_have_text("Escolha a sua instituição")
    page.tab_to("Buscar instituição")
    keys.type("itau")
    expect(page.page.get_by_role("status")).to_have_text("1 instituição")
    page.tab_to("Itaú (mock)")
    keys.press("Enter")
    expect(title).to_have_text("Confirme o que compartilhar")
    page.tab_to("12 meses")
    keys.press("ArrowDown")
    page.tab_to("Continuar em Itaú (mock)")
    keys.press("Enter")
    expect(title).to_have_text("Entre na sua conta")
    page.tab_to("Senha")
    keys.type("segredo")
    page.tab_to("Entrar")
    keys.press("Space")
    expect(title).to_have_text("Autorize o compartilhamento")
    expect(page.page.get_by_text("sem data de término")).to_be_visible()
    page.tab_to("Autorizar")
    keys.press("Enter")
    expect(title).to_have_text("Autorize o repasse dos dados")
    page.tab_to("Autorizar o repasse")
    keys.press("Enter")
    page.shows("Conta conectada")


def without_script(page, given):
    """Nothing but forms and links."""
    page.page.goto(given["url"])
    page.click("Continuar")
    page.fill("Buscar instituição", "itau")
    page.click("Buscar")
    expect(page.page.get_by_role("status")).to_have_text("1 instituição")
    expect(page.page.get_by_role("link", name="Nubank (mock)")).to_be_hidden()
    page.click("Itaú (mock)")
    page.click("Continuar em Itaú (mock)")
    page.fill("Senha", "segredo")
    page.click("Entrar")
    page.click("Autorizar")
    page.click("Autorizar o repasse")
    expect(page.page.get_by_role("heading", level=1)).to_have_text("Conta conectada")


without_script.script = False


def impatient(page, given):
    """Two clicks on a button are one consent."""
    page.page.goto(given["url"])
    page.click("Continuar")
    page.click("Itaú (mock)")
    page.page.get_by_role("button", name="Continuar em Itaú (mock)").dblclick(no_wait_after=True)
    expect(page.page.get_by_role("heading", level=1)).to_have_text("Entre na sua conta")


def embedded(page, given):
    """In a frame of the partner's page, which is told what happens."""
    page.page.goto(f"{given['partner']}/embed")
    page.page.evaluate("url => { document.querySelector('iframe').src = url }", given["url"])
    frame = page.page.frame_locator("iframe")
    told = lambda name: page.page.wait_for_function(  # noqa: E731
        "name => told.some(({ data }) => data.eventName === name)", arg=name
    )
    press = lambda role, name: frame.get_by_role(role, name=name, exact=True).click()  # noqa: E731

    frame.locator("summary", has_text="Termos").click()
    frame.locator("summary", has_text="Política").click()
    press("link", "Continuar")
    frame.get_by_label("Buscar instituição", exact=True).fill("Itau")
    told("institution_list_search")
    page.picture("search in the frame")
    press("link", "Itaú (mock)")
    frame.locator("summary", has_text="prazo").click()
    frame.locator("summary", has_text="cancelo").click()
    press("button", "Continuar em Itaú (mock)")
    frame.get_by_label("Senha", exact=True).fill("segredo")
    press("button", "Entrar")
    press("button", "Autorizar")
    press("button", "Autorizar o repasse")
    told("authorise_success")
    press("link", "Conectar outra instituição")
    press("link", "Nubank (mock)")
    press("link", "Voltar")
    press("link", "Nubank (mock)")
    press("button", "Continuar em Nubank (mock)")
    frame.get_by_label("Senha", exact=True).fill("segredo")
    press("button", "Entrar")
    press("button", "Recusar")
    told("authorise_fail")
    press("link", "Voltar ao aplicativo")
    expect(frame.get_by_text("De volta ao parceiro")).to_be_visible()
    return {"told": page.page.evaluate("told")}
