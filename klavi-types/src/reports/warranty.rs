use provider_wire::{Amount, Text, open_enum, record};

/// A guarantee of a credit contract.
#[record(rename_all = "camelCase")]
pub struct Warranty {
    /// Kind.
    pub warranty_type: Option<WarrantyType>,
    /// Which of that kind.
    pub warranty_sub_type: Option<WarrantySubType>,
    /// What it is worth, in its currency.
    pub warranty_amount: Option<Amount>,
    /// Currency, ISO 4217: `BRL`.
    pub currency: Option<Text>,
}

/// Kind of guarantee (Open Finance).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WarrantyType {
    /// Assignment of receivables.
    CessaoDireitosCreditorios,
    /// Security deposit.
    Caucao,
    /// Pledge.
    Penhor,
    /// Fiduciary lien.
    AlienacaoFiduciaria,
    /// Mortgage.
    Hipoteca,
    /// Guaranteed by the government.
    OperacoesGarantidasPeloGoverno,
    /// Another guarantee in things.
    OutrasGarantiasNaoFidejussorias,
    /// Insurance and the like.
    SegurosAssemelhados,
    /// Surety of a person.
    GarantiaFidejussoria,
    /// Leased goods.
    BensArrendados,
    /// International guarantee.
    GarantiasInternacionais,
    /// Guaranteed by another body.
    OperacoesGarantidasOutrasEntidades,
    /// Netting agreement.
    AcordosCompensacao,
    /// None; left Open Finance with version 2.
    SemTipoGarantia,
}

/// Guarantee within its kind (Open Finance).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WarrantySubType {
    /// Shares and debentures.
    AcoesDebentures,
    /// Agreements on netting and settlement.
    AcordosCompensacaoLiquidacaoObrigacoes,
    /// Fixed-income investments.
    AplicacoesFinanceirasRendaFixa,
    /// Variable-income investments.
    AplicacoesFinanceirasRendaVariavel,
    /// Export credit policies.
    ApolicesCreditoExportacao,
    /// Agreement on reciprocal credits.
    CcrConvenioCreditosReciprocos,
    /// Cheques.
    Cheques,
    /// Civil.
    Civil,
    /// Rights to rents.
    DireitosSobreAlugueis,
    /// Deposits, savings, gold, federal bonds.
    #[wire("DEPOSITOS_A_VISTA_A_PRAZO_POUPANCA_OURO_TITULOS_PUBLICOS_FEDERAIS_ART_36")]
    DepositosAVistaAPrazoPoupancaOuroTitulosPublicosFederaisArt36,
    /// Deposits of papers issued by certain bodies.
    #[wire("DEPOSITO_TITULOS_EMITIDOS_ENTIDADES_ART_23")]
    DepositoTitulosEmitidosEntidadesArt23,
    /// Trade bills.
    Duplicatas,
    /// Multilateral development bodies.
    #[wire("EMD_ENTIDADES_MULTILATERAIS_DESENVOLVIMENTO_ART_37")]
    EmdEntidadesMultilateraisDesenvolvimentoArt37,
    /// Equipment.
    Equipamentos,
    /// State or federal district.
    EstadualOuDistrital,
    /// Card bills.
    FaturaCartaoCredito,
    /// Federal government.
    Federal,
    /// Fund for the variation of wages.
    FcvsFundoCompensacaoVariacoesSalariais,
    /// Guarantee fund for investments.
    FgiFundoGarantidorInvestimentos,
    /// Guarantee fund for competitiveness.
    FgpcFundoGarantiaPromocaoCompetit,
    /// Severance fund.
    FgtsFundoGarantiaTempoServico,
    /// Fund that stands surety.
    FundoGarantidorAval,
    /// Guarantee of the competitiveness fund by law.
    #[wire("GARANTIA_PRESTADA_FGPC_LEI_9531_ART_37")]
    GarantiaPrestadaFgpcLei9531Art37,
    /// Guarantee of funds or other cover of credit risk.
    #[wire("GARANTIA_PRESTADA_FUNDOS_QUAISQUER_OUTROS_MECANISMOS_COBERTURA_RISCO_CREDITO_ART_37")]
    GarantiaPrestadaFundosQuaisquerOutrosMecanismosCoberturaRiscoCreditoArt37,
    /// Guarantee of the treasury or the Central Bank.
    #[wire(
        "GARANTIA_PRESTADA_TESOURO_NACIONAL_OU_BACEN_ART_37_BENS_DIREITOS_INTEGRANTES_PATRIMONIO_AFETACAO"
    )]
    GarantiaPrestadaTesouroNacionalOuBacenArt37BensDireitosIntegrantesPatrimonioAfetacao,
    /// Real estate.
    Imoveis,
    /// Dwellings.
    ImoveisResidenciais,
    /// Reduces the risk.
    Mitigadoras,
    /// Municipality.
    Municipal,
    /// Does not reduce the risk.
    NaoMitigadoras,
    /// Promissory notes and other claims.
    NotasPromissoriasOutrosDireitosCredito,
    /// Other ones.
    Outras,
    /// Others.
    Outros,
    /// Other goods.
    OutrosBens,
    /// Other ranks.
    OutrosGraus,
    /// Other real estate.
    OutrosImoveis,
    /// Other insurance and the like.
    OutrosSegurosAssemelhados,
    /// Natural person.
    PessoaFisica,
    /// Natural person abroad.
    PessoaFisicaExterior,
    /// Company.
    PessoaJuridica,
    /// Company abroad.
    PessoaJuridicaExterior,
    /// First rank, segregated assets.
    PrimeiroGrauBensDireitosIntegrantesPatrimonioAfetacao,
    /// First rank, dwellings.
    PrimeiroGrauImoveisResidenciais,
    /// First rank, others.
    PrimeiroGrauOutros,
    /// Programme that covers farming losses.
    Proagro,
    /// Farm products with a warrant.
    ProdutosAgropecuariosComWarrant,
    /// Farm products without a warrant.
    ProdutosAgropecuariosSemWarrant,
    /// Export credit insurer; in Open Finance with cedilla and tilde.
    #[wire(
        "SBCE_SOCIEDADE_BRASILEIRA_CREDITO_EXPORTAÇÃO",
        or = "SBCE_SOCIEDADE_BRASILEIRA_CREDITO_EXPORTACAO"
    )]
    SbceSociedadeBrasileiraCreditoExportacao,
    /// Rural insurance.
    SeguroRural,
    /// None.
    SemSubTipoGarantia,
    /// Taxes and budget revenue.
    TributosReceitasOrcamentarias,
    /// Vehicles.
    Veiculos,
    /// Motor vehicles.
    VeiculosAutomotores,
}
