// A partner's receiver and a sender in Node, with nothing but the standard library: an independent reading of
// "HMAC-SHA-256 over the raw body, keyed with the secretKey as text, hexadecimal".
//
//   KLAVI_SECRET_KEY=… node klavi_peer.mjs receive        prints {"port":N}, then one line for each delivery
//   KLAVI_SECRET_KEY=… node klavi_peer.mjs send URL FILE  posts the file signed, prints {"status":N}
import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const secretKey = process.env.KLAVI_SECRET_KEY;
const [mode, url, file] = process.argv.slice(2);

const sign = (body) => createHmac("sha256", secretKey).update(body).digest("hex");

const fits = (body, signature) => {
  const [wanted, given] = [Buffer.from(sign(body)), Buffer.from(signature ?? "")];
  return wanted.length === given.length && timingSafeEqual(wanted, given);
};

if (mode === "receive") {
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const valid = fits(body, request.headers["x-klavi-signature"]);
    const root = valid ? JSON.parse(body.toString("utf8")) : null;
    const name = Array.isArray(root) ? root[0].eventName : root?.productName;
    response.writeHead(valid ? 200 : 401).end();
    console.log(JSON.stringify({ valid, name: name ?? null, bytes: body.length }));
  });
  server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
} else {
  const body = readFileSync(file);
  const headers = { "content-type": "application/json", "x-klavi-signature": sign(body) };
  const response = await fetch(url, { method: "POST", headers, body });
  console.log(JSON.stringify({ status: response.status }));
}
