//! `klavi entries`: the rows of reports, before and after a ledger, and their sums.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{assert_refused, klavi, stderr, stdout};

/// Report files in a folder of their own.
struct Files {
    _folder: TempDir,
    paths: Vec<PathBuf>,
}

impl Files {
    fn new(bodies: &[String]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |(number, body): (usize, &String)| {
            let path = folder.path().join(format!("{number}.json"));
            fs::write(&path, body).unwrap();
            path
        };
        let paths = bodies.iter().enumerate().map(write).collect();
        Self { _folder: folder, paths }
    }

    /// What the command prints over these files in that order.
    #[track_caller]
    fn run(&self, order: &[usize], flags: &[&str]) -> String {
        let files = order.iter().map(|number| self.paths[*number].to_str().unwrap());
        let arguments: Vec<_> = ["entries"].into_iter().chain(files).chain(flags.iter().copied()).collect();
        let output = klavi(&arguments, b"");
        assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
        stdout(&output).to_owned()
    }
}

fn lines(jsonl: &str) -> Vec<Value> {
    jsonl.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What the command prints over one report on standard input.
#[track_caller]
fn entries(report: &Value) -> Vec<Value> {
    let output = klavi(&["entries", "-"], report.to_string().as_bytes());
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
    lines(stdout(&output))
}

/// One member of every row.
fn all<'a>(rows: &'a [Value], name: &str) -> Vec<&'a Value> {
    rows.iter().map(|row| &row[name]).collect()
}

fn checking(day: u8, entries: &Value) -> Value {
    json!({"code": 200, "productName": "pf_categorized_checking_l3",
        "productReportTime": format!("2026-01-{day:02}T12:00:00"),
        "checkingAccounts": [{"compeCode": "001", "branchCode": "1234", "number": "1", "checkDigit": "0",
            "companyCnpj": "00000000000191", "transactionDetails": entries}]})
}

fn entry(id: &str, day: &str, direction: &str, amount: &str, text: &str) -> Value {
    json!({"transactionId": id, "type": "PIX", "transactionDate": day, "transactionName": text,
        "completedAuthorisedPaymentType": "TRANSACAO_EFETIVADA", "creditDebitType": direction,
        "transactionAmount": {"amount": amount, "currency": "BRL"}})
}

#[test]
fn the_amount_is_a_magnitude_whose_sign_is_the_direction() {
    let rows = entries(&checking(
        10,
        &json!([
            entry("a", "2026-01-05", "DEBITO", "-396.10", "saida com sinal"),
            entry("b", "2026-01-05", "CREDITO", "-10.00", "estorno com sinal"),
            entry("c", "2026-01-05", "DEBITO", "396.10", "saida normal"),
        ]),
    ));
    assert_eq!(all(&rows, "amount"), ["-396.10", "10.00", "-396.10"]);
}

#[test]
fn a_row_has_every_member_of_the_contract() {
    let mut pix = entry("a", "2026-01-05", "DEBITO", "10.00", "padaria");
    pix["category"] = json!("Alimentação");
    pix["subcategory"] = json!("Padaria");
    let rows = entries(&checking(10, &json!([pix, {"transactionName": "sem mais"}])));
    assert_eq!(
        rows[0],
        json!({"account": "checking:cnpj-191:1234:1", "id": "a", "key": "a", "day": "2026-01-05",
            "amount": "-10.00", "currency": "BRL", "state": "booked", "description": "padaria",
            "categories": ["Alimentação", "Padaria"], "source": "-"})
    );
    assert_eq!(
        rows[1],
        json!({"account": "checking:cnpj-191:1234:1", "id": null, "key": "~||||1|sem mais", "day": null,
            "amount": null, "currency": null, "state": null, "description": "sem mais", "categories": [],
            "source": "-"})
    );
}

#[test]
fn a_blank_id_identifies_nothing() {
    let rows = entries(&checking(
        10,
        &json!([
            entry(" ", "2026-01-07", "CREDITO", "30.00", "salario"),
            entry(" ", "2026-01-05", "DEBITO", "10.00", "padaria"),
            entry(" ", "2026-01-06", "DEBITO", "20.00", "mercado"),
        ]),
    ));
    // In the order of the report.
    assert_eq!(all(&rows, "amount"), ["30.00", "-10.00", "-20.00"]);
    assert_keys_differ(&rows, 3);
}

#[track_caller]
fn assert_keys_differ(rows: &[Value], count: usize) {
    assert_eq!(rows.len(), count);
    let mut keys: Vec<_> = rows.iter().map(|row| row["key"].as_str().expect("a key")).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), count, "{keys:?}");
}

