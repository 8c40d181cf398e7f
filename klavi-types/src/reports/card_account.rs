use provider_wire::{Flag, List, Text, open_enum, record};

use super::{CardEntry, CardStatement};

/// What every report on cards says of a card: bank, holder, kind, bills with entries. Its limit stands beside it,
/// since products spell that in two ways. Source: docs.klavi.ai/connect/zTO9-v11.
#[record(rename_all = "camelCase")]
pub struct CardAccount {
    /// Brand, as the bank reports it.
    pub brand_name: Option<Text>,
    /// Name of the bank at the Central Bank.
    pub bacen_name: Option<Text>,
    /// CNPJ of the bank, 14 characters.
    pub company_cnpj: Option<Text>,
    /// Holder.
    pub civil_name: Option<Text>,
    /// Name of the card product: `Cartão Universitário`.
    pub name: Option<Text>,
    /// Category of the card.
    pub product_type: Option<CardProductType>,
    /// Explanation where the category is `OUTROS` (Open Finance).
    pub product_additional_info: Option<Text>,
    /// Network.
    pub credit_card_network: Option<CardNetwork>,
    /// Explanation where the network is `OUTRAS` (Open Finance).
    pub network_additional_info: Option<Text>,
    /// The cards of the account; singular `paymentMethod` in Open Finance.
    #[wire(or = "paymentMethod")]
    pub payment_methods: List<PaymentMethod>,
    /// The bill still open.
    pub open_statement: Option<CardStatement>,
    /// The closed bills. Only entries of these keep their id.
    pub closed_statements: List<CardStatement>,
    /// Entries outside any bill (observed); see [`entries`](Self::entries).
    #[wire("transactionDetails")]
    pub loose_entries: List<CardEntry>,
}

impl CardAccount {
    /// The bills, the open one first.
    pub fn statements(&self) -> impl Iterator<Item = &CardStatement> {
        self.open_statement.iter().chain(self.closed_statements.iter())
    }

    /// All entries: of the open bill, of the closed ones, and those outside any.
    pub fn entries(&self) -> impl Iterator<Item = &CardEntry> {
        self.statements().flat_map(|statement| statement.entries.iter()).chain(self.loose_entries.iter())
    }
}

/// A card of the account.
#[record(rename_all = "camelCase")]
pub struct PaymentMethod {
    /// Digits shown, `4453`: the only stable mark of a card (observed).
    pub identification_number: Option<Text>,
    /// Whether it combines credit with another function.
    pub is_multiple_credit_card: Option<Flag>,
}

/// Network of a card (Open Finance credit cards).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CardNetwork {
    /// Visa.
    Visa,
    /// Mastercard.
    Mastercard,
    /// American Express.
    AmericanExpress,
    /// Diners Club.
    DinersClub,
    /// Hipercard.
    Hipercard,
    /// The issuer's own.
    BandeiraPropria,
    /// Electronic cheque.
    ChequeEletronico,
    /// Elo.
    Elo,
    /// Another.
    Outras,
}

/// Category of a card (Open Finance credit cards).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CardProductType {
    /// Classic, national.
    ClassicNacional,
    /// Classic, international.
    ClassicInternacional,
    /// Gold.
    Gold,
    /// Platinum.
    Platinum,
    /// Infinite.
    Infinite,
    /// Electron.
    Electron,
    /// Standard, national.
    StandardNacional,
    /// Standard, international.
    StandardInternacional,
    /// Electronic.
    Eletronic,
    /// Black.
    Black,
    /// Redeshop.
    Redeshop,
    /// Maestro.
    MaestroMastercardMaestro,
    /// Green.
    Green,
    /// Blue.
    Blue,
    /// Bluebox.
    Bluebox,
    /// For the self-employed.
    ProfissionalLiberal,
    /// Electronic cheque.
    ChequeEletronico,
    /// Corporate.
    Corporativo,
    /// Business.
    Empresarial,
    /// Purchases.
    Compras,
    /// Basic, national.
    BasicoNacional,
    /// Basic, international.
    BasicoInternacional,
    /// Nanquim.
    Nanquim,
    /// Grafite.
    Grafite,
    /// Mais.
    Mais,
    /// Another.
    Outros,
}
