use std::fmt;

use provider_wire::{Fault, Reader, UnknownValue, Value, if_json_schema};
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

/// Whose data: a natural person's or a company's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PersonType {
    /// `pf`, identified by a CPF; paths under `/personal`.
    Personal,
    /// `pj`, identified by a CNPJ; paths under `/business`.
    Business,
}

/// What a product is computed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// One institution; asked for at `/institution-data`.
    Institution,
    /// All institutions of the user; asked for at `/user-data`.
    User,
}

/// A product report: whose data and which.
///
/// On the wire one word, `pf_categorized_checking_l3`. A product that this version does not know passes as
/// [`Other`](Self::Other) in both directions, because a partner's contract decides what exists.
///
/// ```
/// use klavi_types::{Product, ProductName};
///
/// let product = Product::from("pf_categorized_checking_l3");
/// assert_eq!(product, Product::Personal(ProductName::CategorizedCheckingL3));
/// assert_eq!(Product::from("pf_income").as_str(), "pf_income");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Product {
    /// A natural person's, `pf_…`.
    Personal(ProductName),
    /// A company's, `pj_…`.
    Business(ProductName),
    /// One that this version does not know.
    Other(UnknownValue),
}

macro_rules! product_names {
    ($( $(#[$meta:meta])* $name:ident => $word:literal, $level:expr; )*) => {
        /// Which report, without whose.
        ///
        /// The names are Klavi's: `financing`, `invoice_financing` and `unarranged_account_overdraft` in the singular,
        /// `creditcard` without underscore in the categorised ones.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum ProductName {
            $(
                $(#[$meta])*
                #[doc = concat!("\n\nOn the wire `pf_", $word, "`, `pj_", $word, "`.")]
                $name,
            )*
        }

        impl ProductName {
            /// Every known name.
            pub const ALL: &'static [Self] = &[$( Self::$name, )*];

            /// The name without `pf_` or `pj_`.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$name => $word, )* }
            }

            /// What it is computed for; `None` where no source says so.
            pub const fn level(self) -> Option<Level> {
                match self { $( Self::$name => $level, )* }
            }

            const fn personal(self) -> &'static str {
                match self { $( Self::$name => concat!("pf_", $word), )* }
            }

            const fn business(self) -> &'static str {
                match self { $( Self::$name => concat!("pj_", $word), )* }
            }

            fn from_word(word: &str) -> Option<Self> {
                match word { $( $word => Some(Self::$name), )* _ => None }
            }
        }
    };
}

const INSTITUTION: Option<Level> = Some(Level::Institution);

product_names! {
    /// Checking accounts, balances, entries.
    CheckingAccount => "checking_account", INSTITUTION;
    /// Savings accounts, balances, entries.
    SavingsAccount => "savings_account", INSTITUTION;
    /// Cards, limits, open and closed bills with entries.
    CreditCard => "credit_card", INSTITUTION;
    /// Accounts with balances, no entries.
    Balance => "balance", INSTITUTION;
    /// Loan contracts.
    Loans => "loans", INSTITUTION;
    /// Financing contracts.
    Financing => "financing", INSTITUTION;
    /// Discounted receivables.
    InvoiceFinancing => "invoice_financing", INSTITUTION;
    /// Advances to depositors.
    UnarrangedAccountOverdraft => "unarranged_account_overdraft", INSTITUTION;
    /// All four kinds of credit in one report.
    CreditOperations => "credit_operations", None;
    /// CDB, RDB, LCI, LCA.
    BankFixedIncomes => "bank_fixed_incomes", INSTITUTION;
    /// Debentures, CRI, CRA.
    CreditFixedIncomes => "credit_fixed_incomes", INSTITUTION;
    /// Shares and the like.
    VariableIncomes => "variable_incomes", INSTITUTION;
    /// Treasury bonds.
    TreasureTitles => "treasure_titles", INSTITUTION;
    /// Investment funds.
    Funds => "funds", INSTITUTION;
    /// All five kinds of investment in one report.
    Investments => "investments", None;
    /// Checking accounts with two levels of category on each entry.
    CategorizedCheckingL2 => "categorized_checking_l2", INSTITUTION;
    /// Checking accounts with three levels of category and recurrence on each entry.
    CategorizedCheckingL3 => "categorized_checking_l3", INSTITUTION;
    /// Savings accounts with two levels of category on each entry.
    CategorizedSavingsL2 => "categorized_savings_l2", INSTITUTION;
    /// Savings accounts with three levels of category and recurrence on each entry.
    CategorizedSavingsL3 => "categorized_savings_l3", INSTITUTION;
    /// Cards with two levels of category on each entry.
    CategorizedCreditcardL2 => "categorized_creditcard_l2", INSTITUTION;
    /// Cards with three levels of category and recurrence on each entry.
    CategorizedCreditcardL3 => "categorized_creditcard_l3", INSTITUTION;
    /// Computed variables, code and number.
    CreditRisk => "credit_risk", None;
    /// Registration data of the person.
    Identity => "identity", None;
}

