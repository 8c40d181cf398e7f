//! From what a user granted to the reports that can come of it.

use super::{Consent, PermissionGroup};
use crate::{Level, PersonType, Product, ProductName};

const ACCOUNTS: &[ProductName] = &[
    ProductName::CheckingAccount,
    ProductName::SavingsAccount,
    ProductName::Balance,
    ProductName::CategorizedCheckingL2,
    ProductName::CategorizedCheckingL3,
    ProductName::CategorizedSavingsL2,
    ProductName::CategorizedSavingsL3,
    ProductName::CreditRisk,
];

const CREDIT_CARDS: &[ProductName] = &[
    ProductName::CreditCard,
    ProductName::CategorizedCreditcardL2,
    ProductName::CategorizedCreditcardL3,
    ProductName::CreditRisk,
];

const CREDIT_OPERATIONS: &[ProductName] = &[
    ProductName::Loans,
    ProductName::Financing,
    ProductName::InvoiceFinancing,
    ProductName::UnarrangedAccountOverdraft,
    ProductName::CreditOperations,
    ProductName::CreditRisk,
];

const INVESTMENTS: &[ProductName] = &[
    ProductName::BankFixedIncomes,
    ProductName::CreditFixedIncomes,
    ProductName::VariableIncomes,
    ProductName::TreasureTitles,
    ProductName::Funds,
    ProductName::Investments,
];

impl PermissionGroup {
    /// The reports that have something to show once this group is granted; none for an unknown group.
    ///
    /// Observed for accounts, cards and the finer groups. Inferred: registration data go with `identity`, the
    /// collective reports with each of their kinds, `credit_risk` with accounts, cards and credit contracts.
    pub fn product_names(&self) -> &'static [ProductName] {
        use ProductName as Name;
        match self {
            Self::RegistrationAll => &[Name::Identity],
            Self::AccountsAll => ACCOUNTS,
            Self::CreditCardsAll => CREDIT_CARDS,
            Self::CreditOperationsAll => CREDIT_OPERATIONS,
            Self::InvestmentsAll => INVESTMENTS,
            Self::CreditOperationsLoans => &[Name::Loans, Name::CreditOperations],
            Self::CreditOperationsFinancings => &[Name::Financing, Name::CreditOperations],
            Self::CreditOperationsUnarrangedAccountsOverdraft => {
                &[Name::UnarrangedAccountOverdraft, Name::CreditOperations]
            }
            Self::CreditOperationsInvoiceFinancings => &[Name::InvoiceFinancing, Name::CreditOperations],
            Self::InvestmentsBankFixedIncomes => &[Name::BankFixedIncomes, Name::Investments],
            Self::InvestmentsCreditFixedIncomes => &[Name::CreditFixedIncomes, Name::Investments],
            Self::InvestmentsVariableIncomes => &[Name::VariableIncomes, Name::Investments],
            Self::InvestmentsTreasureTitles => &[Name::TreasureTitles, Name::Investments],
            Self::InvestmentsFunds => &[Name::Funds, Name::Investments],
            Self::Unknown(_) => &[],
        }
    }

    /// The products worth asking for at that level once these groups are granted, each once.
    ///
    /// Where no source names the level, the likely one is taken: `identity` is asked for institution by institution,
    /// `credit_operations`, `investments` and `credit_risk` for the user. `identity` and `credit_risk` are known of
    /// natural persons only. Keep of the list what your contract has, since Klavi refuses a request as a whole
    /// (4002); the categorised reports hold the plain statement too, and those of level 3 all of level 2.
    ///
    /// ```
    /// use klavi_types::api::PermissionGroup;
    /// use klavi_types::{Level, PersonType};
    ///
    /// let granted = [PermissionGroup::CreditCardsAll, PermissionGroup::CreditOperationsLoans];
    /// let products = PermissionGroup::products(&granted, PersonType::Business, Level::Institution);
    /// let words: Vec<_> = products.iter().map(|product| product.as_str()).collect();
    /// assert_eq!(
    ///     words,
    ///     ["pj_credit_card", "pj_loans", "pj_categorized_creditcard_l2", "pj_categorized_creditcard_l3"],
    /// );
    /// ```
    pub fn products<'a>(
        granted: impl IntoIterator<Item = &'a Self>,
        person: PersonType,
        level: Level,
    ) -> Vec<Product> {
        let names: Vec<_> = granted.into_iter().flat_map(Self::product_names).collect();
        let worth = |name: &&ProductName| {
            names.contains(name) && likely_level(**name) == level && is_known_of(**name, person)
        };
        ProductName::ALL.iter().filter(worth).map(|name| Product::new(person, *name)).collect()
    }
}

impl Consent {
    /// Whose data it opens: a company's where it names a CNPJ.
    pub fn person_type(&self) -> PersonType {
        match &self.business_tax_id {
            Some(cnpj) if !cnpj.is_empty() => PersonType::Business,
            _ => PersonType::Personal,
        }
    }

    /// What the user granted: `permissionsGranted`, or where it is absent the groups under `products`.
    pub fn granted(&self) -> &[PermissionGroup] {
        if self.permissions_granted.is_present() { &self.permissions_granted } else { &self.products }
    }

