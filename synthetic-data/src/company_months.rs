//! What a company receives and pays in a month.

use klavi_types::reports::EntryType;

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

/// About thirty entries: sales, suppliers, wages, taxes. Something is left over.
pub(crate) fn fill(month: &mut Month<'_>) {
    for day in month.days_every(3) {
        let buyer = CUSTOMERS[month.below(CUSTOMERS.len())];
        let amount = month.around(month.share(60), 60);
        month.add(day, amount, &format!("PIX RECEBIDO {buyer} SINTETICO"), &SALES).party =
            month.person(buyer);
    }
    for day in month.days_every(7) {
        let amount = month.around(month.share(100), 30);
        month.add(day, amount, "TED ADQUIRENTE SINTETICA", &CARD_SALES).party = month.company("acquirer");
    }
    for day in month.days_every(6) {
        let amount = month.around(month.share(-80), 40);
        month.add(day, amount, "FORNECEDOR SINTETICO LTDA", &SUPPLIES).party = month.company("supplier");
    }
    for employee in ["FUNCIONARIO A", "FUNCIONARIO B"] {
        month.add(5, month.share(-80), &format!("FOLHA {employee} SINTETICO"), &WAGES).party =
            month.person(employee);
    }
    month.add(1, Centavos(-8_990), "TARIFA PACOTE DE SERVICOS PJ", &FEE);
    month.add(10, month.share(-100), "PIX ALUGUEL IMOBILIARIA SINTETICA", &RENT).party =
        month.company("landlord");
    let amount = month.around(month.share(-20), 25);
    month.add(12, amount, "ENERGIA SINTETICA S.A.", &POWER);
    month.add(18, Centavos(-19_990), "TELEFONIA SINTETICA", &PHONE).party = month.company("phone");
    let amount = month.around(month.share(-60), 10);
    month.add(20, amount, "DAS SIMPLES NACIONAL", &TAXES);
}
