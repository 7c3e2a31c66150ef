import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { runImport } from "../../src/index.js";
import type { Sandbox } from "../../src/sandbox/create-sandbox.js";
import { startSandbox } from "../helpers/sandbox.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

const toPath = (file: string): string => fileURLToPath(new URL(`../../sample-data/${file}`, import.meta.url));

type Row = Readonly<Record<string, string>>;

/** What stands in a sample says what OptOut must be; undefined where it says nothing. */
interface Case {
  readonly file: string;
  readonly mapping: string;
  readonly id: (row: Row) => string;
  readonly optOut: (row: Row) => "ALL" | "NONE" | undefined;
}

const CASES: readonly Case[] = [
  {
    file: "salesforce-contacts.csv",
    mapping: "salesforce-contacts",
    id: (row) => `${row.Id}-email`,
    optOut: (row) => (row.HasOptedOutOfEmail === "true" ? "ALL" : undefined),
  },
  {
    file: "salesforce-contacts.csv",
    mapping: "salesforce-contacts",
    id: (row) => `${row.Id}-sms`,
    optOut: () => undefined,
  },
  {
    file: "hubspot-contacts.csv",
    mapping: "hubspot-contacts",
    id: (row) => `${row["Record ID"]}-email`,
    optOut: (row) => (row["Unsubscribed from all email"] === "true" ? "ALL" : undefined),
  },
  {
    file: "hubspot-contacts.csv",
    mapping: "hubspot-contacts",
    id: (row) => `${row["Record ID"]}-sms`,
    optOut: () => undefined,
  },
  {
    file: "mailchimp-audience.csv",
    mapping: "mailchimp-audience",
    id: (row) => `${row.EUID}-email`,
    optOut: () => undefined,
  },
  {
    file: "mailchimp-audience-cleaned.csv",
    mapping: "mailchimp-audience",
    id: (row) => `${row.EUID}-email`,
    optOut: () => "ALL",
  },
  {
    file: "mailchimp-audience-unsubscribed.csv",
    mapping: "mailchimp-audience",
    id: (row) => `${row.EUID}-email`,
    optOut: () => "ALL",
  },
  {
    file: "klaviyo-profiles.csv",
    mapping: "klaviyo-profiles",
    id: (row) => `${row["Klaviyo ID"]}-email`,
    optOut: (row) => {
      if (/[A-Z]/.test(row["Email Suppressions"] ?? "")) return "ALL";
      const consent = row["Email Marketing Consent"];
      if (consent === "") return undefined;
      return consent === "SUBSCRIBED" ? "NONE" : "ALL";
    },
  },
  {
    file: "klaviyo-profiles.csv",
    mapping: "klaviyo-profiles",
    id: (row) => `${row["Klaviyo ID"]}-sms`,
    optOut: (row) => (row["SMS Marketing Consent"] === "SUBSCRIBED" ? "NONE" : "ALL"),
  },
  {
    file: "shopify-customers.csv",
    mapping: "shopify-customers",
    id: (row) => `${row["Customer ID"]?.slice(1)}-email`,
    optOut: (row) => (row["Accepts Email Marketing"] === "yes" ? "NONE" : "ALL"),
  },
  {
    file: "shopify-customers.csv",
    mapping: "shopify-customers",
    id: (row) => `${row["Customer ID"]?.slice(1)}-sms`,
    optOut: (row) => (row["Accepts SMS Marketing"] === "yes" ? "NONE" : "ALL"),
  },
];

describe.each(CASES)("$file", ({ file, mapping, id, optOut }) => {
  it.each(["ALL", "NONE"])(
    "over a store full of OptOut %s, sends what it says and nothing else",
    async (before) => {
      const rows = parse<Row>(await readFile(toPath(file)), {
        columns: true,
        bom: true,
        relax_quotes: true,
        relax_column_count: true,
      });
      const sandbox = await startSandbox();
      const ids = new Set(rows.map(id));
      await store(sandbox, [...ids], before);
      await importSample(sandbox, file, mapping);

      const after = new Map(sandbox.endpoints("demo").map((endpoint) => [endpoint.Id, endpoint]));
      let said = 0;
      for (const row of rows) {
        const endpoint = after.get(id(row));
        // An endpoint that no row has reached still has the address that it was stored with.
        if (endpoint === undefined || endpoint.Address === "before@example.com") continue;
        expect(`${endpoint.Id} ${endpoint.OptOut}`).toBe(`${endpoint.Id} ${optOut(row) ?? before}`);
        said += 1;
      }
      expect(said).toBeGreaterThan(5);
    },
  );
});

describe("braze-users.jsonl and segment-identify.jsonl.gz", () => {
  it.each([
    ["braze-users", "braze-users.jsonl", "email_subscribe", "subscribed", "ALL"],
    ["braze-users", "braze-users.jsonl", "email_subscribe", "opted_in", "NONE"],
  ])("by %s, %s: %s %s leaves an earlier opt-out as %s", async (mapping, file, column, value, expected) => {
    const users = (await readFile(toPath(file), "utf8")).split("\n").flatMap((line): Row[] => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
    const ids = users
      .filter((user) => user[column] === value && user.braze_id)
      .map((user) => `${user.braze_id}-email`);
    expect(ids.length).toBeGreaterThan(2);
    const sandbox = await startSandbox();
    await store(sandbox, ids, "ALL");
    await importSample(sandbox, file, mapping);
    const reached = sandbox
      .endpoints("demo")
      .filter(({ Id, Address }) => ids.includes(Id) && Address !== "before@example.com");
    expect(new Set(reached.map(({ OptOut }) => OptOut))).toEqual(new Set([expected]));
  });

  it("by segment-identify, only a trait that says so opts out", async () => {
    const sandbox = await startSandbox();
    await importSample(sandbox, "segment-identify.jsonl.gz", "segment-identify");
    const optedOut = sandbox.endpoints("demo").filter(({ OptOut }) => OptOut === "ALL");
    expect(optedOut.map(({ Id }) => Id)).toContain("u_10400-email");
    expect(optedOut.every(({ ChannelType }) => ChannelType === "EMAIL")).toBe(true);
  });
});

async function importSample(sandbox: Sandbox, file: string, mapping: string): Promise<void> {
  const directory = await temporaryDirectory();
  const report = await runImport({
    inputs: [toPath(file)],
    mapping,
    rejects: join(directory, "rejects"),
    applicationId: "demo",
    endpointUrl: sandbox.url,
    region: "us-east-1",
    credentials: { accessKeyId: "x", secretAccessKey: "y" },
  });
  expect(report.status).toBe("complete");
}

/** Puts endpoints there as an earlier import or an unsubscribe link would have left them. */
async function store(sandbox: Sandbox, ids: readonly string[], optOut: string): Promise<void> {
  for (const id of ids.filter((one) => !one.startsWith("-"))) {
    const response = await fetch(`${sandbox.url}/v1/apps/demo/endpoints/${encodeURIComponent(id)}`, {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ChannelType: "EMAIL", Address: "before@example.com", OptOut: optOut }),
    });
    expect(response.status).toBe(202);
  }
}
