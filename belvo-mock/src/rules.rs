//! The rules of Belvo's mock. What is refused names one of them; what is no refusal stands here to be told.
//! Sources are pages of developers.belvo.com by their names, Belvo's OpenAPI document 1.35.0 ("spec"), or public code.

provider_mock::rule_table! {
    // Who calls, and how often.
    ROOT: "root", "GET /api/", 0 "", Observed,
        "Both official clients log in by it and read the status alone; the members of the answer are the mock's.",
        "belvo-python 0.39.1, belvo 0.28.0 of npm";
    KEYS: "keys", "every call", 401 "authentication_failed", Documented, "The keys are missing or wrong.", "belvo-api-errors";
    EDGE: "edge", "every call", 403 "", Documented,
        "More than 80 calls of one address in 30 seconds are answered with a page in HTML.", "belvo-api-errors";
    EDGE_WINDOW: "edge-window", "every call, under the limit of calls", 0 "", Mock,
        "Calls count in 30 seconds of the mock's time, refused ones do not. While the clock stands still no time passes, and calls do not count.",
        "";
    PATH: "path", "every path", 404 "not_found", Documented, "There is no such resource.", "belvo-api-errors";
    METHOD: "method", "every path", 405 "method_not_allowed", Documented, "The resource does not have this method.", "belvo-api-errors";
    NOT_IN_MOCK: "not-in-mock", "resources that the mock does not have", 501 "not_in_this_mock", Mock,
        "Belvo has the resource, the mock does not.", "";

    // The form of a request.
    BODY: "body", "every call with a body", 400 "parse_error", Documented, "The body is no JSON.", "belvo-api-errors";
    CONTENT_TYPE: "content-type", "every call with a body", 400 "parse_error", Inferred, "A body has the content type `application/json`.", "spec";
    BODY_SIZE: "body-size", "every call with a body", 400 "parse_error", Mock, "A body has at most 2 MiB.", "";
    OBJECT: "object", "every call with a body", 400 "invalid", Documented, "A body is a JSON object, and so is a member that the documentation calls one.", "belvo-api-errors";
    REQUIRED: "required", "every call with a body", 400 "required", Documented, "A required member is missing.", "belvo-api-errors";
    NULL: "null", "every call with a body", 400 "null", Documented, "A member is `null` that may not be.", "belvo-api-errors";
    BLANK: "blank", "every call with a body", 400 "blank", Documented, "A text is empty.", "belvo-api-errors";
    TYPE: "type", "every call with a body", 400 "invalid", Documented, "A member has another type; a number is taken for text.", "belvo-api-errors";
    CHOICE: "choice", "every call", 400 "invalid_choice", Documented, "A word is none of the vocabulary.", "belvo-api-errors";
    NOT_A_LIST: "not-a-list", "every call with a body", 400 "not_a_list", Documented, "A member is no list.", "belvo-api-errors";
    NO_SUCH_OBJECT: "no-such-object", "every call with a body", 400 "does_not_exist", Documented, "A member names what does not exist.", "belvo-api-errors";
    SURPLUS: "surplus-fields", "every call with a body", 0 "", Inferred,
        "Members that the documentation does not have are taken and noted in `unknownFields`.", "the official clients send members of older versions";
    QUERY_VALUE: "query-value", "every list", 400 "invalid", Inferred, "A number, a day or a range in the query cannot be read.", "the form of other errors";
    PAGE: "page", "every list", 404 "not_found", Inferred, "There is no such page.", "";

    // Links.
    RESOURCE: "resource", "fetch_resources", 400 "invalid", Documented, "The institution does not have the resource.", "belvo-api-errors";
    EXTERNAL_ID: "external-id", "external_id", 400 "invalid", Documented,
        "It has at least three characters, and only letters, digits, `-` and `_`.", "the links article";
    EXTERNAL_ID_PERSONAL: "external-id-personal", "external_id that looks personal", 0 "", Documented, "It becomes `null`.", "the links article";
    STORAGE: "credentials-storage", "credentials_storage", 400 "invalid_credentials_storage", Documented,
        "It is `store`, `nostore` or `1d` to `365d`, and `store` for a recurrent link.", "belvo-api-errors";
    STORAGE_RESOURCES: "nostore-resources", "POST /api/links/", 400 "invalid_fetch_resources", Documented,
        "`nostore` needs `fetch_resources`.", "belvo-api-errors";
    STALE_IN: "stale-in", "stale_in", 400 "invalid", Inferred, "It is a number of days, `90d`.", "the page of the call";
    CERTIFICATE: "certificate", "certificate, private_key", 400 "invalid", Documented, "They are Base64.", "spec";
    CERTIFICATE_PAIR: "certificate-pair", "certificate, private_key", 400 "required", Documented, "Both or none.", "spec";
    HISTORICAL: "fetch-historical", "POST /api/links/", 400 "unsupported_operation", Documented,
        "A single link that names resources fetches its history.", "belvo-api-errors";
    OPEN_FINANCE: "open-finance", "links of Open Finance in Brazil", 400 "unsupported_operation", Inferred,
        "They are made and mended in the widget, not by the call. The code is inferred.", "the links article";
    LOGIN: "login", "calls that log in at the institution", 400 "login_error", Documented, "The institution does not take the login.", "belvo-api-errors";
    PLAYED: "played", "the name of an error as the user's name", 500 "unexpected_error", Mock, "A user who is named after an error gets it, under its own status.", "";
    MFA: "mfa", "calls that log in at the institution", 428 "token_required", Documented, "The user has to give an MFA token.", "belvo-api-errors";
    SESSION: "session", "PATCH /api/links/", 400 "session_expired", Documented, "The session has expired; one that was answered counts as such, which is inferred.", "belvo-api-errors";
    OTHER_LINK: "session-link", "PATCH /api/links/", 400 "invalid", Inferred, "The session is of another link.", "the page of the call: the same link";
    DUPLICATE: "duplicate", "POST /api/links/", 400 "duplicated", Documented, "The opt-in against duplicates is on.", "belvo-api-errors";
    ACCESS_MODE: "access-mode", "PATCH /api/links/{id}/", 400 "invalid_access_mode_switch", Documented, "Without stored credentials the access mode stays.", "belvo-api-errors";
    UNKNOWN_LINK: "unknown-link", "/api/links/{id}/", 404 "not_found", Documented, "There is no such link.", "belvo-api-errors";
    LINK_STATE: "link-state", "POST /api/links/{id}/refresh/", 400 "invalid_link", Documented, "The link is invalid.", "belvo-api-errors";
    UNCONFIRMED: "unconfirmed", "POST /api/links/{id}/refresh/", 400 "unconfirmed_link", Documented, "The link was never confirmed.", "belvo-api-errors";
    EXPIRED: "expired-credentials", "POST /api/links/{id}/refresh/", 404 "expired_credentials", Documented, "The stored credentials have expired.", "belvo-api-errors";
    COOLDOWN: "cooldown", "POST /api/links/{id}/refresh/", 409 "conflict", Inferred,
        "Two refreshes of a link are ten minutes apart. Status and text are documented, the code is not.", "refreshhistoricaldataforlink";
    DELETIONS: "deletions", "DELETE /api/links/{id}/", 429 "too_many_requests", Inferred,
        "Five links can be deleted in a minute. The status is documented, the body is not.", "destroylink";

    // Widget token.
    SCOPES: "scopes", "POST /api/token/", 400 "invalid", Documented,
        "The scopes are one of the documented sets; update mode adds `read_links`.", "token";
    SCOPES_OF_CLIENTS: "scopes-of-clients", "POST /api/token/ with link_id", 0 "", Observed,
        "Update mode also takes `read_institutions,write_links` without `read_links`.", "the default of both official clients";
    KEYS_IN_HEADER: "keys-in-header", "POST /api/token/ without id and password", 0 "", Observed,
        "The keys of the `Authorization` header serve in their place.", "belvo 0.28.0 of npm, links.token";
    PURPOSE: "purpose", "widget.purpose", 400 "invalid", Documented, "It has at most 600 characters.", "token";
    CALLBACK: "callback", "widget.callback_urls", 400 "invalid", Mock, "An address is an absolute URL.", "";
    DOCUMENT: "document", "user_document, widget.consent.identification_info", 400 "invalid", Mock, "A CPF or CNPJ has check digits that fit.", "";
    DOCUMENT_KIND: "document-kind", "widget.consent.identification_info", 400 "required", Inferred, "Its `type` is there.", "token";
    WIDGET_TOKEN: "widget-token", "the widget", 400 "session_expired_ob", Documented, "The token is used, or older than ten minutes.", "belvo-api-errors";

    // Consents, institutions, webhooks.
    USER_DOCUMENT: "user-document", "GET /api/consents/", 400 "required", Documented, "`user_document` is required.", "spec";
    UNKNOWN_CONSENT: "unknown-consent", "/api/consents/{id}/", 404 "not_found", Documented, "There is no such consent.", "belvo-api-errors";
    UNKNOWN_INSTITUTION: "unknown-institution", "/api/institutions/{id}/", 404 "not_found", Documented, "There is no such institution.", "belvo-api-errors";
    INSTITUTION_DOWN: "institution-down", "calls that log in at the institution", 400 "institution_down", Documented, "The institution is down.", "belvo-api-errors";
    WEBHOOK_ANSWER: "webhook-answer", "webhooks", 0 "", Documented, "An answer of 2xx within 5 seconds is a success; else there are five retries.", "webhooks";
    WEBHOOK_BACKOFF: "webhook-backoff", "webhooks", 0 "", Mock, "The linear backoff has a step of one second.", "linear: webhooks";
    CONSENT_PERMISSIONS: "consent-permissions", "GET /api/consents/", 0 "", Inferred, "The form of the members of `permissions`.", "their names: spec";
}
