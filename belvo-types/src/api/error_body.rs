use provider_wire::{Flag, Integer, Text, decode, record};

use super::ErrorCode;
use crate::{InstitutionUserId, LinkId, OneOrMany, RequestId, Secret};

/// Payments nest two levels; more is nothing that Belvo documents.
const MAX_DEPTH: usize = 4;

/// One error of a refusal. Source: developers.belvo.com, belvo-api-errors.
#[record]
pub struct ApiError {
    /// What went wrong, in a word.
    pub code: Option<ErrorCode>,
    /// The same for people; not stable, may repeat what was sent.
    pub message: Option<Text>,
    /// Id of the request, 32 hexadecimal digits: what Belvo's support asks for.
    pub request_id: Option<RequestId>,
    /// The field of the request that it is about.
    pub field: Option<Text>,
    /// With `duplicated`: who has a link already.
    pub institution_user_id: Option<InstitutionUserId>,
    /// With `token_required`: the session to resume.
    pub session: Option<Secret>,
    /// With `token_required`: seconds for the user's answer, as a number or as text.
    pub expiry: Option<Integer>,
    /// With `token_required`: the link that is not confirmed yet.
    pub link: Option<LinkId>,
    /// With `token_required`: how the user gets the token.
    pub token_generation_data: Option<TokenGenerationData>,
}

/// How the user gets the token that an institution asks for, as it comes;
/// [`MfaChallenge`](super::MfaChallenge) is made of it.
#[record]
pub struct TokenGenerationData {
    /// What to tell the user.
    pub instructions: Option<Text>,
    /// `inputless`, `numeric`, `qr`, `text`.
    pub r#type: Option<Text>,
    /// The code to enter, the picture to scan (base64), the question to answer; null for `inputless`.
    pub value: Option<Text>,
    /// Whether the user's answer is to be sent. Both spellings are documented.
    #[wire(or = "expect_user_input")]
    pub expects_user_input: Option<Flag>,
}

/// The errors of a refusal, whichever shape the body has: an array, one object, the nested objects of payments.
///
/// ```
/// use belvo_types::api::{ErrorBody, ErrorCode};
///
/// let array = br#"[{"code":"login_error","message":"Invalid credentials","request_id":"8c1f"}]"#;
/// assert_eq!(ErrorBody::read(array).code(), Some(&ErrorCode::LoginError));
///
/// let nested = br#"{"request_id":"8c1f","amount":[{"message":"Too small","code":"min_value"}]}"#;
/// let body = ErrorBody::read(nested);
/// assert_eq!(body.errors()[0].field.as_ref().unwrap(), &"amount");
///
/// assert!(ErrorBody::read(b"<html>403 Forbidden</html>").errors().is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ErrorBody(Vec<ApiError>);

impl ErrorBody {
    /// Reads the body of an answer that is not 2xx. Any body will do: one that is no JSON has no errors.
    pub fn read(body: &[u8]) -> Self {
        let mut errors = Vec::new();
        if let Ok(decoded) = decode::<OneOrMany<ApiError>>(body) {
            for error in decoded.value.into_vec() {
                flatten(error, MAX_DEPTH, &mut errors);
            }
        }
        Self(errors)
    }

    /// Every error.
    pub fn errors(&self) -> &[ApiError] {
        &self.0
    }

    /// Every error, owned.
    pub fn into_errors(self) -> Vec<ApiError> {
        self.0
    }

    /// The code of the first error that has one.
    pub fn code(&self) -> Option<&ErrorCode> {
        self.codes().next()
    }

    /// The codes of all errors.
    pub fn codes(&self) -> impl Iterator<Item = &ErrorCode> {
        self.0.iter().filter_map(|error| error.code.as_ref())
    }
}

/// An error without a code may hold others, each under the name of the field that it is about.
fn flatten(error: ApiError, depth: usize, into: &mut Vec<ApiError>) {
    let before = into.len();
    if error.code.is_none() && depth > 0 {
        for (name, text) in error.extra().iter() {
            let Ok(decoded) = decode::<OneOrMany<ApiError>>(text.as_bytes()) else { continue };
            for mut inner in decoded.value.into_vec() {
                inner.field = inner.field.or_else(|| Some(name.into()));
                inner.request_id = inner.request_id.or_else(|| error.request_id.clone());
                flatten(inner, depth - 1, into);
            }
        }
    }
    if into.len() == before && (error.code.is_some() || error.message.is_some() || depth == MAX_DEPTH) {
        into.push(error);
    }
}
