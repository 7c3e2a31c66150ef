import { describe, expect, it } from "vitest";
import type { RejectCode } from "../../src/domain.js";
import { compileMapping } from "../../src/mapping/compile-mapping.js";
import { toGeneralReason } from "../../src/reporting/to-general-reason.js";

const general = (reason: string, code: RejectCode = "endpoint_invalid") => toGeneralReason({ code, reason });

describe("a reason without its values", () => {
  it.each([
    [
      'Address is "a@@example.com"; Pinpoint takes an e-mail address',
      "Address is …; Pinpoint takes an e-mail address",
    ],
    [
      'Address is "say \\"hi\\""; Pinpoint takes an e-mail address',
      "Address is …; Pinpoint takes an e-mail address",
    ],
    [
      `Address is "${"x".repeat(58)}…; Pinpoint takes an e-mail address`,
      "Address is …; Pinpoint takes an e-mail address",
    ],
    [
      "Location.Latitude is 190.5; Pinpoint takes at most 90",
      "Location.Latitude is …; Pinpoint takes at most 90",
    ],
    ["Attributes.A has 60 values; Pinpoint takes 50", "Attributes.A has … values; Pinpoint takes 50"],
    [
      "Address is a number (491712345678); Pinpoint takes text",
      "Address is a number (…); Pinpoint takes text",
    ],
    [
      'Address is a list (["a@example.com",1,"b"]); Pinpoint takes text',
      "Address is a list ([…,…,…]); Pinpoint takes text",
    ],
    [
      'sms: Address (columns "Mobile (2)", "Phone"): e164: "ring us" is no phone number of NZ',
      'sms: Address (columns "Mobile (2)", "Phone"): e164: … is no phone number of NZ',
    ],
    [
      'sms: Address (column "Phone"): e164: "0171 1" has no country code: column "Land" is empty',
      'sms: Address (column "Phone"): e164: … has no country code: column "Land" is empty',
    ],
    ['Id (template "{a}-{b}"): hash: "x" is no text', 'Id (template "{a}-{b}"): hash: … is no text'],
    [
      'EffectiveDate (column "When"): date: "31/01/26" is no date of the format "iso" or "MM/dd/yyyy"',
      'EffectiveDate (column "When"): date: … is no date of the format "iso" or "MM/dd/yyyy"',
    ],
    [
      'OptOut (column "Consent"): values: "PENDING" is not in the table of values: "YES", "NO".',
      'OptOut (column "Consent"): values: … is not in the table of values: "YES", "NO".',
    ],
    ["Id: the source of the Id is empty", "Id: the source of the Id is empty"],
    [
      "has 29 values, the header has 28 columns; quote them",
      "has 29 values, the header has 28 columns; quote them",
    ],
    [
      'text follows the closing quote of column 5 ("FirstName"); double each quote',
      'text follows the closing quote of column 5 ("FirstName"); double each quote',
    ],
    [
      "byte 0xE9 at line 12, character 4 is not valid utf-8; save it",
      "byte … at line …, character … is not valid utf-8; save it",
    ],
    [
      "the record has 1,048,577 bytes, the limit is 1,048,576; shorten it",
      "the record has … bytes, the limit is …; shorten it",
    ],
  ])("%s", (reason, expected) => {
    expect(general(reason)).toBe(expected);
  });

  it("hides what a service repeats of an endpoint", () => {
    expect(
      general(
        "Pinpoint refused it: Address jane.doe@example.com of endpoint 8d1c2f60-1111-4222-8333-abcdefabcdef, +12065550100, is blocked.",
        "endpoint_refused",
      ),
    ).toBe("Pinpoint refused it: Address … of endpoint …, …, is blocked.");
    expect(general("given up after 8 tries: HTTP 503", "service_failed")).toBe(
      "given up after 8 tries: HTTP 503",
    );
  });
});

describe("what the mapping says of a value", () => {
  const SECRET = "zq7w-Secret";
  /** Each as it may stand in a row, with the step that turns it away. */
  it.each<[step: string | object, value: unknown, field?: string]>([
    ["number", SECRET, "Metrics.m"],
    ["number", `1.2.3 ${SECRET}`, "Metrics.m"],
    ["integer", "7654321.5", "Metrics.m"],
    ["boolean", SECRET],
    ["country", SECRET],
    ["locale", SECRET],
    ["timezone", SECRET],
    ["json", `[${SECRET}`],
    [{ date: "yyyy-MM-dd" }, SECRET],
    [{ date: "unix" }, SECRET],
    [{ e164: { country: "DE" } }, SECRET],
    [{ e164: { country: "DE" } }, "76"],
    // It may be a number with its country's code, or one without.
    [{ e164: { country: "DE" } }, "4915112345678"],
    [{ e164: { country: "DE" } }, "-491511234567"],
    [{ e164: { country: "DE" } }, "4.91511E+12"],
    [{ e164: { country: "DE" } }, "+49 151 12345678 ext. 5"],
    ["trim", 1e300],
  ])("%j of %j names the rule and not the value", (step, value, field = "Attributes.a") => {
    const rule = { column: "c", transforms: [step] } as never;
    const { map } = compileMapping({
      endpoints: [
        { fields: { Id: { value: "1" }, ChannelType: { value: "EMAIL" }, Address: "b", [field]: rule } },
      ],
    }).bind({ kind: "json", sample: [{ b: "x@example.com", c: "x" }] }, "in.jsonl");
    const [made] = map({ b: "x@example.com", c: value });
    const [reason = ""] = made?.reasons ?? [];
    const said = toGeneralReason({ code: "mapping_failed", reason });
    expect(said).toContain(field);
    expect(said).toContain("…");
    expect(said.replace(/; .*/, "")).not.toMatch(/secret|\d{5}|\de/i);
  });
});

it("of a service that says much is told how it begins", () => {
  const said = general(`Pinpoint refused it: ${"x".repeat(100_000)}`, "endpoint_refused");
  expect(said).toMatch(/^Pinpoint refused it: x+…$/);
  expect(said.length).toBeLessThan(600);
});
