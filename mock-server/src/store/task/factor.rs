use klavi_types::List;
use klavi_types::api::{MfaInfo, MfaOption, MfaQuestion, MfaType};
use serde::{Deserialize, Serialize};

/// The code that every institution of the mock sends.
pub(crate) const RIGHT_CODE: &str = "123456";

/// Wrong answers after which the institution has enough. Chosen.
const WRONG_ANSWERS: u8 = 3;

/// The option that answers the question.
const RIGHT_OPTION: &str = "2";
const BY_EMAIL: &str = "1";
/// The ways of docs.klavi.ai/connect/get-a-task-status.
const WAYS: [(&str, &str); 2] = [("E-mail", BY_EMAIL), ("SMS", "2")];

/// Kinds of second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum FactorKind {
    Basic,
    Contact,
    Questions,
    Multichoice,
}

/// A second factor that the user is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Factor {
    kind: FactorKind,
    /// Where a code was sent to.
    to_email: bool,
    /// How many answers were wrong.
    wrong: u8,
}

/// The user's answer to a second factor.
#[derive(Default)]
pub(crate) struct FactorAnswer {
    pub(crate) mfa_id: i64,
    pub(crate) code: Option<String>,
    pub(crate) switch_verification_type: Option<String>,
}

/// Why an answer is not passed on to the institution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotPassedOn {
    /// Nothing is asked for.
    NotWaiting,
    /// Another factor is asked for.
    OtherFactor,
    /// What the factor asks for is missing.
    Missing(&'static str),
}

/// What the institution makes of an answer.
pub(super) enum Verdict {
    Right,
    /// It asks again, or for what follows.
    Asks(Factor),
    /// There were too many wrong ones.
    Enough,
}

impl Factor {
    pub(super) fn new(kind: FactorKind) -> Self {
        Self { kind, to_email: false, wrong: 0 }
    }

    /// The ids of the documented examples; after a wrong answer the factor has the next number.
    fn id(self) -> i64 {
        let first = match self.kind {
            FactorKind::Basic => 22,
            FactorKind::Contact => 30,
            FactorKind::Questions => 32,
            FactorKind::Multichoice => 51,
        };
        first + i64::from(self.wrong)
    }

    /// Judges an answer. A wrong one is an answer too: the institution asks again, with another id.
    pub(super) fn judge(self, answer: &FactorAnswer) -> Result<Verdict, NotPassedOn> {
        if answer.mfa_id != self.id() {
            return Err(NotPassedOn::OtherFactor);
        }
        let code = answer.code.as_deref();
        let right = match self.kind {
            FactorKind::Basic | FactorKind::Contact => needed(code, "code")? == RIGHT_CODE,
            FactorKind::Questions => needed(code, "code")? == RIGHT_OPTION,
            FactorKind::Multichoice => {
                let chosen = answer.switch_verification_type.as_deref().or(code);
                let chosen = needed(chosen, "switchVerificationType")?;
                if WAYS.iter().any(|(_, value)| *value == chosen) {
                    let to_email = chosen == BY_EMAIL;
                    return Ok(Verdict::Asks(Self { to_email, ..Self::new(FactorKind::Contact) }));
                }
                false
            }
        };
        let wrong = self.wrong + 1;
        Ok(match right {
            true => Verdict::Right,
            false if wrong < WRONG_ANSWERS => Verdict::Asks(Self { wrong, ..self }),
            false => Verdict::Enough,
        })
    }

    /// As the API shows it, at the institution of that name.
    pub(super) fn info(self, institution: &str) -> MfaInfo {
        let mut info = MfaInfo::default();
        info.mfa_id = Some(self.id().into());
        info.mfa_type = Some(match self.kind {
            FactorKind::Basic => MfaType::Basic,
            FactorKind::Contact => MfaType::Contact,
            FactorKind::Questions => MfaType::Questions,
            FactorKind::Multichoice => MfaType::Multichoice,
        });
        match self.kind {
            FactorKind::Basic => {}
            FactorKind::Contact => {
                let contact = if self.to_email { "c******@cliente.example" } else { "(11) *****-0000" };
                info.contact = Some(contact.into());
            }
            FactorKind::Questions => info.questions = List::from(vec![question(institution)]),
            FactorKind::Multichoice => {
                info.multichoices = WAYS.iter().map(|(label, value)| option(label, value)).collect();
            }
        }
        info
    }
}

fn needed<'a>(given: Option<&'a str>, name: &'static str) -> Result<&'a str, NotPassedOn> {
    given.ok_or(NotPassedOn::Missing(name))
}

fn question(institution: &str) -> MfaQuestion {
    let mut question = MfaQuestion::default();
    question.id = Some("100".into());
    question.question = Some("Em qual instituição você está entrando?".into());
    question.options = List::from(vec![
        option("Banco Imaginário", "1"),
        option(institution, RIGHT_OPTION),
        option("Nenhuma destas", "3"),
    ]);
    question
}

fn option(label: &str, value: &str) -> MfaOption {
    let mut option = MfaOption::default();
    option.label = Some(label.into());
    option.value = Some(value.into());
    option
}
