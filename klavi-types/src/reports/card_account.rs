use provider_wire::{Flag, List, Text, open_enum, record};

use super::{CardEntry, CardStatement};

record! {
    /// What every report on cards says of a card: bank, holder, kind, bills with entries. Its limit stands beside it,
    /// since products spell that in two ways. Source: docs.klavi.ai/connect/zTO9-v11.
    pub struct CardAccount {
        /// Brand, as the bank reports it.
        pub brand_name: Option<Text> => "brandName",
        /// Name of the bank at the Central Bank.
        pub bacen_name: Option<Text> => "bacenName",
        /// CNPJ of the bank, 14 characters.
        pub company_cnpj: Option<Text> => "companyCnpj",
        /// Holder.
        pub civil_name: Option<Text> => "civilName",
        /// Name of the card product: `Cartão Universitário`.
        pub name: Option<Text> => "name",
        /// Category of the card.
        pub product_type: Option<CardProductType> => "productType",
        /// Explanation where the category is `OUTROS` (Open Finance).
        pub product_additional_info: Option<Text> => "productAdditionalInfo",
        /// Network.
        pub credit_card_network: Option<CardNetwork> => "creditCardNetwork",
        /// Explanation where the network is `OUTRAS` (Open Finance).
        pub network_additional_info: Option<Text> => "networkAdditionalInfo",
        /// The cards of the account; singular `paymentMethod` in Open Finance.
        pub payment_methods: List<PaymentMethod> => "paymentMethods" | "paymentMethod",
        /// The bill still open.
        pub open_statement: Option<CardStatement> => "openStatement",
        /// The closed bills. Only entries of these keep their id.
        pub closed_statements: List<CardStatement> => "closedStatements",
        /// Entries outside any bill (observed); see [`entries`](Self::entries).
        pub loose_entries: List<CardEntry> => "transactionDetails",
    }
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

record! {
    /// A card of the account.
    pub struct PaymentMethod {
        /// Digits shown, `4453`: the only stable mark of a card (observed).
        pub identification_number: Option<Text> => "identificationNumber",
        /// Whether it combines credit with another function.
        pub is_multiple_credit_card: Option<Flag> => "isMultipleCreditCard",
    }
}

open_enum! {
    /// Network of a card (Open Finance credit cards).
    pub enum CardNetwork {
        /// Visa.
        Visa => "VISA",
        /// Mastercard.
        Mastercard => "MASTERCARD",
        /// American Express.
        AmericanExpress => "AMERICAN_EXPRESS",
        /// Diners Club.
        DinersClub => "DINERS_CLUB",
        /// Hipercard.
        Hipercard => "HIPERCARD",
        /// The issuer's own.
        BandeiraPropria => "BANDEIRA_PROPRIA",
        /// Electronic cheque.
        ChequeEletronico => "CHEQUE_ELETRONICO",
        /// Elo.
        Elo => "ELO",
        /// Another.
        Outras => "OUTRAS",
    }
}

open_enum! {
    /// Category of a card (Open Finance credit cards).
    pub enum CardProductType {
        /// Classic, national.
        ClassicNacional => "CLASSIC_NACIONAL",
        /// Classic, international.
        ClassicInternacional => "CLASSIC_INTERNACIONAL",
        /// Gold.
        Gold => "GOLD",
        /// Platinum.
        Platinum => "PLATINUM",
        /// Infinite.
        Infinite => "INFINITE",
        /// Electron.
        Electron => "ELECTRON",
        /// Standard, national.
        StandardNacional => "STANDARD_NACIONAL",
        /// Standard, international.
        StandardInternacional => "STANDARD_INTERNACIONAL",
        /// Electronic.
        Eletronic => "ELETRONIC",
        /// Black.
        Black => "BLACK",
        /// Redeshop.
        Redeshop => "REDESHOP",
        /// Maestro.
        MaestroMastercardMaestro => "MAESTRO_MASTERCARD_MAESTRO",
        /// Green.
        Green => "GREEN",
        /// Blue.
        Blue => "BLUE",
        /// Bluebox.
        Bluebox => "BLUEBOX",
        /// For the self-employed.
        ProfissionalLiberal => "PROFISSIONAL_LIBERAL",
        /// Electronic cheque.
        ChequeEletronico => "CHEQUE_ELETRONICO",
        /// Corporate.
        Corporativo => "CORPORATIVO",
        /// Business.
        Empresarial => "EMPRESARIAL",
        /// Purchases.
        Compras => "COMPRAS",
        /// Basic, national.
        BasicoNacional => "BASICO_NACIONAL",
        /// Basic, international.
        BasicoInternacional => "BASICO_INTERNACIONAL",
        /// Nanquim.
        Nanquim => "NANQUIM",
        /// Grafite.
        Grafite => "GRAFITE",
        /// Mais.
        Mais => "MAIS",
        /// Another.
        Outros => "OUTROS",
    }
}
