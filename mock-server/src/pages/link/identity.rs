use crate::pages::klavi_page;
use std::sync::Arc;
use synthetic_data::Subject;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use maud::html;

use super::{first_open_page, open};
use crate::instance::{Instance, LinkView};
use crate::pages::tracking::Event;
use html_kit::Input;
use html_kit::Lang;
use html_kit::error_summary;
use html_kit::see_other;

/// Asks who the user is, where the partner has not said it.
pub(crate) async fn show(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let lang = Lang::of(&input);
    match open(&mock, &input, lang) {
        Ok(link) if link.given_subject.is_some() => see_other(first_open_page(lang, &link)),
        Ok(link) => page(lang, &link, None),
        Err(page) => *page,
    }
}

pub(crate) async fn take(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let mut link = match open(&mock, &input, lang) {
        Ok(link) => link,
        Err(page) => return *page,
    };
    if link.given_subject.is_none() {
        let typed = input.get("tax_id");
        let Some(subject) = Subject::typed(typed) else { return page(lang, &link, Some(typed)) };
        mock.name_subject(&link.page_token, subject.clone());
        link.subject = Some(subject);
    }
    see_other(first_open_page(lang, &link))
}

/// The form; `refused` is what was typed and is neither a CPF nor a CNPJ.
fn page(lang: Lang, link: &LinkView, refused: Option<&str>) -> Response {
    let problem = lang.say("Informe um CPF ou CNPJ válido.", "Give a valid CPF or CNPJ.");
    let described_by = if refused.is_some() { "tax_id-problem tax_id-hint" } else { "tax_id-hint" };
    let content = html! {
        @if refused.is_some() { (error_summary(lang, &[("tax_id", problem)])) }
        form method="post" action="/conecte/identity" {
            input type="hidden" name="v" value=(link.page_token);
            input type="hidden" name="lang" value=(lang.tag());
            label for="tax_id" { (lang.say("CPF ou CNPJ", "CPF or CNPJ")) }
            p.hint #tax_id-hint { (lang.say(
                "Do titular da conta. Para testes, por exemplo, 123.456.789-09; nunca o seu.",
                "Of the account's holder. For tests, 123.456.789-09 for example; never your own.",
            )) }
            @if refused.is_some() { p.problem #tax_id-problem { (problem) } }
            input #tax_id name="tax_id" type="text" required autocomplete="off" spellcheck="false"
                maxlength="40" value=[refused] aria-describedby=(described_by)
                aria-invalid=[refused.map(|_| "true")];
            p.actions { button.button.primary { (lang.say("Continuar", "Continue")) } }
        }
    };
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    klavi_page(lang, lang.say("Quem é você?", "Who are you?"))
        .status(status)
        .at("/conecte/identity", &[("v", &link.page_token)])
        .tells(Event::list(&[Event::new("page_view")]))
        .tells_last(Event::last())
        .show(&content)
}
