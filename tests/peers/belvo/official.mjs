// Belvo's official client for JavaScript, as it is: institutions, links with an MFA challenge, widget tokens.
//
//     BELVO_BASE_URL=… BELVO_SECRET_ID=… BELVO_SECRET_PASSWORD=… NODE_MODULES=… node official.mjs
//
// Prints a line of JSON for each step.

import { createRequire } from "node:module";

const { default: Client } = createRequire(`${process.env.NODE_MODULES}/`)("belvo");
const { BELVO_BASE_URL: base, BELVO_SECRET_ID: id, BELVO_SECRET_PASSWORD: password } = process.env;
const say = (step, what) => process.stdout.write(`${JSON.stringify({ step, ...what })}\n`);
const gone = "00000000-0000-4000-8000-000000000000";

/** Status and codes of a call that is to fail. */
const refused = (call) =>
  call.then(() => null, ({ statusCode, detail }) => [statusCode, [detail].flat().map(({ code }) => code)]);

// It prints the whole request, keys included, where a login fails.
const { log } = console;
console.log = () => {};
const stranger = await new Client(id, "wrong", base).connect().catch(({ message }) => message);
console.log = log;
say("strangers", { refused: stranger });
const client = new Client(id, password, base);
await client.connect();

const banks = await client.institutions.list({ filters: { country_code: "MX", type: "bank", page_size: 2 } });
const one = await client.institutions.detail(banks[0].id);
say("institutions", { names: banks.map(({ name }) => name), same: one.name === banks[0].name });

const login = (bank, user, word, options) => client.links.register(bank, user, word, options);
const link = await login("erebor_mx_retail", "bnk100", "full", { accessMode: "single", externalId: "user-7f3a" });
say("registered", { status: link.status, mode: link.access_mode, external_id: link.external_id });
say("refused", {
  wrong: await refused(login("erebor_mx_retail", "bnk100", "pass_invalid")),
  unknown: await refused(login("nobody_mx_retail", "bnk100", "full")),
  plain: "login_error",
});

let asked;
await login("heimdall_mx_retail", "mfa_default", "pass_valid").catch(({ detail }) => ([asked] = [detail].flat()));
say("asked", { code: asked.code, link: (await client.links.detail(asked.link)).status });
const resumed = await client.links.resume(asked.session, "123456", asked.link);
say("resumed", {
  same: resumed.id === asked.link,
  status: resumed.status,
  again: await refused(client.links.resume(asked.session, "123456", asked.link)),
});

const own = await client.links.list({ filters: { external_id: "user-7f3a", institution__in: "erebor_mx_retail" } });
say("listed", {
  all: (await client.links.list({ filters: { page_size: 1 } })).length,
  own: own.map((found) => found.id === link.id),
  none: await client.links.list({ filters: { status: "invalid" } }),
});
say("updated", {
  status: (await client.links.update(link.id, { password: "other" })).status,
  mode: (await client.links.patch(link.id, { accessMode: "recurrent" })).access_mode,
  unknown: await refused(client.links.update(gone, { password: "other" })),
});

const tokens = [
  await client.widgetToken.create(),
  await client.widgetToken.create({ link: link.id }),
  await client.widgetToken.create({ widget: { branding: { company_name: "Partner" } } }),
  await client.links.token(link.id, "read_institutions,write_links,read_links"),
];
say("tokens", {
  keys: tokens.map((token) => Object.keys(token).sort()),
  scopes: await refused(client.widgetToken.create({ scopes: "read_everything" })),
  unknown: await refused(client.widgetToken.create({ link: gone })),
});

say("unserved", {
  accounts: await refused(client.accounts.retrieve(link.id)),
  owners: await refused(client.owners.retrieve(link.id)),
});
say("deleted", { gone: await client.links.delete(link.id), again: await client.links.delete(link.id) });
