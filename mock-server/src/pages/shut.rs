use crate::pages::klavi_page;
use axum::response::Response;
use http::StatusCode;
use maud::html;

use crate::instance::Shut;
use html_kit::Lang;
use html_kit::{Brand, Page};

/// Why a page of the link does not open.
pub(crate) fn link(lang: Lang, shut: Shut) -> Response {
    let (status, text) = match shut {
        Shut::Expired => (
            StatusCode::GONE,
            lang.say(
                "Este link expirou: ele vale por 30 minutos. Volte ao aplicativo e peça um novo.",
                "This link has expired: it lives for 30 minutes. Go back to the application and ask for a new one.",
            ),
        ),
        Shut::Unknown | Shut::Opened | Shut::Decided => {
            (StatusCode::NOT_FOUND, lang.say("Este link não existe.", "This link does not exist."))
        }
    };
    let title = lang.say("Página indisponível", "Page not available");
    klavi_page(lang, title).status(status).show(&html! { p { (text) } })
}

/// Why a page of the bank does not open; with the way on for whom the bank is through with.
pub(crate) fn bank(lang: Lang, shut: Shut, way_on: Option<&str>) -> Response {
    let (status, text) = match shut {
        Shut::Unknown => {
            (StatusCode::NOT_FOUND, lang.say("Este endereço não existe.", "This address does not exist."))
        }
        Shut::Expired => (
            StatusCode::GONE,
            lang.say(
                "Este endereço expirou: ele vale por 60 segundos. Volte e tente de novo.",
                "This address has expired: it lives for 60 seconds. Go back and try again.",
            ),
        ),
        Shut::Opened => (
            StatusCode::GONE,
            lang.say(
                "Este endereço já foi aberto: ele funciona uma única vez.",
                "This address has been opened: it works only once.",
            ),
        ),
        Shut::Decided => (
            StatusCode::GONE,
            lang.say(
                "Este consentimento já foi decidido ou o prazo de 60 minutos passou.",
                "This consent has been decided, or its 60 minutes are over.",
            ),
        ),
    };
    let title = lang.say("Página indisponível", "Page not available");
    let name = lang.say("Banco simulado", "Simulated bank");
    Page::new(lang, title, Brand::bank(name)).status(status).show(&html! {
        p { (text) }
        @if let Some(address) = way_on {
            p.actions { a.button.primary href=(address) { (lang.say("Continuar", "Continue")) } }
        }
    })
}
