//! Bank, credit and treasury titles in the shape of Klavi's reports.

use jiff::ToSpan;
use jiff::civil::Date as Day;
use klavi_types::reports::{
    BankFixedIncome, CreditFixedIncome, CreditFixedIncomeBalance, CreditFixedIncomeIdentification,
    FixedIncomeBalance, FixedIncomeIdentification, FixedIncomeTransaction, FixedIncomeType,
    InvestmentMovementType, InvestmentTransactionType, Remuneration, RemunerationCalculation,
    RemunerationIndexer, RemunerationRatePeriodicity, RemunerationRateType, TreasureTitle,
    TreasureTitleIdentification, VoucherPaymentPeriodicity, YesNo,
};
use klavi_types::{Date, DateTime, OneOrMany};

use super::day;
use super::holding::{Holding, InvestmentKind, Moved, Movement, isin};
use super::money::{Centavos, quantity, rate};
use crate::seeded;

/// A CDB of the bank.
pub(crate) fn of_bank(holding: &Holding<'_>, months: i64, today: Day) -> BankFixedIncome {
    let mut identification = identification(holding);
    let institution = holding.account.institution;
    identification.issuer_institution_cnpj_number = Some(institution.cnpj().into());
    identification.investment_type = Some(FixedIncomeType::Cdb);
    issued(&mut identification, holding);
    let mut record = BankFixedIncome::default();
    record.product_identification = Some(identification);
    record.balances = Some(OneOrMany::One(balance(holding, today)));
    record.transactions = transactions(holding, months, today).collect();
    record
}

/// Agribusiness receivables.
pub(crate) fn of_credit(holding: &Holding<'_>, months: i64, today: Day) -> CreditFixedIncome {
    let mut identification = CreditFixedIncomeIdentification::default();
    identification.fixed_income = self::identification(holding);
    let fixed_income = &mut identification.fixed_income;
    fixed_income.issuer_institution_cnpj_number = Some(holding.cnpj("issuer").into());
    fixed_income.investment_type = Some(FixedIncomeType::Cra);
    issued(fixed_income, holding);
    pays_vouchers(fixed_income);
    identification.debtor_cnpj_number = Some(holding.cnpj("debtor").into());
    identification.debtor_name = Some("Agro Empresa Sintética S.A.".into());
    identification.tax_exempt_product = Some(YesNo::Sim);
    let mut balance = CreditFixedIncomeBalance::default();
    balance.fixed_income = self::balance(holding, today);
    let mut record = CreditFixedIncome::default();
    record.product_identification = Some(identification);
    record.balances = Some(OneOrMany::One(balance));
    record.transactions = transactions(holding, months, today).collect();
    record
}

/// A bond of the Treasury.
pub(crate) fn of_treasury(holding: &Holding<'_>, months: i64, today: Day) -> TreasureTitle {
    let mut identification = TreasureTitleIdentification::default();
    identification.fixed_income = self::identification(holding);
    pays_vouchers(&mut identification.fixed_income);
    identification.product_name = Some(format!("Tesouro Selic {} (sintético)", due(holding).year()).into());
    let mut record = TreasureTitle::default();
    record.product_identification = Some(identification);
    record.balances = Some(OneOrMany::One(balance(holding, today)));
    record.transactions = transactions(holding, months, today).collect();
    record
}

fn identification(holding: &Holding<'_>) -> FixedIncomeIdentification {
    let mut identification = FixedIncomeIdentification::default();
    identification.isin_code =
        Some(isin(&format!("SNT{}", seeded::digits(&mut holding.rng("isin"), 6))).into());
    identification.remuneration = Some(remuneration(holding));
    identification.due_date = Some(Date::from(due(holding)));
    identification.purchase_date = Some(Date::from(holding.bought()));
    identification.clearing_code =
        Some(format!("SINT{}", seeded::digits(&mut holding.rng("clearing"), 7)).into());
    if holding.kind == InvestmentKind::TreasureTitle {
        identification.clearing_code = None;
    }
    identification
}

/// What Treasury bonds do not have.
fn issued(identification: &mut FixedIncomeIdentification, holding: &Holding<'_>) {
    identification.issue_unit_price = Some(holding.first_price().unit_price());
    identification.issue_date = Some(Date::from(holding.bought()));
    identification.grace_period_date = Some(Date::from(holding.bought().saturating_add(30.days())));
}

