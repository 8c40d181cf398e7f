//! The accounts that a report names, in the view of the crate [`statements`](::statements).

use ::statements::{
    AccountIdentity, AccountKind, AccountSnapshot, BalanceKind, CardLimit as Limit, HolderType, Ownership,
    Source,
};
use jiff::Timestamp;
use provider_wire::{DateTime, Flag, Money, OneOrMany, Text};

use super::statements::{Lists, account_identity, card_identity, consents, text};
use super::{
    AccountHead, AccountSubtype, AccountType, AnyReport, BalanceAccount, Balances, CardAccount, CardLimit,
    CategorizedCard, CreditLineLimitType, Head, Identity, IdentityAccount, Investments, LimitConsolidation,
};
use crate::PersonType;

/// A card with its limits.
struct Card<'a> {
    account: &'a CardAccount,
    limits: &'a [CardLimit],
    is_active: Option<Flag>,
}

impl<'a> Card<'a> {
    fn new(
        account: &'a CardAccount,
        limits: Option<&'a OneOrMany<CardLimit>>,
        is_active: Option<Flag>,
    ) -> Self {
        Self { account, limits: limits.map_or(&[], OneOrMany::as_slice), is_active }
    }
}

fn categorized(cards: &[CategorizedCard]) -> Vec<Card<'_>> {
    cards.iter().map(|card| Card::new(&card.account, card.limits.as_ref(), card.is_active)).collect()
}

impl AnyReport {
    /// Every account that the report names: those of statements, balances, cards and registration data, and those that
    /// credit and investment reports list. [`Accounts`](::statements::Accounts) puts the accounts of all reports together.
    ///
    /// An account without a number is left out, unless it is a card or has a statement.
    ///
    /// ```
    /// use klavi_types::reports::decode_report;
    /// use klavi_types::statements::{Accounts, BalanceKind};
    ///
    /// let body = br#"{"productName": "pf_balance", "accounts": [{"type": "CONTA_POUPANCA", "number": "94088392",
    ///     "balances": {"availableAmount": {"amount": "10.50", "currency": "BRL"}}}]}"#;
    /// let mut accounts = Accounts::new();
    /// accounts.add(&decode_report(body)?.value.accounts());
    /// let account = &accounts.accounts()[0];
    /// assert_eq!(account.balance(BalanceKind::Available).unwrap().amount.to_string(), "10.50");
    /// # Ok::<(), klavi_types::DecodeError>(())
    /// ```
    pub fn accounts(&self) -> Vec<AccountSnapshot> {
        let reporter = Reporter::of(self.head());
        if let Lists::Accounts(kind, accounts) = self.lists() {
            return accounts.iter().map(|account| reporter.account(kind, None, &account.head)).collect();
        }
        let mentioned = match self {
            Self::Balance(report) => &report.content.accounts[..],
            Self::Identity(report) => {
                let identity = report.content.identity.as_ref();
                return identity.map(|identity| reporter.identity(identity)).unwrap_or_default();
            }
            _ => {
                let credit = self.credit_operations().map(|operations| &operations.accounts[..]);
                let invested = || self.investments().map(|investments| &investments.accounts[..]);
                credit.or_else(invested).unwrap_or_default()
            }
        };
        let mentioned = mentioned.iter().filter(|account| is_numbered(&account.head.number));
        let cards = self.cards().into_iter().map(|card| reporter.card(&card));
        mentioned.map(|account| reporter.mentioned(account)).chain(cards).collect()
    }

    fn cards(&self) -> Vec<Card<'_>> {
        match self {
            Self::CreditCard(report) => {
                let cards = report.content.credit_cards.iter();
                cards.map(|card| Card::new(&card.account, card.limits.as_ref(), None)).collect()
            }
            Self::CategorizedCreditCards(report) => categorized(&report.content.credit_cards),
            _ => Vec::new(),
        }
    }

    /// What the report says of investments, whichever of the six products it is of. `None` for any other.
    pub fn investments(&self) -> Option<&Investments> {
        match self {
            Self::Investments(report) => report.content.investments.as_ref(),
            _ => None,
        }
    }
}

