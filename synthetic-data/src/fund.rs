//! Investment funds in the shape of Klavi's reports.

use jiff::civil::Date as Day;
use klavi_types::reports::{
    AnbimaCategory, Fund, FundBalance, FundIdentification, FundTransaction, InvestmentMovementType,
    InvestmentTransactionType,
};
use klavi_types::{Date, OneOrMany};

use super::holding::{Holding, Moved, Movement, isin};
use super::money::{Centavos, quantity};
use crate::seeded;

/// Quotas of an investment fund.
pub(crate) fn record(holding: &Holding<'_>, months: i64, today: Day) -> Fund {
    let (name, category) = match holding.index % 2 {
        0 => ("Fundo Sintético Renda Fixa FIC", AnbimaCategory::RendaFixa),
        _ => ("Fundo Sintético Multimercado FIC", AnbimaCategory::Multimercado),
    };
    let mut identification = FundIdentification::default();
    identification.name = Some(name.into());
    identification.cnpj_number = Some(holding.cnpj("fund").into());
    identification.isin_code =
        Some(isin(&format!("SNF{}", seeded::digits(&mut holding.rng("isin"), 6))).into());
    identification.anbima_category = Some(category);
    let mut record = Fund::default();
    record.product_identification = Some(identification);
    record.balances = Some(OneOrMany::One(balance(holding, today)));
    record.transactions = holding.movements(months, today).map(|moved| transaction(&moved)).collect();
    record
}

fn balance(holding: &Holding<'_>, today: Day) -> FundBalance {
    let position = holding.position(today);
    let mut balance = FundBalance::default();
    balance.reference_date = Some(Date::from(today));
    balance.gross_amount = Some(position.gross().money());
    balance.net_amount = Some((position.gross() - position.tax).money());
    balance.income_tax_provision = Some(position.tax.money());
    balance.financial_transaction_tax_provision = Some(Centavos::default().money());
    balance.blocked_amount = Some(Centavos::default().money());
    balance.quota_quantity = Some(quantity(position.units));
    balance.quota_gross_price_value = Some(position.unit_price.unit_price());
    balance
}

fn transaction(moved: &Moved) -> FundTransaction {
    let (movement_type, transaction_type) = match moved.movement {
        Movement::In => (InvestmentMovementType::Entrada, InvestmentTransactionType::Aplicacao),
        Movement::Out | Movement::Income => {
            (InvestmentMovementType::Saida, InvestmentTransactionType::Resgate)
        }
    };
    let mut transaction = FundTransaction::default();
    transaction.movement.transaction_id = Some(moved.id.as_str().into());
    transaction.movement.movement_type = Some(movement_type);
    transaction.movement.transaction_type = Some(transaction_type);
    transaction.transaction_conversion_date = Some(Date::from(moved.day));
    transaction.transaction_quota_price = Some(moved.unit_price.unit_price());
    transaction.transaction_quota_quantity = Some(quantity(moved.units));
    transaction.transaction_value = Some(moved.value().money());
    transaction.value.transaction_gross_value = Some(moved.value().money());
    transaction.value.income_tax = Some(moved.tax.money());
    transaction.value.financial_transaction_tax = Some(Centavos::default().money());
    transaction.value.transaction_net_value = Some((moved.value() - moved.tax).money());
    transaction
}
