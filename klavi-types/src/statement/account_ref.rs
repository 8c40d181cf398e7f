use std::fmt;

use provider_wire::Text;

/// Kind of account that a statement is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum AccountKind {
    /// Checking account.
    Checking,
    /// Savings account.
    Savings,
    /// Credit card.
    Card,
}

impl AccountKind {
    const fn word(self) -> &'static str {
        match self {
            Self::Checking => "checking",
            Self::Savings => "savings",
            Self::Card => "card",
        }
    }
}

/// Which account, the same for every report and every connection: link and consent ids change, this does not.
///
/// Made of the bank's CNPJ (else its code) and the account's branch, number and check digit; of a card its name and the
/// digits shown. As text: `checking:50685362006773:6272-94088392-4`. Personal data, so closed to `Debug`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountRef {
    kind: AccountKind,
    bank: Text,
    account: Text,
}

impl AccountRef {
    pub(super) fn new(kind: AccountKind, bank: [Option<&Text>; 2], account: &[Option<&Text>]) -> Self {
        let bank = bank.into_iter().flatten().find(|name| !name.is_empty()).cloned().unwrap_or_default();
        let given: Vec<&str> =
            account.iter().flatten().map(|part| part.as_str()).filter(|part| !part.is_empty()).collect();
        Self { kind, bank, account: given.join("-").into() }
    }

    /// Kind of account.
    pub fn kind(&self) -> AccountKind {
        self.kind
    }

    /// The text that stands for it.
    pub fn to_text(&self) -> String {
        format!("{}:{}:{}", self.kind.word(), self.bank.as_str(), self.account.as_str())
    }
}

impl fmt::Debug for AccountRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountRef({}, ..)", self.kind.word())
    }
}
