//! Whether what a bank knows of a customer is what you expect, with "cannot tell" as an answer of its own.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use crate::fold::fold;

/// Whether a value is the expected one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is.
    Matches,
    /// It is another one.
    Differs,
    /// The bank does not say, or says it in a form that allows neither answer. Ask another way.
    CannotTell,
}

impl Verdict {
    /// The verdict over several values of which any may be the expected one: one match is enough, and only where every
    /// value differs is the whole another one.
    ///
    /// ```
    /// use statements::Verdict::{CannotTell, Differs, Matches};
    /// use statements::Verdict;
    ///
    /// assert_eq!(Verdict::any([Differs, Matches]), Matches);
    /// assert_eq!(Verdict::any([Differs, CannotTell]), CannotTell);
    /// assert_eq!(Verdict::any([]), CannotTell);
    /// ```
    pub fn any(verdicts: impl IntoIterator<Item = Self>) -> Self {
        let better = |one: Self, other: Self| match (one, other) {
            (Self::Matches, _) | (_, Self::Matches) => Self::Matches,
            (Self::CannotTell, _) | (_, Self::CannotTell) => Self::CannotTell,
            (Self::Differs, Self::Differs) => Self::Differs,
        };
        verdicts.into_iter().reduce(better).unwrap_or(Self::CannotTell)
    }
}

/// Compares the name of a person or company with the one that a bank reports.
///
/// - [`Matches`](Verdict::Matches): equal but for case, accents, blanks, punctuation and the particles `de`, `da`, `do`,
///   `das`, `dos`, `e`. `Jr` is `Júnior`.
/// - [`CannotTell`](Verdict::CannotTell): nothing is reported, something is masked, a name is abbreviated, cut off or one
///   letter apart, names are left out or stand in another order.
/// - [`Differs`](Verdict::Differs): everything else.
///
/// It does not know of names that changed, by marriage or otherwise, nor of social names: these differ.
///
/// ```
/// use statements::{Verdict, compare_names};
///
/// assert_eq!(compare_names("João da Silva", Some("JOAO SILVA")), Verdict::Matches);
/// assert_eq!(compare_names("João da Silva", Some("J. SILVA")), Verdict::CannotTell);
/// assert_eq!(compare_names("João da Silva", Some("MARIA SOUZA")), Verdict::Differs);
/// ```
pub fn compare_names(expected: &str, reported: Option<&str>) -> Verdict {
    let Some(reported) = reported else { return Verdict::CannotTell };
    if [expected, reported].iter().any(|name| name.contains('*') || matches!(name.trim(), "NA" | "N/A")) {
        return Verdict::CannotTell;
    }
    let (expected, reported) = (Name::new(expected), Name::new(reported));
    if expected.parts.is_empty() || reported.parts.is_empty() {
        Verdict::CannotTell
    } else if expected.joined == reported.joined || expected.parts_equal(&reported) {
        Verdict::Matches
    } else if expected.may_be(&reported) {
        Verdict::CannotTell
    } else {
        Verdict::Differs
    }
}

/// Compares a day of birth with the one that a bank reports. A day that banks fill in for one that they do not know, before
/// 2 January 1900, tells nothing.
pub fn compare_birth_dates(expected: Date, reported: Option<Date>) -> Verdict {
    match reported.filter(|day| *day > date(1900, 1, 1)) {
        None => Verdict::CannotTell,
        Some(reported) if reported == expected => Verdict::Matches,
        Some(_) => Verdict::Differs,
    }
}

const PARTICLES: [&str; 6] = ["de", "da", "do", "das", "dos", "e"];

/// A name without what does not count.
struct Name {
    parts: Vec<Part>,
    /// Every letter, particles among them.
    joined: String,
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Clone)]
struct Part {
    letters: String,
    /// Whether a full stop follows.
    is_cut: bool,
}

impl Name {
    fn new(name: &str) -> Self {
        let folded: String = fold(name).chars().filter(|c| !matches!(c, '\'' | '’' | '`' | '´')).collect();
        let joined = folded.chars().filter(|c| c.is_alphanumeric()).collect();
        let pieces = folded.split_inclusive(|c: char| !c.is_alphanumeric());
        let parts = pieces.filter_map(|piece| {
            let letters = piece.trim_end_matches(|c: char| !c.is_alphanumeric());
            let letters = if letters == "jr" { "junior" } else { letters };
            let counts = !letters.is_empty() && !PARTICLES.contains(&letters);
            counts.then(|| Part { letters: letters.to_owned(), is_cut: piece.ends_with('.') })
        });
        Self { parts: parts.collect(), joined }
    }

    fn letters(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|part| part.letters.as_str())
    }

    fn parts_equal(&self, other: &Self) -> bool {
        self.letters().eq(other.letters())
    }

    /// Whether one may be the other abbreviated, cut off, misspelt, shortened or in another order.
    fn may_be(&self, other: &Self) -> bool {
        let sorted = |name: &Self| {
            let mut parts = name.parts.clone();
            parts.sort();
            parts
        };
        let (short, long) = if self.parts.len() <= other.parts.len() { (self, other) } else { (other, self) };
        let is_last = |place: usize, name: &Self| place + 1 == name.parts.len();
        let mut rest = long.parts.iter().enumerate();
        let fits = short.parts.iter().enumerate().all(|(place, part)| {
            rest.any(|(other_place, other)| {
                part.may_be(other, is_last(place, short) || is_last(other_place, long))
            })
        });
        fits || sorted(self) == sorted(other)
    }
}

