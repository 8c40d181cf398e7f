//! `#[record]`.

mod members;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{
    Attribute, Data, DeriveInput, Error, Fields, GenericParam, Generics, Ident, Result, Type, Visibility,
    parse_quote,
};

use crate::docs::{docs_of, wire_docs};
use crate::value_schema::impl_json_schema;
use crate::wire::{Names, Options, Taken, Wire};

struct Field {
    attributes: Vec<Attribute>,
    visibility: Visibility,
    name: Ident,
    ty: Type,
    /// `None` of a flattened record.
    names: Option<Names>,
    /// The type's place in the source, for errors that say what it lacks.
    span: Span,
}

pub(crate) fn expand(options: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let options = Options::parse(options)?;
    let item: DeriveInput = syn::parse2(item)?;
    let fields = fields(&options, &item)?;
    let definition = definition(&item, &fields);
    let record = members::impl_record(&item, &fields);
    let value = impl_value(&item);
    let debug = impl_debug(&item, &fields);
    let schema = schema(&item, &fields);
    Ok(quote! { #definition #record #value #debug #schema })
}

fn fields(options: &Options, item: &DeriveInput) -> Result<Vec<Field>> {
    if let Some(span) = options.personal {
        return Err(Error::new(span, "`personal` is for enumerations: a record never shows its values"));
    }
    let named = match &item.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => &fields.named,
            _ => return Err(Error::new_spanned(&item.ident, "the fields of a record have names")),
        },
        _ => return Err(Error::new_spanned(&item.ident, "`#[record]` goes on a struct")),
    };
    let is_type = |parameter: &&GenericParam| matches!(parameter, GenericParam::Type(_));
    if let Some(other) = item.generics.params.iter().find(|parameter| !is_type(parameter)) {
        return Err(Error::new_spanned(other, "a record takes type parameters alone"));
    }
    let mut taken = Taken::default();
    let read = named.iter().map(|field| {
        let name = field.ident.clone().unwrap_or_else(|| Ident::new("unnamed", field.span()));
        if name == "extra" {
            let sentence = "`#[record]` adds `extra` itself: choose another name for this field";
            return Err(Error::new_spanned(name, sentence));
        }
        let mut attributes = field.attrs.clone();
        let wire = Wire::take(&mut attributes)?;
        let names = match wire.flatten {
            Some(_) => None,
            None => {
                let renamed = options.rename_all.field(&name.unraw().to_string());
                Some(taken.names(&name, wire, renamed)?)
            }
        };
        let span = field.ty.span().resolved_at(Span::call_site());
        Ok(Field { attributes, visibility: field.vis.clone(), name, ty: field.ty.clone(), names, span })
    });
    read.collect()
}

fn definition(item: &DeriveInput, fields: &[Field]) -> TokenStream {
    let DeriveInput { attrs, vis, ident, generics, .. } = item;
    let names: Vec<_> = fields.iter().map(|field| &field.name).collect();
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    // What is absent needs no value of the parameters: a derived `Default` would ask for one.
    let (derived, default) = if generics.params.is_empty() {
        (quote! { #[derive(::core::default::Default)] }, TokenStream::new())
    } else {
        let default = quote! {
            impl #impl_generics ::core::default::Default for #ident #ty_generics #where_clause {
                fn default() -> Self {
                    Self {
                        #(#names: ::core::default::Default::default(),)*
                        extra: ::core::default::Default::default(),
                    }
                }
            }
        };
        (TokenStream::new(), default)
    };
    let fields = fields.iter().map(|Field { attributes, visibility, name, ty, names, .. }| {
        let docs = match names {
            Some(names) => wire_docs("Wire name", names, &name.unraw()),
            None if docs_of(attributes).next().is_some() => TokenStream::new(),
            None => quote! {
                #[doc = concat!("The members of [`", stringify!(#ty), "`], which stand in the same object.")]
            },
        };
        quote! { #(#attributes)* #docs #visibility #name: #ty }
    });
    quote! {
        #(#attrs)*
        #[derive(::core::clone::Clone, ::core::cmp::PartialEq)]
        #derived
        #[non_exhaustive]
        #vis struct #ident #generics #where_clause {
            #(#fields,)*
            extra: ::provider_wire::Extra,
        }

        #default

        impl #impl_generics #ident #ty_generics #where_clause {
            /// The members of the JSON object that no field holds, as received.
            #vis fn extra(&self) -> &::provider_wire::Extra {
                &self.extra
            }
        }
    }
}

fn impl_value(item: &DeriveInput) -> TokenStream {
    let ident = &item.ident;
    let (impl_generics, ty_generics, where_clause) = item.generics.split_for_impl();
    let mut with_lifetime = item.generics.clone();
    with_lifetime.params.insert(0, parse_quote!('de));
    let (impl_de, _, _) = with_lifetime.split_for_impl();
    quote! {
        impl #impl_generics ::provider_wire::Value for #ident #ty_generics #where_clause {
            fn read(
                reader: &mut ::provider_wire::Reader<'_>,
            ) -> ::core::result::Result<::core::option::Option<Self>, ::provider_wire::Fault> {
                ::provider_wire::read_record(reader)
            }

            fn read_onto(
                list: &mut ::std::vec::Vec<Self>,
                reader: &mut ::provider_wire::Reader<'_>,
            ) -> ::core::result::Result<bool, ::provider_wire::Fault> {
                ::provider_wire::read_record_onto(list, reader)
            }
        }

        impl #impl_generics ::provider_wire::__private::serde::Serialize for #ident #ty_generics #where_clause {
            fn serialize<__S: ::provider_wire::__private::serde::Serializer>(
                &self,
                serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                ::provider_wire::write_record(self, serializer)
            }
        }

        impl #impl_de ::provider_wire::__private::serde::Deserialize<'de> for #ident #ty_generics #where_clause {
            fn deserialize<__D: ::provider_wire::__private::serde::Deserializer<'de>>(
                deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                ::provider_wire::deserialize(deserializer)
            }
        }
    }
}

