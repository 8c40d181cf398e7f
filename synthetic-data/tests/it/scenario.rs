//! Scenario files: what they say is in the reports, and a mistake is one sentence with its place.

use std::path::{Path, PathBuf};

use klavi_types::reports::{AnyReport, decode_report};
use klavi_types::statements::{AccountKind, Entry};
use klavi_types::{PersonType, Product};
use serde_json::Value;
use synthetic_data::{
    Messy, Recipe, RecipeError, Scenario, ScenarioEvent, ScenarioFile, Scope, Source, Trouble, institutions,
    truth,
};

const SMALL: &str = r#"
messy = ["blankId"]

[[person]]
name = "Pessoa Sintética"
cpf = "529.982.247-25"

[[person.account]]
bank = "341"
kind = "checking"
number = "12345678"
opening-balance = "100.00"
opened = 2026-01-01

[[person.account.recurring]]
text = "SALARIO"
amount = "3000"
direction = "in"
kind = "salary"
every = "month"
day = 31
until = 2026-02-28

[[person.account.recurring]]
text = "FEIRA"
amount = "50.50"
direction = "out"
every = "week"
from = 2026-01-07

[[person.account.entry]]
day = 2026-02-02
text = "PRESENTE"
amount = "20.5"
direction = "in"

[[person.account]]
bank = "341"
kind = "card"
limit = "1000.00"

[[person.account.entry]]
day = 2026-02-03
text = "LOJA"
amount = "99.90"
direction = "out"
kind = "shopping"

[[event]]
kind = "out-of-service"
bank = "341"
at = 2026-04-01T12:00:00Z
until = 2026-04-02T12:00:00Z

[[event]]
kind = "consent-revoked"
at = 2026-05-01T00:00:00-03:00

[[failure]]
product = "pf_loans"
code = 503

[[failure]]
bank = "001"
"#;

fn report(scenario: &Scenario, product: &str, number: usize) -> AnyReport {
    let mut body = Vec::new();
    Recipe::new(product).unwrap().scenario(scenario, number).unwrap().write(&mut body).unwrap();
    let decoded = decode_report(&body).unwrap();
    assert!(decoded.malformed.is_empty(), "{product}");
    decoded.value
}

fn told(entry: &Entry) -> (String, String, String) {
    let day = entry.day.unwrap().to_string();
    (
        day,
        entry.description.as_ref().unwrap().as_str().to_owned(),
        entry.amount.unwrap().decimal().normalize().to_string(),
    )
}

