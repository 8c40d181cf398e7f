// Field encryption in Node, with nothing but its standard library.
//
// Reads lines of seven parts, set apart by tabs: encrypt|decrypt, mode, key derivation, encoding, secretKey,
// IV (hexadecimal), text. Writes one line for each: the text encrypted or decrypted.
import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const derivations = {
  "without-dashes": (secret) => Buffer.from(secret.replaceAll("-", "")),
  sha256: (secret) => createHash("sha256").update(secret).digest(),
  "first-32": (secret) => Buffer.from(secret.slice(0, 32)),
  "zero-padded": (secret) => Buffer.concat([Buffer.from(secret), Buffer.alloc(32)]).subarray(0, 32),
};

const encodings = {
  "base64-url": (bytes) => bytes.toString("base64url"),
  "base64-url-padded": (bytes) => bytes.toString("base64").replaceAll("+", "-").replaceAll("/", "_"),
  base64: (bytes) => bytes.toString("base64"),
  hex: (bytes) => bytes.toString("hex"),
};

const modes = {
  ecb: { name: "aes-256-ecb", iv: () => null, front: 0 },
  "cbc-fixed": { name: "aes-256-cbc", iv: (iv) => iv, front: 0 },
  "cbc-front": { name: "aes-256-cbc", iv: (iv) => iv, front: 16 },
  "gcm-12": { name: "aes-256-gcm", iv: (iv) => iv.subarray(0, 12), front: 12, tag: 16 },
  "gcm-16": { name: "aes-256-gcm", iv: (iv) => iv, front: 16, tag: 16 },
};

const encrypt = (mode, key, given, text) => {
  const iv = mode.iv(given);
  const cipher = createCipheriv(mode.name, key, iv);
  const body = [cipher.update(text, "utf8"), cipher.final()];
  return Buffer.concat([
    mode.front ? iv : Buffer.alloc(0),
    ...body,
    mode.tag ? cipher.getAuthTag() : Buffer.alloc(0),
  ]);
};

const decrypt = (mode, key, given, message) => {
  const iv = mode.front ? message.subarray(0, mode.front) : mode.iv(given);
  const end = message.length - (mode.tag ?? 0);
  const decipher = createDecipheriv(mode.name, key, iv);
  if (mode.tag) decipher.setAuthTag(message.subarray(end));
  return Buffer.concat([decipher.update(message.subarray(mode.front, end)), decipher.final()]).toString("utf8");
};

for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const [task, modeName, derivation, encoding, secret, iv, text] = line.split("\t");
  const [mode, key, given] = [modes[modeName], derivations[derivation](secret), Buffer.from(iv, "hex")];
  if (task === "encrypt") {
    console.log(encodings[encoding](encrypt(mode, key, given, text)));
  } else {
    const bytes = Buffer.from(text, encoding === "hex" ? "hex" : "base64");
    console.log(decrypt(mode, key, given, bytes));
  }
}
