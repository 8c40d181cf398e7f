//! What the institutions of the mock make of a login.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::institutions::Institution;
use crate::refusal::Refusal;
use crate::rules;
use crate::store::Challenge;

/// The one password that is wrong anywhere.
const WRONG: &str = "pass_invalid";
/// The password of users with a second factor. Source: developers.belvo.com, `test-in-sandbox`.
const RIGHT: &str = "pass_valid";

/// What the user is asked for beside the password.
pub(super) fn challenge(institution: &Institution, username: &str) -> Option<Challenge> {
    if !institution.asks_token {
        return None;
    }
    Challenge::of_user(username, &mut fastrand::Rng::with_seed(Uuid::new_v4().as_u64_pair().0))
}

/// Whether the institution takes the login. A user with the name of a documented error gets that error.
pub(super) fn judge(institution: &Institution, username: &str, password: &str) -> Result<(), Refusal> {
    if institution.is_down {
        return Err(Refusal::by(&rules::INSTITUTION_DOWN, "The institution is down, try again later"));
    }
    if let Some(refusal) = Refusal::named(username) {
        return Err(refusal);
    }
    let has_factor = institution.asks_token && username.starts_with("mfa_");
    if password == WRONG || has_factor && password != RIGHT {
        return Err(Refusal::login_error());
    }
    Ok(())
}

/// The same for each link of one user at one institution: 44 characters of `A-Z a-z 0-9 - = _`.
pub(super) fn institution_user_id(institution: &Institution, username: &str) -> String {
    let digest = Sha256::digest(format!("{}\n{username}", institution.name));
    URL_SAFE.encode(digest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::institutions;

    #[test]
    fn the_id_of_a_user_has_44_characters_of_the_documented_ones() {
        let bank = institutions::find("erebor_br_retail").unwrap();
        for username in ["bnk100", "maçã", ""] {
            let id = institution_user_id(bank, username);
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-=_".contains(&byte);
            assert!(id.len() == 44 && id.bytes().all(fits), "{id}");
        }
    }
}
