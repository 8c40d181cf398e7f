//! Which account a statement is of, in whatever spelling.

use std::fmt;

use provider_wire::Text;
use serde::{Deserialize, Serialize};

/// Kind of account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccountKind {
    /// Checking account.
    Checking,
    /// Savings account.
    Savings,
    /// Credit card.
    Card,
    /// An account of which the report says no kind, or one that this crate does not know.
    Unknown,
}

impl AccountKind {
    /// `checking`, `savings`, `card`, `unknown`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Checking => "checking",
            Self::Savings => "savings",
            Self::Card => "card",
            Self::Unknown => "unknown",
        }
    }
}

/// What a report says of the bank of an account. Each part identifies the bank alone, so any of them will do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bank<'a> {
    /// CNPJ, with or without punctuation or leading zeros.
    pub cnpj: Option<&'a str>,
    /// COMPE code: `001`.
    pub compe: Option<&'a str>,
    /// Name; counts only where neither CNPJ nor COMPE code is given.
    pub name: Option<&'a str>,
    /// Id of the consent, which is for one bank.
    pub consent: Option<&'a str>,
}

impl Bank<'_> {
    /// The names by which the bank may be known, the best first.
    pub(crate) fn names(&self) -> Vec<String> {
        let named = |prefix: &str, part: Option<&str>| Some(format!("{prefix}{}", plain(part?)?));
        let codes = [named("cnpj-", self.cnpj), named("compe-", self.compe)];
        let name = if codes == [None, None] { named("name-", self.name) } else { None };
        let consent = self.consent.map(|consent| format!("consent-{consent}"));
        let names: Vec<_> = codes.into_iter().flatten().chain(name).chain(consent).collect();
        if names.is_empty() { vec![String::new()] } else { names }
    }
}

/// What identifies an account: one or more marks, any of which two statements of the same account share.
///
/// Personal data, so closed to `Debug`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Saved")]
pub struct AccountIdentity {
    kind: AccountKind,
    /// The best first; never empty.
    marks: Vec<Text>,
}

/// An identity as it is read, before it is known to have a mark.
#[derive(Deserialize)]
struct Saved {
    kind: AccountKind,
    marks: Vec<Text>,
}

impl TryFrom<Saved> for AccountIdentity {
    type Error = &'static str;

    fn try_from(Saved { kind, marks }: Saved) -> Result<Self, Self::Error> {
        if marks.is_empty() { Err("an account without a mark") } else { Ok(Self { kind, marks }) }
    }
}