#[test]
fn one_id_with_two_amounts_is_two_entries() {
    let report = checking(
        10,
        &json!([
            entry("205A", "2026-01-05", "DEBITO", "0.55", "guardar troco"),
            entry("205A", "2026-01-05", "DEBITO", "1006.45", "compra"),
        ]),
    );
    assert_keys_differ(&entries(&report), 2);
    let rows = lines(&Files::new(&[report.to_string()]).run(&[0], &["--ledger"]));
    assert_keys_differ(&rows, 2);
    assert_eq!(all(&rows, "source"), [&Value::Null, &Value::Null]);
}

#[test]
fn an_entry_that_is_listed_twice_under_its_id_has_one_key() {
    let twice = entry("a", "2026-01-05", "DEBITO", "1.00", "padaria");
    let report = checking(10, &json!([twice, twice]));
    let rows = entries(&report);
    assert_eq!(all(&rows, "key"), [&json!("a"), &Value::Null]);
    assert_eq!(lines(&Files::new(&[report.to_string()]).run(&[0], &["--ledger"])).len(), 1);
}

fn card(day: u8, numbers: &[&str], bills: &Value) -> Value {
    let numbers: Vec<_> = numbers.iter().map(|number| json!({"identificationNumber": number})).collect();
    json!({"code": 200, "productName": "pf_credit_card",
        "productReportTime": format!("2026-01-{day:02}T12:00:00"),
        "creditCards": [{"name": "GOLD", "companyCnpj": "00000000000191", "paymentMethods": numbers,
            "closedStatements": bills}]})
}

fn purchase(instalment: u8) -> Value {
    json!({"transactionId": "T1", "transactionName": "LOJA", "transactionDate": "2025-10-03",
        "creditDebitType": "DEBITO", "transactionType": "PAGAMENTO", "chargeIdentificator": instalment.to_string(),
        "chargeNumber": 3, "brazilianAmount": {"amount": "100.00", "currency": "BRL"}})
}

#[test]
fn instalments_under_one_id_are_an_entry_each() {
    let bill = |number: u8| json!({"billId": format!("B{number}"), "transactionDetails": [purchase(number)]});
    let report = card(10, &["4453"], &json!([bill(1), bill(2), bill(3)]));
    assert_keys_differ(&entries(&report), 3);
    assert_keys_differ(&lines(&Files::new(&[report.to_string()]).run(&[0], &["--ledger"])), 3);
}

#[test]
fn a_card_with_another_number_is_the_same_account() {
    let bills = json!([{"billId": "B1", "transactionDetails": [purchase(1)]}]);
    let numbers: [&[&str]; 3] = [&["4453"], &["4453", "9001"], &["9001", "4453"]];
    let reports: Vec<_> =
        (10..).zip(numbers).map(|(day, numbers)| card(day, numbers, &bills).to_string()).collect();
    let files = Files::new(&reports);
    let once = files.run(&[0, 1, 2], &["--ledger"]);
    assert_eq!(lines(&once).len(), 1);
    assert_eq!(files.run(&[2, 0, 1], &["--ledger"]), once);
    // Without the ledger, each report says it once more, and names its file.
    let rows = lines(&files.run(&[2, 0], &[]));
    let sources: Vec<_> = [2, 0].iter().map(|number| json!(files.paths[*number].to_str().unwrap())).collect();
    assert_eq!(all(&rows, "source"), sources.iter().collect::<Vec<_>>());
}

#[test]
fn days_are_those_of_brasilia() {
    let at = |id: &str, at: &str| {
        let mut entry = entry(id, "", "DEBITO", "10.00", "compra");
        entry.as_object_mut().unwrap().remove("transactionDate");
        entry["transactionDateTime"] = json!(at);
        entry
    };
    let rows = entries(&checking(
        10,
        &json!([
            at("a", "2026-02-01T01:30:00.000Z"),
            at("b", "2026-01-31T22:30:00-03:00"),
            at("c", "2026-02-01T00:00:00.000Z"),
        ]),
    ));
    assert_eq!(all(&rows, "day"), ["2026-01-31", "2026-01-31", "2026-02-01"]);
}

#[test]
fn a_pending_entry_that_is_booked_under_another_id_and_day_is_one_entry_in_any_order() {
    let mut pending = entry("s", "2026-01-09", "DEBITO", "50.00", "PIX AGENDADO");
    pending["completedAuthorisedPaymentType"] = json!("LANCAMENTO_FUTURO");
    let booked = entry("x", "2026-01-10", "DEBITO", "50.00", "PIX ENVIADO");
    let files = Files::new(&[
        checking(10, &json!([pending])).to_string(),
        checking(11, &json!([pending, booked])).to_string(),
        checking(12, &json!([booked])).to_string(),
    ]);
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let rows = lines(&files.run(&order, &["--ledger"]));
        let found = ["id", "day", "state"].map(|name| all(&rows, name));
        assert_eq!(found, [["x"], ["2026-01-10"], ["booked"]], "{order:?}");
    }
    assert_eq!(lines(&files.run(&[1, 0], &[])).len(), 3);
}

