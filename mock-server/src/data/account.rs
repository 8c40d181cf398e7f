use jiff::Timestamp;
use klavi_types::reports::{AccountHead, AccountSubtype, Balances};

use super::customer::{Customer, Kind};
use super::money::Centavos;
use super::statement;
use crate::institutions::Institution;
use crate::seeded;

/// The checking account of a customer at a bank.
pub(crate) struct Account<'a> {
    pub(crate) customer: &'a Customer,
    pub(crate) institution: &'static Institution,
    pub(crate) branch: String,
    pub(crate) number: String,
    pub(crate) check_digit: String,
    blocked: Centavos,
    invested: Centavos,
}

impl<'a> Account<'a> {
    pub(crate) fn new(customer: &'a Customer, institution: &'static Institution) -> Self {
        let mut rng = customer.rng(&["account", institution.code]);
        Self {
            customer,
            institution,
            branch: seeded::digits(&mut rng, 4),
            number: seeded::digits(&mut rng, 8),
            check_digit: seeded::digits(&mut rng, 1),
            blocked: Centavos(if rng.u8(..4) == 0 { rng.i64(1_000..20_000) } else { 0 }),
            invested: Centavos(rng.i64(0..500_000)),
        }
    }

    /// Its id in permissions.
    pub(crate) fn id(&self) -> String {
        self.customer.hex(&["account id", self.institution.code], 32)
    }

    pub(crate) fn head(&self, now: Timestamp) -> AccountHead {
        let mut head = AccountHead::default();
        head.brand_name = Some(self.institution.name.into());
        head.bacen_name = Some(self.institution.legal_name.into());
        head.compe_code = Some(self.institution.code.into());
        head.company_cnpj = Some(self.institution.cnpj().into());
        head.branch_code = Some(self.branch.as_str().into());
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
        head.balances = Some(self.balances(now));
        head
    }

    fn balances(&self, now: Timestamp) -> Balances {
        let available = statement::balance(self, now);
        let mut balances = Balances::default();
        balances.available_amount = Some(available.money());
        balances.blocked_amount = Some(self.blocked.money());
        balances.automatically_invested_amount = Some((available + self.invested).money());
        balances
    }
}
