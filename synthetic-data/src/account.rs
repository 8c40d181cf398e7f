//! Checking and savings accounts of a customer. Must not know which product shows them.

use fastrand::Rng;
use jiff::Timestamp;
use jiff::civil::Date;
use klavi_types::reports::{AccountHead, AccountSubtype, AccountType, BalanceAccount, Balances};

use super::customer::{Customer, Kind};
use super::draft::Draft;
use super::money::Centavos;
use super::{checking, day, planned, savings};
use crate::contract::CreditKind;
use crate::institutions::Institution;
use crate::scenario::{AccountPlan, HolderPlan, OfKind};
use crate::seeded;

/// An account of a customer at a bank.
pub(crate) struct Account<'a> {
    pub(crate) kind: AccountKind,
    pub(crate) customer: &'a Customer,
    pub(crate) institution: &'static Institution,
    pub(crate) branch: String,
    pub(crate) number: String,
    pub(crate) check_digit: String,
    /// How the bank tells its branch.
    pub(crate) branch_told: Branch,
    blocked: Centavos,
    invested: Centavos,
    plan: Option<&'a AccountPlan>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccountKind {
    Checking,
    Savings,
}

/// How a bank tells the branch of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Branch {
    Number,
    Absent,
    /// As `NA`.
    NotAvailable,
}

/// A month of an account: the balance that it begins with and everything booked in it, in order.
pub(crate) struct AccountMonth {
    pub(crate) first: Date,
    pub(crate) opening: Centavos,
    pub(crate) entries: Vec<Dated>,
}

/// An entry with its id, before its balance is known.
pub(crate) struct Dated {
    pub(crate) id: String,
    pub(crate) draft: Draft,
}

impl<'a> Account<'a> {
    pub(crate) fn checking(customer: &'a Customer, institution: &'static Institution) -> Self {
        let mut rng = customer.rng(&["account", institution.code]);
        Self {
            kind: AccountKind::Checking,
            customer,
            institution,
            branch: seeded::digits(&mut rng, 4),
            number: seeded::digits(&mut rng, 8),
            check_digit: seeded::digits(&mut rng, 1),
            branch_told: Branch::Number,
            blocked: Centavos(if rng.u8(..4) == 0 { rng.i64(1_000..20_000) } else { 0 }),
            invested: Centavos(rng.i64(0..500_000)),
            plan: None,
        }
    }

    /// At the same branch as the checking account.
    pub(crate) fn savings(customer: &'a Customer, institution: &'static Institution) -> Self {
        let mut rng = customer.rng(&["savings account", institution.code]);
        Self {
            kind: AccountKind::Savings,
            number: seeded::digits(&mut rng, 9),
            check_digit: seeded::digits(&mut rng, 1),
            blocked: Centavos::default(),
            invested: Centavos::default(),
            ..Self::checking(customer, institution)
        }
    }

    /// The accounts of a scenario at a bank.
    pub(crate) fn planned(
        customer: &'a Customer,
        plan: &'a HolderPlan,
        bank: &'static Institution,
        kind: AccountKind,
        now: Timestamp,
    ) -> impl Iterator<Item = Self> {
        let is_of_kind = move |account: &&AccountPlan| match account.of_kind {
            OfKind::Checking { .. } => kind == AccountKind::Checking,
            OfKind::Savings => kind == AccountKind::Savings,
            OfKind::Card { .. } => false,
        };
        let there = plan.accounts.iter().filter(move |account| account.bank.code == bank.code);
        there.filter(is_of_kind).filter(move |account| account.is_shown(now)).map(move |plan| {
            let account = match kind {
                AccountKind::Checking => Self::checking(customer, bank),
                AccountKind::Savings => Self::savings(customer, bank),
            };
            Self {
                branch: plan.branch.clone().unwrap_or(account.branch),
                branch_told: if plan.is_branch_missing { Branch::Absent } else { Branch::Number },
                number: plan.number.clone().unwrap_or(account.number),
                blocked: Centavos::default(),
                invested: Centavos::default(),
                plan: Some(plan),
                ..account
            }
        })
    }

    /// Which credit contracts there are at its bank, where a scenario says so.
    pub(crate) fn has_credit(&self, kind: CreditKind) -> bool {
        match self.plan.map(|plan| &plan.of_kind) {
            Some(OfKind::Checking { credit }) => credit.contains(&kind),
            _ => true,
        }
    }

