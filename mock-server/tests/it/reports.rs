use std::time::Duration;

use klavi_mock::MockKlavi;
use klavi_types::reports::{AccountEntry, AnyReport, decode_report, inspect_report};
use klavi_types::{Amount, TaxId};
use serde_json::{Value, json};

use crate::partner::{BACK, CNPJ, CPF, Partner, text};

/// Bodies of all reports that a person or company can have at two banks.
async fn bodies(partner: &Partner, tax_id: &str) -> Vec<Vec<u8>> {
    let token = text(&partner.link(json!({"externalInfo": {"id": "x-1"}})).await["linkToken"]);
    for code in ["341", "260"] {
        let mut consent = json!({
            "externalTrackId": uuid::Uuid::new_v4().to_string(), "personalTaxId": CPF,
            "institutionCode": code, "redirectURL": BACK, "validityPeriod": 12,
        });
        if tax_id == CNPJ {
            consent["businessTaxId"] = CNPJ.into();
        }
        let consent = partner.create_consent(&token, &consent).await.ok();
        partner.mock.authorise(text(&consent["consentId"])).await.unwrap();
    }
    report_bodies(partner, tax_id).await
}

async fn report_bodies(partner: &Partner, tax_id: &str) -> Vec<Vec<u8>> {
    let path = if tax_id == CNPJ { "/data/v1/business/user-data" } else { "/data/v1/personal/user-data" };
    let accepted = partner.post(path, &json!({"taxId": tax_id, "products": ["all"]})).await.ok();
    let of_request = |delivery: &klavi_mock::Delivery| {
        delivery.kind == klavi_types::DeliveryKind::Report.as_str()
            && delivery.request_id.as_deref() == accepted["requestId"].as_str()
    };
    partner.mock.made().await;
    partner.mock.deliveries().into_iter().filter(of_request).map(|delivery| delivery.body.to_vec()).collect()
}

fn entries(body: &[u8]) -> Vec<Vec<AccountEntry>> {
    let AnyReport::CheckingAccounts(report) = decode_report(body).unwrap().value else {
        panic!("not the checking report");
    };
    report.content.checking_accounts.iter().map(|account| account.entries.to_vec()).collect()
}

/// Every leaf of a document as path and value.
fn leaves(path: &str, value: &Value, out: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| leaves(&format!("{path}.{name}"), value, out));
        }
        Value::Array(items) => items.iter().for_each(|item| leaves(&format!("{path}[]"), item, out)),
        leaf => out.push((path.to_owned(), leaf.to_string())),
    }
}

