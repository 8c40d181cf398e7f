//! Which paths of a provider are meant.

/// Which paths are meant: `/data/v1/consents/{consentId}/revoke`, `/data/v1/*`, `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern(String);

impl PathPattern {
    /// Of that text.
    pub fn new(pattern: &str) -> Self {
        Self(pattern.to_owned())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it can fit anything: without a query, `*` at the end alone.
    pub fn is_valid(&self) -> bool {
        let Some(path) = self.0.strip_prefix('/') else { return self.0 == "*" };
        let rest =
            path.strip_suffix('*').filter(|rest| rest.is_empty() || rest.ends_with('/')).unwrap_or(path);
        !rest.contains(['*', '?', '#'])
    }

    /// Whether a path, without its query, is meant.
    pub fn matches(&self, path: &str) -> bool {
        if self.0 == "*" {
            return true;
        }
        let mut segments = path.split('/');
        let mut wanted = self.0.split('/').peekable();
        while let Some(want) = wanted.next() {
            if want == "*" && wanted.peek().is_none() {
                return segments.next().is_some();
            }
            let Some(segment) = segments.next() else { return false };
            let template = want.len() > 2 && want.starts_with('{') && want.ends_with('}');
            if !(want == segment || template && !segment.is_empty()) {
                return false;
            }
        }
        segments.next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_stand_for_one_segment_and_a_star_for_the_rest() {
        for (pattern, fits, fits_not) in [
            ("*", &["/", "/data/v1/auth", ""][..], &[][..]),
            ("/data/v1/auth", &["/data/v1/auth"], &["/data/v1/auth/", "/data/v1", "/data/v1/AUTH"]),
            ("/data/v1/*", &["/data/v1/auth", "/data/v1/a/b", "/data/v1/"], &["/data/v1", "/data/v2/auth"]),
            (
                "/data/v1/consents/{consentId}",
                &["/data/v1/consents/1", "/data/v1/consents/%20"],
                &["/data/v1/consents/", "/data/v1/consents/1/revoke", "/data/v1/consents"],
            ),
            ("/data/v1/consents/{id}/revoke", &["/data/v1/consents/1/revoke"], &["/data/v1/consents/1/"]),
        ] {
            let pattern = PathPattern::new(pattern);
            assert!(pattern.is_valid(), "{pattern:?}");
            assert!(fits.iter().all(|path| pattern.matches(path)), "{pattern:?}");
            assert!(!fits_not.iter().any(|path| pattern.matches(path)), "{pattern:?}");
        }
        for invalid in ["", "data/v1", "/data/*/x", "/data/v1*", "**", "/data?x=1"] {
            assert!(!PathPattern::new(invalid).is_valid(), "{invalid}");
        }
    }
}
