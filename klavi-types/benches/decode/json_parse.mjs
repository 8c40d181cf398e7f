// Prints the least processor time of JSON.parse over some rounds, in milliseconds, that of the garbage collector included:
// node json_parse.mjs FILE ROUNDS REPEAT
import { readFileSync } from "node:fs";

const [file, rounds, repeat] = process.argv.slice(2);
const text = readFileSync(file, "utf8");
let least = Infinity;
for (let round = 0; round <= Number(rounds); round += 1) {
  const start = process.cpuUsage();
  let read;
  for (let turn = 0; turn < Number(repeat); turn += 1) read = JSON.parse(text);
  const { user, system } = process.cpuUsage(start);
  if (read.productName && round > 0) least = Math.min(least, (user + system) / 1e3 / Number(repeat));
}
console.log(least);