#[test]
fn numbers_of_twenty_digits_keep_every_digit() {
    let report = r#"{"code":200,"productName":"pf_checking_account","productReportTime":"2026-01-10T12:00:00",
        "checkingAccounts":[{"branchCode":1,"number":12345678901234567890,"transactionDetails":[
        {"transactionId":12345678901234567890,"transactionDate":"2026-01-05","creditDebitType":"DEBITO",
         "completedAuthorisedPaymentType":"TRANSACAO_EFETIVADA","transactionAmount":"10.00"},
        {"transactionId":12345678901234567891,"transactionDate":"2026-01-05","creditDebitType":"DEBITO",
         "completedAuthorisedPaymentType":"TRANSACAO_EFETIVADA","transactionAmount":20.00}]}]}"#;
    let rows = lines(&Files::new(&[report.to_owned()]).run(&[0], &["--ledger"]));
    assert_eq!(all(&rows, "id"), ["12345678901234567890", "12345678901234567891"]);
    assert_eq!(all(&rows, "amount"), ["-10.00", "-20.00"]);
    assert_eq!(rows[0]["account"], "checking::1:12345678901234567890");
}

#[test]
fn csv_quotes_what_needs_it_and_changes_nothing() {
    let mut odd = entry("a", "2026-01-05", "DEBITO", "10.00", "padaria \"do Zé\", SP\nloja 2");
    odd["category"] = json!("Alimentação");
    odd["subcategory"] = json!("Padaria");
    let formula = entry("b", "2026-01-06", "CREDITO", "1.00", "=1+1");
    let files = Files::new(&[checking(10, &json!([odd, formula])).to_string()]);
    assert_eq!(
        files.run(&[0], &["--format", "csv", "--ledger"]),
        "account,id,key,day,amount,currency,state,description,categories,source\n\
         checking:cnpj-191:1234:1,a,a,2026-01-05,-10.00,BRL,booked,\
         \"padaria \"\"do Zé\"\", SP\nloja 2\",Alimentação > Padaria,\n\
         checking:cnpj-191:1234:1,b,b,2026-01-06,1.00,BRL,booked,=1+1,,\n"
    );
    let help = klavi(&["entries", "--help"], b"");
    assert!(stdout(&help).contains("a description that begins with `=`"), "{}", stdout(&help));
}

#[test]
fn the_ledger_is_sorted_by_account_day_and_key() {
    let day = |id: &str, day: &str| entry(id, day, "DEBITO", "1.00", "compra");
    let later = json!([day("b", "2026-01-02"), day("a", "2026-01-03"), day("c", "2026-01-01")]);
    let mut other = checking(10, &json!([day("z", "2026-01-01"), day("y", "2026-01-01")]));
    other["checkingAccounts"][0]["number"] = json!("0");
    let files = Files::new(&[checking(11, &later).to_string(), other.to_string()]);
    let rows = lines(&files.run(&[0, 1], &["--ledger"]));
    assert_eq!(all(&rows, "id"), ["y", "z", "c", "b", "a"]);
}

#[test]
fn the_summary_has_a_row_for_each_account_and_month() {
    let mut saved = entry("d", "2026-01-04", "DEBITO", "200.00", "aplicacao");
    saved["type"] = json!("APLICACAO_FINANCEIRA");
    let mut unclear = entry("f", "2026-01-04", "DEBITO", "1.00", "sem direcao");
    unclear.as_object_mut().unwrap().remove("creditDebitType");
    let january = json!([
        entry("a", "2025-12-31", "CREDITO", "0.10", "juros"),
        entry("b", "2026-01-02", "CREDITO", "5000.00", "salario"),
        entry("c", "2026-01-03", "DEBITO", "0.10", "tarifa"),
        saved,
        entry("e", "2026-01-05", "DEBITO", "0.20", "tarifa"),
        unclear,
    ]);
    let mut payment = purchase(1);
    payment["transactionType"] = json!("PAGAMENTO_FATURA");
    payment["creditDebitType"] = json!("CREDITO");
    payment["transactionId"] = json!("T2");
    let bill = json!([{"billId": "B1", "transactionDetails": [purchase(1), payment]}]);
    let files = Files::new(&[
        checking(10, &january).to_string(),
        card(10, &["4453"], &bill).to_string(),
        checking(11, &january).to_string(),
    ]);
    assert_eq!(
        files.run(&[0, 1, 2], &["--ledger", "--summary", "--format", "csv"]),
        "account,month,currency,in,out,own_transfers,bill_payments,count,without_amount,source\n\
         card:cnpj-191:GOLD:4453,2025-10,BRL,0,-100.00,0,100.00,2,0,\n\
         checking:cnpj-191:1234:1,2025-12,BRL,0.10,0,0,0,1,0,\n\
         checking:cnpj-191:1234:1,2026-01,BRL,5000.00,-0.30,-200.00,0,4,1,\n"
    );
    // Without the ledger, each file counts alone.
    let rows = lines(&files.run(&[0, 2], &["--summary"]));
    assert_eq!(all(&rows, "month"), ["2025-12", "2026-01", "2025-12", "2026-01"]);
    let file = files.paths[2].to_str().unwrap();
    assert_eq!(
        rows[3],
        json!({"account": "checking:cnpj-191:1234:1", "month": "2026-01", "currency": "BRL", "in": "5000.00", "out": "-0.30",
            "own_transfers": "-200.00", "bill_payments": "0", "count": 4, "without_amount": 1, "source": file})
    );
}

