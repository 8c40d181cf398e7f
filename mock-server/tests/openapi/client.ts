// What a partner writes against types that were made from openapi.json.
import type { components, operations } from "./klavi";

type Schemas = components["schemas"];

const consent: Schemas["CreateConsent"] = {
    externalTrackId: "track-1",
    personalTaxId: "12345678909",
    institutionCode: "341",
    redirectURL: "https://partner.example/back",
    validityPeriod: 12,
};
const callback: Schemas["CreateLink"] = { productsCallbackURL: { all: "https://partner.example/klavi" } };
const order: Schemas["TriggerOrder"] = { event: "consent_authorised", times: 3 };
type Created = operations["createConsent"]["responses"][200]["content"]["application/json"];
export const where = (created: Created): string => created.consentRedirectURL;
export const status = (shown: Schemas["Consent"]): string => (shown.status === "AUTHORISED" ? "yes" : shown.status);
// @ts-expect-error a consent has a tracking value
const untracked: Schemas["CreateConsent"] = { institutionCode: "341", redirectURL: "app://back", validityPeriod: 12 };
// @ts-expect-error the description has no such status
export const wrong = (shown: Schemas["Consent"]): boolean => shown.status === "AUTHORIZED";
// @ts-expect-error the control API takes no other members
const unknown: Schemas["Service"] = { outOfService: true, other: 1 };
export { callback, consent, order, unknown, untracked };