fn is_numbered(number: &Option<Text>) -> bool {
    let number = text(number).unwrap_or_default().trim();
    number != "NA" && number.chars().any(|c| c.is_alphanumeric() && c != '0')
}

/// Who reports, and when.
struct Reporter {
    consent: Option<String>,
    as_of: Option<Timestamp>,
    person: Option<PersonType>,
}

impl Reporter {
    fn of(head: &Head) -> Self {
        Self {
            consent: consents(head),
            as_of: as_of(head),
            person: head.product_name.as_ref().and_then(crate::Product::person_type),
        }
    }

    fn snapshot(&self, account: AccountIdentity) -> AccountSnapshot {
        let mut snapshot =
            AccountSnapshot::new(account, Source::new("klavi", self.consent.as_deref()), self.as_of);
        snapshot.details.holder_type = self.person.map(|person| match person {
            PersonType::Personal => HolderType::Person,
            PersonType::Business => HolderType::Company,
        });
        snapshot
    }

    fn mentioned(&self, account: &BalanceAccount) -> AccountSnapshot {
        let account_type = account.account_type.as_ref();
        self.account(kind(account_type), account_type, &account.head)
    }

    fn account(
        &self,
        kind: AccountKind,
        account_type: Option<&AccountType>,
        head: &AccountHead,
    ) -> AccountSnapshot {
        let mut snapshot = self.snapshot(account_identity(kind, head, self.consent.as_deref()));
        let details = &mut snapshot.details;
        details.bank_name = first([&head.brand_name, &head.bacen_name]);
        details.bank_cnpj = head.company_cnpj.clone();
        details.bank_compe = head.compe_code.clone();
        details.branch = head.branch_code.clone();
        details.number = head.number.clone();
        details.check_digit = head.check_digit.clone();
        details.account_type = account_type.map(|word| word.as_str().into());
        details.holder = first([&head.civil_name, &head.company_name, &head.trade_name]);
        if first([&head.company_name, &head.cnpj_number]).is_some() {
            details.holder_type = Some(HolderType::Company);
        }
        details.ownership = ownership(head.subtype.as_ref());
        if let Some(balances) = &head.balances {
            add_balances(&mut snapshot, balances);
        }
        snapshot
    }

    fn card(&self, card: &Card<'_>) -> AccountSnapshot {
        let Card { account, limits, is_active } = card;
        let mut snapshot = self.snapshot(card_identity(account, self.consent.as_deref()));
        let details = &mut snapshot.details;
        details.bank_name = first([&account.brand_name, &account.bacen_name]);
        details.bank_cnpj = account.company_cnpj.clone();
        details.card_name = account.name.clone();
        details.card_network = account.credit_card_network.as_ref().map(|word| word.as_str().into());
        let digits = account.payment_methods.iter().filter_map(|method| method.identification_number.clone());
        details.card_digits = digits.filter(|digits| !digits.as_str().trim().is_empty()).collect();
        details.holder = account.civil_name.clone();
        details.is_active = is_active.map(Flag::get);
        snapshot.card_limits = limits.iter().map(limit).collect();
        snapshot
    }

    fn identity(&self, identity: &Identity) -> Vec<AccountSnapshot> {
        let of = |account: &IdentityAccount| {
            let mut head = AccountHead::default();
            head.brand_name = identity.brand_name.clone();
            head.bacen_name = identity.bacen_name.clone();
            head.company_cnpj = identity.company_cnpj.clone();
            head.compe_code = identity.compe_code.clone();
            head.branch_code = account.branch_code.clone();
            head.number = account.number.clone();
            head.check_digit = account.check_digit.clone();
            head.subtype = account.subtype.clone();
            head.civil_name = identity.civil_name.clone();
            let account_type = account.account_type.as_ref();
            self.account(kind(account_type), account_type, &head)
        };
        identity.accounts.iter().filter(|account| is_numbered(&account.number)).map(of).collect()
    }
}

