import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** What the rows of a benchmark file are like; `plain` has one quoted value in each, and nothing wrong with it. */
export type Kind = "plain" | "quoted" | "faulty";

export const COLUMNS = [
  "id",
  "email",
  "first_name",
  "last_name",
  "company",
  "city",
  "region",
  "postal_code",
  "country",
  "locale",
  "timezone",
  "plan",
  "source",
  "signup_date",
  "orders",
  "revenue",
  "opt_out",
  "phone",
] as const;

const PLACES = [
  ["Seattle", "WA", "US", "America/Los_Angeles"],
  ["Berlin", "BE", "DE", "Europe/Berlin"],
  ["São Paulo", "SP", "BR", "America/Sao_Paulo"],
  ["Osaka", "27", "JP", "Asia/Tokyo"],
  ["Lyon", "ARA", "FR", "Europe/Paris"],
  ["Austin", "TX", "US", "America/Chicago"],
  ["Leeds", "ENG", "GB", "Europe/London"],
] as const;
const PLANS = ["free", "basic", "team", "business", "enterprise"];
const SOURCES = ["web", "import", "event", "referral"];

/** Three rows in ten cannot be sent: their address is none. */
const isFaulty = (row: number): boolean => row % 10 < 3;

function toValues(row: number, kind: Kind): string[] {
  const [city, region, country, zone] = PLACES[row % PLACES.length] ?? PLACES[0];
  const email = `contact.${row}@example${row % 89}.com`;
  return [
    `c${pad(row, 8)}`,
    kind === "faulty" && isFaulty(row) ? email.replace("@", " at ") : email,
    `First${row % 997}`,
    `Last${row % 1009}`,
    `Miller, Smith & Sons ${row % 499}`,
    city,
    region,
    String(10_000 + (row % 89_999)),
    country,
    row % 2 === 0 ? "en_US" : "de_DE",
    zone,
    PLANS[row % PLANS.length] ?? "",
    SOURCES[row % SOURCES.length] ?? "",
    `20${pad(10 + (row % 16), 2)}-${pad(1 + (row % 12), 2)}-${pad(1 + (row % 28), 2)}`,
    String(row % 120),
    `${row % 5_000}.${pad(row % 100, 2)}`,
    row % 10 === 0 ? "ALL" : "NONE",
    `+1206555${pad(row % 10_000, 4)}`,
  ];
}

function pad(number: number, digits: number): string {
  return String(number).padStart(digits, "0");
}

function* toCsv(rows: number, kind: Kind): Generator<string> {
  yield `${COLUMNS.join(",")}\n`;
  const cell = (value: string) => (kind === "quoted" || value.includes(",") ? `"${value}"` : value);
  for (let row = 0; row < rows; row += 1) yield `${toValues(row, kind).map(cell).join(",")}\n`;
}

function toObject(row: number): string {
  const values = toValues(row, "plain");
  return JSON.stringify(Object.fromEntries(COLUMNS.map((name, index) => [name, values[index]])));
}

function* toJsonl(rows: number): Generator<string> {
  for (let row = 0; row < rows; row += 1) yield `${toObject(row)}\n`;
}

function* toJson(rows: number): Generator<string> {
  for (let row = 0; row < rows; row += 1) yield `${row === 0 ? "[" : ",\n"}${toObject(row)}`;
  yield "]\n";
}

/** Writes a file of contacts; its format goes by its name. */
export async function writeRows(path: string, rows: number, kind: Kind = "plain"): Promise<void> {
  const texts = path.endsWith(".csv")
    ? toCsv(rows, kind)
    : path.endsWith(".jsonl")
      ? toJsonl(rows)
      : toJson(rows);
  await pipeline(Readable.from(inPieces(texts)), createWriteStream(path));
}

function* inPieces(texts: Iterable<string>): Generator<string> {
  let piece = "";
  for (const text of texts) {
    piece += text;
    if (piece.length < 65_536) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}

const FIELDS = {
  Id: "id",
  ChannelType: { value: "EMAIL" },
  Address: "email",
  OptOut: "opt_out",
  "Location.City": "city",
  "Location.Region": "region",
  "Location.PostalCode": "postal_code",
  "Location.Country": "country",
  "Demographic.Locale": "locale",
  "Demographic.Timezone": "timezone",
  "Attributes.company": "company",
  "Attributes.plan": "plan",
  "Attributes.source": "source",
  "Attributes.signup_date": "signup_date",
  "Attributes.phone": "phone",
  "Metrics.orders": "orders",
  "Metrics.revenue": "revenue",
  "User.UserId": "id",
  "User.UserAttributes.first_name": "first_name",
  "User.UserAttributes.last_name": "last_name",
};

/** One endpoint a row, of all its columns. */
export const PLAIN_MAPPING = { endpoints: [{ fields: FIELDS }] };

const WORKED_FIELDS = {
  ...FIELDS,
  "Attributes.signup_date": { column: "signup_date", transforms: ["date"] },
};

/** Two endpoints a row, with three transforms and a template each. */
export const WORKED_MAPPING = {
  endpoints: [
    {
      name: "email",
      fields: {
        ...WORKED_FIELDS,
        Id: { template: "{id}-email" },
        Address: { column: "email", transforms: ["trim", "lowercase"] },
      },
    },
    {
      name: "sms",
      fields: {
        ...WORKED_FIELDS,
        Id: { template: "{id}-sms" },
        ChannelType: { value: "SMS" },
        Address: "phone",
      },
    },
  ],
};

/** As `PLAIN_MAPPING`, with the phone number looked at. */
export const PHONE_MAPPING = {
  endpoints: [{ fields: { ...FIELDS, "Attributes.phone": { column: "phone", transforms: ["e164"] } } }],
};
