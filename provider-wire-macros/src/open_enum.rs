//! `#[open_enum]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Error, Fields, Ident, Result};

use crate::docs::{docs_of, wire_docs};
use crate::value_schema::impl_json_schema;
use crate::wire::{Names, Options, Taken, Wire};

struct Variant {
    attributes: Vec<Attribute>,
    name: Ident,
    names: Names,
}

pub(crate) fn expand(options: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let options = Options::parse(options)?;
    let item: DeriveInput = syn::parse2(item)?;
    let variants = variants(&options, &item)?;
    let DeriveInput { attrs, vis, ident: name, .. } = &item;
    let written = variants.iter().map(|variant| {
        let Variant { attributes, name, names } = variant;
        let docs = wire_docs("Wire value", names, name);
        quote! { #(#attributes)* #docs #name }
    });
    let known: Vec<_> = variants.iter().map(|variant| &variant.name).collect();
    let words: Vec<_> = variants.iter().map(|variant| &variant.names.documented).collect();
    let table = variants.iter().flat_map(|Variant { name, names, .. }| {
        let words = std::iter::once(&names.documented).chain(&names.aliases);
        words.map(move |word| quote! { (#word, Self::#name) })
    });
    let debug = match options.personal {
        Some(_) => quote! { f.write_str(concat!(stringify!(#name), "(..)")) },
        None => quote! {
            match self {
                Self::Unknown(word) => f.debug_tuple("Unknown").field(word).finish(),
                known => f.write_str(known.as_str()),
            }
        },
    };
    let serde = impl_serde(name);
    let schema = schema(&item, &words);
    Ok(quote! {
        #(#attrs)*
        #[derive(
            ::core::clone::Clone,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::hash::Hash,
            ::core::cmp::PartialOrd,
            ::core::cmp::Ord,
        )]
        #[non_exhaustive]
        #vis enum #name {
            #(#written,)*
            /// A word that this version does not know.
            Unknown(::provider_wire::UnknownValue),
        }

        impl #name {
            /// Every known value.
            pub const ALL: &'static [Self] = &[#(Self::#known,)*];

            const WORDS: &'static [(&'static str, Self)] = &[#(#table,)*];

            /// The documented word, or the unknown one as received.
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#known => #words,)*
                    Self::Unknown(word) => word.as_str(),
                }
            }

            /// Whether the word is in the vocabulary.
            pub fn is_known(&self) -> bool {
                !matches!(self, Self::Unknown(_))
            }
        }

        impl ::core::convert::From<&str> for #name {
            fn from(word: &str) -> Self {
                match word {
                    #(#words => Self::#known,)*
                    _ => ::provider_wire::__private::from_word(Self::WORDS, word)
                        .unwrap_or_else(|| Self::Unknown(word.into())),
                }
            }
        }

        impl ::core::str::FromStr for #name {
            type Err = ::core::convert::Infallible;

            fn from_str(word: &str) -> ::core::result::Result<Self, Self::Err> {
                ::core::result::Result::Ok(word.into())
            }
        }

        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::core::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #debug
            }
        }

        #serde

        impl ::provider_wire::Value for #name {
            fn read(
                reader: &mut ::provider_wire::Reader<'_>,
            ) -> ::core::result::Result<::core::option::Option<Self>, ::provider_wire::Fault> {
                reader.word_of(|word| word.into(), Self::as_str, Self::is_known)
            }
        }

        #schema
    })
}

fn variants(options: &Options, item: &DeriveInput) -> Result<Vec<Variant>> {
    let Data::Enum(data) = &item.data else {
        return Err(Error::new_spanned(&item.ident, "`#[open_enum]` goes on an enum"));
    };
    if !item.generics.params.is_empty() {
        return Err(Error::new_spanned(&item.generics, "an open enumeration takes no generic parameters"));
    }
    let mut taken = Taken::default();
    let read = data.variants.iter().map(|variant| {
        let name = variant.ident.clone();
        if !matches!(variant.fields, Fields::Unit) || variant.discriminant.is_some() {
            return Err(Error::new_spanned(variant, "a variant is a name alone: it stands for a word"));
        }
        if name == "Unknown" {
            let sentence = "`#[open_enum]` adds `Unknown` itself: choose another name for this word";
            return Err(Error::new_spanned(name, sentence));
        }
        let mut attributes = variant.attrs.clone();
        let wire = Wire::take(&mut attributes)?;
        if let Some(span) = wire.flatten {
            return Err(Error::new(span, "only a field of a record can be flattened"));
        }
        let renamed = options.rename_all.variant(&name.unraw().to_string());
        let names = taken.names(&name, wire, renamed)?;
        Ok(Variant { attributes, name, names })
    });
    read.collect()
}

fn impl_serde(name: &Ident) -> TokenStream {
    quote! {
        impl ::provider_wire::__private::serde::Serialize for #name {
            fn serialize<S: ::provider_wire::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::provider_wire::__private::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::provider_wire::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                struct WordVisitor;

                impl ::provider_wire::__private::serde::de::Visitor<'_> for WordVisitor {
                    type Value = #name;

                    fn expecting(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                        f.write_str("text")
                    }

                    fn visit_str<E>(self, word: &str) -> ::core::result::Result<Self::Value, E> {
                        ::core::result::Result::Ok(word.into())
                    }
                }

                deserializer.deserialize_str(WordVisitor)
            }
        }
    }
}

fn schema(item: &DeriveInput, words: &[&String]) -> TokenStream {
    let docs = docs_of(&item.attrs);
    impl_json_schema(
        &item.ident,
        &item.generics,
        &quote! {{
            use ::provider_wire::schemars;

            #(#docs)*
            #[derive(schemars::JsonSchema)]
            #[allow(dead_code, reason = "derived from, never made")]
            struct Shape(::std::string::String);

            ::provider_wire::__private::open_words(
                <Shape as schemars::JsonSchema>::json_schema(generator),
                &[#(#words,)*],
            )
        }},
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(options: TokenStream, item: TokenStream) -> String {
        expand(options, item).map(|_| ()).expect_err("wrong use").to_string()
    }

    #[test]
    fn wrong_use_is_refused_with_a_sentence() {
        for (options, item, sentence) in [
            (
                quote!(),
                quote!(
                    struct Sex {}
                ),
                "`#[open_enum]` goes on an enum",
            ),
            (
                quote!(closed),
                quote!(
                    enum Sex {}
                ),
                "unknown option `closed`: use `rename_all = \"...\"` or `personal`",
            ),
            (
                quote!(),
                quote!(
                    enum Sex {
                        Other(u8),
                    }
                ),
                "a variant is a name alone: it stands for a word",
            ),
            (
                quote!(),
                quote!(
                    enum Sex {
                        Unknown,
                    }
                ),
                "`#[open_enum]` adds `Unknown` itself: choose another name for this word",
            ),
            (
                quote!(rename_all = "UPPERCASE"),
                quote!(
                    enum Sex {
                        Other,
                        #[wire(or = "OTHER")]
                        Else,
                    }
                ),
                "the wire name \"OTHER\" already belongs to `Other`",
            ),
            (
                quote!(),
                quote!(
                    enum Sex {
                        #[wire(flatten)]
                        Other,
                    }
                ),
                "only a field of a record can be flattened",
            ),
        ] {
            assert_eq!(refusal(options, item), sentence);
        }
    }
}