#[tokio::test]
async fn the_shared_types_understand_every_report_completely() {
    let partner = Partner::start().await;
    let mut products = Vec::new();
    for tax_id in [CPF, CNPJ] {
        for body in bodies(&partner, tax_id).await {
            assert!(decode_report(&body).unwrap().malformed.is_empty());
            let inspection = inspect_report(&body).unwrap();
            assert!(inspection.unmapped.is_empty(), "{:?}", inspection.unmapped);
            assert!(inspection.unknown_words.is_empty(), "{:?}", inspection.unknown_words);
            assert!(inspection.malformed.is_empty(), "{:?}", inspection.malformed);
            assert!(inspection.lost.is_empty(), "{:?}", inspection.lost);
            let head = inspection.value.head();
            assert_eq!(head.outcome().to_string(), "complete");
            assert_eq!(head.product_version.as_ref().unwrap().as_str(), "V1");
            assert_eq!(head.enquiry_cpf.as_ref().unwrap().as_str(), CPF);
            assert_eq!(head.external_info.as_ref().unwrap().get(), r#"{"id":"x-1"}"#);
            assert!(head.product_report_time.unwrap().timestamp().is_none(), "without a zone");
            assert_eq!(head.links.len(), 2);
            products.push(head.product_name.as_ref().unwrap().to_string());
        }
    }
    assert_eq!(products.len(), 23 + 19);
    assert_eq!(products[..3], ["pf_categorized_checking_l3", "pf_balance", "pf_identity"]);
    assert_eq!(products[23..25], ["pj_categorized_checking_l3", "pj_balance"]);
}

#[tokio::test]
async fn every_documented_field_of_a_persons_statement_is_there() {
    let partner = Partner::start().await;
    let body: Value = serde_json::from_slice(&bodies(&partner, CPF).await[0]).unwrap();
    let mut found = Vec::new();
    leaves("", &body["checkingAccounts"], &mut found);
    for name in [
        "brandName",
        "bacenName",
        "compeCode",
        "companyCnpj",
        "branchCode",
        "number",
        "checkDigit",
        "subtype",
        "civilName",
        "balances.availableAmount.amount",
        "balances.blockedAmount.currency",
        "balances.automaticallyInvestedAmount.amount",
        "transactionDetails[].transactionDate",
        "transactionDetails[].transactionDateTime",
        "transactionDetails[].transactionId",
        "transactionDetails[].completedAuthorisedPaymentType",
        "transactionDetails[].creditDebitType",
        "transactionDetails[].transactionAmount.amount",
        "transactionDetails[].transactionName",
        "transactionDetails[].partieCnpjCpf",
        "transactionDetails[].partiePersonType",
        "transactionDetails[].partieCompeCode",
        "transactionDetails[].partieBranchCode",
        "transactionDetails[].partieNumber",
        "transactionDetails[].partieCheckDigit",
        "transactionDetails[].postTransactionBalance",
        "transactionDetails[].type",
        "transactionDetails[].category",
        "transactionDetails[].subcategory",
        "transactionDetails[].thirdCategory",
        "transactionDetails[].fAll",
        "transactionDetails[].fAllMonth",
        "transactionDetails[].fAllCMonth",
        "transactionDetails[].settlementType",
    ] {
        assert!(found.iter().any(|(path, _)| path == &format!("[].{name}")), "{name} is missing");
    }
    for (path, value) in &found {
        if path.ends_with(".amount") {
            let (_, places) = value.trim_matches('"').split_once('.').unwrap();
            assert!(value.starts_with('"') && places.len() == 4, "{path} {value}");
        }
    }
    assert!(found.iter().any(|(path, value)| path.ends_with("fAllCMonth") && value == "1"));
    assert!(found.iter().any(|(path, value)| path.ends_with("fAll") && value == "0"));
}

#[tokio::test]
async fn the_balance_follows_from_the_entries_and_is_that_of_the_balance_report() {
    let partner = Partner::start().await;
    for tax_id in [CPF, CNPJ] {
        let bodies = bodies(&partner, tax_id).await;
        let AnyReport::CheckingAccounts(checking) = decode_report(&bodies[0]).unwrap().value else {
            panic!("not the checking report");
        };
        let AnyReport::Balance(balance) = decode_report(&bodies[1]).unwrap().value else {
            panic!("not the balance report");
        };
        for (account, balance) in checking.content.checking_accounts.iter().zip(&balance.content.accounts) {
            assert_eq!(account.head, balance.head);
            let after =
                |entry: &AccountEntry| entry.post_transaction_balance.as_ref().unwrap().amount.unwrap();
            for pair in account.entries.windows(2) {
                assert_eq!(
                    after(&pair[0]).checked_add(pair[1].signed_amount().unwrap()),
                    Some(after(&pair[1]))
                );
                let at = |entry: &AccountEntry| entry.transaction_date_time.unwrap().timestamp();
                assert!(at(&pair[0]) <= at(&pair[1]));
            }
            let available = account.head.balances.as_ref().unwrap().available_amount.as_ref().unwrap();
            let available: Amount = available.amount.unwrap();
            assert_eq!(after(account.entries.last().unwrap()).decimal(), available.decimal());
            assert!((60..=120).contains(&account.entries.len()), "{}", account.entries.len());
        }
    }
}

#[tokio::test]
async fn a_salary_comes_each_month_and_counterparties_have_valid_ids() {
    let partner = Partner::start().await;
    let mut parties = 0;
    for body in [&bodies(&partner, CPF).await[0], &bodies(&partner, CNPJ).await[0]] {
        for entry in entries(body).concat() {
            if let Some(tax_id) = &entry.party_tax_id {
                tax_id.as_str().parse::<TaxId>().unwrap();
                parties += 1;
            }
            assert!(!entry.signed_amount().unwrap().decimal().is_zero());
        }
    }
    assert!(parties > 50);
    let account = &entries(&report_bodies(&partner, CPF).await[0])[0];
    let salaries: Vec<_> = account
        .iter()
        .filter(|entry| entry.third_category.as_ref().is_some_and(|category| *category == "Salário"))
        .collect();
    assert!((3..=4).contains(&salaries.len()), "{}", salaries.len());
    assert!(salaries.windows(2).all(|pair| pair[0].transaction_amount == pair[1].transaction_amount));
}

#[tokio::test]
async fn the_same_seed_gives_the_same_customer_and_time_only_adds() {
    let (one, two) = (Partner::start().await, Partner::start().await);
    let seed_8 = Partner::with(MockKlavi::builder().seed(8).start().await.unwrap()).await;
    let of_one = entries(&bodies(&one, CPF).await[0]).concat();
    let of_two = entries(&bodies(&two, CPF).await[0]).concat();
    let other = entries(&bodies(&seed_8, CPF).await[0]).concat();
    let ids = |entries: &[AccountEntry]| -> Vec<_> {
        entries.iter().map(|entry| entry.transaction_id.clone().unwrap()).collect()
    };
    // The clock runs: of two reports one may hold an entry more.
    let shared = of_one.iter().filter(|entry| of_two.contains(entry)).count();
    assert!(shared + 2 >= of_one.len(), "{shared} of {}", of_one.len());
    assert!(ids(&other).iter().all(|id| !ids(&of_one).contains(id)));

    one.mock.advance_clock(Duration::from_secs(40 * 86_400));
    let one = Partner { access_token: one.log_in().await, ..one };
    let later = entries(&report_bodies(&one, CPF).await[0]).concat();
    let kept: Vec<_> =
        later.iter().filter(|entry| ids(&of_one).contains(entry.transaction_id.as_ref().unwrap())).collect();
    assert!(kept.len() > 60 && kept.len() < later.len(), "{} of {}", kept.len(), later.len());
    for entry in kept {
        let before = of_one.iter().find(|before| before.transaction_id == entry.transaction_id).unwrap();
        assert_eq!(before.transaction_amount, entry.transaction_amount);
        assert_eq!(before.post_transaction_balance, entry.post_transaction_balance);
    }
}

#[tokio::test]
async fn a_company_is_shown_as_one() {
    let partner = Partner::start().await;
    let body: Value = serde_json::from_slice(&bodies(&partner, CNPJ).await[0]).unwrap();
    let account = &body["checkingAccounts"][0];
    assert_eq!(account["cnpjNumber"], CNPJ);
    assert!(text(&account["companyName"]).contains("Sintética"));
    assert!(account["tradeName"].is_string() && account.get("subtype").is_none());
}

#[tokio::test]
async fn an_institution_report_holds_that_bank_alone() {
    let partner = Partner::start().await;
    bodies(&partner, CPF).await;
    let request = json!({"taxId": CPF, "institutionCode": "260", "products": ["pf_identity"]});
    partner.post("/data/v1/personal/institution-data", &request).await.ok();
    partner.mock.made().await;
    let last = partner.mock.deliveries().pop().unwrap();
    let report: Value = serde_json::from_slice(&last.body).unwrap();
    assert_eq!(report["links"].as_array().unwrap().len(), 1);
    assert_eq!(report["links"][0]["institutionCode"], "260");
    let permissions = &report["links"][0]["consents"][0]["permissions"];
    assert_eq!(permissions["ACCOUNTS_ALL"]["permissionsGranted"], true);
    assert_eq!(report["identity"]["compeCode"], "260");
    assert_eq!(report["identity"]["cpfNumber"], CPF);
    assert!(text(&report["identity"]["civilName"]).contains("Cliente Sintético"));
}
