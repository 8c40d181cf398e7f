use klavi_types::reports::EntryType;

use super::counterparty::Counterparty;
use super::customer::Customer;
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
const STREAMING: Kind = Kind(EntryType::Cartao, "CARTAO", ["Lazer", "Assinaturas", "Streaming"]);
const SENT: Kind = Kind(EntryType::Pix, "PIX", ["Transferências", "Transferência enviada", "Pix"]);
const RECEIVED: Kind = Kind(EntryType::Pix, "PIX", ["Transferências", "Transferência recebida", "Pix"]);
const CASH: Kind = Kind(EntryType::Saque, "SAQUE", ["Saques", "Dinheiro", "Caixa eletrônico"]);
const FEE: Kind = Kind(EntryType::PacoteTarifaServicos, "TARIFA", ["Tarifas", "Banco", "Pacote de serviços"]);

/// Friends with whom a person exchanges money.
const FRIENDS: [&str; 4] = ["AMIGO A", "AMIGO B", "AMIGO C", "AMIGO D"];

/// About thirty entries: a salary, what a household pays, what people send one another.
pub(crate) fn fill(month: &mut Month, customer: &Customer) {
    let income = customer.income;
    let share = |percent: i64| Centavos(-income.0 * percent / 100);
    let company = |role: &str| Some(Counterparty::company(customer, role));

    month.add(5, income, "SALARIO EMPRESA SINTETICA LTDA", &SALARY).party = company("employer");
    month.add(10, share(25), "PIX ALUGUEL IMOBILIARIA SINTETICA", &RENT).party = company("landlord");
    bills(month, customer, share);
    for day in month.days_every(7) {
        let amount = month.around(share(5), 40);
        month.add(day, amount, "SUPERMERCADO SINTETICO", &GROCERIES);
    }
    for day in month.days_every(6) {
        let amount = month.around(Centavos(-5_500), 60);
        month.add(day, amount, "RESTAURANTE SINTETICO", &RESTAURANT);
    }
    for day in month.days_every(5) {
        let amount = month.around(Centavos(-2_400), 50);
        month.add(day, amount, "PIX APP CORRIDA SINTETICA", &RIDES).party = company("rides");
    }
    for day in month.days_every(14) {
        let amount = month.around(Centavos(-18_000), 30);
        month.add(day, amount, "POSTO SINTETICO", &FUEL);
    }
    for _ in 0..2 {
        transfer(month, customer, -1);
        transfer(month, customer, 1);
    }
    let (day, amount) = (month.any_day(), month.around(Centavos(-9_000), 70));
    month.add(day, amount, "FARMACIA SINTETICA", &PHARMACY);
    let day = month.any_day();
    month.add(day, Centavos(-20_000), "SAQUE CAIXA ELETRONICO", &CASH);
}

fn bills(month: &mut Month, customer: &Customer, share: impl Fn(i64) -> Centavos) {
    month.add(1, Centavos(-3_990), "TARIFA PACOTE DE SERVICOS", &FEE);
    month.add(8, Centavos(-4_490), "STREAMING SINTETICO", &STREAMING);
    let amount = month.around(share(3), 25);
    month.add(12, amount, "ENERGIA SINTETICA S.A.", &POWER);
    let amount = month.around(share(1), 20);
    month.add(15, amount, "SANEAMENTO SINTETICO S.A.", &WATER);
    month.add(18, Centavos(-11_990), "INTERNET SINTETICA", &INTERNET).party =
        Some(Counterparty::company(customer, "internet"));
}

fn transfer(month: &mut Month, customer: &Customer, sign: i64) {
    let friend = FRIENDS[month.below(FRIENDS.len())];
    let (day, amount) = (month.any_day(), month.around(Centavos(sign * 15_000), 80));
    let (word, kind) = if sign < 0 { ("ENVIADO", SENT) } else { ("RECEBIDO", RECEIVED) };
    month.add(day, amount, &format!("PIX {word} {friend} SINTETICO"), &kind).party =
        Some(Counterparty::person(customer, friend));
}
