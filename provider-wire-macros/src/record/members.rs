//! Reading and writing of the members: the implementation of `Record`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::DeriveInput;

use super::Field;
use crate::wire::Names;

pub(super) fn impl_record(item: &DeriveInput, fields: &[Field]) -> TokenStream {
    let ident = &item.ident;
    let (impl_generics, ty_generics, where_clause) = item.generics.split_for_impl();
    let read_member = read_member(fields);
    let (count, read_expected, place) = places(fields);
    let writes = fields.iter().map(|Field { name, names, span, .. }| match names {
        Some(Names { documented, .. }) => quote_spanned! {*span=>
            ::provider_wire::__private::write_field(out, #documented, &self.#name)?;
        },
        None => quote_spanned! {*span=> ::provider_wire::Record::write_members(&self.#name, out)?; },
    });
    quote! {
        impl #impl_generics ::provider_wire::Record for #ident #ty_generics #where_clause {
            const MEMBERS: usize = #count;

            fn read_member(
                &mut self,
                name: &str,
                reader: &mut ::provider_wire::Reader<'_>,
            ) -> ::core::result::Result<bool, ::provider_wire::Fault> {
                #read_member
            }

            // Into the loop over the members, where the place becomes a jump: else entries take 4 % longer.
            #[inline(always)]
            fn read_expected(
                &mut self,
                place: usize,
                reader: &mut ::provider_wire::Reader<'_>,
            ) -> ::core::result::Result<bool, ::provider_wire::Fault> {
                #read_expected
                let _ = (place, reader);
                ::core::result::Result::Ok(false)
            }

            fn place(name: &str) -> ::core::option::Option<usize> {
                #place
            }

            fn write_members<__M: ::provider_wire::__private::serde::ser::SerializeMap>(
                &self,
                out: &mut __M,
            ) -> ::core::result::Result<(), __M::Error> {
                #(#writes)*
                self.extra.write(out)
            }

            fn extra(&self) -> &::provider_wire::Extra {
                &self.extra
            }

            fn extra_mut(&mut self) -> &mut ::provider_wire::Extra {
                &mut self.extra
            }
        }
    }
}

fn read_member(fields: &[Field]) -> TokenStream {
    let own = fields.iter().filter_map(|Field { name, names, span, .. }| {
        let Names { documented, aliases } = names.as_ref()?;
        let read = quote_spanned! {*span=> reader.member(name, #documented, &mut self.#name)?; };
        Some(quote! {
            #documented #(| #aliases)* => {
                #read
                ::core::result::Result::Ok(true)
            }
        })
    });
    let flattened =
        fields.iter().filter(|field| field.names.is_none()).map(|Field { name, span, .. }| {
            quote_spanned! {*span=>
                if ::provider_wire::Record::read_member(&mut self.#name, name, reader)? {
                    return ::core::result::Result::Ok(true);
                }
            }
        });
    quote! {
        match name {
            #(#own)*
            _ => {
                #(#flattened)*
                let _ = reader;
                ::core::result::Result::Ok(false)
            }
        }
    }
}

/// How many members there are, the reading of the one at a place, and the place of a name. Places follow the order of
/// the fields, those of a flattened record in its position.
fn places(fields: &[Field]) -> (TokenStream, TokenStream, TokenStream) {
    let mut own = 0usize;
    let mut others = TokenStream::new();
    let (mut read, mut arms, mut searches) = (TokenStream::new(), TokenStream::new(), TokenStream::new());
    for run in fields.chunk_by(|one, next| one.names.is_some() && next.names.is_some()) {
        let mut steps = TokenStream::new();
        let mut length = 0usize;
        for Field { name, names, ty, span, .. } in run {
            let Some(Names { documented, aliases }) = names else {
                searches.extend(quote! {
                    if let ::core::option::Option::Some(place) = <#ty as ::provider_wire::Record>::place(name) {
                        return ::core::option::Option::Some(#own #others + place);
                    }
                });
                read.extend(quote! {
                    if place < <#ty as ::provider_wire::Record>::MEMBERS {
                        return ::provider_wire::Record::read_expected(&mut self.#name, place, reader);
                    }
                    let place = place - <#ty as ::provider_wire::Record>::MEMBERS;
                });
                others.extend(quote! { + <#ty as ::provider_wire::Record>::MEMBERS });
                continue;
            };
            arms.extend(quote! {
                #documented #(| #aliases)* => ::core::option::Option::Some(#own #others),
            });
            let slot = quote_spanned! {*span=> reader.expected_member(#documented, &mut self.#name) };
            steps.extend(quote! { #length => return #slot, });
            own += 1;
            length += 1;
        }
        if length > 0 {
            read.extend(quote! {
                match place {
                    #steps
                    _ => {}
                }
                let place = place - #length;
            });
        }
    }
    let place = quote! {
        match name {
            #arms
            _ => {
                #searches
                ::core::option::Option::None
            }
        }
    };
    (quote! { #own #others }, read, place)
}
