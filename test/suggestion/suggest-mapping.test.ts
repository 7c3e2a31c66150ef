import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import iconv from "iconv-lite";
import { describe, expect, test } from "vitest";
import { ConfigurationError, compileMapping, InputError, suggestMapping } from "../../src/index.js";
import { fileOf, importBySuggestion } from "./import-by-suggestion.js";

const errorOf = (input: string, options = {}) =>
  suggestMapping({ input, ...options }).catch((error: unknown) => error);

/** Rows of which only those behind the first `first` ones have decimals with a comma and days over 12. */
function longList(count: number, first: number): string {
  const rows = Array.from({ length: count }, (_, n) => {
    const late = n >= first;
    return `K${n};ann${n}@example.com;${late ? "31.12.2025" : "01.02.2025"};${late ? "1.250,75" : "12"};"zwei\nZeilen; ${n}"`;
  });
  return `Kundennr;E-Mail;Geändert am;Umsatz;Bemerkung\n${rows.join("\n")}\n`;
}

describe("the sample", () => {
  test("of a long file comes from all parts of it", async () => {
    const { suggestion, rows } = await importBySuggestion(await fileOf(longList(40_000, 20_000)));
    expect(suggestion.sample.extent).toBe("spread");
    expect(suggestion.sample.rows).toBeLessThanOrEqual(2_000);
    expect(suggestion.mapping.endpoints[0]?.fields).toMatchObject({
      EffectiveDate: { transforms: [{ date: "dd.MM.yyyy" }] },
      "Metrics.Umsatz": { transforms: [{ number: { decimal: ",", group: "." } }] },
    });
    expect(rows.accepted).toBe(40_000);
  });

  test("holds no row twice, so that an id stays unique", async () => {
    for (const count of [1_100, 3_000, 12_000]) {
      const { suggestion } = await importBySuggestion(await fileOf(longList(count, 0)));
      expect(suggestion.doubts.join("\n")).not.toContain("come again");
      expect(suggestion.mapping.endpoints[0]?.fields.Id).toBeDefined();
    }
  });

  test("of gzip and of a pipe is what comes first", async () => {
    const text = longList(40_000, 20_000);
    const file = await fileOf(gzipSync(text), "list.csv.gz");
    for (const options of [{ input: file }, { input: "-", stdin: Readable.from([Buffer.from(text)]) }]) {
      const { sample } = await suggestMapping(options);
      expect(sample).toMatchObject({ extent: "beginning", rows: 1_000, accepted: 1_000 });
    }
  });

  test("does not wait for a pipe that stays silent", async () => {
    const stdin = new Readable({ read: () => {} });
    stdin.push("Id,Email\n1,ann@example.com\n");
    const { sample } = await suggestMapping({ input: "-", stdin });
    expect(sample).toMatchObject({ extent: "beginning", rows: 1 });
    stdin.destroy();
  });

  test("of a short file is all of it, those that cannot be read counted", async () => {
    const { suggestion, rows } = await importBySuggestion(
      await fileOf("Id,Email\n1,ann@example.com\n2,x,y,z\n3,nobody\n4,\n"),
    );
    expect(suggestion.sample).toEqual({ rows: 4, extent: "all", accepted: 1, filtered: 1, rejected: 2 });
    expect(rows).toEqual({ read: 4, accepted: 1, filtered: 1, rejected: 2 });
  });
});

describe("Ids", () => {
  test("are made of an id that every row has", async () => {
    const { endpoints } = await importBySuggestion(
      await fileOf("Customer ID,Email\n'7,ann@example.com\n'8,bo@example.com\n"),
    );
    expect(endpoints.map(({ item }) => item)).toMatchObject([
      { Id: "7-email", User: { UserId: "7" } },
      { Id: "8-email", User: { UserId: "8" } },
    ]);
  });

  test("fall back to the address in rows that have none, rather than rejecting them", async () => {
    const rows = Array.from({ length: 9 }, (_, n) => `${n},a${n}@example.com`);
    const { endpoints } = await importBySuggestion(
      await fileOf(`Id,Email\n${rows.join("\n")}\n,last@example.com\n`),
    );
    expect(endpoints[0]?.item.Id).toBe("0-email");
    expect(endpoints[9]?.item.Id).toBe("last@example.com-email");
    expect(endpoints[9]?.item).not.toHaveProperty("User.UserId");
  });

  test("are made of channel and address where ids come again, or where there are none", async () => {
    for (const text of [
      "user_id,email\nu1,a@example.com\nu1,b@example.com\nu1,c@example.com\nu2,d@example.com\n",
      "email\na@example.com\nb@example.com\n",
    ]) {
      const { suggestion, endpoints } = await importBySuggestion(await fileOf(text));
      expect(suggestion.mapping.endpoints[0]?.fields).not.toHaveProperty("Id");
      expect(endpoints[0]?.item.Id).toMatch(/^[\da-f-]{36}$/);
    }
  });
});

