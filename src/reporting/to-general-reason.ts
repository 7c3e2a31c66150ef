import type { RejectReason } from "../domain.js";

/** A long one ends with dots. */
const QUOTED = String.raw`"(?:[^"\\]|\\.)*?(?:"|…(?=; Pinpoint takes)|$)`;

/** What belongs to the input's header or to the mapping, and stays. */
const KEPT = [
  String.raw`has \d+ values?, the header has \d+`,
  String.raw`column \d+(?: \(${QUOTED}\))?`,
  String.raw`\b(?:columns?|template) ${QUOTED}(?:, ${QUOTED})*`,
  " of the format .*$",
  " in the table of values: .*$",
  "; .*$",
].join("|");

/** What a row holds: texts in quotes, numbers where a value, a count or a place stands, and long ones wherever they are. */
const OF_THE_ROW = [
  QUOTED,
  String.raw`\+?\d{5,}`,
  String.raw`\d+(?:\.\d+)?e[+-]?\d+`,
  String.raw`(?<=\b(?:is|has|line|character|byte) |[([,:])(?:0x[\dA-F]+|-?\d+(?:[.,]\d+)*(?:e[+-]?\d+)?)`,
].join("|");

const PARTS = new RegExp(`(${KEPT})|${OF_THE_ROW}`, "gs");

/** Of what a service says, whatever looks like an address, a number or an id. */
const OF_THE_SERVICE = new RegExp(
  String.raw`${QUOTED}|\S*@\S*[^\s.,;:]|\+?\b[\da-f-]*\d[\da-f-]{3,}\b`,
  "gi",
);

const VALUE = "…";

/** A service may say anything, at any length. */
const LONGEST = 500;

/** A reason without what only its row has, so that rows with the same mistake have the same words, and no person's data. */
export function toGeneralReason({ code, reason }: RejectReason): string {
  if (code === "endpoint_refused" || code === "service_failed") {
    return toShort(reason).replace(OF_THE_SERVICE, VALUE);
  }
  return reason.replace(PARTS, (_, kept?: string) => kept ?? VALUE);
}

function toShort(reason: string): string {
  return reason.length <= LONGEST ? reason : `${reason.slice(0, LONGEST)}…`;
}
