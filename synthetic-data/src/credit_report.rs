//! Credit contracts in the shape of Klavi's reports. Must not decide who owes what.

use jiff::civil::Date as Day;
use klavi_types::reports::{
    AmortizationScheduled, ContractChargeType, ContractRemainingType, ContractedFee, ContractedFinanceCharge,
    CreditContract, CreditOperations, CreditProductSubType, CreditProductType, FeeCharge, FeeChargeType,
    Head, InstalmentPeriodicity, InterestCalculation, InterestRate, InterestRateType, Loan,
    LoanSubTypeCategory, NumberOfInstalmentsType, ReferentialRateIndexerSubType, ReferentialRateIndexerType,
    Release, TaxPeriodicity, TaxType, Warranty, WarrantySubType, WarrantyType,
};
use klavi_types::{Date, DateTime, List};
use serde::{Serialize, Serializer};

use super::account::Account;
use super::contract::{Contract, CreditKind};
use super::customer::Kind;
use super::day;
use super::members::{Lazy, With};
use super::money::{Centavos, rate};
use super::scope::{Length, Scope};

/// A report on one kind of credit.
pub(crate) fn of_kind<'a>(
    scope: &'a Scope<'_>,
    head: Head,
    accounts: &'a [Account<'_>],
    kind: CreditKind,
) -> impl Serialize + 'a {
    let lists = with_list(scope, accounts, operations(accounts), kind, scope.length);
    With { object: head, name: "creditOperations", value: lists }
}

/// A report on all of them.
pub(crate) fn of_all<'a>(
    scope: &'a Scope<'_>,
    head: Head,
    accounts: &'a [Account<'_>],
) -> impl Serialize + 'a {
    let length = |part| scope.length.share(part, CreditKind::ALL.len());
    let [one, two, three, four] = CreditKind::ALL;
    let lists = with_list(scope, accounts, operations(accounts), one, length(0));
    let lists = with_list(scope, accounts, lists, two, length(1));
    let lists = with_list(scope, accounts, lists, three, length(2));
    let lists = with_list(scope, accounts, lists, four, length(3));
    With { object: head, name: "creditOperations", value: lists }
}

fn operations(accounts: &[Account<'_>]) -> CreditOperations {
    let mut operations = CreditOperations::default();
    operations.accounts = accounts.iter().map(|account| account.with_type(account.holder())).collect();
    operations
}

fn with_list<'a, O>(
    scope: &'a Scope<'_>,
    accounts: &'a [Account<'_>],
    object: O,
    kind: CreditKind,
    length: Length,
) -> With<O, impl Serialize + use<'a, O>> {
    let today = day::of(scope.now);
    let contracts = move || {
        let with = accounts.iter().enumerate().filter(move |(_, account)| account.has_credit(kind));
        with.flat_map(move |(part, account)| {
            contracts(account, kind, length.share(part, accounts.len()), today)
        })
    };
    let name = match kind {
        CreditKind::Loan => "loans",
        CreditKind::Financing => "financings",
        CreditKind::InvoiceFinancing => "invoiceFinancings",
        CreditKind::Overdraft => "unarrangedAccountsOverdraft",
    };
    With { object, name, value: Lazy(contracts) }
}

/// The contract that runs, or as many as have so many payments.
fn contracts<'a>(
    account: &'a Account<'a>,
    kind: CreditKind,
    length: Length,
    today: Day,
) -> impl Iterator<Item = Shown<'a>> {
    let [_, longest] = kind.terms();
    let payments_each = longest.unsigned_abs();
    let (count, payments) = match length {
        Length::ThreeMonths => (1, None),
        Length::Exactly(payments) => (payments.div_ceil(payments_each).max(1), Some(payments)),
    };
    (0..count).map(move |index| {
        let contract = match payments {
            None => Contract::running(account, kind, today.first_of_month()),
            Some(payments) => {
                let paid = (payments - index * payments_each).min(payments_each);
                Contract::with_paid(account, kind, index, paid.cast_signed(), today)
            }
        };
        Shown { contract, today }
    })
}

