//! The person or company that data are about. Must not know where they are asked for.

use serde::{Deserialize, Serialize};

use crate::tax_id;

/// The customer of a consent or a report: a person, or a company with the person who acts for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Subject {
    /// A person.
    Person {
        /// Eleven digits.
        cpf: String,
    },
    /// A company.
    Company {
        /// Fourteen characters without punctuation.
        cnpj: String,
        /// CPF of the person who acts for it.
        cpf: Option<String>,
    },
}

impl Subject {
    /// From the two fields that requests have; `None` where both are missing.
    pub fn new(cpf: Option<String>, cnpj: Option<String>) -> Option<Self> {
        match (cpf, cnpj) {
            (cpf, Some(cnpj)) => Some(Self::Company { cnpj, cpf }),
            (Some(cpf), None) => Some(Self::Person { cpf }),
            (None, None) => None,
        }
    }

    /// The id that reports are asked for with.
    pub fn tax_id(&self) -> &str {
        match self {
            Self::Person { cpf } => cpf,
            Self::Company { cnpj, .. } => cnpj,
        }
    }

    /// The CPF of the person, or of who acts for the company.
    pub fn cpf(&self) -> Option<&str> {
        match self {
            Self::Person { cpf } => Some(cpf),
            Self::Company { cpf, .. } => cpf.as_deref(),
        }
    }

    /// The CNPJ of a company.
    pub fn cnpj(&self) -> Option<&str> {
        match self {
            Self::Person { .. } => None,
            Self::Company { cnpj, .. } => Some(cnpj),
        }
    }

    /// Of what a person typed, with or without punctuation: a CPF or a CNPJ.
    pub fn typed(text: &str) -> Option<Self> {
        let bare: String =
            text.chars().filter(|character| !matches!(character, '.' | '-' | '/' | ' ')).collect();
        let bare = bare.to_ascii_uppercase();
        if tax_id::is_cpf(&bare) {
            Some(Self::Person { cpf: bare })
        } else {
            tax_id::is_cnpj(&bare).then_some(Self::Company { cnpj: bare, cpf: None })
        }
    }

    /// As a page shows it: enough to recognise one's own.
    pub fn masked(&self) -> String {
        match self {
            Self::Person { cpf } => cpf_masked(cpf),
            Self::Company { cnpj, cpf } => {
                let part = |range| cnpj.get(range).unwrap_or_default();
                let company = format!("CNPJ {}.{}.***/****-{}", part(0..2), part(2..5), part(12..14));
                match cpf {
                    Some(cpf) => format!("{company}, {}", cpf_masked(cpf)),
                    None => company,
                }
            }
        }
    }
}

fn cpf_masked(cpf: &str) -> String {
    let part = |range| cpf.get(range).unwrap_or_default();
    format!("CPF ***.{}.{}-**", part(3..6), part(6..9))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_and_case_do_not_count_and_check_digits_do() {
        let person = Subject::Person { cpf: "12345678909".to_owned() };
        for typed in ["12345678909", "123.456.789-09", " 123 456 789 09 "] {
            assert_eq!(Subject::typed(typed), Some(person.clone()), "{typed}");
        }
        let company = Subject::Company { cnpj: "12ABC34501DE35".to_owned(), cpf: None };
        assert_eq!(Subject::typed("12.abc.345/01de-35"), Some(company));
        for typed in ["", "123.456.789-00", "1234567890", "joão", "12.ABC.345/01DE-36"] {
            assert_eq!(Subject::typed(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_page_shows_part_of_it() {
        let shown = |typed| Subject::typed(typed).unwrap().masked();
        assert_eq!(shown("12345678909"), "CPF ***.456.789-**");
        assert_eq!(shown("11222333000181"), "CNPJ 11.222.***/****-81");
    }
}