fn impl_debug(item: &DeriveInput, fields: &[Field]) -> TokenStream {
    let ident = &item.ident;
    let (impl_generics, ty_generics, where_clause) = item.generics.split_for_impl();
    let shown = fields.iter().map(|Field { name, names, span, .. }| match names {
        Some(_) => quote_spanned! {*span=>
            if !::provider_wire::Field::is_absent(&self.#name) {
                out.field(stringify!(#name), ::provider_wire::Field::shown(&self.#name));
            }
        },
        None => quote! { out.field(stringify!(#name), &self.#name); },
    });
    quote! {
        impl #impl_generics ::core::fmt::Debug for #ident #ty_generics #where_clause {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let mut out = f.debug_struct(stringify!(#ident));
                #(#shown)*
                if !self.extra.is_empty() {
                    out.field("extra", &self.extra);
                }
                out.finish()
            }
        }
    }
}

fn schema(item: &DeriveInput, fields: &[Field]) -> TokenStream {
    let DeriveInput { attrs, generics, .. } = item;
    // A flattened parameter says what the record is of, and the first description counts.
    let (of, others): (Vec<_>, Vec<_>) =
        fields.iter().partition(|field| field.names.is_none() && is_parameter(generics, &field.ty));
    let docs: Vec<_> = if of.is_empty() { docs_of(attrs).collect() } else { Vec::new() };
    let fields = of.into_iter().chain(others).map(|Field { attributes, name, ty, names, .. }| {
        let Some(Names { documented, aliases }) = names else {
            return quote! { #[schemars(flatten)] #name: #ty };
        };
        let docs = docs_of(attributes);
        let spelt = aliases.iter().map(|alias| format!("\n\nAlso spelt `{alias}`."));
        quote! {
            #(#docs)*
            #(#[doc = #spelt])*
            #[schemars(rename = #documented)]
            #name: #ty
        }
    });
    let (_, ty_generics, where_clause) = generics.split_for_impl();
    impl_json_schema(
        &item.ident,
        generics,
        &quote! {{
            use ::provider_wire::schemars;

            #(#docs)*
            #[derive(schemars::JsonSchema)]
            #[allow(dead_code, reason = "derived from, never made")]
            struct Shape #generics #where_clause {
                #(#fields,)*
            }

            let schema = <Shape #ty_generics as schemars::JsonSchema>::json_schema(generator);
            ::provider_wire::__private::all_optional(schema)
        }},
    )
}

fn is_parameter(generics: &Generics, ty: &Type) -> bool {
    generics
        .type_params()
        .any(|parameter| matches!(ty, Type::Path(path) if path.path.is_ident(&parameter.ident)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(options: TokenStream, item: TokenStream) -> String {
        expand(options, item).map(|_| ()).expect_err("wrong use").to_string()
    }

    #[test]
    fn wrong_use_is_refused_with_a_sentence() {
        let name_expected = "expected the wire name as text, `or = \"another name\"` or `flatten`";
        for (options, item, sentence) in [
            (
                quote!(),
                quote!(
                    enum Bank {}
                ),
                "`#[record]` goes on a struct",
            ),
            (
                quote!(),
                quote!(
                    struct Bank(Text);
                ),
                "the fields of a record have names",
            ),
            (
                quote!(),
                quote!(
                    struct Bank<'a> {}
                ),
                "a record takes type parameters alone",
            ),
            (
                quote!(personal),
                quote!(
                    struct Bank {}
                ),
                "`personal` is for enumerations: a record never shows its values",
            ),
            (
                quote!(rename_all = "Camel"),
                quote!(
                    struct Bank {}
                ),
                "unknown rule \"Camel\": use one of \"lowercase\", \"UPPERCASE\", \"PascalCase\", \"camelCase\", \
                 \"snake_case\", \"SCREAMING_SNAKE_CASE\", \"kebab-case\", \"SCREAMING-KEBAB-CASE\"",
            ),
            (
                quote!(),
                quote!(
                    struct Bank {
                        extra: Option<Text>,
                    }
                ),
                "`#[record]` adds `extra` itself: choose another name for this field",
            ),
            (
                quote!(),
                quote!(
                    struct Bank {
                        #[wire(code)]
                        code: Option<Text>,
                    }
                ),
                name_expected,
            ),
            (
                quote!(),
                quote!(
                    struct Bank {
                        #[wire(7)]
                        code: Option<Text>,
                    }
                ),
                name_expected,
            ),
            (
                quote!(),
                quote!(
                    struct Bank {
                        #[wire("a", "b")]
                        code: Option<Text>,
                    }
                ),
                "there is one wire name; other names that are read follow `or = `",
            ),
            (
                quote!(),
                quote!(
                    struct Bank {
                        #[wire("a")]
                        #[wire(or = "b")]
                        code: Option<Text>,
                    }
                ),
                "only one `#[wire(...)]` may stand here",
            ),
            (
                quote!(),
                quote!(
                    struct Bank {
                        #[wire("a", flatten)]
                        head: Head,
                    }
                ),
                "a flattened record has no wire name of its own",
            ),
            (
                quote!(rename_all = "camelCase"),
                quote!(
                    struct Bank {
                        bank_code: Option<Text>,
                        #[wire("code", or = "bankCode")]
                        code: Option<Text>,
                    }
                ),
                "the wire name \"bankCode\" already belongs to `bank_code`",
            ),
        ] {
            assert_eq!(refusal(options, item), sentence);
        }
    }
}
