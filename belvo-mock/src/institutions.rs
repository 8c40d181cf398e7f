//! The institutions of Belvo's sandbox, under their names there, and what they ask of a user.
//! Source of the names: developers.belvo.com, `test-in-sandbox`. Ids, fields and resources are the mock's choice.

use synthetic_data::institutions::Institution as Bank;

/// An institution.
#[derive(Debug)]
pub(crate) struct Institution {
    pub(crate) id: u32,
    pub(crate) name: &'static str,
    pub(crate) display_name: &'static str,
    /// `bank`, `fiscal` or `employment`.
    pub(crate) kind: &'static str,
    pub(crate) integration: Integration,
    pub(crate) country: &'static str,
    pub(crate) resources: &'static [&'static str],
    pub(crate) fields: &'static [FormField],
    /// Whether some of its users are asked for a second factor.
    pub(crate) asks_token: bool,
    pub(crate) is_down: bool,
    /// As the synthetic customers know it.
    pub(crate) bank: Bank,
}

/// How a link is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Integration {
    /// With the user's login, by the API or the widget.
    Credentials,
    /// Brazil's Open Finance: the user logs in at the bank, by the widget alone.
    OpenBanking,
}

/// A field of the login.
#[derive(Debug)]
pub(crate) struct FormField {
    pub(crate) name: &'static str,
    /// In Portuguese and in English.
    pub(crate) label: [&'static str; 2],
    pub(crate) is_secret: bool,
    /// Code and label of the values that it can have; none where it is free.
    pub(crate) values: &'static [(&'static str, &'static str)],
}

const RETAIL: &[&str] =
    &["ACCOUNTS", "OWNERS", "TRANSACTIONS", "BILLS", "INVESTMENTS", "INVESTMENT_TRANSACTIONS"];
const FISCAL: &[&str] = &["INVOICES", "TAX_RETURNS", "TAX_STATUS", "TAX_COMPLIANCE_STATUS"];
const EMPLOYMENT: &[&str] = &["EMPLOYMENT_RECORDS"];

const USERNAME: FormField = text("username", ["Usuário", "User"]);
const PASSWORD: FormField = secret("password", ["Senha", "Password"]);
/// Codes for Brazil. Source: Belvo's OpenAPI document 1.35.0.
const BRAZILIAN_TYPES: FormField = FormField {
    name: "username_type",
    label: ["Tipo de usuário", "Kind of user"],
    is_secret: false,
    values: &[
        ("100", "Agência e conta"),
        ("101", "Código do operador"),
        ("102", "Cartão de crédito"),
        ("103", "CPF"),
    ],
};
const COLOMBIAN_TYPES: FormField = FormField {
    name: "username_type",
    label: ["Tipo de documento", "Kind of document"],
    is_secret: false,
    values: &[("001", "Cédula de Ciudadanía"), ("002", "Cédula de Extranjería"), ("003", "Pasaporte")],
};

const LOGIN: &[FormField] = &[USERNAME, PASSWORD];

/// In the order of their names, as the API lists them.
pub(crate) const INSTITUTIONS: &[Institution] = &[
    Institution {
        fields: &[BRAZILIAN_TYPES, USERNAME, PASSWORD],
        ..retail(1, "erebor_br_retail", "Erebor Brasil (mock)", "BR")
    },
    Institution {
        fields: &[COLOMBIAN_TYPES, USERNAME, PASSWORD],
        ..retail(2, "erebor_co_retail", "Erebor Colombia (mock)", "CO")
    },
    retail(3, "erebor_mx_retail", "Erebor México (mock)", "MX"),
    Institution {
        fields: &[
            text("username", ["Agência", "Branch"]),
            text("username2", ["Conta", "Account"]),
            PASSWORD,
            secret("password2", ["Senha do cartão", "Card password"]),
        ],
        ..retail(4, "gringotts_br_retail", "Gringotts Brasil (mock)", "BR")
    },
    retail(5, "gringotts_co_retail", "Gringotts Colombia (mock)", "CO"),
    retail(6, "gringotts_mx_retail", "Gringotts México (mock)", "MX"),
    retail(7, "heimdall_mx_retail", "Heimdall México (mock)", "MX"),
    Institution {
        kind: "employment",
        resources: EMPLOYMENT,
        fields: &[USERNAME],
        asks_token: false,
        ..retail(8, "imss_mx_employment", "IMSS México (mock)", "MX")
    },
    Institution { is_down: true, ..retail(9, "mordor_br_retail", "Mordor Brasil (mock)", "BR") },
    Institution {
        integration: Integration::OpenBanking,
        fields: &[text("username", ["CPF", "CPF"])],
        asks_token: false,
        ..retail(10, "ofmockbank_br_retail", "OF Mock Bank (mock)", "BR")
    },
    Institution {
        kind: "employment",
        resources: EMPLOYMENT,
        asks_token: false,
        ..retail(11, "planet_mx_employment", "Planet México (mock)", "MX")
    },
    Institution {
        kind: "fiscal",
        resources: FISCAL,
        asks_token: false,
        ..retail(12, "tatooine_mx_fiscal", "Tatooine México (mock)", "MX")
    },
];

const fn retail(
    id: u32,
    name: &'static str,
    display_name: &'static str,
    country: &'static str,
) -> Institution {
    Institution {
        id,
        name,
        display_name,
        kind: "bank",
        integration: Integration::Credentials,
        country,
        resources: RETAIL,
        fields: LOGIN,
        asks_token: true,
        is_down: false,
        bank: Bank { code: name, name: display_name, legal_name: name, out_of_service: false, beta: false },
    }
}

const fn text(name: &'static str, label: [&'static str; 2]) -> FormField {
    FormField { name, label, is_secret: false, values: &[] }
}

const fn secret(name: &'static str, label: [&'static str; 2]) -> FormField {
    FormField { name, label, is_secret: true, values: &[] }
}

/// The institution of that name.
pub(crate) fn find(name: &str) -> Option<&'static Institution> {
    INSTITUTIONS.iter().find(|institution| institution.name == name)
}

impl Institution {
    pub(crate) fn is_open_finance(&self) -> bool {
        self.integration == Integration::OpenBanking
    }

    pub(crate) fn field(&self, name: &str) -> Option<&'static FormField> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// An institution by its name.
pub(crate) mod by_name {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::{Institution, find};

    pub(crate) fn serialize<S: Serializer>(
        institution: &&'static Institution,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(institution.name)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<&'static Institution, D::Error> {
        let name = String::deserialize(deserializer)?;
        find(&name).ok_or_else(|| serde::de::Error::custom("an institution that the mock does not have"))
    }
}

/// Names of resources; those that no institution has are left out.
pub(crate) mod resource_names {
    use serde::{Deserialize, Deserializer, Serialize as _, Serializer};

    use super::INSTITUTIONS;

    pub(crate) fn serialize<S: Serializer>(names: &[&'static str], serializer: S) -> Result<S::Ok, S::Error> {
        names.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<&'static str>, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        let known = |name: &String| {
            INSTITUTIONS
                .iter()
                .flat_map(|institution| institution.resources)
                .find(|known| **known == name)
                .copied()
        };
        Ok(names.iter().filter_map(known).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_ids_are_unique() {
        assert!(INSTITUTIONS.is_sorted_by(|one, two| one.name < two.name && one.id < two.id));
    }
}
