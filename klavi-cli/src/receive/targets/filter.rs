//! Which entries a target takes.
//!
//! Knows the names that a provider documents, through its trait.

use klavi_webhook::{EntryKind, Provider, Selection};
use toml::Spanned;

use super::super::problems::{Problems, Source};
use super::super::tables::TargetTable;

/// The providers that this command receives.
const PROVIDERS: [&str; 2] = ["klavi", "belvo"];

/// The selection that the filters of a target describe. Names that the provider does not document, and filters that can
/// select nothing, are warnings: a provider may have more than this version knows.
pub(super) fn selection(
    source: Source<'_>,
    table: &TargetTable,
    provider: Option<&dyn Provider>,
    problems: &mut Problems,
) -> Selection {
    let place = |value: &Spanned<String>| source.place(value, "--forward");
    let mut selection = Selection::default();
    for kind in &table.kinds {
        match kind.get_ref().parse() {
            Ok(EntryKind::Expectation) => problems.warn(
                place(kind),
                "selects nothing: an expectation goes to the target that it is registered for, \
                 `klavi inbox expect --target`",
            ),
            Ok(kind) => selection.kinds.push(kind),
            Err(error) => problems.error(place(kind), format!("cannot be read: {error}")),
        }
    }
    let reports = [EntryKind::Report, EntryKind::LegacyReport];
    for (names, kinds, word) in
        [(&table.products, &reports[..], "product"), (&table.events, &[EntryKind::Event][..], "event")]
    {
        for name in names {
            let is_unknown = |provider: &&dyn Provider| {
                !kinds.iter().any(|kind| provider.documented_name(*kind, name.get_ref()).is_some())
            };
            if let Some(provider) = provider.filter(is_unknown) {
                let (provider, name_of) = (provider.name(), name.get_ref());
                problems.warn(
                    place(name),
                    format!("names {name_of}, no {word} of {provider} that is documented"),
                );
            }
            if !selection.kinds.is_empty() && !kinds.iter().any(|kind| selection.kinds.contains(kind)) {
                problems
                    .warn(place(name), format!("selects nothing: the kinds of the target have no {word}s"));
            }
        }
    }
    let unknown = |name: &&Spanned<String>| !PROVIDERS.contains(&name.get_ref().as_str());
    for name in table.providers.iter().filter(unknown) {
        problems.error(place(name), "is no provider: give klavi or belvo");
    }
    if let (Some(first), Some(provider)) = (table.providers.first(), provider)
        && !table.providers.iter().any(|name| unknown(&name))
        && !table.providers.iter().any(|name| name.get_ref() == provider.name())
    {
        let what = format!("selects nothing: this receiver takes deliveries of {} alone", provider.name());
        problems.warn(place(first), what);
    }
    let texts =
        |given: &[Spanned<String>]| -> Vec<_> { given.iter().map(|text| text.get_ref().clone()).collect() };
    selection.names = texts(&table.products);
    selection.names.extend(texts(&table.events));
    selection.providers = texts(&table.providers);
    selection.institutions = texts(&table.institutions);
    selection
}
