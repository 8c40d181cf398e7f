//! What the attributes add to the documentation: the wire name, as text and for the search.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Ident};

use crate::wire::Names;

/// The last line of the documentation of a field or variant, with the names by which rustdoc finds it.
pub(crate) fn wire_docs(what: &str, names: &Names, rust_name: &Ident) -> TokenStream {
    let mut line = format!("{what}: `{}`", names.documented);
    for (at, alias) in names.aliases.iter().enumerate() {
        line += if at == 0 { ", also read: " } else { ", " };
        line += &format!("`{alias}`");
    }
    line.push('.');
    let found_by = std::iter::once(&names.documented).chain(&names.aliases);
    let found_by = found_by.filter(|name| rust_name != name.as_str() && is_alias(name));
    quote! {
        #[doc = ""]
        #[doc = #line]
        #(#[doc(alias = #found_by)])*
    }
}

/// Whether rustdoc takes it as an alias.
fn is_alias(name: &str) -> bool {
    let refused = |letter: char| matches!(letter, '"' | '\'') || (letter.is_whitespace() && letter != ' ');
    !name.is_empty() && name.trim() == name && !name.contains(refused)
}

/// The documentation alone.
pub(crate) fn docs_of(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("doc"))
}
