//! From the text of a scenario to its plan: every mistake is one sentence with its place.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use klavi_types::{PersonType, Product};
use toml::Spanned;
use toml::value::Datetime;

use super::file::{
    Account, AccountKind, Credit, Direction, EntryKind, Event, EventKind, Failure as FailureTable, File,
    Holder, MessyChoice, Period, Recurring, WithSpan,
};
use super::plan::{AccountPlan, EntryPlan, HolderPlan, OfKind, RecurringPlan};
use super::{Failure, Scenario, ScenarioError, ScenarioEvent};
use crate::contract::CreditKind;
use crate::institutions::{self, INSTITUTIONS, Institution};
use crate::money::Centavos;
use crate::{Messy, Subject, subject, tax_id};

/// Days of a scenario.
const FIRST: Date = date(2000, 1, 1);
const LAST: Date = date(2099, 12, 31);
const OPENED: Date = date(2024, 1, 1);

/// A mistake, and where it is.
struct Mistake(Range<usize>, String);

type Checked<T> = Result<T, Mistake>;

pub(super) fn scenario(text: &str) -> Result<Scenario, ScenarioError> {
    let located = |Mistake(span, problem)| error(text, span, problem);
    if text.trim().is_empty() {
        return Err(located(Mistake(
            0..0,
            "the file is empty: write at least one [[person]] or [[company]]".into(),
        )));
    }
    let from_toml = |not_toml: bool| {
        move |error: toml::de::Error| {
            let problem = error.message().replace('\n', " ");
            let problem = if not_toml { format!("this is not TOML: {problem}") } else { problem };
            Mistake(error.span().unwrap_or(0..0), problem)
        }
    };
    toml::from_str::<toml::Table>(text).map_err(from_toml(true)).map_err(located)?;
    let file: File = toml::from_str(text).map_err(from_toml(false)).map_err(located)?;
    checked(file).map_err(located)
}

