use provider_wire::{Amount, Date, Flag, List, Text, record};

use super::ContractChargeType;

/// What was paid on a credit contract and what is left.
///
/// An answer of its own in Open Finance; Klavi puts the balance into the contract, and that the payments follow
/// it is inferred.
#[record(rename_all = "camelCase")]
pub struct ContractPayments {
    /// What is still owed, in the currency of the contract.
    pub contract_outstanding_balance: Option<Amount>,
    /// The payments (Open Finance).
    pub releases: List<Release>,
}

/// A payment on a credit contract.
#[record(rename_all = "camelCase")]
pub struct Release {
    /// Id of the payment (Open Finance).
    pub payment_id: Option<Text>,
    /// Whether it was paid outside of the instalments (Open Finance).
    pub is_over_parcel_payment: Option<Flag>,
    /// Id of the instalment that it pays (Open Finance).
    pub instalment_id: Option<Text>,
    /// When it was paid (Open Finance).
    pub paid_date: Option<Date>,
    /// Currency, ISO 4217 (Open Finance).
    pub currency: Option<Text>,
    /// Amount in that currency, negative for a reversal (Open Finance).
    pub paid_amount: Option<Amount>,
    /// What was paid beyond the instalment (Open Finance).
    pub over_parcel: Option<OverParcel>,
}

/// What was paid beyond the instalment.
#[record]
pub struct OverParcel {
    /// Fees (Open Finance).
    pub fees: List<OverParcelFee>,
    /// Charges (Open Finance).
    pub charges: List<OverParcelCharge>,
}

/// A fee paid beyond the instalment.
#[record(rename_all = "camelCase")]
pub struct OverParcelFee {
    /// Name (Open Finance).
    pub fee_name: Option<Text>,
    /// Code at the bank (Open Finance).
    pub fee_code: Option<Text>,
    /// Amount in the currency of the payment (Open Finance).
    pub fee_amount: Option<Amount>,
}

/// A charge paid beyond the instalment.
#[record(rename_all = "camelCase")]
pub struct OverParcelCharge {
    /// Which (Open Finance).
    pub charge_type: Option<ContractChargeType>,
    /// Explanation where that is `OUTROS` (Open Finance).
    pub charge_additional_info: Option<Text>,
    /// Amount in the currency of the payment (Open Finance).
    pub charge_amount: Option<Amount>,
}