struct Shown<'a> {
    contract: Contract<'a>,
    today: Day,
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let contract = self.record();
        match self.contract.kind {
            CreditKind::Loan => self.loan(contract).serialize(serializer),
            _ => contract.serialize(serializer),
        }
    }
}

impl Shown<'_> {
    fn left(&self) -> i64 {
        self.contract.term - self.contract.paid(self.today)
    }

    fn loan(&self, contract: CreditContract) -> Loan {
        let left = self.left();
        let mut loan = Loan::default();
        loan.contract = contract;
        loan.product_sub_type_category = Some(match self.contract.account.customer.kind {
            Kind::Person { .. } => LoanSubTypeCategory::CreditoPessoalClean,
            Kind::Company { .. } => LoanSubTypeCategory::Outro,
        });
        if left > 0 {
            loan.next_instalment_amount = Some(self.contract.instalment.plain());
        }
        loan.last_updated_contract_outstanding_balance = Some(DateTime::from(day::begin(self.today)));
        loan.total_remaining_amount = Some((self.contract.instalment * left).plain());
        loan
    }

    fn record(&self) -> CreditContract {
        let Contract { term, kind, rate: monthly, .. } = self.contract;
        let (paid, left) = (self.contract.paid(self.today), self.left());
        let amount = self.contract.worth(term);
        let mut record = CreditContract::default();
        record.contract_id = Some(self.contract.digits("contract id", 32).into());
        let (product_type, sub_type, name) = product(&self.contract);
        record.product_type = Some(product_type);
        record.product_sub_type = Some(sub_type);
        record.product_name = Some(name.into());
        record.ipoc_code = Some(self.contract.digits("ipoc", 41).into());
        record.contract_number = Some(self.contract.digits("contract number", 13).into());
        record.contract_date = Some(Date::from(self.contract.signed()));
        if left == 0 {
            record.settlement_date = Some(Date::from(self.contract.due(term - 1)));
        }
        record.disbursement_dates = List::from(vec![Date::from(self.contract.signed())]);
        record.contract_amount = Some(amount.plain());
        record.currency = Some("BRL".into());
        record.due_date = Some(Date::from(self.contract.due(term - 1)));
        record.instalment_periodicity = Some(InstalmentPeriodicity::Mensal);
        record.first_instalment_due_date = Some(Date::from(self.contract.due(0)));
        record.cet_monthly_rate = Some(rate(monthly + 2_500));
        record.cet_yearly_rate = Some(rate(yearly(monthly + 2_500)));
        record.cet.clone_from(&record.cet_yearly_rate);
        record.amortization_scheduled = Some(AmortizationScheduled::Price);
        record.has_insurance_contracted = Some(false.into());
        record.interest_rates = List::from(vec![interest(monthly)]);
        record.contracted_fees = List::from(vec![fee()]);
        record.contracted_finance_charges = charges();
        record.warranties = warranty(kind, amount).into_iter().collect();

        record.instalments.type_number_of_instalments = Some(NumberOfInstalmentsType::Mes);
        record.instalments.total_number_of_instalments = Some(term.into());
        record.instalments.type_contract_remaining = Some(ContractRemainingType::Mes);
        record.instalments.contract_remaining_number = Some(left.into());
        record.instalments.paid_instalments = Some(paid.into());
        record.instalments.due_instalments = Some(left.into());
        record.instalments.past_due_instalments = Some(0.into());
        record.payments.contract_outstanding_balance = Some(self.contract.worth(left).plain());
        record.payments.releases = (0..paid).map(|number| self.release(number)).collect();
        record
    }

    fn release(&self, number: i64) -> Release {
        let mut release = Release::default();
        release.payment_id = Some(self.contract.digits(&format!("payment {number}"), 32).into());
        release.is_over_parcel_payment = Some(false.into());
        release.instalment_id = Some(self.contract.digits(&format!("instalment {number}"), 32).into());
        release.paid_date = Some(Date::from(self.contract.due(number)));
        release.currency = Some("BRL".into());
        release.paid_amount = Some(self.contract.instalment.plain());
        release
    }
}

