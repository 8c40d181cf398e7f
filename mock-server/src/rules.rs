//! The rules of Klavi's mock. What is refused names one of them; what is no refusal stands here to be told.
//! Sources are pages of docs.klavi.ai by their paths, or public code that was observed.

provider_mock::rule_table! {
    // The form of a request.
    CONTENT_TYPE: "content-type", "every call with a body", 400 "", Inferred,
        "A body has the content type `application/json`.", "examples of every page";
    BODY: "body", "every call with a body", 400 "", Inferred,
        "A body that is no JSON object is answered with 400, and fields that are wrong with 422: the documentation names both for malformed or missing parameters.",
        "/connect/open-finance-codes-and-errors";
    BODY_SIZE: "body-size", "every call with a body", 413 "", Mock,
        "A body has at most 2 MiB, of KaaS 32 MiB.", "";
    REQUIRED: "required", "every call with a body", 422 "", Inferred,
        "A field that the documentation calls required is there; `null` and an empty text count as absent.",
        "the page of each call; empty texts as in answers";
    TYPE: "type", "every call with a body", 422 "", Inferred,
        "A field has the type that the documentation gives it.", "the page of each call";
    TAX_ID: "tax-id", "personalTaxId, businessTaxId, taxId", 422 "", Mock,
        "A CPF has 11 digits, a CNPJ 14 characters, and their check digits fit.", "";
    EMAIL: "email", "email", 422 "", Mock, "An e-mail address has an `@`.", "";
    PHONE: "phone", "phone", 400 "", Observed,
        "A phone is `+55` with 10 or 11 digits, else the answer is 400 with the text `Invalid phone`.",
        "two clients in production";
    URL: "url", "redirectURL, appLink, applicationLink", 422 "", Mock, "An address is an absolute URL.", "";
    DAY: "day", "transactionDate of KaaS", 422 "", Inferred, "A day is written `YYYY-MM-DD`.", "/klaas/transactions-categorization";
    SURPLUS: "surplus-fields", "every call", 0 "", Observed,
        "Fields and parameters that the documentation does not have are taken and noted in `unknownFields`.",
        "a client in production sends each field in several spellings";
    APP_LINK_KEY: "app-link-key", "POST /data/v1/links", 422 "", Documented,
        "`appRedirectURLKey` is required with `appLink`.", "/connect/create-a-link";
    VALIDITY_PERIOD: "validity-period", "POST /data/v1/consents", 422 "", Documented,
        "`validityPeriod` is 0 or 12.", "/connect/create-a-consent";
    VALIDITY_PERIOD_MISSING: "validity-period-missing", "POST /data/v1/consents without validityPeriod", 0 "", Observed,
        "`validityPeriod` may be missing, although the newer documentation requires it; the mock notes it and the consent lives twelve months, which is inferred.",
        "a client in production; absent from /link/create-a-consent";

    // Who calls, and how often.
    KEYS: "keys", "POST /data/v1/auth", 401 "", Documented, "Wrong keys.", "/link/generate-access-token";
    TOKEN: "token", "every call with a token", 401 "", Documented,
        "The token is unknown or has expired, 1800 seconds after it was issued.", "/connect/open-finance-codes-and-errors";
    TOKEN_MISSING: "token-missing", "every call with a token", 401 "", Inferred,
        "There is no header `Authorization: Bearer`.", "/connect/open-finance-codes-and-errors";
    OTHER_TOKEN: "other-token", "every call with a token", 403 "", Inferred,
        "The token is valid, but of the other kind: accessToken and linkToken each open calls of their own.",
        "403 for a token without the permission: /connect/open-finance-codes-and-errors";
    REFRESH: "refresh-keeps", "GET /data/v1/refresh, what becomes of the older token", 0 "", Mock,
        "The older token lives on to its end.", "";
    RATE: "rate", "every call", 429 "", Documented,
        "More calls in a second than the contract allows.", "/connect/rate-limits-and-throughput";
    RATE_WINDOW: "rate-window", "every call, under a rate limit", 0 "", Mock,
        "Calls count in windows of one second of the mock's time. While the clock stands still no time passes, and calls do not count.",
        "";
    RETRY_AFTER: "retry-after", "answer 429", 0 "", Observed, "It has a `Retry-After` in seconds.", "a client in production honours it";
    PATH: "path", "every path", 404 "", Documented, "There is no such resource.", "/connect/open-finance-codes-and-errors";
    METHOD: "method", "every path", 405 "", Mock, "The resource does not have this method.", "";

    // Links and institutions.
    GET_LINK: "get-link", "GET /data/v1/links/{linkId}", 0 "", Observed,
        "A link can be read with the accessToken. That it can is observed; the members of the answer are the mock's.",
        "a client in production";
    UNKNOWN_LINK: "unknown-link", "GET /data/v1/links/{linkId}", 404 "", Inferred, "There is no such link.",
        "/connect/open-finance-codes-and-errors";
    CONNECTION_KEY: "connection-key", "POST /data/v1/links", 416 "4001", Mock, "`connectionKey` is of no connection.", "";
    INSTITUTION: "institution", "institutionCode", 416 "4004", Documented,
        "The institution is out of service or not allowed.", "/connect/open-finance-codes-and-errors";
    INSTITUTION_KIND: "institution-kind", "institutionCode of a consent or a report request", 416 "4004", Inferred,
        "An institution of Open Data has no consents.", "/connect/api-only";
    INSTITUTION_TYPE: "institution-type", "GET /data/v1/links/institutions, institutionType", 0 "", Inferred,
        "`institutionType` is 1 for Open Finance and 2 for Open Data.", "1 in /connect/get-institution-list";
    EXTERNAL_INFO: "external-info", "redirects", 0 "", Mock, "`external_info` is in the query as JSON, where some was given.", "";

    // Consents.
    TRACK_ID: "external-track-id", "POST /data/v1/consents", 409 "", Inferred,
        "`externalTrackId` was used before. That it is unique for each call is documented, the status is not.",
        "/connect/create-a-consent";
    CONSENT_LIMIT: "consent-limit", "POST /data/v1/consents", 416 "4003", Documented,
        "The person or company has too many consents at that institution.", "/connect/open-finance-codes-and-errors";
    CONSENT_LIMIT_NUMBER: "consent-limit-number", "POST /data/v1/consents, where the limit is", 0 "", Mock,
        "Pending and authorised consents count, and 10 are allowed.", "that a revoked one frees the limit: observed";
    UNKNOWN_CONSENT: "unknown-consent", "/data/v1/consents/{consentId}", 404 "", Documented,
        "There is no such consent.", "/connect/open-finance-codes-and-errors";
    CONSENTS_UNFILTERED: "consents-unfiltered", "GET /data/v1/consents without a tax id", 0 "", Observed,
        "The list also comes without a tax id, and with `linkId`; the mock notes a call without any parameter.", "two clients";
    CONSENTS_BY_CPF: "consents-by-cpf", "GET /data/v1/consents by personalTaxId", 0 "", Observed,
        "A CPF also finds the consents of companies that the person acts for.", "a client in production";
    REVOKE_FINAL: "revoke-final", "DELETE /data/v1/consents/{consentId}/revoke of a consent that is over", 0 "", Inferred,
        "The answer is 200, and the consent stays as it is.", "a client in production revokes without looking";
    DELETE_CONSENT: "delete-consent", "DELETE /data/v1/consents/{consentId}", 0 "", Observed,
        "Without `/revoke` the answer is 204 with an empty body: a pending consent is revoked, one that is over stays as it is.",
        "a client in production";
    DELETE_AUTHORISED: "delete-authorised", "DELETE /data/v1/consents/{consentId}", 409 "", Observed,
        "An authorised consent is not deleted: the user revokes it at the bank. The refusal is observed, its status is the mock's.",
        "a client in production";

    // Reports.
    AUTHORISATION: "authorisation", "report requests", 416 "4001", Documented,
        "There is no authorised consent that the request covers.", "/connect/open-finance-codes-and-errors";
    PRODUCT: "product", "report requests", 416 "4002", Documented,
        "The product is unknown or of the other level.", "/connect/open-finance-codes-and-errors";
    PRODUCT_PERSON: "product-person", "report requests", 416 "4002", Observed,
        "The product is not one for this kind of person.", "a client in production";
    PRODUCT_CONTRACT: "product-contract", "report requests", 416 "4002", Inferred,
        "The product is not in the contract: the mock does not have it.", "only what was chosen at onboarding: /link/institutional-level-report";
    NO_PRODUCTS: "no-products", "report requests", 416 "4005", Documented, "`products` is empty.", "/connect/open-finance-codes-and-errors";
    CALLBACK_URL: "callback-url", "productsCallbackURL", 416 "4006", Inferred,
        "`productsCallbackURL` is an object of product name, `other` or `all` to one address each, and `all` stands alone. Addresses are of https, or of http to this machine.",
        "/connect/vDAe-user-level-report";
    BASIC_CALLBACK_URL: "basic-callback-url", "products_callback_url of a Basic WhiteLabel address", 422 "", Mock,
        "The address is one of https, or of http to this machine.", "";
    MOCK_FAILED: "mock-failed", "report requests of pf_mock_failed, pj_mock_failed", 416 "4007", Mock,
        "The products are the mock's own: no cause of 4007 is known.", "the code: /connect/open-finance-codes-and-errors";
    MOCK_ECO: "mock-eco", "report requests of pf_mock_eco, pj_mock_eco, without a consent", 416 "4008", Mock,
        "The products are the mock's own: no \"eco\" product is known.", "the code: /connect/open-finance-codes-and-errors";
    MOCK_ECO_KYC: "mock-eco-kyc", "report requests of pf_mock_eco, pj_mock_eco, with a consent", 416 "4009", Mock,
        "The products are the mock's own: no \"eco\" product is known.", "the code: /connect/open-finance-codes-and-errors";
    PERSONAL_USER: "personal-user-data", "POST /data/v1/personal/user-data", 0 "", Inferred,
        "The path of the page is inferred from that of companies.", "/connect/vDAe-user-level-report";
    BUSINESS_INSTITUTION: "business-institution-data", "POST /data/v1/business/institution-data", 0 "", Observed,
        "There is no page of it.", "two clients";
    ALL_IN_LIST: "all-in-list", "products", 0 "", Observed,
        "`all` is taken as a word and in a list, at either level.", "two clients";
    REPORT_ADDRESS: "report-address", "where a report goes", 0 "", Inferred,
        "The address of the request comes first, then that of the link, then the console's. A report over several links goes once to the address of each link.",
        "/link/product-webhooks: an address of a link is for the reports of that link";
    REPORT_ORDER: "report-order", "events and reports of one request", 0 "", Inferred,
        "`product_request_received`, then for each product `product_generated_success` or `_failed` and the report.", "/connect/api-events";
    REPORT_RETRIES: "report-retries", "deliveries of reports", 0 "", Inferred,
        "Reports are retried as events are: five retries, from 250 ms, doubled each time.", "/link/lqUr-overview";
    EVENT_RETRIES: "event-retries", "deliveries of events", 0 "", Documented,
        "An answer of 2xx within 10 seconds is a success; else there are five retries from 250 ms on, with exponential backoff. That the factor is 2 is inferred.",
        "/link/lqUr-overview";
    EVENT_PAYLOADS: "event-payloads", "payloads of product events", 0 "", Inferred,
        "They have the tax ids, `requestId`, `productName` and `productReportId`.", "no example is known";
    ACTION_STATUS: "action-status", "link_action_status", 0 "", Mock, "What happened stands in `actionStatus`.", "no example is known";
    ENCODED_CPF: "encoded-cpf", "reports with an encoded CPF", 0 "", Mock,
        "AES-256-CBC under the SHA-256 digest of the secret key, the initialisation vector in front, in URL-safe Base64 without padding.",
        "that it is AES-256 with the secret key: /connect/security";

    // Open Data.
    UNKNOWN_TASK: "unknown-task", "/data/v1/tasks/{taskId}", 404 "", Documented, "There is no such task.", "/connect/open-finance-codes-and-errors";
    NOT_WAITING: "task-not-waiting", "POST /data/v1/tasks/{taskId}/mfa", 409 "", Mock, "The task does not wait for an MFA token.", "";
    OTHER_FACTOR: "task-other-factor", "POST /data/v1/tasks/{taskId}/mfa", 422 "", Mock, "`mfaId` is not that of the MFA challenge.", "";
    FACTOR_FIELD: "task-factor-field", "POST /data/v1/tasks/{taskId}/mfa", 422 "", Mock,
        "The MFA token is in `code`, a chosen way in `switchVerificationType`.", "the fields: /connect/submit-mfa-data";

    // Siblings.
    PARTNER: "kaas-partner", "calls of KaaS", 401 "", Inferred,
        "The headers `partner_code` and `partner_token`, or `client_id` and `client_secret`, are missing or wrong.", "/klaas/quick-start";
    KAAS_FORM: "kaas-form", "POST /klaas/open-finance/v1/analytics", 400 "", Inferred,
        "The body is JSON, or a multipart form with the file.", "/klaas/open-finance-analytics";
    KAAS_DATA: "kaas-data", "calls of KaaS", 422 "", Inferred,
        "Fields have their documented types, lists are lists, and there is something to analyse.", "/klaas/open-finance-analytics";
    ANALYTICS_PATH: "kaas-analytics-path", "POST /klaas/open-finance/v1/analytics", 0 "", Mock,
        "The path and the answer are the mock's.", "/klaas/open-finance-analytics has neither";
    SECRET_KEY: "analysis-key", "GET /data/analysis/v1/events", 401 "", Inferred, "The header `secretKey` is missing or wrong.", "/analysis/security";
    ANALYSIS_RESULT: "analysis-result", "GET /analysis-results/{file}", 403 "", Mock, "The address is wrong or has expired.", "";
    ANALYSIS_FILE: "analysis-file", "GET /analysis-results/{file}", 0 "", Mock, "The file is the mock's.", "";
}
