//! The statements of a report in the view of the crate [`statements`](::statements). What a ledger makes of them is not
//! known here.

use ::statements::{
    AccountIdentity, AccountKind, Bank, Categories, Coverage, Entry, Instalment, Purpose, Source, Statement,
    Status,
};
use jiff::Timestamp;
use provider_wire::{Amount, Date, DateTime, Decoded, Money, Text};

use super::{
    AccountEntry, AccountHead, AccountStatement, AnyReport, CardAccount, CardEntry, CardEntryType,
    CardStatement, EntryState, EntryType, Head, Outcome,
};
use crate::{ConsentId, CreditDebitType};

/// Where a report has its statements.
pub(super) enum Lists<'a> {
    Accounts(AccountKind, &'a [AccountStatement]),
    Cards(Vec<&'a CardAccount>),
    None,
}

impl AnyReport {
    /// The statements of the report, one for each account. Empty for a report that has none.
    ///
    /// A complete report (code 200) decides about the twelve months before it, unless you asked for less: then set
    /// [`coverage`](Statement::coverage) to the days that you asked for. Use [`statements_of`] where entries that could
    /// not be read may be missing in the report.
    pub fn statements(&self) -> Vec<Statement> {
        match self.lists() {
            Lists::Accounts(kind, accounts) => of_accounts(self.head(), kind, accounts),
            Lists::Cards(cards) => of_cards(self.head(), cards),
            Lists::None => Vec::new(),
        }
    }

    /// How many entries have an amount with a sign of its own, against the documentation: the direction alone counts.
    pub fn signed_magnitudes(&self) -> usize {
        let negative =
            |money: Option<&Money>| money.and_then(|money| money.amount).is_some_and(Amount::is_negative);
        match self.lists() {
            Lists::Accounts(_, accounts) => {
                let entries = accounts.iter().flat_map(|account| account.entries.iter());
                entries.filter(|entry| negative(entry.transaction_amount.as_ref())).count()
            }
            Lists::Cards(cards) => {
                let entries = cards.into_iter().flat_map(CardAccount::entries);
                entries.filter(|entry| negative(entry.amount_in_reais())).count()
            }
            Lists::None => 0,
        }
    }

    pub(super) fn lists(&self) -> Lists<'_> {
        use AccountKind::{Checking, Savings};
        match self {
            Self::CheckingAccounts(report) => Lists::Accounts(Checking, &report.content.checking_accounts),
            Self::SavingsAccounts(report) => Lists::Accounts(Savings, &report.content.savings_accounts),
            Self::CreditCard(report) => {
                Lists::Cards(report.content.credit_cards.iter().map(|card| &card.account).collect())
            }
            Self::CategorizedCreditCards(report) => {
                Lists::Cards(report.content.credit_cards.iter().map(|card| &card.account).collect())
            }
            _ => Lists::None,
        }
    }

    /// The entries of all statements of the report.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        self.statements().into_iter().flat_map(|statement| statement.entries)
    }
}

/// The [statements](AnyReport::statements) of a decoded report. Where an entry or a list of entries was malformed and
/// skipped, none of them is complete.
pub fn statements_of(report: &Decoded<AnyReport>) -> Vec<Statement> {
    const LISTS: [&str; 4] = ["transactionDetails", "closedStatements", "openStatement", "paymentMethod"];
    let mut statements = report.value.statements();
    let skipped = report.malformed.iter().any(|malformed| {
        let path = malformed.path.to_string();
        let last = path.rsplit('.').next().unwrap_or_default();
        LISTS.iter().any(|list| last.starts_with(list))
    });
    if skipped {
        statements.iter_mut().for_each(|statement| statement.coverage = None);
    }
    statements
}

fn of_accounts(head: &Head, kind: AccountKind, accounts: &[AccountStatement]) -> Vec<Statement> {
    let of = |account: &AccountStatement| {
        let consents = consents(head);
        let consent = consents.as_deref();
        let identity = account_identity(kind, &account.head, consent);
        let as_of = as_of(head);
        let mut statement = Statement::new(identity, Source::new("klavi", consent), as_of);
        statement.coverage = coverage(head, account.entries.is_present());
        statement.entries = account.entries.iter().map(|entry| of_entry(head, entry, as_of)).collect();
        statement
    };
    accounts.iter().map(of).collect()
}

