import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { EXPORTS, importBySuggestion } from "./import-by-suggestion.js";

/** Exports of vendors without a shipped mapping; every row is good. Rows and endpoints. */
const FILES: readonly (readonly [file: string, rows: number, endpoints: number])[] = [
  ["activecampaign-contacts.csv", 3, 4],
  ["argentinian-contacts.json", 2, 3],
  ["austrian-newsletter.csv", 3, 5],
  ["brazilian-shop.csv", 3, 5],
  ["brevo-contacts.csv", 4, 7],
  ["chilean-shop.csv", 3, 5],
  ["cleverreach-list.csv", 3, 6],
  ["customerio-people.jsonl", 2, 4],
  ["dutch-shop.csv", 2, 4],
  ["french-newsletter.csv", 2, 4],
  ["german-crm.csv", 3, 4],
  ["german-erp.csv", 3, 5],
  ["german-shop.csv", 7, 11],
  ["german-shopware.csv", 3, 5],
  ["google-contacts.csv", 2, 4],
  ["intercom-users.jsonl", 3, 5],
  ["italian-shop.csv", 2, 4],
  ["iterable-users.csv", 2, 3],
  ["japanese-cart.csv", 3, 6],
  ["japanese-hotel.csv", 3, 6],
  ["japanese-line.csv", 3, 5],
  ["japanese-members.csv", 5, 8],
  ["japanese-shop.csv", 3, 6],
  ["japanese-salesforce.csv", 3, 5],
  ["japanese-store.csv", 2, 4],
  ["marketo-people.csv", 2, 3],
  ["mexican-shop.csv", 4, 8],
  ["outlook-contacts.csv", 2, 3],
  ["peruvian-clients.csv", 3, 5],
  ["spanish-crm.csv", 5, 8],
  ["spanish-marketing.csv", 3, 6],
  ["spanish-hubspot.csv", 3, 5],
  ["swiss-association.csv", 3, 5],
  ["us-loyalty.csv", 4, 7],
  ["zoho-contacts.csv", 2, 3],
];

test.each(FILES)("every row of %s is accepted", async (file, rows, endpoints) => {
  const outcome = await importBySuggestion(join(EXPORTS, file));
  expect(outcome.reasons).toEqual([]);
  expect(outcome.rows).toEqual({ read: rows, accepted: rows, filtered: 0, rejected: 0 });
  expect(outcome.endpoints.length).toBe(endpoints);
});

test.each(FILES)("the suggestion for %s holds no addresses and numbers of people", async (file) => {
  const path = join(EXPORTS, file);
  const { suggestion } = await importBySuggestion(path);
  const { doubts, leftOut, text } = suggestion;
  const said = `${text}\n${JSON.stringify({ doubts, leftOut })}`;
  for (const value of await valuesOf(path)) if (/@|\d{4}/.test(value)) expect(said).not.toContain(value);
});

async function valuesOf(path: string): Promise<readonly string[]> {
  const bytes = await readFile(path);
  const encoding = bytes[0] === 0xff ? "utf-16le" : /german-shop|brazilian/.test(path) ? "latin1" : "utf-8";
  const text = new TextDecoder(encoding).decode(bytes);
  if (path.includes("json")) return [...text.matchAll(/: ?"([^"]+)"/g)].map(([, value]) => value ?? "");
  const rows = parse(text, {
    delimiter: [",", ";", "\t"].filter((one) => text.split("\n", 1)[0]?.includes(one)),
    relax_column_count: true,
  }) as string[][];
  return rows.slice(1).flat();
}

const endpointsOf = async (file: string, row: number) =>
  (await importBySuggestion(join(EXPORTS, file))).endpoints
    .filter((one) => one.row === row)
    .map(({ item }) => item);

