use provider_wire::{Flag, OneOrMany, record};

use super::{CardAccount, CardLimit};

record! {
    /// A card in the categorised products: with its limit and whether it is in use.
    pub struct CategorizedCard {
        ..account: CardAccount,
        /// Whether it is in use.
        pub is_active: Option<Flag> => "isActive",
        /// Its limit, `limits` in these products. One object; a list in Open Finance. Missing where several cards
        /// share one (observed).
        pub limits: Option<OneOrMany<CardLimit>> => "limits" | "limit",
    }
}
