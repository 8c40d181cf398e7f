"""The pages that take a login, in a browser: Open Data institutions, and the Link page of the first generation."""

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

RIGHT_CODE = "123456"


def open_data(page, given):
    """From the list to an institution of Open Data: a wrong login, a wrong code, and back with the task's id."""
    page.page.goto(given["url"])
    page.click("Continuar")
    page.fill("Buscar instituição", "fgts")
    page.shows("Escolha a sua instituição")
    page.click("FGTS (mock)")
    page.shows("Entre na instituição")
    page.click("Como escolher o resultado")
    page.fill("Senha", "12")
    page.click("Conectar")
    page.shows("Entre na instituição")
    expect(page.page.get_by_role("alert")).to_be_focused()
    page.tab_to("Senha fora do formato: 6 a 8 números.")
    page.page.keyboard.press("Enter")
    password = page.page.get_by_label("Senha", exact=True)
    expect(password).to_be_focused()
    expect(password).to_be_empty()
    expect(password).to_have_accessible_description("Senha fora do formato: 6 a 8 números. 6 a 8 números.")
    page.page.keyboard.type("123302")
    page.tab_to("Atualizar os meus dados sem perguntar de novo")
    page.page.keyboard.press("Space")
    page.tab_to("Conectar")
    page.page.keyboard.press("Enter")
    page.shows("Confirme que é você")
    expect(page.page.get_by_text("(11) *****-0000")).to_be_visible()
    page.fill("Código", "000000")
    page.click("Confirmar")
    page.shows("Confirme que é você")
    expect(page.page.get_by_role("alert")).to_be_focused()
    expect(page.page.get_by_label("Código", exact=True)).to_have_accessible_description(
        f"A resposta está errada. Tente de novo. Na simulação o código certo é {RIGHT_CODE}."
    )
    page.fill("Código", RIGHT_CODE)
    page.click("Confirmar")
    page.shows("Conta conectada")
    task_id = page.page.locator("[data-task-id]").inner_text()
    page.click("Concluir")
    page.page.wait_for_url(f"{given['partner']}/back?*")
    [told] = parse_qs(urlsplit(page.page.url).query)["task_id"]
    assert told == task_id, page.page.url
    return {"back": page.page.url, "taskId": task_id}


def open_data_in_english(page, given):
    """A login of its own per institution, every kind of factor, a failure, and the mark in the list."""
    page.page.goto(given["url"])
    page.click("English")
    page.click("Continue")
    # For a company; its person is asked for where there is a login.
    page.fill("CPF or CNPJ", "11.222.333/0001-81")
    page.click("Continue")
    page.click("iFood (mock)")
    page.shows("Log in to the institution")
    page.fill("CPF", "123.456.789-00")
    page.fill("E-mail", "ana")
    page.fill("Password", "senha")
    page.click("Connect")
    page.shows("Log in to the institution")
    expect(page.page.get_by_role("alert").get_by_role("link")).to_have_count(3)
    expect(page.page.get_by_label("E-mail", exact=True)).to_have_value("ana")

    def log_in(password):
        page.fill("CPF", "123.456.789-09")
        page.fill("E-mail", "ana@cliente.example")
        page.fill("Password", password)
        page.click("Connect")

    log_in("Senha402")
    page.shows("Account not connected")
    expect(page.page.get_by_text("402 User credential error")).to_be_visible()
    page.click("Try again")
    log_in("Senha303")
    page.shows("Confirm that it is you")
    page.page.get_by_label("Nenhuma destas").check()
    page.click("Confirm")
    expect(page.page.get_by_role("alert")).to_be_focused()
    page.page.get_by_label("iFood (mock)").check()
    page.click("Confirm")
    page.shows("Account connected")
    page.click("Connect another institution")
    page.fill("Search for an institution", "ifood")
    page.page.get_by_role("link", name="iFood (mock) Connected").click()
    log_in("Senha304")
    page.shows("Confirm that it is you")
    page.click("Confirm")
    expect(page.page.get_by_role("alert")).to_be_focused()
    page.page.get_by_label("SMS").check()
    page.click("Confirm")
    page.fill("Code", RIGHT_CODE)
    page.click("Confirm")
    page.shows("Account connected")


def open_data_takes_its_time(page, given):
    """The page looks again by itself; the mock's clock is turned once it was seen to wait."""
    page.page.goto(given["url"])
    page.click("Continuar")
    page.click("FGTS (mock)")
    page.fill("Senha", "123456")
    page.click("Conectar")
    title = page.page.get_by_role("heading", level=1)
    expect(title).to_have_text("Conectando")
    expect(page.page.get_by_role("status")).to_have_text("A instituição está sendo consultada.")
    page.picture("Conectando")
    page.page.request.get(f"{given['partner']}/seen")
    expect(title).to_have_text("Conta conectada", timeout=20_000)


