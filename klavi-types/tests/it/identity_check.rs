//! Whether a report is of the person or company that is expected.

use jiff::civil::date;
use klavi_types::reports::{AnyReport, ExpectedIdentity, IdentityCheck, decode_report};
use klavi_types::statements::Verdict::{self, CannotTell, Differs, Matches};
use klavi_types::{Cnpj, Cpf};
use proptest::prelude::*;
use serde_json::{Value, json};

fn expected() -> ExpectedIdentity {
    ExpectedIdentity::new("012.345.678-90".parse::<Cpf>().unwrap())
        .name("Ana de Souza")
        .birth_date(date(1989, 6, 23))
}

fn check(identity: &Value) -> IdentityCheck {
    let body = json!({"productName": "pf_identity", "identity": identity});
    let AnyReport::Identity(report) = decode_report(body.to_string().as_bytes()).unwrap().value else {
        panic!("the name says identity")
    };
    report.content.check(&expected())
}

#[test]
fn a_cpf_matches_differs_or_cannot_be_told() {
    for (reported, verdict) in [
        (json!("01234567890"), Matches),
        (json!(" 012.345.678-90 "), Matches),
        // Leading zeros got lost, or were added.
        (json!(1_234_567_890), Matches),
        (json!("1.234.567.890"), Matches),
        (json!("00001234567890"), Matches),
        (json!("529.982.247-25"), Differs),
        (json!("191"), Differs),
        // Check digits do not fit: garbled, cut, masked, encoded.
        (json!("01234567891"), CannotTell),
        (json!(123), CannotTell),
        (json!("***.345.678-**"), CannotTell),
        (json!("dGhpcyBpcyBlbmNvZGVk_-dGhpcyBpcyBlbmNvZGVk"), CannotTell),
        (json!("11111111111"), CannotTell),
        (json!("00000000000"), CannotTell),
        (json!("0"), CannotTell),
        (json!(""), CannotTell),
        (json!(" "), CannotTell),
        (json!(null), CannotTell),
        // A company's.
        (json!("11.222.333/0001-81"), CannotTell),
        (json!("00000000000191"), CannotTell),
    ] {
        assert_eq!(check(&json!({ "cpfNumber": reported })).tax_id, verdict, "{reported}");
    }
}

#[test]
fn a_cnpj_matches_differs_or_cannot_be_told() {
    let of = |cnpj: &str, reported: &str| {
        ExpectedIdentity::new(cnpj.parse::<Cnpj>().unwrap()).compare_tax_id(Some(reported))
    };
    assert_eq!(of("12.ABC.345/01DE-35", "12abc34501de35"), Matches);
    assert_eq!(of("12.ABC.345/01DE-35", "11.222.333/0001-81"), Differs);
    assert_eq!(of("00.000.000/0001-91", "191"), Matches);
    assert_eq!(of("11.222.333/0001-81", "52998224725"), CannotTell);
    assert_eq!(of("11.222.333/0001-81", "191"), CannotTell);
    assert_eq!(of("11.222.333/0001-81", "11222333000182"), CannotTell);
}

#[test]
fn each_answer_stands_alone() {
    let all = |tax_id: Verdict, name: Verdict, birth_date: Verdict| [tax_id, name, birth_date];
    let of = |identity: Value| {
        let IdentityCheck { tax_id, name, birth_date, .. } = check(&identity);
        [tax_id, name, birth_date]
    };
    assert_eq!(
        of(
            json!({"cpfNumber": "01234567890", "civilName": "ANA SOUZA", "birthDate": "1989-06-23T03:00:00Z"})
        ),
        all(Matches, Matches, Matches)
    );
    assert_eq!(
        of(json!({"civilName": "A. SOUZA", "birthDate": "1989-06-24"})),
        all(CannotTell, CannotTell, Differs)
    );
    assert_eq!(
        of(json!({"civilName": "Bruno Lima", "birthDate": "0001-01-01"})),
        all(CannotTell, Differs, CannotTell)
    );
    assert_eq!(of(json!({"birthDate": "23/06/1989"})), all(CannotTell, CannotTell, CannotTell));
    assert_eq!(of(json!(null)), all(CannotTell, CannotTell, CannotTell));
    // What is not expected is not compared.
    let nothing = ExpectedIdentity::new("01234567890".parse::<Cpf>().unwrap());
    assert_eq!(nothing.compare_name(Some("ANA SOUZA")), CannotTell);
    assert_eq!(nothing.compare_birth_date(Some("1989-06-23".parse().unwrap())), CannotTell);
    assert!(!format!("{:?}", expected()).contains("Ana"));
}

#[test]
fn the_holder_of_an_account_by_either_name() {
    let of = |head: Value, expected: &ExpectedIdentity| {
        let body = json!({"productName": "pj_balance", "accounts": [head]});
        let AnyReport::Balance(report) = decode_report(body.to_string().as_bytes()).unwrap().value else {
            panic!("the name says balance")
        };
        let IdentityCheck { tax_id, name, birth_date, .. } =
            report.content.accounts[0].head.check_holder(expected);
        assert_eq!(birth_date, CannotTell);
        (tax_id, name)
    };
    let acme = ExpectedIdentity::new("11.222.333/0001-81".parse::<Cnpj>().unwrap()).name("Acme S.A.");
    let company =
        json!({"companyName": "ACME HOLDING LTDA", "tradeName": "ACME S/A", "cnpjNumber": "11222333000181"});
    assert_eq!(of(company, &acme), (Matches, Matches));
    assert_eq!(of(json!({"companyName": "OUTRA LTDA"}), &acme), (CannotTell, Differs));
    assert_eq!(of(json!({}), &acme), (CannotTell, CannotTell));
    assert_eq!(of(json!({"civilName": "ANA DE SOUZA"}), &expected()), (CannotTell, Matches));
}

proptest! {
    #[test]
    fn only_the_expected_digits_match(reported in "[0-9./* -]{0,16}") {
        let digits: String = reported.chars().filter(char::is_ascii_digit).collect();
        let is_same = digits.trim_start_matches('0') == "1234567890" && !reported.contains('*');
        prop_assert_eq!(expected().compare_tax_id(Some(&reported)) == Matches, is_same);
    }

    #[test]
    fn no_text_panics(reported in ".{0,40}") {
        let _ = expected().compare_tax_id(Some(&reported));
    }
}
