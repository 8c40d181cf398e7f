use provider_wire::string_id;

string_id! {
    /// Belvo's id of the webhook, 32 hexadecimal digits. Whether of one notification or of the subscription is not
    /// documented: no key by itself.
    pub struct WebhookId;

    /// Id of what a payment webhook is about: an intent, a charge, an account, a customer.
    pub struct PaymentObjectId;
}
