use provider_wire::{Flag, OneOrMany, record};

use super::{CardAccount, CardLimit};

/// A card in the categorised products: with its limit and whether it is in use.
#[record(rename_all = "camelCase")]
pub struct CategorizedCard {
    #[wire(flatten)]
    pub account: CardAccount,
    /// Whether it is in use.
    pub is_active: Option<Flag>,
    /// Its limit, `limits` in these products. One object; a list in Open Finance. Missing where several cards
    /// share one (observed).
    #[wire(or = "limit")]
    pub limits: Option<OneOrMany<CardLimit>>,
}
