use provider_wire::{Integer, Json, List, Text, open_enum, record};

use super::Resource;
use crate::InstitutionName;

/// An institution that links can be made to. Source: developers.belvo.com, institutions.
#[record]
pub struct Institution {
    /// Number of the institution.
    pub id: Option<Integer>,
    /// Name in the API, as a registration takes it.
    pub name: Option<InstitutionName>,
    /// Name for people.
    pub display_name: Option<Text>,
    /// What sort of institution it is.
    pub r#type: Option<InstitutionType>,
    /// Whether it answers at present.
    pub status: Option<InstitutionStatus>,
    /// How its users log in.
    pub integration_type: Option<IntegrationType>,
    /// ISO 3166 codes, `BR`.
    pub country_codes: List<Text>,
    /// What can be retrieved.
    pub resources: List<Resource>,
    /// Its website.
    pub website: Option<Text>,
    /// URL of its logo.
    pub logo: Option<Text>,
    /// URL of its small logo.
    pub icon_logo: Option<Text>,
    /// URL of its name as a picture.
    pub text_logo: Option<Text>,
    /// Colour, `#8A05BE`.
    pub primary_color: Option<Text>,
    /// What is special about it, such as a second factor at each login.
    pub features: List<InstitutionFeature>,
    /// What a registration has to ask the user for.
    pub form_fields: List<FormField>,
}

/// Something special about an institution.
#[record]
pub struct InstitutionFeature {
    /// Its name, `token_required`.
    pub name: Option<Text>,
    /// What it means, for people.
    pub description: Option<Text>,
}

/// One field of the form that a registration needs.
#[record]
pub struct FormField {
    /// The field of the registration: `username`, `password`, `username_type`, …
    pub name: Option<Text>,
    /// The type of input, `string`, `select`.
    pub r#type: Option<Text>,
    /// What to write beside it.
    pub label: Option<Text>,
    /// What to write into it while it is empty.
    pub placeholder: Option<Text>,
    /// A regular expression that the input has to fit, in the flavour of JavaScript.
    pub validation: Option<Text>,
    /// What to say where it does not.
    pub validation_message: Option<Text>,
    /// What can be chosen from, as it comes.
    pub values: List<Json>,
}

/// What sort of institution it is.
#[open_enum(rename_all = "snake_case")]
pub enum InstitutionType {
    /// A bank.
    Bank,
    /// A tax authority.
    Fiscal,
    /// A source of employment data.
    Employment,
}

/// Whether an institution answers at present.
#[open_enum(rename_all = "snake_case")]
pub enum InstitutionStatus {
    /// It does.
    Healthy,
    /// It does not.
    Down,
}

/// How users of an institution log in.
#[open_enum(rename_all = "lowercase")]
pub enum IntegrationType {
    /// With their credentials, which a registration takes.
    Credentials,
    /// At the bank itself (Open Finance): links come from the widget, not from a registration.
    OpenBanking,
}

impl Institution {
    /// Whether a user can connect it now. An absent status counts as in service.
    pub fn is_available(&self) -> bool {
        self.status != Some(InstitutionStatus::Down)
    }
}
