use klavi_types::api::OpenDataCode;
use serde::{Deserialize, Serialize};

use super::FactorKind;

/// What is to come of a login. A login says it by the last three characters of its last field: `301` to `304` ask for
/// a second factor, `201` to `203` and `400` to `413` are the code it ends with, anything else is a plain success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) factor: Option<FactorKind>,
    code: i64,
}

impl Plan {
    /// What the last field of a login says. An e-mail address says it before its `@`.
    pub(crate) fn of(secret: &str) -> Self {
        let secret = secret.split('@').next().unwrap_or_default();
        let ending = secret.len().checked_sub(3).and_then(|start| secret.get(start..));
        let number = ending.filter(|ending| ending.bytes().all(|byte| byte.is_ascii_digit()));
        let number = number.and_then(|digits| digits.parse().ok()).unwrap_or(200);
        let factor = match number {
            301 => Some(FactorKind::Basic),
            302 => Some(FactorKind::Contact),
            303 => Some(FactorKind::Questions),
            304 => Some(FactorKind::Multichoice),
            _ => None,
        };
        let code = if matches!(number, 201..=203 | 400..=413) { number } else { 200 };
        Self { factor, code }
    }

    /// The code that the collection ends with.
    pub(super) fn code(self) -> OpenDataCode {
        self.code.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_three_characters_decide() {
        for (secret, factor, code) in [
            ("123456", None, 200),
            ("123301", Some(FactorKind::Basic), 200),
            ("Senha304", Some(FactorKind::Multichoice), 200),
            ("ana413@a.example", None, 413),
            ("1203", None, 203),
            ("1399", None, 200),
            ("1414", None, 200),
            ("çç402", None, 402),
            ("402ç", None, 200),
            ("02", None, 200),
            ("", None, 200),
        ] {
            assert_eq!(Plan::of(secret), Plan { factor, code }, "{secret}");
        }
    }
}
