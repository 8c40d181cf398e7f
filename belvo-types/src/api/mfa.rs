//! Second factors.

use std::fmt;
use std::time::Duration;

use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, Engine as _, GeneralPurpose, GeneralPurposeConfig};

use super::{ApiError, ErrorCode, ResumeLink, TokenGenerationData};
use crate::{Flag, LinkId, RequestId, Secret, Text};

/// Pictures come with padding and without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A second factor that an institution asks for, with the session to go on with. An ordinary outcome, not an error.
///
/// Show the user what [`kind`](Self::kind) says, then resume with [`answer`](Self::answer), or with
/// [`confirm`](Self::confirm) where no input is [expected](Self::expects_user_input). The codes of `numeric` and `qr`
/// are valid for 30 or 60 seconds; after that the resumption brings another challenge, with a new code.
///
/// ```
/// use belvo_types::api::{ErrorBody, MfaChallenge, MfaKind};
///
/// let body = br#"[{"code":"token_required","message":"A MFA token is required by the institution to login",
///     "request_id":"8c1f","session":"2675b703","expiry":"60","link":"0f9c1c3e","token_generation_data":
///     {"instructions":"Use this code","type":"numeric","value":"12345","expects_user_input":true}}]"#;
/// let challenge = MfaChallenge::of(&ErrorBody::read(body).errors()[0]).unwrap();
/// let MfaKind::Numeric(code) = challenge.kind() else { unreachable!("the type is numeric") };
/// println!("enter {} in the app of your bank", code.as_str());
/// let resume = challenge.answer("987654");
/// ```
#[derive(Clone, PartialEq)]
pub struct MfaChallenge {
    session: Secret,
    link: LinkId,
    expires_in: Option<Duration>,
    kind: MfaKind,
    instructions: Option<Text>,
    expects_user_input: bool,
    request_id: Option<RequestId>,
}

/// What the user does to get the token.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum MfaKind {
    /// Makes a token with a device or app of his own.
    Inputless,
    /// Enters this code in the bank's app.
    Numeric(Text),
    /// Scans this picture.
    Qr(QrImage),
    /// Answers this question; the answer is the token.
    Text(Text),
    /// A kind that this version does not know, or none at all, or one without what belongs to it.
    Unknown {
        /// The word for the kind.
        r#type: Option<Text>,
        /// What came with it.
        value: Option<Text>,
    },
}

/// A picture to scan.
#[derive(Clone, PartialEq, Eq)]
pub struct QrImage(Vec<u8>);

impl MfaChallenge {
    /// The challenge in an error; `None` where the error is another one, such as `activation_required`, or lacks the
    /// session or the link.
    pub fn of(error: &ApiError) -> Option<Self> {
        if error.code.as_ref().is_some_and(|code| *code != ErrorCode::TokenRequired) {
            return None;
        }
        let data = error.token_generation_data.as_ref();
        Some(Self {
            session: error.session.clone().filter(|session| !session.is_empty())?,
            link: error.link.clone()?,
            expires_in: error
                .expiry
                .and_then(|seconds| u64::try_from(seconds.get()).ok())
                .map(Duration::from_secs),
            kind: MfaKind::of(data),
            instructions: data.and_then(|data| data.instructions.clone()),
            expects_user_input: data.and_then(|data| data.expects_user_input).is_none_or(Flag::get),
            request_id: error.request_id.clone(),
        })
    }

    /// The session to resume. Usable by whoever has it, so it is closed to `Debug`.
    pub fn session(&self) -> &Secret {
        &self.session
    }

    /// The link, which is `unconfirmed` until the challenge is answered.
    pub fn link(&self) -> &LinkId {
        &self.link
    }

    /// How long the session waits for the answer, from when it came.
    pub fn expires_in(&self) -> Option<Duration> {
        self.expires_in
    }

    /// What the user does.
    pub fn kind(&self) -> &MfaKind {
        &self.kind
    }

    /// What to tell the user.
    pub fn instructions(&self) -> Option<&str> {
        self.instructions.as_ref().map(Text::as_str)
    }

    /// Whether the user gives a token back. Where not, the session is resumed nevertheless, without one.
    pub fn expects_user_input(&self) -> bool {
        self.expects_user_input
    }

    /// Belvo's id of the request that brought it.
    pub fn request_id(&self) -> Option<&RequestId> {
        self.request_id.as_ref()
    }

    /// Resumes with the user's token.
    pub fn answer(&self, token: impl Into<Secret>) -> ResumeLink {
        ResumeLink::of(self, Some(token.into()))
    }

    /// Resumes without a token: the user has scanned or confirmed.
    pub fn confirm(&self) -> ResumeLink {
        ResumeLink::of(self, None)
    }
}

impl MfaKind {
    fn of(data: Option<&TokenGenerationData>) -> Self {
        let word = data.and_then(|data| data.r#type.clone());
        let value = data.and_then(|data| data.value.clone());
        let known = match (word.as_ref().map(Text::as_str), &value) {
            (Some("inputless"), _) => Some(Self::Inputless),
            (Some("numeric"), Some(code)) => Some(Self::Numeric(code.clone())),
            (Some("qr"), Some(picture)) => QrImage::decode(picture.as_str()).map(Self::Qr),
            (Some("text"), Some(question)) => Some(Self::Text(question.clone())),
            _ => None,
        };
        known.unwrap_or(Self::Unknown { r#type: word, value })
    }
}

impl QrImage {
    /// Reads base64, also in the form of a `data:` URL and over several lines.
    fn decode(text: &str) -> Option<Self> {
        let base64 = match text.strip_prefix("data:") {
            Some(url) => url.split_once(";base64,")?.1,
            None => text,
        };
        let base64: String = base64.split_ascii_whitespace().collect();
        BASE64.decode(base64).ok().filter(|bytes| !bytes.is_empty()).map(Self)
    }

    /// The picture.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The media type, `image/png`, told by the first bytes.
    pub fn media_type(&self) -> Option<&'static str> {
        const STARTS: [(&[u8], &str); 5] = [
            (b"\x89PNG\r\n\x1a\n", "image/png"),
            (b"\xff\xd8\xff", "image/jpeg"),
            (b"GIF8", "image/gif"),
            (b"<svg", "image/svg+xml"),
            (b"<?xml", "image/svg+xml"),
        ];
        STARTS.iter().find(|(start, _)| self.0.starts_with(start)).map(|(_, media_type)| *media_type)
    }
}

impl fmt::Debug for MfaChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MfaChallenge")
            .field("kind", &self.kind)
            .field("expires_in", &self.expires_in)
            .field("expects_user_input", &self.expects_user_input)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for MfaKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Inputless => "Inputless",
            Self::Numeric(_) => "Numeric(..)",
            Self::Qr(_) => "Qr(..)",
            Self::Text(_) => "Text(..)",
            Self::Unknown { .. } => "Unknown(..)",
        })
    }
}

impl fmt::Debug for QrImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QrImage({} bytes)", self.0.len())
    }
}