    /// Whether what it holds comes from a scenario, which has no investments.
    pub(crate) fn is_planned(&self) -> bool {
        self.plan.is_some()
    }

    /// Its id in permissions.
    pub(crate) fn id(&self) -> String {
        let words = [self.kind.words()[0], self.institution.code];
        match self.plan {
            Some(_) => self.customer.hex(&[words.as_slice(), &[&self.number]].concat(), 32),
            None => self.customer.hex(&words, 32),
        }
    }

    /// The id of the so-manieth entry of a month. The same in every report that shows the entry.
    pub(crate) fn entry_id(&self, first: Date, place: usize) -> String {
        let words = [self.kind.words()[1], self.institution.code, &first.to_string(), &place.to_string()];
        match self.plan {
            Some(_) => self.customer.hex(&[words.as_slice(), &[&self.number]].concat(), 32),
            None => self.customer.hex(&words, 32),
        }
    }

    /// A generator for one purpose of this account.
    pub(crate) fn rng(&self, purpose: &str) -> Rng {
        self.customer.rng(&[purpose, self.kind.words()[1], self.institution.code])
    }

    /// The months from the one of that first day on, without end. Those of other reports are the same.
    pub(crate) fn months(&self, from: Date) -> Box<dyn Iterator<Item = AccountMonth> + '_> {
        if let Some(plan) = self.plan {
            return Box::new(planned::months(self, plan, from));
        }
        match self.kind {
            AccountKind::Checking => Box::new(checking::months(self, from)),
            AccountKind::Savings => Box::new(savings::months(self, from)),
        }
    }

    /// The balance now.
    pub(crate) fn balance(&self, now: Timestamp) -> Centavos {
        let month = self.months(day::of(now).first_of_month()).next();
        month.map_or_else(Centavos::default, |month| {
            let booked = month.entries.iter().filter(|entry| entry.draft.at <= now);
            month.opening + booked.map(|entry| entry.draft.amount).sum()
        })
    }

    /// The branch as the bank tells it.
    pub(crate) fn branch_code(&self) -> Option<&str> {
        match self.branch_told {
            Branch::Number => Some(&self.branch),
            Branch::Absent => None,
            Branch::NotAvailable => Some("NA"),
        }
    }

    /// Bank, numbers and holder.
    pub(crate) fn holder(&self) -> AccountHead {
        let mut head = AccountHead::default();
        head.brand_name = Some(self.institution.name.into());
        head.bacen_name = Some(self.institution.legal_name.into());
        head.compe_code = Some(self.institution.code.into());
        head.company_cnpj = Some(self.institution.cnpj().into());
        head.branch_code = self.branch_code().map(Into::into);
        head.number = Some(self.number.as_str().into());
        head.check_digit = Some(self.check_digit.as_str().into());
        head.civil_name = Some(self.customer.civil_name().into());
        match &self.customer.kind {
            Kind::Person { .. } => head.subtype = Some(AccountSubtype::Individual),
            Kind::Company { company_name, trade_name, .. } => {
                head.company_name = Some(company_name.as_str().into());
                head.trade_name = Some(trade_name.as_str().into());
                head.cnpj_number = Some(self.customer.tax_id.as_str().into());
            }
        }
        head
    }

    /// The same with balances.
    pub(crate) fn head(&self, now: Timestamp) -> AccountHead {
        let mut head = self.holder();
        let available = self.balance(now);
        let mut balances = Balances::default();
        balances.available_amount = Some(available.money());
        balances.blocked_amount = Some(self.blocked.money());
        balances.automatically_invested_amount = Some((available + self.invested).money());
        head.balances = Some(balances);
        head
    }

    /// The same with the kind of account.
    pub(crate) fn with_type(&self, head: AccountHead) -> BalanceAccount {
        let mut account = BalanceAccount::default();
        account.head = head;
        account.account_type = Some(self.kind.account_type());
        account
    }
}

impl AccountKind {
    pub(crate) fn account_type(self) -> AccountType {
        match self {
            Self::Checking => AccountType::ContaDepositoAVista,
            Self::Savings => AccountType::ContaPoupanca,
        }
    }

    /// Its name among purposes.
    pub(crate) fn word(self) -> &'static str {
        self.words()[1]
    }

    /// Purposes of its id and of those of its entries.
    fn words(self) -> [&'static str; 2] {
        match self {
            Self::Checking => ["account id", "entry"],
            Self::Savings => ["savings account id", "savings entry"],
        }
    }
}