impl Product {
    /// The product of that name for that kind of person.
    pub const fn new(person: PersonType, name: ProductName) -> Self {
        match person {
            PersonType::Personal => Self::Personal(name),
            PersonType::Business => Self::Business(name),
        }
    }

    /// Whose data; `None` for an unknown product without `pf_` or `pj_`.
    pub fn person_type(&self) -> Option<PersonType> {
        match self {
            Self::Personal(_) => Some(PersonType::Personal),
            Self::Business(_) => Some(PersonType::Business),
            Self::Other(word) if word.as_str().starts_with("pf_") => Some(PersonType::Personal),
            Self::Other(word) if word.as_str().starts_with("pj_") => Some(PersonType::Business),
            Self::Other(_) => None,
        }
    }

    /// Which report; `None` for an unknown product.
    pub fn name(&self) -> Option<ProductName> {
        match self {
            Self::Personal(name) | Self::Business(name) => Some(*name),
            Self::Other(_) => None,
        }
    }

    /// What it is computed for; `None` where no source says so.
    pub fn level(&self) -> Option<Level> {
        self.name().and_then(ProductName::level)
    }

    /// The word on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Personal(name) => name.personal(),
            Self::Business(name) => name.business(),
            Self::Other(word) => word.as_str(),
        }
    }

    /// Whether the name is in the vocabulary.
    pub fn is_known(&self) -> bool {
        self.name().is_some()
    }
}

impl From<&str> for Product {
    fn from(word: &str) -> Self {
        let known = |prefix: &str| word.strip_prefix(prefix).and_then(ProductName::from_word);
        if let Some(name) = known("pf_") {
            Self::Personal(name)
        } else if let Some(name) = known("pj_") {
            Self::Business(name)
        } else {
            Self::Other(word.into())
        }
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(word) => f.debug_tuple("Other").field(word).finish(),
            known => f.write_str(known.as_str()),
        }
    }
}

impl fmt::Display for ProductName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ProductName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Product {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Product {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        provider_wire::Text::deserialize(deserializer).map(|word| word.as_str().into())
    }
}

impl Value for Product {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        reader.word_of(|word| word.into(), Self::as_str, Self::is_known)
    }
}

if_json_schema! {
    impl provider_wire::schemars::JsonSchema for Product {
        fn schema_name() -> std::borrow::Cow<'static, str> {
            "Product".into()
        }

        // A report narrows it to its own names.
        fn inline_schema() -> bool {
            true
        }

        fn json_schema(_: &mut provider_wire::schemars::SchemaGenerator) -> provider_wire::schemars::Schema {
            let words: Vec<_> =
                ProductName::ALL.iter().flat_map(|name| [name.personal(), name.business()]).collect();
            provider_wire::schemars::json_schema!({"anyOf": [{"enum": words}, {"type": "string"}]})
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_round_trips_for_both_persons() {
        for name in ProductName::ALL {
            for person in [PersonType::Personal, PersonType::Business] {
                let product = Product::new(person, *name);
                assert_eq!(Product::from(product.as_str()), product);
                assert_eq!(product.person_type(), Some(person));
            }
        }
    }

    #[test]
    fn names_that_were_once_guessed_are_not_taken_for_real_ones() {
        for word in
            ["pj_financings", "pj_invoice_financings", "pj_unarranged_accounts_overdraft", "loans", "all"]
        {
            let product = Product::from(word);
            assert!(!product.is_known());
            assert_eq!(product.as_str(), word);
        }
        assert_eq!(Product::from("pf_income").person_type(), Some(PersonType::Personal));
    }
}