/// Line, column and field of a place.
fn error(text: &str, span: Range<usize>, problem: String) -> ScenarioError {
    let start = span.start.min(text.len());
    let before = text.get(..start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[line_start..].lines().next().unwrap_or_default();
    let header = text[..line_start].lines().rev().map(str::trim).find(|line| line.starts_with('['));
    let name = |header: &str| {
        header.split('#').next().unwrap_or_default().trim().trim_matches(['[', ']']).to_owned()
    };
    let key = line.split_once('=').map(|(key, _)| key.trim()).filter(|key| !key.is_empty());
    let field = if line.trim_start().starts_with('[') {
        Some(name(line.trim()))
    } else {
        key.map(|key| header.map_or_else(|| key.to_owned(), |header| format!("{}.{key}", name(header))))
    };
    ScenarioError {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        field,
        problem,
    }
}

fn checked(file: File) -> Checked<Scenario> {
    let mut scenario = Scenario {
        description: file.description,
        messy: match file.messy {
            MessyChoice::Switch(on) => Messy::all_if(on),
            MessyChoice::Kinds(kinds) => kinds.into_iter().fold(Messy::NONE, Messy::with),
        },
        ..Scenario::default()
    };
    let persons = file.person.into_iter().map(|holder| (holder, PersonType::Personal));
    let companies = file.company.into_iter().map(|holder| (holder, PersonType::Business));
    for (table, person) in persons.chain(companies) {
        let (holder, span) = holder(table, person)?;
        if scenario.holder(holder.subject.tax_id()).is_some() {
            return Err(Mistake(span, "two customers have the same tax id".into()));
        }
        scenario.holders.push(Arc::new(holder));
    }
    if scenario.holders.is_empty() {
        return Err(Mistake(
            0..0,
            "there is no customer: write at least one [[person]] or [[company]]".into(),
        ));
    }
    scenario.events = file.event.iter().map(event).collect::<Checked<_>>()?;
    scenario.failures = file.failure.into_iter().map(failure).collect::<Checked<_>>()?;
    Ok(scenario)
}

fn holder(table: Holder, person: PersonType) -> Checked<(HolderPlan, Range<usize>)> {
    let spans = [
        table.cpf.as_ref().map(Spanned::span),
        table.cnpj.as_ref().map(Spanned::span),
        table.seed.as_ref().map(Spanned::span),
    ];
    let span = spans.into_iter().flatten().next().unwrap_or(0..0);
    let valid = |given: Option<Spanned<String>>, is: fn(&str) -> bool, what: &str| {
        given.map(|given| {
            let digits: String = given.get_ref().chars().filter(char::is_ascii_alphanumeric).collect();
            if is(&digits) {
                Ok(digits)
            } else {
                Err(wrong(&given, format!("not a {what}: its check digits do not fit")))
            }
        })
    };
    if let (PersonType::Personal, Some(cnpj)) = (person, &table.cnpj) {
        return Err(wrong(cnpj, "a person has no CNPJ: write [[company]]"));
    }
    let cpf = valid(table.cpf, tax_id::is_cpf, "CPF").transpose()?;
    let cnpj = valid(table.cnpj, tax_id::is_cnpj, "CNPJ").transpose()?;
    let seeded = table.seed.map(|seed| subject(*seed.get_ref(), person));
    let made = |id: fn(&Subject) -> Option<&str>| seeded.as_ref().and_then(id).map(str::to_owned);
    let cpf = cpf.or_else(|| made(Subject::cpf));
    let cnpj = cnpj.or_else(|| made(Subject::cnpj));
    let subject = match (person, cpf, cnpj) {
        (PersonType::Personal, Some(cpf), _) => Subject::Person { cpf },
        (PersonType::Business, cpf, Some(cnpj)) => Subject::Company { cnpj, cpf },
        (PersonType::Personal, ..) => return Err(Mistake(span, "a person needs a cpf or a seed".into())),
        (PersonType::Business, ..) => return Err(Mistake(span, "a company needs a cnpj or a seed".into())),
    };
    let mut accounts: Vec<AccountPlan> = Vec::new();
    let mut numbers = BTreeSet::new();
    for WithSpan(table) in table.account {
        let span = table.get_ref().number.as_ref().map_or_else(|| table.get_ref().bank.span(), Spanned::span);
        let plan = account(table.into_inner())?;
        let kind = std::mem::discriminant(&plan.of_kind);
        let same = |other: &&AccountPlan| {
            other.bank.code == plan.bank.code && std::mem::discriminant(&other.of_kind) == kind
        };
        let is_twin = accounts.iter().filter(same).any(|other| other.number == plan.number);
        let is_numbered_twice =
            plan.number.as_ref().is_some_and(|number| !numbers.insert((plan.bank.code, number.clone())));
        if is_twin || is_numbered_twice {
            return Err(Mistake(
                span,
                "two accounts at one bank have the same number: give each a number".into(),
            ));
        }
        accounts.push(plan);
    }
    let recurring = accounts.iter().flat_map(|account| &account.recurring);
    let monthly = recurring.filter(|one| one.amount.0 > 0 && one.every == Period::Month);
    let usual = monthly.map(|one| one.amount).sum();
    let income = table.income.as_ref().map(amount).transpose()?.unwrap_or(usual);
    Ok((HolderPlan { subject, name: table.name, income, accounts }, span))
}

fn account(table: Account) -> Checked<AccountPlan> {
    let bank = bank(&table.bank)?;
    let of_kind = match table.kind {
        AccountKind::Checking => OfKind::Checking {
            credit: table
                .credit
                .iter()
                .map(|credit| match credit {
                    Credit::Loan => CreditKind::Loan,
                    Credit::Financing => CreditKind::Financing,
                    Credit::InvoiceFinancing => CreditKind::InvoiceFinancing,
                    Credit::Overdraft => CreditKind::Overdraft,
                })
                .collect(),
        },
        AccountKind::Savings => OfKind::Savings,
        AccountKind::Card => OfKind::Card {
            limit: table.limit.as_ref().map(amount).transpose()?,
            bills_paid: table.bills_paid.unwrap_or(true),
        },
    };
    if let Some(number) = &table.number {
        let digits = number.get_ref();
        if digits.is_empty() || digits.len() > 20 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong(number, "a number has 1 to 20 digits and no check digit"));
        }
    }
    let is_card = table.kind == AccountKind::Card;
    Ok(AccountPlan {
        bank,
        of_kind,
        branch: table.branch,
        is_branch_missing: table.branch_missing,
        number: table.number.map(Spanned::into_inner),
        opened: table.opened.as_ref().map(day).transpose()?.unwrap_or(OPENED),
        closed: table.closed.as_ref().map(day).transpose()?,
        opening: table.opening_balance.as_ref().map(signed_amount).transpose()?.unwrap_or_default(),
        recurring: table.recurring.into_iter().map(|one| recurring(one, is_card)).collect::<Checked<_>>()?,
        single: table
            .entry
            .into_iter()
            .map(|entry| {
                let plain = amount(&entry.amount)?;
                Ok(EntryPlan {
                    day: day(&entry.day)?,
                    text: entry.text,
                    amount: signed(plain, entry.direction),
                    kind: kind(entry.kind, is_card),
                })
            })
            .collect::<Checked<_>>()?,
    })
}

