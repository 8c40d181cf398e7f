//! Which records are of one thing: those that share a mark, directly or through others.

use std::collections::{BTreeMap, BTreeSet};

use provider_wire::Text;

/// The marks of a record that identify it: those that no two things share. Where none is left, the best has to do.
pub(crate) fn clear<'a>(
    marks: &'a [Text],
    ambiguous: &'a BTreeSet<Text>,
) -> impl Iterator<Item = &'a Text> + Clone {
    let none = marks.iter().all(|mark| ambiguous.contains(mark));
    let first = if none { &marks[..marks.len().min(1)] } else { &[] };
    marks.iter().filter(|mark| !ambiguous.contains(*mark)).chain(first)
}

/// The records, by place, that are of one thing. Neither the order of the records nor of their marks matters to what a
/// group holds.
pub(crate) fn groups<'a>(
    records: impl IntoIterator<Item = &'a [Text]>,
    ambiguous: &'a BTreeSet<Text>,
) -> Vec<Vec<usize>> {
    let mut parents: Vec<usize> = Vec::new();
    let mut carriers: BTreeMap<&Text, usize> = BTreeMap::new();
    for (place, marks) in records.into_iter().enumerate() {
        parents.push(place);
        for mark in clear(marks, ambiguous) {
            let other = *carriers.entry(mark).or_insert(place);
            let (one, other) = (root(&mut parents, other), root(&mut parents, place));
            parents[one.max(other)] = one.min(other);
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for place in 0..parents.len() {
        groups.entry(root(&mut parents, place)).or_default().push(place);
    }
    groups.into_values().collect()
}

fn root(parents: &mut [usize], mut place: usize) -> usize {
    while parents[place] != place {
        parents[place] = parents[parents[place]];
        place = parents[place];
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grouped(records: &[&[&str]], ambiguous: &[&str]) -> Vec<Vec<usize>> {
        let records: Vec<Vec<Text>> =
            records.iter().map(|marks| marks.iter().map(|mark| Text::from(*mark)).collect()).collect();
        let ambiguous = ambiguous.iter().map(|mark| Text::from(*mark)).collect();
        groups(records.iter().map(Vec::as_slice), &ambiguous)
    }

    #[test]
    fn what_shares_a_mark_is_one_also_through_others() {
        assert_eq!(grouped(&[&["a"], &["b"], &["c"], &["b", "a"]], &[]), [vec![0, 1, 3], vec![2]]);
    }

    #[test]
    fn an_ambiguous_mark_joins_only_what_has_no_other() {
        assert_eq!(
            grouped(&[&["x", "a"], &["x", "b"], &["x"], &["x"]], &["x"]),
            [vec![0], vec![1], vec![2, 3]]
        );
        assert_eq!(grouped(&[&[], &[]], &[]), [vec![0], vec![1]]);
    }
}
