import type { PreviewedField, PreviewedSource } from "../index.js";
import { toVisible } from "./fit-text.js";
import type { Pane, PaneLine } from "./lay-out-panes.js";

/** Names are long by what stands before them: two of a group and more stand below a heading. */
const GROUPS = ["Demographic.", "Location.", "Attributes.", "Metrics.", "User.UserAttributes."];

/** The fields of an endpoint, each beside what it was made from: those without a group first. */
export function toFieldLines(fields: readonly PreviewedField[]): readonly PaneLine[] {
  return ["", ...GROUPS].flatMap((group) => {
    const members = fields.filter(({ field }) => findGroup(field) === group);
    if (group === "" || members.length < 2)
      return members.flatMap((member) => toLines(member, toVisible(member.field)));
    const heading: PaneLine = { leads: false, right: [group.slice(0, -1), ""], tone: "heading", notes: [] };
    return [
      heading,
      ...members.flatMap((member) => toLines(member, `  ${toVisible(member.field.slice(group.length))}`)),
    ];
  });
}

function findGroup(field: string): string {
  return GROUPS.find((group) => field.startsWith(group)) ?? "";
}

/** A line for each column, and the reasons below the last one: they may be about any. */
function toLines({ field, value, from, reasons }: PreviewedField, name: string): readonly PaneLine[] {
  const isRejected = reasons.length > 0;
  const shown = value === null ? (isRejected ? "✗" : "(not sent)") : toSentText(value);
  const tone = isRejected ? "rejected" : value === null ? "absent" : "plain";
  const sources = toSources(field, value, from);
  return sources.map((left, index) => {
    const notes = index === sources.length - 1 ? reasons.map(toVisible) : [];
    return index === 0
      ? { left, leads: true, right: [name, shown], tone, notes }
      : { left, leads: false, tone, notes };
  });
}

/** Those columns have made a value that are not empty; where there is none, each may be why. */
function toSources(field: string, value: unknown, from: readonly PreviewedSource[]): readonly Pane[] {
  if (from.length === 0) return [[field === "Id" ? "(by channel and address)" : "(constant)", ""]];
  const filled = from.filter((source) => source.value !== null);
  return (value !== null && filled.length > 0 ? filled : from).map((source) => [
    toVisible(source.column),
    source.value === null ? "(empty)" : toValueText(source.value),
  ]);
}

function toSentText(value: unknown): string {
  return Array.isArray(value) && value.length === 0 ? "(cleared)" : toValueText(value);
}

/** A text as it is, unless blanks at its ends would not be seen; the only value of a list as itself. */
export function toValueText(value: unknown): string {
  const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (typeof only !== "string") return toVisible(toJson(only));
  return only.trim() === only && only !== "" ? toVisible(only) : `"${toVisible(only)}"`;
}

/** What is nested deeper than the stack allows is not for people to read. */
function toJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return Array.isArray(value) ? "[…]" : "{…}";
  }
}
