// Receives Klavi's deliveries with Express: verifies the raw body, stores it, answers 200.
//
//   KLAVI_SECRET_KEY=… INBOX=inbox PORT=3000 node receiver.js
import { createHash, createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { mkdirSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import express from "express";

const secretKey = process.env.KLAVI_SECRET_KEY;
const inbox = process.env.INBOX ?? "inbox";
if (!secretKey) throw new Error("set KLAVI_SECRET_KEY");
mkdirSync(inbox, { recursive: true });

// Two X-Klavi-Signature headers arrive as one text with a comma, which is no signature.
function isAuthentic(body, signature) {
  if (!/^[0-9a-f]{64}$/i.test(signature ?? "")) return false;
  return timingSafeEqual(createHmac("sha256", secretKey).update(body).digest(), Buffer.from(signature, "hex"));
}

// The body is on the disk when this returns. The same body has the same name, so a duplicate changes nothing.
async function store(body) {
  const partial = join(inbox, `${randomUUID()}.partial`);
  const file = await open(partial, "wx");
  try {
    await file.writeFile(body);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, join(inbox, `${createHash("sha256").update(body).digest("hex")}.json`));
  const folder = await open(inbox);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const app = express();
app.disable("x-powered-by");

// Express answers HEAD as well.
app.get("/klavi", (_request, response) => response.sendStatus(200));

// The body as bytes, whatever its content type is. A year of a busy account has tens of megabytes.
const raw = express.raw({ type: () => true, limit: "64mb", inflate: false });

app.post("/klavi", raw, async (request, response) => {
  // The connectivity test of Klavi's Console has no body and no signature.
  if (!request.body?.length) return response.sendStatus(200);
  if (!isAuthentic(request.body, request.headers["x-klavi-signature"])) return response.sendStatus(401);
  await store(request.body);
  response.sendStatus(200);
});

// A body that is too large or breaks off has a status of its own. Klavi retries after 503.
app.use((error, _request, response, _next) => response.sendStatus(error.status ?? 503));

const server = app.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () =>
  console.log(`listening on http://127.0.0.1:${server.address().port}/klavi`),
);
