import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runImport } from "../../src/index.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";
import { importBySuggestion } from "./import-by-suggestion.js";

const SAMPLES = fileURLToPath(new URL("../../sample-data/", import.meta.url));

test.each([
  ["salesforce-contacts", "salesforce-contacts.csv"],
  ["hubspot-contacts", "hubspot-contacts.csv"],
  ["mailchimp-audience", "mailchimp-audience.csv"],
  ["mailchimp-audience", "mailchimp-audience-cleaned.csv"],
  ["mailchimp-audience", "mailchimp-audience-unsubscribed.csv"],
  ["klaviyo-profiles", "klaviyo-profiles.csv"],
  ["shopify-customers", "shopify-customers.csv"],
  ["segment-identify", "segment-identify.jsonl.gz"],
  ["braze-users", "braze-users.jsonl"],
])(
  "the suggestion accepts at least as many rows as the shipped mapping %s does of %s",
  async (mapping, file) => {
    const input = join(SAMPLES, file);
    const rejects = join(
      await temporaryDirectory(),
      input.includes(".jsonl") ? "rejects.jsonl" : "rejects.csv",
    );
    const shipped = await runImport({ inputs: [input], mapping, dryRun: true, rejects });
    const { suggestion, rows } = await importBySuggestion(input);
    expect(rows.accepted).toBeGreaterThanOrEqual(shipped.rows.accepted);
    expect(rows.read).toBe(shipped.rows.read);
    // The whole file was looked at, so that it knows the outcome.
    const { accepted, filtered, rejected } = suggestion.sample;
    expect({ read: suggestion.sample.rows, accepted, filtered, rejected }).toEqual(rows);
  },
);

test("Salesforce: #N/A is nothing, the mobile number is texted, and who opted out of e-mail is known", async () => {
  const { endpoints } = await importBySuggestion(join(SAMPLES, "salesforce-contacts.csv"));
  const first = endpoints.filter(({ row }) => row === 1).map(({ item }) => item);
  expect(first).toMatchObject([
    {
      ChannelType: "EMAIL",
      Address: "zoe.ashgrove@example.com",
      OptOut: "ALL",
      EffectiveDate: "2026-01-31T12:00:00.000Z",
      Location: { City: "Seattle", Country: "US", PostalCode: "98101", Region: "WA" },
      Metrics: { Lifetime_Value__c: 1250.5 },
      User: { UserAttributes: { FirstName: ["Zoë"], Segments__c: ["Wholesale", "Newsletter"] } },
    },
    { ChannelType: "SMS", Address: "+12065550143" },
  ]);
  expect(first[1]).not.toHaveProperty("OptOut");
  expect(JSON.stringify(endpoints)).not.toContain("#N/A");
});

test("Braze: devices in a list get endpoints of their own, by their platform", async () => {
  const { endpoints } = await importBySuggestion(join(SAMPLES, "braze-users.jsonl"));
  const push = endpoints
    .filter(({ row, entry }) => row === 1 && entry.startsWith("push"))
    .map(({ item }) => item);
  expect(push).toMatchObject([
    { ChannelType: "APNS", OptOut: "NONE" },
    { ChannelType: "GCM", OptOut: "NONE" },
  ]);
});

test("Klaviyo: consent to e-mail that a suppression outweighs is not mapped, consent to SMS is", async () => {
  const { suggestion, endpoints } = await importBySuggestion(join(SAMPLES, "klaviyo-profiles.csv"));
  const optOuts = (name: string) =>
    new Set(endpoints.filter(({ entry }) => entry === name).map(({ item }) => item.OptOut));
  expect(optOuts("email")).toEqual(new Set([undefined]));
  expect(optOuts("sms")).toContain("ALL");
  expect(suggestion.doubts.join("\n")).toContain("Email Suppressions");
});
