use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::ToSchema;

/// Entries of one account or card of one user.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", examples(json!({
    "uuid": "124eed4",
    "institutionCode": "208",
    "transactionSource": "checking",
    "transactionDetails": [{
        "transactionId": "1",
        "transactionName": "MERCADO",
        "transactionDate": "2022-02-09",
        "amount": 500,
        "creditDebitType": "DEBITO",
        "transactionType": "OUTROS",
    }],
})))]
pub(crate) struct CategorizationRequest {
    /// The partner's id of its user.
    #[schema(min_length = 1)]
    uuid: String,
    #[schema(min_length = 1)]
    institution_code: String,
    transaction_source: TransactionSource,
    #[schema(min_items = 1)]
    transaction_details: Vec<Entry>,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
enum TransactionSource {
    Checking,
    Creditcard,
}

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct Entry {
    #[schema(min_length = 1)]
    transaction_id: String,
    #[schema(min_length = 1)]
    transaction_name: String,
    #[schema(format = Date)]
    transaction_date: String,
    /// Written without an exponent, with 28 digits at most.
    amount: f64,
    credit_debit_type: CreditDebitType,
    transaction_type: Option<String>,
}

#[derive(ToSchema)]
enum CreditDebitType {
    #[schema(rename = "CREDITO")]
    Credito,
    #[schema(rename = "DEBITO")]
    Debito,
}

/// The entries as they came, each with its categories.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct Categorization {
    transaction_details: Vec<CategorizedEntry>,
}

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct CategorizedEntry {
    transaction_id: String,
    transaction_name: String,
    #[schema(format = Date)]
    transaction_date: String,
    amount: f64,
    credit_debit_type: CreditDebitType,
    #[schema(nullable = false)]
    transaction_type: Option<String>,
    category: String,
    subcategory: String,
    third_category: String,
}

/// A person's data in the form of Open Finance (`userdata.json`); what there is inside is agreed with Klavi. One of the
/// members is required, with one item at least.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", examples(json!({
    "personalCustomerIdentification": [{"civilName": "Cliente de Exemplo", "birthDate": "1989-03-23"}],
})))]
pub(crate) struct UserData {
    accounts: Option<Vec<BTreeMap<String, Value>>>,
    credit_cards_accounts: Option<Vec<BTreeMap<String, Value>>>,
    personal_customer_identification: Option<Vec<BTreeMap<String, Value>>>,
}

/// The same as a file. How its part is named is not documented: any name will do, there may be one part alone.
#[derive(ToSchema)]
#[schema(max_properties = 1)]
pub(crate) struct UserDataForm {
    file: UserData,
}
