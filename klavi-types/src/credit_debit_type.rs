use provider_wire::open_enum;

open_enum! {
    /// Direction of an entry. Amounts carry no sign, this does.
    pub enum CreditDebitType {
        /// Money in.
        Credito => "CREDITO",
        /// Money out.
        Debito => "DEBITO",
    }
}
