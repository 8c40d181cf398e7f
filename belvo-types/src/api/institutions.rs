use provider_wire::{Integer, Json, List, Text, open_enum, record};

use super::Resource;
use crate::InstitutionName;

record! {
    /// An institution that links can be made to. Source: developers.belvo.com, institutions.
    pub struct Institution {
        /// Number of the institution.
        pub id: Option<Integer> => "id",
        /// Name in the API, as a registration takes it.
        pub name: Option<InstitutionName> => "name",
        /// Name for people.
        pub display_name: Option<Text> => "display_name",
        /// What sort of institution it is.
        pub r#type: Option<InstitutionType> => "type",
        /// Whether it answers at present.
        pub status: Option<InstitutionStatus> => "status",
        /// How its users log in.
        pub integration_type: Option<IntegrationType> => "integration_type",
        /// ISO 3166 codes, `BR`.
        pub country_codes: List<Text> => "country_codes",
        /// What can be retrieved.
        pub resources: List<Resource> => "resources",
        /// Its website.
        pub website: Option<Text> => "website",
        /// URL of its logo.
        pub logo: Option<Text> => "logo",
        /// URL of its small logo.
        pub icon_logo: Option<Text> => "icon_logo",
        /// URL of its name as a picture.
        pub text_logo: Option<Text> => "text_logo",
        /// Colour, `#8A05BE`.
        pub primary_color: Option<Text> => "primary_color",
        /// What is special about it, such as a second factor at each login.
        pub features: List<InstitutionFeature> => "features",
        /// What a registration has to ask the user for.
        pub form_fields: List<FormField> => "form_fields",
    }
}

record! {
    /// Something special about an institution.
    pub struct InstitutionFeature {
        /// Its name, `token_required`.
        pub name: Option<Text> => "name",
        /// What it means, for people.
        pub description: Option<Text> => "description",
    }
}

record! {
    /// One field of the form that a registration needs.
    pub struct FormField {
        /// The field of the registration: `username`, `password`, `username_type`, …
        pub name: Option<Text> => "name",
        /// The type of input, `string`, `select`.
        pub r#type: Option<Text> => "type",
        /// What to write beside it.
        pub label: Option<Text> => "label",
        /// What to write into it while it is empty.
        pub placeholder: Option<Text> => "placeholder",
        /// A regular expression that the input has to fit, in the flavour of JavaScript.
        pub validation: Option<Text> => "validation",
        /// What to say where it does not.
        pub validation_message: Option<Text> => "validation_message",
        /// What can be chosen from, as it comes.
        pub values: List<Json> => "values",
    }
}

open_enum! {
    /// What sort of institution it is.
    pub enum InstitutionType {
        /// A bank.
        Bank => "bank",
        /// A tax authority.
        Fiscal => "fiscal",
        /// A source of employment data.
        Employment => "employment",
    }
}

open_enum! {
    /// Whether an institution answers at present.
    pub enum InstitutionStatus {
        /// It does.
        Healthy => "healthy",
        /// It does not.
        Down => "down",
    }
}

open_enum! {
    /// How users of an institution log in.
    pub enum IntegrationType {
        /// With their credentials, which a registration takes.
        Credentials => "credentials",
        /// At the bank itself (Open Finance): links come from the widget, not from a registration.
        OpenBanking => "openbanking",
    }
}

impl Institution {
    /// Whether a user can connect it now. An absent status counts as in service.
    pub fn is_available(&self) -> bool {
        self.status != Some(InstitutionStatus::Down)
    }
}