describe("what the country of the contacts tells", () => {
  const listOf = (country: string) =>
    `Id,Email,Last Updated,Country\n1,a@example.com,09/07/2024,${country}\n2,b@example.com,10/03/2024,${country}\n`;

  test.each([
    ["US", "MM/dd/yyyy", "month"],
    ["United Kingdom", "dd/MM/yyyy", "day"],
  ])(
    "in %s dates are read as %s where they do not tell it, which is said",
    async (country, format, first) => {
      const { suggestion } = await importBySuggestion(await fileOf(listOf(country)));
      expect(suggestion.mapping.endpoints[0]?.fields.EffectiveDate).toMatchObject({
        transforms: [{ date: format }],
      });
      expect(suggestion.doubts.join("\n")).toContain(`the ${first} is taken to come first`);
    },
  );
});

test("a sign before postal codes is taken off", async () => {
  const { endpoints } = await importBySuggestion(
    await fileOf("会員番号,メールアドレス,郵便番号\n1,a@example.com,〒150-0002\n2,b@example.com,900-0001\n"),
  );
  expect(endpoints.map(({ item }) => item.Location)).toEqual([
    { PostalCode: "150-0002" },
    { PostalCode: "900-0001" },
  ]);
});

describe("Ids of a list with rows that come again", () => {
  /** Two people share a phone number each. */
  const people = Array.from({ length: 500 }, (_, n) => `${n},p${n}@example.com,+12065550${100 + (n >> 1)}`);
  const listOf = (rows: readonly string[]) => `Record Id,Email,Mobile\n${rows.join("\n")}\n`;
  const sms = async (rows: readonly string[]) => {
    const { suggestion, endpoints } = await importBySuggestion(await fileOf(listOf(rows)));
    const ids = endpoints.filter(({ entry }) => entry === "sms").map(({ item }) => item.Id);
    return { ids, doubts: suggestion.doubts.join("\n") };
  };

  test("are those of the contacts, where the rows are the same", async () => {
    const { ids, doubts } = await sms([...people, ...people.slice(0, 10)]);
    expect(new Set(ids).size).toBe(500);
    expect(ids[7]).toBe("7-sms");
    expect(doubts).not.toContain("again");
  });

  test("are those of the contacts, where a few differ, and that is said", async () => {
    const others = people.slice(0, 4).map((row) => row.replace("@example.com", "@example.org"));
    const { ids, doubts } = await sms([...people, ...others]);
    expect(ids[7]).toBe("7-sms");
    expect(doubts).toContain('in 4 of 504 rows a value of column "Record Id" comes again');
  });

  test("are the same for a file and a pipe, of which less is seen", async () => {
    const more = people.map((row) => `1${row.padStart(40, "0")}`);
    const rows = [...people, ...more, ...people];
    const stdin = Readable.from([Buffer.from(listOf(rows))]);
    const [byFile, byPipe] = [
      await suggestMapping({ input: await fileOf(listOf(rows)) }),
      await suggestMapping({ input: "-", stdin }),
    ];
    const scheme = ({ mapping }: typeof byFile) => JSON.stringify(mapping.endpoints[0]?.fields.Id);
    expect(scheme(byFile)).toContain("Record Id");
    expect(scheme(byPipe)).toContain("Record Id");
  });
});

