//! The credit contracts of a report, in the view of the crate [`statements`](::statements).

use ::statements::credit::{
    Balloon, ContractIdentity, ContractSnapshot, ContractTerms, CreditKind, CreditReport, Frequency,
};
use ::statements::{Bank, Source};
use provider_wire::{Date, Decoded, Integer, List, Text};

use super::accounts::as_of;
use super::statements::{consents, text};
use super::{AnyReport, CreditContract, CreditOperations, Head, InstalmentPeriodicity, Loan, Outcome};
use crate::InstitutionCode;

impl AnyReport {
    /// What the report says of credit, whichever of the five products it is of. `None` for any other.
    pub fn credit_operations(&self) -> Option<&CreditOperations> {
        match self {
            Self::CreditOperations(report) => report.content.credit_operations.as_ref(),
            _ => None,
        }
    }

    /// The contracts of a credit report. `None` for a report of another product, and for one that says nothing of credit.
    /// [`Contracts`](::statements::credit::Contracts) puts the contracts of all reports together.
    ///
    /// A complete report (code 200) decides about each kind of credit of which it has a list, be it empty. Use
    /// [`credit_report_of`] where contracts that could not be read may be missing in the report.
    pub fn credit_report(&self) -> Option<CreditReport> {
        let operations = self.credit_operations()?;
        let head = self.head();
        let consents = consents(head);
        let bank = bank(head, operations, consents.as_deref());
        let mut report = CreditReport::new(Source::new("klavi", consents.as_deref()), as_of(head));
        if head.outcome() == Outcome::Complete {
            report.complete = listed(operations);
        }
        let loans = operations.loans.iter().map(|loan| of_loan(loan, &bank));
        let others = [
            (CreditKind::Financing, &operations.financings),
            (CreditKind::InvoiceFinancing, &operations.invoice_financings),
            (CreditKind::UnarrangedOverdraft, &operations.unarranged_accounts_overdraft),
        ];
        let others = others.into_iter().flat_map(|(kind, contracts)| {
            let bank = &bank;
            contracts.iter().map(move |contract| of_contract(kind, contract, bank))
        });
        report.contracts = loans.chain(others).collect();
        Some(report)
    }
}

/// The [contracts](AnyReport::credit_report) of a decoded report. Where a contract or a list of contracts was malformed and
/// skipped, it is complete about nothing.
///
/// ```
/// use klavi_types::reports::{credit_report_of, decode_report};
/// use klavi_types::statements::credit::Contracts;
///
/// let body = br#"{"productName": "pf_loans", "creditOperations": {"loans": [
///     {"contractNumber": "1", "contractOutstandingBalance": "1000.04", "pastDueInstalments": 2}]}}"#;
/// let mut contracts = Contracts::new();
/// contracts.add(&credit_report_of(&decode_report(body)?).unwrap());
/// let summary = contracts.summary(jiff::civil::date(2026, 1, 10));
/// assert_eq!(summary.totals[0].overdue_instalments, Some(2));
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
pub fn credit_report_of(report: &Decoded<AnyReport>) -> Option<CreditReport> {
    const LISTS: [&str; 5] =
        ["creditOperations", "loans", "financing", "invoiceFinancing", "unarrangedAccount"];
    let mut credit = report.value.credit_report()?;
    let skipped = report.malformed.iter().any(|malformed| {
        let path = malformed.path.to_string();
        let last = path.rsplit('.').next().unwrap_or_default();
        LISTS.iter().any(|list| last.starts_with(list))
    });
    if skipped {
        credit.complete.clear();
    }
    Some(credit)
}

fn listed(operations: &CreditOperations) -> std::collections::BTreeSet<CreditKind> {
    let lists = [
        (CreditKind::Loan, operations.loans.is_present()),
        (CreditKind::Financing, operations.financings.is_present()),
        (CreditKind::InvoiceFinancing, operations.invoice_financings.is_present()),
        (CreditKind::UnarrangedOverdraft, operations.unarranged_accounts_overdraft.is_present()),
    ];
    lists.into_iter().filter(|(_, present)| *present).map(|(kind, _)| kind).collect()
}