/// Prepaid accounts stand among checking accounts in reports of statements.
fn kind(account_type: Option<&AccountType>) -> AccountKind {
    match account_type {
        Some(AccountType::ContaDepositoAVista | AccountType::ContaPagamentoPrePaga) => AccountKind::Checking,
        Some(AccountType::ContaPoupanca) => AccountKind::Savings,
        Some(AccountType::Unknown(_)) | None => AccountKind::Unknown,
    }
}

fn ownership(subtype: Option<&AccountSubtype>) -> Option<Ownership> {
    match subtype? {
        AccountSubtype::Individual => Some(Ownership::Individual),
        AccountSubtype::ConjuntaSimples => Some(Ownership::JointAll),
        AccountSubtype::ConjuntaSolidaria => Some(Ownership::JointAny),
        AccountSubtype::Unknown(_) => None,
    }
}

/// The first text that is not blank.
fn first<const N: usize>(texts: [&Option<Text>; N]) -> Option<Text> {
    texts.into_iter().flatten().find(|text| !text.as_str().trim().is_empty()).cloned()
}

fn add_balances(snapshot: &mut AccountSnapshot, balances: &Balances) {
    let held_at: Option<DateTime> = balances.update_date_time;
    snapshot.details.has_reserved_balance = balances.has_reserved_balance.map(Flag::get);
    for (kind, money) in [
        (BalanceKind::Available, &balances.available_amount),
        (BalanceKind::Blocked, &balances.blocked_amount),
        (BalanceKind::AutomaticallyInvested, &balances.automatically_invested_amount),
    ] {
        if let Some(Money { amount: Some(amount), currency, .. }) = money {
            snapshot.add_balance(kind, *amount, currency.as_ref(), held_at);
        }
    }
}

/// Amounts of another currency than the limit's are left out.
fn limit(limit: &CardLimit) -> Limit {
    let mut read = Limit::default();
    read.is_total = limit.credit_line_limit_type.as_ref().and_then(|limit_type| match limit_type {
        CreditLineLimitType::LimiteCreditoTotal => Some(true),
        CreditLineLimitType::LimiteCreditoModalidadeOperacao => Some(false),
        CreditLineLimitType::Unknown(_) => None,
    });
    read.operation = limit.line_name.as_ref().map(|word| word.as_str().into());
    read.is_shared = limit.consolidation_type.as_ref().and_then(|consolidation| match consolidation {
        LimitConsolidation::Consolidado => Some(true),
        LimitConsolidation::Individual => Some(false),
        LimitConsolidation::Unknown(_) => None,
    });
    read.card_digits = limit.identification_number.clone();
    read.is_flexible = limit.is_limit_flexible.map(Flag::get);
    let whole = limit.limit_amount.as_ref();
    let currencies = [&limit.used_amount, &limit.available_amount, &limit.customized_limit_amount];
    let mut currencies = currencies.into_iter().flatten().filter_map(|money| money.currency.clone());
    let currency = whole.and_then(|limit| limit.currency.clone()).or_else(|| currencies.next());
    let of_currency = |money: &Option<Money>| {
        let money = money.as_ref()?;
        money.amount.filter(|_| money.currency.is_none() || money.currency == currency)
    };
    read.limit = whole.and_then(|limit| limit.amount);
    read.used = of_currency(&limit.used_amount);
    read.available = of_currency(&limit.available_amount);
    read.customized = of_currency(&limit.customized_limit_amount);
    read.currency = currency.filter(|currency| !currency.is_empty() && *currency != "BRL");
    read
}

/// Documented as UTC, written without a zone.
pub(super) fn as_of(head: &Head) -> Option<Timestamp> {
    head.product_report_time.and_then(DateTime::timestamp_assuming_utc)
}
