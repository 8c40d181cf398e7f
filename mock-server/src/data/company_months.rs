use klavi_types::reports::EntryType;

use super::counterparty::Counterparty;
use super::customer::Customer;
use super::draft::{Kind, Month};
use super::money::Centavos;

const SALES: Kind = Kind(EntryType::Pix, "PIX", ["Receitas", "Receita operacional", "Vendas"]);
const CARD_SALES: Kind = Kind(EntryType::Ted, "TED", ["Receitas", "Receita operacional", "Vendas no cartão"]);
const SUPPLIES: Kind = Kind(EntryType::Boleto, "BOLETO", ["Despesas", "Fornecedores", "Mercadorias"]);
const WAGES: Kind = Kind(EntryType::FolhaPagamento, "FOLHA_PAGAMENTO", ["Despesas", "Pessoal", "Salários"]);
const TAXES: Kind =
    Kind(EntryType::ConvenioArrecadacao, "BOLETO", ["Impostos", "Federais", "Simples Nacional"]);
const RENT: Kind = Kind(EntryType::Pix, "PIX", ["Despesas", "Ocupação", "Aluguel"]);
const POWER: Kind = Kind(EntryType::ConvenioArrecadacao, "BOLETO", ["Despesas", "Ocupação", "Energia"]);
const PHONE: Kind = Kind(EntryType::Boleto, "BOLETO", ["Despesas", "Ocupação", "Telefonia"]);
const FEE: Kind = Kind(EntryType::PacoteTarifaServicos, "TARIFA", ["Tarifas", "Banco", "Pacote de serviços"]);

const CUSTOMERS: [&str; 6] = ["CLIENTE A", "CLIENTE B", "CLIENTE C", "CLIENTE D", "CLIENTE E", "CLIENTE F"];

/// About thirty entries: sales, suppliers, wages, taxes.
pub(crate) fn fill(month: &mut Month, customer: &Customer) {
    let share = |percent: i64| Centavos(customer.income.0 * percent / 100);
    let company = |role: &str| Some(Counterparty::company(customer, role));

    for day in month.days_every(3) {
        let buyer = CUSTOMERS[month.below(CUSTOMERS.len())];
        let amount = month.around(share(6), 60);
        month.add(day, amount, &format!("PIX RECEBIDO {buyer} SINTETICO"), &SALES).party =
            Some(Counterparty::person(customer, buyer));
    }
    for day in month.days_every(7) {
        let amount = month.around(share(10), 30);
        month.add(day, amount, "TED ADQUIRENTE SINTETICA", &CARD_SALES).party = company("acquirer");
    }
    for day in month.days_every(6) {
        let amount = month.around(-share(8), 40);
        month.add(day, amount, "FORNECEDOR SINTETICO LTDA", &SUPPLIES).party = company("supplier");
    }
    for employee in ["FUNCIONARIO A", "FUNCIONARIO B"] {
        month.add(5, -share(8), &format!("FOLHA {employee} SINTETICO"), &WAGES).party =
            Some(Counterparty::person(customer, employee));
    }
    month.add(1, Centavos(-8_990), "TARIFA PACOTE DE SERVICOS PJ", &FEE);
    month.add(10, -share(10), "PIX ALUGUEL IMOBILIARIA SINTETICA", &RENT).party = company("landlord");
    let amount = month.around(-share(2), 25);
    month.add(12, amount, "ENERGIA SINTETICA S.A.", &POWER);
    month.add(18, Centavos(-19_990), "TELEFONIA SINTETICA", &PHONE).party = company("phone");
    let amount = month.around(-share(6), 10);
    month.add(20, amount, "DAS SIMPLES NACIONAL", &TAXES);
}
