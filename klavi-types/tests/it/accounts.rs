//! The accounts that reports of every product name.

use klavi_types::reports::{AnyReport, decode_report};
use klavi_types::statements::{Account, AccountKind, Accounts, BalanceKind, HolderType, Ledger, Ownership};
use serde_json::{Value, json};

fn report(product: &str, consent: &str, time: &str, content: Value) -> AnyReport {
    let mut body = json!({"productName": product, "code": 200, "productReportTime": time,
        "links": [{"institutionCode": "001", "consents": [{"consentId": consent}]}]});
    let Value::Object(content) = content else { panic!("the content is an object") };
    body.as_object_mut().unwrap().extend(content);
    let decoded = decode_report(body.to_string().as_bytes()).unwrap();
    assert_eq!(decoded.malformed, []);
    decoded.value
}

fn accounts_of(reports: &[&AnyReport]) -> Vec<Account> {
    let mut accounts = Accounts::new();
    reports.iter().for_each(|report| accounts.add(&report.accounts()));
    accounts.accounts()
}

fn amount(money: &str) -> Value {
    json!({"amount": money, "currency": "BRL"})
}

/// One account in every product that names it, each in its own spelling.
fn everywhere() -> Vec<AnyReport> {
    let statement = report(
        "pf_categorized_checking_l3",
        "C1",
        "2026-01-02T10:00:00",
        json!({"checkingAccounts": [{
        "brandName": "Banco A", "companyCnpj": "00.000.000/0001-91", "compeCode": "001", "branchCode": "0012",
        "number": "0094088-4", "checkDigit": "4", "subtype": "INDIVIDUAL", "civilName": "Ana Exemplo",
        "balances": {"availableAmount": amount("10.00"), "blockedAmount": amount("0.00")},
        "transactionDetails": []}]}),
    );
    let balance = report(
        "pf_balance",
        "C2",
        "2026-01-03T10:00:00",
        json!({"accounts": [{
        "compeCode": "1", "branchCode": "12", "number": "94088", "type": "CONTA_DEPOSITO_A_VISTA",
        "balances": {"availableAmount": "25.50", "hasReservedBalance": true}}]}),
    );
    let identity = report(
        "pf_identity",
        "C3",
        "2026-01-04T10:00:00",
        json!({"identity": {
        "companyCnpj": "191", "brandName": " ", "civilName": "ANA EXEMPLO", "accounts": [
            {"branchCode": "12", "number": 94088, "checkDigit": "4", "subtype": "CONJUNTA_SOLIDARIA"},
            {"branchCode": "12", "number": "NA"}]}}),
    );
    let credit = report(
        "pf_loans",
        "C4",
        "2026-01-05T10:00:00",
        json!({"creditOperations": {
        "accounts": [{"companyCnpj": "00000000000191", "branchCode": "12", "number": "94088"}], "loans": []}}),
    );
    let invested = report(
        "pf_funds",
        "C5",
        "2026-01-06T10:00:00",
        json!({"investments": {
        "accounts": [{"companyCnpj": "00000000000191", "branchCode": "0012", "number": "094088",
            "type": "CONTA_DEPOSITO_A_VISTA"}, {"companyCnpj": "191"}]}}),
    );
    vec![statement, balance, identity, credit, invested]
}

#[test]
fn an_account_of_every_product_and_consent_is_one_in_any_order() {
    let reports = everywhere();
    for turn in 0..reports.len() {
        let mut order: Vec<_> = reports.iter().collect();
        order.rotate_left(turn);
        let [account] = &accounts_of(&order)[..] else {
            panic!("one account, not {}", accounts_of(&order).len())
        };
        assert_eq!(account.kind, AccountKind::Checking);
        assert_eq!(account.sources.len(), 5);
        assert_eq!(account.as_of, Some("2026-01-06T10:00:00Z".parse().unwrap()));
        let available = account.balance(BalanceKind::Available).unwrap();
        assert_eq!(
            (available.amount.to_string(), available.as_of),
            ("25.50".to_owned(), Some("2026-01-03T10:00:00Z".parse().unwrap()))
        );
        assert_eq!(available.source.consent.as_ref().unwrap(), &"C2");
        assert_eq!(account.balance(BalanceKind::Blocked).unwrap().amount.to_string(), "0.00");
        let details = &account.details;
        assert_eq!(details.bank_name.as_ref().unwrap(), &"Banco A");
        assert_eq!(details.holder.as_ref().unwrap(), &"ANA EXEMPLO");
        assert_eq!(details.ownership, Some(Ownership::JointAny));
        assert_eq!(details.holder_type, Some(HolderType::Person));
        assert_eq!(details.has_reserved_balance, Some(true));
    }
}

