//! Whom data are about. Must not know where they are asked for.

use serde::{Deserialize, Serialize};

/// Whom a consent or a report is about: a person, or a company with the person who acts for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Subject {
    Person { cpf: String },
    Company { cnpj: String, cpf: Option<String> },
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

    pub fn cpf(&self) -> Option<&str> {
        match self {
            Self::Person { cpf } => Some(cpf),
            Self::Company { cpf, .. } => cpf.as_deref(),
        }
    }

    pub fn cnpj(&self) -> Option<&str> {
        match self {
            Self::Person { .. } => None,
            Self::Company { cnpj, .. } => Some(cnpj),
        }
    }
}
