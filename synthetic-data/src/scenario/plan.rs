//! What a scenario plans for a customer, month by month. Must not know the file.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use klavi_types::reports::EntryType;

use super::file::{EntryKind, Period};
use crate::Subject;
use crate::contract::CreditKind;
use crate::day;
use crate::draft::{Draft, Kind};
use crate::institutions::Institution;
use crate::money::Centavos;
use crate::seeded;

/// A person or a company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HolderPlan {
    pub(crate) subject: Subject,
    pub(crate) name: Option<String>,
    pub(crate) income: Centavos,
    pub(crate) accounts: Vec<AccountPlan>,
}

/// An account or a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccountPlan {
    pub(crate) bank: &'static Institution,
    pub(crate) of_kind: OfKind,
    pub(crate) branch: Option<String>,
    pub(crate) is_branch_missing: bool,
    pub(crate) number: Option<String>,
    pub(crate) opened: Date,
    pub(crate) closed: Option<Date>,
    pub(crate) opening: Centavos,
    pub(crate) recurring: Vec<RecurringPlan>,
    pub(crate) single: Vec<EntryPlan>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OfKind {
    Checking { credit: Vec<CreditKind> },
    Savings,
    Card { limit: Option<Centavos>, bills_paid: bool },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RecurringPlan {
    pub(crate) text: String,
    pub(crate) amount: Centavos,
    pub(crate) kind: EntryKind,
    pub(crate) every: Period,
    /// Day of the month.
    pub(crate) day: i8,
    pub(crate) from: Option<Date>,
    pub(crate) until: Option<Date>,
    pub(crate) varies: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EntryPlan {
    pub(crate) day: Date,
    pub(crate) text: String,
    pub(crate) amount: Centavos,
    pub(crate) kind: EntryKind,
}

impl AccountPlan {
    /// The entries from one day to another, both included, in order of time.
    pub(crate) fn entries(&self, from: Date, to: Date) -> Vec<(Draft, EntryKind)> {
        let last = self.closed.map_or(to, |closed| closed.saturating_sub(1.day()).min(to));
        let from = from.max(self.opened);
        let mut all: Vec<(Draft, EntryKind)> = Vec::new();
        for (number, recurring) in self.recurring.iter().enumerate() {
            for day in recurring.days(self.opened, from, last) {
                let words = [self.bank.code, &recurring.text, &number.to_string(), &day.to_string()];
                let mut rng = seeded::rng(0, &words);
                let at = day::minutes_into(day, rng.i64(9 * 60..20 * 60));
                let amount = recurring.amount.around(&mut rng, recurring.varies);
                all.push((
                    Draft::new(at, amount, &recurring.text, &recurring.kind.draft_kind()),
                    recurring.kind,
                ));
            }
        }
        for (number, entry) in self.single.iter().enumerate() {
            if from <= entry.day && entry.day <= last {
                let words = [self.bank.code, &entry.text, "single", &number.to_string()];
                let at = day::minutes_into(entry.day, seeded::rng(0, &words).i64(9 * 60..20 * 60));
                all.push((Draft::new(at, entry.amount, &entry.text, &entry.kind.draft_kind()), entry.kind));
            }
        }
        all.sort_by_key(|(draft, _)| draft.at);
        all
    }

    /// Whether a bank still shows it: for twelve months after it was closed. Source: Open Finance Brasil.
    pub(crate) fn is_shown(&self, now: Timestamp) -> bool {
        self.closed.is_none_or(|closed| day::of(now) <= closed.saturating_add(12.months()))
    }
}

impl RecurringPlan {
    fn days(&self, opened: Date, from: Date, to: Date) -> Vec<Date> {
        let begin = self.from.unwrap_or(opened);
        let (from, to) = (from.max(begin), self.until.map_or(to, |until| until.min(to)));
        let in_month =
            |first: Date| first.with().day(self.day.min(first.days_in_month())).build().unwrap_or(first);
        let mut days = Vec::new();
        match self.every {
            Period::Day | Period::Week | Period::TwoWeeks => {
                let step = match self.every {
                    Period::Day => 1,
                    Period::Week => 7,
                    _ => 14,
                };
                let behind = (day::number(from) - day::number(begin)).max(0);
                let mut day = begin.saturating_add(((behind + step - 1) / step * step).days());
                while day <= to {
                    days.push(day);
                    day = day.saturating_add(step.days());
                }
            }
            Period::Month | Period::Year => {
                let mut first = from.first_of_month();
                while first <= to {
                    let day = in_month(first);
                    let is_its_month = self.every == Period::Month || first.month() == begin.month();
                    if is_its_month && from <= day && day <= to {
                        days.push(day);
                    }
                    first = first.saturating_add(1.month());
                }
            }
        }
        days
    }
}

impl EntryKind {
    /// Type in the words of Open Finance, means of payment and categories.
    pub(crate) fn draft_kind(self) -> Kind {
        use EntryType as Type;
        let (entry_type, settlement, categories) = match self {
            Self::Pix => (Type::Pix, "PIX", ["Transferências", "Pix", "Pix"]),
            Self::Ted => (Type::Ted, "TED", ["Transferências", "TED", "TED"]),
            Self::Boleto => (Type::Boleto, "BOLETO", ["Despesas", "Contas", "Boleto"]),
            Self::CardPurchase => (Type::Cartao, "CARTAO", ["Compras", "Compras", "Cartão"]),
            Self::Salary => (Type::FolhaPagamento, "FOLHA_PAGAMENTO", ["Renda", "Renda ativa", "Salário"]),
            Self::Sales => (Type::Pix, "PIX", ["Receitas", "Receita operacional", "Vendas"]),
            Self::Rent => (Type::Pix, "PIX", ["Moradia", "Habitação", "Aluguel"]),
            Self::Utilities => {
                (Type::ConvenioArrecadacao, "BOLETO", ["Moradia", "Contas da casa", "Energia"])
            }
            Self::Groceries => (Type::Cartao, "CARTAO", ["Alimentação", "Compras", "Supermercado"]),
            Self::Restaurant => (Type::Cartao, "CARTAO", ["Alimentação", "Fora de casa", "Restaurante"]),
            Self::Transport => (Type::Pix, "PIX", ["Transporte", "Mobilidade", "Aplicativo"]),
            Self::Health => (Type::Cartao, "CARTAO", ["Saúde", "Medicamentos", "Farmácia"]),
            Self::Leisure => (Type::Cartao, "CARTAO", ["Lazer", "Assinaturas", "Streaming"]),
            Self::Shopping => (Type::Cartao, "CARTAO", ["Compras", "Vestuário", "Roupas"]),
            Self::Supplier => (Type::Boleto, "BOLETO", ["Despesas", "Fornecedores", "Mercadorias"]),
            Self::Wages => (Type::FolhaPagamento, "FOLHA_PAGAMENTO", ["Despesas", "Pessoal", "Salários"]),
            Self::Taxes => {
                (Type::ConvenioArrecadacao, "BOLETO", ["Impostos", "Federais", "Simples Nacional"])
            }
            Self::Fee => (Type::PacoteTarifaServicos, "TARIFA", ["Tarifas", "Banco", "Pacote de serviços"]),
            Self::Interest => (
                Type::EncargosJurosChequeEspecial,
                "TARIFA",
                ["Tarifas", "Banco", "Juros do cheque especial"],
            ),
            Self::Withdrawal => (Type::Saque, "SAQUE", ["Saques", "Dinheiro", "Caixa eletrônico"]),
            Self::Deposit => (Type::Deposito, "DEPOSITO", ["Depósitos", "Dinheiro", "Caixa eletrônico"]),
            Self::Betting => (Type::Pix, "PIX", ["Lazer", "Jogos", "Apostas"]),
        };
        Kind(entry_type, settlement, categories)
    }

    /// Merchant category code of a card purchase.
    pub(crate) fn merchant_category(self) -> i64 {
        match self {
            Self::Groceries => 5411,
            Self::Restaurant => 5812,
            Self::Transport => 4121,
            Self::Health => 5912,
            Self::Leisure => 4899,
            Self::Shopping => 5651,
            Self::Betting => 7995,
            _ => 5999,
        }
    }
}
