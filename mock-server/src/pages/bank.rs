use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Form, Path, Query, State};
use axum::response::Response;
use http::{Method, StatusCode};

use super::html::{Escaped, notice, page};
use super::link::decision;
use super::redirect::{Back, see_other};
use crate::Error;
use crate::instance::{Instance, Shut};
use crate::institutions;

/// The page behind `consentRedirectURL`: opened once, within 60 seconds.
pub(crate) async fn show(
    State(mock): State<Arc<Instance>>,
    method: Method,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    if method == Method::HEAD {
        // A preview must not use the address up.
        return notice(StatusCode::OK, "Banco simulado", "");
    }
    match mock.open_ticket(query.get("ticket").map_or("", String::as_str)) {
        Ok((consent_id, session)) => bank_page(&mock, &consent_id, &session),
        Err(shut) => shut_page(shut),
    }
}

pub(crate) async fn decide(
    State(mock): State<Arc<Instance>>,
    Path(word): Path<String>,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let Some(decision) = decision(&word) else {
        return notice(StatusCode::NOT_FOUND, "Página não encontrada", "Este endereço não existe.");
    };
    let id = match mock.consent_of_session(form.get("session").map_or("", String::as_str)) {
        Ok(id) => id,
        Err(shut) => return shut_page(shut),
    };
    match mock.decide(&id, decision) {
        Ok(()) => {}
        Err(Error::NotPending(_)) => return shut_page(Shut::Decided),
        Err(_) => return shut_page(Shut::Unknown),
    }
    let store = mock.store();
    let Some(consent) = store.consent(&id) else { return shut_page(Shut::Unknown) };
    let link = store.link(&consent.link_id);
    let back = Back {
        link_id: &consent.link_id,
        consent: Some((&consent.id, &consent.external_track_id)),
        external_info: link.and_then(|link| link.external_info.as_ref()),
        decision,
    };
    back.address(&consent.redirect_url).map_or_else(|| shut_page(Shut::Decided), |url| see_other(&url))
}

fn bank_page(mock: &Instance, consent_id: &str, session: &str) -> Response {
    let store = mock.store();
    let Some(consent) = store.consent(consent_id) else { return shut_page(Shut::Unknown) };
    let name = institutions::find(&consent.institution_code).map_or("", |institution| institution.name);
    let groups: String =
        consent.answer().permissions_apply.iter().map(|group| format!("<li>{group}</li>")).collect();
    let body = format!(
        "<p>A Klavi pede acesso aos dados de <strong>{tax_id}</strong> neste banco:</p><ul>{groups}</ul>\
         <form method=\"post\"><input type=\"hidden\" name=\"session\" value=\"{session}\">\
         <button class=\"yes\" formaction=\"/mock-bank/authorise\">Autorizar</button>\
         <button formaction=\"/mock-bank/reject\">Recusar</button></form>",
        tax_id = Escaped(consent.subject.tax_id()),
        session = Escaped(session),
    );
    page(StatusCode::OK, name, &body)
}

fn shut_page(shut: Shut) -> Response {
    let (status, text) = match shut {
        Shut::Unknown => (StatusCode::NOT_FOUND, "Este endereço não existe."),
        Shut::Expired => {
            (StatusCode::GONE, "Este endereço expirou: ele vale por 60 segundos. Volte e tente de novo.")
        }
        Shut::Opened => (StatusCode::GONE, "Este endereço já foi aberto: ele funciona uma única vez."),
        Shut::Decided => {
            (StatusCode::GONE, "Este consentimento já foi decidido ou o prazo de 60 minutos passou.")
        }
    };
    notice(status, "Página indisponível", text)
}
