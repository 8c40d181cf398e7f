//! The credit card of a customer. Must not know which bills a report shows.

use jiff::Timestamp;
use klavi_types::List;
use klavi_types::reports::{
    CardAccount, CardLimit, CardNetwork, CardProductType, CreditLineLimitType, LimitAmount,
    LimitConsolidation, PaymentMethod,
};

use super::bill::Bill;
use super::customer::{Customer, Kind};
use super::money::Centavos;
use super::planned;
use super::purchases::{self, Purchase};
use crate::institutions::Institution;
use crate::scenario::{AccountPlan, OfKind};
use crate::seeded;

/// The credit card of a customer at a bank.
pub(crate) struct Card<'a> {
    pub(crate) customer: &'a Customer,
    pub(crate) institution: &'static Institution,
    /// The last digits, which is all that a report shows of the number.
    pub(crate) digits: String,
    network: CardNetwork,
    pub(crate) limit: Centavos,
    /// Whether its bills are paid on the day they are due.
    pub(crate) bills_paid: bool,
    plan: Option<&'a AccountPlan>,
}

impl<'a> Card<'a> {
    pub(crate) fn new(customer: &'a Customer, institution: &'static Institution) -> Self {
        let mut rng = customer.rng(&["card", institution.code]);
        let networks = [CardNetwork::Visa, CardNetwork::Mastercard, CardNetwork::Elo];
        Self {
            customer,
            institution,
            digits: seeded::digits(&mut rng, 4),
            network: networks[rng.usize(..networks.len())].clone(),
            limit: customer.income * rng.i64(1..=3),
            bills_paid: true,
            plan: None,
        }
    }

    /// The cards at a bank: one, unless a scenario says otherwise.
    pub(crate) fn all(customer: &'a Customer, institution: &'static Institution) -> Vec<Self> {
        let Some(plan) = &customer.plan else { return vec![Self::new(customer, institution)] };
        let there = plan.accounts.iter().filter(|account| account.bank.code == institution.code);
        there
            .filter_map(|plan| match plan.of_kind {
                OfKind::Card { limit, bills_paid } => {
                    let card = Self::new(customer, institution);
                    let digits = plan.number.clone().unwrap_or(card.digits);
                    let limit = limit.unwrap_or(card.limit);
                    Some(Self { digits, limit, bills_paid, plan: Some(plan), ..card })
                }
                _ => None,
            })
            .collect()
    }

    /// Its id in permissions.
    pub(crate) fn id(&self) -> String {
        match self.plan {
            Some(_) => self.customer.hex(&["card id", self.institution.code, &self.digits], 32),
            None => self.customer.hex(&["card id", self.institution.code], 32),
        }
    }

    /// What a bill usually holds, in order of time.
    pub(crate) fn purchases(&self, bill: Bill) -> Vec<Purchase> {
        match self.plan {
            Some(plan) => planned::purchases(self, plan, bill),
            None => purchases::of(self, bill),
        }
    }

    /// The same, as far as it is known now.
    pub(crate) fn purchases_until(&self, bill: Bill, now: Timestamp) -> Vec<Purchase> {
        let mut purchases = self.purchases(bill);
        purchases.retain(|purchase| purchase.at <= now);
        purchases
    }

    /// What a bill asks for once it is closed: the sum of its entries.
    pub(crate) fn total(&self, bill: Bill) -> Centavos {
        self.purchases(bill).iter().map(|purchase| purchase.amount).sum()
    }

    /// Bank, holder and kind, without bills.
    pub(crate) fn account(&self) -> CardAccount {
        let mut account = CardAccount::default();
        account.brand_name = Some(self.institution.name.into());
        account.bacen_name = Some(self.institution.legal_name.into());
        account.company_cnpj = Some(self.institution.cnpj().into());
        account.civil_name = Some(self.customer.civil_name().into());
        let (name, product_type) = match self.customer.kind {
            Kind::Person { .. } => ("Cartão Sintético Gold", CardProductType::Gold),
            Kind::Company { .. } => ("Cartão Sintético Empresarial", CardProductType::Empresarial),
        };
        account.name = Some(name.into());
        account.product_type = Some(product_type);
        account.credit_card_network = Some(self.network.clone());
        let mut method = PaymentMethod::default();
        method.identification_number = Some(self.digits.as_str().into());
        method.is_multiple_credit_card = Some(true.into());
        account.payment_methods = List::from(vec![method]);
        account
    }

    /// Its limit, so much of which is used.
    pub(crate) fn limit(&self, used: Centavos) -> CardLimit {
        let mut limit = CardLimit::default();
        limit.is_limit_flexible = Some(false.into());
        let mut amount = LimitAmount::default();
        let money = self.limit.money();
        amount.amount = money.amount;
        amount.currency = money.currency;
        limit.limit_amount = Some(amount);
        limit.used_amount = Some(used.money());
        limit.available_amount = Some((self.limit - used).money());
        limit.credit_line_limit_type = Some(CreditLineLimitType::LimiteCreditoTotal);
        limit.consolidation_type = Some(LimitConsolidation::Consolidado);
        limit.identification_number = Some(self.digits.as_str().into());
        limit
    }
}
