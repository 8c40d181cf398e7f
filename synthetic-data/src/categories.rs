//! The categories that KaaS gives to an entry, told by its text, else by its kind: the words that the mock's own
//! reports have for the same entries. Klavi's rules and most of its words are not public.

/// Three levels.
pub type Categories = [&'static str; 3];

const SENT: Categories = ["Transferências", "Transferência enviada", "Pix"];
const RECEIVED: Categories = ["Transferências", "Transferência recebida", "Pix"];
const OTHERS: Categories = ["Outros", "Outros", "Outros"];

/// By a part of the text; the first that is there counts.
const BY_TEXT: &[(&str, Categories)] = &[
    ("SALARIO", ["Renda", "Renda ativa", "Salário"]),
    ("ALUGUEL", ["Moradia", "Habitação", "Aluguel"]),
    ("ENERGIA", ["Moradia", "Contas da casa", "Energia"]),
    ("SANEAMENTO", ["Moradia", "Contas da casa", "Água"]),
    ("INTERNET", ["Moradia", "Contas da casa", "Internet"]),
    ("MERCADO", ["Alimentação", "Compras", "Supermercado"]),
    ("RESTAURANTE", ["Alimentação", "Fora de casa", "Restaurante"]),
    ("ENTREGA", ["Alimentação", "Fora de casa", "Entrega de comida"]),
    ("CORRIDA", ["Transporte", "Mobilidade", "Aplicativo"]),
    ("POSTO", ["Transporte", "Veículo", "Combustível"]),
    ("FARMACIA", ["Saúde", "Medicamentos", "Farmácia"]),
    ("ACADEMIA", ["Saúde", "Bem-estar", "Academia"]),
    ("STREAMING", ["Lazer", "Assinaturas", "Streaming"]),
    ("MUSICA", ["Lazer", "Assinaturas", "Música"]),
    ("MODA", ["Compras", "Vestuário", "Roupas"]),
    ("LOJA", ["Compras", "Eletrônicos", "Aparelhos"]),
    ("SOFTWARE", ["Despesas", "Serviços", "Software"]),
    ("ANUNCIOS", ["Despesas", "Marketing", "Anúncios"]),
    ("PAPELARIA", ["Despesas", "Escritório", "Material"]),
    ("ANUIDADE", ["Tarifas", "Cartão", "Anuidade"]),
    ("TARIFA", ["Tarifas", "Banco", "Pacote de serviços"]),
    ("FATURA", ["Cartão de crédito", "Fatura", "Pagamento de fatura"]),
    ("PARCELA", ["Crédito", "Empréstimos", "Parcela"]),
    ("RENDIMENTO", ["Renda", "Renda passiva", "Rendimentos"]),
    ("APLICACAO", ["Investimentos", "Aplicação", "Poupança"]),
    ("RESGATE", ["Investimentos", "Resgate", "Poupança"]),
    ("SAQUE", ["Saques", "Dinheiro", "Caixa eletrônico"]),
    ("DEPOSITO", ["Depósitos", "Dinheiro", "Caixa eletrônico"]),
    ("RECEBIDO", RECEIVED),
    ("ENVIADO", SENT),
];

/// By the word for its kind, in the words of Open Finance.
const BY_KIND: &[(&str, Categories)] = &[
    ("FOLHA_PAGAMENTO", ["Renda", "Renda ativa", "Salário"]),
    ("PORTABILIDADE_SALARIO", ["Renda", "Renda ativa", "Salário"]),
    ("SAQUE", ["Saques", "Dinheiro", "Caixa eletrônico"]),
    ("DEPOSITO", ["Depósitos", "Dinheiro", "Caixa eletrônico"]),
    ("PACOTE_TARIFA_SERVICOS", ["Tarifas", "Banco", "Pacote de serviços"]),
    ("TARIFA_SERVICOS_AVULSOS", ["Tarifas", "Banco", "Pacote de serviços"]),
    ("TARIFA", ["Tarifas", "Cartão", "Anuidade"]),
    ("PAGAMENTO_FATURA", ["Cartão de crédito", "Fatura", "Pagamento de fatura"]),
    ("RENDIMENTO_APLIC_FINANCEIRA", ["Renda", "Renda passiva", "Rendimentos"]),
    ("RESGATE_APLIC_FINANCEIRA", ["Investimentos", "Resgate", "Poupança"]),
    ("OPERACAO_CREDITO", ["Crédito", "Empréstimos", "Parcela"]),
];

/// Kinds that are transfers, whichever way.
const TRANSFERS: &[&str] = &["PIX", "TED", "DOC", "TRANSFERENCIA_MESMA_INSTITUICAO"];

/// The categories of an entry; `is_credit` where the money comes in.
pub fn of(text: &str, kind: &str, is_credit: bool) -> Categories {
    let text = folded(text);
    let by_text = BY_TEXT.iter().find(|(part, _)| text.contains(part));
    let by_kind = || BY_KIND.iter().find(|(word, _)| *word == kind);
    match by_text.or_else(by_kind) {
        Some((_, categories)) => *categories,
        None if TRANSFERS.contains(&kind) => {
            if is_credit {
                RECEIVED
            } else {
                SENT
            }
        }
        None => OTHERS,
    }
}

/// In capitals and without the accents of Portuguese.
fn folded(text: &str) -> String {
    let plain = text.chars().flat_map(char::to_uppercase).map(|letter| match letter {
        'Á' | 'À' | 'Â' | 'Ã' => 'A',
        'É' | 'Ê' => 'E',
        'Í' => 'I',
        'Ó' | 'Ô' | 'Õ' => 'O',
        'Ú' | 'Ü' => 'U',
        'Ç' => 'C',
        other => other,
    });
    plain.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_comes_before_the_kind_and_the_kind_before_nothing() {
        for (text, kind, is_credit, third) in [
            ("Farmácia do bairro", "PIX", false, "Farmácia"),
            ("TRANSF 123", "PIX", true, "Pix"),
            ("", "FOLHA_PAGAMENTO", true, "Salário"),
            ("??", "OUTROS", false, "Outros"),
            ("", "", false, "Outros"),
        ] {
            assert_eq!(of(text, kind, is_credit)[2], third, "{text}");
        }
        assert_eq!(of("X", "TED", true)[1], "Transferência recebida");
        assert_eq!(of("X", "TED", false)[1], "Transferência enviada");
    }
}
