use super::visit::Visit;
use crate::instance::{Instance, NewCredentials, Shut};
use crate::institutions::Institution;
use crate::store::{Link, Secret};
use html_kit::Input;
use provider_mock::Error;
use synthetic_data::tax_id;

/// Any but the one that is wrong.
const PASSWORD: &str = "full";

/// What comes of the user's way through the pages, who says yes to everything.
pub(crate) fn connect(
    mock: &Instance,
    access: &str,
    institution: &'static Institution,
    username: &str,
) -> Result<Link, Error> {
    let visit = Visit::of(mock, &Input::of([("access_token", access)])).map_err(shut)?;
    let done = if institution.is_open_finance() {
        let document = match &visit.token.document {
            Some(known) => known.expose().to_owned(),
            None => cpf(username)?,
        };
        let consent = mock.begin_consent(access, institution, document).map_err(shut)?;
        let new = visit.new_link(institution, consent.document.expose(), "");
        mock.authorise_at_bank(&consent.id, false, new)
    } else if visit.token.link_id.is_some() {
        mock.mend_in_widget(access, &NewCredentials { password: Secret::new(PASSWORD), token: None })
    } else {
        mock.register_in_widget(access, visit.new_link(institution, username, PASSWORD))
    };
    done.map_err(|refusal| Error::Refused(refusal.first().0))
}

fn cpf(typed: &str) -> Result<String, Error> {
    let bare: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    if tax_id::is_cpf(&bare) { Ok(bare) } else { Err(Error::InvalidLogin) }
}

fn shut(_: Shut) -> Error {
    Error::Refused("session_expired_ob")
}
