// A partner's back end in Node with axios, written from the description of Klavi's API alone: from /auth to a report
// that came signed. It knows nothing of this project.
//
//     KLAVI_BASE_URL=… KLAVI_ACCESS_KEY=… KLAVI_SECRET_KEY=… node client.mjs CPF INSTITUTION PRODUCT
//
// Prints a line of JSON for each step. A browser has to open the address of the step "open". `axios` is looked for where
// NODE_MODULES points to.

import crypto from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import { createRequire } from "node:module";
import { setTimeout } from "node:timers/promises";

const axios = createRequire(`${process.env.NODE_MODULES}/`)("axios");
const { KLAVI_BASE_URL, KLAVI_ACCESS_KEY: accessKey, KLAVI_SECRET_KEY: secretKey } = process.env;
const [cpf, institution, product] = process.argv.slice(2);
const say = (step, what) => console.log(JSON.stringify({ step, ...what }));

// What came, and whoever waits for it.
const deliveries = [];
let arrived = () => {};
const server = http.createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const mac = crypto.createHmac("sha256", secretKey).update(body).digest();
  const signature = Buffer.from(request.headers["x-klavi-signature"] ?? "", "hex");
  const valid = signature.length === mac.length && crypto.timingSafeEqual(signature, mac);
  response.writeHead(valid ? 200 : 401).end();
  if (valid) deliveries.push(JSON.parse(body));
  arrived();
});
await once(server.listen(0, "127.0.0.1"), "listening");
const hook = `http://127.0.0.1:${server.address().port}/klavi`;

async function waitFor(what) {
  for (;;) {
    // Events come as an array of one, reports as an object.
    const found = deliveries.flat().find(what);
    if (found) return found;
    await new Promise((resolve) => (arrived = resolve));
  }
}

const klavi = axios.create({ baseURL: `${KLAVI_BASE_URL}/data/v1`, headers: { Accept: "application/json" }, timeout: 30_000 });
const bearer = (token) => ({ headers: { Authorization: `Bearer ${token}` } });

const login = await klavi.post("/auth", { accessKey, secretKey });
const { data: refreshed } = await klavi.get("/refresh", bearer(login.data.accessToken));
const token = refreshed.accessToken;
say("auth", { expireIn: Number(refreshed.expireIn) });

await klavi.post("/auth", { accessKey, secretKey: "wrong" }).catch(({ response }) => {
  say("refused", { status: response.status, code: response.data.statusCode, message: response.data.message });
});

const { data: link } = await klavi.post("/links", {
  personalTaxId: cpf,
  redirectURL: "https://partner.example/back?session=9",
  productsCallbackURL: { all: hook },
  externalInfo: { client: "node" },
}, bearer(token));
const { data: banks } = await klavi.get("/links/institutions", bearer(link.linkToken));
say("institutions", { codes: banks.map((bank) => bank.institutionCode) });

const { data: consent } = await klavi.post("/consents", {
  personalTaxId: cpf,
  institutionCode: institution,
  redirectURL: "https://partner.example/back?session=9",
  externalTrackId: crypto.randomUUID(),
  validityPeriod: 12,
}, bearer(link.linkToken));
const consentId = consent.consentId;
say("open", { url: consent.consentRedirectURL, consentId });
for (;;) {
  const { data: state } = await klavi.get(`/consents/${consentId}`, bearer(token));
  if (state.status === "AUTHORISED") break;
  if (state.status !== "STARTED" && !state.status.startsWith("AWAITING")) throw new Error(state.status);
  await setTimeout(50);
}
const { data: selected } = await klavi.get("/links/institutions/status", bearer(link.linkToken));
say("authorised", { selected: selected.map((bank) => [bank.institutionCode, bank.status]) });

const { data: accepted } = await klavi.post("/personal/institution-data", {
  taxId: cpf,
  institutionCode: institution,
  consentIds: [consentId],
  products: [product],
  productsCallbackURL: { [product]: hook },
}, bearer(token));
const report = await waitFor((one) => one.requestId === accepted.requestId && one.productName === product);
say("report", { code: report.code, links: report.links.length, externalInfo: report.externalInfo });

await klavi.post("/personal/institution-data", { taxId: cpf, institutionCode: institution, products: [] }, bearer(token))
  .catch(({ response }) => {
    if (response.status !== 416) throw new Error(`HTTP ${response.status}`);
    say("business", { message: `business code ${response.data.statusCode}: ${response.data.message}` });
  });

const { data: listed } = await klavi.get("/consents", { ...bearer(token), params: { personalTaxId: cpf } });
await klavi.delete(`/consents/${consentId}/revoke`, bearer(token));
const { data: revoked } = await klavi.get(`/consents/${consentId}`, bearer(token));
say("revoked", { listed: listed.map((consent) => consent.consentId), status: revoked.status });
server.close();
server.closeAllConnections();