#[test]
fn reports_follow_the_scenario_exactly() {
    let scenario = Scenario::parse(SMALL).unwrap();
    assert_eq!(scenario.messy, Messy::NONE.with(Trouble::BlankId));
    let mut expected = vec![
        ("2026-01-31".to_owned(), "SALARIO".to_owned(), "3000".to_owned()),
        ("2026-02-02".to_owned(), "PRESENTE".to_owned(), "20.5".to_owned()),
        ("2026-02-28".to_owned(), "SALARIO".to_owned(), "3000".to_owned()),
    ];
    let weeks =
        ["01-07", "01-14", "01-21", "01-28", "02-04", "02-11", "02-18", "02-25", "03-04", "03-11", "03-18"];
    expected.extend(weeks.map(|day| (format!("2026-{day}"), "FEIRA".to_owned(), "-50.5".to_owned())));
    expected.push(("2026-02-21".to_owned(), "PAGAMENTO FATURA CARTAO".to_owned(), "-99.9".to_owned()));
    expected.sort();
    let checking = report(&scenario, "pf_categorized_checking_l3", 1);
    let mut entries: Vec<_> = checking.entries().map(|entry| told(&entry)).collect();
    entries.sort();
    assert_eq!(entries, expected);
    let AnyReport::CheckingAccounts(checking) = checking else { panic!("not of accounts") };
    assert_eq!(checking.head.enquiry_cpf.as_ref().unwrap().as_str(), "52998224725");
    let head = &checking.content.checking_accounts[0].head;
    assert_eq!(head.number.as_ref().unwrap().as_str(), "12345678");
    assert_eq!(head.civil_name.as_ref().unwrap().as_str(), "Pessoa Sintética");
    let available = head.balances.as_ref().unwrap().available_amount.as_ref().unwrap().amount.unwrap();
    assert_eq!(available.decimal().normalize().to_string(), "5465.1");

    let card = report(&scenario, "pf_credit_card", 1);
    let entries: Vec<_> = card.entries().map(|entry| told(&entry)).collect();
    assert_eq!(entries, [("2026-02-03".to_owned(), "LOJA".to_owned(), "-99.9".to_owned())]);
    assert_eq!(report(&scenario, "pf_savings_account", 1).entries().count(), 0);
    let loans = report(&scenario, "pf_loans", 1);
    assert_eq!(loans.head().code.map(klavi_types::reports::ReportCode::get), Some(503));

    assert!(scenario.is_partial("001") && !scenario.is_partial("341"));
    let at = |text: &str| text.parse().unwrap();
    assert!(scenario.is_out_of_service("341", at("2026-04-01T12:00:00Z")));
    assert!(!scenario.is_out_of_service("341", at("2026-04-02T12:00:00Z")));
    assert!(matches!(&scenario.events[1], ScenarioEvent::ConsentRevoked { bank: None, .. }));
    let missing = Recipe::new("pj_loans").unwrap().scenario(&scenario, 1).unwrap_err();
    assert_eq!(missing, RecipeError::NoSuchCustomer { number: 1, count: 0, kind: "companies" });
    assert_eq!(missing.to_string(), "the scenario has 0 companies, so there is no number 1");
}

#[test]
fn customers_outside_the_scenario_are_seeded() {
    let scenario = Scenario::parse(SMALL).unwrap();
    let subject = synthetic_data::subject(7, PersonType::Personal);
    let institution = institutions::find("341").unwrap();
    let sources = [Source { institution, link_id: "l".into(), consent_ids: vec!["c".into()] }];
    let seeded = Scope::new(7, "2026-03-20T15:00:00Z".parse().unwrap(), &subject, &sources);
    let with = Scope { scenario: Some(&scenario), ..seeded };
    let product = Product::from("pf_checking_account");
    assert_eq!(
        synthetic_data::report(&seeded, &product, "r").unwrap(),
        synthetic_data::report(&with, &product, "r").unwrap()
    );
}

#[test]
fn every_ready_scenario_has_sound_reports() {
    for (name, _) in Scenario::all_ready() {
        let scenario = Scenario::ready(name).unwrap_or_else(|| panic!("{name} cannot be read"));
        assert!(scenario.description.is_some());
        let subject = scenario.subjects().next().unwrap();
        let (prefix, person) = match subject.cnpj() {
            Some(_) => ("pj", PersonType::Business),
            None => ("pf", PersonType::Personal),
        };
        for product in synthetic_data::contract(person) {
            report(&scenario, product.as_str(), 1);
        }
        let entries = report(&scenario, &format!("{prefix}_categorized_checking_l3"), 1).entries().count();
        assert!(entries > 5, "{name}: {entries} entries");
        let sources: Vec<_> = scenario
            .banks_of(subject.tax_id())
            .into_iter()
            .map(|bank| Source {
                institution: institutions::find(bank).unwrap(),
                link_id: "l".into(),
                consent_ids: vec!["c".into()],
            })
            .collect();
        let now = "2026-03-20T15:00:00Z".parse().unwrap();
        let scope = Scope { scenario: Some(&scenario), ..Scope::new(1, now, subject, &sources) };
        let ids: std::collections::BTreeSet<_> = truth(&scope).into_iter().map(|entry| entry.id).collect();
        assert_eq!(ids.len(), truth(&scope).len(), "{name}: ids are not unique");
        assert!(truth(&scope).iter().any(|entry| entry.kind == AccountKind::Checking));
    }
    assert_eq!(Scenario::ready("unknown"), None);
}

