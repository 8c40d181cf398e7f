//! The options of the attributes and of `#[wire(...)]`, and which wire name is whose.

use std::collections::HashMap;

use proc_macro2::{Span, TokenStream};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Ident, LitStr, Result, Token};

use crate::rename::RenameRule;

/// The options of `#[record(...)]` or `#[open_enum(...)]`.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) rename_all: RenameRule,
    /// Where the word `personal` stands, if it does.
    pub(crate) personal: Option<Span>,
}

impl Options {
    pub(crate) fn parse(tokens: TokenStream) -> Result<Self> {
        Parser::parse2(Self::parse_stream, tokens)
    }

    fn parse_stream(input: ParseStream<'_>) -> Result<Self> {
        let mut options = Self::default();
        while !input.is_empty() {
            let name: Ident = input.parse()?;
            if name == "rename_all" {
                input.parse::<Token![=]>()?;
                options.rename_all = RenameRule::parse(&input.parse()?)?;
            } else if name == "personal" {
                options.personal = Some(name.span());
            } else {
                let sentence = format!("unknown option `{name}`: use `rename_all = \"...\"` or `personal`");
                return Err(Error::new(name.span(), sentence));
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(options)
    }
}

/// The options of `#[wire(...)]`.
#[derive(Default)]
pub(crate) struct Wire {
    pub(crate) name: Option<LitStr>,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) flatten: Option<Span>,
}

enum Part {
    Name(LitStr),
    Alias(LitStr),
    Flatten(Span),
}

impl Parse for Part {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(LitStr) {
            return input.parse().map(Self::Name);
        }
        const EXPECTED: &str = "expected the wire name as text, `or = \"another name\"` or `flatten`";
        let word: Ident = input.parse().map_err(|error| Error::new(error.span(), EXPECTED))?;
        if word == "or" {
            input.parse::<Token![=]>()?;
            input.parse().map(Self::Alias)
        } else if word == "flatten" {
            Ok(Self::Flatten(word.span()))
        } else {
            Err(Error::new(word.span(), EXPECTED))
        }
    }
}

impl Wire {
    /// Takes `#[wire(...)]` out of the attributes of a field or variant.
    pub(crate) fn take(attributes: &mut Vec<Attribute>) -> Result<Self> {
        let mut wire = Self::default();
        let mut seen = false;
        for attribute in attributes.extract_if(.., |attribute| attribute.path().is_ident("wire")) {
            if seen {
                return Err(Error::new_spanned(attribute, "only one `#[wire(...)]` may stand here"));
            }
            seen = true;
            for part in attribute.parse_args_with(Punctuated::<Part, Token![,]>::parse_terminated)? {
                match part {
                    Part::Name(name) if wire.name.is_some() => {
                        let sentence = "there is one wire name; other names that are read follow `or = `";
                        return Err(Error::new_spanned(name, sentence));
                    }
                    Part::Name(name) => wire.name = Some(name),
                    Part::Alias(alias) => wire.aliases.push(alias),
                    Part::Flatten(span) => wire.flatten = Some(span),
                }
            }
        }
        match wire.flatten {
            Some(span) if wire.name.is_some() || !wire.aliases.is_empty() => {
                Err(Error::new(span, "a flattened record has no wire name of its own"))
            }
            _ => Ok(wire),
        }
    }
}

/// A documented wire name with the other names that are read.
#[derive(Debug)]
pub(crate) struct Names {
    pub(crate) documented: String,
    pub(crate) aliases: Vec<String>,
}

/// The wire names of one type, each of which belongs to one field or variant.
#[derive(Debug, Default)]
pub(crate) struct Taken(HashMap<String, String>);

impl Taken {
    /// The names of a field or variant, where no other one has any of them.
    pub(crate) fn names(&mut self, owner: &Ident, wire: Wire, renamed: String) -> Result<Names> {
        let span = wire.name.as_ref().map_or(owner.span(), Spanned::span);
        let documented = wire.name.map_or(renamed, |name| name.value());
        self.take(&documented, owner, span)?;
        for alias in &wire.aliases {
            self.take(&alias.value(), owner, alias.span())?;
        }
        Ok(Names { documented, aliases: wire.aliases.iter().map(LitStr::value).collect() })
    }

    fn take(&mut self, name: &str, owner: &Ident, span: Span) -> Result<()> {
        match self.0.insert(name.to_owned(), owner.to_string()) {
            Some(other) => {
                Err(Error::new(span, format!("the wire name {name:?} already belongs to `{other}`")))
            }
            None => Ok(()),
        }
    }
}
