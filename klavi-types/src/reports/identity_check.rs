//! Whether a report is of the person or company that you expect.

use ::statements::{Verdict, compare_birth_dates, compare_names};
use jiff::civil;
use provider_wire::{Date, Text};

use super::statements::text;
use super::{AccountHead, IdentityReport};
use crate::{Cnpj, Cpf, TaxId};

/// The person or company that you expect a report to be of.
///
/// Personal data; `Debug` shows none of it.
///
/// ```
/// use klavi_types::reports::ExpectedIdentity;
/// use klavi_types::{Cpf, statements::Verdict};
///
/// let expected = ExpectedIdentity::new("123.456.789-09".parse::<Cpf>()?).name("Ana Exemplo");
/// assert_eq!(expected.compare_tax_id(Some("12345678909")), Verdict::Matches);
/// assert_eq!(expected.compare_name(Some("ANA M. EXEMPLO")), Verdict::CannotTell);
/// # Ok::<(), klavi_types::InvalidTaxId>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedIdentity {
    tax_id: TaxId,
    name: Option<Text>,
    birth_date: Option<civil::Date>,
}

/// The answers of an identity check. What is not expected, or not reported, cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdentityCheck {
    /// Whether the CPF or CNPJ is the expected one.
    pub tax_id: Verdict,
    /// Whether the name is.
    pub name: Verdict,
    /// Whether the day of birth is.
    pub birth_date: Verdict,
}

impl ExpectedIdentity {
    /// Expects that CPF or CNPJ.
    pub fn new(tax_id: impl Into<TaxId>) -> Self {
        Self { tax_id: tax_id.into(), name: None, birth_date: None }
    }

    /// Expects that name too.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Expects that day of birth too.
    #[must_use]
    pub fn birth_date(mut self, day: civil::Date) -> Self {
        self.birth_date = Some(day);
        self
    }

    /// Compares a tax id as it was reported.
    ///
    /// - Punctuation and blanks do not count. Leading zeros that got lost, as those of a JSON number do, are put back.
    /// - An id whose check digits do not fit is none, also once its zeros are back: then nothing can be told.
    /// - A CPF tells nothing of a company, nor a CNPJ of a person. An encoded (V1.1) or masked id tells nothing.
    pub fn compare_tax_id(&self, reported: Option<&str>) -> Verdict {
        let Some(reported) = reported else { return Verdict::CannotTell };
        let bare: String =
            reported.chars().filter(|c| !matches!(c, '.' | '-' | '/') && !c.is_whitespace()).collect();
        let as_cpf = padded(&bare, 11).parse::<Cpf>();
        let as_cnpj = padded(&bare, 14).parse::<Cnpj>();
        // With zeros in front, an id of one kind may look like one of the other.
        let (same, is_other_kind) = match self.tax_id {
            TaxId::Cpf(expected) => (as_cpf.map(|id| id == expected), bare.len() > 11 && as_cnpj.is_ok()),
            TaxId::Cnpj(expected) => (as_cnpj.map(|id| id == expected), bare.len() <= 11 && as_cpf.is_ok()),
        };
        match same {
            Ok(true) => Verdict::Matches,
            Ok(false) if !is_other_kind => Verdict::Differs,
            Ok(false) | Err(_) => Verdict::CannotTell,
        }
    }

    /// Compares a name as it was reported; see [`compare_names`].
    pub fn compare_name(&self, reported: Option<&str>) -> Verdict {
        self.name.as_ref().map_or(Verdict::CannotTell, |expected| compare_names(expected.as_str(), reported))
    }

    /// Compares a day of birth as it was reported; see [`compare_birth_dates`].
    pub fn compare_birth_date(&self, reported: Option<Date>) -> Verdict {
        let reported = reported.map(Date::civil);
        self.birth_date.map_or(Verdict::CannotTell, |expected| compare_birth_dates(expected, reported))
    }
}

/// Digits with as many zeros in front as the id has; anything else as it is.
fn padded(bare: &str, length: usize) -> String {
    let digits = bare.trim_start_matches('0');
    if bare.bytes().all(|byte| byte.is_ascii_digit()) && digits.len() <= length {
        format!("{digits:0>length$}")
    } else {
        bare.to_owned()
    }
}

impl IdentityReport {
    /// Whether the report is of the person that you expect.
    ///
    /// It does not know whether the bank checked what it reports. Of an encoded CPF (V1.1) it cannot tell: decode it, and
    /// give it to [`ExpectedIdentity::compare_tax_id`].
    pub fn check(&self, expected: &ExpectedIdentity) -> IdentityCheck {
        let identity = self.identity.as_ref();
        IdentityCheck {
            tax_id: expected.compare_tax_id(identity.and_then(|identity| text(&identity.cpf_number))),
            name: expected.compare_name(identity.and_then(|identity| text(&identity.civil_name))),
            birth_date: expected.compare_birth_date(identity.and_then(|identity| identity.birth_date)),
        }
    }
}

impl AccountHead {
    /// Whether the account is of the person or company that you expect. Of a person it has a name alone, of a company its
    /// CNPJ, corporate name and trade name, of which either will do.
    ///
    /// It does not know of the other holders of a joint account: a name that differs may be one of theirs.
    pub fn check_holder(&self, expected: &ExpectedIdentity) -> IdentityCheck {
        let names = [&self.civil_name, &self.company_name, &self.trade_name];
        let names = names.into_iter().filter(|name| name.is_some());
        IdentityCheck {
            tax_id: expected.compare_tax_id(text(&self.cnpj_number)),
            name: Verdict::any(names.map(|name| expected.compare_name(text(name)))),
            birth_date: Verdict::CannotTell,
        }
    }
}
