import fc from "fast-check";
import { getCountries, getCountryCallingCode, parsePhoneNumberFromString } from "libphonenumber-js/min";
import { describe, expect, it } from "vitest";
import { mapCsv, mappingOf, mistakesOf, transform } from "./map-rows.js";

const rejected = (text: string) => expect.stringMatching(new RegExp(`^rejected: .*${text}`));
const astral = "😀";

/** transform, value, result */
const cases: readonly (readonly [unknown, unknown, unknown])[] = [
  ["trim", "  a b \t", "a b"],
  ["trim", 12, "12"],
  ["trim", { a: 1 }, rejected("is an object, not a text")],
  ["lowercase", "ÄB", "äb"],
  ["uppercase", "äb", "ÄB"],
  ["lowercase", true, "true"],

  ["number", " 12.50 ", "12.5"],
  ["number", "-1.2065E+10", "-12065000000"],
  ["number", "+.5", "0.5"],
  ["number", "7.", "7"],
  ["number", "1,234.5", rejected('number: "1,234.5" is not a number')],
  ["number", "1.234,56", rejected("is not a number")],
  ["number", "0x10", rejected("is not a number")],
  ["number", "Infinity", rejected("is not a number")],
  ["number", "1e999", rejected("is not a number")],
  ["number", "12 €", rejected("is not a number")],
  ["number", true, rejected("true is not a number")],
  ["number", 3.5, "3.5"],
  [{ number: { decimal: "," } }, "1234,56", "1234.56"],
  [{ number: { decimal: "," } }, "1.5", rejected('with "," before the decimals')],
  [{ number: { decimal: "," } }, "1,2,3", rejected("is not a number")],
  [{ number: { decimal: ",", group: "." } }, "-1.234.567,8", "-1234567.8"],
  [{ number: { decimal: ",", group: "." } }, "1.5", rejected('"." between the thousands')],
  [{ number: { group: "," } }, "1,234.5", "1234.5"],
  [{ number: { group: "," } }, "1,23", rejected("is not a number")],
  [{ number: { group: "," } }, "1234", "1234"],
  [{ number: { decimal: ",", group: " " } }, "1\u202f234,5", "1234.5"],
  [{ number: { group: "'" } }, "1'000", "1000"],

  ["integer", "12.0", "12"],
  ["integer", "12.5", rejected("is not a whole number")],
  ["integer", 4, "4"],
  ["integer", "9007199254740993", rejected("too large to be exact")],
  [{ integer: { group: "," } }, "1,000", "1000"],

  ["round", "2.5", "3"],
  ["round", "-2.5", "-3"],
  ["round", "-0.2", "0"],
  [{ round: 2 }, "1.005", "1.01"],
  [{ round: 1 }, 47.61, "47.6"],
  [{ round: 2 }, "1e21", rejected("too large to be exact")],
  [{ round: 2 }, "abc", rejected('round: "abc" is not a number')],

  ...["true", "T", "yes", "Y", "1", "ON"].map((text) => ["boolean", text, "true"] as const),
  ...["FALSE", "f", " No ", "n", "0", "off"].map((text) => ["boolean", text, "false"] as const),
  ["boolean", true, "true"],
  ["boolean", 0, "false"],
  ["boolean", "maybe", rejected('boolean: "maybe" is none of')],

  [{ split: ";" }, "a; b;;a ; ", ["a", "b"]],
  [{ split: ";" }, " ; ", undefined],
  [[{ split: "," }, "uppercase"], "a,b", ["A", "B"]],
  [["lowercase", { split: "X" }], "aXb", "axb"],
  [[{ split: "," }, "number"], "1,x,y", rejected('"x" is not a number; .*"y" is not a number')],
  [[{ split: "|" }, { split: "," }], "a,b|c", ["a", "b", "c"]],

  ["truncate", "x".repeat(120), "x".repeat(100)],
  [{ truncate: 2 }, `${astral}${astral}${astral}`, astral + astral],
  [{ truncate: 3 }, `${astral}a`, `${astral}a`],

  [{ replace: { pattern: "\\D" } }, "a1b2", "12"],
  [{ replace: { pattern: "(\\w+) (\\w+)", with: "$2 $1" } }, "Ann Lee", "Lee Ann"],
  [{ replace: { pattern: "a", with: "b", flags: "i" } }, "AA", "bA"],
  [{ replace: { pattern: ".*" } }, "gone", undefined],

  ["hash", "a", "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"],
  [{ hash: { salt: "s" } }, "a", "4cf6829aa93728e8f3c97df913fb1bfa95fe5810e2933a05943f8312a98d9cf2"],

  ["json", '["a", "b", "a"]', ["a", "b", "a"]],
  ["json", "['a', 'b\\'s', \"c\"]", ["a", "b's", "c"]],
  ["json", "[True, None, 1.5,]", ["true", "1.5"]],
  ["json", '{"a": 1}', '{"a":1}'],
  ["json", "{'a': ['b'], 'n': None}", '{"a":["b"],"n":null}'],
  ["json", "{'__proto__': 'x'}", '{"__proto__":"x"}'],
  ["json", "[]", undefined],
  ["json", "('a',)", rejected("is no list or object")],
  ["json", "{['a']: 1}", rejected("is no list or object")],
  ["json", "{'a' 1}", rejected("is no list or object")],
  ["json", "['a' 'b']", rejected("is no list or object")],
  ["json", "['a", rejected("is no list or object")],
  ["json", "['a\\nb']", "a\nb"],
  ["json", '"text"', "text"],
  ["json", "['a'", rejected("is no list or object")],
  ["json", "['a'] b", rejected("is no list or object")],
  ["json", "plain", rejected('json: "plain" is no list or object')],
  ["json", `${"[".repeat(100)}'a'${"]".repeat(100)}`, rejected("is no list or object")],
  ["json", ["a", "b"], ["a", "b"]],
  ["json", ["a"], "a"],
  ["json", ["['a', 'b']", "c"], ["a", "b", "c"]],
  [["json", "uppercase"], '["a"]', "A"],

  ["locale", "en-us", "en_US"],
  ["locale", "EN", "en"],
  ["locale", "en_US.UTF-8", "en_US"],
  ["locale", "pt-BR", "pt_BR"],
  ["locale", "es-419", "es_419"],
  ["locale", "haw_us", "haw_US"],
  ["locale", "zh-Hant-TW", "zh_TW"],
  ["locale", "de_DE@euro", "de_DE"],
  ["locale", "english", rejected('locale: "english" is no locale')],
  ["locale", "xx", rejected("is no locale")],
  ["locale", "en_QX", rejected("is no locale")],

  ["timezone", "america/new_york", "America/New_York"],
  ["timezone", "Eastern Standard Time", "America/New_York"],
  ["timezone", "Eastern Time (US & Canada)", "America/New_York"],
  ["timezone", "(GMT+05:30) Chennai", "Asia/Kolkata"],
  ["timezone", "asia/kolkata", "Asia/Kolkata"],
  ["timezone", "Asia/Calcutta", "Asia/Calcutta"],
  ["timezone", "europe/kyiv", "Europe/Kyiv"],
  ["timezone", "us/eastern", "US/Eastern"],
  ["timezone", "america/argentina/buenos_aires", "America/Argentina/Buenos_Aires"],
  ["timezone", "W. Europe Standard Time", "Europe/Berlin"],
  ["timezone", "utc", "UTC"],
  ["timezone", "etc/gmt+5", "Etc/GMT+5"],
  ["timezone", "Singapore", "Asia/Singapore"],
  ["timezone", "+05:30", rejected('timezone: "\\+05:30" is no time zone')],
  ["timezone", "Mars/Base", rejected("is no time zone")],

  ["country", "US", "US"],
  ["country", "usa", "US"],
  ["country", "U.S.A.", "US"],
  ["country", "The United States", "US"],
  ["country", "UK", "GB"],
  ["country", "England", "GB"],
  ["country", "Holland", "NL"],
  ["country", "South Korea", "KR"],
  ["country", "Russia", "RU"],
  ["country", "Czech Republic", "CZ"],
  ["country", "cote d'ivoire", "CI"],
  ["country", "CÔTE D’IVOIRE", "CI"],
  ["country", "Bosnia & Herzegovina", "BA"],
  ["country", "Deutschland", "DE"],
  ["country", "Österreich", "AT"],
  ["country", "Etats-Unis", "US"],
  ["country", "España", "ES"],
  ["country", "Grossbritannien", "GB"],
  ["country", "日本", "JP"],
  ["country", "中国", "CN"],
  ["country", "Brasil", "BR"],
  ["country", "Island", "IS"],
  ["country", "Niger", "NE"],
  ["country", "DEU", "DE"],
  ["country", "Bahamas, The", "BS"],
  ["country", "Korea, Republic of", "KR"],
  ["country", "Great Britain (UK)", "GB"],
  ["country", "Atlantis", rejected('country: "Atlantis" is no country')],

  ["e164", "+12065550100", "+12065550100"],
  ["e164", "+1 (206) 555-0100", "+12065550100"],
  ["e164", "'+12065550100", "+12065550100"],
  ["e164", "\u202a+44 20 7946 0018\u202c", "+442079460018"],
  ["e164", "tel:+12065550100", "+12065550100"],
  ["e164", "+44 20 7946 0018 x12", rejected("has an extension")],
  ["e164", { a: 1 }, rejected("is an object")],
  ["e164", "0044 20 7946 0018", "+442079460018"],
  ["e164", "2065550100", rejected("has no country code: give the transform a country")],
  ["e164", "491712345678.0", rejected("was damaged by a spreadsheet")],
  ["e164", "-491712345678", rejected("was damaged by a spreadsheet")],
  ["e164", "1.2065E+10", rejected("was damaged by a spreadsheet")],
  ["e164", "+1 206", rejected("is no phone number")],
  ["e164", "+1206555010012345", rejected("is no phone number")],
  ["e164", "+999 123 456", rejected("is no phone number")],
  ["e164", "call me", rejected("has no country code")],
  [{ e164: { country: "US" } }, "(206) 555-0100", "+12065550100"],
  [{ e164: { country: "United States" } }, 12065550100, "+12065550100"],
  [{ e164: { country: "GB" } }, "020 7946 0018", "+442079460018"],
  [{ e164: { country: "DE" } }, "0044 20 7946 0018", "+442079460018"],
  [{ e164: { country: "US" } }, "+49 30 901820", "+4930901820"],
  [{ e164: { country: "US" } }, "206-555-0100 ext. 5", rejected("has an extension")],
  [{ e164: { country: "US" } }, "555-0100", rejected("is no phone number of US")],
  [{ e164: { country: "US" } }, "1,2065E+10", rejected("was damaged by a spreadsheet")],

  ["date", "2026-01-31", "2026-01-31T00:00:00.000Z"],
  ["date", "2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00.000Z"],
  ["date", "2026-01-31 12:00:00", "2026-01-31T12:00:00.000Z"],
  ["date", "20260131", "2026-01-31T00:00:00.000Z"],
  ["date", "2026-02-30", rejected('date: "2026-02-30" is no date of the format "iso"')],
  ["date", "12:00", rejected("is no date")],
  ["date", "2026", rejected("is no date")],
  [{ date: "dd.MM.yyyy" }, "31.01.2026", "2026-01-31T00:00:00.000Z"],
  [{ date: ["MM/dd/yyyy", "iso"] }, "2026-01-31", "2026-01-31T00:00:00.000Z"],
  [{ date: ["MM/dd/yyyy", "iso"] }, "31/01/2026", rejected('"MM/dd/yyyy" or "iso"')],
  [
    { date: { format: "yyyy-MM-dd HH:mm", zone: "America/New_York" } },
    "2026-01-31 12:00",
    "2026-01-31T17:00:00.000Z",
  ],
  [{ date: { zone: "America/New_York" } }, "2026-07-01 12:00", "2026-07-01T16:00:00.000Z"],
  [
    { date: { format: "yyyy-MM-dd HH:mm", zone: "America/New_York" } },
    "2026-03-08 02:30",
    "2026-03-08T07:30:00.000Z",
  ],
  [{ date: { format: "d. MMMM yyyy", locale: "de" } }, "31. Januar 2026", "2026-01-31T00:00:00.000Z"],
  [{ date: "unix" }, "1769860800", "2026-01-31T12:00:00.000Z"],
  [{ date: "unix" }, 1769860800.5, "2026-01-31T12:00:00.500Z"],
  [{ date: "unixMs" }, 1769860800000, "2026-01-31T12:00:00.000Z"],
  [{ date: "unix" }, "1769860800000", rejected("looks like milliseconds")],
  ["date", "2026-01-31 12:00:00 -0500", "2026-01-31T17:00:00.000Z"],
  ["date", "2026-01-31T12:00:00.000+0000", "2026-01-31T12:00:00.000Z"],
  [{ date: { zone: "UTC+3" } }, "2026-01-31 12:00", "2026-01-31T09:00:00.000Z"],
  [{ date: "yyyy" }, "0000", rejected("is no date")],
  [{ date: "MM/yyyy" }, "02/2026", "2026-02-01T00:00:00.000Z"],
  [{ date: "unixMs" }, "99999999999999999", rejected("is no date")],
  [{ date: "unix" }, "soon", rejected("is no date")],
];