/// Entries of a closed bill are final, those of the open one and those outside any are not.
fn of_cards(head: &Head, cards: Vec<&CardAccount>) -> Vec<Statement> {
    let of = |card: &CardAccount| {
        let consents = consents(head);
        let consent = consents.as_deref();
        let identity = card_identity(card, consent);
        let mut statement = Statement::new(identity, Source::new("klavi", consent), as_of(head));
        let listed =
            card.loose_entries.is_present() || card.statements().any(|bill| bill.entries.is_present());
        statement.coverage = coverage(head, listed);
        let closed = card
            .closed_statements
            .iter()
            .flat_map(|bill| bill.entries.iter().map(move |entry| of_card_entry(entry, Some(bill))));
        let open =
            card.open_statement.iter().flat_map(|bill| bill.entries.iter()).chain(card.loose_entries.iter());
        statement.entries = closed.chain(open.map(|entry| of_card_entry(entry, None))).collect();
        statement
    };
    cards.into_iter().map(of).collect()
}

/// The account of which a report says that, over that consent.
pub(super) fn account_identity(
    kind: AccountKind,
    at: &AccountHead,
    consent: Option<&str>,
) -> AccountIdentity {
    let bank = bank(at.company_cnpj.as_ref(), at.compe_code.as_ref(), at.brand_name.as_ref(), consent);
    AccountIdentity::of_account(kind, &bank, text(&at.branch_code), text(&at.number))
}

/// The card of which a report says that, over that consent.
pub(super) fn card_identity(card: &CardAccount, consent: Option<&str>) -> AccountIdentity {
    let bank = bank(card.company_cnpj.as_ref(), None, card.brand_name.as_ref(), consent);
    let digits = card.payment_methods.iter().filter_map(|method| text(&method.identification_number));
    let bills = card.statements().filter_map(|bill| text(&bill.bill_id));
    AccountIdentity::of_card(&bank, text(&card.name), digits, bills)
}

pub(super) fn text(text: &Option<Text>) -> Option<&str> {
    text.as_ref().map(Text::as_str)
}

fn bank<'a>(
    cnpj: Option<&'a Text>,
    compe: Option<&'a Text>,
    name: Option<&'a Text>,
    consent: Option<&'a str>,
) -> Bank<'a> {
    let [cnpj, compe, name] = [cnpj, compe, name].map(|part| part.map(Text::as_str));
    Bank { cnpj, compe, name, consent }
}

/// The consents that were used, as one text.
pub(super) fn consents(head: &Head) -> Option<String> {
    let used = head.links.iter().flat_map(|link| link.consents.iter());
    let mut ids: Vec<_> =
        used.filter_map(|consent| consent.consent_id.as_ref()).map(ConsentId::as_str).collect();
    ids.sort_unstable();
    ids.dedup();
    (!ids.is_empty()).then(|| ids.join(","))
}

/// Documented as UTC, written without a zone. The beginning of time where the report does not say.
fn as_of(head: &Head) -> Timestamp {
    head.product_report_time.and_then(DateTime::timestamp_assuming_utc).unwrap_or(Timestamp::MIN)
}

fn coverage(head: &Head, listed: bool) -> Option<Coverage> {
    (listed && head.outcome() == Outcome::Complete).then(|| Coverage::twelve_months_before(as_of(head)))
}

fn of_entry(head: &Head, entry: &AccountEntry, as_of: Timestamp) -> Entry {
    let mut read = Entry::default();
    read.id = entry.transaction_id.as_ref().map(|id| id.as_str().into());
    read.amount = entry.signed_amount();
    read.currency = entry.transaction_amount.as_ref().and_then(|money| money.currency.clone());
    read.day = entry.day();
    read.at = entry.transaction_date_time.or(entry.transaction_date.map(Date::date_time));
    read.description = entry.transaction_name.clone();
    read.categories = Categories::new([&entry.category, &entry.subcategory, &entry.third_category]);
    read.counterparty = entry.party_tax_id.clone();
    read.status = entry.state.as_ref().map(|state| match state {
        EntryState::TransacaoEfetivada => Status::Booked,
        EntryState::LancamentoFuturo => Status::Scheduled,
        EntryState::TransacaoProcessando => Status::Pending,
        EntryState::Unknown(_) => Status::Unknown,
    });
    read.entry_type = entry.entry_type.as_ref().map(|word| word.as_str().into());
    read.brand = entry.brand.clone();
    read.recurring = recurring(entry.f_all_month.as_ref(), entry.f_all_c_month.as_ref());
    read.purpose = purpose(head, entry);
    read.is_final = is_final(entry, read.day, as_of);
    read
}