#[test]
fn a_mistake_is_one_sentence_with_its_place() {
    let person = "[[person]]\nseed = 1\n[[person.account]]\nkind = \"checking\"\n";
    let account = format!("{person}bank = \"341\"\n");
    let entry = "[[person.account.entry]]\ntext = \"A\"\ndirection = \"in\"\n";
    let recurring = "[[person.account.recurring]]\ntext = \"A\"\ndirection = \"in\"\namount = \"1\"\n";
    let cases = [
        (
            " \n".to_owned(),
            "line 1, column 1: the file is empty: write at least one [[person]] or [[company]]",
        ),
        (
            "messy = true\n".to_owned(),
            "line 1, column 1, messy: there is no customer: write at least one [[person]] or [[company]]",
        ),
        ("[[person]\n".to_owned(), "this is not TOML: "),
        ("{\"person\": []}".to_owned(), "this is not TOML: "),
        ("[[person]]\nnome = \"A\"\n".to_owned(), "line 2, column 1, person.nome: unknown field `nome`"),
        (
            "[[person]]\nseed = \"1\"\n".to_owned(),
            "line 2, column 8, person.seed: invalid type: string \"1\", expected u64",
        ),
        (
            "[[person]]\ncpf = \"52998224724\"\n".to_owned(),
            "line 2, column 7, person.cpf: not a CPF: its check digits do not fit",
        ),
        (
            "[[company]]\ncnpj = \"11222333000180\"\n".to_owned(),
            "line 2, column 8, company.cnpj: not a CNPJ: its check digits do not fit",
        ),
        (
            format!("{person}bank = \"777\"\n"),
            "line 5, column 8, person.account.bank: unknown institution \"777\": use one of 001, 033, 104, 237, 260, 323, 341, 999",
        ),
        (
            format!("{account}{entry}amount = \"1.000\"\nday = 2026-01-01\n"),
            "line 9, column 10, person.account.entry.amount: \"1.000\" is no amount: write reais and at most two decimals, \"120.50\"",
        ),
        (
            format!("{account}{entry}amount = \"0\"\nday = 2026-01-01\n"),
            "line 9, column 10, person.account.entry.amount: an amount is greater than zero: direction says whether it comes in or goes out",
        ),
        (
            format!("{account}{entry}amount = 1.5\nday = 2026-01-01\n"),
            "line 9, column 10, person.account.entry.amount: invalid type: floating point `1.5`, expected a string",
        ),
        (
            format!("{account}{entry}amount = \"1\"\nday = 1999-12-31\n"),
            "line 10, column 7, person.account.entry.day: 1999-12-31 is not between 2000-01-01 and 2099-12-31",
        ),
        (format!("{account}{entry}amount = \"1\"\nday = 2026-02-30\n"), "line 10, column"),
        (
            format!("{account}{recurring}"),
            "line 6, column 1, person.account.recurring: a recurring entry needs a period: every = \"day\", \"week\", \"two-weeks\", \"month\" or \"year\"",
        ),
        (
            format!("{account}{recurring}every = \"fortnight\"\n"),
            "line 10, column 9, person.account.recurring.every: unknown variant `fortnight`",
        ),
        (
            format!("{account}{recurring}every = \"month\"\nday = 32\n"),
            "line 11, column 7, person.account.recurring.day: 32 is not between 1 and 31",
        ),
        (
            format!("{account}{recurring}every = \"month\"\nfrom = 2026-03-01\nuntil = 2026-02-01\n"),
            "line 12, column 9, person.account.recurring.until: it ends on 2026-02-01, before it begins on 2026-03-01",
        ),
        (
            format!(
                "{account}number = \"7\"\n[[person.account]]\nkind = \"savings\"\nbank = \"341\"\nnumber = \"7\"\n"
            ),
            "line 10, column 10, person.account.number: two accounts at one bank have the same number: give each a number",
        ),
        (
            format!(
                "{person}bank = \"341\"\n[[event]]\nkind = \"out-of-service\"\nat = 2026-01-01T00:00:00Z\n"
            ),
            "line 8, column 6, event.at: out-of-service needs a bank",
        ),
        (
            format!("{person}bank = \"341\"\n[[event]]\nkind = \"consent-revoked\"\nat = 2026-01-01\n"),
            "line 8, column 6, event.at: 2026-01-01 is no instant: write 2026-04-01T12:00:00Z",
        ),
        (
            format!("{person}bank = \"341\"\n[[failure]]\nproduct = \"pf_lones\"\n"),
            "line 7, column 11, failure.product: unknown product \"pf_lones\": one is pf_loans",
        ),
        (
            "[[person]]\nseed = 1\n[[person]]\nseed = 1\n".to_owned(),
            "line 4, column 8, person.seed: two customers have the same tax id",
        ),
    ];
    for (toml, sentence) in cases {
        let told = Scenario::parse(&toml).unwrap_err().to_string();
        assert!(
            told.starts_with(sentence) || (sentence.ends_with(": ") && told.contains(sentence)),
            "{told}\n{sentence}"
        );
        assert!(told.starts_with("line ") && !told.contains('\n'), "{told}");
    }
}

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference").join(name)
}

