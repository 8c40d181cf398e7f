use crate::pages::klavi_page;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use klavi_types::api::{ConsentStatus, Institution};
use maud::html;

use super::{first_open_page, institution, institution_card, link, next_address};
use crate::instance::{ConsentView, Instance, NextStep};
use crate::pages::redirect::consent_address;
use crate::pages::tracking::Event;
use crate::pages::{scope, shut};
use crate::store::Origin;
use html_kit::Input;
use html_kit::Lang;
use html_kit::Page;
use html_kit::see_other;

/// What became of a consent. For one that is not through the user goes on where it stands, and for one made by
/// `POST /data/v1/consents` back to the partner.
pub(crate) async fn show(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let consent = match mock.consent_of_return(input.get("c")) {
        Ok(consent) => consent,
        Err(shut) => return shut::link(lang, shut),
    };
    if consent.status == ConsentStatus::AwaitingLgpdAuthorisation {
        return see_other(lang.address("/conecte/sharing", &[("c", &consent.return_token)]));
    }
    if let Ok(step @ (NextStep::OpenBank(_) | NextStep::AtBank(_))) = mock.next_step(&consent.consent_id) {
        return see_other(next_address(lang, &step));
    }
    let institution = institution(&mock, &consent.institution_code).unwrap_or_default();
    match &consent.origin {
        Origin::Page { .. } if consent.status == ConsentStatus::Authorised => {
            success(lang, &consent, &institution)
        }
        Origin::Page { .. } => failure(lang, &consent, &institution),
        Origin::Api { redirect_url } => match consent_address(&consent, redirect_url) {
            Some(address) => see_other(address),
            None => failure(lang, &consent, &institution),
        },
    }
}

fn success(lang: Lang, consent: &ConsentView, institution: &Institution) -> Response {
    let clicked = |name| Event::about(name, institution);
    let content = html! {
        div.outcome.good { (institution_card(institution)) }
        p.lead { (lang.say(
            "Os dados desta instituição podem ser consultados",
            "The data of this institution can be fetched",
        )) " " (scope::validity(lang, consent.expires_at)) "." }
        p.actions {
            (link(
                "button primary",
                &finish(lang, consent),
                lang.say("Concluir", "Finish"),
                &clicked("authorise_success_finish_click"),
            ))
            @if let Some(address) = another(lang, consent) {
                (link(
                    "button",
                    &address,
                    lang.say("Conectar outra instituição", "Connect another institution"),
                    &clicked("authorise_success_connect_more_click"),
                ))
            }
        }
    };
    page(lang, consent, lang.say("Conta conectada", "Account connected"))
        .tells(Event::list(&[Event::new("page_view"), clicked("authorise_success").and_type(institution)]))
        .tells_last(Event::last())
        .show(&content)
}

fn failure(lang: Lang, consent: &ConsentView, institution: &Institution) -> Response {
    let content = html! {
        div.outcome.bad { (institution_card(institution)) }
        p.lead { (reason(lang, &consent.status)) }
        p.actions {
            @if !consent.link.expired {
                a.button.primary href=(first_open_page(lang, &consent.link)) {
                    (lang.say("Tentar de novo", "Try again"))
                }
            }
            a.button href=(finish(lang, consent)) { (lang.say("Voltar ao aplicativo", "Back to the application")) }
        }
    };
    page(lang, consent, lang.say("Conta não conectada", "Account not connected"))
        .tells(Event::list(&[
            Event::new("page_view"),
            Event::about("authorise_fail", institution).and_type(institution),
        ]))
        .tells_last(Event::last())
        .show(&content)
}

fn page<'a>(lang: Lang, consent: &ConsentView, title: &'a str) -> Page<'a> {
    klavi_page(lang, title).at("/conecte/result", &[("c", &consent.return_token)])
}

fn reason(lang: Lang, status: &ConsentStatus) -> &'static str {
    match status {
        ConsentStatus::Error => lang.say(
            "A instituição não conseguiu concluir a autorização. Nenhum dado foi compartilhado.",
            "The institution could not complete the authorisation. No data was shared.",
        ),
        ConsentStatus::Rejected => lang.say(
            "Você recusou, ou o prazo de 60 minutos passou. Nenhum dado foi compartilhado.",
            "You refused, or the 60 minutes are over. No data was shared.",
        ),
        _ => lang.say(
            "O consentimento terminou ou foi cancelado. Nenhum dado novo é compartilhado.",
            "The consent has ended or was revoked. No new data is shared.",
        ),
    }
}

fn finish(lang: Lang, consent: &ConsentView) -> String {
    lang.address("/conecte/leave", &[("c", &consent.return_token)])
}

/// Where the user connects one more, unless the partner chose the institution or the link has come to its end.
fn another(lang: Lang, consent: &ConsentView) -> Option<String> {
    let link = &consent.link;
    let possible = !link.expired && link.institution_code.is_none();
    possible.then(|| lang.address("/conecte/institutions", &[("v", &link.page_token)]))
}