describe("what is left out", () => {
  test("secrets by their header or their form, and free text", async () => {
    const file = await fileOf(
      [
        "Id,Email,Password,Konto,Karte,Kennung,Notes,Story,Plan",
        `1,a@example.com,hunter2,DE89370400440532013000,4111111111111111,5f4dcc3b5aa765d61d8327deb882cf99,likes tea,${"many words ".repeat(9)},pro`,
        `2,b@example.com,letmein,GB82WEST12345698765432,5500005555555559,d8578edf8458ce06fbc5bb76a58c5ca4,,${"other words ".repeat(9)},free`,
      ].join("\n"),
    );
    const { suggestion, endpoints } = await importBySuggestion(file);
    const left = Object.fromEntries(suggestion.leftOut.map(({ column, reason }) => [column, reason]));
    expect(left).toEqual({
      Password: "a secret, or an official number",
      Konto: "a secret, or an official number",
      Karte: "a secret, or an official number",
      Kennung: "a secret, or an official number",
      Notes: "free text",
      Story: "free text",
    });
    expect(endpoints[0]?.item).toMatchObject({ User: { UserAttributes: { Plan: ["pro"] } } });
    const { UserAttributes } = (endpoints[0]?.item.User ?? {}) as { UserAttributes?: object };
    expect(Object.keys(UserAttributes ?? {})).toEqual(["Plan"]);
  });

  test.each(
    "pass,user_pass,pw,OTP,OTP seed,MFA,Recovery codes,License key,Access key,Auth,Cookie,session,Mother's maiden name,ID card,Sicherheitsfrage,SV-Nummer,Konto,Question secrète,Carta d'identità,Pregunta de seguridad,Pergunta de segurança,Beveiligingsvraag,秘密の質問,Diagnosis,Health,Krankheit,Religion,Blood type,Groupe sanguin,Enfermedad,Doença,Malattia,Ziekte,血液型".split(
      ",",
    ),
  )("what is called %s", async (name) => {
    const { suggestion } = await importBySuggestion(
      await fileOf(`Id,Email,"${name}"\n1,a@example.com,v1\n2,b@example.com,v2\n`),
    );
    expect(suggestion.leftOut.map(({ column }) => column)).toEqual([name]);
  });

  test.each([
    ["a key of AWS", "AKIAF993C495567D1BB3"],
    ["what a header of HTTP holds", "Bearer 99798da59b473b86f65ab21f7273997f"],
    ["a hash of a password", `$2y$10$${"Ab3.".repeat(13)}`],
    ["a signed token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.ab7640b004e5"],
    ["base32", "JBSWY3DPEHPK3PXPJBSW"],
    ["hexadecimal", "8abc864cb26f164b3613635a62865580d1e2f3a4b5c6"],
    ["base64", "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="],
  ])("what has the form of %s, whatever it is called", async (_, value) => {
    const { suggestion } = await importBySuggestion(
      await fileOf(`Id,Email,Extra\n1,a@example.com,${value}\n2,b@example.com,${value}\n`),
    );
    expect(suggestion.leftOut).toEqual([{ column: "Extra", reason: "a secret, or an official number" }]);
  });

  test("no account of a bank is the id of a contact", async () => {
    const { suggestion } = await importBySuggestion(
      await fileOf(
        "Email,Account Number\na@example.com,DE89370400440532013000\nb@example.com,GB82WEST12345698765432\n",
      ),
    );
    expect(suggestion.leftOut.map(({ column }) => column)).toEqual(["Account Number"]);
  });

  test("nothing that only has one of those words beside others, or looks a little like a key", async () => {
    const { suggestion } = await importBySuggestion(
      await fileOf(
        "Id,Email,Session Count,Health Score,Auth Provider,Order,Plan Code,Race Results\n1,a@example.com,3,80,google,SO-2026-000000000000000000000001,ENTERPRISEPLANYEARLY,12\n2,b@example.com,4,70,apple,SO-2026-000000000000000000000002,STARTERPLANMONTHLYEU,9\n",
      ),
    );
    expect(suggestion.leftOut).toEqual([]);
  });

  test("a place that Pinpoint would refuse, such as a latitude alone", async () => {
    const { suggestion, rows } = await importBySuggestion(
      await fileOf("Id,Email,Latitude,Longitude\n1,a@example.com,47.6,-122.3\n2,b@example.com,48.1,\n"),
    );
    expect(rows.accepted).toBe(2);
    expect(suggestion.mapping.endpoints[0]?.fields).not.toHaveProperty(["Location.Latitude"]);
    expect(suggestion.doubts.join("\n")).toContain('"Latitude"');
  });

  test("lists with more values than Pinpoint takes", async () => {
    const tags = Array.from({ length: 60 }, (_, n) => `tag ${n}`);
    const { rows, suggestion } = await importBySuggestion(
      await fileOf(`Id,Email,Tags,Topics\n1,a@example.com,${tags.join(";")},x;y\n2,b@example.com,a;b,x\n`),
    );
    expect(rows.accepted).toBe(2);
    expect(suggestion.leftOut).toEqual([{ column: "Tags", reason: "a list of more than 50 values" }]);
  });

  test("the rest, where all columns would make endpoints that are too large", async () => {
    const names = Array.from({ length: 300 }, (_, n) => `Column ${n}`);
    const cells = names.map(() => "x".repeat(60));
    const { rows, suggestion } = await importBySuggestion(
      await fileOf(`Id,Email,${names.join(",")}\n1,a@example.com,${cells.join(",")}\n`),
    );
    expect(rows.accepted).toBe(1);
    expect(suggestion.doubts.join("\n")).toMatch(/15 KB/);
    expect(suggestion.doubts.join("\n")).toMatch(/302 columns/);
  });
});

