// JavaScript's encodeURIComponent.
//
// Reads lines, each a JSON array of texts. Writes one line for each: the texts encoded, set apart by blanks, which no
// encoded text holds.
import { readFileSync } from "node:fs";

const lines = readFileSync(0, "utf8").split("\n").filter(Boolean);
const encoded = lines.map((line) => JSON.parse(line).map(encodeURIComponent).join(" "));
process.stdout.write(encoded.map((line) => `${line}\n`).join(""));
