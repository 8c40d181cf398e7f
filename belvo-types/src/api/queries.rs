//! What lists are filtered by.

use std::fmt;

use super::{AccessMode, InstitutionStatus, InstitutionType, LinkStatus, RefreshRate, Resource};
use crate::{DateTime, ExternalId, InstitutionName, InstitutionUserId, LinkId};

/// The parameters of a list, in the order in which they were given.
type Parameters = Vec<(&'static str, String)>;

fn joined<T: AsRef<str>>(values: impl IntoIterator<Item = T>) -> String {
    let values: Vec<_> = values.into_iter().map(|value| value.as_ref().to_owned()).collect();
    values.join(",")
}

/// What every list takes, and how it is handed on.
macro_rules! query {
    ($name:ident) => {
        impl $name {
            /// So many on each page: 1 to 1000, more counts as 1000. Default: 100, in the sandbox 10.
            pub fn page_size(self, size: u32) -> Self {
                self.with("page_size", size.to_string())
            }

            /// Begins with this page; the first is 1.
            pub fn page(self, page: u32) -> Self {
                self.with("page", page.to_string())
            }

            /// Leaves these fields out of what comes back.
            pub fn omit<T: AsRef<str>>(self, fields: impl IntoIterator<Item = T>) -> Self {
                self.with("omit", joined(fields))
            }

            /// Has only these fields come back.
            pub fn fields<T: AsRef<str>>(self, fields: impl IntoIterator<Item = T>) -> Self {
                self.with("fields", joined(fields))
            }

            /// Any other parameter, such as one that this version has no method for.
            pub fn parameter(self, name: &'static str, value: impl Into<String>) -> Self {
                self.with(name, value.into())
            }

            /// Names and values of the query parameters, not encoded.
            pub fn parameters(&self) -> impl Iterator<Item = (&'static str, &str)> {
                self.parameters.iter().map(|(name, value)| (*name, value.as_str()))
            }

            /// A parameter that was given before is replaced.
            fn with(mut self, name: &'static str, value: String) -> Self {
                self.parameters.retain(|(given, _)| *given != name);
                self.parameters.push((name, value));
                self
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let names: Vec<_> = self.parameters().map(|(name, _)| name).collect();
                f.debug_tuple(stringify!($name)).field(&names).finish()
            }
        }
    };
}

/// Which links are listed; all, unless said otherwise. `Debug` shows the names of the filters, not their values.
///
/// ```
/// use belvo_types::ExternalId;
/// use belvo_types::api::{LinkQuery, LinkStatus};
///
/// let user: ExternalId = "user-7f3a".parse()?;
/// let query = LinkQuery::new().external_id(&user).status(&LinkStatus::Valid).page_size(50);
/// let parameters: Vec<_> = query.parameters().collect();
/// assert_eq!(parameters, [("external_id", "user-7f3a"), ("status", "valid"), ("page_size", "50")]);
/// # Ok::<(), belvo_types::InvalidExternalId>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct LinkQuery {
    parameters: Parameters,
}

query!(LinkQuery);

impl LinkQuery {
    /// All links.
    pub fn new() -> Self {
        Self::default()
    }

    /// The one link of this id.
    pub fn id(self, id: &LinkId) -> Self {
        self.with("id", id.to_string())
    }