fn recurring(WithSpan(table): WithSpan<Recurring>, is_card: bool) -> Checked<RecurringPlan> {
    let span = table.span();
    let table = table.into_inner();
    let Some(every) = table.every else {
        let problem = "a recurring entry needs a period: every = \"day\", \"week\", \"two-weeks\", \"month\" or \"year\"";
        return Err(Mistake(span, problem.into()));
    };
    let within = |given: &Spanned<i64>, range: std::ops::RangeInclusive<i64>| {
        if range.contains(given.get_ref()) {
            return Ok(*given.get_ref());
        }
        Err(wrong(given, format!("{} is not between {} and {}", given.get_ref(), range.start(), range.end())))
    };
    let month_day = table.day.as_ref().map(|given| within(given, 1..=31)).transpose()?;
    if let (Some(given), Period::Day | Period::Week | Period::TwoWeeks) = (&table.day, every) {
        return Err(wrong(
            given,
            "a day of the month needs every = \"month\" or \"year\"; use from for the first day",
        ));
    }
    let plain = amount(&table.amount)?;
    let (from, until) =
        (table.from.as_ref().map(day).transpose()?, table.until.as_ref().map(day).transpose()?);
    if let (Some(first), Some(last), Some(given)) = (from, until, &table.until)
        && last < first
    {
        return Err(wrong(given, format!("it ends on {last}, before it begins on {first}")));
    }
    Ok(RecurringPlan {
        text: table.text,
        amount: signed(plain, table.direction),
        kind: kind(table.kind, is_card),
        every,
        day: i8::try_from(month_day.unwrap_or(1)).unwrap_or(1),
        from,
        until,
        varies: table.varies.as_ref().map(|given| within(given, 0..=90)).transpose()?.unwrap_or(0),
    })
}

/// What is on a card without a kind is a purchase.
fn kind(kind: EntryKind, is_card: bool) -> EntryKind {
    if is_card && kind == EntryKind::Pix { EntryKind::CardPurchase } else { kind }
}

fn event(table: &Event) -> Checked<ScenarioEvent> {
    let at = instant(&table.at)?;
    let code = table.bank.as_ref().map(bank).transpose()?.map(|bank| bank.code.to_owned());
    let until = table.until.as_ref().map(instant).transpose()?;
    match table.kind {
        EventKind::OutOfService => {
            let bank = code.ok_or_else(|| wrong(&table.at, "out-of-service needs a bank"))?;
            Ok(ScenarioEvent::OutOfService { bank, from: at, until })
        }
        EventKind::ConsentRevoked => match &table.until {
            Some(given) => Err(wrong(given, "a revoked consent stays revoked: leave until out")),
            None => Ok(ScenarioEvent::ConsentRevoked { at, bank: code }),
        },
    }
}