describe("lists in one cell", () => {
  const tagsOf = async (...cells: readonly string[]) => {
    const rows = cells.map((cell, n) => `${n},a${n}@example.com,"${cell.replaceAll('"', '""')}"`);
    const { endpoints, rows: counts } = await importBySuggestion(
      await fileOf(`Id,Email,Tags\n${rows.join("\n")}\n`),
    );
    expect(counts.accepted).toBe(cells.length);
    return endpoints.map(
      ({ item }) => (item.User as { UserAttributes?: { Tags?: unknown } }).UserAttributes?.Tags,
    );
  };

  test("whose values stand in quotes lose them, and keep a separator inside", async () => {
    expect(
      await tagsOf('"VIP","Spring Sale"', '"Spring Sale, 2026", "Neukunde"', '"été"', '"VIP"', "N/A"),
    ).toEqual([["VIP", "Spring Sale"], ["Spring Sale, 2026", "Neukunde"], ["été"], ["VIP"], undefined]);
  });

  test("whose values stand in quotes are left out where there are more than Pinpoint takes", async () => {
    const many = Array.from({ length: 51 }, (_, n) => `"tag ${n}"`).join(",");
    expect(await tagsOf(many, '"VIP"')).toEqual([undefined, undefined]);
  });

  test("are split where the header says that they are lists, though somebody typed a sentence", async () => {
    const [first] = await tagsOf(
      "VIP, newsletter, VIP",
      "VIP, newsletter",
      "wholesale",
      "a very long tag that somebody typed into the wrong field, since it was meant to be a note",
    );
    expect(first).toEqual(["VIP", "newsletter"]);
  });
});

