use crate::pages::klavi_page;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use maud::html;

use crate::instance::{Instance, LinkView};
use crate::pages::redirect::{Back, Outcome};
use crate::pages::shut;
use crate::pages::tracking::Event;
use html_kit::Input;
use html_kit::Lang;
use html_kit::see_other;

/// Out of Klavi's pages, to the partner's `redirectURL` where there is one: from a result (`c`) with its outcome, from
/// any other page (`v`) as a failure unless an institution was connected.
pub(crate) async fn leave(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let lang = Lang::of(&input);
    if input.get("c").is_empty() {
        return match mock.link_view(input.get("v")) {
            Ok(link) => {
                let outcome = if link.connected.is_empty() { Outcome::Left } else { Outcome::Authorised };
                leave_with(lang, &link, outcome)
            }
            Err(shut) => shut::link(lang, shut),
        };
    }
    match mock.consent_of_return(input.get("c")) {
        Ok(consent) => leave_with(lang, &consent.link, Outcome::of(&consent.status)),
        Err(shut) => shut::link(lang, shut),
    }
}

fn leave_with(lang: Lang, link: &LinkView, outcome: Outcome) -> Response {
    let external_info = link.external_info.as_ref();
    let back = Back { link_id: &link.link_id, consent: None, external_info, outcome };
    let address = link.redirect_url.as_deref().and_then(|redirect_url| back.address(redirect_url));
    address.map_or_else(|| end(lang, outcome), see_other)
}

/// For a link without `redirectURL`.
fn end(lang: Lang, outcome: Outcome) -> Response {
    let title = match outcome {
        Outcome::Authorised => lang.say("Concluído", "Done"),
        Outcome::Rejected | Outcome::Failed | Outcome::Left => {
            lang.say("Nada foi compartilhado", "Nothing was shared")
        }
    };
    let text = lang.say("Você já pode fechar esta página.", "You can close this page now.");
    klavi_page(lang, title)
        .tells(Event::list(&[Event::new("page_view")]))
        .tells_last(Event::last())
        .show(&html! { p { (text) } })
}