impl AccountIdentity {
    /// A checking or savings account: its bank, branch and number. The check digit follows from these and does not
    /// count; it is taken off a number that ends in `-4`.
    ///
    /// ```
    /// use statements::{AccountIdentity, AccountKind, Bank};
    ///
    /// let bank = Bank { cnpj: Some("00.000.000/0001-91"), ..Bank::default() };
    /// let account = AccountIdentity::of_account(AccountKind::Checking, &bank, Some("0012"), Some("94088-4"));
    /// assert_eq!(account.key().as_str(), "checking:cnpj-191:12:94088");
    /// ```
    pub fn of_account(
        kind: AccountKind,
        bank: &Bank<'_>,
        branch: Option<&str>,
        number: Option<&str>,
    ) -> Self {
        let without_digit = |number: &'_ str| match number.trim().rsplit_once('-') {
            Some((number, digit)) if digit.len() == 1 => number.to_owned(),
            _ => number.to_owned(),
        };
        let branch = branch.and_then(plain).unwrap_or_default();
        let number = number.map(without_digit).as_deref().and_then(plain).unwrap_or_default();
        let mark = |bank: String| Text::from(format!("{}:{bank}:{branch}:{number}", kind.as_str()));
        Self { kind, marks: bank.names().into_iter().map(mark).collect() }
    }

    /// A card account, which has no number of its own: the digits shown of its cards, the ids of its bills, and its name
    /// identify it together, so that it stays the same where cards are added, replaced or reordered.
    pub fn of_card<'a>(
        bank: &Bank<'_>,
        name: Option<&str>,
        shown_digits: impl IntoIterator<Item = &'a str>,
        bills: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let name = name.and_then(plain).unwrap_or_default();
        let digits: Vec<_> = shown_digits.into_iter().filter_map(plain).collect();
        let bills: Vec<_> = bills.into_iter().filter_map(plain).collect();
        let banks = bank.names();
        let of = |bank: &String| {
            let cards = digits.iter().map(|digits| format!("card:{bank}:{name}:{digits}"));
            let named = (!name.is_empty()).then(|| format!("card:{bank}:{name}"));
            let bills = bills.iter().map(|bill| format!("card:{bank}:bill:{bill}"));
            // Of cards without digits, the bills tell two of one name apart.
            cards.chain(bills).chain(named).collect::<Vec<_>>()
        };
        let mut marks: Vec<_> = banks.iter().flat_map(of).map(Text::from).collect();
        if marks.is_empty() {
            marks = banks.iter().map(|bank| Text::from(format!("card:{bank}"))).collect();
        }
        Self { kind: AccountKind::Card, marks }
    }

    /// Kind of account.
    pub fn kind(&self) -> AccountKind {
        self.kind
    }

    /// The key of an account that is known by this statement alone. A ledger that has seen others may use an older one.
    pub fn key(&self) -> AccountKey {
        AccountKey(self.marks[0].clone())
    }

    pub(crate) fn marks(&self) -> &[Text] {
        &self.marks
    }

    /// The marks of one account: the one that names it, then all that any report gave it.
    pub(crate) fn of_marks(kind: AccountKind, first: &Text, all: impl IntoIterator<Item = Text>) -> Self {
        let others = all.into_iter().filter(|mark| mark != first);
        Self { kind, marks: std::iter::once(first.clone()).chain(others).collect() }
    }

    /// The marks that this account has if it is of that kind.
    pub(crate) fn marks_as(&self, kind: AccountKind) -> impl Iterator<Item = Text> {
        let rest = self.marks.iter().filter_map(|mark| mark.as_str().split_once(':'));
        rest.map(move |(_, rest)| Text::from(format!("{}:{rest}", kind.as_str())))
    }
}

impl fmt::Debug for AccountIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountIdentity({}, ..)", self.kind.as_str())
    }
}

/// Names an account of a ledger, the same for every report and every connection. Link and consent ids change, this does
/// not, but where it was made of a consent for want of anything else.
///
/// As text: `checking:cnpj-191:12:94088`. Personal data, so closed to `Debug`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountKey(Text);

impl AccountKey {
    pub(crate) fn new(mark: Text) -> Self {
        Self(mark)
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountKey(..)")
    }
}

/// Letters and digits without leading zeros; nothing for what says that there is none.
pub(crate) fn plain(part: &str) -> Option<String> {
    let kept: String = part.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    let kept = kept.trim_start_matches('0');
    (!kept.is_empty() && kept != "NA").then(|| kept.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(cnpj: &str, compe: &str, branch: &str, number: &str) -> AccountIdentity {
        let given = |text| Some(text).filter(|text: &&str| !text.is_empty());
        let bank = Bank { cnpj: given(cnpj), compe: given(compe), ..Bank::default() };
        AccountIdentity::of_account(AccountKind::Checking, &bank, given(branch), given(number))
    }

    fn shares(one: &AccountIdentity, other: &AccountIdentity) -> bool {
        one.marks.iter().any(|mark| other.marks.contains(mark))
    }

    #[test]
    fn every_spelling_is_the_same_account() {
        let account_of = account("00.000.000/0001-91", "001", "0012", "0094088");
        for other in [
            account("00000000000191", "001", "12", "94088"),
            account("191", "NA", "12", "94088-4"),
            account("", "1", "0012", "94.088"),
            account("NA", "001", "00-12", "94088-X"),
        ] {
            assert!(shares(&account_of, &other), "{:?} {:?}", account_of.marks, other.marks);
        }
    }

    #[test]
    fn other_accounts_stay_apart() {
        assert!(!shares(&account("1", "", "", "123"), &account("1", "", "12", "3")));
        assert!(!shares(&account("1", "", "12", "3"), &account("1", "", "1", "23")));
        assert!(!shares(&account("1", "", "12", "3"), &account("2", "", "12", "3")));
        let long = "7".repeat(400);
        assert!(!shares(&account("1", "", "", &long), &account("1", "", "", &long[1..])));
    }
}
