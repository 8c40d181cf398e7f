use std::fmt;

use url::{Url, form_urlencoded};

use crate::{InstitutionName, LinkId, Text};

/// What the widget comes back with, read from the address that the browser or app was sent to.
///
/// **Anybody can open such an address.** Ask for the link (`GET /api/links/{id}/`) and compare its external id with
/// the user who is logged in, before you store it.
///
/// ```
/// use belvo_types::widget::WidgetCallback;
///
/// match WidgetCallback::parse("app://linked?link=0f9c1c3e&institution=ofmockbank_br_retail")? {
///     WidgetCallback::Success { link, .. } => println!("check {link}, then store it"),
///     WidgetCallback::Exit(exit) => println!("left at {:?}", exit.step),
///     other => println!("{other:?}"),
/// }
/// # Ok::<(), belvo_types::widget::InvalidCallback>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum WidgetCallback {
    /// There is a link.
    Success {
        /// The link. Unchecked.
        link: LinkId,
        /// The institution.
        institution: Option<InstitutionName>,
    },
    /// The user left.
    Exit(WidgetExit),
    /// An error on the way, `ACCESS_TOKEN_NOT_VALID`.
    Error {
        /// The error in a word.
        error: Text,
        /// The same for people.
        message: Option<Text>,
    },
    /// A warning on the way, `institution_disabled`.
    Warning {
        /// The warning in a word.
        warning: Text,
        /// The same for people.
        message: Option<Text>,
    },
    /// The bank refused, `risk_analysis_denied`; stands in the fragment of Belvo's own page.
    RefusedByBank {
        /// Why, in a word.
        description: Text,
    },
    /// Something that this version does not know, or an address without parameters, such as that of a plain exit.
    Other(Vec<(Text, Text)>),
}

/// What is said of a user who left.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct WidgetExit {
    /// The last error that the user saw, `login_error`.
    pub last_error_code: Option<Text>,
    /// The same for people.
    pub last_error_message: Option<Text>,
    /// The institution, by its name for people or in the API.
    pub institution_name: Option<Text>,
    /// Where the user left, `abandon-survey`.
    pub step: Option<Text>,
}

/// The text is no absolute URL. Never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidCallback;

impl WidgetCallback {
    /// Reads the whole address, deep link or URL.
    ///
    /// # Errors
    /// If it is no absolute URL.
    pub fn parse(url: &str) -> Result<Self, InvalidCallback> {
        let url = Url::parse(url).map_err(|_| InvalidCallback)?;
        let fragment = url.fragment().unwrap_or_default();
        let query = Self::from_query(url.query().unwrap_or_default());
        Ok(match query {
            Self::Other(parameters) if parameters.is_empty() => Self::from_query(fragment),
            query => query,
        })
    }

    /// Reads what stands behind the question mark. Of a parameter that stands twice the last counts.
    #[must_use]
    pub fn from_query(query: &str) -> Self {
        let parameters: Vec<(Text, Text)> = form_urlencoded::parse(query.trim_start_matches('?').as_bytes())
            .map(|(name, value)| (Text::from(&*name), Text::from(&*value)))
            .collect();
        let value = |name: &str| {
            let found = parameters.iter().rev().find(|(given, value)| *given == name && !value.is_empty());
            found.map(|(_, value)| value.clone())
        };
        if let Some(link) = value("link") {
            let institution = value("institution").map(|name| name.as_str().into());
            return Self::Success { link: link.as_str().into(), institution };
        }
        if let Some(error) = value("error") {
            return Self::Error { error, message: value("error_message") };
        }
        if let Some(warning) = value("warning") {
            return Self::Warning { warning, message: value("warning_message") };
        }
        if let Some(description) = value("error_description") {
            return Self::RefusedByBank { description };
        }
        let exit = WidgetExit {
            last_error_code: value("last_encountered_error_code"),
            last_error_message: value("last_encountered_error_message"),
            institution_name: value("meta_data_institution_name"),
            step: value("meta_data_step"),
        };
        if exit == WidgetExit::default() { Self::Other(parameters) } else { Self::Exit(exit) }
    }
}

impl fmt::Display for InvalidCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an absolute URL")
    }
}

impl std::error::Error for InvalidCallback {}
