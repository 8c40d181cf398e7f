use super::visit::Visit;
use crate::belvo::instance::{Instance, NewCredentials};
use crate::belvo::institutions::Institution;
use crate::belvo::store::{Link, Secret};
use crate::pages::input::Input;

/// Any but the one that is wrong.
const PASSWORD: &str = "full";
/// The code of a widget token that opens nothing.
const SHUT: &str = "session_expired_ob";

/// What comes of the user's way through the pages, who says yes to everything; else the code of the refusal.
pub(in crate::belvo) fn connect(
    mock: &Instance,
    access: &str,
    institution: &'static Institution,
    username: &str,
) -> Result<Link, &'static str> {
    let visit = Visit::of(mock, &Input::of([("access_token", access)])).map_err(|_| SHUT)?;
    let done = if institution.is_open_finance() {
        let known = visit.token.document.as_ref().map_or(username, |document| document.expose());
        let digits = known.chars().filter(char::is_ascii_alphanumeric).collect();
        let consent = mock.begin_consent(access, institution, digits).map_err(|_| SHUT)?;
        let new = visit.new_link(institution, consent.document.expose(), "");
        mock.authorise_at_bank(&consent.id, false, new)
    } else if visit.token.link_id.is_some() {
        mock.mend_in_widget(access, &NewCredentials { password: Secret::new(PASSWORD), token: None })
    } else {
        mock.register_in_widget(access, visit.new_link(institution, username, PASSWORD))
    };
    done.map_err(|refusal| refusal.first().0)
}
