use provider_wire::open_enum;

/// Direction of an entry. Amounts carry no sign, this does.
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CreditDebitType {
    /// Money in.
    Credito,
    /// Money out.
    Debito,
}