fn pays_vouchers(identification: &mut FixedIncomeIdentification) {
    identification.voucher.voucher_payment_indicator = Some(YesNo::Sim);
    identification.voucher.voucher_payment_periodicity = Some(VoucherPaymentPeriodicity::Semestral);
}

fn due(holding: &Holding<'_>) -> Day {
    holding.bought().saturating_add(holding.rng("due").i64(20..30).years())
}

fn remuneration(holding: &Holding<'_>) -> Remuneration {
    let mut remuneration = Remuneration::default();
    if holding.kind == InvestmentKind::TreasureTitle {
        remuneration.indexer = Some(RemunerationIndexer::Selic);
        remuneration.rates.pre_fixed_rate = Some(rate(1_200));
    } else {
        remuneration.indexer = Some(RemunerationIndexer::Cdi);
        remuneration.rate_type = Some(RemunerationRateType::Exponencial);
        remuneration.rates.post_fixed_indexer_percentage = Some(indexer_percentage(holding));
    }
    remuneration.rate_periodicity = Some(RemunerationRatePeriodicity::Anual);
    remuneration.calculation = Some(RemunerationCalculation::DiasUteis);
    remuneration
}

fn indexer_percentage(holding: &Holding<'_>) -> klavi_types::Amount {
    rate(holding.rng("percentage").i64(90..120) * 10_000)
}

fn balance(holding: &Holding<'_>, today: Day) -> FixedIncomeBalance {
    let position = holding.position(today);
    let mut balance = FixedIncomeBalance::default();
    balance.reference_date_time = as_of(today);
    balance.quantity = Some(quantity(position.units));
    balance.updated_unit_price = Some(position.unit_price.unit_price());
    balance.gross_amount = Some(position.gross().money());
    balance.net_amount = Some((position.gross() - position.tax).money());
    balance.income_tax = Some(position.tax.money());
    balance.financial_transaction_tax = Some(Centavos::default().money());
    balance.blocked_balance = Some(Centavos::default().money());
    balance.purchase_unit_price = Some(holding.first_price().unit_price());
    balance
}

/// The begin of the day, without a fraction of seconds.
fn as_of(today: Day) -> Option<DateTime> {
    let at = day::begin(today);
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string().parse().ok()
}

fn transactions<'a>(
    holding: &'a Holding<'_>,
    months: i64,
    today: Day,
) -> impl Iterator<Item = FixedIncomeTransaction> + 'a {
    holding.movements(months, today).map(move |moved| transaction(holding, &moved))
}

fn transaction(holding: &Holding<'_>, moved: &Moved) -> FixedIncomeTransaction {
    let mut transaction = FixedIncomeTransaction::default();
    let movement = &mut transaction.movement;
    movement.transaction_id = Some(moved.id.as_str().into());
    let is_bank = holding.kind == InvestmentKind::BankFixedIncome;
    let (movement_type, transaction_type) = match moved.movement {
        Movement::In if is_bank => (InvestmentMovementType::Entrada, InvestmentTransactionType::Aplicacao),
        Movement::In => (InvestmentMovementType::Entrada, InvestmentTransactionType::Compra),
        Movement::Out if is_bank => (InvestmentMovementType::Saida, InvestmentTransactionType::Resgate),
        Movement::Out => (InvestmentMovementType::Saida, InvestmentTransactionType::Venda),
        Movement::Income => (InvestmentMovementType::Saida, InvestmentTransactionType::PagamentoJuros),
    };
    movement.movement_type = Some(movement_type);
    movement.transaction_type = Some(transaction_type);
    transaction.transaction_date = Some(Date::from(moved.day));
    transaction.transaction_unit_price = Some(moved.unit_price.unit_price());
    transaction.transaction_quantity = Some(quantity(moved.units));
    transaction.value.transaction_gross_value = Some(moved.value().money());
    transaction.value.income_tax = Some(moved.tax.money());
    transaction.value.financial_transaction_tax = Some(Centavos::default().money());
    transaction.value.transaction_net_value = Some((moved.value() - moved.tax).money());
    if holding.kind != InvestmentKind::TreasureTitle {
        transaction.indexer_percentage = Some(indexer_percentage(holding));
    }
    transaction
}