impl Part {
    fn may_be(&self, other: &Self, is_last: bool) -> bool {
        let is_start = |short: &Self, long: &Self| {
            let length = short.letters.chars().count();
            let allowed = length == 1 || short.is_cut || (is_last && length >= 3);
            allowed && long.letters.starts_with(&short.letters)
        };
        self.letters == other.letters
            || is_start(self, other)
            || is_start(other, self)
            || one_letter_apart(&self.letters, &other.letters)
    }
}

/// Whether one letter is changed, missing or too many in words of at least four letters.
fn one_letter_apart(one: &str, other: &str) -> bool {
    let (one, other): (Vec<_>, Vec<_>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if short.len() < 4 || long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(&long).take_while(|(one, other)| one == other).count();
    let skipped = usize::from(short.len() == long.len());
    short.get(same + skipped..).unwrap_or_default() == long.get(same + 1..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Verdict::{CannotTell, Differs, Matches};
    use super::*;

    #[test]
    fn case_accents_blanks_and_particles_do_not_count() {
        for reported in [
            "MARIA CONCEIÇÃO DOS SANTOS D'ÁVILA",
            "maria  conceicao santos davila",
            "Maria Conceic\u{327}a\u{303}o Santos D’Ávila ",
            "MARIACONCEICAODOSSANTOSDAVILA",
        ] {
            let verdict = compare_names("Maria Conceição dos Santos D'Ávila", Some(reported));
            assert_eq!(verdict, Matches, "{reported}");
        }
        assert_eq!(compare_names("José Lima Jr.", Some("JOSE LIMA JUNIOR")), Matches);
        assert_eq!(compare_names("Acme Comércio S.A.", Some("ACME COMERCIO S/A")), Matches);
    }

    #[test]
    fn what_may_be_the_same_name_cannot_be_told() {
        for (expected, reported) in [
            ("Maria Souza Lima", "M. S. LIMA"),
            ("Maria Souza Lima", "MARIA LIMA"),
            ("Maria José Souza", "JOSE SOUZA"),
            ("Maria Souza Lima", "MARIA SOUZA LI."),
            ("Maria Souza Lima", "LIMA MARIA SOUZA"),
            ("Maria Souza Lima", "MARIA SOUSA LIMA"),
            ("Maria Souza Oliveira", "MARIA SOUZA OLIVE"),
            ("José Lima", "JOSE LIMA FILHO"),
            ("Acme Comércio Ltda", "ACME COM. LTDA ME"),
            ("Maria Souza", "MAR*** SOUZA"),
            ("Maria Souza", "NA"),
            ("Maria Souza", " "),
            ("Maria Souza", "da"),
            ("", "MARIA SOUZA"),
        ] {
            assert_eq!(compare_names(expected, Some(reported)), CannotTell, "{expected} {reported}");
            assert_eq!(compare_names(reported, Some(expected)), CannotTell, "{expected} {reported}");
        }
        assert_eq!(compare_names("Maria", None), CannotTell);
    }

    #[test]
    fn other_names_differ() {
        for (expected, reported) in [
            ("Maria Souza", "MARIANA SOUZA"),
            ("Maria Souza", "JOSE SOUZA"),
            ("Maria Souza", "MARIA PEREIRA"),
            ("Ana Reis", "ANE REIS"),
            ("Maria Souza Lima", "MARIA LIMA SOUZA PEREIRA COSTA"),
        ] {
            assert_eq!(compare_names(expected, Some(reported)), Differs, "{expected} {reported}");
            assert_eq!(compare_names(reported, Some(expected)), Differs, "{expected} {reported}");
        }
    }

    #[test]
    fn a_filler_is_no_day_of_birth() {
        let expected = date(1989, 6, 23);
        assert_eq!(compare_birth_dates(expected, Some(expected)), Matches);
        assert_eq!(compare_birth_dates(expected, Some(date(1989, 6, 24))), Differs);
        for filler in [None, Some(date(1, 1, 1)), Some(date(1900, 1, 1))] {
            assert_eq!(compare_birth_dates(expected, filler), CannotTell);
        }
    }

    proptest! {
        #[test]
        fn a_name_matches_itself_in_any_case(name in "[a-zA-ZáéíóúçãõÁÉÇ]{1,9}( [a-zA-ZáéíóúçãõÁÉÇ]{1,9}){0,4}") {
            let verdict = compare_names(&name, Some(&name.to_uppercase()));
            let all_particles = Name::new(&name).parts.is_empty() || name == "NA";
            prop_assert_eq!(verdict, if all_particles { CannotTell } else { Matches });
        }

        #[test]
        fn which_of_two_is_expected_makes_no_difference(one in ".{0,20}", other in ".{0,20}") {
            prop_assert_eq!(compare_names(&one, Some(&other)), compare_names(&other, Some(&one)));
        }
    }
}