    /// Links of these ids.
    pub fn id_in<'a>(self, ids: impl IntoIterator<Item = &'a LinkId>) -> Self {
        self.with("id__in", joined(ids))
    }

    /// Links of this user of yours.
    pub fn external_id(self, id: &ExternalId) -> Self {
        self.with("external_id", id.as_str().to_owned())
    }

    /// Links of these users of yours.
    pub fn external_id_in<'a>(self, ids: impl IntoIterator<Item = &'a ExternalId>) -> Self {
        self.with("external_id__in", joined(ids.into_iter().map(ExternalId::as_str)))
    }

    /// Links at this institution.
    pub fn institution(self, name: &InstitutionName) -> Self {
        self.with("institution", name.to_string())
    }

    /// Links at these institutions.
    pub fn institution_in<'a>(self, names: impl IntoIterator<Item = &'a InstitutionName>) -> Self {
        self.with("institution__in", joined(names))
    }

    /// Links of this user of an institution: duplicates of each other.
    pub fn institution_user_id(self, id: &InstitutionUserId) -> Self {
        self.with("institution_user_id", id.to_string())
    }

    /// Links of these users of institutions.
    pub fn institution_user_id_in<'a>(self, ids: impl IntoIterator<Item = &'a InstitutionUserId>) -> Self {
        self.with("institution_user_id__in", joined(ids))
    }

    /// Links of this status.
    pub fn status(self, status: &LinkStatus) -> Self {
        self.with("status", status.to_string())
    }

    /// Links of these statuses.
    pub fn status_in<'a>(self, statuses: impl IntoIterator<Item = &'a LinkStatus>) -> Self {
        self.with("status__in", joined(statuses.into_iter().map(LinkStatus::as_str)))
    }

    /// Single or recurrent links.
    pub fn access_mode(self, mode: &AccessMode) -> Self {
        self.with("access_mode", mode.to_string())
    }

    /// Links of this refresh rate.
    pub fn refresh_rate(self, rate: &RefreshRate) -> Self {
        self.with("refresh_rate", rate.to_string())
    }

    /// Links made at this time; a day alone stands for itself.
    pub fn created_at(self, time: impl Into<DateTime>) -> Self {
        self.with("created_at", time.into().to_string())
    }

    /// Links made after this time.
    pub fn created_after(self, time: impl Into<DateTime>) -> Self {
        self.with("created_at__gt", time.into().to_string())
    }

    /// Links made at this time or after it.
    pub fn created_from(self, time: impl Into<DateTime>) -> Self {
        self.with("created_at__gte", time.into().to_string())
    }

    /// Links made before this time.
    pub fn created_before(self, time: impl Into<DateTime>) -> Self {
        self.with("created_at__lt", time.into().to_string())
    }

    /// Links made at this time or before it.
    pub fn created_until(self, time: impl Into<DateTime>) -> Self {
        self.with("created_at__lte", time.into().to_string())
    }

    /// Links made between the two times.
    pub fn created_between(self, from: impl Into<DateTime>, to: impl Into<DateTime>) -> Self {
        self.with("created_at__range", format!("{},{}", from.into(), to.into()))
    }

    /// Links that were not made by these users of Belvo's dashboard.
    pub fn created_by_not_in<T: AsRef<str>>(self, users: impl IntoIterator<Item = T>) -> Self {
        self.with("created_by__not_in", joined(users))
    }
}

/// Which institutions are listed; all, unless said otherwise.
///
/// ```
/// use belvo_types::api::{InstitutionQuery, InstitutionType};
///
/// let query = InstitutionQuery::new().country_code("BR").r#type(&InstitutionType::Bank);
/// assert_eq!(query.parameters().count(), 2);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct InstitutionQuery {
    parameters: Parameters,
}

query!(InstitutionQuery);

impl InstitutionQuery {
    /// All institutions.
    pub fn new() -> Self {
        Self::default()
    }

    /// Institutions of this country, `BR`.
    pub fn country_code(self, code: &str) -> Self {
        self.with("country_code", code.to_owned())
    }

    /// Institutions of these countries.
    pub fn country_code_in<T: AsRef<str>>(self, codes: impl IntoIterator<Item = T>) -> Self {
        self.with("country_code__in", joined(codes))
    }

    /// The one institution of this name.
    pub fn name(self, name: &InstitutionName) -> Self {
        self.with("name", name.to_string())
    }

    /// Institutions of these names.
    pub fn name_in<'a>(self, names: impl IntoIterator<Item = &'a InstitutionName>) -> Self {
        self.with("name__in", joined(names))
    }

    /// Institutions with this name for people.
    pub fn display_name(self, name: &str) -> Self {
        self.with("display_name", name.to_owned())
    }

    /// Institutions that have all of these resources.
    pub fn with_all_resources<'a>(self, resources: impl IntoIterator<Item = &'a Resource>) -> Self {
        self.with("resources__allin", joined(resources.into_iter().map(Resource::as_str)))
    }

    /// Institutions of this status.
    pub fn status(self, status: &InstitutionStatus) -> Self {
        self.with("status", status.to_string())
    }

    /// Institutions of these statuses.
    pub fn status_in<'a>(self, statuses: impl IntoIterator<Item = &'a InstitutionStatus>) -> Self {
        self.with("status__in", joined(statuses.into_iter().map(InstitutionStatus::as_str)))
    }

    /// Institutions of this type.
    pub fn r#type(self, institution_type: &InstitutionType) -> Self {
        self.with("type", institution_type.to_string())
    }

    /// Institutions of these types.
    pub fn type_in<'a>(self, types: impl IntoIterator<Item = &'a InstitutionType>) -> Self {
        self.with("type__in", joined(types.into_iter().map(InstitutionType::as_str)))
    }

    /// Institutions with this website.
    pub fn website(self, website: &str) -> Self {
        self.with("website", website.to_owned())
    }
}

/// Whose consents are listed. `Debug` shows the names of the filters, not their values.
///
/// ```
/// use belvo_types::api::ConsentQuery;
///
/// let query = ConsentQuery::of_user("12345678909").page_size(50);
/// assert!(!format!("{query:?}").contains("12345678909"));
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct ConsentQuery {
    parameters: Parameters,
}

query!(ConsentQuery);

impl ConsentQuery {
    /// The consents of a user, by CPF or CNPJ.
    pub fn of_user(document: &str) -> Self {
        Self { parameters: vec![("user_document", document.to_owned())] }
    }
}
