//! `#[value_schema(...)]`, and the `JsonSchema` that the other attributes add.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{DeriveInput, Error, Generics, Ident, LitStr, Result, Token, Type, parse_quote, token};

enum Options {
    Json(TokenStream),
    Like(Box<Type>, LitStr),
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(token::Brace) {
            return input.parse().map(Self::Json);
        }
        named(input, "like")?;
        let like = input.parse()?;
        input.parse::<Token![,]>()?;
        named(input, "description")?;
        let description = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        Ok(Self::Like(like, description))
    }
}

fn named(input: ParseStream<'_>, name: &str) -> Result<()> {
    const EXPECTED: &str = "expected the schema as `{...}`, or `like = Type, description = \"...\"`";
    let word: Ident = input.parse().map_err(|error| Error::new(error.span(), EXPECTED))?;
    if word != name {
        return Err(Error::new(word.span(), EXPECTED));
    }
    input.parse::<Token![=]>().map(drop)
}

pub(crate) fn expand(options: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let item: DeriveInput = syn::parse2(item)?;
    let schema = match syn::parse2(options)? {
        Options::Json(json) => quote! {{
            let _ = generator;
            ::provider_wire::schemars::json_schema!(#json)
        }},
        Options::Like(like, description) => quote! {{
            let schema = <#like as ::provider_wire::schemars::JsonSchema>::json_schema(generator);
            ::provider_wire::__private::said_of(schema, #description)
        }},
    };
    let mut expanded = impl_json_schema(&item.ident, &item.generics, &schema);
    item.to_tokens(&mut expanded);
    Ok(expanded)
}

/// `JsonSchema` of a type, where there is a schema at all; `schema` is an expression with a `generator`. A type with
/// parameters is named by theirs, too.
pub(crate) fn impl_json_schema(name: &Ident, generics: &Generics, schema: &TokenStream) -> TokenStream {
    let mut generics = generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(parse_quote!(::provider_wire::schemars::JsonSchema));
    }
    let parameters: Vec<_> = generics.type_params().map(|parameter| &parameter.ident).collect();
    let named = |by: TokenStream, own: TokenStream| {
        if parameters.is_empty() {
            return quote! { #own.into() };
        }
        let of = parameters.iter().map(|of| quote! { <#of as ::provider_wire::schemars::JsonSchema>::#by() });
        quote! { [#own.into(), #(#of),*].join("_").into() }
    };
    let schema_name = named(quote!(schema_name), quote! { stringify!(#name) });
    let schema_id = named(quote!(schema_id), quote! { concat!(module_path!(), "::", stringify!(#name)) });
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote! {
        ::provider_wire::if_json_schema! {
            impl #impl_generics ::provider_wire::schemars::JsonSchema for #name #ty_generics #where_clause {
                fn schema_name() -> ::std::borrow::Cow<'static, str> {
                    #schema_name
                }

                fn schema_id() -> ::std::borrow::Cow<'static, str> {
                    #schema_id
                }

                fn json_schema(
                    generator: &mut ::provider_wire::schemars::SchemaGenerator,
                ) -> ::provider_wire::schemars::Schema {
                    #schema
                }
            }
        }
    }
}
