import type { FieldName, FieldRule, TransformDefinition } from "../mapping/mapping-definition.js";
import { toCleanName } from "../mapping/to-clean-name.js";
import { countParts } from "./find-separator.js";
import { type LeftOut, type PlannedRule, toCleaning } from "./plan.js";
import { describeOrderDoubt, toDateTransforms } from "./plan-fields.js";
import type { ColumnProfile } from "./profile-columns.js";
import type { Column } from "./recognize-columns.js";

/** Pinpoint takes so many values of an attribute (API reference, EndpointBatchItem). */
const MAX_ATTRIBUTE_VALUES = 50;

const PREFIX = "User.UserAttributes.";

/** Why a column becomes no attribute; undefined if it does. */
function findReasonToLeaveOut({
  meaning,
  isAboutSomebodyElse,
  profile,
  separator,
}: Column): string | undefined {
  if (countLongest(profile, separator) > MAX_ATTRIBUTE_VALUES)
    return `a list of more than ${MAX_ATTRIBUTE_VALUES} values`;
  switch (meaning) {
    case "secret":
      return "a secret, or an official number";
    case "sensitive":
      return "about health, belief or the like, which privacy law protects";
    case "freeText":
      return "free text";
    case "street":
      return "a street address";
    case "technical":
      return "an internet address or the like";
    case "email":
      return isAboutSomebodyElse ? "an e-mail address of somebody else" : "another e-mail address";
    case "phone":
    case "mobile":
    case "otherPhone":
      return isAboutSomebodyElse
        ? "a phone number of somebody else"
        : "a phone number that is not used for text messages";
    case "pushToken":
      return "a token of a device";
    case "structure":
      return "a list of objects";
    default:
      return undefined;
  }
}

/** Values in the longest list, be it one of JSON or one in a cell. */
function countLongest({ longestList, values }: ColumnProfile, separator: string | undefined): number {
  if (separator === undefined || separator === "json") return longestList;
  return Math.max(longestList, ...values.map((value) => countParts(value, separator)));
}

/** The columns that become nothing, unless a rule uses them. */
export function findLeftOut(columns: readonly Column[], used: ReadonlySet<string>): readonly LeftOut[] {
  const found = columns.flatMap((column) => {
    const reason = used.has(column.profile.name) ? undefined : findReasonToLeaveOut(column);
    return reason === undefined ? [] : [{ column: column.profile.name, reason }];
  });
  // What stands inside a list of objects goes with it.
  const lists = columns.filter(({ profile }) => profile.isStructure).map(({ profile }) => `${profile.name}.`);
  return found.filter(({ column }) => !lists.some((list) => column.startsWith(list)));
}

/** Rules for attributes that are more than a text: lists, dates of other forms than ISO 8601. */
export function planAttributes(
  columns: readonly Column[],
  used: ReadonlySet<string>,
): readonly PlannedRule[] {
  const rules: PlannedRule[] = [];
  for (const column of columns) {
    if (used.has(column.profile.name) || findReasonToLeaveOut(column) !== undefined) continue;
    const rule = planAttribute(column);
    if (rule !== undefined && rules.every(({ field }) => field !== rule.field)) rules.push(rule);
  }
  return rules;
}

function planAttribute(column: Column): PlannedRule | undefined {
  const { profile, separator, date } = column;
  const name = toCleanName(profile.name);
  if (name === "") return undefined;
  const field = `${PREFIX}${name}` as FieldName;
  const make = (
    transforms: readonly TransformDefinition[],
    more: { why?: string; doubt?: string | undefined } = {},
  ): PlannedRule => ({
    field,
    rule: {
      column: profile.name,
      transforms: [...toCleaning([profile]), ...transforms, "truncate"],
      onInvalid: "omit",
    } as FieldRule,
    ...more,
  });
  if (separator === "json") return make(["json"], { why: "A list, written as JSON or Python writes it." });
  if (separator === "quoted" && !profile.isList)
    return make([{ replace: { pattern: "^(.+)$", with: "[$1]" } }, "json"], {
      why: "Its values stand in quotes, like the inside of a JSON list.",
    });
  if (separator !== undefined && !profile.isList) return make([{ split: separator }]);
  if (date !== undefined && !(date.formats.length === 1 && date.formats[0] === "iso"))
    return make(toDateTransforms(column), { doubt: describeOrderDoubt(column) });
  return undefined;
}

/** The rule for all that has none, or undefined where nothing would be left for it. */
export function planRest(
  columns: readonly Column[],
  used: ReadonlySet<string>,
  leftOut: readonly LeftOut[],
  alsoExcept: readonly string[],
): PlannedRule | undefined {
  const except = [...new Set([...leftOut.map(({ column }) => column), ...alsoExcept])];
  const rest = columns.filter(({ profile }) => !used.has(profile.name) && !except.includes(profile.name));
  if (rest.length === 0) return undefined;
  return {
    field: "User.UserAttributes.*",
    rule: {
      rest: true,
      ...(except.length === 0 ? {} : { except }),
      transforms: [...toCleaning(rest.map(({ profile }) => profile)), "trim", "truncate"],
      onInvalid: "omit",
    },
  };
}