#[test]
fn the_key_is_that_of_the_ledger() {
    let reports = everywhere();
    let mut ledger = Ledger::new();
    ledger.reconcile(&reports[0].statements());
    let account = &accounts_of(&reports.iter().collect::<Vec<_>>())[0];
    assert_eq!(ledger.accounts().next().unwrap().0, account.key);
    assert_eq!(ledger.account_of(&account.identity), Some(account.key.clone()));
}

#[test]
fn the_time_of_the_bank_counts_before_that_of_the_report() {
    let balance = |time: &str, updated: &str, available: &str| {
        report(
            "pf_balance",
            "C1",
            time,
            json!({"accounts": [{"number": "1", "type": "CONTA_POUPANCA",
            "balances": {"availableAmount": available, "updateDateTime": updated}}]}),
        )
    };
    let stale = balance("2026-01-09T10:00:00", "2026-01-01T08:00:00", "1.00");
    let fresh = balance("2026-01-05T10:00:00", "2026-01-04T08:00:00Z", "2.00");
    for order in [[&stale, &fresh], [&fresh, &stale]] {
        let account = &accounts_of(&order)[0];
        assert_eq!(account.kind, AccountKind::Savings);
        assert_eq!(account.balances[0].amount.to_string(), "2.00");
        assert_eq!(account.balances[0].as_of, Some("2026-01-04T08:00:00Z".parse().unwrap()));
    }
}

#[test]
fn cards_come_with_limits_digits_and_whether_they_are_in_use() {
    let card = |product: &str, time: &str, limits: Value, name: &str| {
        report(
            product,
            "C1",
            time,
            json!({"creditCards": [{"name": "GOLD", "companyCnpj": "191",
            "creditCardNetwork": "VISA", "isActive": true, "paymentMethods": [{"identificationNumber": "4453"}],
            name: limits}]}),
        )
    };
    let one = json!({"limitAmount": {"amount": "100.00", "currency": "BRL"}, "usedAmount": amount("-1.00"),
        "availableAmount": {"amount": "5.00", "currency": "USD"}, "consolidationType": "CONSOLIDADO",
        "creditLineLimitType": "LIMITE_CREDITO_TOTAL"});
    let plain =
        card("pf_credit_card", "2026-01-01T10:00:00", json!([one, {"lineName": "CREDITO_A_VISTA"}]), "limit");
    let categorised = card("pf_categorized_creditcard_l2", "2026-01-02T10:00:00", one, "limits");
    for order in [[&plain, &categorised], [&categorised, &plain]] {
        let [account] = &accounts_of(&order)[..] else { panic!("one card") };
        assert_eq!(account.kind, AccountKind::Card);
        let [limit] = &account.card_limits[..] else { panic!("the newest report has one limit") };
        assert_eq!(limit.limit.unwrap().to_string(), "100.00");
        assert_eq!(limit.used.unwrap().to_string(), "-1.00");
        assert_eq!((limit.available, limit.currency.clone()), (None, None));
        assert_eq!((limit.is_total, limit.is_shared), (Some(true), Some(true)));
        assert_eq!(account.details.is_active, Some(true));
        assert_eq!(account.details.card_network.as_ref().unwrap(), &"VISA");
        assert_eq!(account.details.card_digits.len(), 1);
    }
    assert_eq!(accounts_of(&[&plain])[0].card_limits.len(), 2);
}

#[test]
fn companies_prepaid_accounts_and_reports_without_a_time() {
    let prepaid = |product: &str, account_type: Value| {
        let body = json!({"productName": product, "accounts": [{"number": "7", "compeCode": "323",
            "type": account_type, "companyName": "ACME LTDA", "balances": {"availableAmount": {"currency": "BRL"}}}]});
        decode_report(body.to_string().as_bytes()).unwrap().value
    };
    let account = &accounts_of(&[&prepaid("pj_balance", json!("CONTA_PAGAMENTO_PRE_PAGA"))])[0];
    assert_eq!(account.kind, AccountKind::Checking);
    assert_eq!(account.details.account_type.as_ref().unwrap(), &"CONTA_PAGAMENTO_PRE_PAGA");
    assert_eq!(account.details.holder_type, Some(HolderType::Company));
    assert_eq!((account.as_of, account.balances.len()), (None, 0));
    for unknown in [json!(null), json!(""), json!("CONTA_NOVA")] {
        assert_eq!(accounts_of(&[&prepaid("pf_balance", unknown)])[0].kind, AccountKind::Unknown);
    }
    for empty in ["pf_identity", "pf_credit_risk", "pf_balance", "pf_loans", "pf_new_product", ""] {
        let body = json!({ "productName": empty });
        assert_eq!(accounts_of(&[&decode_report(body.to_string().as_bytes()).unwrap().value]), []);
    }
}
