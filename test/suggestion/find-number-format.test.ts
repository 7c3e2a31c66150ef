import { expect, test } from "vitest";
import { findNumberFormat } from "../../src/suggestion/find-number-format.js";

test.each([
  [["12", "0.5", "-3"], undefined],
  [["1,204.50", "12"], { group: "," }],
  [["1.204,50", "12,00"], { decimal: ",", group: "." }],
  [["1 310,00", "12,5"], { decimal: ",", group: " " }],
  [["1'310.00", "12"], { group: "'" }],
  [["128,400", "1,204", "12"], { group: "," }],
])("%j is read with %j", (values, options) => {
  expect(findNumberFormat(values, false)?.options).toEqual(options);
});

test.each([
  [["€ 1.204,50", "12,00 €"], "\\s*€\\s*"],
  [["$1,250.00"], "\\s*\\$\\s*"],
  [["R$ 12,50"], "\\s*(?:R\\$|\\$)\\s*"],
  [["¥128,400"], "\\s*¥\\s*"],
])("the currency of %j is taken off", (values, currency) => {
  expect(findNumberFormat(values, false)?.currency).toBe(currency);
});

test("a currency in one row of many is a mistake of that row", () => {
  const values = [...Array.from({ length: 20 }, (_, index) => `${index}.5`), "USD 3"];
  expect(findNumberFormat(values, false)).toMatchObject({ options: undefined, currency: undefined });
});

test("1.234 is a fraction, or a thousand where the rest of the table writes decimals with a comma; both are unsure", () => {
  expect(findNumberFormat(["1.234", "5.678"], false)).toMatchObject({
    options: undefined,
    isAmbiguous: true,
  });
  expect(findNumberFormat(["1.234", "5.678"], true)).toMatchObject({
    options: { decimal: ",", group: "." },
    isAmbiguous: true,
  });
});

test.each([[["many"]], [["1.2.3"]], [["12 apples"]], [[]]])("%j are no numbers", (values) => {
  expect(findNumberFormat(values, false)).toBeUndefined();
});
