import type { RowValues } from "../domain.js";
import {
  type Channel,
  isAbout,
  isNamed,
  isPerhaps,
  isTurned,
  isVague,
  saysNoMore,
} from "./consent-headers.js";
import { type Answer, toAnswer, toOptOutAnswer, toSubscriptionAnswer } from "./consent-words.js";
import type { Column } from "./recognize-columns.js";

export type { Channel } from "./consent-headers.js";

/** A column about consent whose values are all understood. */
export interface Consent {
  readonly column: Column;
  readonly answers: ReadonlyMap<string, Answer>;
  /** Whether its header names the channel. */
  readonly isSpecific: boolean;
}

/** A column that is about consent, or seems to be, and of which nothing is certain. */
export interface UnclearConsent {
  readonly column: Column;
  readonly isSpecific: boolean;
  readonly reason: string;
  /** What is understood of the values; nothing where they may be meant the other way round. */
  readonly answers: ReadonlyMap<string, Answer>;
}

/** Columns about consent to a channel. */
export interface ConsentColumns {
  /** Who left, and who agreed, those that name the channel first. */
  readonly optOuts: readonly Consent[];
  readonly consents: readonly Consent[];
  readonly unclear: readonly UnclearConsent[];
  /** Those that name contacts who must not be written to for another reason: bounces, complaints, the time they left. */
  readonly suppressions: readonly Column[];
}

export function readConsent(
  channel: Channel,
  columns: readonly Column[],
  channels: readonly Channel[],
): ConsentColumns {
  const about = columns.filter(
    (column) =>
      isAbout(column, channel, channels) && column.profile.filled > 0 && !column.profile.isStructure,
  );
  const unclear: UnclearConsent[] = [];
  const doubt = (column: Column, reason: string, answers: ReadonlyMap<string, Answer> = new Map()): void => {
    unclear.push({ column, isSpecific: isNamed(column, channel), reason, answers });
  };
  for (const column of about)
    if (column.meaning === "boolean" && isPerhaps(column))
      doubt(
        column,
        "its header does not say what yes means",
        saysNoMore(column.profile.name) ? toAnswers(column) : undefined,
      );
  const read = (meaning: "optOut" | "consent"): readonly Consent[] =>
    about
      .filter((column) => column.meaning === meaning)
      .flatMap((column) => {
        const answers = toAnswers(column);
        if (column.hit === undefined) doubt(column, "its values are about it, its header is not", answers);
        else if (isTurned(column)) doubt(column, "its header may mean something else, or the opposite");
        else if (!areClear(column, answers))
          doubt(column, "its values do not say clearly who agreed and who left", answers);
        else if (isVague(column)) doubt(column, "its header does not say what somebody agreed to", answers);
        else return [{ column, answers, isSpecific: isNamed(column, channel) }];
        return [];
      })
      .sort((a, b) => Number(b.isSpecific) - Number(a.isSpecific));
  return {
    optOuts: read("optOut"),
    consents: read("consent"),
    unclear,
    suppressions: about.filter(
      (column) =>
        column.meaning === "suppression" &&
        !column.profile.values.every((value) => ["no", "agreed"].includes(toAnswer(value) ?? "")),
    ),
  };
}

/** Whether nobody who said no in the one column said yes in the other. */
export function areAtOne(one: Consent, other: Consent, rows: readonly RowValues[]): boolean {
  return rows.every((row) => {
    const [first, second] = [isWanted(one, row), isWanted(other, row)];
    return first === undefined || second === undefined || first === second;
  });
}

/** Whether a contact wants messages, by one column; undefined where it does not say. */
export function isWanted({ column, answers }: Consent, row: RowValues): boolean | undefined {
  const answer = answers.get(String(column.profile.read(row) ?? "").trim());
  if (answer === "left") return false;
  if (answer === "agreed") return true;
  if (column.meaning === "consent") return answer === undefined ? undefined : answer === "yes";
  // Not to have left is no wish.
  return answer === "yes" ? false : undefined;
}

/** What each value says, as far as it is understood. */
function toAnswers({ profile, hit, meaning }: Column): ReadonlyMap<string, Answer> {
  const answers = new Map<string, Answer>();
  const understand =
    meaning === "optOut" ? toOptOutAnswer : hit === undefined ? toAnswer : toSubscriptionAnswer;
  for (const value of profile.choices ?? []) {
    const answer = understand(value);
    if (answer !== undefined) answers.set(value, answer);
  }
  return answers;
}

function areClear({ profile, meaning }: Column, answers: ReadonlyMap<string, Answer>): boolean {
  const said = new Set(answers.values());
  if (said.size === 0 || answers.size !== profile.choices?.length) return false;
  // "yes" beside "unsubscribed" is two ways to say something; only one of them was meant by the header.
  if ((said.has("yes") || said.has("no")) && (said.has("agreed") || said.has("left"))) return false;
  // Consent that nobody refused, in a column that is partly empty, says nothing of those who are silent.
  const nobodyRefused = said.size === 1 && (said.has("yes") || said.has("agreed"));
  return meaning !== "consent" || !nobodyRefused || profile.filled === profile.rows;
}
