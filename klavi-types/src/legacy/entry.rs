use provider_wire::{Date, Text, record};

use crate::AmountNumber;

/// What every entry of a statement has.
#[record]
pub struct Entry {
    /// Day.
    #[wire("trans_date")]
    pub date: Option<Date>,
    /// Amount in reais: negative is money out or a purchase, positive money in or a payment.
    #[wire("trans_amount")]
    pub amount: Option<AmountNumber>,
    /// Text of the statement; may end in blanks.
    #[wire("trans_description")]
    pub description: Option<Text>,
}