/// Contracts name no bank: it is that of the accounts listed beside them, where they agree, or the one of the head.
fn bank<'a>(head: &'a Head, operations: &'a CreditOperations, consent: Option<&'a str>) -> Bank<'a> {
    fn only<'a>(texts: impl Iterator<Item = &'a Option<Text>>) -> Option<&'a str> {
        let mut texts = texts.filter_map(text).filter(|text| !text.trim().is_empty());
        let first = texts.next()?;
        texts.all(|text| text == first).then_some(first)
    }
    let accounts = || operations.accounts.iter().map(|account| &account.head);
    let mut links = head.links.iter();
    let link = links.next().filter(|_| links.next().is_none());
    let institution = || link.and_then(|link| link.institution_code.as_ref()).map(InstitutionCode::as_str);
    Bank {
        cnpj: only(accounts().map(|account| &account.company_cnpj)),
        compe: only(accounts().map(|account| &account.compe_code)).or_else(institution),
        name: only(accounts().map(|account| &account.brand_name)),
        consent,
    }
}

fn of_loan(loan: &Loan, bank: &Bank<'_>) -> ContractSnapshot {
    let mut read = of_contract(CreditKind::Loan, &loan.contract, bank);
    read.terms.next_instalment = loan.next_instalment_amount;
    read.terms.remaining = loan.total_remaining_amount;
    read
}

fn of_contract(kind: CreditKind, contract: &CreditContract, bank: &Bank<'_>) -> ContractSnapshot {
    let [ipoc, number, id] =
        [&contract.ipoc_code, &contract.contract_number, &contract.contract_id].map(|part| text(part));
    ContractSnapshot::new(ContractIdentity::new(kind, bank, ipoc, number, id), terms(contract))
}

fn terms(contract: &CreditContract) -> ContractTerms {
    let day = |date: Option<Date>| date.map(Date::civil);
    // A negative count says nothing.
    let count =
        |number: &Option<Integer>| number.as_ref().and_then(|number| u64::try_from(number.get()).ok());
    let instalments = &contract.instalments;
    let mut terms = ContractTerms::default();
    terms.product = contract.product_sub_type.as_ref().map(|word| word.as_str().into());
    terms.product_name = contract.product_name.clone();
    terms.number = contract.contract_number.clone();
    terms.ipoc = contract.ipoc_code.clone();
    terms.currency = contract.currency.clone();
    terms.signed_on = day(contract.contract_date);
    terms.settled_on = day(contract.settlement_date);
    let disbursed: &List<Date> = &contract.disbursement_dates;
    terms.disbursed_on =
        disbursed.iter().copied().chain(contract.disbursement_date).map(Date::civil).collect();
    terms.borrowed = contract.contract_amount;
    terms.outstanding = contract.payments.contract_outstanding_balance;
    terms.first_due = day(contract.first_instalment_due_date);
    terms.final_due = day(contract.due_date);
    terms.frequency = contract.instalment_periodicity.as_ref().and_then(frequency);
    terms.balloons = instalments
        .balloon_payments
        .iter()
        .filter_map(|payment| {
            let money = payment.amount.as_ref();
            let currency = money.and_then(|money| money.currency.as_ref()).or(payment.currency.as_ref());
            let same =
                currency.is_none() || contract.currency.is_none() || currency == contract.currency.as_ref();
            Some(Balloon::new(
                payment.due_date?.civil(),
                money.and_then(|money| money.amount).filter(|_| same),
            ))
        })
        .collect();
    terms.paid_instalments = count(&instalments.paid_instalments);
    terms.due_instalments = count(&instalments.due_instalments);
    terms.overdue_instalments = count(&instalments.past_due_instalments);
    terms.cet_yearly = contract.cet_yearly_rate.or(contract.cet);
    terms.cet_monthly = contract.cet_monthly_rate;
    terms
}

/// `QUINZENAL` is every two weeks or every fifteen days, so nothing is counted from it.
fn frequency(periodicity: &InstalmentPeriodicity) -> Option<Frequency> {
    match periodicity {
        InstalmentPeriodicity::Semanal => Some(Frequency::Weekly),
        InstalmentPeriodicity::Mensal => Some(Frequency::Monthly),
        InstalmentPeriodicity::Bimestral => Some(Frequency::EveryTwoMonths),
        InstalmentPeriodicity::Trimestral => Some(Frequency::Quarterly),
        InstalmentPeriodicity::Semestral => Some(Frequency::HalfYearly),
        InstalmentPeriodicity::Anual => Some(Frequency::Yearly),
        InstalmentPeriodicity::Quinzenal
        | InstalmentPeriodicity::SemPeriodicidadeRegular
        | InstalmentPeriodicity::Outros
        | InstalmentPeriodicity::Unknown(_) => None,
    }
}
