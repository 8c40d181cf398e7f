use crate::pages::BRAND;
use axum::response::Response;
use http::StatusCode;
use maud::html;

use super::{messages, visit};
use crate::instance::{Instance, Shut};
use html_kit::Input;
use html_kit::Page;
use html_kit::with_parameters;

/// The code for an access token that opens nothing. Source: developers.belvo.com, widget callbacks.
const NOT_VALID: &str = "ACCESS_TOKEN_NOT_VALID";

/// Why the widget does not open; with the way back where it is known.
pub(super) fn page(mock: &Instance, input: &Input, shut: Shut) -> Response {
    let lang = visit::lang(input);
    let (code, text) = match shut {
        Shut::Token => (
            NOT_VALID,
            lang.say(
                "Este acesso não vale mais: ele dura 10 minutos e serve para uma única conexão. Volte e comece de novo.",
                "This access is no longer valid: it lives for 10 minutes and for one connection. Go back and start again.",
            ),
        ),
        Shut::Bank => (
            "session_expired_ob",
            lang.say(
                "O tempo para ir ao banco acabou, ou este consentimento já foi decidido. Comece de novo.",
                "The time to go to the bank is over, or this consent has been decided. Start again.",
            ),
        ),
    };
    let back = mock.event_callback(input.get("access_token"));
    let back = back.and_then(|back| with_parameters(&back, &[("error", code), ("error_message", text)]));
    let content = html! {
        p { (text) }
        @if let Some(back) = &back {
            p.actions { a.button.primary href=(back) { (lang.say("Voltar ao aplicativo", "Back to the application")) } }
        }
    };
    Page::new(lang, lang.say("Página indisponível", "Page not available"), BRAND)
        .status(StatusCode::GONE)
        .tells(messages::list(&[messages::error(code, text, None, mock.now())]))
        .show(&content)
}