describe("what becomes of a row", () => {
  test("German: windows-1252, decimal commas, national numbers of three countries, Ja and Nein", async () => {
    expect(await endpointsOf("german-shop.csv", 1)).toMatchObject([
      {
        Id: "10023-email",
        Address: "kaethe.grossmann@example.com",
        OptOut: "NONE",
        EffectiveDate: "2026-01-31T09:15:00.000Z",
        Metrics: { Gesamtumsatz: 1204.5, Bestellungen: 12 },
        Location: { City: "Berlin", Country: "DE", PostalCode: "10115" },
        User: {
          UserId: "10023",
          UserAttributes: {
            Vorname: ["Käthe"],
            Interessen: ["Garten", "Küche"],
            Geburtsdatum: ["1978-11-03T00:00:00.000Z"],
          },
        },
      },
      { Id: "10023-sms", ChannelType: "SMS", Address: "+4917604069011" },
    ]);
    expect(await endpointsOf("german-shop.csv", 5)).toMatchObject([{}, { Address: "+436641234567" }]);
    expect(await endpointsOf("german-shop.csv", 6)).toMatchObject([{ Address: "+41791234567" }]);
  });

  test("Spanish: euros behind the number, a landline where there is nothing else, the official number left out", async () => {
    expect(await endpointsOf("spanish-crm.csv", 1)).toMatchObject([
      {
        OptOut: "NONE",
        EffectiveDate: "2026-02-28T10:20:00.000Z",
        Metrics: { "Importe total": 1250.4, "Nº pedidos": 8 },
        Location: { City: "Madrid", Region: "Madrid", Country: "ES", PostalCode: "28013" },
        User: { UserAttributes: { Etiquetas: ["vip", "boletín"] } },
      },
      { Address: "+34612345678" },
    ]);
    const all = JSON.stringify(await endpointsOf("spanish-crm.csv", 1));
    for (const secret of ["12345678Z", "Prefiere", "Calle Mayor"]) expect(all).not.toContain(secret);
  });

  test("Mexican: ten digits without a country column, dollars, who left", async () => {
    expect(await endpointsOf("mexican-shop.csv", 2)).toMatchObject([
      { OptOut: "ALL", Location: { Region: "Jalisco", PostalCode: "44100" } },
      { Address: "+523312345678" },
    ]);
  });

  test("Japanese: UTF-16, numbers that begin with 0, years in words, wishes as consent", async () => {
    expect(await endpointsOf("japanese-members.csv", 1)).toMatchObject([
      {
        Id: "M00001-email",
        OptOut: "NONE",
        EffectiveDate: "2026-01-31T00:00:00.000Z",
        Metrics: { 累計購入金額: 128400, ポイント: 1204 },
        Location: { Region: "神奈川県", City: "横浜市西区", PostalCode: "220-0012" },
        User: { UserAttributes: { 氏名: ["高松 美咲"], 生年月日: ["1988-04-03T00:00:00.000Z"] } },
      },
      { Address: "+819012345678" },
    ]);
    expect(await endpointsOf("japanese-shop.csv", 2)).toMatchObject([{ OptOut: "ALL" }, {}]);
    // Typed with an input method: full-width digits.
    expect(await endpointsOf("japanese-shop.csv", 3)).toMatchObject([{}, { Address: "+817034567890" }]);
  });

  test("translations of vendors' headers mean what the originals do", async () => {
    expect(await endpointsOf("spanish-hubspot.csv", 2)).toMatchObject([
      { OptOut: "ALL", Location: { Country: "CO" }, Demographic: { Locale: "es_CO" } },
      { Address: "+573001234567" },
    ]);
    // A landline is no help where there is an e-mail address.
    expect(await endpointsOf("japanese-salesforce.csv", 2)).toMatchObject([{ OptOut: "ALL" }]);
    expect(await endpointsOf("japanese-salesforce.csv", 3)).toMatchObject([
      { Location: { Country: "US" } },
      { Address: "+12065550143" },
    ]);
    expect(await endpointsOf("german-shopware.csv", 2)).toMatchObject([
      { OptOut: "ALL", Metrics: { "Umsatz brutto (EUR)": 89 }, Location: { City: "Wien", Country: "AT" } },
      { Address: "+436641234567" },
    ]);
  });

  test("Swiss and Chilean: apostrophes and dots between thousands, years of two digits", async () => {
    expect(await endpointsOf("swiss-association.csv", 1)).toMatchObject([
      {
        OptOut: "NONE",
        Metrics: { "Spenden total": 1204.5 },
        Location: { Region: "ZH", PostalCode: "8001" },
      },
      { Address: "+41791234567" },
    ]);
    expect(await endpointsOf("chilean-shop.csv", 1)).toMatchObject([
      { EffectiveDate: "2026-02-28T10:20:30.000Z", Metrics: { "Monto Compras": 1250000 } },
      { Address: "+56987654321" },
    ]);
  });

  test("American: month first, afternoons, consent to texts apart from e-mail", async () => {
    expect(await endpointsOf("us-loyalty.csv", 1)).toMatchObject([
      { EffectiveDate: "2026-02-14T15:05:00.000Z", Metrics: { "Lifetime Spend": 1204.5 } },
      { Address: "+12065550143", OptOut: "NONE" },
    ]);
    expect(JSON.stringify(await endpointsOf("us-loyalty.csv", 1))).not.toContain("078-05-1120");
  });

  test("French and Brazilian: months in words, languages by name, reais", async () => {
    expect(await endpointsOf("french-newsletter.csv", 1)).toMatchObject([
      {
        EffectiveDate: "2026-01-31T13:05:00.000Z",
        User: { UserAttributes: { "Date de naissance": ["1980-04-03T00:00:00.000Z"] } },
      },
      { Address: "+33639980005" },
    ]);
    expect(await endpointsOf("brevo-contacts.csv", 3)).toMatchObject([
      { Demographic: { Locale: "en" }, Location: { Country: "CH" } },
    ]);
    expect(await endpointsOf("brazilian-shop.csv", 1)).toMatchObject([
      { OptOut: "NONE", Metrics: { "Valor total gasto": 1250.4 } },
      { Address: "+5511912345678" },
    ]);
  });

  test("nested JSON: dotted paths, seconds since 1970, a key and an owner left out", async () => {
    const [email] = await endpointsOf("intercom-users.jsonl", 1);
    expect(email).toMatchObject({
      EffectiveDate: "2026-01-31T13:05:00.000Z",
      Location: { City: "Dunedin", Country: "NZ" },
      Demographic: { Locale: "en_NZ" },
      User: { UserAttributes: { "custom_attributes.plan": ["pro"], tags: ["beta", "vip"] } },
    });
    expect(JSON.stringify(email)).not.toContain("sk_live");
  });

  test("objects in lists: the value of the first, and the list that holds the rows", async () => {
    const path = join(EXPORTS, "pipedrive-persons.json");
    const { rows, endpoints } = await importBySuggestion(path, { select: "data" });
    expect(rows).toEqual({ read: 3, accepted: 3, filtered: 0, rejected: 0 });
    expect(endpoints.map(({ item }) => item.Address)).toEqual([
      "fiachra@example.com",
      "+353871234567",
      "bjork@example.org",
      "+6581234567",
    ]);
  });

  test("addresses and numbers of those who look after a contact are left out", async () => {
    const { suggestion } = await importBySuggestion(join(EXPORTS, "german-crm.csv"));
    expect(suggestion.leftOut).toContainEqual({
      column: "Betreuer E-Mail",
      reason: "an e-mail address of somebody else",
    });
  });
});
