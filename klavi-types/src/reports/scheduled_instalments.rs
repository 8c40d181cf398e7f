use provider_wire::{Date, Integer, List, Money, Text, open_enum, record};

record! {
    /// Instalments of a credit contract: how many, how many paid, how many late.
    ///
    /// An answer of its own in Open Finance; that Klavi puts it into the contract is inferred.
    pub struct ScheduledInstalments {
        /// Unit of the whole term (Open Finance).
        pub type_number_of_instalments: Option<NumberOfInstalmentsType> => "typeNumberOfInstalments",
        /// The whole term in that unit (Open Finance).
        pub total_number_of_instalments: Option<Integer> => "totalNumberOfInstalments",
        /// Unit of the remaining term (Open Finance).
        pub type_contract_remaining: Option<ContractRemainingType> => "typeContractRemaining",
        /// The remaining term in that unit (Open Finance).
        pub contract_remaining_number: Option<Integer> => "contractRemainingNumber",
        /// Instalments paid (Open Finance).
        pub paid_instalments: Option<Integer> => "paidInstalments",
        /// Instalments not due yet (Open Finance).
        pub due_instalments: Option<Integer> => "dueInstalments",
        /// Instalments overdue (Open Finance).
        pub past_due_instalments: Option<Integer> => "pastDueInstalments",
        /// Payments out of the regular (Open Finance).
        pub balloon_payments: List<BalloonPayment> => "balloonPayments",
    }
}

record! {
    /// A payment out of the regular schedule.
    pub struct BalloonPayment {
        /// When it is due (Open Finance).
        pub due_date: Option<Date> => "dueDate",
        /// How much: an object since Open Finance 2, bare with [`currency`](Self::currency) beside it before.
        pub amount: Option<Money> => "amount",
        /// Currency of a bare amount, ISO 4217 (Open Finance 1).
        pub currency: Option<Text> => "currency",
    }
}

open_enum! {
    /// Unit of a contract's whole term (Open Finance).
    pub enum NumberOfInstalmentsType {
        /// Days.
        Dia => "DIA",
        /// Weeks.
        Semana => "SEMANA",
        /// Months.
        Mes => "MES",
        /// Years.
        Ano => "ANO",
        /// There is no term.
        SemPrazoTotal => "SEM_PRAZO_TOTAL",
    }
}

open_enum! {
    /// Unit of a contract's remaining term (Open Finance).
    pub enum ContractRemainingType {
        /// Days.
        Dia => "DIA",
        /// Weeks.
        Semana => "SEMANA",
        /// Months.
        Mes => "MES",
        /// Years.
        Ano => "ANO",
        /// There is no term.
        SemPrazoRemanescente => "SEM_PRAZO_REMANESCENTE",
    }
}
