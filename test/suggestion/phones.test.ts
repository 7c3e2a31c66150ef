import { expect, test } from "vitest";
import { fileOf, importBySuggestion } from "./import-by-suggestion.js";

const numbersOf = async (text: string) => {
  const { endpoints, rows, suggestion } = await importBySuggestion(await fileOf(text));
  const numbers = endpoints.filter(({ item }) => item.ChannelType === "SMS").map(({ item }) => item.Address);
  return { numbers, rows, doubts: suggestion.doubts.join("\n") };
};

test.each([
  [
    "the language of the header",
    "Kundennr;Vorname;Handy\n1;Ann;0176 04069011\n2;Bo;01512 3456789\n",
    ["+4917604069011", "+4915123456789"],
  ],
  ["Spanish", "Id,Nombre,Móvil\n1,Ann,612345678\n2,Bo,698765432\n", ["+34612345678", "+34698765432"]],
  ["Japanese", "会員番号,氏名,携帯電話\n1,高松,090-1234-5678\n", ["+819012345678"]],
  [
    "mobile numbers that would be landlines elsewhere",
    "Kundennr,Vorname,Handy\n1,Ann,0664 1234567\n2,Bo,0676 7654321\n",
    ["+436641234567", "+436767654321"],
  ],
  [
    "postal codes",
    "Kundennr,Vorname,Telefon,PLZ\n1,Ann,0664 1234567,1010\n2,Bo,0676 7654321,4020\n",
    ["+436641234567", "+436767654321"],
  ],
  [
    "the ends of e-mail addresses",
    "Id,Email,Phone\n1,a@example.fr,06 39 98 00 05\n2,b@example.fr,07 39 98 00 06\n",
    ["+33639980005", "+33739980006"],
  ],
  [
    "the other numbers",
    "Id,Phone\n1,+61 491 570 156\n2,+61 491 570 157\n3,0491 570 158\n",
    ["+61491570156", "+61491570157", "+61491570158"],
  ],
  [
    "the locale",
    "Id,Phone,Locale\n1,0491 570 156,en_AU\n2,0491 570 157,en_AU\n",
    ["+61491570156", "+61491570157"],
  ],
  [
    "months before days",
    "Id,Phone,Signup Date\n1,(206) 555-0143,01/31/2026\n2,617-555-0103,02/28/2026\n",
    ["+12065550143", "+16175550103"],
  ],
])("the country of national numbers is told by %s", async (_, text, expected) => {
  const { numbers, rows } = await numbersOf(text);
  expect(numbers).toEqual(expected);
  expect(rows.rejected).toBe(0);
});

test("a column of countries decides row by row, and one country stands in where it is empty", async () => {
  const { numbers, rows } = await numbersOf(
    "Id,Email,Phone,Country\n1,a@example.com,0176 04069011,Germany\n2,b@example.com,07700 900103,United Kingdom\n3,c@example.com,+33639980005,\n4,d@example.com,0176 04069012,\n5,e@example.com,0176 04069013,Germany\n",
  );
  expect(numbers).toEqual([
    "+4917604069011",
    "+447700900103",
    "+33639980005",
    "+4917604069012",
    "+4917604069013",
  ]);
  expect(rows.rejected).toBe(0);
});

test("where nothing tells the country, numbers without one are rejected rather than guessed, and that is said", async () => {
  const { numbers, rows, doubts } = await numbersOf(
    "Id,Email,Phone\n1,a@example.com,12345678\n2,b@example.com,+6581234567\n3,c@example.com,+4917604069011\n4,d@example.com,+819012345678\n",
  );
  expect(numbers.filter((number) => number !== undefined)).toEqual([
    "+6581234567",
    "+4917604069011",
    "+819012345678",
  ]);
  expect(rows.rejected).toBe(1);
  expect(doubts).toContain('"country"');
});

test("a guess among several countries is called one", async () => {
  const { doubts } = await numbersOf("Id,Nombre,Celular\n1,Ann,912345678\n2,Bo,912345679\n");
  expect(doubts).toContain("other countries are possible");
});

test("words for no number and no address make no endpoint, and reject no row", async () => {
  const { numbers, rows } = await numbersOf(
    "Id,E-Mail,Handy\n1,keine,0176 04069011\n2,b@example.de,unbekannt\n3,c@example.de,0176 04069012\n4,d@example.de,-\n",
  );
  expect(numbers).toEqual(["+4917604069011", "+4917604069012"]);
  expect(rows).toEqual({ read: 4, accepted: 4, filtered: 0, rejected: 0 });
});

test("mobile numbers come first; a fax and the number of somebody else are never used", async () => {
  const { numbers } = await numbersOf(
    "Id,Phone,Fax,Owner Phone,Mobile\n1,+1 206 555 0100,+1 206 555 0101,+1 206 555 0102,+1 206 555 0103\n2,+1 206 555 0104,,,\n3,,+1 206 555 0105,,\n",
  );
  expect(numbers).toEqual(["+12065550103", "+12065550104"]);
});

test("a list of phone numbers alone is one of SMS endpoints", async () => {
  const { suggestion } = await importBySuggestion(await fileOf("Name,Mobile\nAnn,+12065550103\n"));
  expect(suggestion.mapping.endpoints.map(({ name }) => name)).toEqual(["sms"]);
});