describe("transforms", () => {
  it.each(cases.map(([steps, value, result]) => ({ steps, value, result })))(
    "$steps of $value",
    ({ steps, value, result }) => {
      expect(transform(steps, value)).toEqual(result);
    },
  );

  it("keeps a list that a transform has not split as it is, duplicates included", () => {
    expect(transform("trim", [" a", "a ", "b"])).toEqual(["a", "a", "b"]);
  });

  it("keeps remembering when a column has very many values", () => {
    const mapping = mappingOf({
      "Location.Country": { column: "C", transforms: ["country"], onInvalid: "omit" },
    });
    const rows = Array.from({ length: 5_000 }, (_, index) => [index % 2 === 0 ? "USA" : `Nowhere ${index}`]);
    const countries = mapCsv(mapping, ["C"], ...rows).map((endpoint) =>
      JSON.stringify(endpoint).includes('"US"'),
    );
    expect(countries).toEqual(rows.map(([country]) => country === "USA"));
  });

  it("cuts long values in reasons and escapes what would break the line", () => {
    const reason = String(transform("number", `${"x".repeat(100)}`));
    expect(reason).toContain(`"${"x".repeat(60)}…"`);
    expect(String(transform("number", "a\nb"))).toContain('"a\\nb"');
  });
});

/** options that the schema cannot judge, and the mistake */
const mistakes: readonly (readonly [unknown, string])[] = [
  [{ number: { decimal: ",", group: "," } }, '.number: "group" and "decimal" are both ","'],
  [{ date: "DD.MM.YYYY" }, 'is no usable date format: a year is "yyyy"'],
  [{ date: "'today'" }, "it cannot be read back"],
  [{ date: "HH:mm" }, "it cannot be read back"],
  [{ date: "MM/dd" }, "it cannot be read back"],
  [{ date: "yyyy-MM-ddTHH:mm" }, "letters that stand for themselves need quotes"],
  [{ date: { zone: "America/NewYork" } }, '.date.zone: "America/NewYork" is no time zone'],
  [{ date: { zone: "local" } }, "is no time zone"],
  [{ date: { locale: "_" } }, '.date.locale: "_" is no language'],
  [{ e164: { country: "Atlantis" } }, '.e164.country: "Atlantis" is no country'],
  [{ e164: { countryColumn: "_reject_row" } }, '.e164.countryColumn: column "_reject_row"'],
  [{ replace: { pattern: "(" } }, ".replace.pattern: not a regular expression"],
  [{ replace: { pattern: "a", flags: "y" } }, '.replace.flags: "y" does not fit: Any of g i m s u'],
  [{ replace: {} }, '.replace.pattern: "pattern" is missing'],
  [{ truncate: 0 }, ".truncate: must be at least 1, not"],
  [{ truncate: "5" }, '.truncate: must be a whole number, not the text "5"'],
  [{ round: 99 }, ".round: must be at most 15"],
  [{ hash: { sallt: "x" } }, '.hash.sallt: unknown key "sallt". Did you mean "salt"?'],
  [{ split: "" }, ".split: must not be empty"],
  ["split", 'the transform "split" needs options'],
  ["replace", 'the transform "replace" needs options'],
  ["lowercas", 'unknown transform "lowercas". Did you mean "lowercase"?'],
  ["xyzzyx", "Known: trim, lowercase,"],
  [{ contry: {} }, '.contry: unknown transform "contry"'],
  [{ trim: {}, number: {} }, 'the transform "trim" takes no options'],
  [{ number: {}, integer: {} }, 'a transform has one name; "number" and "integer" need an object each'],
  [{}, "transforms[0]: must not be empty"],
  [7, "transforms[0]: must be a text or an object, not 7"],
];