#[test]
fn a_report_without_entries_prints_nothing() {
    let files = Files::new(&[r#"{"productName":"pf_identity","identity":{}}"#.to_owned()]);
    for flags in [&[][..], &["--format", "csv"], &["--ledger"], &["--summary"]] {
        assert_eq!(files.run(&[0], flags), "");
    }
}

#[test]
fn every_entry_of_a_generated_report_is_printed() {
    for product in ["pf_categorized_checking_l3", "pf_savings_account", "pf_categorized_creditcard_l2"] {
        let report = klavi(&["generate", "--product", product, "--transactions", "3000"], b"").stdout;
        let output = klavi(&["entries", "-"], &report);
        let rows = lines(stdout(&output));
        assert_eq!((rows.len(), stderr(&output)), (3000, ""), "{product}");
        assert!(rows.iter().all(|row| row["day"].is_string() && row["amount"].is_string()), "{product}");
    }
}

#[test]
fn entries_that_cannot_be_read_are_counted_and_named() {
    let broken = entry("b", "2021-02-30", "DEBITO", "987654", "outra");
    let report = checking(10, &json!(["not an entry", entry("a", "2026-01-05", "DEBITO", "1", "x"), broken]));
    let output = klavi(&["entries", "-"], report.to_string().as_bytes());
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(lines(stdout(&output)).len(), 2);
    assert_eq!(
        stderr(&output),
        "klavi: standard input: 1 entry could not be read: checkingAccounts[0].transactionDetails[0]\n\
         klavi: standard input: 1 value could not be read: \
         checkingAccounts[0].transactionDetails[2].transactionDate\n"
    );

    let many = checking(10, &json!(vec![7; 25]));
    let output = klavi(&["entries", "-"], many.to_string().as_bytes());
    assert!(stderr(&output).starts_with("klavi: standard input: 25 entries could not be read: checking"));
    assert!(stderr(&output).ends_with("transactionDetails[19] and 5 more\n"), "{}", stderr(&output));
}

#[test]
fn what_is_no_report_is_one_clear_sentence_and_nothing_is_printed() {
    let good = checking(10, &json!([entry("a", "2026-01-05", "DEBITO", "1.00", "x")])).to_string();
    for (body, why) in [
        ("<html>", "the body is not JSON from line 1, column 1 on"),
        ("", "it is empty"),
        (r#"[{"eventId":"1","eventName":"link_created"}]"#, "it holds events"),
        (r#"{"code":200,"msg":"ok","data":{}}"#, "reports of the first generation have no entries to read"),
        (r#"{"hello":1}"#, "it has neither `productName` nor `productReportId`"),
    ] {
        let files = Files::new(&[good.clone(), body.to_owned()]);
        let [good, bad] = [&files.paths[0], &files.paths[1]].map(|path| path.to_str().unwrap());
        let output = klavi(&["entries", good, bad], b"");
        assert_refused(&output, 2, &format!("klavi: {bad} holds no report: {why}"));
    }
    let missing = klavi(&["entries", "no-such-file"], b"");
    assert_eq!(missing.status.code(), Some(2));
    assert!(stderr(&missing).starts_with("klavi: no-such-file cannot be read: "), "{}", stderr(&missing));
    let twice = klavi(&["entries", "-", "-"], good.as_bytes());
    assert_refused(&twice, 2, "klavi: standard input can be read once: name `-` once");
    for usage in [&["entries"][..], &["entries", "-", "--format", "xml"]] {
        let output = klavi(usage, b"");
        assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""));
    }
}
