// What a careful partner writes: verify, store in SQLite with full sync, answer 200. Arguments: port, database.
import crypto from 'node:crypto';
import { createRequire } from 'node:module';

const require = createRequire(process.env.KLAVI_BENCH_NODE_MODULES + '/');
const express = require('express');
const Database = require('better-sqlite3');

const [port, path] = process.argv.slice(2);
const database = new Database(path);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec('CREATE TABLE IF NOT EXISTS inbox (id INTEGER PRIMARY KEY, key TEXT UNIQUE, body BLOB)');
const insert = database.prepare('INSERT OR IGNORE INTO inbox (key, body) VALUES (?, ?)');

const app = express();
app.use(express.raw({ type: '*/*', limit: '64mb' }));
app.post('/', (request, response) => {
  const expected = crypto.createHmac('sha256', 'k').update(request.body).digest();
  const given = Buffer.from(request.get('x-klavi-signature') ?? '', 'hex');
  if (given.length !== 32 || !crypto.timingSafeEqual(expected, given)) return response.status(401).end();
  const body = JSON.parse(request.body);
  insert.run(Array.isArray(body) ? body[0].eventId : body.productReportId, request.body);
  response.status(200).end();
});
app.listen(Number(port), '127.0.0.1');
