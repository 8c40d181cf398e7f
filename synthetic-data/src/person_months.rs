//! What a person receives and pays in a month.

use klavi_types::reports::EntryType;

use super::draft::{Kind, Month};
use super::money::Centavos;

const SALARY: Kind = Kind(EntryType::FolhaPagamento, "FOLHA_PAGAMENTO", ["Renda", "Renda ativa", "Salário"]);
const RENT: Kind = Kind(EntryType::Pix, "PIX", ["Moradia", "Habitação", "Aluguel"]);
const POWER: Kind = Kind(EntryType::ConvenioArrecadacao, "BOLETO", ["Moradia", "Contas da casa", "Energia"]);
const WATER: Kind = Kind(EntryType::ConvenioArrecadacao, "BOLETO", ["Moradia", "Contas da casa", "Água"]);
const INTERNET: Kind = Kind(EntryType::Boleto, "BOLETO", ["Moradia", "Contas da casa", "Internet"]);
const GROCERIES: Kind = Kind(EntryType::Cartao, "CARTAO", ["Alimentação", "Compras", "Supermercado"]);
const RESTAURANT: Kind = Kind(EntryType::Cartao, "CARTAO", ["Alimentação", "Fora de casa", "Restaurante"]);
const FUEL: Kind = Kind(EntryType::Cartao, "CARTAO", ["Transporte", "Veículo", "Combustível"]);
const RIDES: Kind = Kind(EntryType::Pix, "PIX", ["Transporte", "Mobilidade", "Aplicativo"]);
const PHARMACY: Kind = Kind(EntryType::Cartao, "CARTAO", ["Saúde", "Medicamentos", "Farmácia"]);
const GYM: Kind = Kind(EntryType::Cartao, "CARTAO", ["Saúde", "Bem-estar", "Academia"]);
const SENT: Kind = Kind(EntryType::Pix, "PIX", ["Transferências", "Transferência enviada", "Pix"]);
const RECEIVED: Kind = Kind(EntryType::Pix, "PIX", ["Transferências", "Transferência recebida", "Pix"]);
const CASH: Kind = Kind(EntryType::Saque, "SAQUE", ["Saques", "Dinheiro", "Caixa eletrônico"]);
const FEE: Kind = Kind(EntryType::PacoteTarifaServicos, "TARIFA", ["Tarifas", "Banco", "Pacote de serviços"]);

/// Friends with whom a person exchanges money.
const FRIENDS: [&str; 4] = ["AMIGO A", "AMIGO B", "AMIGO C", "AMIGO D"];

/// About thirty entries: a salary, what a household pays, what people send one another. Something is left over.
pub(crate) fn fill(month: &mut Month<'_>) {
    let income = month.customer.income;
    month.add(5, income, "SALARIO EMPRESA SINTETICA LTDA", &SALARY).party = month.company("employer");
    month.add(10, month.share(-250), "PIX ALUGUEL IMOBILIARIA SINTETICA", &RENT).party =
        month.company("landlord");
    bills(month);
    for day in month.days_every(7) {
        let amount = month.around(month.share(-28), 40);
        month.add(day, amount, "SUPERMERCADO SINTETICO", &GROCERIES).brand = Some("Supermercado Sintético");
    }
    for day in month.days_every(6) {
        let amount = month.around(month.share(-9), 60);
        month.add(day, amount, "RESTAURANTE SINTETICO", &RESTAURANT).brand = Some("Restaurante Sintético");
    }
    for day in month.days_every(5) {
        let amount = month.around(month.share(-4), 50);
        month.add(day, amount, "PIX APP CORRIDA SINTETICA", &RIDES).party = month.company("rides");
    }
    for day in month.days_every(14) {
        let amount = month.around(month.share(-20), 30);
        month.add(day, amount, "POSTO SINTETICO", &FUEL).brand = Some("Posto Sintético");
    }
    for _ in 0..2 {
        transfer(month, -1);
        transfer(month, 1);
    }
    let (day, amount) = (month.any_day(), month.around(month.share(-15), 70));
    month.add(day, amount, "FARMACIA SINTETICA", &PHARMACY).brand = Some("Farmácia Sintética");
    let day = month.any_day();
    month.add(day, Centavos(-10_000), "SAQUE CAIXA ELETRONICO", &CASH);
}

fn bills(month: &mut Month<'_>) {
    month.add(1, Centavos(-3_990), "TARIFA PACOTE DE SERVICOS", &FEE);
    month.add(8, Centavos(-7_990), "ACADEMIA SINTETICA", &GYM).brand = Some("Academia Sintética");
    let amount = month.around(month.share(-30), 25);
    month.add(12, amount, "ENERGIA SINTETICA S.A.", &POWER);
    let amount = month.around(month.share(-10), 20);
    month.add(15, amount, "SANEAMENTO SINTETICO S.A.", &WATER);
    month.add(18, Centavos(-9_990), "INTERNET SINTETICA", &INTERNET).party = month.company("internet");
}

fn transfer(month: &mut Month<'_>, sign: i64) {
    let friend = FRIENDS[month.below(FRIENDS.len())];
    let (day, amount) = (month.any_day(), month.around(Centavos(sign * 15_000), 80));
    let (word, kind) = if sign < 0 { ("ENVIADO", SENT) } else { ("RECEBIDO", RECEIVED) };
    month.add(day, amount, &format!("PIX {word} {friend} SINTETICO"), &kind).party = month.person(friend);
}
