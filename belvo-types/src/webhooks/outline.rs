use std::fmt;

use provider_wire::{DecodeError, Fault, Kind, Reader, text_of};

use super::PaymentWebhookCode;

/// What one pushed object is, told by the names of its members.
///
/// ```
/// use belvo_types::webhooks::WebhookKind;
///
/// // The same type in both families: what tells is whom it is about.
/// let link = br#"{"webhook_type":"TRANSACTIONS","link_id":"16f68516-bcbc-4cf7-828e-d90d6ab18e75"}"#;
/// assert_eq!(WebhookKind::of(link), WebhookKind::Link);
/// let payment = br#"{"webhook_type":"TRANSACTIONS","object_id":"b1c83f2c-0d6f-4b3e-8a2c-1f7f4d8d1e11"}"#;
/// assert_eq!(WebhookKind::of(payment), WebhookKind::Payment);
/// assert_eq!(WebhookKind::of(b"<html>"), WebhookKind::Unknown);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WebhookKind {
    /// Of a link: an object with `link_id`, or with `webhook_type`, `webhook_code` or `webhook_id` and none of the below.
    Link,
    /// Of a payment: an object with `object_id`, or a code of payments, and without a link.
    Payment,
    /// Of a Direct Debit: an object with `eventType` or `eventCode`.
    DirectDebit,
    /// Anything of which none of this can be said.
    Unknown,
}

impl WebhookKind {
    /// Looks at an object. What is no JSON, or none at all, is unknown.
    pub fn of(body: &[u8]) -> Self {
        let kind = text_of(body).ok().and_then(|text| Members::of(&mut Reader::new(text)).ok());
        kind.map_or(Self::Unknown, |members| members.kind())
    }

    /// The same of the object that a reader stands before, which stays there.
    pub(super) fn next(reader: &Reader<'_>) -> Self {
        Members::of(&mut Reader::new(reader.remaining())).map_or(Self::Unknown, |members| members.kind())
    }

    /// The word for it: `link_webhook`, `payment_webhook`, `direct_debit_webhook`, `unknown`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link_webhook",
            Self::Payment => "payment_webhook",
            Self::DirectDebit => "direct_debit_webhook",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for WebhookKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A pushed body, read as far as filing it takes.
///
/// Belvo documents one object for each POST; an array of them is taken apart as well.
///
/// ```
/// use belvo_types::webhooks::Outline;
///
/// let Outline::Webhooks(bodies) = Outline::of(br#"[{"webhook_id":"1"}, {"webhook_id":"2"}]"#)? else {
///     unreachable!("there are webhooks in it")
/// };
/// assert_eq!(bodies, [r#"{"webhook_id":"1"}"#, r#"{"webhook_id":"2"}"#]);
/// # Ok::<(), provider_wire::DecodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outline<'a> {
    /// Nothing: a connectivity test.
    Ping,
    /// The texts of the webhooks, and of what else stands in an array with one.
    Webhooks(Vec<&'a str>),
    /// JSON in which there is no webhook.
    Unknown,
}

impl<'a> Outline<'a> {
    /// Looks at a body.
    ///
    /// # Errors
    /// Where it is no JSON.
    pub fn of(body: &'a [u8]) -> Result<Self, DecodeError> {
        let text = text_of(body)?;
        let mut reader = Reader::new(text);
        let outline = Self::read(&mut reader, text).and_then(|outline| reader.finish().map(|()| outline));
        match outline {
            Ok(outline) => Ok(outline),
            Err(_) if text.trim().is_empty() => Ok(Self::Ping),
            Err(fault) => Err(DecodeError::of(fault, &reader)),
        }
    }

    fn read(reader: &mut Reader<'a>, text: &'a str) -> Result<Self, Fault> {
        match reader.kind()? {
            Kind::Object => Members::of(reader).map(|members| match members.kind() {
                _ if !members.any => Self::Ping,
                WebhookKind::Unknown => Self::Unknown,
                _ => Self::Webhooks(vec![text.trim()]),
            }),
            Kind::Array => Self::read_array(reader, text),
            _ => reader.skip().map(|_| Self::Unknown),
        }
    }

    /// One webhook makes it webhooks: a broken element must not cost the others.
    fn read_array(reader: &mut Reader<'a>, text: &'a str) -> Result<Self, Fault> {
        let (mut all, mut any) = (Vec::new(), false);
        let mut elements = reader.enter_array()?;
        while elements.next(reader)? {
            // The cursor stands on the element once its first byte was looked at.
            let is_object = reader.kind()? == Kind::Object;
            let start = reader.position();
            if is_object {
                any |= Members::of(reader)?.kind() != WebhookKind::Unknown;
            } else {
                reader.skip()?;
            }
            all.push(&text[start..reader.position()]);
        }
        Ok(match all.is_empty() {
            true => Self::Ping,
            false if any => Self::Webhooks(all),
            false => Self::Unknown,
        })
    }
}

/// Which telling members an object has. An id that is no text, or an empty one, tells nothing.
#[derive(Default)]
struct Members {
    any: bool,
    link: bool,
    object: bool,
    event: bool,
    webhook: bool,
    payment: bool,
}

impl Members {
    fn of(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        let mut found = Self::default();
        let mut members = reader.enter_object()?;
        while let Some(name) = members.next(reader)? {
            let value = reader.skip()?;
            found.add(&name, value.get());
        }
        Ok(found)
    }

    fn add(&mut self, name: &str, value: &str) {
        self.any = true;
        let present = value.starts_with('"') && value != "\"\"";
        match name {
            "link_id" if present => self.link = true,
            "object_id" if present => self.object = true,
            "eventType" | "eventCode" if present => self.event = true,
            "webhook_code" => {
                self.webhook = true;
                self.payment = PaymentWebhookCode::from(value.trim_matches('"')).is_known();
            }
            "webhook_id" | "webhook_type" => self.webhook = true,
            _ => {}
        }
    }

    fn kind(&self) -> WebhookKind {
        if self.link {
            WebhookKind::Link
        } else if self.object || self.payment {
            WebhookKind::Payment
        } else if self.webhook {
            WebhookKind::Link
        } else if self.event {
            WebhookKind::DirectDebit
        } else {
            WebhookKind::Unknown
        }
    }
}