describe("the mapping as text", () => {
  test("is the same as the definition, whatever characters the header holds", async () => {
    const header = [
      "Id",
      "E\nMail",
      "\u2028line // end",
      "*/",
      "__proto__",
      "constructor",
      'quo"te',
      "{brace}",
      "a:b/c",
    ];
    const quoted = header.map((name) => `"${name.replaceAll('"', '""')}"`).join(",");
    const { suggestion, rows } = await importBySuggestion(
      await fileOf(`${quoted}\n1,a@example.com,x,y,z,w,v,u,t\n2,b@example.com,x,y,z,w,v,u,t\n`),
    );
    expect(rows.accepted).toBe(2);
    expect(suggestion.mapping.endpoints.length).toBe(1);
  });

  test("names the schema, says what it was made of, and keeps the options that were needed", async () => {
    const file = await fileOf("Id*Email\n1*a@example.com\n");
    const { text, mapping } = await suggestMapping({ input: file, delimiter: "*" });
    expect(mapping.$schema).toBe("./node_modules/pinpoint-import/mappings/mapping.schema.json");
    expect(mapping.description).toBe("list.csv (CSV): e-mail endpoints");
    expect(mapping.input).toEqual({ format: "csv", delimiter: "*" });
    expect(text).toContain("made by pinpoint-import suggest from 1 row.");
  });

  test("has rules in its comments that can be used as they stand", async () => {
    const file = await fileOf(
      "Id,Email,Status,Newsletter,Unsubscribed at,Latitude,Longitude\n" +
        "1,a@example.com,subscribed,HTML,2026-01-31,1.5,\n2,b@example.com,unsubscribed,Text,,,\n",
    );
    const { text } = await suggestMapping({ input: file });
    const rules = text.match(/(?<=\/\/ {3})".*(?=,$)/gm) ?? [];
    expect(rules.length).toBe(4);
    for (const rule of rules) {
      const fields = JSON.parse(`{ "Id": "Id", ${rule} }`);
      expect(() => compileMapping({ endpoints: [{ fields }] })).not.toThrow();
    }
  });

  test("is the same each time", async () => {
    const file = await fileOf(longList(5_000, 100));
    expect((await suggestMapping({ input: file })).text).toBe((await suggestMapping({ input: file })).text);
  });
});

describe("other forms of input", () => {
  test("windows-1252 is found out, also where the header is plain ASCII", async () => {
    const file = await fileOf(
      Buffer.from("Id;Email;Ort\n1;a@example.com;K\xf6ln\n2;b@example.com;Bonn\n", "latin1"),
    );
    const { endpoints, suggestion } = await importBySuggestion(file);
    expect(suggestion.mapping.input).toEqual({ format: "csv", encoding: "windows-1252" });
    expect(endpoints[0]?.item.Location).toEqual({ City: "Köln" });
  });

  test("a JSON document on one line is opened at its list", async () => {
    const file = await fileOf(
      '{"data":{"people":[{"id":1,"email":"a@example.com"},{"id":2,"email":"b@example.com"}]}}',
      "crm.json",
    );
    const { rows, suggestion } = await importBySuggestion(file);
    expect(suggestion.mapping.input).toEqual({ format: "json", select: "data.people" });
    expect(rows.accepted).toBe(2);
  });

  test("spaces around names of columns do no harm", async () => {
    const { rows, endpoints } = await importBySuggestion(
      await fileOf("Id , Email, City \n1,a@example.com,Leeds\n2,b@example.com,Bonn\n"),
    );
    expect(rows.accepted).toBe(2);
    expect(endpoints[0]?.item).toMatchObject({ Id: "1-email", Location: { City: "Leeds" } });
  });

  test("a place that is an object in some row is left out there, and the row is not rejected", async () => {
    const file = await fileOf(
      '{"id":1,"email":"a@example.com","city":"Leeds"}\n{"id":2,"email":"b@example.com","city":{"name":"Bonn"}}\n{"id":3,"email":"c@example.com","city":"Bonn"}\n',
      "list.jsonl",
    );
    const { rows, endpoints } = await importBySuggestion(file);
    expect(rows.accepted).toBe(3);
    expect(endpoints[0]?.item.Location).toEqual({ City: "Leeds" });
  });

  test("a header alone is enough for a start", async () => {
    const { suggestion } = await importBySuggestion(await fileOf("Record ID,Email,Mobile,City,Password\n"));
    expect(suggestion.mapping.endpoints.map(({ name }) => name)).toEqual(["email", "sms"]);
    expect(suggestion.mapping.endpoints[0]?.fields).toMatchObject({ "User.UserId": "Record ID" });
    expect(suggestion.doubts[0]).toContain("names of the columns alone");
  });

  test("a column that is not what it is called is said to be", async () => {
    const { suggestion } = await importBySuggestion(
      await fileOf(
        "Email,Phone,Consent\na@example.com,3.12556E+09,see file 12\nb@example.com,3.12556E+09,see file 13\n",
      ),
    );
    expect(suggestion.mapping.endpoints.map(({ name }) => name)).toEqual(["email"]);
    expect(suggestion.doubts.join("\n")).toContain('column "Phone" is named as if it held phone numbers');
    expect(suggestion.doubts.join("\n")).toContain('"Consent"');
  });

  test("a name that stands twice is said to", async () => {
    const { suggestion, rows } = await importBySuggestion(
      await fileOf("Id,Email,Email,Tag,Tag\n1,a@example.com,,x,y\n2,,b@example.com,z,\n"),
    );
    expect(rows.accepted).toBe(2);
    expect(suggestion.doubts.join("\n")).toContain('"Email", "Tag" more than once');
  });

  test.each([
    ["an empty file", "", "input_empty", InputError],
    ["no header", "1,ann@example.com\n2,bo@example.com\n", "header_missing", ConfigurationError],
    [
      "phones without a header",
      "John Secretname,+14155550100,Boston\nJane Other,+14155550101,Austin\n",
      "header_missing",
      ConfigurationError,
    ],
    [
      "phones without a header as a spreadsheet writes them",
      "'0049 30 555 0100,Bonn\n'0049 30 555 0101,Ulm\n",
      "header_missing",
      ConfigurationError,
    ],
    ["no address", "Name,Town\nAnn,Leeds\n", "address_missing", ConfigurationError],
    [
      "Pinpoint's own format",
      "Id,ChannelType,Address\n1,EMAIL,a@example.com\n",
      "mapping_not_needed",
      ConfigurationError,
    ],
    [
      "binary data",
      Buffer.from(Array.from({ length: 2_000 }, (_, n) => n % 256)),
      "input_is_binary",
      InputError,
    ],
    [
      "Shift JIS",
      Buffer.from([0x83, 0x81, 0x81, 0x5b, 0x83, 0x8b, 0x2c, 0x49, 0x44, 0x0a, 0x61, 0x2c, 0x31, 0x0a]),
      "encoding_unknown",
      InputError,
    ],
  ])("%s is refused", async (_, content, code, type) => {
    const error = await errorOf(await fileOf(content));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).not.toMatch(/ann@|Secretname|0100/);
  });

  test.each(["SHIFT_JIS", "EUC-JP"])(
    "%s is called by its name, with what turns it into UTF-8",
    async (name) => {
      const text = "会員番号,氏名,メールアドレス\nM1,高橋 健,a@example.com\nM2,佐藤 花子,b@example.com\n";
      const error = await errorOf(await fileOf(iconv.encode(text, name)));
      expect(error).toMatchObject({ code: "encoding_unknown" });
      expect((error as Error).message).toContain(`iconv -f ${name} -t UTF-8`);
      expect((error as Error).message).not.toContain("--encoding");
    },
  );

  test.each([
    ["French", "Id,Email,Ville\n1,a@example.com,Évreux\n2,b@example.com,Orléans\n3,c@example.com,Genève\n"],
    ["English with curly quotes", "Id,Email,Shop\n1,a@example.com,Ann’s “Best”\n2,b@example.com,Bo’s\n"],
    ["German", "Kundennr,E-Mail,Straße\n1,a@example.com,Ährenweg\n2,b@example.com,Bäckerstraße\n"],
  ])("windows-1252 in %s is not taken for Japanese", async (_, text) => {
    const file = await fileOf(iconv.encode(text, "windows-1252"));
    expect((await suggestMapping({ input: file })).mapping.input?.encoding).toBe("windows-1252");
  });

  test("a file that is not there, and gzip that breaks off, are refused", async () => {
    expect(await errorOf("/nowhere/list.csv")).toBeInstanceOf(InputError);
    const whole = gzipSync(longList(300, 0));
    expect(await errorOf(await fileOf(whole.subarray(0, whole.length - 100), "list.csv.gz"))).toBeInstanceOf(
      InputError,
    );
  });

  test("an aborted look ends with the signal's reason", async () => {
    const reason = new Error("enough");
    expect(await errorOf(await fileOf("Id,Email\n"), { signal: AbortSignal.abort(reason) })).toBe(reason);
  });

  test("a file through a stream gives what the file gives", async () => {
    const file = await fileOf("Id,Email\n1,a@example.com\n");
    const piped = await suggestMapping({ input: "-", stdin: createReadStream(file) });
    expect(piped.mapping.endpoints).toEqual((await suggestMapping({ input: file })).mapping.endpoints);
    expect(await readFile(file, "utf8")).toBe("Id,Email\n1,a@example.com\n");
  });
});
