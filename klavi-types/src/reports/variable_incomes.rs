use provider_wire::{Amount, Date, List, Money, OneOrMany, Text, record};

use super::{BrokerNote, Content, InvestmentMovement, Investments};
use crate::ProductName;

record! {
    /// Content of `pf_variable_incomes` and `pj_variable_incomes` (institution level): shares and the like with
    /// balances and movements.
    ///
    /// Nearly complete from the example of V1.1, docs.klavi.ai/link/n6ar-v11, which was seen up to `brokerNoteId`
    /// (the page of V1 was not); the rest from Open Finance Brasil, variable-incomes 1.3.0. Amounts in units of their
    /// currency.
    ///
    /// ```
    /// use klavi_types::reports::{AnyReport, decode_report};
    ///
    /// # let body = br#"{"productName":"pf_variable_incomes","investments":{"variableIncomes":[{
    /// #     "productIdentification":{"ticker":"PETR4"},"balances":[{"quantity":"1000.00000004"}]}]}}"#;
    /// let AnyReport::VariableIncomes(report) = decode_report(body)?.value else { return Ok(()) };
    /// for holding in &report.content.investments.unwrap().variable_incomes {
    ///     assert_eq!(holding.product_identification.as_ref().unwrap().ticker.as_ref().unwrap(), "PETR4");
    ///     for balance in holding.balances.iter().flat_map(|balances| balances.as_slice()) {
    ///         assert_eq!(balance.quantity.unwrap().to_string(), "1000.00000004");
    ///     }
    /// }
    /// # Ok::<(), klavi_types::DecodeError>(())
    /// ```
    pub struct VariableIncomesReport {
        /// Accounts and holdings, the latter under [`variable_incomes`](Investments::variable_incomes).
        pub investments: Option<Investments> => "investments",
    }
}

record! {
    /// A variable income held.
    pub struct VariableIncome {
        /// What it is.
        pub product_identification: Option<VariableIncomeIdentification> => "productIdentification",
        /// What it is worth: an array in the example, one object in fixed incomes.
        pub balances: Option<OneOrMany<VariableIncomeBalance>> => "balances",
        /// Its movements.
        pub transactions: List<VariableIncomeTransaction> => "transactions",
        /// Notes of the broker; that they come, and under this name, is inferred.
        pub broker_notes: List<BrokerNote> => "brokerNotes",
    }
}

record! {
    /// What identifies a variable income.
    pub struct VariableIncomeIdentification {
        /// CNPJ of the issuer, 14 characters.
        pub issuer_institution_cnpj_number: Option<Text> => "issuerInstitutionCnpjNumber",
        /// ISIN, 12 characters.
        pub isin_code: Option<Text> => "isinCode",
        /// Code at the exchange, `PETR4`.
        pub ticker: Option<Text> => "ticker",
    }
}

record! {
    /// Position in a variable income.
    pub struct VariableIncomeBalance {
        /// Day it held. Banks may be two days behind.
        pub reference_date: Option<Date> => "referenceDate",
        /// How many units the price is for, up to 8 decimals.
        pub price_factor: Option<Amount> => "priceFactor",
        /// Value before taxes; may be negative.
        pub gross_amount: Option<Money> => "grossAmount",
        /// Part that cannot be sold.
        pub blocked_balance: Option<Money> => "blockedBalance",
        /// Units held, up to 8 decimals; may be negative.
        pub quantity: Option<Amount> => "quantity",
        /// Price at the close of that day.
        pub closing_price: Option<Money> => "closingPrice",
    }
}

record! {
    /// A movement of a variable income.
    pub struct VariableIncomeTransaction {
        ..movement: InvestmentMovement,
        /// Day.
        pub transaction_date: Option<Date> => "transactionDate",
        /// How many units the price is for, up to 8 decimals.
        pub price_factor: Option<Amount> => "priceFactor",
        /// Price.
        pub transaction_unit_price: Option<Money> => "transactionUnitPrice",
        /// Units moved, up to 8 decimals.
        pub transaction_quantity: Option<Amount> => "transactionQuantity",
        /// Value.
        pub transaction_value: Option<Money> => "transactionValue",
        /// Note of the broker it stands in. The page spells it with `OK`.
        pub broker_note_id: Option<Text> => "brokerNoteId" | "brOKerNoteId",
    }
}

impl Content for VariableIncomesReport {
    const PRODUCTS: &'static [ProductName] = &[ProductName::VariableIncomes];
}
