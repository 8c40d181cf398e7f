use provider_wire::{DateTime, Flag, Money, Text, open_enum, record};

open_enum! {
    /// Kind of account (Open Finance accounts, `type`).
    pub enum AccountType {
        /// Checking account.
        ContaDepositoAVista => "CONTA_DEPOSITO_A_VISTA",
        /// Savings account.
        ContaPoupanca => "CONTA_POUPANCA",
        /// Prepaid payment account; has no branch.
        ContaPagamentoPrePaga => "CONTA_PAGAMENTO_PRE_PAGA",
    }
}

open_enum! {
    /// Who may dispose of the account (Open Finance accounts, `subtype`).
    pub enum AccountSubtype {
        /// One holder.
        Individual => "INDIVIDUAL",
        /// Joint, all together.
        ConjuntaSimples => "CONJUNTA_SIMPLES",
        /// Joint, each alone.
        ConjuntaSolidaria => "CONJUNTA_SOLIDARIA",
    }
}

record! {
    /// What every report on accounts says of an account: bank, number, holder, balances.
    /// Source: docs.klavi.ai/link/zJgr-v1; `companyName`, `tradeName` and `cnpjNumber` stand in its table for
    /// companies.
    pub struct AccountHead {
        /// Brand, as the bank reports it. Sometimes the only readable name.
        pub brand_name: Option<Text> => "brandName",
        /// Name at the Central Bank.
        pub bacen_name: Option<Text> => "bacenName",
        /// Bank code of 3 digits; leading zeros matter.
        pub compe_code: Option<Text> => "compeCode",
        /// CNPJ of the bank, 14 characters.
        pub company_cnpj: Option<Text> => "companyCnpj",
        /// Branch, 4 digits. Payment institutions have none.
        pub branch_code: Option<Text> => "branchCode",
        /// Account number, 8 to 20 digits.
        pub number: Option<Text> => "number",
        /// Check digit, one character, not always a digit. Missing at payment institutions.
        pub check_digit: Option<Text> => "checkDigit",
        /// Who may dispose of it.
        pub subtype: Option<AccountSubtype> => "subtype",
        /// Holder, a natural person.
        pub civil_name: Option<Text> => "civilName",
        /// Holder, a company: corporate name.
        pub company_name: Option<Text> => "companyName",
        /// Holder, a company: trade name.
        pub trade_name: Option<Text> => "tradeName",
        /// Holder, a company: its CNPJ.
        pub cnpj_number: Option<Text> => "cnpjNumber",
        /// Balances when the report was made.
        pub balances: Option<Balances> => "balances",
    }
}

record! {
    /// Balances of an account. May be negative, except the blocked one.
    pub struct Balances {
        /// Available.
        pub available_amount: Option<Money> => "availableAmount",
        /// Blocked.
        pub blocked_amount: Option<Money> => "blockedAmount",
        /// Available with what is invested automatically.
        pub automatically_invested_amount: Option<Money> => "automaticallyInvestedAmount",
        /// Whether the customer has reserved balances, be they zero (Open Finance accounts 2.5).
        pub has_reserved_balance: Option<Flag> => "hasReservedBalance",
        /// When they held (Open Finance accounts since 2.1; not in Klavi's examples).
        pub update_date_time: Option<DateTime> => "updateDateTime",
    }
}
