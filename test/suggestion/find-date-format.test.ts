import { expect, test } from "vitest";
import { findDateFormat } from "../../src/suggestion/find-date-format.js";

const find = (values: readonly string[], likely?: "day" | "month", mayBeNumber = false) =>
  findDateFormat(values, [], mayBeNumber, likely);

test.each([
  [["2026-01-31", "2026-02-01"], ["iso"]],
  [["2026-01-31T12:00:00Z"], ["iso"]],
  [["31.01.2026", "01.02.2026"], ["dd.MM.yyyy"]],
  [["3.1.2026", "31.12.2026"], ["d.M.yyyy"]],
  [["31/01/2026 09:15", "01/02/2026 10:00"], ["dd/MM/yyyy HH:mm"]],
  [["1/31/2026 3:05 PM", "12/1/2026 11:00 AM"], ["M/d/yyyy h:mm a"]],
  [["01/31/26", "02/01/26"], ["MM/dd/yy"]],
  [["2026/01/31 07:08:09"], ["yyyy/MM/dd HH:mm:ss"]],
  [["2026年1月31日", "2026年12月1日"], ["yyyy'年'M'月'd'日'"]],
  [["31/01/2026 à 13:05"], ["dd/MM/yyyy 'à' HH:mm"]],
  [["31.01.2026, 13:05:06"], ["dd.MM.yyyy, HH:mm:ss"]],
  [["31.01.2026 13:05 Uhr"], ["dd.MM.yyyy HH:mm 'Uhr'"]],
  [["31/01/2026 1:05 p. m.", "01/02/2026 11:00 a. m."], ["dd/MM/yyyy h:mm a"]],
  [["2026年1月31日 10時20分"], ["yyyy'年'M'月'd'日' H'時'mm'分'"]],
  [["Jan 31, 2026", "Feb 1, 2026"], ["MMM d, yyyy"]],
])("%j is %j", (values, formats) => {
  expect(find(values)?.formats).toEqual(formats);
});

test.each([
  [["3. Februar 2026", "31. März 2026"], "de"],
  [["3 février 2026", "31 mars 2026"], "fr"],
  [["3 de febrero de 2026", "31 de marzo de 2026"], "es"],
])("the months of %j are in %s", (values, locale) => {
  expect(find(values)?.locale).toBe(locale);
});

test("two forms in one column are a list, a mistake of one row is not", () => {
  const days = Array.from({ length: 20 }, (_, index) => `${10 + index}.01.2026`);
  const times = days.slice(0, 4).map((day) => `${day} 10:00`);
  expect(find([...days, ...times, "2026 in spring"])?.formats).toEqual(["dd.MM.yyyy", "dd.MM.yyyy HH:mm"]);
  expect(find([...days, ...days.map((day) => `${day} 1:00`), "01/02/2026"])?.formats).not.toContain(
    "dd/MM/yyyy",
  );
});

test("one value over 12 tells day and month apart; without one the likelier order is taken, and it says so", () => {
  expect(find(["01/02/2026", "13/02/2026"])).toMatchObject({ order: "day", isAmbiguous: false });
  expect(find(["01/02/2026", "02/13/2026"])).toMatchObject({ order: "month", isAmbiguous: false });
  expect(find(["01/02/2026"], "month")).toMatchObject({ formats: ["MM/dd/yyyy"], isAmbiguous: true });
  expect(find(["01/02/2026"])).toMatchObject({ formats: ["dd/MM/yyyy"], isAmbiguous: true });
});

test("numbers are moments only where the header says so", () => {
  expect(find(["1769864700", "1714979288"])).toBeUndefined();
  expect(find(["1769864700", "1714979288"], undefined, true)?.formats).toEqual(["unix"]);
  expect(find(["1769864700123"], undefined, true)?.formats).toEqual(["unixMs"]);
  expect(find(["20260131"], undefined, true)?.formats).toEqual(["iso"]);
  expect(find(["42", "7"], undefined, true)).toBeUndefined();
});

test("a zone is needed for times that name none, and for nothing else", () => {
  expect(find(["2026-01-31 10:00:00"])?.needsZone).toBe(true);
  expect(find(["2026-01-31T10:00:00+01:00"])?.needsZone).toBe(false);
  expect(find(["31.01.2026"])?.needsZone).toBe(false);
});

test.each([[["030 1234567"]], [["1.2.3.4"]], [["v2026-01"]], [["yesterday"]], [["12.50"]], [[]]])(
  "%j are no dates",
  (values) => {
    expect(find(values)).toBeUndefined();
  },
);