fn failure(table: FailureTable) -> Checked<Failure> {
    match (table.product, table.bank, table.code) {
        (Some(product), None, code) => {
            if Product::from(product.get_ref().as_str()).name().is_none() {
                return Err(wrong(
                    &product,
                    format!("unknown product {:?}: one is pf_loans", product.get_ref()),
                ));
            }
            if let Some(given) = code.as_ref().filter(|code| !(300..=599).contains(code.get_ref())) {
                return Err(wrong(given, format!("{} is not between 300 and 599", given.get_ref())));
            }
            let code = code.map_or(500, Spanned::into_inner);
            Ok(Failure::Product { name: product.into_inner(), code: u16::try_from(code).unwrap_or(500) })
        }
        (None, Some(given), None) => Ok(Failure::Partial { bank: bank(&given)?.code.to_owned() }),
        (None, Some(_), Some(code)) => {
            Err(wrong(&code, "a bank answers in part with code 204: leave code out"))
        }
        (Some(product), Some(_), _) => {
            Err(wrong(&product, "a failure is about a product or a bank, not both"))
        }
        (None, None, code) => {
            let span = code.map_or(0..0, |code| code.span());
            Err(Mistake(span, "a failure needs a product or a bank".into()))
        }
    }
}

fn wrong<T>(at: &Spanned<T>, problem: impl Into<String>) -> Mistake {
    Mistake(at.span(), problem.into())
}

fn bank(given: &Spanned<String>) -> Checked<&'static Institution> {
    institutions::find(given.get_ref()).filter(|bank| !bank.is_open_data()).ok_or_else(|| {
        let codes: Vec<_> = INSTITUTIONS.iter().map(|bank| bank.code).collect();
        wrong(given, format!("unknown institution {:?}: use one of {}", given.get_ref(), codes.join(", ")))
    })
}

fn signed(amount: Centavos, direction: Direction) -> Centavos {
    if direction == Direction::In { amount } else { -amount }
}

/// An amount without a sign, greater than zero.
fn amount(given: &Spanned<String>) -> Checked<Centavos> {
    match signed_amount(given)? {
        amount if amount.0 > 0 => Ok(amount),
        _ => Err(wrong(
            given,
            "an amount is greater than zero: direction says whether it comes in or goes out",
        )),
    }
}

fn signed_amount(given: &Spanned<String>) -> Checked<Centavos> {
    let text = given.get_ref();
    let not =
        || wrong(given, format!("{text:?} is no amount: write reais and at most two decimals, \"120.50\""));
    let (sign, plain) = text.strip_prefix('-').map_or((1, text.as_str()), |plain| (-1, plain));
    let (reais, centavos) = plain.split_once('.').unwrap_or((plain, "00"));
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(reais) || !are_digits(centavos) || centavos.len() > 2 || reais.len() > 12 {
        return Err(not());
    }
    let number: i64 = format!("{reais}{centavos:0<2}").parse().map_err(|_| not())?;
    Ok(Centavos(sign * number))
}

fn day(given: &Spanned<Datetime>) -> Checked<Date> {
    let value = given.get_ref();
    let day =
        value.date.filter(|_| value.time.is_none()).and_then(|day| day.to_string().parse::<Date>().ok());
    let Some(day) = day else { return Err(wrong(given, format!("{value} is no day: write 2026-03-02"))) };
    if day < FIRST || day > LAST {
        return Err(wrong(given, format!("{day} is not between {FIRST} and {LAST}")));
    }
    Ok(day)
}

fn instant(given: &Spanned<Datetime>) -> Checked<Timestamp> {
    let text = given.get_ref().to_string();
    let at: Timestamp = text
        .parse()
        .map_err(|_| wrong(given, format!("{text} is no instant: write 2026-04-01T12:00:00Z")))?;
    let day = crate::day::of(at);
    if day < FIRST || day > LAST {
        return Err(wrong(given, format!("{day} is not between {FIRST} and {LAST}")));
    }
    Ok(at)
}
