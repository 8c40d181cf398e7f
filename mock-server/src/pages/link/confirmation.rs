use crate::pages::{Step, klavi_page};
use std::sync::Arc;
use synthetic_data::Subject;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use klavi_types::api::{BusinessCode, Institution};
use maud::{Markup, html};

use super::{
    code, first_open_page, institution, institution_card, is_open_data, leave_address, link, name,
    next_address, open,
};
use crate::instance::{Instance, LinkView, NewConsent};
use crate::pages::tracking::Event;
use crate::pages::{scope, shut};
use crate::refusal::Refusal;
use crate::store::Origin;
use html_kit::Input;
use html_kit::Lang;
use html_kit::error_summary;
use html_kit::see_other;
use provider_mock::fresh;

/// What is shared, of whom and for how long, before the bank is opened.
pub(crate) async fn show(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let lang = Lang::of(&input);
    match Chosen::of(&mock, &input, lang) {
        Ok(chosen) => chosen.page(lang, None),
        Err(page) => *page,
    }
}

/// Begins the consent and sends the user to the bank. The same form sent again leads to the same consent.
pub(crate) async fn take(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let chosen = match Chosen::of(&mock, &input, lang) {
        Ok(chosen) => chosen,
        Err(page) => return *page,
    };
    let form = Some(input.get("form")).filter(|form| !form.is_empty());
    let new = NewConsent {
        external_track_id: None,
        subject: chosen.subject.clone(),
        institution_code: code(&chosen.institution).to_owned(),
        origin: Origin::Page { form: form.map_or_else(|| fresh::token("form"), str::to_owned) },
        twelve_months: input.get("validity") != "0",
    };
    match mock.create_consent(&chosen.link.link_id, new) {
        Ok(id) => match mock.next_step(&id) {
            Ok(step) => see_other(next_address(lang, &step)),
            Err(shut) => shut::link(lang, shut),
        },
        Err(refusal) => chosen.page(lang, Some(&refusal)),
    }
}

/// The user's choice so far.
struct Chosen {
    link: LinkView,
    subject: Subject,
    institution: Institution,
}

impl Chosen {
    /// Or the page that comes first.
    fn of(mock: &Instance, input: &Input, lang: Lang) -> Result<Self, Box<Response>> {
        let link = open(mock, input, lang)?;
        let elsewhere = |address: String| Box::new(see_other(address));
        let Some(subject) = link.subject.clone() else {
            return Err(elsewhere(first_open_page(lang, &link)));
        };
        let code = link.institution_code.as_deref().unwrap_or_else(|| input.get("institution_code"));
        let Some(institution) = institution(mock, code) else {
            return Err(Box::new(unknown_institution(lang, &link)));
        };
        if is_open_data(&institution) {
            let parameters = [("v", link.page_token.as_str()), ("institution_code", code)];
            return Err(elsewhere(lang.address("/conecte/open-data", &parameters)));
        }
        Ok(Self { link, subject, institution })
    }

    fn page(&self, lang: Lang, refusal: Option<&Refusal>) -> Response {
        let code = code(&self.institution);
        let status = if refusal.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        klavi_page(lang, lang.say("Confirme o que compartilhar", "Confirm what you share"))
            .status(status)
            .step(Step::Data.of_all(lang))
            .at("/conecte/confirm", &[("v", &self.link.page_token), ("institution_code", code)])
            .tells(Event::list(&[Event::new("page_view")]))
            .tells_last(Event::last())
            .show(&self.content(lang, refusal.map(|refusal| reason(lang, refusal))))
    }

    fn content(&self, lang: Lang, problem: Option<&str>) -> Markup {
        let clicked = |name| Event::about(name, &self.institution);
        let back = match self.link.institution_code {
            None => lang.address("/conecte/institutions", &[("v", &self.link.page_token)]),
            Some(_) => lang.address("/conecte", &[("v", &self.link.page_token)]),
        };
        html! {
            @if let Some(problem) = problem { (error_summary(lang, &[("confirm", problem)])) }
            (institution_card(&self.institution))
            dl {
                dt { (lang.say("Titular", "Holder")) }
                dd { (self.subject.masked()) }
            }
            h2 { (lang.say("Dados", "Data")) }
            (scope::permissions(lang))
            form #confirm method="post" action="/conecte/confirm" {
                input type="hidden" name="v" value=(self.link.page_token);
                input type="hidden" name="lang" value=(lang.tag());
                input type="hidden" name="institution_code" value=(code(&self.institution));
                input type="hidden" name="form" value=(fresh::token("form"));
                fieldset {
                    legend { (lang.say("Prazo", "Validity")) }
                    label.choice {
                        input type="radio" name="validity" value="12" checked;
                        span { (lang.say("12 meses", "12 months")) }
                    }
                    label.choice {
                        input type="radio" name="validity" value="0";
                        span { (lang.say("Sem data de término", "Without an end")) }
                    }
                }
                details {
                    summary data-event=(clicked("data_confirmation_validity_click").json()) {
                        (lang.say("O que o prazo significa?", "What does validity mean?"))
                    }
                    p { (lang.say(
                        "Depois do prazo a instituição não entrega mais dados, até que você autorize de novo.",
                        "When it is over, the institution gives no more data until you authorise again.",
                    )) }
                }
                details {
                    summary data-event=(clicked("data_confirmation_klavi_portal_click").json()) {
                        (lang.say("Como cancelo depois?", "How do I stop it later?"))
                    }
                    p { (lang.say(
                        "No portal da Klavi ou no aplicativo da instituição. Na simulação, pela API de controle.",
                        "In Klavi's portal or in the institution's app. In the simulation, by its control API.",
                    )) }
                }
                p.actions {
                    button.button.primary data-event=(clicked("data_confirmation_continue_click").json()) {
                        (lang.say("Continuar em", "Continue at")) " " (name(&self.institution))
                    }
                    (link(
                        "button",
                        &back,
                        lang.say("Voltar", "Back"),
                        &clicked("data_confirmation_back_click"),
                    ))
                    (link(
                        "button",
                        &leave_address(lang, &self.link),
                        lang.say("Sair", "Leave"),
                        &Event::new("data_confirmation_exit_click"),
                    ))
                }
            }
        }
    }
}

/// What the API would answer, in the user's words.
fn reason(lang: Lang, refusal: &Refusal) -> &str {
    if refusal.is(BusinessCode::CONSENT_LIMIT) {
        lang.say(
            "Há consentimentos demais para este titular nesta instituição. Cancele um deles e tente de novo.",
            "There are too many consents of this holder at this institution. Revoke one and try again.",
        )
    } else if refusal.is(BusinessCode::INVALID_INSTITUTION) {
        lang.say(
            "A instituição está fora do ar. Tente mais tarde ou escolha outra.",
            "The institution is out of service. Try later or choose another one.",
        )
    } else {
        &refusal.message
    }
}

fn unknown_institution(lang: Lang, link: &LinkView) -> Response {
    let list = lang.address("/conecte/institutions", &[("v", &link.page_token)]);
    klavi_page(lang, lang.say("Instituição desconhecida", "Unknown institution"))
        .status(StatusCode::NOT_FOUND)
        .tells(Event::list(&[Event::new("page_view")]))
        .tells_last(Event::last())
        .show(&html! {
            p { (lang.say("A instituição escolhida não existe.", "The institution chosen does not exist.")) }
            p.actions {
                a.button.primary href=(list) { (lang.say("Ver instituições", "Show institutions")) }
            }
        })
}
