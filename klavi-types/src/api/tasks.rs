use bon::bon;
use provider_wire::{Check, Integer, Json, List, Map, Secret, Text, open_enum, record};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{InvalidRequest, OpenDataCode, TaskStatus};

/// Answer of `GET /data/v1/tasks/{taskId}/status`: how far the collection at an Open Data institution is.
/// Source: docs.klavi.ai/connect/get-a-task-status.
///
/// ```
/// use klavi_types::api::{MfaType, Task, TaskStatus};
///
/// let body = br#"{"code":200,"message":"ok","status":"needMFA",
///     "mfaInfo":{"mfaId":30,"mfaType":"contact","contact":"(11) *****-0000"}}"#;
/// let task = klavi_types::decode::<Task>(body)?.value;
///
/// assert_eq!(task.status, Some(TaskStatus::NeedMfa));
/// assert_eq!(task.failure(), None);
/// assert_eq!(task.mfa_info.unwrap().mfa_type, Some(MfaType::Contact));
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct Task {
    /// Means something only where the task failed, else 200; see [`failure`](Self::failure).
    pub code: Option<OpenDataCode>,
    /// Text to the code, `ok`.
    pub message: Option<Text>,
    /// Where it stands.
    pub status: Option<TaskStatus>,
    /// What the bank wants as second factor; only with `needMFA`.
    pub mfa_info: Option<MfaInfo>,
}

impl Task {
    /// Why it failed; `None` where it has not.
    pub fn failure(&self) -> Option<OpenDataCode> {
        self.code.filter(|_| self.status == Some(TaskStatus::Fail))
    }

    /// Whether it is over, for good or ill.
    pub fn is_final(&self) -> bool {
        matches!(self.status, Some(TaskStatus::Success | TaskStatus::Fail))
    }
}

/// What the bank wants as second factor. Which of the last three fields is there depends on the kind.
#[record(rename_all = "camelCase")]
pub struct MfaInfo {
    /// Names the factor in the answer.
    pub mfa_id: Option<Integer>,
    /// Its kind. One example has `authMethod` in its place.
    #[wire(or = "authMethod")]
    pub mfa_type: Option<MfaType>,
    /// Where the code was sent to, masked (`contact`).
    pub contact: Option<Text>,
    /// What the user has to answer (`questions`).
    pub questions: List<MfaQuestion>,
    /// Ways to choose from (`multichoice`).
    pub multichoices: List<MfaOption>,
}

/// Kind of second factor.
#[open_enum(rename_all = "snake_case")]
pub enum MfaType {
    /// A code, from wherever the user has it.
    Basic,
    /// A code that was sent to a phone or mailbox.
    Contact,
    /// Questions to answer.
    Questions,
    /// A choice of ways, such as e-mail or SMS. The casing is not certain.
    #[wire(or = "multichoices")]
    Multichoice,
}

/// A question with its possible answers.
#[record]
pub struct MfaQuestion {
    /// Its id, text on the wire.
    pub id: Option<Text>,
    /// The question.
    pub question: Option<Text>,
    /// Answers to choose from.
    pub options: List<MfaOption>,
}

/// One of several possibilities.
#[record]
pub struct MfaOption {
    /// For people: `E-mail`.
    pub label: Option<Text>,
    /// For the answer: `1`.
    pub value: Option<Text>,
}

/// Body of `POST /data/v1/tasks/{taskId}/mfa`: the user's second factor.
/// Source: docs.klavi.ai/connect/submit-mfa-data.
///
/// Give what the institution asks for. How answers to questions are sent is not documented: agree it with Klavi and
/// put it into `further`.
///
/// ```
/// use klavi_types::api::SubmitMfa;
///
/// let answer = SubmitMfa::builder(30).code("123456").build()?;
/// # Ok::<(), klavi_types::api::InvalidRequest>(())
/// ```
#[derive(Clone, Debug)]
pub struct SubmitMfa {
    mfa_id: i64,
    code: Option<Secret>,
    password: Option<Secret>,
    birthday: Option<Secret>,
    username: Option<Secret>,
    switch_verification_type: Option<Text>,
    further: Option<Map<Json>>,
}

const DOCUMENTED: [&str; 6] = ["mfaId", "code", "password", "birthday", "username", "switchVerificationType"];

#[bon]
impl SubmitMfa {
    /// Builds the request; `build()` checks it and names every broken field. An empty text counts as absent.
    #[builder]
    pub fn new(
        /// The factor, as [`MfaInfo::mfa_id`] names it.
        #[builder(start_fn)]
        mfa_id: i64,
        /// The code.
        #[builder(into)]
        code: Option<Secret>,
        /// A password.
        #[builder(into)]
        password: Option<Secret>,
        /// Day of birth; the form is the institution's.
        #[builder(into)]
        birthday: Option<Secret>,
        /// A user name.
        #[builder(into)]
        username: Option<Secret>,
        /// Asks for another kind of verification; its words are not documented.
        #[builder(into)]
        switch_verification_type: Option<String>,
        /// An object with members beyond the documented ones.
        further: Option<Json>,
    ) -> Result<Self, InvalidRequest> {
        let mut check = Check::default();
        if mfa_id < 1 {
            check.problem("mfaId", "not an id that Klavi gave");
        }
        let further = further.and_then(|json| {
            let members = json.parse::<Map<Json>>().ok();
            if members.is_none() {
                check.problem("further", "not a JSON object");
            }
            members
        });
        for name in further.iter().flat_map(Map::iter).map(|(name, _)| name) {
            if DOCUMENTED.contains(&name) {
                check.problem("further", format!("{name} has a field of its own"));
            }
        }
        let given = |secret: Option<Secret>| secret.filter(|secret| !secret.is_empty());
        check.finish().map(|()| Self {
            mfa_id,
            code: given(code),
            password: given(password),
            birthday: given(birthday),
            username: given(username),
            switch_verification_type: switch_verification_type
                .filter(|word| !word.is_empty())
                .map(Text::from),
            further,
        })
    }
}

impl Serialize for SubmitMfa {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(None)?;
        out.serialize_entry("mfaId", &self.mfa_id)?;
        let secrets = [
            ("code", &self.code),
            ("password", &self.password),
            ("birthday", &self.birthday),
            ("username", &self.username),
        ];
        for (name, secret) in secrets {
            if let Some(secret) = secret {
                out.serialize_entry(name, secret)?;
            }
        }
        if let Some(word) = &self.switch_verification_type {
            out.serialize_entry("switchVerificationType", word)?;
        }
        for (name, value) in self.further.iter().flat_map(Map::iter) {
            out.serialize_entry(name, value)?;
        }
        out.end()
    }
}
