//! What is sent is checked as a whole: one error names every broken field.

use std::fmt;

/// Why a request is not sent: every field that the provider would refuse, with the reason. Never holds a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRequest {
    problems: Vec<Problem>,
}

/// One broken field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The field's name on the wire.
    pub field: &'static str,
    /// What is wrong, in a few words.
    pub reason: String,
}

impl InvalidRequest {
    /// Every broken field.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether that field (its name on the wire) is among the broken ones.
    pub fn names(&self, field: &str) -> bool {
        self.problems.iter().any(|problem| problem.field == field)
    }
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request is invalid: ")?;
        for (index, problem) in self.problems.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{}: {}", problem.field, problem.reason)?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidRequest {}

/// Collects problems while the fields of a request are taken over.
///
/// ```
/// use provider_wire::Check;
///
/// let mut check = Check::default();
/// let port: Option<u16> = check.parse("port", Some("many".to_owned()));
/// check.require("host", false);
/// let error = check.finish().unwrap_err();
/// assert!(port.is_none() && error.names("port") && error.names("host"));
/// ```
#[derive(Debug, Default)]
pub struct Check(Vec<Problem>);

impl Check {
    /// Notes a broken field.
    pub fn problem(&mut self, field: &'static str, reason: impl fmt::Display) {
        self.0.push(Problem { field, reason: reason.to_string() });
    }

    /// Parses an optional field. An empty text counts as absent.
    pub fn parse<T: std::str::FromStr<Err: fmt::Display>>(
        &mut self,
        field: &'static str,
        text: Option<String>,
    ) -> Option<T> {
        let text = text.filter(|text| !text.is_empty())?;
        text.parse().map_err(|error| self.problem(field, error)).ok()
    }

    /// Whether that field is among the broken ones.
    pub fn names(&self, field: &str) -> bool {
        self.0.iter().any(|problem| problem.field == field)
    }

    /// Notes an absent field, unless it has a problem of its own.
    pub fn require(&mut self, field: &'static str, present: bool) {
        if !present && !self.names(field) {
            self.problem(field, "is required");
        }
    }

    /// Ends the check.
    ///
    /// # Errors
    /// If there is any problem; the error names all of them.
    pub fn finish(self) -> Result<(), InvalidRequest> {
        if self.0.is_empty() { Ok(()) } else { Err(InvalidRequest { problems: self.0 }) }
    }
}
