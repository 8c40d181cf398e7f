use crate::pages::{Step, klavi_page};
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use klavi_types::api::ConsentStatus;
use maud::html;

use super::{PARTNER, institution, institution_card, name, result_address};
use crate::instance::{ConsentView, Instance};
use crate::pages::tracking::Event;
use crate::pages::{scope, shut};
use crate::store::{Act, Origin};
use html_kit::Input;
use html_kit::Lang;
use html_kit::error_summary;
use html_kit::see_other;

/// The LGPD page: the bank has said yes, now the user lets Klavi hand the data on to the partner. Consents made by
/// `POST /data/v1/consents` come by it too. Source: docs.klavi.ai/connect/concepts and /connect/create-a-consent.
pub(crate) async fn show(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let lang = Lang::of(&input);
    match mock.consent_of_return(input.get("c")) {
        Ok(consent) if is_due(&consent) => page(&mock, lang, &consent, false),
        Ok(consent) => see_other(result_address(lang, &consent.return_token)),
        Err(shut) => shut::link(lang, shut),
    }
}

pub(crate) async fn take(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let consent = match mock.consent_of_return(input.get("c")) {
        Ok(consent) => consent,
        Err(shut) => return shut::link(lang, shut),
    };
    if is_due(&consent) {
        let act = match input.get("decision") {
            "accept" => Act::Authorise,
            "refuse" => Act::Reject,
            _ => return page(&mock, lang, &consent, true),
        };
        // Where something else came in between, the result shows what.
        let _ = mock.act(&consent.consent_id, act);
    }
    see_other(result_address(lang, &consent.return_token))
}

fn is_due(consent: &ConsentView) -> bool {
    consent.status == ConsentStatus::AwaitingLgpdAuthorisation
}

fn page(mock: &Instance, lang: Lang, consent: &ConsentView, undecided: bool) -> Response {
    let institution = institution(mock, &consent.institution_code).unwrap_or_default();
    let problem = lang.say("Escolha autorizar ou recusar.", "Choose to authorise or to refuse.");
    let content = html! {
        @if undecided { (error_summary(lang, &[("sharing", problem)])) }
        (institution_card(&institution))
        p.lead { (lang.say(
            "A instituição autorizou. Falta o seu consentimento, pela LGPD, para que a Klavi entregue os dados a",
            "The institution has authorised. What is left is your consent, under the LGPD, that Klavi hands the \
             data on to",
        )) " " strong { (PARTNER) } "." }
        dl {
            dt { (lang.say("Titular", "Holder")) }
            dd { (consent.subject.masked()) }
            dt { (lang.say("Origem", "Source")) }
            dd { (name(&institution)) }
            dt { (lang.say("Prazo", "Validity")) }
            dd { (scope::validity(lang, consent.expires_at)) }
        }
        h2 { (lang.say("Dados", "Data")) }
        (scope::permissions(lang))
        form #sharing method="post" action="/conecte/sharing" {
            input type="hidden" name="c" value=(consent.return_token);
            input type="hidden" name="lang" value=(lang.tag());
            p.actions {
                button.button.primary name="decision" value="accept" {
                    (lang.say("Autorizar o repasse", "Authorise the sharing"))
                }
                button.button name="decision" value="refuse" { (lang.say("Recusar", "Refuse")) }
            }
        }
    };
    let page =
        klavi_page(lang, lang.say("Autorize o repasse dos dados", "Authorise the sharing of the data"))
            .status(if undecided { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK })
            .step(Step::Sharing.of_all(lang))
            .at("/conecte/sharing", &[("c", &consent.return_token)])
            .tells(Event::list(&[Event::new("page_view")]))
            .tells_last(Event::last());
    match consent.origin {
        Origin::Api { .. } => page.forms_leave().show(&content),
        Origin::Page { .. } => page.show(&content),
    }
}
