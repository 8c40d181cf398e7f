use provider_wire::{Date, Text, record};

use crate::AmountNumber;

record! {
    /// What every entry of a statement has.
    pub struct Entry {
        /// Day.
        pub date: Option<Date> => "trans_date",
        /// Amount in reais: negative is money out or a purchase, positive money in or a payment.
        pub amount: Option<AmountNumber> => "trans_amount",
        /// Text of the statement; may end in blanks.
        pub description: Option<Text> => "trans_description",
    }
}
