use provider_wire::{Amount, Text, open_enum, record};

record! {
    /// A guarantee of a credit contract.
    pub struct Warranty {
        /// Kind.
        pub warranty_type: Option<WarrantyType> => "warrantyType",
        /// Which of that kind.
        pub warranty_sub_type: Option<WarrantySubType> => "warrantySubType",
        /// What it is worth, in its currency.
        pub warranty_amount: Option<Amount> => "warrantyAmount",
        /// Currency, ISO 4217: `BRL`.
        pub currency: Option<Text> => "currency",
    }
}

open_enum! {
    /// Kind of guarantee (Open Finance).
    pub enum WarrantyType {
        /// Assignment of receivables.
        CessaoDireitosCreditorios => "CESSAO_DIREITOS_CREDITORIOS",
        /// Security deposit.
        Caucao => "CAUCAO",
        /// Pledge.
        Penhor => "PENHOR",
        /// Fiduciary lien.
        AlienacaoFiduciaria => "ALIENACAO_FIDUCIARIA",
        /// Mortgage.
        Hipoteca => "HIPOTECA",
        /// Guaranteed by the government.
        OperacoesGarantidasPeloGoverno => "OPERACOES_GARANTIDAS_PELO_GOVERNO",
        /// Another guarantee in things.
        OutrasGarantiasNaoFidejussorias => "OUTRAS_GARANTIAS_NAO_FIDEJUSSORIAS",
        /// Insurance and the like.
        SegurosAssemelhados => "SEGUROS_ASSEMELHADOS",
        /// Surety of a person.
        GarantiaFidejussoria => "GARANTIA_FIDEJUSSORIA",
        /// Leased goods.
        BensArrendados => "BENS_ARRENDADOS",
        /// International guarantee.
        GarantiasInternacionais => "GARANTIAS_INTERNACIONAIS",
        /// Guaranteed by another body.
        OperacoesGarantidasOutrasEntidades => "OPERACOES_GARANTIDAS_OUTRAS_ENTIDADES",
        /// Netting agreement.
        AcordosCompensacao => "ACORDOS_COMPENSACAO",
        /// None; left Open Finance with version 2.
        SemTipoGarantia => "SEM_TIPO_GARANTIA",
    }
}

