//! Addresses and e-mails of a person. Must not know the reports that hold them.

use provider_wire::{Flag, Json, OneOrMany, Text, record, value_schema};

use super::raw_json_newtype::raw_json_newtype;

/// A postal address.
#[record(rename_all = "camelCase")]
pub struct PostalAddress {
    /// Whether it is the main one.
    pub is_main: Option<Flag>,
    /// Street and number.
    pub address: Option<Text>,
    /// Flat and the like.
    pub additional_info: Option<Text>,
    /// Neighbourhood.
    pub district_name: Option<Text>,
    /// Town.
    pub town_name: Option<Text>,
    /// Code of the town at IBGE, 7 digits.
    pub ibge_town_code: Option<Text>,
    /// State, `SP`.
    pub country_sub_division: Option<Text>,
    /// CEP, 8 digits.
    pub post_code: Option<Text>,
    /// Country, its name.
    pub country: Option<Text>,
    /// Country, ISO 3166-1 alpha-3.
    pub country_code: Option<Text>,
    /// Where it lies.
    pub geographic_coordinates: Option<GeographicCoordinates>,
}

/// A place in degrees, as text.
#[record]
pub struct GeographicCoordinates {
    /// North is positive.
    pub latitude: Option<Text>,
    /// East is positive.
    pub longitude: Option<Text>,
}

/// An e-mail address.
#[record(rename_all = "camelCase")]
pub struct EmailAddress {
    /// Whether it is the main one.
    pub is_main: Option<Flag>,
    /// The address.
    pub email: Option<Text>,
}

/// E-mail addresses: text, an object of Open Finance, or a list of either. Written as received.
///
/// ```
/// use klavi_types::reports::Emails;
///
/// let emails: Emails = serde_json::from_str(r#"[{"isMain":true,"email":"ana@example.com"},"a@example.com"]"#)?;
/// assert_eq!(emails.addresses(), ["ana@example.com", "a@example.com"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[value_schema({"description": "text, an object with `email`, or a list of either", "type": ["string", "object", "array"]})]
#[derive(Clone, PartialEq)]
pub struct Emails(Json);

impl Emails {
    /// The addresses.
    pub fn addresses(&self) -> Vec<Text> {
        let address = |item: &Json| {
            let object = || item.parse::<EmailAddress>().ok().and_then(|object| object.email);
            item.parse::<Text>().ok().or_else(object)
        };
        let items = self.0.parse::<OneOrMany<Json>>().map(OneOrMany::into_vec).unwrap_or_default();
        items.iter().filter_map(address).collect()
    }
}

raw_json_newtype!(
    Emails,
    |value| match value.0.get().as_bytes()[0] {
        b'"' => value.0.parse::<Text>().is_ok(),
        first => matches!(first, b'[' | b'{'),
    },
    "text, an object with `email`, or a list of either"
);
