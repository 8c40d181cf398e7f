use provider_wire::{Amount, Date, DateTime, Money, Text, open_enum, record};

use super::{FixedIncomeRates, InvestmentMovement, Remuneration, TaxedValue};

record! {
    /// What identifies a fixed income: bank and credit ones, and Treasury bonds, which lack some of it.
    /// Source: docs.klavi.ai/link/N-SJ-v11.
    pub struct FixedIncomeIdentification {
        ..voucher: VoucherPayment,
        /// CNPJ of the issuer, 14 characters. Not for Treasury bonds (Open Finance).
        pub issuer_institution_cnpj_number: Option<Text> => "issuerInstitutionCnpjNumber",
        /// ISIN, 12 characters.
        pub isin_code: Option<Text> => "isinCode",
        /// Kind of security. Not for Treasury bonds (Open Finance).
        pub investment_type: Option<FixedIncomeType> => "investmentType",
        /// How it pays.
        pub remuneration: Option<Remuneration> => "remuneration",
        /// Unit price at issue, up to 8 decimals. Not for Treasury bonds (Open Finance).
        pub issue_unit_price: Option<Money> => "issueUnitPrice",
        /// Maturity.
        pub due_date: Option<Date> => "dueDate",
        /// Day of issue. Not for Treasury bonds (Open Finance).
        pub issue_date: Option<Date> => "issueDate",
        /// Code at the clearing house; documented for credit fixed incomes, else Open Finance.
        pub clearing_code: Option<Text> => "clearingCode",
        /// Day of purchase.
        pub purchase_date: Option<Date> => "purchaseDate",
        /// Redeemable from this day on. Not for Treasury bonds (Open Finance).
        pub grace_period_date: Option<Date> => "gracePeriodDate",
    }
}

record! {
    /// Whether and how often a security pays interest before it is due: credit fixed incomes and Treasury bonds.
    pub struct VoucherPayment {
        /// Whether it does.
        pub voucher_payment_indicator: Option<YesNo> => "voucherPaymentIndicator",
        /// How often.
        pub voucher_payment_periodicity: Option<VoucherPaymentPeriodicity> => "voucherPaymentPeriodicity",
        /// How often, where it is none of the words: `Diária` (Open Finance).
        pub voucher_payment_periodicity_additional_info: Option<Text>
            => "voucherPaymentPeriodicityAdditionalInfo",
    }
}

record! {
    /// Position in a fixed income. Source: docs.klavi.ai/link/N-SJ-v11; rates and `purchaseUnitPrice` from
    /// Open Finance.
    pub struct FixedIncomeBalance {
        ..rates: FixedIncomeRates,
        /// When it held, UTC. Banks may be a day behind.
        pub reference_date_time: Option<DateTime> => "referenceDateTime",
        /// Units held, up to 8 decimals, 10 for bank fixed incomes.
        pub quantity: Option<Amount> => "quantity",
        /// Unit price then, up to 8 decimals, 10 for bank fixed incomes.
        pub updated_unit_price: Option<Money> => "updatedUnitPrice",
        /// Value before taxes.
        pub gross_amount: Option<Money> => "grossAmount",
        /// Value after taxes.
        pub net_amount: Option<Money> => "netAmount",
        /// Income tax expected.
        pub income_tax: Option<Money> => "incomeTax",
        /// Tax on financial transactions (IOF) expected.
        pub financial_transaction_tax: Option<Money> => "financialTransactionTax",
        /// Part that cannot be redeemed.
        pub blocked_balance: Option<Money> => "blockedBalance",
        /// Unit price at purchase, up to 8 decimals (Open Finance).
        pub purchase_unit_price: Option<Money> => "purchaseUnitPrice",
    }
}

record! {
    /// A movement of a fixed income (Open Finance; the page was not seen that far).
    pub struct FixedIncomeTransaction {
        ..movement: InvestmentMovement,
        ..value: TaxedValue,
        /// Day (Open Finance).
        pub transaction_date: Option<Date> => "transactionDate",
        /// Unit price, up to 8 decimals (Open Finance).
        pub transaction_unit_price: Option<Money> => "transactionUnitPrice",
        /// Units moved, up to 8 decimals (Open Finance).
        pub transaction_quantity: Option<Amount> => "transactionQuantity",
        /// Rate it was made at, a fraction: `0.300000` is 30 % (Open Finance).
        pub remuneration_transaction_rate: Option<Amount> => "remunerationTransactionRate",
        /// Share of the index, a fraction; not for Treasury bonds (Open Finance).
        pub indexer_percentage: Option<Amount> => "indexerPercentage",
    }
}

open_enum! {
    /// Kind of security (Open Finance bank and credit fixed incomes, `investmentType`).
    pub enum FixedIncomeType {
        /// Bank: certificate of deposit.
        Cdb => "CDB",
        /// Bank: receipt of deposit.
        Rdb => "RDB",
        /// Bank: real estate credit letter.
        Lci => "LCI",
        /// Bank: agribusiness credit letter.
        Lca => "LCA",
        /// Credit: debentures.
        Debentures => "DEBENTURES",
        /// Credit: real estate receivables.
        Cri => "CRI",
        /// Credit: agribusiness receivables.
        Cra => "CRA",
    }
}

open_enum! {
    /// How often interest is paid (Open Finance investments, `voucherPaymentPeriodicity`).
    pub enum VoucherPaymentPeriodicity {
        /// Monthly.
        Mensal => "MENSAL",
        /// Every three months.
        Trimestral => "TRIMESTRAL",
        /// Every six months.
        Semestral => "SEMESTRAL",
        /// Yearly.
        Anual => "ANUAL",
        /// Without a rule.
        Irregular => "IRREGULAR",
        /// Otherwise, explained beside.
        Outros => "OUTROS",
    }
}

open_enum! {
    /// Yes or no as a word (Open Finance investments).
    pub enum YesNo {
        /// Yes.
        Sim => "SIM",
        /// No.
        Nao => "NAO",
    }
}