/** A list in which every tenth number is of another country. */
const mixedList = (
  header: string,
  national: (n: number) => string,
  foreign: (n: number) => string,
  more = "",
) =>
  `${header}\n${Array.from({ length: 60 }, (_, n) => `${n},p${n}@example.com,${n % 10 === 0 ? foreign(n) : national(n)}${more}\n`).join("")}`;
const two = (n: number) => String(n).padStart(2, "0");

test.each([
  [
    "Spain",
    "id,Correo electrónico,Móvil",
    (n: number) => `6933311${two(n)}`,
    (n: number) => `+336123456${two(n)}`,
    "+34",
  ],
  [
    "Austria",
    "id,E-Mail,Handy",
    (n: number) => `0664 12345${two(n)}`,
    (n: number) => `+49 171 23456${two(n)}`,
    "+43",
  ],
  [
    "Australia",
    "id,Email,Mobile",
    (n: number) => `04112814${two(n)}`,
    (n: number) => `+64 21 3456${two(n)}`,
    "+61",
  ],
  [
    "the Netherlands",
    "id,E-mail,Mobiel",
    (n: number) => `06 399994${two(n)}`,
    (n: number) => `+32 470 1234${two(n)}`,
    "+31",
  ],
  [
    "the United States",
    "id,Email,Mobile",
    (n: number) => `(206) 555-01${two(n)}`,
    (n: number) => `+49 171 23456${two(n)}`,
    "+1",
  ],
  [
    "the United States",
    "id,Email,Phone",
    (n: number) => `917-555-01${two(n)}`,
    (n: number) => `+55 11 91234-56${two(n)}`,
    "+1",
  ],
  [
    "the United Kingdom",
    "id,Email,Mobile",
    (n: number) => `077009001${two(n)}`,
    (n: number) => `+353 85 1234${two(n)}1`,
    "+44",
  ],
])("numbers of people abroad do not decide for those of %s", async (_, header, national, foreign, code) => {
  const { numbers } = await numbersOf(mixedList(header, national, foreign));
  for (const [n, number] of numbers.entries()) if (n % 10 !== 0) expect(number).toContain(code);
});

test("where numbers fit a country that little else speaks for none is chosen, and that is said", async () => {
  const list = mixedList(
    "id,Email,Mobile",
    (n) => `9${8e8 + ((n * 7_654_321) % 2e8)}`,
    (n) => `+1 206 555 01${two(n)}`,
  );
  const { numbers, rows, doubts } = await numbersOf(list);
  expect(rows).toMatchObject({ accepted: 6, rejected: 54 });
  expect(numbers.filter((number) => number !== undefined && !String(number).startsWith("+1206"))).toEqual([]);
  expect(doubts).toContain(
    'nothing tells of which country they are: such rows are rejected until "e164" has a "country"',
  );
});

test("countries that tie are named, and none of them is chosen", async () => {
  const { rows, doubts } = await numbersOf(
    mixedList(
      "Id,Email,Mobile",
      (n) => `9${[178, 252, 894][n % 3]}55${100 + n}${n % 10}`,
      (n) => `+91 98432151${two(n)}`,
    ),
  );
  expect(rows.rejected).toBe(54);
  expect(doubts).toMatch(/they may be of (?:IN or US|US or IN): such rows are rejected/);
});

test("a country that only numbers of people abroad speak for is none to call", async () => {
  const { numbers } = await numbersOf(
    mixedList(
      "id,Email,Phone",
      (n) => `06 39 98 00 ${two(n)}`,
      (n) => `+33 6 39 98 00 ${two(n)}`,
    ),
  );
  expect(numbers.filter((number) => number !== undefined)).toHaveLength(6);
});

test.each([
  ["German", "Kundennr,Mobil,Telefon", "0171 2345678", "0221 9876543", "+491712345678"],
  ["Japanese", "会員番号,携帯電話番号,電話番号", "080-4008-0495", "03-1234-5678", "+818040080495"],
  ["with countries", "Id,Land,Mobil,Telefon", "DE,0171 2345678", "0221 9876543", "+491712345678"],
])(
  "beside mobile numbers, %s, a column of landlines stays an attribute, which is said",
  async (_, header, mobile, landline, number) => {
    const none = mobile.includes(",") ? "AT," : "";
    const { endpoints, suggestion } = await importBySuggestion(
      await fileOf(`${header}\n1,${mobile},\n2,${none},${landline}\n3,${mobile},${landline}\n`),
    );
    expect(endpoints.map(({ item }) => item.Address)).toEqual([number, number]);
    const name = header.slice(header.lastIndexOf(",") + 1);
    expect(endpoints[1]?.item.User).toMatchObject({ UserAttributes: { [name]: [landline] } });
    expect(suggestion.doubts.join("\n")).toContain(`most numbers in "${name}" seem to be of landlines`);
  },
);

test("a second column with mobile numbers fills the gaps of the first", async () => {
  const { numbers } = await numbersOf(
    "Kundennr,Mobil,Telefon\n1,0171 2345678,\n2,,0171 2345679\n3,,0171 2345670\n4,,0221 9876543\n",
  );
  expect(numbers).toContain("+491712345679");
});