open_enum! {
    /// Guarantee within its kind (Open Finance).
    pub enum WarrantySubType {
        /// Shares and debentures.
        AcoesDebentures => "ACOES_DEBENTURES",
        /// Agreements on netting and settlement.
        AcordosCompensacaoLiquidacaoObrigacoes => "ACORDOS_COMPENSACAO_LIQUIDACAO_OBRIGACOES",
        /// Fixed-income investments.
        AplicacoesFinanceirasRendaFixa => "APLICACOES_FINANCEIRAS_RENDA_FIXA",
        /// Variable-income investments.
        AplicacoesFinanceirasRendaVariavel => "APLICACOES_FINANCEIRAS_RENDA_VARIAVEL",
        /// Export credit policies.
        ApolicesCreditoExportacao => "APOLICES_CREDITO_EXPORTACAO",
        /// Agreement on reciprocal credits.
        CcrConvenioCreditosReciprocos => "CCR_CONVENIO_CREDITOS_RECIPROCOS",
        /// Cheques.
        Cheques => "CHEQUES",
        /// Civil.
        Civil => "CIVIL",
        /// Rights to rents.
        DireitosSobreAlugueis => "DIREITOS_SOBRE_ALUGUEIS",
        /// Deposits, savings, gold, federal bonds.
        DepositosAVistaAPrazoPoupancaOuroTitulosPublicosFederaisArt36
            => "DEPOSITOS_A_VISTA_A_PRAZO_POUPANCA_OURO_TITULOS_PUBLICOS_FEDERAIS_ART_36",
        /// Deposits of papers issued by certain bodies.
        DepositoTitulosEmitidosEntidadesArt23 => "DEPOSITO_TITULOS_EMITIDOS_ENTIDADES_ART_23",
        /// Trade bills.
        Duplicatas => "DUPLICATAS",
        /// Multilateral development bodies.
        EmdEntidadesMultilateraisDesenvolvimentoArt37 => "EMD_ENTIDADES_MULTILATERAIS_DESENVOLVIMENTO_ART_37",
        /// Equipment.
        Equipamentos => "EQUIPAMENTOS",
        /// State or federal district.
        EstadualOuDistrital => "ESTADUAL_OU_DISTRITAL",
        /// Card bills.
        FaturaCartaoCredito => "FATURA_CARTAO_CREDITO",
        /// Federal government.
        Federal => "FEDERAL",
        /// Fund for the variation of wages.
        FcvsFundoCompensacaoVariacoesSalariais => "FCVS_FUNDO_COMPENSACAO_VARIACOES_SALARIAIS",
        /// Guarantee fund for investments.
        FgiFundoGarantidorInvestimentos => "FGI_FUNDO_GARANTIDOR_INVESTIMENTOS",
        /// Guarantee fund for competitiveness.
        FgpcFundoGarantiaPromocaoCompetit => "FGPC_FUNDO_GARANTIA_PROMOCAO_COMPETIT",
        /// Severance fund.
        FgtsFundoGarantiaTempoServico => "FGTS_FUNDO_GARANTIA_TEMPO_SERVICO",
        /// Fund that stands surety.
        FundoGarantidorAval => "FUNDO_GARANTIDOR_AVAL",
        /// Guarantee of the competitiveness fund by law.
        GarantiaPrestadaFgpcLei9531Art37 => "GARANTIA_PRESTADA_FGPC_LEI_9531_ART_37",
        /// Guarantee of funds or other cover of credit risk.
        GarantiaPrestadaFundosQuaisquerOutrosMecanismosCoberturaRiscoCreditoArt37
            => "GARANTIA_PRESTADA_FUNDOS_QUAISQUER_OUTROS_MECANISMOS_COBERTURA_RISCO_CREDITO_ART_37",
        /// Guarantee of the treasury or the Central Bank.
        GarantiaPrestadaTesouroNacionalOuBacenArt37BensDireitosIntegrantesPatrimonioAfetacao
            => "GARANTIA_PRESTADA_TESOURO_NACIONAL_OU_BACEN_ART_37_BENS_DIREITOS_INTEGRANTES_PATRIMONIO_AFETACAO",
        /// Real estate.
        Imoveis => "IMOVEIS",
        /// Dwellings.
        ImoveisResidenciais => "IMOVEIS_RESIDENCIAIS",
        /// Reduces the risk.
        Mitigadoras => "MITIGADORAS",
        /// Municipality.
        Municipal => "MUNICIPAL",
        /// Does not reduce the risk.
        NaoMitigadoras => "NAO_MITIGADORAS",
        /// Promissory notes and other claims.
        NotasPromissoriasOutrosDireitosCredito => "NOTAS_PROMISSORIAS_OUTROS_DIREITOS_CREDITO",
        /// Other ones.
        Outras => "OUTRAS",
        /// Others.
        Outros => "OUTROS",
        /// Other goods.
        OutrosBens => "OUTROS_BENS",
        /// Other ranks.
        OutrosGraus => "OUTROS_GRAUS",
        /// Other real estate.
        OutrosImoveis => "OUTROS_IMOVEIS",
        /// Other insurance and the like.
        OutrosSegurosAssemelhados => "OUTROS_SEGUROS_ASSEMELHADOS",
        /// Natural person.
        PessoaFisica => "PESSOA_FISICA",
        /// Natural person abroad.
        PessoaFisicaExterior => "PESSOA_FISICA_EXTERIOR",
        /// Company.
        PessoaJuridica => "PESSOA_JURIDICA",
        /// Company abroad.
        PessoaJuridicaExterior => "PESSOA_JURIDICA_EXTERIOR",
        /// First rank, segregated assets.
        PrimeiroGrauBensDireitosIntegrantesPatrimonioAfetacao
            => "PRIMEIRO_GRAU_BENS_DIREITOS_INTEGRANTES_PATRIMONIO_AFETACAO",
        /// First rank, dwellings.
        PrimeiroGrauImoveisResidenciais => "PRIMEIRO_GRAU_IMOVEIS_RESIDENCIAIS",
        /// First rank, others.
        PrimeiroGrauOutros => "PRIMEIRO_GRAU_OUTROS",
        /// Programme that covers farming losses.
        Proagro => "PROAGRO",
        /// Farm products with a warrant.
        ProdutosAgropecuariosComWarrant => "PRODUTOS_AGROPECUARIOS_COM_WARRANT",
        /// Farm products without a warrant.
        ProdutosAgropecuariosSemWarrant => "PRODUTOS_AGROPECUARIOS_SEM_WARRANT",
        /// Export credit insurer; in Open Finance with cedilla and tilde.
        SbceSociedadeBrasileiraCreditoExportacao => "SBCE_SOCIEDADE_BRASILEIRA_CREDITO_EXPORTAÇÃO"
            | "SBCE_SOCIEDADE_BRASILEIRA_CREDITO_EXPORTACAO",
        /// Rural insurance.
        SeguroRural => "SEGURO_RURAL",
        /// None.
        SemSubTipoGarantia => "SEM_SUB_TIPO_GARANTIA",
        /// Taxes and budget revenue.
        TributosReceitasOrcamentarias => "TRIBUTOS_RECEITAS_ORCAMENTARIAS",
        /// Vehicles.
        Veiculos => "VEICULOS",
        /// Motor vehicles.
        VeiculosAutomotores => "VEICULOS_AUTOMOTORES",
    }
}
