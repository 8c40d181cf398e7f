use provider_wire::{DecodeError, Decoded, Inspection, decode_text, inspect, text_of};
use serde::ser::{Serialize, Serializer};

use super::{
    AccountStatement, BalanceReport, BankFixedIncomesReport, CardAccount, CategorizedCheckingL2,
    CategorizedCheckingL3, CategorizedCreditcardL2, CategorizedCreditcardL3, CategorizedSavingsL2,
    CategorizedSavingsL3, CheckingAccountReport, Content, CreditCardReport, CreditFixedIncomesReport,
    CreditOperations, CreditOperationsReport, CreditRiskReport, FinancingReport, FundsReport, Head,
    IdentityReport, Investments, InvestmentsReport, InvoiceFinancingReport, LoansReport, Report,
    SavingsAccountReport, TreasureTitlesReport, UnarrangedAccountOverdraftReport, Untyped,
    VariableIncomesReport,
};
use crate::peek::peek;
#[cfg(feature = "json-schema")]
use crate::{PersonType, schema::narrowed};
use crate::{Product, ProductName};

macro_rules! any_report {
    ($( $(#[$meta:meta])* $variant:ident($content:ty), )*) => {
        /// A report of whatever product, told by its name.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum AnyReport {
            $( $(#[$meta])* $variant(Box<Report<$content>>), )*
            /// A product without a type here; its data stays in [`Report::extra`].
            Untyped(Box<Report<Untyped>>),
        }

        impl AnyReport {
            /// What every report has.
            pub fn head(&self) -> &Head {
                match self {
                    $( Self::$variant(report) => &report.head, )*
                    Self::Untyped(report) => &report.head,
                }
            }
        }

        impl Serialize for AnyReport {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $( Self::$variant(report) => report.serialize(serializer), )*
                    Self::Untyped(report) => report.serialize(serializer),
                }
            }
        }

        /// Reads a report: the product name chooses the type of its content, wherever in the body it stands.
        ///
        /// A body without a known product name is an [`AnyReport::Untyped`]. Leaves that cannot be read are set
        /// aside, the rest is there.
        ///
        /// # Errors
        /// Where the body is no JSON object.
        pub fn decode_report(body: &[u8]) -> Result<Decoded<AnyReport>, DecodeError> {
            let text = text_of(body)?;
            let name = product_name(text);
            $(
                if name.is_some_and(|name| <$content>::PRODUCTS.contains(&name)) {
                    return Ok(decode_text(text)?.map(|report| AnyReport::$variant(Box::new(report))));
                }
            )*
            Ok(decode_text(text)?.map(|report| AnyReport::Untyped(Box::new(report))))
        }

        /// The JSON Schema (draft 2020-12) of a product's reports, persons' and companies', as they are received.
        ///
        /// `productName` is one of the product's two names; for the rest see
        /// [`json_schema`](crate::json_schema).
        ///
        /// ```
        /// use klavi_types::{ProductName, reports::report_schema};
        ///
        /// let schema = report_schema(ProductName::Balance);
        /// assert_eq!(schema["title"], "pf_balance, pj_balance");
        /// assert_eq!(schema["properties"]["productName"]["enum"][0], "pf_balance");
        /// ```
        #[cfg(feature = "json-schema")]
        pub fn report_schema(name: ProductName) -> serde_json::Value {
            let words = [PersonType::Personal, PersonType::Business].map(|person| Product::new(person, name));
            let words = words.each_ref().map(Product::as_str);
            $(
                if <$content>::PRODUCTS.contains(&name) {
                    return narrowed::<Report<$content>>(&words, "/properties/productName");
                }
            )*
            narrowed::<Report<Untyped>>(&words, "/properties/productName")
        }

        /// Reads a report the thorough way and says what was not understood.
        ///
        /// # Errors
        /// As [`decode_report`].
        pub fn inspect_report(body: &[u8]) -> Result<Inspection<AnyReport>, DecodeError> {
            let name = product_name(text_of(body)?);
            $(
                if name.is_some_and(|name| <$content>::PRODUCTS.contains(&name)) {
                    return Ok(inspect(body)?.map(|report| AnyReport::$variant(Box::new(report))));
                }
            )*
            Ok(inspect(body)?.map(|report| AnyReport::Untyped(Box::new(report))))
        }
    };
}

any_report! {
    /// Checking accounts with entries.
    CheckingAccount(CheckingAccountReport),
    /// Savings accounts with entries.
    SavingsAccount(SavingsAccountReport),
    /// Checking accounts with entries in two levels of category.
    CategorizedCheckingL2(CategorizedCheckingL2),
    /// Checking accounts with entries in three levels of category.
    CategorizedCheckingL3(CategorizedCheckingL3),
    /// Savings accounts with entries in two levels of category.
    CategorizedSavingsL2(CategorizedSavingsL2),
    /// Savings accounts with entries in three levels of category.
    CategorizedSavingsL3(CategorizedSavingsL3),
    /// Cards with bills and entries.
    CreditCard(CreditCardReport),
    /// Cards with bills and entries in two levels of category.
    CategorizedCreditcardL2(CategorizedCreditcardL2),
    /// Cards with bills and entries in three levels of category.
    CategorizedCreditcardL3(CategorizedCreditcardL3),
    /// Accounts with balances.
    Balance(BalanceReport),
    /// Registration data.
    Identity(IdentityReport),
    /// CDB, RDB, LCI, LCA.
    BankFixedIncomes(BankFixedIncomesReport),
    /// Debentures, CRI, CRA.
    CreditFixedIncomes(CreditFixedIncomesReport),
    /// Shares and the like.
    VariableIncomes(VariableIncomesReport),
    /// Treasury bonds.
    TreasureTitles(TreasureTitlesReport),
    /// Investment funds.
    Funds(FundsReport),
    /// All five kinds of investment.
    Investments(InvestmentsReport),
    /// Loan contracts.
    Loans(LoansReport),
    /// Financing contracts.
    Financing(FinancingReport),
    /// Discounted receivables.
    InvoiceFinancing(InvoiceFinancingReport),
    /// Advances to depositors.
    UnarrangedAccountOverdraft(UnarrangedAccountOverdraftReport),
    /// All four kinds of credit.
    CreditOperations(CreditOperationsReport),
    /// Computed variables.
    CreditRisk(CreditRiskReport),
}

impl AnyReport {
    /// How many entries of statements, payments on credit contracts or movements of investments it holds.
    pub fn entry_count(&self) -> usize {
        match self {
            Self::CheckingAccount(report) => of_accounts(&report.content.checking_accounts),
            Self::SavingsAccount(report) => of_accounts(&report.content.savings_accounts),
            Self::CategorizedCheckingL2(report) => of_accounts(&report.content.checking_accounts),
            Self::CategorizedCheckingL3(report) => of_accounts(&report.content.checking_accounts),
            Self::CategorizedSavingsL2(report) => of_accounts(&report.content.savings_accounts),
            Self::CategorizedSavingsL3(report) => of_accounts(&report.content.savings_accounts),
            Self::CreditCard(report) => {
                of_cards(report.content.credit_cards.iter().map(|card| &card.account))
            }
            Self::CategorizedCreditcardL2(report) => {
                of_cards(report.content.credit_cards.iter().map(|card| &card.account))
            }
            Self::CategorizedCreditcardL3(report) => {
                of_cards(report.content.credit_cards.iter().map(|card| &card.account))
            }
            Self::BankFixedIncomes(report) => of_investments(report.content.investments.as_ref()),
            Self::CreditFixedIncomes(report) => of_investments(report.content.investments.as_ref()),
            Self::VariableIncomes(report) => of_investments(report.content.investments.as_ref()),
            Self::TreasureTitles(report) => of_investments(report.content.investments.as_ref()),
            Self::Funds(report) => of_investments(report.content.investments.as_ref()),
            Self::Investments(report) => of_investments(report.content.investments.as_ref()),
            Self::Loans(report) => of_credit(report.content.credit_operations.as_ref()),
            Self::Financing(report) => of_credit(report.content.credit_operations.as_ref()),
            Self::InvoiceFinancing(report) => of_credit(report.content.credit_operations.as_ref()),
            Self::UnarrangedAccountOverdraft(report) => of_credit(report.content.credit_operations.as_ref()),
            Self::CreditOperations(report) => of_credit(report.content.credit_operations.as_ref()),
            Self::Balance(_) | Self::Identity(_) | Self::CreditRisk(_) | Self::Untyped(_) => 0,
        }
    }
}

fn of_accounts(accounts: &[AccountStatement]) -> usize {
    accounts.iter().map(|account| account.entries.len()).sum()
}

fn of_cards<'a>(cards: impl Iterator<Item = &'a CardAccount>) -> usize {
    cards.map(|card| card.entries().count()).sum()
}

fn of_credit(operations: Option<&CreditOperations>) -> usize {
    let contracts = operations.into_iter().flat_map(CreditOperations::contracts);
    contracts.map(|contract| contract.payments.releases.len()).sum()
}

fn of_investments(investments: Option<&Investments>) -> usize {
    investments.map_or(0, |investments| investments.movements().count())
}

fn product_name(text: &str) -> Option<ProductName> {
    peek(text, &["productName"]).and_then(|name| Product::from(name.as_str()).name())
}
