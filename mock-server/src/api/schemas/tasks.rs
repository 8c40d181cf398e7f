use utoipa::ToSchema;

/// How far a collection has got.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct Task {
    /// 200, or why it failed.
    code: i64,
    message: String,
    status: TaskStatus,
    /// With `needMFA` alone.
    #[schema(nullable = false)]
    mfa_info: Option<MfaInfo>,
}

/// Of a collection.
#[derive(ToSchema)]
pub(crate) enum TaskStatus {
    #[schema(rename = "success")]
    Success,
    #[schema(rename = "fail")]
    Fail,
    #[schema(rename = "needMFA")]
    NeedMfa,
    #[schema(rename = "pending")]
    Pending,
}

/// What the user is asked for.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct MfaInfo {
    mfa_id: i64,
    mfa_type: MfaType,
    /// Of `contact`: where the code was sent to.
    #[schema(nullable = false)]
    contact: Option<String>,
    /// Of `questions`.
    #[schema(nullable = false)]
    questions: Option<Vec<MfaQuestion>>,
    /// Of `multichoice`.
    #[schema(nullable = false)]
    multichoices: Option<Vec<MfaOption>>,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
enum MfaType {
    Basic,
    Contact,
    Questions,
    Multichoice,
}

#[derive(ToSchema)]
struct MfaQuestion {
    id: String,
    question: String,
    options: Vec<MfaOption>,
}

#[derive(ToSchema)]
struct MfaOption {
    label: String,
    value: String,
}

/// What the user says to a second factor. Which field an institution asks for is not documented: here `code`, and
/// `switchVerificationType` where there are ways to choose from.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", examples(json!({"mfaId": 22, "code": "123456"})))]
pub(crate) struct SubmitMfa {
    #[schema(minimum = 0, maximum = 2147483647)]
    mfa_id: i64,
    code: Option<String>,
    password: Option<String>,
    birthday: Option<String>,
    username: Option<String>,
    switch_verification_type: Option<String>,
}

/// The event of the newest batch, as a push would send it.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct AnalysisEvent {
    partner_app_id: String,
    event_id: String,
    #[schema(examples("Analysis"))]
    event_type: String,
    #[schema(examples("analysis_finished"))]
    event_name: String,
    #[schema(format = DateTime)]
    event_time: String,
    payload: AnalysisPayload,
}

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct AnalysisPayload {
    batch_id: String,
    /// Where its result can be fetched for a day.
    #[schema(format = Uri)]
    presigned_url: String,
}

/// The result of a batch. What it holds is not documented: here nothing.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct AnalysisResult {
    batch_id: String,
    results: Vec<serde_json::Value>,
}