fn of_card_entry(entry: &CardEntry, closed: Option<&CardStatement>) -> Entry {
    let mut read = Entry::default();
    read.id = entry.transaction_id.as_ref().map(|id| id.as_str().into());
    read.amount = entry.signed_amount();
    read.currency = entry.amount_in_reais().and_then(|money| money.currency.clone());
    read.day = entry.day();
    read.at = entry.transaction_date_time.or(entry.transaction_date.map(Date::date_time));
    read.description = entry.transaction_name.clone();
    read.categories = Categories::new([&entry.category, &entry.subcategory, &entry.third_category]);
    read.counterparty = entry.party_tax_id.clone();
    read.entry_type = entry.transaction_type.as_ref().map(|word| word.as_str().into());
    read.brand = entry.brand.clone();
    read.merchant_category = entry.payee_mcc.as_ref().map(|code| format!("{:04}", code.get()).into());
    let number = entry.charge_identificator.as_ref().map(super::ChargeIdentificator::text);
    let of = entry.charge_number.as_ref().map(|number| number.get());
    if number.as_ref().is_some_and(|number| !number.is_empty()) {
        read.instalment = Some(Instalment::new(number, of));
    }
    read.bill = entry
        .bill_id
        .clone()
        .or_else(|| closed.and_then(|bill| bill.bill_id.clone().or_else(|| bill.bill_month.clone())));
    read.recurring = recurring(entry.f_all_month.as_ref(), entry.f_all_c_month.as_ref());
    if entry.transaction_type == Some(CardEntryType::PagamentoFatura) {
        read.purpose = Purpose::BillPayment;
    }
    read.is_final = closed.is_some();
    read
}

fn recurring(monthly: Option<&crate::Integer>, in_a_row: Option<&crate::Integer>) -> Option<bool> {
    let flags: Vec<_> = [monthly, in_a_row].into_iter().flatten().map(|flag| flag.get() == 1).collect();
    (!flags.is_empty()).then(|| flags.contains(&true))
}

/// Transfers of reserves and investments, and those whose counterparty is the customer, are of the customer's own money.
fn purpose(head: &Head, entry: &AccountEntry) -> Purpose {
    let own_type = matches!(
        entry.entry_type,
        Some(
            EntryType::AplicacaoFinanceira
                | EntryType::ResgateAplicFinanceira
                | EntryType::TransferenciaSaldoReservado
        )
    );
    let alnum = |text: &Text| text.as_str().chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let holder = [&head.enquiry_cpf, &head.enquiry_cnpj].into_iter().flatten().map(alnum);
    let counterparty = entry.party_tax_id.as_ref().map(alnum).filter(|id| !id.is_empty());
    let same_person = counterparty.is_some_and(|id| holder.into_iter().any(|holder| holder == id));
    if own_type || same_person { Purpose::OwnTransfer } else { Purpose::Other }
}

/// Booked, and past the day on which the bank may still change its id. Some types are fixed on their own day.
fn is_final(entry: &AccountEntry, day: Option<jiff::civil::Date>, as_of: Timestamp) -> bool {
    let fixed_at_once = matches!(
        entry.entry_type,
        Some(
            EntryType::Ted
                | EntryType::Pix
                | EntryType::TransferenciaMesmaInstituicao
                | EntryType::TarifaServicosAvulsos
                | EntryType::FolhaPagamento
        )
    );
    let booked = entry.state == Some(EntryState::TransacaoEfetivada);
    // A day is over when it is over in Brasília.
    let today = jiff::tz::offset(-3).to_datetime(as_of).date();
    booked && (fixed_at_once || day.is_some_and(|day| day < today))
}

/// An amount and its direction. A magnitude that carries a sign of its own keeps the direction.
pub(super) fn signed(amount: Amount, direction: Option<&CreditDebitType>) -> Option<Amount> {
    match direction? {
        CreditDebitType::Credito => Some(amount.abs()),
        CreditDebitType::Debito => Some(-amount.abs()),
        CreditDebitType::Unknown(_) => None,
    }
}

/// The day in Brasília: that of the date where one is given, else that of the instant.
pub(super) fn day(date: Option<Date>, at: Option<DateTime>) -> Option<jiff::civil::Date> {
    date.map(|date| ::statements::day_in_brasilia(date.date_time()))
        .or_else(|| at.map(::statements::day_in_brasilia))
}
