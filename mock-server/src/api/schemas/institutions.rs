use utoipa::ToSchema;

/// An institution that the user of a link can choose.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct Institution {
    #[schema(min_length = 1, examples("341"))]
    institution_code: String,
    name: String,
    /// Picture.
    #[schema(format = Uri)]
    avatar: String,
    is_beta: bool,
    /// Out of service at present.
    is_outage: bool,
    /// 1 Open Finance; another one, Open Data (inferred).
    institution_type: u8,
    business_type: String,
    available_resources: Vec<String>,
    parent_organization_name: String,
    parent_organization_id: String,
    organization_name: String,
    /// Empty for Open Data.
    organization_id: String,
}

/// How far the user of a link has got at an institution.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct InstitutionStatus {
    institution_code: String,
    name: String,
    /// A consent's status for Open Finance, a task's for Open Data.
    #[schema(min_length = 1, examples("AUTHORISED"))]
    status: String,
}
