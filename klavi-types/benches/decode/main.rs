//! How fast a report becomes types, beside other ways to read the same bytes. Prints a table of ratios at the end.
//!
//!     cargo bench -p klavi-types --bench decode

#![expect(clippy::print_stdout, reason = "the table is the result")]

mod shapes;

use std::hint::black_box;
use std::process::Command;
use std::time::Duration;

use klavi_types::reports::decode_report;
use rustix::time::{ClockId, clock_gettime};
use serde::Deserialize;

use shapes::{SHAPES, report};

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

/// Reading counts with the dropping of what was read.
fn drop_result<T, E: std::fmt::Debug>(read: Result<T, E>) {
    black_box(read).expect("every way reads the report");
}

/// Node's parser in its own process; `None` where there is no Node.
fn node(body: &str, rounds: u32, repeat: u32) -> Option<Duration> {
    let file = std::env::temp_dir().join(format!("klavi-decode-bench-{}.json", std::process::id()));
    std::fs::write(&file, body).ok()?;
    let output = Command::new("node")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/decode/json_parse.mjs"))
        .arg(&file)
        .args([rounds.to_string(), repeat.to_string()])
        .output();
    let _ = std::fs::remove_file(&file);
    let printed = String::from_utf8(output.ok()?.stdout).ok()?;
    Some(Duration::from_secs_f64(printed.trim().parse::<f64>().ok()? / 1e3))
}

/// The least processor time of each way over some rounds, taken in turn, each of so many repetitions: what disturbs a
/// shared machine only ever adds time.
fn least<const N: usize>(rounds: u32, repeat: u32, mut ways: [&mut dyn FnMut(); N]) -> [Duration; N] {
    let mut least = [Duration::MAX; N];
    // The first round warms up.
    for round in 0..=rounds {
        for (way, least) in ways.iter_mut().zip(&mut least) {
            let start = processor_time();
            (0..repeat).for_each(|_| way());
            let took = (processor_time() - start) / repeat;
            if round > 0 {
                *least = took.min(*least);
            }
        }
    }
    least
}

/// What this thread has had.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

fn main() {
    println!(
        "| report | bytes | entries | typed, with drop | sonic-rs tree | serde_json::Value | structs of String | Node JSON.parse |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for (size, bytes, rounds, repeat) in [("16 KB", 16 << 10, 60, 50), ("12 MB", 12 << 20, 25, 1)] {
        for shape in SHAPES {
            let body = report(bytes, shape);
            let text = body.as_str();
            let entries = decode_report(body.as_bytes()).map_or(0, |decoded| decoded.value.entry_count());
            let [typed, simd, value, plain] = least(
                rounds,
                repeat,
                [
                    &mut || drop_result(decode_report(black_box(text.as_bytes()))),
                    &mut || drop_result(sonic_rs::from_str::<sonic_rs::Value>(black_box(text))),
                    &mut || drop_result(serde_json::from_str::<serde_json::Value>(black_box(text))),
                    &mut || drop_result(serde_json::from_str::<Plain>(black_box(text))),
                ],
            );
            let ratio = |time: Duration| format!("{:.2}", time.as_secs_f64() / typed.as_secs_f64());
            println!(
                "| {shape:?}, {size} | {} | {entries} | {:.1} µs | {} | {} | {} | {} |",
                body.len(),
                typed.as_secs_f64() * 1e6,
                ratio(simd),
                ratio(value),
                ratio(plain),
                node(text, rounds, repeat).map_or_else(|| "no Node".to_owned(), ratio),
            );
        }
    }
    println!(
        "\nTimes are of the processor. A number is the speed of typed decoding relative to that way: 0.60 means 60 % of its speed."
    );
}