/// Compares a file with what it is made from; `KLAVI_TEST_WRITE=1` writes it.
fn assert_file(path: &Path, content: &str) {
    if std::env::var_os("KLAVI_TEST_WRITE").is_some() {
        std::fs::write(path, content).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(found == content, "{} is out of date: run the test with KLAVI_TEST_WRITE=1", path.display());
}

#[test]
fn the_published_schema_and_page_are_those_of_the_types() {
    let schema = schemars::schema_for!(ScenarioFile).to_value();
    assert_file(&docs("scenario.schema.json"), &(serde_json::to_string_pretty(&schema).unwrap() + "\n"));

    let page = std::fs::read_to_string(docs("scenarios.md")).unwrap();
    let (before, _) = page.split_once("<!-- fields -->\n").unwrap();
    for block in before.split("```toml\n").skip(1) {
        Scenario::parse(block.split("```").next().unwrap()).unwrap();
    }
    let mut expected = format!("{before}<!-- fields -->\n");
    let definitions = schema["$defs"].as_object().unwrap();
    let tables = [("The file", &schema)].into_iter();
    for (name, definition) in tables.chain(definitions.iter().map(|(name, value)| (name.as_str(), value))) {
        expected += &table(name, definition);
    }
    expected += "\n## Ready scenarios\n\n| name | what it is |\n|---|---|\n";
    for (name, _) in Scenario::all_ready() {
        let description = Scenario::ready(name).unwrap().description.unwrap();
        expected += &format!("| `{name}` | {description} |\n");
    }
    assert_file(&docs("scenarios.md"), &expected);
}

/// A table of the fields, or of the words, of a definition.
fn table(name: &str, definition: &Value) -> String {
    let text = |value: &Value| value["description"].as_str().unwrap_or_default().replace('\n', " ");
    let mut table = format!("\n## {name}\n\n{}\n", text(definition));
    if let Some(fields) = definition["properties"].as_object() {
        table += "\n| field | needed | what it is |\n|---|---|---|\n";
        let required = definition["required"].as_array();
        for (field, schema) in fields {
            let is_needed = required.is_some_and(|required| required.iter().any(|name| name == field));
            let needed = if is_needed { "yes" } else { "" };
            table += &format!("| `{field}` | {needed} | {} |\n", text(schema));
        }
    }
    let words = definition["enum"].as_array().cloned().unwrap_or_default();
    let words: Vec<_> = words.iter().map(|word| format!("`{}`", word.as_str().unwrap())).collect();
    if !words.is_empty() {
        table += &format!("\nOne of {}.\n", words.join(", "));
    }
    if let Some(variants) = definition["oneOf"].as_array() {
        table += "\n| word | meaning |\n|---|---|\n";
        for variant in variants {
            table +=
                &format!("| `{}` | {} |\n", variant["const"].as_str().unwrap_or_default(), text(variant));
        }
    }
    table
}
