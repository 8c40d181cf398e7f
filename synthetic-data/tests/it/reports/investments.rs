use klavi_types::reports::{AnyReport, FixedIncomeBalance};
use klavi_types::{Amount, Money};

use super::{amount, long_report, persons, report};

#[test]
fn an_investment_is_worth_its_quantity_times_its_price() {
    let is_worth = |quantity: Option<Amount>, price: Option<&Money>, gross: Option<&Money>| {
        let worth = quantity.unwrap().decimal() * amount(price).decimal();
        assert_eq!(worth, amount(gross).decimal());
        assert!(!worth.is_zero() && worth.is_sign_positive());
    };
    let fixed = |balance: &FixedIncomeBalance| {
        is_worth(balance.quantity, balance.updated_unit_price.as_ref(), balance.gross_amount.as_ref());
        let net = amount(balance.net_amount.as_ref());
        let with_tax = net.checked_add(amount(balance.income_tax.as_ref()));
        assert_eq!(with_tax.unwrap(), amount(balance.gross_amount.as_ref()));
    };
    for (person, seed) in persons() {
        for long in [false, true] {
            let product = format!("{person}investments");
            let report = if long { long_report(&product, seed, 701) } else { report(&product, seed) };
            assert_eq!(report.entry_count(), if long { 701 } else { 30 });
            let AnyReport::Investments(report) = report else { panic!("not of investments") };
            let all = report.content.investments.unwrap();
            for holding in &all.bank_fixed_incomes {
                fixed(&holding.balances.as_ref().unwrap().as_slice()[0]);
            }
            for holding in &all.credit_fixed_incomes {
                fixed(&holding.balances.as_ref().unwrap().as_slice()[0].fixed_income);
            }
            for holding in &all.treasure_titles {
                fixed(&holding.balances.as_ref().unwrap().as_slice()[0]);
            }
            for holding in &all.variable_incomes {
                let balance = &holding.balances.as_ref().unwrap().as_slice()[0];
                is_worth(balance.quantity, balance.closing_price.as_ref(), balance.gross_amount.as_ref());
                for moved in &holding.transactions {
                    is_worth(
                        moved.transaction_quantity,
                        moved.transaction_unit_price.as_ref(),
                        moved.transaction_value.as_ref(),
                    );
                }
            }
            for holding in &all.funds {
                let balance = &holding.balances.as_ref().unwrap().as_slice()[0];
                let price = balance.quota_gross_price_value.as_ref();
                is_worth(balance.quota_quantity, price, balance.gross_amount.as_ref());
            }
        }
    }
}
