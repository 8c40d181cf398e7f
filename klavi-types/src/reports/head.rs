use provider_wire::{DateTime, Flag, Json, List, Map, Text, record};

use super::{Outcome, ReportCode};
use crate::{AccountId, ConsentId, InstitutionCode, LinkId, Product, ProductReportId, RequestId};

/// The members at the head of every report. Source: docs.klavi.ai/connect/common-format.
#[record(rename_all = "camelCase")]
pub struct Head {
    /// Status of the report; see [`outcome`](Self::outcome).
    pub code: Option<ReportCode>,
    /// Text to the code, `OK`.
    pub message: Option<Text>,
    /// The request it answers.
    pub request_id: Option<RequestId>,
    /// The product; chooses the content.
    pub product_name: Option<Product>,
    /// `V1` (tax ids as digits) or `V1.1` (tax ids encoded); open text.
    pub product_version: Option<Text>,
    /// Unique: the key that makes handling idempotent.
    pub product_report_id: Option<ProductReportId>,
    /// When it was made: UTC by its description, without a zone in the examples.
    pub product_report_time: Option<DateTime>,
    /// CPF digits (V1) or their encoded text (V1.1), so never checked as a CPF.
    pub enquiry_cpf: Option<Text>,
    /// Never seen; companies' reports carry `enquiryCpf` too.
    pub enquiry_cnpj: Option<Text>,
    /// The links and consents that were used.
    pub links: List<LinkUsed>,
    /// What the partner gave with the link or the request.
    pub external_info: Option<Json>,
}

/// A link whose consents were used.
#[record(rename_all = "camelCase")]
pub struct LinkUsed {
    /// Id of the link; other forms than a UUID occur.
    pub link_id: Option<LinkId>,
    /// The bank.
    #[wire(or = "institutionId")]
    pub institution_code: Option<InstitutionCode>,
    /// Its consents.
    pub consents: List<ConsentUsed>,
}

/// A consent that was used.
#[record(rename_all = "camelCase")]
pub struct ConsentUsed {
    /// Id of the consent.
    pub consent_id: Option<ConsentId>,
    /// What was granted, by permission group (`ACCOUNTS_ALL`, …; an open set).
    pub permissions: Option<Map<PermissionUsed>>,
}

/// Whether a permission group was granted, and for which accounts.
#[record(rename_all = "camelCase")]
pub struct PermissionUsed {
    /// Granted or not. A boolean here, an array in a consent; one page spells it with one `s`.
    #[wire(or = "permisionGranted")]
    pub permissions_granted: Option<Flag>,
    /// Ids of accounts; `accountId`, still an array, in credit and investment reports.
    #[wire(or = "accountId")]
    pub account_ids: List<AccountId>,
}

impl Head {
    /// How much of the report there is.
    pub fn outcome(&self) -> Outcome {
        self.code.into()
    }

    /// The first link's id.
    pub fn link_id(&self) -> Option<&LinkId> {
        self.links.first().and_then(|link| link.link_id.as_ref())
    }

    /// The first link's bank.
    pub fn institution_code(&self) -> Option<&InstitutionCode> {
        self.links.first().and_then(|link| link.institution_code.as_ref())
    }

    /// The first link's first consent.
    pub fn consent_id(&self) -> Option<&ConsentId> {
        self.links.first()?.consents.first()?.consent_id.as_ref()
    }
}