def open_data_update(page, given):
    """A link that brings a connection up to date asks for nothing."""
    page.page.goto(given["url"])
    page.click("Continuar")
    page.shows("Atualize a sua conexão")
    expect(page.page.get_by_label("Senha", exact=True)).to_have_count(0)
    page.click("Atualizar")
    page.shows("Conta conectada")
    page.click("Concluir")
    page.page.wait_for_url(f"{given['partner']}/back?*")


def open_data_without_script(page, given):
    """Nothing but forms and links."""
    page.page.goto(given["url"])
    page.click("Continuar")
    page.click("FGTS (mock)")
    page.fill("Senha", "123301")
    page.click("Conectar")
    page.fill("Código", RIGHT_CODE)
    page.click("Confirmar")
    expect(page.page.get_by_role("heading", level=1)).to_have_text("Conta conectada")


open_data_without_script.script = False


def fill_login(on, password):
    on.get_by_label("Agência", exact=True).fill("1234")
    on.get_by_label("Conta com dígito", exact=True).fill("123456")
    on.get_by_label("Senha", exact=True).fill(password)


def legacy_alone(page, given):
    """The Link page of the first generation on a phone, by keyboard where it matters, to the callback address."""
    page.page.goto(given["url"])
    page.shows("Conecte o seu banco")
    page.click("Termos de uso")
    expect(page.page.get_by_text("não há termos a aceitar")).to_be_visible()
    page.tab_to("Banco do Brasil (mock)")
    page.page.keyboard.press("ArrowDown")
    expect(page.page.get_by_label("Bradesco (mock)")).to_be_checked()
    page.page.get_by_label("Itaú (mock)").check()
    page.fill("CPF", "123.456.789-00")
    fill_login(page.page, "1")
    page.click("Continuar")
    page.shows("Conecte o seu banco")
    expect(page.page.get_by_role("alert")).to_be_focused()
    expect(page.page.get_by_label("Itaú (mock)")).to_be_checked()
    page.fill("CPF", "123.456.789-09")
    fill_login(page.page, "senha304")
    page.click("Continuar")
    page.shows("Confirme que é você")
    page.page.get_by_label("E-mail").check()
    page.click("Confirmar")
    expect(page.page.get_by_text("c******@cliente.example")).to_be_visible()
    page.fill("Código", RIGHT_CODE)
    page.click("Confirmar")
    page.shows("Conta conectada")
    page.click("Concluir")
    page.page.wait_for_url(f"{given['partner']}/back?done=1")


def legacy_cancelled(page, given):
    """In English; broken off at the second factor, a form leads to the partner's cancel address."""
    page.page.goto(given["url"])
    page.click("English")
    page.shows("Connect your bank")
    page.page.get_by_label("Santander (mock)").check()
    page.fill("CPF", "123.456.789-09")
    page.fill("Branch", "1234")
    page.fill("Account with check digit", "123456")
    page.fill("Password", "senha302")
    page.click("Continue")
    page.shows("Confirm that it is you")
    page.click("Cancel")
    page.page.wait_for_url(f"{given['partner']}/back?cancelled=1")


def legacy_embedded(page, given):
    """In a frame of the partner's page, which is told each step: once to the end, and once broken off."""
    page.page.goto(f"{given['partner']}/embed")
    frame = page.page.frame_locator("iframe")
    press = lambda name: frame.get_by_role("button", name=name, exact=True).click()  # noqa: E731
    told = lambda name, times: page.page.wait_for_function(  # noqa: E731
        "([name, times]) => told.filter(({ data }) => data.page === name).length === times", arg=[name, times]
    )

    def open_page(times):
        page.page.evaluate("url => { document.querySelector('iframe').src = url }", given["url"])
        told("institution_login", times)
        frame.get_by_label("Itaú (mock)").check()
        frame.get_by_label("CPF", exact=True).fill("123.456.789-09")

    open_page(1)
    frame.locator("summary", has_text="Termos").click()
    told("institution_terms", 1)
    frame.locator("summary", has_text="Política").click()
    told("institution_policy", 1)
    page.picture("login in the frame")
    fill_login(frame, "senha302")
    press("Continuar")
    told("institution_MFA", 1)
    page.picture("factor in the frame")
    frame.get_by_label("Código", exact=True).fill(RIGHT_CODE)
    press("Confirmar")
    told("sync_starting", 1)
    expect(frame.get_by_text("Você já pode fechar esta página.")).to_be_visible()
    page.picture("end in the frame")

    open_page(2)
    fill_login(frame, "senha301")
    press("Continuar")
    told("institution_MFA", 2)
    press("Cancelar")
    told("sync_canceled", 1)
    expect(frame.get_by_text("402 User credential error")).to_be_visible()
    page.picture("broken off in the frame")
    return {"told": page.page.evaluate("told")}
