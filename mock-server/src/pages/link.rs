use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Form, Path, Query, State};
use axum::response::Response;
use http::StatusCode;

use super::html::{Escaped, notice, page};
use super::redirect::{Back, see_other};
use crate::instance::{Instance, NewConsent, Shut};
use crate::institutions::INSTITUTIONS;
use crate::store::{Decision, Store, Subject};
use crate::tax_id;

type Pairs = HashMap<String, String>;

/// What the page needs of its link.
struct Session {
    link_id: String,
    subject: Option<Subject>,
    institution_code: Option<String>,
    redirect_url: Option<String>,
}

/// The page behind `linkURL`: as often as one likes while the link lives.
pub(crate) async fn show(State(mock): State<Arc<Instance>>, Query(query): Query<Pairs>) -> Response {
    let token = query.get("v").map_or("", String::as_str);
    match session(&mock, token) {
        Ok(session) => form(&mock, &session, token, StatusCode::OK, None),
        Err(shut) => shut_page(shut),
    }
}

pub(crate) async fn decide(
    State(mock): State<Arc<Instance>>,
    Path(word): Path<String>,
    Form(input): Form<Pairs>,
) -> Response {
    let Some(decision) = decision(&word) else {
        return notice(StatusCode::NOT_FOUND, "Página não encontrada", "Este endereço não existe.");
    };
    let given = |name: &str| input.get(name).map_or("", String::as_str);
    let token = given("v");
    let session = match session(&mock, token) {
        Ok(session) => session,
        Err(shut) => return shut_page(shut),
    };
    let again = |status, text: &str| form(&mock, &session, token, status, Some(text));
    let Some(subject) = session.subject.clone().or_else(|| typed_subject(given("personal_tax_id"))) else {
        return again(StatusCode::UNPROCESSABLE_ENTITY, "Informe um CPF válido, só com números.");
    };
    let institution_code =
        session.institution_code.clone().unwrap_or_else(|| given("institution_code").to_owned());
    let redirect_url = session.redirect_url.clone().unwrap_or_default();
    let external_track_id = None;
    let new = NewConsent { external_track_id, subject, institution_code, redirect_url, twelve_months: true };
    let decided = mock.create_consent(&session.link_id, new).map(|id| mock.decide(&id, decision));
    if let Err(refusal) = decided {
        return again(refusal.status, &refusal.message);
    }
    leave(&mock, &session, decision)
}

/// The last part of the address that a form is sent to.
pub(crate) fn decision(word: &str) -> Option<Decision> {
    match word {
        "authorise" => Some(Decision::Authorise),
        "reject" => Some(Decision::Reject),
        _ => None,
    }
}

fn session(mock: &Instance, token: &str) -> Result<Session, Shut> {
    let store = mock.store();
    let link = store.links.iter().find(|link| link.page_token == token).ok_or(Shut::Unknown)?;
    if link.expires_at <= mock.clock.now() {
        return Err(Shut::Expired);
    }
    Ok(Session {
        link_id: link.id.clone(),
        subject: Subject::new(link.personal_tax_id.clone(), link.business_tax_id.clone()),
        institution_code: link.institution_code.clone(),
        redirect_url: link.redirect_url.clone(),
    })
}

fn shut_page(shut: Shut) -> Response {
    let (status, text) = match shut {
        Shut::Expired => (StatusCode::GONE, "Este link expirou: ele vale por 30 minutos. Peça um novo."),
        Shut::Unknown | Shut::Opened | Shut::Decided => (StatusCode::NOT_FOUND, "Este link não existe."),
    };
    notice(status, "Página indisponível", text)
}

fn typed_subject(cpf: &str) -> Option<Subject> {
    tax_id::is_cpf(cpf).then(|| Subject::Person { cpf: cpf.to_owned() })
}

fn form(
    mock: &Instance,
    session: &Session,
    token: &str,
    status: StatusCode,
    error: Option<&str>,
) -> Response {
    let mut body = String::new();
    if let Some(error) = error {
        write!(body, "<p class=\"error\">{}</p>", Escaped(error)).expect("a string takes everything");
    }
    let tax_id = if session.subject.is_some() {
        ""
    } else {
        "<label>CPF <input name=\"personal_tax_id\" inputmode=\"numeric\" required></label>"
    };
    let banks = banks(&mock.store(), session.institution_code.as_deref());
    write!(
        body,
        "<form method=\"post\"><input type=\"hidden\" name=\"v\" value=\"{token}\">{tax_id}<fieldset>\
         <legend>Instituição</legend>{banks}</fieldset>\
         <button class=\"yes\" formaction=\"/conecte/authorise\">Autorizar</button>\
         <button formaction=\"/conecte/reject\">Recusar</button></form>",
        token = Escaped(token),
    )
    .expect("a string takes everything");
    page(status, "Escolha a sua instituição", &body)
}

/// All banks, or the one that the partner chose.
fn banks(store: &Store, only: Option<&str>) -> String {
    INSTITUTIONS
        .iter()
        .filter(|bank| only.is_none_or(|code| code == bank.code))
        .map(|bank| {
            let (state, note) = match (store.is_out_of_service(bank), only) {
                (true, _) => ("disabled", " (fora do ar)"),
                (false, Some(_)) => ("checked", ""),
                (false, None) => ("required", ""),
            };
            format!(
                "<label><input type=\"radio\" name=\"institution_code\" value=\"{code}\" {state}>\
                 <img src=\"/logos/{code}.svg\" alt=\"\" width=\"24\" height=\"24\">{name}{note}</label>",
                code = Escaped(bank.code),
                name = Escaped(bank.name),
            )
        })
        .collect()
}

fn leave(mock: &Instance, session: &Session, decision: Decision) -> Response {
    let store = mock.store();
    let external_info = store.link(&session.link_id).and_then(|link| link.external_info.as_ref());
    let back = Back { link_id: &session.link_id, consent: None, external_info, decision };
    let url = session.redirect_url.as_deref().and_then(|redirect_url| back.address(redirect_url));
    url.map_or_else(
        || {
            let text = match decision {
                Decision::Authorise => "Consentimento autorizado. Você já pode fechar esta página.",
                Decision::Reject => "Consentimento recusado. Você já pode fechar esta página.",
            };
            notice(StatusCode::OK, "Concluído", text)
        },
        |url| see_other(&url),
    )
}