    /// The products worth asking for at that level, see [`PermissionGroup::products`].
    ///
    /// ```
    /// use klavi_types::Level;
    /// use klavi_types::api::Consent;
    ///
    /// let body = br#"{"status":"AUTHORISED","businessTaxId":"","permissionsGranted":["REGISTRATION_ALL"]}"#;
    /// let consent = klavi_types::decode::<Consent>(body)?.value;
    /// assert_eq!(consent.products_granted(Level::Institution), ["pf_identity".into()]);
    /// # Ok::<(), klavi_types::DecodeError>(())
    /// ```
    pub fn products_granted(&self, level: Level) -> Vec<Product> {
        PermissionGroup::products(self.granted(), self.person_type(), level)
    }
}

/// Where no source names the level: a report on one institution, as `identity` is, against one on several.
fn likely_level(name: ProductName) -> Level {
    match name {
        ProductName::Identity => Level::Institution,
        name => name.level().unwrap_or(Level::User),
    }
}

fn is_known_of(name: ProductName, person: PersonType) -> bool {
    person == PersonType::Personal || !matches!(name, ProductName::Identity | ProductName::CreditRisk)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH_LEVELS: [Level; 2] = [Level::Institution, Level::User];

    fn words(granted: &[PermissionGroup], person: PersonType, level: Level) -> String {
        let products = PermissionGroup::products(granted, person, level);
        products.iter().map(Product::as_str).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_product_comes_of_some_group_at_one_level() {
        for name in ProductName::ALL {
            let product = Product::Personal(*name);
            let at = |level| {
                let products = PermissionGroup::products(PermissionGroup::ALL, PersonType::Personal, level);
                products.iter().filter(|other| **other == product).count()
            };
            assert_eq!(at(Level::Institution) + at(Level::User), 1, "{name}");
            if let Some(level) = name.level() {
                assert_eq!(at(level), 1, "{name}");
            }
        }
    }

    #[test]
    fn every_known_group_leads_to_products_and_an_unknown_one_to_none() {
        for group in PermissionGroup::ALL {
            assert!(!group.product_names().is_empty(), "{group}");
        }
        assert!(PermissionGroup::from("PENSIONS_ALL").product_names().is_empty());
    }

    #[test]
    fn the_finer_groups_make_up_the_whole_ones() {
        for (whole, prefix) in [
            (PermissionGroup::CreditOperationsAll, "CREDIT_OPERATIONS_"),
            (PermissionGroup::InvestmentsAll, "INVESTMENTS_"),
        ] {
            let finer: Vec<_> = PermissionGroup::ALL
                .iter()
                .filter(|group| group.as_str().starts_with(prefix) && **group != whole)
                .cloned()
                .collect();
            for person in [PersonType::Business, PersonType::Personal] {
                assert_eq!(
                    words(std::slice::from_ref(&whole), person, Level::Institution),
                    words(&finer, person, Level::Institution)
                );
            }
        }
    }

    #[test]
    fn groups_become_the_words_of_a_request() {
        use PermissionGroup as Group;
        for (group, person, level, expected) in [
            (Group::RegistrationAll, PersonType::Personal, Level::Institution, "pf_identity"),
            (Group::RegistrationAll, PersonType::Business, Level::Institution, ""),
            (
                Group::AccountsAll,
                PersonType::Business,
                Level::Institution,
                "pj_checking_account pj_savings_account pj_balance pj_categorized_checking_l2 \
                 pj_categorized_checking_l3 pj_categorized_savings_l2 pj_categorized_savings_l3",
            ),
            (Group::AccountsAll, PersonType::Personal, Level::User, "pf_credit_risk"),
            (Group::AccountsAll, PersonType::Business, Level::User, ""),
            (
                Group::CreditOperationsUnarrangedAccountsOverdraft,
                PersonType::Personal,
                Level::Institution,
                "pf_unarranged_account_overdraft",
            ),
            (Group::InvestmentsFunds, PersonType::Business, Level::User, "pj_investments"),
        ] {
            assert_eq!(words(std::slice::from_ref(&group), person, level), expected, "{group}");
        }
    }

    #[test]
    fn a_request_takes_what_is_worth_asking_for() {
        use crate::api::ReportRequest;

        for level in BOTH_LEVELS {
            for tax_id in ["123.456.789-09", "12.ABC.345/01DE-35"] {
                let person = if tax_id.len() == 14 { PersonType::Personal } else { PersonType::Business };
                let products = PermissionGroup::products(PermissionGroup::ALL, person, level);
                let request = match level {
                    Level::Institution => {
                        ReportRequest::institution(tax_id, "341").products(products).build()
                    }
                    Level::User => ReportRequest::user(tax_id).products(products).build(),
                };
                assert!(request.is_ok(), "{tax_id} {level:?}: {request:?}");
            }
        }
    }

    #[test]
    fn a_consent_says_whose_and_what() {
        let decode = |body: &str| crate::decode::<Consent>(body.as_bytes()).unwrap().value;
        let company = decode(r#"{"businessTaxId":"12ABC34501DE35","products":["CREDIT_CARDS_ALL"]}"#);
        assert_eq!(company.person_type(), PersonType::Business);
        assert_eq!(company.granted(), [PermissionGroup::CreditCardsAll]);
        let refused = decode(r#"{"permissionsGranted":[],"products":["CREDIT_CARDS_ALL"]}"#);
        assert!(refused.granted().is_empty() && refused.products_granted(Level::Institution).is_empty());
    }
}
