//! The banks of the mock: the codes of Klavi's examples, marked as imitations, one of them as in its trial, and one
//! that is always out of service; and those of Open Data, where the user logs in.

use crate::{seeded, tax_id};

/// A bank or another institution.
#[derive(Debug, PartialEq, Eq)]
pub struct Institution {
    /// Klavi's `institutionCode`.
    pub code: &'static str,
    /// Brand name, marked as an imitation.
    pub name: &'static str,
    /// Name at the central bank, marked as an imitation.
    pub legal_name: &'static str,
    /// Whether it never answers.
    pub out_of_service: bool,
    /// Whether Klavi lists it as on trial.
    pub beta: bool,
}

/// The banks of Open Finance.
pub const INSTITUTIONS: &[Institution] = &[
    bank("001", "Banco do Brasil (mock)", "BANCO DO BRASIL S.A. (MOCK)"),
    bank("033", "Santander (mock)", "BANCO SANTANDER (BRASIL) S.A. (MOCK)"),
    bank("104", "CAIXA (mock)", "CAIXA ECONÔMICA FEDERAL (MOCK)"),
    bank("237", "Bradesco (mock)", "BANCO BRADESCO S.A. (MOCK)"),
    bank("260", "Nubank (mock)", "NU PAGAMENTOS S.A. (MOCK)"),
    Institution { beta: true, ..bank("323", "Mercado Pago (mock)", "MERCADO PAGO IP LTDA. (MOCK)") },
    bank("341", "Itaú (mock)", "ITAÚ UNIBANCO S.A. (MOCK)"),
    Institution {
        out_of_service: true,
        ..bank("999", "Banco Fora do Ar (mock)", "BANCO FORA DO AR S.A. (MOCK)")
    },
];

/// The institutions of docs.klavi.ai/connect/institution-credentials-format, as far as that list is known.
pub const OPEN_DATA: &[Institution] = &[
    bank("3001", "Uber Motorista (mock)", "UBER DO BRASIL (MOCK)"),
    bank("3002", "99 Motorista (mock)", "99 TECNOLOGIA (MOCK)"),
    bank("3003", "iFood (mock)", "IFOOD (MOCK)"),
    bank("3004", "Rappi (mock)", "RAPPI BRASIL (MOCK)"),
    bank("5001", "FGTS (mock)", "FUNDO DE GARANTIA DO TEMPO DE SERVIÇO (MOCK)"),
    bank("5002", "INSS (mock)", "INSTITUTO NACIONAL DO SEGURO SOCIAL (MOCK)"),
    bank("140", "Nu Invest (mock)", "NU INVEST CORRETORA DE VALORES (MOCK)"),
    bank("102", "XP Investimentos (mock)", "XP INVESTIMENTOS (MOCK)"),
    bank("208", "BTG Investimentos (mock)", "BANCO BTG PACTUAL (MOCK)"),
    bank("4001", "B3 (mock)", "B3 S.A. (MOCK)"),
];

const fn bank(code: &'static str, name: &'static str, legal_name: &'static str) -> Institution {
    Institution { code, name, legal_name, out_of_service: false, beta: false }
}

/// The institution of that code, of Open Finance or of Open Data.
pub fn find(code: &str) -> Option<&'static Institution> {
    INSTITUTIONS.iter().chain(OPEN_DATA).find(|institution| institution.code == code)
}

impl Institution {
    /// Whether its data are collected with the user's login.
    pub fn is_open_data(&self) -> bool {
        OPEN_DATA.iter().any(|institution| institution.code == self.code)
    }

    /// Its CNPJ: synthetic, the same in every mock.
    pub fn cnpj(&self) -> String {
        let base = seeded::digits(&mut seeded::rng(0, &["cnpj", self.code]), 8);
        tax_id::cnpj(&format!("{base}0001"))
    }

    /// Its id in the directory: synthetic, the same in every mock.
    pub fn organization_id(&self) -> String {
        let hex = seeded::hex(0, &["organization", self.code], 32);
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }
}
