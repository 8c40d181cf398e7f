//! How much memory reading takes: counted, not timed. Its own binary, since it counts for the whole process.

use std::io::{self, Read};

use klavi_types::Amount;
use klavi_types::reports::{EntryStream, decode_report};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const HEAD: &str = r#"{"code":200,"productName":"pf_categorized_checking_l3","checkingAccounts":[{"number":"94088392","transactionDetails":["#;
const END: &str = "]}]}";

/// An entry of about 800 bytes, every field filled.
fn entry(number: usize) -> String {
    format!(
        concat!(
            r#"{{"transactionDate":"2026-02-{day:02}","transactionDateTime":"2026-02-{day:02}T12:29:03.374Z","#,
            r#""transactionId":"TXpRMU9UQTROMWhZV2xSU1F{number:08}","#,
            r#""completedAuthorisedPaymentType":"TRANSACAO_EFETIVADA","creditDebitType":"CREDITO","#,
            r#""transactionAmount":{{"amount":"1.0000","currency":"BRL"}},"#,
            r#""transactionName":"PIX RECEBIDO SUPERMERCADO EXEMPLO {number}","partieCnpjCpf":"11222333000181","#,
            r#""partiePersonType":"PESSOA_JURIDICA","partieCompeCode":"033","partieBranchCode":"6272","#,
            r#""partieNumber":"67890854360","partieCheckDigit":"4","postTransactionBalance":"{number}.00","#,
            r#""type":"PIX","category":"Renda","subcategory":"Renda ativa","thirdCategory":"Vendas","#,
            r#""fAll":1,"fAllMonth":0,"fAllCMonth":1,"settlementType":"PIX","brand":"Exemplo"}}"#
        ),
        day = number % 28 + 1,
        number = number
    )
}

/// A report that is made while it is read.
struct Endless {
    made: Vec<u8>,
    at: usize,
    next: usize,
    entries: usize,
}

impl Endless {
    fn new(entries: usize) -> Self {
        Self { made: HEAD.into(), at: 0, next: 0, entries }
    }
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.made.len() {
            self.at = 0;
            self.made.clear();
            match self.next.cmp(&self.entries) {
                std::cmp::Ordering::Less => {
                    self.made.extend_from_slice(if self.next == 0 { b"" } else { b"," });
                    self.made.extend_from_slice(entry(self.next).as_bytes());
                }
                std::cmp::Ordering::Equal => self.made.extend_from_slice(END.as_bytes()),
                std::cmp::Ordering::Greater => return Ok(0),
            }
            self.next += 1;
        }
        let length = buffer.len().min(self.made.len() - self.at);
        buffer[..length].copy_from_slice(&self.made[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

/// The highest point of memory while `work` is done, above what there was before.
fn peak(work: impl FnOnce()) -> usize {
    let profiler = dhat::Profiler::builder().testing().trim_backtraces(Some(1)).build();
    work();
    let peak = dhat::HeapStats::get().max_bytes;
    drop(profiler);
    peak
}

#[test]
fn memory_is_bounded() {
    let streamed = |entries: usize| {
        peak(move || {
            let mut stream = EntryStream::new(Endless::new(entries));
            let amounts =
                (&mut stream).map(|streamed| streamed.unwrap().entry.unwrap().signed_amount().unwrap());
            assert_eq!(Amount::sum(amounts).unwrap().to_string(), format!("{entries}.0000"));
            assert_eq!(stream.into_report().unwrap().value.entry_count(), 0);
        })
    };
    let (few, many) = (streamed(500), streamed(50_000));
    assert!(many < 1 << 20, "a stream of 50,000 entries took {many} bytes");
    assert!(many <= few, "a hundred times the entries took {many} bytes, not {few}");

    let mut body = String::new();
    Endless::new(15_000).read_to_string(&mut body).unwrap();
    let decoded = peak(|| assert_eq!(decode_report(body.as_bytes()).unwrap().value.entry_count(), 15_000));
    let bound = body.len() + body.len() / 2;
    assert!(decoded <= bound, "a body of {} bytes took {decoded}", body.len());
}