fn product(contract: &Contract<'_>) -> (CreditProductType, CreditProductSubType, &'static str) {
    match (contract.kind, &contract.account.customer.kind) {
        (CreditKind::Loan, Kind::Person { .. }) => (
            CreditProductType::Emprestimos,
            CreditProductSubType::CreditoPessoalSemConsignacao,
            "Crédito Pessoal Sintético",
        ),
        (CreditKind::Loan, Kind::Company { .. }) => (
            CreditProductType::Emprestimos,
            CreditProductSubType::CapitalGiroPrazoVencimentoSuperior365Dias,
            "Capital de Giro Sintético",
        ),
        (CreditKind::Financing, _) => (
            CreditProductType::Financiamentos,
            CreditProductSubType::AquisicaoBensVeiculosAutomotores,
            "Financiamento de Veículo Sintético",
        ),
        (CreditKind::InvoiceFinancing, _) => (
            CreditProductType::DireitosCreditoriosDescontados,
            CreditProductSubType::DescontoDuplicatas,
            "Desconto de Duplicatas Sintético",
        ),
        (CreditKind::Overdraft, _) => (
            CreditProductType::AdiantamentoADepositantes,
            CreditProductSubType::AdiantamentoADepositantes,
            "Adiantamento Sintético",
        ),
    }
}

/// Twelve months of compound interest, in millionths.
fn yearly(monthly: i64) -> i64 {
    (0..12).fold(1_000_000, |factor, _| factor * (1_000_000 + monthly) / 1_000_000) - 1_000_000
}

fn interest(monthly: i64) -> InterestRate {
    let mut interest = InterestRate::default();
    interest.tax_type = Some(TaxType::Efetiva);
    interest.interest_rate_type = Some(InterestRateType::Composto);
    interest.tax_periodicity = Some(TaxPeriodicity::Am);
    interest.calculation = Some(InterestCalculation::Days30By360);
    interest.referential_rate_indexer_type = Some(ReferentialRateIndexerType::PreFixado);
    interest.referential_rate_indexer_sub_type = Some(ReferentialRateIndexerSubType::PreFixado);
    interest.pre_fixed_rate = Some(rate(monthly));
    interest
}

fn fee() -> ContractedFee {
    let mut fee = ContractedFee::default();
    fee.fee_name = Some("Cadastro".into());
    fee.fee_code = Some("CADASTRO".into());
    fee.fee_charge_type = Some(FeeChargeType::Unica);
    fee.fee_charge = Some(FeeCharge::Fixo);
    fee.fee_amount = Some(Centavos(5_000).plain());
    fee
}

fn charges() -> List<ContractedFinanceCharge> {
    [(ContractChargeType::MultaAtrasoPagamento, 20_000), (ContractChargeType::JurosMoraAtraso, 10_000)]
        .into_iter()
        .map(|(charge_type, millionths)| {
            let mut charge = ContractedFinanceCharge::default();
            charge.charge_type = Some(charge_type);
            charge.charge_rate = Some(rate(millionths));
            charge
        })
        .collect()
}

fn warranty(kind: CreditKind, amount: Centavos) -> Option<Warranty> {
    let (warranty_type, sub_type) = match kind {
        CreditKind::Financing => (WarrantyType::AlienacaoFiduciaria, WarrantySubType::VeiculosAutomotores),
        CreditKind::InvoiceFinancing => {
            (WarrantyType::CessaoDireitosCreditorios, WarrantySubType::Duplicatas)
        }
        CreditKind::Loan | CreditKind::Overdraft => return None,
    };
    let mut warranty = Warranty::default();
    warranty.warranty_type = Some(warranty_type);
    warranty.warranty_sub_type = Some(sub_type);
    warranty.warranty_amount = Some(amount.plain());
    warranty.currency = Some("BRL".into());
    Some(warranty)
}
