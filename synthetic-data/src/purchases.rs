//! The entries of a card bill. Must not know about reports.

use std::borrow::Cow;

use fastrand::Rng;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use klavi_types::reports::{CardEntryType, CardFeeType};

use super::bill::Bill;
use super::card::Card;
use super::customer::Kind;
use super::day;
use super::money::Centavos;

/// An entry of a card.
pub(crate) struct Purchase {
    pub(crate) id: String,
    pub(crate) at: Timestamp,
    /// Positive for what raises the bill.
    pub(crate) amount: Centavos,
    pub(crate) merchant: Cow<'static, Merchant>,
    pub(crate) entry_type: CardEntryType,
    pub(crate) fee: Option<CardFeeType>,
    /// Which of how many instalments.
    pub(crate) instalment: Option<[i64; 2]>,
}

/// Whom a card is used with: text of the statement, brand, merchant category code, Klavi's categories.
#[derive(Clone)]
pub(crate) struct Merchant {
    pub(crate) name: Cow<'static, str>,
    pub(crate) brand: Cow<'static, str>,
    pub(crate) mcc: i64,
    pub(crate) categories: [&'static str; 3],
}

/// A habit: how many days apart, how much in thousandths of the income, how far around in percent.
struct Habit(i64, i64, i64, &'static Merchant);

const fn merchant(
    name: &'static str,
    brand: &'static str,
    mcc: i64,
    categories: [&'static str; 3],
) -> Merchant {
    Merchant { name: Cow::Borrowed(name), brand: Cow::Borrowed(brand), mcc, categories }
}

static STREAMING: Merchant =
    merchant("STREAMING SINTETICO", "Streaming Sintético", 4899, ["Lazer", "Assinaturas", "Streaming"]);
static MUSIC: Merchant =
    merchant("MUSICA SINTETICA", "Música Sintética", 5735, ["Lazer", "Assinaturas", "Música"]);
static MARKET: Merchant =
    merchant("MERCADO SINTETICO", "Mercado Sintético", 5411, ["Alimentação", "Compras", "Supermercado"]);
static DELIVERY: Merchant = merchant(
    "ENTREGA SINTETICA",
    "Entrega Sintética",
    5812,
    ["Alimentação", "Fora de casa", "Entrega de comida"],
);
static CLOTHES: Merchant =
    merchant("MODA SINTETICA", "Moda Sintética", 5651, ["Compras", "Vestuário", "Roupas"]);
static SHOP: Merchant =
    merchant("LOJA SINTETICA", "Loja Sintética", 5732, ["Compras", "Eletrônicos", "Aparelhos"]);
static SOFTWARE: Merchant =
    merchant("SOFTWARE SINTETICO", "Software Sintético", 7372, ["Despesas", "Serviços", "Software"]);
static ADVERTISING: Merchant =
    merchant("ANUNCIOS SINTETICOS", "Anúncios Sintéticos", 7311, ["Despesas", "Marketing", "Anúncios"]);
static PAPER: Merchant =
    merchant("PAPELARIA SINTETICA", "Papelaria Sintética", 5943, ["Despesas", "Escritório", "Material"]);
static FUEL: Merchant =
    merchant("POSTO SINTETICO", "Posto Sintético", 5541, ["Transporte", "Veículo", "Combustível"]);
static BANK: Merchant = merchant("ANUIDADE CARTAO", "Banco", 6012, ["Tarifas", "Cartão", "Anuidade"]);

static PERSON: [Habit; 5] = [
    Habit(31, 12, 0, &STREAMING),
    Habit(31, 6, 0, &MUSIC),
    Habit(10, 18, 50, &MARKET),
    Habit(6, 7, 60, &DELIVERY),
    Habit(24, 25, 60, &CLOTHES),
];
static COMPANY: [Habit; 4] = [
    Habit(31, 5, 0, &SOFTWARE),
    Habit(5, 6, 40, &ADVERTISING),
    Habit(12, 3, 60, &PAPER),
    Habit(7, 4, 30, &FUEL),
];

/// In instalments: of a purchase of every third month, in thousandths of the income.
const INSTALMENT: i64 = 12;
const INSTALMENTS: [i64; 3] = [3, 6, 10];
const FEE: Centavos = Centavos(1_990);

/// What a bill usually holds, in order of time.
pub(crate) fn of(card: &Card<'_>, bill: Bill) -> Vec<Purchase> {
    let mut rng = card.customer.rng(&["bill", card.institution.code, &bill.month()]);
    let mut purchases = habits(card, bill, &mut rng);
    purchases.extend(instalments(card, bill, &mut rng));
    if bill.number() % 6 == 0 {
        let returned =
            purchases.iter().find(|purchase| std::ptr::eq(&raw const *purchase.merchant, returns(card)));
        let refund = returned.map(|purchase| refund(purchase, bill));
        purchases.extend(refund);
    }
    let mut fee = Purchase::new(at(&mut rng, bill.opens()), FEE, Cow::Borrowed(&BANK));
    fee.entry_type = CardEntryType::Tarifa;
    fee.fee = Some(CardFeeType::Anuidade);
    fee.instalment = Some([bill.number() % 12 + 1, 12]);
    purchases.push(fee);
    purchases.sort_by_key(|purchase| purchase.at);
    for (place, purchase) in purchases.iter_mut().enumerate() {
        let words = ["card entry", card.institution.code, &bill.month(), &place.to_string()];
        purchase.id = card.customer.hex(&words, 32);
    }
    purchases
}

fn habits(card: &Card<'_>, bill: Bill, rng: &mut Rng) -> Vec<Purchase> {
    let habits = match card.customer.kind {
        Kind::Person { .. } => PERSON.as_slice(),
        Kind::Company { .. } => COMPANY.as_slice(),
    };
    let mut purchases = Vec::new();
    for Habit(step, share, percent, merchant) in habits {
        let usual = Centavos(card.customer.income.0 * share / 1000);
        let mut day = bill.opens().saturating_add(rng.i64(0..(*step).min(28)).days());
        while day <= bill.closes() {
            purchases.push(Purchase::new(
                at(rng, day),
                usual.around(rng, *percent),
                Cow::Borrowed(*merchant),
            ));
            day = day.saturating_add(step.days());
        }
    }
    purchases
}

/// One of each purchase in instalments that is not paid off yet.
fn instalments(card: &Card<'_>, bill: Bill, rng: &mut Rng) -> Vec<Purchase> {
    let bought = (0..12).map(|back| (back, bill.back(back))).filter(|(_, bought)| bought.number() % 3 == 0);
    bought
        .filter_map(|(back, bought)| {
            let words = ["instalments", card.institution.code, &bought.month()];
            let mut plan = card.customer.rng(&words);
            let count = INSTALMENTS[plan.usize(..INSTALMENTS.len())];
            let usual = Centavos(card.customer.income.0 * INSTALMENT / 1000);
            let amount = usual.around(&mut plan, 50);
            (back < count).then(|| {
                let mut purchase = Purchase::new(at(rng, bill.opens()), amount, Cow::Borrowed(&SHOP));
                purchase.instalment = Some([back + 1, count]);
                purchase
            })
        })
        .collect()
}

/// Where things are taken back to.
pub(crate) fn returns(card: &Card<'_>) -> &'static Merchant {
    match card.customer.kind {
        Kind::Person { .. } => &CLOTHES,
        Kind::Company { .. } => &PAPER,
    }
}

fn refund(purchase: &Purchase, bill: Bill) -> Purchase {
    let at = day::minutes_into(bill.closes(), 20 * 60);
    let mut refund = Purchase::new(at, -purchase.amount, purchase.merchant.clone());
    refund.entry_type = CardEntryType::Estorno;
    refund
}

/// Some time between 9:00 and 19:59 UTC.
fn at(rng: &mut Rng, day: Date) -> Timestamp {
    day::minutes_into(day, rng.i64(9 * 60..20 * 60))
}

impl Purchase {
    pub(crate) fn new(at: Timestamp, amount: Centavos, merchant: Cow<'static, Merchant>) -> Self {
        Self {
            id: String::new(),
            at,
            amount,
            merchant,
            entry_type: CardEntryType::Pagamento,
            fee: None,
            instalment: None,
        }
    }

    /// A purchase that is taken back at once, and its refund.
    pub(crate) fn round_trip(card: &Card<'_>, mut rng: Rng, times: [Timestamp; 2]) -> [Self; 2] {
        let merchant = Cow::Borrowed(returns(card));
        let mut purchase = Self::new(times[0], Centavos(rng.i64(100..5_000)), merchant.clone());
        let mut refund = Self::new(times[1], -purchase.amount, merchant);
        refund.entry_type = CardEntryType::Estorno;
        for entry in [&mut purchase, &mut refund] {
            entry.id = format!("{:016x}{:016x}", rng.u64(..), rng.u64(..));
        }
        [purchase, refund]
    }
}
