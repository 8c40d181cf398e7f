//! Checking reports in the shapes in which senders write them. Knows neither types nor readers.

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shape {
    /// Members in the documented order, compact, every field filled.
    Documented,
    /// Members in the reverse order.
    Reversed,
    /// A third of the members missing, others in each of four kinds of entries.
    Gaps,
    /// Letters beyond ASCII written as `\u00e7`, slashes as `\/`.
    Escapes,
    /// One member a line, indented.
    Pretty,
    /// One undocumented member in each entry.
    Unknown,
}

/// Every shape.
pub(crate) const SHAPES: [Shape; 6] =
    [Shape::Documented, Shape::Reversed, Shape::Gaps, Shape::Escapes, Shape::Pretty, Shape::Unknown];

/// What a transfer, a card purchase, a fee and a pending entry lack.
const GAPS: [&str; 4] = [
    "transactionDate\" fAllMonth fAllCMonth thirdCategory settlementType brand partieCompeCode partieBranchCode",
    "transactionDateTime partiePersonType partieCompeCode partieBranchCode partieNumber partieCheckDigit type",
    "partieCnpjCpf partiePersonType partieCompeCode partieBranchCode partieNumber partieCheckDigit brand fAll\"",
    "transactionDateTime postTransactionBalance category subcategory thirdCategory fAll settlementType brand",
];

/// What stands before the entries.
pub(crate) const HEAD: &str = concat!(
    r#"{"code":200,"message":"OK","requestId":"112334","productName":"pf_categorized_checking_l3","#,
    r#""productVersion":"V1","productReportId":"4b2c1648-231f-11eb-97c4-f45c899f4587","#,
    r#""productReportTime":"2026-03-23T06:10:43","enquiryCpf":"12345678909","links":[],"#,
    r#""checkingAccounts":[{"brandName":"Banco Exemplo","compeCode":"001","number":"94088392","transactionDetails":["#
);

/// What stands behind them.
pub(crate) const END: &str = "]}]}";

/// A report of at least that many bytes.
pub(crate) fn report(bytes: usize, shape: Shape) -> String {
    let mut body = HEAD.to_owned();
    let mut written = 0;
    for number in 0.. {
        let entry = entry(number, shape);
        body.push_str(&entry);
        written += entry.len();
        if written >= bytes {
            break;
        }
        body.push(',');
    }
    body.push_str(END);
    if shape == Shape::Pretty { pretty(&body) } else { body }
}

/// An entry of about 700 bytes.
pub(crate) fn entry(number: u32, shape: Shape) -> String {
    let mut members = members(number);
    match shape {
        Shape::Documented | Shape::Pretty => {}
        Shape::Reversed => members.reverse(),
        Shape::Gaps => {
            let kind = GAPS[number.wrapping_mul(2_654_435_761) as usize >> 30];
            members.retain(|member| !kind.split(' ').any(|name| member[1..].starts_with(name)));
        }
        Shape::Escapes => members.iter_mut().for_each(|member| *member = escaped(member)),
        Shape::Unknown => members.insert(9, format!(r#""partieNickname":"Exemplo {number}""#)),
    }
    format!("{{{}}}", members.join(","))
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
        text("transactionName", &format!("PIX ENVIADO PÃES E CIA / FILIAL {number}")),
        text("partieCnpjCpf", "11222333000181"),
        text("partiePersonType", "PESSOA_JURIDICA"),
        text("partieCompeCode", "033"),
        text("partieBranchCode", "6272"),
        text("partieNumber", "67890854360"),
        text("partieCheckDigit", "4"),
        text("postTransactionBalance", &format!("{number}.00")),
        text("type", "PIX"),
        text("category", "Alimentação"),
        text("subcategory", "Refeições e lanches"),
        text("thirdCategory", "Padaria e confeitaria"),
        r#""fAll":1"#.to_owned(),
        r#""fAllMonth":0"#.to_owned(),
        r#""fAllCMonth":1"#.to_owned(),
        text("settlementType", "PIX"),
        text("brand", "Pães & Cia"),
    ]
}

/// As PHP writes it.
fn escaped(json: &str) -> String {
    json.chars()
        .map(|character| match character {
            '/' => r"\/".to_owned(),
            character if character.is_ascii() => character.to_string(),
            character => format!("\\u{:04x}", u32::from(character)),
        })
        .collect()
}

/// Indented by two blanks for each level. Takes compact JSON without escapes.
fn pretty(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let (mut depth, mut quoted) = (0_usize, false);
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    for character in json.chars() {
        if character == '"' {
            quoted = !quoted;
        }
        match character {
            '{' | '[' if !quoted => {
                depth += 1;
                out.push(character);
                line(&mut out, depth);
            }
            '}' | ']' if !quoted => {
                depth -= 1;
                line(&mut out, depth);
                out.push(character);
            }
            ',' if !quoted => {
                out.push(',');
                line(&mut out, depth);
            }
            ':' if !quoted => out.push_str(": "),
            _ => out.push(character),
        }
    }
    out
}
