//! How fast a report becomes types, beside other ways to read the same bytes. Prints a table of ratios at the end.
//!
//!     cargo bench -p klavi-types --bench decode

#![expect(clippy::print_stdout, reason = "the table is the result")]

use std::hint::black_box;
use std::process::Command;
use std::time::Duration;

use criterion::measurement::{Measurement, WallTime};
use klavi_types::reports::decode_report;
use serde::Deserialize;
use serde::de::IgnoredAny;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a partner writes at first: text everywhere, nothing checked, nothing kept.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "read to be dropped")]
struct Plain {
    code: Option<i64>,
    request_id: Option<String>,
    product_name: Option<String>,
    product_report_time: Option<String>,
    checking_accounts: Vec<PlainAccount>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "read to be dropped")]
struct PlainAccount {
    brand_name: Option<String>,
    compe_code: Option<String>,
    number: Option<String>,
    transaction_details: Vec<PlainEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "read to be dropped")]
struct PlainEntry {
    transaction_date: Option<String>,
    transaction_date_time: Option<String>,
    transaction_id: Option<String>,
    completed_authorised_payment_type: Option<String>,
    credit_debit_type: Option<String>,
    transaction_amount: Option<PlainMoney>,
    transaction_name: Option<String>,
    partie_cnpj_cpf: Option<String>,
    partie_person_type: Option<String>,
    partie_compe_code: Option<String>,
    partie_branch_code: Option<String>,
    partie_number: Option<String>,
    partie_check_digit: Option<String>,
    post_transaction_balance: Option<String>,
    r#type: Option<String>,
    category: Option<String>,
    subcategory: Option<String>,
    third_category: Option<String>,
    settlement_type: Option<String>,
    brand: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read to be dropped")]
struct PlainMoney {
    amount: Option<String>,
    currency: Option<String>,
}

/// A checking report of at least that many bytes, every field filled, compact as Klavi sends it. The members of an
/// entry stand in the documented order, or in the reverse of it.
fn report(bytes: usize, reversed: bool) -> String {
    let mut body = String::with_capacity(bytes + 1024);
    body.push_str(concat!(
        r#"{"code":200,"message":"OK","requestId":"112334","productName":"pf_categorized_checking_l3","#,
        r#""productVersion":"V1","productReportId":"4b2c1648-231f-11eb-97c4-f45c899f4587","#,
        r#""productReportTime":"2026-03-23T06:10:43","enquiryCpf":"12345678909","links":[],"#,
        r#""checkingAccounts":[{"brandName":"Banco Exemplo","compeCode":"001","number":"94088392","transactionDetails":["#
    ));
    let mut number = 0;
    while body.len() < bytes {
        if number > 0 {
            body.push(',');
        }
        let mut members = members(number);
        if reversed {
            members.reverse();
        }
        body.push('{');
        body.push_str(&members.join(","));
        body.push('}');
        number += 1;
    }
    body.push_str("]}]}");
    body
}

/// The members of an entry.
fn members(number: u32) -> Vec<String> {
    let (day, cents) = (number % 28 + 1, number % 100);
    let text = |name: &str, value: &str| format!(r#""{name}":"{value}""#);
    vec![
        text("transactionDate", &format!("2026-02-{day:02}")),
        text("transactionDateTime", &format!("2026-02-{day:02}T12:29:03.374Z")),
        text("transactionId", &format!("TXpRMU9UQTROMWhZV2xSU1F{number:08}")),
        text("completedAuthorisedPaymentType", "TRANSACAO_EFETIVADA"),
        text("creditDebitType", "DEBITO"),
        format!(r#""transactionAmount":{{"amount":"{number}.{cents:02}00","currency":"BRL"}}"#),
        text("transactionName", &format!("PIX ENVIADO SUPERMERCADO EXEMPLO {number}")),
        text("partieCnpjCpf", "11222333000181"),
        text("partiePersonType", "PESSOA_JURIDICA"),
        text("partieCompeCode", "033"),
        text("partieBranchCode", "6272"),
        text("partieNumber", "67890854360"),
        text("partieCheckDigit", "4"),
        text("postTransactionBalance", &format!("{number}.00")),
        text("type", "PIX"),
        text("category", "Alimentação"),
        text("subcategory", "Compras"),
        text("thirdCategory", "Supermercado"),
        r#""fAll":1,"fAllMonth":0,"fAllCMonth":1"#.to_owned(),
        text("settlementType", "PIX"),
        text("brand", "Exemplo"),
    ]
}

/// The best of some rounds: what disturbs a shared machine only ever adds time.
fn best(rounds: u32, mut work: impl FnMut()) -> Duration {
    work();
    let time = |work: &mut dyn FnMut()| {
        let start = WallTime.start();
        work();
        WallTime.end(start)
    };
    (0..rounds).map(|_| time(&mut work)).min().unwrap_or_default()
}

/// Reading counts with the dropping of what was read.
fn drop_result<T, E: std::fmt::Debug>(read: Result<T, E>) {
    black_box(read).expect("every way reads the report");
}

/// Node's parser in its own process; `None` where there is no Node.
fn node(body: &str, rounds: u32) -> Option<Duration> {
    let file = std::env::temp_dir().join(format!("klavi-decode-bench-{}.json", std::process::id()));
    std::fs::write(&file, body).ok()?;
    let output = Command::new("node")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/json_parse.mjs"))
        .arg(&file)
        .arg(rounds.to_string())
        .output();
    let _ = std::fs::remove_file(&file);
    let printed = String::from_utf8(output.ok()?.stdout).ok()?;
    Some(Duration::from_secs_f64(printed.trim().parse::<f64>().ok()? / 1e3))
}

fn main() {
    println!(
        "| report | entries | typed, with drop | untyped SIMD tree (sonic-rs) | serde_json::Value | plain structs of String | Node JSON.parse | scanned by serde_json, nothing built |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for (name, bytes, rounds, reversed) in [
        ("16 KB", 16 << 10, 400, false),
        ("1 MB", 1 << 20, 60, false),
        ("12 MB", 12 << 20, 15, false),
        ("12 MB, members reversed", 12 << 20, 15, true),
        ("50 MB", 50 << 20, 7, false),
    ] {
        let body = report(bytes, reversed);
        let entries = decode_report(body.as_bytes()).map_or(0, |decoded| decoded.value.entry_count());
        let text = body.as_str();
        let typed = best(rounds, || drop_result(decode_report(black_box(text.as_bytes()))));
        let simd = best(rounds, || drop_result(sonic_rs::from_str::<sonic_rs::Value>(black_box(text))));
        let value = best(rounds, || drop_result(serde_json::from_str::<serde_json::Value>(black_box(text))));
        let plain = best(rounds, || drop_result(serde_json::from_str::<Plain>(black_box(text))));
        let scan = best(rounds, || drop_result(serde_json::from_str::<IgnoredAny>(black_box(text))));
        let speed = |time: Duration| {
            format!("{:.2} ({:.2} ms)", time.as_secs_f64() / typed.as_secs_f64(), time.as_secs_f64() * 1e3)
        };
        println!(
            "| {name} | {entries} | 1 ({:.2} ms) | {} | {} | {} | {} | {} |",
            typed.as_secs_f64() * 1e3,
            speed(simd),
            speed(value),
            speed(plain),
            node(text, rounds).map_or_else(|| "no Node".to_owned(), speed),
            speed(scan)
        );
    }
    println!("\nA number is the speed of typed decoding relative to that way: 0.60 means 60 % of its speed.");
}
