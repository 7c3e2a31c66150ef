/**
 * What a good engineer writes in an afternoon: csv-parse gives objects, a Transform each maps, validates and groups them, and
 * the SDK sends ten batches at a time. Rows that are invalid go to a file.
 *
 * Arguments: file, endpoint URL, `plain` or `worked` (two endpoints a row, see WORKED_MAPPING in rows.ts).
 */
import { createReadStream, createWriteStream } from "node:fs";
import { Transform, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { PinpointClient, UpdateEndpointsBatchCommand } from "@aws-sdk/client-pinpoint";
import { Ajv } from "ajv";
import { parse } from "csv-parse";
import pLimit from "p-limit";
import { streamArray } from "stream-json/streamers/stream-array.js";

const CONCURRENCY = 10;
const BATCH_SIZE = 100;

const [file, endpoint, kind] = process.argv.slice(2);
const isJson = file.endsWith(".json");

const text = { type: "string", maxLength: 100 };
const attributes = {
  type: "object",
  additionalProperties: { type: "array", maxItems: 50, items: text },
};
const validate = new Ajv({ allErrors: true }).compile({
  type: "object",
  required: ["Id", "ChannelType", "Address"],
  additionalProperties: false,
  properties: {
    Id: { type: "string", minLength: 1 },
    ChannelType: { enum: ["EMAIL", "SMS"] },
    Address: { type: "string" },
    OptOut: { enum: ["ALL", "NONE"] },
    Location: {
      type: "object",
      additionalProperties: false,
      properties: {
        City: text,
        Region: text,
        PostalCode: text,
        Country: { type: "string", pattern: "^[A-Z]{2,3}$" },
      },
    },
    Demographic: {
      type: "object",
      additionalProperties: false,
      properties: { Locale: text, Timezone: text },
    },
    Attributes: attributes,
    Metrics: { type: "object", additionalProperties: { type: "number" } },
    User: {
      type: "object",
      additionalProperties: false,
      properties: { UserId: text, UserAttributes: attributes },
    },
  },
  if: { properties: { ChannelType: { const: "EMAIL" } } },
  // biome-ignore lint/suspicious/noThenProperty: `then` is the keyword of JSON Schema.
  then: { properties: { Address: { pattern: "^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$" } } },
  else: { properties: { Address: { pattern: "^\\+[1-9]\\d{1,14}$" } } },
});

function toEndpoint(row, id, channelType, address, signupDate) {
  return {
    Id: id,
    ChannelType: channelType,
    Address: address,
    OptOut: row.opt_out,
    Location: { City: row.city, Region: row.region, PostalCode: row.postal_code, Country: row.country },
    Demographic: { Locale: row.locale, Timezone: row.timezone },
    Attributes: {
      company: [row.company],
      plan: [row.plan],
      source: [row.source],
      signup_date: [signupDate],
      phone: [row.phone],
    },
    Metrics: { orders: Number(row.orders), revenue: Number(row.revenue) },
    User: {
      UserId: row.id,
      UserAttributes: { first_name: [row.first_name], last_name: [row.last_name] },
    },
  };
}

function toEndpoints(row) {
  if (kind !== "worked") return [toEndpoint(row, row.id, "EMAIL", row.email, row.signup_date)];
  const signupDate = new Date(row.signup_date).toISOString();
  return [
    toEndpoint(row, `${row.id}-email`, "EMAIL", row.email.trim().toLowerCase(), signupDate),
    toEndpoint(row, `${row.id}-sms`, "SMS", row.phone, signupDate),
  ];
}

const map = new Transform({
  objectMode: true,
  transform(read, _encoding, done) {
    const row = isJson ? read.value : read;
    for (const item of toEndpoints(row)) this.push({ row, item });
    done();
  },
});

let rejects;
const check = new Transform({
  objectMode: true,
  transform({ row, item }, _encoding, done) {
    if (validate(item)) return done(null, item);
    rejects ??= createWriteStream(`${file}.naive-rejects.jsonl`);
    const line = JSON.stringify({ ...row, reason: validate.errors.map(({ message }) => message).join("; ") });
    if (rejects.write(`${line}\n`)) done();
    else rejects.once("drain", done);
  },
});

let batch = [];
const group = new Transform({
  objectMode: true,
  transform(item, _encoding, done) {
    batch.push(item);
    if (batch.length === BATCH_SIZE) {
      this.push(batch);
      batch = [];
    }
    done();
  },
  flush(done) {
    if (batch.length > 0) this.push(batch);
    done();
  },
});

const client = new PinpointClient({ endpoint });
const limit = pLimit(CONCURRENCY);
const sending = new Set();
const send = new Writable({
  objectMode: true,
  async write(items, _encoding, done) {
    const request = limit(() =>
      client.send(
        new UpdateEndpointsBatchCommand({ ApplicationId: "demo", EndpointBatchRequest: { Item: items } }),
      ),
    ).finally(() => sending.delete(request));
    sending.add(request);
    if (sending.size >= 2 * CONCURRENCY) await Promise.race(sending);
    done();
  },
  async final(done) {
    await Promise.all(sending);
    done();
  },
});

const rows = isJson ? streamArray.withParserAsStream() : parse({ columns: true });
await pipeline(createReadStream(file), rows, map, check, group, send);
rejects?.end();