describe("mistakes in transforms", () => {
  it.each(mistakes)("%j", (definition, message) => {
    const found = mistakesOf(
      mappingOf({ "Attributes.A": { column: "C", transforms: [definition as never] } }),
    );
    expect(found.join("\n")).toContain(message);
  });

  it("reports each mistake once, with its place", () => {
    const found = mistakesOf(
      mappingOf({ "Attributes.A": { column: "C", transforms: ["lowercas" as never] } }),
    );
    expect(found).toEqual([
      'endpoints[0].fields["Attributes.A"].transforms[0]: unknown transform "lowercas". Did you mean "lowercase"?',
    ]);
  });
});

describe("the short ways", () => {
  it("for phone numbers in E.164 form give what libphonenumber gives", () => {
    const codes = [...new Set(getCountries().map((country) => getCountryCallingCode(country))), "800", "999"];
    fc.assert(
      fc.property(
        fc.constantFrom(...codes),
        fc.constantFrom("", "0", "00", "1", "8", "9", "15", "549", "911", "52"),
        fc.stringMatching(/^\d{3,12}$/),
        (code, start, rest) => {
          const number = `+${code}${start}${rest}`;
          const parsed = parsePhoneNumberFromString(number, { extract: false });
          const expected = parsed?.isPossible() && parsed.ext === undefined ? parsed.number : undefined;
          const given = transform("e164", number);
          if (expected === undefined) expect(given).toMatch(/^rejected/);
          else expect(given).toBe(expected);
        },
      ),
      { numRuns: 20_000 },
    );
  });

  it("for plain dates give what Luxon gives", () => {
    const two = (max: number) => fc.integer({ min: 0, max }).map((number) => String(number).padStart(2, "0"));
    const part = fc.tuple(two(25), two(61), two(61), fc.constantFrom("", ".000", ".5", ".123", ".999"));
    const time = part.chain(([hour, minute, second, fraction]) =>
      fc.constantFrom(
        "",
        `T${hour}:${minute}Z`,
        `T${hour}:${minute}:${second}${fraction}Z`,
        `T${hour}:${minute}`,
      ),
    );
    const year = fc.integer({ min: 0, max: 9999 }).map((number) => String(number).padStart(4, "0"));
    fc.assert(
      fc.property(
        year,
        two(13),
        two(32),
        time,
        fc.constantFrom("UTC", "America/New_York"),
        (y, m, d, t, zone) => {
          const text = `${y}-${m}-${d}${t}`;
          const given = transform({ date: { zone } }, text);
          // With another format before it, "iso" is left to Luxon.
          const expected = transform({ date: { format: ["'x'yyyy", "iso"], zone } }, text);
          if (String(expected).startsWith("rejected")) expect(given).toMatch(/^rejected/);
          else expect(given).toBe(expected);
        },
      ),
      { numRuns: 5_000 },
    );
  });
});
