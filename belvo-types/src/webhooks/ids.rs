use provider_wire::string_id;

/// Belvo's id of the webhook, 32 hexadecimal digits. Whether of one notification or of the subscription is not
/// documented: no key by itself.
#[string_id]
pub struct WebhookId;

/// Id of what a payment webhook is about: an intent, a charge, an account, a customer.
#[string_id]
pub struct PaymentObjectId;
