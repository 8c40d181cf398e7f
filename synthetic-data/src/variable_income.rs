//! Shares in the shape of Klavi's reports.

use jiff::civil::Date as Day;
use klavi_types::reports::{
    InvestmentMovementType, InvestmentTransactionType, VariableIncome, VariableIncomeBalance,
    VariableIncomeIdentification, VariableIncomeTransaction,
};
use klavi_types::{Date, OneOrMany};

use super::holding::{Holding, Moved, Movement, isin};
use super::money::{Centavos, quantity};

/// Codes at no exchange.
const TICKERS: [&str; 6] = ["SINT3", "SINT4", "MOCK3", "MOCK4", "EXMP3", "EXMP11"];

/// A share.
pub(crate) fn record(holding: &Holding<'_>, months: i64, today: Day) -> VariableIncome {
    let ticker = TICKERS[usize::try_from(holding.index).unwrap_or_default() % TICKERS.len()];
    let mut identification = VariableIncomeIdentification::default();
    identification.issuer_institution_cnpj_number = Some(holding.cnpj("issuer").into());
    identification.isin_code = Some(isin(&format!("{}ACNOR", &ticker[..4])).into());
    identification.ticker = Some(ticker.into());
    let mut record = VariableIncome::default();
    record.product_identification = Some(identification);
    record.balances = Some(OneOrMany::Many(vec![balance(holding, today)]));
    record.transactions =
        holding.movements(months, today).map(|moved| transaction(holding, &moved)).collect();
    record
}

fn balance(holding: &Holding<'_>, today: Day) -> VariableIncomeBalance {
    let position = holding.position(today);
    let mut balance = VariableIncomeBalance::default();
    balance.reference_date = Some(Date::from(today));
    balance.price_factor = Some(quantity(1));
    balance.gross_amount = Some(position.gross().money());
    balance.blocked_balance = Some(Centavos::default().money());
    balance.quantity = Some(quantity(position.units));
    balance.closing_price = Some(position.unit_price.money());
    balance
}

fn transaction(holding: &Holding<'_>, moved: &Moved) -> VariableIncomeTransaction {
    let (movement_type, transaction_type) = match moved.movement {
        Movement::In => (InvestmentMovementType::Entrada, InvestmentTransactionType::Compra),
        Movement::Out => (InvestmentMovementType::Saida, InvestmentTransactionType::Venda),
        Movement::Income => (InvestmentMovementType::Entrada, InvestmentTransactionType::Dividendos),
    };
    let mut transaction = VariableIncomeTransaction::default();
    transaction.movement.transaction_id = Some(moved.id.as_str().into());
    transaction.movement.movement_type = Some(movement_type);
    transaction.movement.transaction_type = Some(transaction_type);
    transaction.transaction_date = Some(Date::from(moved.day));
    transaction.price_factor = Some(quantity(1));
    transaction.transaction_unit_price = Some(moved.unit_price.money());
    transaction.transaction_quantity = Some(quantity(moved.units));
    transaction.transaction_value = Some(moved.value().money());
    if moved.movement != Movement::Income {
        let note = holding.account.customer.hex(&["broker note", &moved.id], 32);
        transaction.broker_note_id = Some(note.into());
    }
    transaction
}
