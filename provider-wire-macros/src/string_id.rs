//! `#[string_id]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Result};

use crate::docs::docs_of;
use crate::value_schema::impl_json_schema;

pub(crate) fn expand(options: &TokenStream, item: TokenStream) -> Result<TokenStream> {
    if !options.is_empty() {
        return Err(Error::new_spanned(options, "`#[string_id]` takes no options"));
    }
    let item: DeriveInput = syn::parse2(item)?;
    let is_unit = matches!(&item.data, Data::Struct(data) if matches!(data.fields, Fields::Unit));
    if !is_unit || !item.generics.params.is_empty() {
        let sentence = "`#[string_id]` goes on a struct without fields: `pub struct LinkId;`";
        return Err(Error::new_spanned(&item.ident, sentence));
    }
    let DeriveInput { attrs, vis, ident: name, .. } = &item;
    let docs = docs_of(attrs);
    let schema = impl_json_schema(
        name,
        &item.generics,
        &quote! {{
            use ::provider_wire::schemars;

            #(#docs)*
            #[derive(schemars::JsonSchema)]
            #[allow(dead_code, reason = "derived from, never made")]
            struct Shape(::std::string::String);

            ::provider_wire::__private::text_or_number(<Shape as schemars::JsonSchema>::json_schema(generator))
        }},
    );
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
        #vis struct #name(::provider_wire::Text);

        impl #name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::core::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(concat!(stringify!(#name), "(..)"))
            }
        }

        impl ::core::convert::AsRef<str> for #name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::core::borrow::Borrow<str> for #name {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }

        impl ::core::convert::From<&str> for #name {
            fn from(id: &str) -> Self {
                Self(id.into())
            }
        }

        impl ::core::convert::From<::std::string::String> for #name {
            fn from(id: ::std::string::String) -> Self {
                Self(id.into())
            }
        }

        impl ::core::str::FromStr for #name {
            type Err = ::core::convert::Infallible;

            fn from_str(id: &str) -> ::core::result::Result<Self, Self::Err> {
                ::core::result::Result::Ok(id.into())
            }
        }

        impl ::provider_wire::__private::serde::Serialize for #name {
            fn serialize<S: ::provider_wire::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                ::provider_wire::__private::serde::Serialize::serialize(&self.0, serializer)
            }
        }

        impl<'de> ::provider_wire::__private::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::provider_wire::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                ::provider_wire::__private::serde::Deserialize::deserialize(deserializer).map(Self)
            }
        }

        impl ::provider_wire::Value for #name {
            fn read(
                reader: &mut ::provider_wire::Reader<'_>,
            ) -> ::core::result::Result<::core::option::Option<Self>, ::provider_wire::Fault> {
                <::provider_wire::Text as ::provider_wire::Value>::read(reader).map(|id| id.map(Self))
            }
        }

        #schema
    })
}
