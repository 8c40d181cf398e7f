use provider_wire::{Amount, Date, Flag, List, Text, record};

use super::ContractChargeType;

record! {
    /// What was paid on a credit contract and what is left.
    ///
    /// An answer of its own in Open Finance; Klavi puts the balance into the contract, and that the payments follow
    /// it is inferred.
    pub struct ContractPayments {
        /// What is still owed, in the currency of the contract.
        pub contract_outstanding_balance: Option<Amount> => "contractOutstandingBalance",
        /// The payments (Open Finance).
        pub releases: List<Release> => "releases",
    }
}

record! {
    /// A payment on a credit contract.
    pub struct Release {
        /// Id of the payment (Open Finance).
        pub payment_id: Option<Text> => "paymentId",
        /// Whether it was paid outside of the instalments (Open Finance).
        pub is_over_parcel_payment: Option<Flag> => "isOverParcelPayment",
        /// Id of the instalment that it pays (Open Finance).
        pub instalment_id: Option<Text> => "instalmentId",
        /// When it was paid (Open Finance).
        pub paid_date: Option<Date> => "paidDate",
        /// Currency, ISO 4217 (Open Finance).
        pub currency: Option<Text> => "currency",
        /// Amount in that currency, negative for a reversal (Open Finance).
        pub paid_amount: Option<Amount> => "paidAmount",
        /// What was paid beyond the instalment (Open Finance).
        pub over_parcel: Option<OverParcel> => "overParcel",
    }
}

record! {
    /// What was paid beyond the instalment.
    pub struct OverParcel {
        /// Fees (Open Finance).
        pub fees: List<OverParcelFee> => "fees",
        /// Charges (Open Finance).
        pub charges: List<OverParcelCharge> => "charges",
    }
}

record! {
    /// A fee paid beyond the instalment.
    pub struct OverParcelFee {
        /// Name (Open Finance).
        pub fee_name: Option<Text> => "feeName",
        /// Code at the bank (Open Finance).
        pub fee_code: Option<Text> => "feeCode",
        /// Amount in the currency of the payment (Open Finance).
        pub fee_amount: Option<Amount> => "feeAmount",
    }
}

record! {
    /// A charge paid beyond the instalment.
    pub struct OverParcelCharge {
        /// Which (Open Finance).
        pub charge_type: Option<ContractChargeType> => "chargeType",
        /// Explanation where that is `OUTROS` (Open Finance).
        pub charge_additional_info: Option<Text> => "chargeAdditionalInfo",
        /// Amount in the currency of the payment (Open Finance).
        pub charge_amount: Option<Amount> => "chargeAmount",
    }
}
