import { expect, it } from "vitest";
import { createRejectTally } from "../../src/reporting/create-reject-tally.js";
import { rejectLine } from "../helpers/reporting-records.js";

const refusal = (said: string, row: number) => ({
  ...rejectLine("", "endpoint_refused", row),
  reason: said,
});

it("counts rows by code and by reason, the most frequent reason first, with the first row of each", () => {
  const tally = createRejectTally();
  tally.add({
    ...rejectLine("", "endpoint_invalid", 3),
    reason: 'Address is "a at b"; Pinpoint takes an e-mail address',
  });
  for (const row of [5, 8])
    tally.add({ ...rejectLine("", "mapping_failed", row), reason: "Id: the source of the Id is empty" });
  expect(tally.rows).toBe(3);
  expect(tally.byCode).toEqual({ endpoint_invalid: 1, mapping_failed: 2 });
  expect(tally.byReason).toEqual([
    {
      code: "mapping_failed",
      reason: "Id: the source of the Id is empty",
      rows: 2,
      first: { input: "contacts.csv", row: 5, line: 6 },
    },
    {
      code: "endpoint_invalid",
      reason: "Address is …; Pinpoint takes an e-mail address",
      rows: 1,
      first: { input: "contacts.csv", row: 3, line: 4 },
    },
  ]);
});

it("goes on with the counts of an interrupted run, and leaves those as they are", () => {
  const earlier = createRejectTally();
  earlier.add(rejectLine("", "endpoint_invalid", 1));
  const before = earlier.byReason;
  const tally = createRejectTally(before);
  tally.add(rejectLine("", "endpoint_invalid", 9));
  expect(tally.byReason).toMatchObject([{ rows: 2, first: { row: 1 } }]);
  expect(tally.rows).toBe(2);
  expect(before).toMatchObject([{ rows: 1 }]);
});

it("tells a hundred reasons apart, and loses no row of the others", () => {
  const tally = createRejectTally();
  const toWords = (index: number) => String.fromCharCode(97 + (index % 26), 97 + Math.floor(index / 26));
  for (let row = 0; row < 150; row += 1) tally.add(refusal(`refused for ${toWords(row)}`, row));
  expect(tally.byReason).toHaveLength(101);
  expect(tally.byReason[0]).toMatchObject({ code: "endpoint_refused", reason: "other reasons", rows: 50 });
  expect(tally.byCode).toEqual({ endpoint_refused: 150 });
});
